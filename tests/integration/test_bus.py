"""What the bus promises, held embedded with SQLite and on RabbitMQ with PostgreSQL alike."""

from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest
import sqlalchemy as sa
from kombu import Connection, Exchange, Queue

from shared.contracts.wire import seal_envelope
from shared.kernel.errors import UnknownSheetError
from shared.kernel.ids import FactId
from shared.plumbing import embedded, tracing
from shared.plumbing.dead import Choice
from shared.plumbing.hears import Heard, hears
from shared.plumbing.rpc import Rpc, RpcDeadlineError, RpcFailedError, ServiceAwayError
from tests.integration.bus_house import (
    PROVINCE,
    QUEUE,
    HearerService,
    House,
    short_delays,
    until,
    vhost_of,
)
from tests.unit.plumbing.toys import (
    AddAnswer,
    AddRequest,
    SpeakerService,
    ToySaid,
    WaitRequest,
    effects,
)

pytestmark = pytest.mark.slow

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
BUSES = ["embedded and SQLite", pytest.param("RabbitMQ and PostgreSQL", marks=pytest.mark.real)]
SERVICES = ("speaker", "hearer")


@pytest.fixture(params=BUSES)
def servers(request: pytest.FixtureRequest) -> Iterator[tuple[str, dict[str, str]]]:
    """The bus's address, and the databases' where they are not files."""
    if request.param == "embedded and SQLite":
        yield embedded.URL, {}
        return
    postgres = request.getfixturevalue("postgres")
    with vhost_of(request.getfixturevalue("rabbitmq")) as url:
        yield url, {service: postgres.url(f"test_bus_{service}") for service in SERVICES}
    for service in SERVICES:
        postgres.drop(f"test_bus_{service}")


@pytest.fixture
def house(
    servers: tuple[str, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    HearerService.failures.clear()
    HearerService.outages.clear()
    short_delays(monkeypatch, 0.05, 0.05, 0.05, 0.05)
    house = House(tmp_path, *servers)
    house.start()
    yield house
    house.close()


class CuriousService(HearerService):
    """Asks before it does anything, as scan asks storage for every photo."""

    name = "hearer"
    rpc = Rpc()

    @hears(ToySaid, per_province=True)
    def on_toy(self, heard: Heard[ToySaid]) -> None:
        number = heard.fact.number
        request = AddRequest(number, 0)
        total = self.rpc.call("speaker", "add", request, AddAnswer, deadline_s=20).total
        with heard.transaction() as tx:
            tx.execute(sa.insert(effects), {"number": total})


def test_handlers_that_all_ask_at_once_get_their_answers(house: House) -> None:
    house.stop()
    house.start(SpeakerService, CuriousService)

    house.say(*range(60))

    assert until(lambda: house.heard() == list(range(60)), 15)


def test_a_fact_said_in_a_transaction_has_its_effect_once(house: House) -> None:
    house.say(*range(300))

    assert until(lambda: len(house.heard()) >= 300)
    assert house.heard() == list(range(300))


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
    at = house.speaker.clock()
    body = seal_envelope(ToySaid(7), id_=FactId("one-id"), at=at, province=PROVINCE)
    for _ in range(10):
        house.put(body)
    house.say(8)

    assert until(lambda: house.heard() == [7, 8])
    assert house.dead().look(Choice()) == []


def test_a_fact_travels_with_its_trace_and_nothing_else_of_the_work_that_said_it(
    house: House,
) -> None:
    exchange = Exchange("speaker.facts", type="topic", durable=True)
    with Connection(house.url) as connection:
        witness = Queue("witness", exchange, "#")(connection.channel())
        witness.declare()
        with tracing.traced(TRACE):
            house.say(1)
        assert until(lambda: house.heard() == [1])
        message = witness.get()

    assert message.headers == {"traceparent": TRACE}
    assert message.content_type == "application/json"


def test_a_handler_that_fails_is_tried_again(house: House) -> None:
    HearerService.failures[5] = 4
    house.say(5)

    assert until(lambda: house.heard() == [5])


def test_a_fact_that_always_fails_is_a_dead_letter_after_its_last_attempt(house: House) -> None:
    HearerService.failures[5] = 100
    house.say(5)

    assert until(lambda: house.dead().look(Choice()))
    dead = house.dead().look(Choice())[0]
    assert (dead.queue, dead.error, dead.attempts) == (QUEUE, "RuntimeError", 5)
    assert (dead.fact, dead.province) == ("toy_said", PROVINCE)
    assert HearerService.failures[5] == 95
    assert house.heard() == []


def test_an_outage_of_somebody_else_uses_up_no_attempt(house: House) -> None:
    HearerService.outages[5], HearerService.failures[5] = 9, 4
    house.say(5)

    assert until(lambda: house.heard() == [5])


def test_an_outage_that_does_not_end_is_a_dead_letter_in_the_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.plumbing.hears.MOST_OUTAGES", 7)
    HearerService.outages[5] = 100
    house.say(5)

    assert until(lambda: house.dead().look(Choice()))
    dead = house.dead().look(Choice())[0]
    assert (dead.queue, dead.error, dead.attempts) == (QUEUE, "AwayError", 1)
    assert HearerService.outages[5] == 100 - 8


def test_a_rejected_fact_is_not_tried_again(house: House) -> None:
    house.say(-1)

    assert until(house.errors_of_the_dead)
    dead = house.dead().look(Choice())[0]
    assert (dead.error, dead.attempts) == ("negative", 1)


def test_a_fact_that_breaks_its_contract_is_a_dead_letter(house: House) -> None:
    at = house.speaker.clock()
    body = seal_envelope(ToySaid(7), id_=FactId("broken"), at=at, province=PROVINCE)
    house.put(body.replace(b'"number":7', b'"number":"seven"'))
    house.say(3)

    assert until(house.errors_of_the_dead)
    assert house.errors_of_the_dead() == ["broken_contract"]
    assert until(lambda: house.heard() == [3])


def test_a_body_that_is_no_fact_harms_nobody(house: House) -> None:
    house.put(b"[not json")
    house.put(b"\x80\x04pickled", content_type="application/x-python-serialize")
    house.say(3)

    assert until(lambda: house.heard() == [3])
    if not house.is_embedded:  # nobody can put such a body onto a bus inside our own process
        assert until(lambda: house.errors_of_the_dead() == ["undecodable", "undecodable"])


def test_what_was_said_while_nobody_listened_is_heard_later(house: House) -> None:
    house.stop()
    house.say(1, 2, 3)
    house.start()

    assert until(lambda: house.heard() == [1, 2, 3])


def test_a_dead_letter_that_is_replayed_is_heard_as_if_for_the_first_time(house: House) -> None:
    HearerService.failures[5] = 5
    house.say(5)
    assert until(lambda: house.dead().look(Choice()))

    replayed = house.dead().replay(Choice(fact="toy_said"))

    assert [letter.queue for letter in replayed] == [QUEUE]
    assert until(lambda: house.heard() == [5])
    assert house.dead().look(Choice()) == []


def test_a_dead_letter_that_dies_again_can_be_replayed_again(house: House) -> None:
    HearerService.failures[5] = 10
    house.say(5)
    assert until(lambda: HearerService.failures[5] == 5 and house.dead().look(Choice()))
    house.dead().replay(Choice())
    assert until(lambda: HearerService.failures[5] == 0 and house.dead().look(Choice()))

    house.dead().replay(Choice())

    assert until(lambda: house.heard() == [5])


def test_a_dropped_dead_letter_is_gone_and_the_others_stay(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.say(-1, -2)
    assert until(lambda: len(house.dead().look(Choice())) == 2)
    first, second = house.dead().look(Choice())

    dropped = house.dead().drop(Choice(id=first.id), reason="a rehearsal")

    assert dropped == [first]
    assert house.dead().look(Choice()) == [second]
    assert [record.reason for record in caplog.records if "dropped" in record.message] == [
        "a rehearsal"
    ]


def test_dead_letters_survive_any_number_of_looks(house: House) -> None:
    house.say(-1)
    assert until(house.errors_of_the_dead)

    # A letter that was looked at is back in its queue a moment later, not at once.
    assert all(until(lambda: house.errors_of_the_dead() == ["negative"]) for _ in range(35))


def test_dead_letters_survive_a_stop_and_a_start(house: House) -> None:
    house.say(-1)
    assert until(house.errors_of_the_dead)
    house.stop()
    house.start()

    assert house.errors_of_the_dead() == ["negative"]


def test_a_command_is_answered(house: House) -> None:
    assert house.asker().call("speaker", "add", AddRequest(2, 3), AddAnswer) == AddAnswer(5)


def test_a_refusal_arrives_as_the_same_error(house: House) -> None:
    with pytest.raises(UnknownSheetError) as refused:
        house.asker().call("speaker", "refuse", AddRequest(2, 3), AddAnswer)

    assert refused.value.args == ("2",)


def test_a_failure_tells_its_class_and_nothing_else(house: House) -> None:
    with pytest.raises(RpcFailedError) as failed:
        house.asker().call("speaker", "stumble", AddRequest(2, 3), AddAnswer)

    assert failed.value.args == ("speaker", "stumble", "RuntimeError")


def test_a_failure_that_is_an_outage_says_so(house: House) -> None:
    with pytest.raises(ServiceAwayError) as away:
        house.asker().call("speaker", "lean", AddRequest(2, 3), AddAnswer)

    assert away.value.args == ("speaker", "lean", "AwayError")


def test_an_answer_that_is_late_is_an_error_with_names_and_leaves_nothing(house: House) -> None:
    asker = house.asker()
    with pytest.raises(RpcDeadlineError) as late:
        asker.call("speaker", "wait", WaitRequest(0.6), AddAnswer, deadline_s=0.2)

    assert late.value.args == ("speaker", "wait")
    assert not asker._listener._reply_events
    # The late answer comes meanwhile and is nobody's.
    assert asker.call("speaker", "wait", WaitRequest(1), AddAnswer) == AddAnswer(1)


def test_a_call_that_gives_up_takes_no_answer_from_the_others(house: House) -> None:
    asker = house.asker()

    def ask(number: int) -> str:
        seconds, deadline_s = (3.0, 0.01 * number) if number % 2 else (0.0, 10.0)
        try:
            asker.call("speaker", "wait", WaitRequest(seconds), AddAnswer, deadline_s=deadline_s)
        except RpcDeadlineError:
            return "late"
        return "answered"

    outcomes = list(eventlet.GreenPool(8).imap(ask, range(8)))

    assert outcomes == ["answered", "late"] * 4
    assert not asker._listener._reply_events


def test_a_service_that_is_away_is_an_error_and_no_hang(house: House) -> None:
    with pytest.raises((RpcDeadlineError, RpcFailedError)) as away:
        house.asker().call("nobody", "add", AddRequest(2, 3), AddAnswer, deadline_s=0.5)

    assert away.value.args[:2] == ("nobody", "add")
