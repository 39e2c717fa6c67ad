from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest
import sqlalchemy as sa

from shared.contracts.wire import seal_envelope
from shared.kernel.ids import FactId
from shared.plumbing import embedded, inbox
from shared.plumbing.database import Database
from shared.plumbing.declare import declare
from shared.plumbing.providers import database_of
from shared.plumbing.publish import EmbeddedPublisher, OutgoingFact
from shared.plumbing.recovery import say_unsettled_again
from shared.plumbing.runner import Runner, config_for, run_services
from shared.plumbing.topology import plans_of
from tests.unit.plumbing.toys import (
    PROVINCE,
    HearerService,
    SpeakerService,
    ToySaid,
    effects,
    open_house,
)


class House:
    def __init__(self, folder: Path) -> None:
        self.environment = open_house(folder)
        self.runner: Runner | None = None

    def start(self) -> None:
        declare(embedded.URL, plans_of([SpeakerService, HearerService], [PROVINCE]))
        config = config_for(embedded.URL, self.environment)
        self.runner = run_services([SpeakerService, HearerService], config)
        self.speaker = database_of(self.runner.container("speaker"))
        self.hearer = database_of(self.runner.container("hearer"))

    def stop(self) -> None:
        if self.runner is not None:
            self.runner.stop(within_s=10)
            self.runner = None
        embedded.forget_everything()

    def say(self, number: int) -> None:
        with self.speaker.transaction() as tx:
            tx.say(ToySaid(number), province=PROVINCE)

    def heard(self) -> list[int]:
        with self.hearer.transaction() as tx:
            return sorted(tx.execute(sa.select(effects.c.number)).scalars())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    HearerService.failures.clear()
    house = House(tmp_path)
    house.start()
    yield house
    house.stop()


def until(condition: object, seconds: float = 5) -> bool:
    with eventlet.Timeout(seconds, False):
        while not condition():  # type: ignore[operator]
            eventlet.sleep(0.01)
        return True
    return False


def test_a_fact_said_in_a_transaction_has_its_effect_once(house: House) -> None:
    for number in range(50):
        house.say(number)

    assert until(lambda: len(house.heard()) >= 50)
    assert house.heard() == list(range(50))


def test_a_fact_of_a_transaction_that_fails_is_never_said(house: House) -> None:
    def fail_in_the_middle() -> None:
        with house.speaker.transaction() as tx:
            tx.say(ToySaid(1), province=PROVINCE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_in_the_middle()
    house.say(2)

    assert until(lambda: house.heard() == [2])


def test_a_second_copy_changes_nothing(house: House) -> None:
    body = seal_envelope(
        ToySaid(7), id_=FactId("one-id"), at=house.speaker.clock(), province=PROVINCE
    )
    copy = OutgoingFact(1, "one-id", "speaker.facts", "toy_said.v1.44", body, None)
    publisher = EmbeddedPublisher(embedded.URL)
    publisher.publish([copy] * 10)
    house.say(8)

    assert until(lambda: house.heard() == [7, 8])


def test_a_handler_that_fails_is_tried_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.plumbing.delivery.delay_s", lambda _attempt: 0.01)
    HearerService.failures[5] = 3
    house.say(5)

    assert until(lambda: house.heard() == [5])


def test_a_fact_that_always_fails_becomes_a_dead_letter(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.plumbing.delivery.delay_s", lambda _attempt: 0.01)
    HearerService.failures[5] = 100
    house.say(5)

    assert until(lambda: bool(inbox.dead_rows(house.hearer)))
    dead = inbox.dead_rows(house.hearer)[0]
    assert (dead.queue, dead.error, dead.attempts) == ("hearer.on_toy.44", "RuntimeError", 5)
    assert house.heard() == []


def test_a_rejected_fact_is_not_tried_again(house: House) -> None:
    house.say(-1)

    assert until(lambda: bool(inbox.dead_rows(house.hearer)))
    assert inbox.dead_rows(house.hearer)[0].error == "negative"


def test_a_body_that_is_no_fact_harms_nobody(house: House) -> None:
    broken = OutgoingFact(1, "x", "speaker.facts", "toy_said.v1.44", b"[not json", None)
    EmbeddedPublisher(embedded.URL).publish([broken])
    house.say(3)

    assert until(lambda: house.heard() == [3])


def test_what_was_said_before_a_crash_is_said_again_after_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.plumbing.delivery.delay_s", lambda _attempt: 60)
    HearerService.failures[1] = 1
    house.say(1)
    house.say(2)
    assert until(lambda: house.heard() == [2])

    house.stop()  # the memory bus, with the waiting retry of 1, is gone
    databases = {
        name: Database(name, house.environment[f"HECHA_{name.upper()}_DATABASE_URL"])
        for name in ("speaker", "hearer")
    }
    again = say_unsettled_again(databases, plans_of([SpeakerService, HearerService], [PROVINCE]))
    house.start()

    assert again == 1
    assert until(lambda: house.heard() == [1, 2])
