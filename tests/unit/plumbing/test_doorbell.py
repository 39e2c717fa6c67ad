import time
from collections.abc import Sequence
from threading import Event

import pytest
from kombu import Connection, Exchange, Queue

from shared.contracts.events import Lane, PhotoReceived, Sender
from shared.contracts.wire import fact_of, open_envelope
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.plumbing import embedded
from shared.plumbing.database import routing_key
from shared.plumbing.doorbell import MOST_WAITING, Doorbell
from shared.plumbing.publish import OutgoingFact, PublishError

GUANGDONG = ProvinceCode("44")
RING = PhotoReceived(
    ObjectId("ab" * 16), CampaignId("44-2026a"), SheetId("0" * 12), Sender.GUARDIAN, Lane.PHOTO
)


class Bus:
    """A bus that can be away, or never answer."""

    def __init__(self, *, is_away: bool = False, answers: bool = True) -> None:
        self.said: list[OutgoingFact] = []
        self.is_away = is_away
        self.answered = Event()
        if answers:
            self.answered.set()

    def publish(self, facts: Sequence[OutgoingFact]) -> list[int]:
        self.answered.wait()
        if self.is_away:
            raise PublishError("OperationalError")
        self.said.extend(facts)
        return [fact.row for fact in facts]

    def close(self) -> None:
        pass


def a_doorbell(bus: Bus) -> Doorbell:
    bell = Doorbell("gateway", "any", publisher=lambda _: bus)
    bell.start()
    return bell


def test_a_ring_is_the_fact_as_an_outbox_would_say_it() -> None:
    bus = Bus()
    bell = a_doorbell(bus)
    bell.say(RING, province=GUANGDONG)
    bell.stop()
    (said,) = bus.said

    assert said.exchange == "gateway.facts"
    assert said.routing_key == routing_key(RING, GUANGDONG) == "photo_received.v1.44.photo"
    assert fact_of(open_envelope(said.body)) == RING


def test_a_silent_bus_holds_up_nobody_and_old_rings_are_dropped() -> None:
    bus = Bus(answers=False)
    bell = a_doorbell(bus)
    started = time.monotonic()
    taken = [bell.say(RING, province=GUANGDONG) for _ in range(MOST_WAITING + 200)]
    waited = time.monotonic() - started
    bus.answered.set()
    bell.stop()

    assert waited < 1
    assert taken.count(False) in range(50, 201)


def test_a_lost_ring_does_not_end_the_doorbell(caplog: pytest.LogCaptureFixture) -> None:
    bus = Bus(is_away=True)
    bell = a_doorbell(bus)
    bell.say(RING, province=GUANGDONG)
    time.sleep(0.05)
    bus.is_away = False
    bell.say(RING, province=GUANGDONG)
    bell.stop()

    assert len(bus.said) == 1
    assert "1 facts unsaid" in caplog.text


def test_it_rings_on_the_embedded_bus() -> None:
    facts = Exchange("gateway.facts", type="topic", durable=True)
    queue = Queue("storage.on_received.44", facts, routing_key="photo_received.v1.44.photo")
    try:
        with Connection(embedded.URL) as connection:
            heard = queue(connection.channel())
            heard.declare()
            bell = Doorbell("gateway", embedded.URL)
            bell.start()
            bell.say(RING, province=GUANGDONG)
            bell.stop()
            message = heard.get(no_ack=True)

            assert fact_of(open_envelope(message.body)) == RING
    finally:
        embedded.forget_everything()
