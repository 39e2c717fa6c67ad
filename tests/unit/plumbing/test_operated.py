"""An operator sees how a service stands and moves its dead letters, on the embedded bus."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import eventlet
import pytest
from sqlalchemy import select

from shared.contracts.events import ActDone
from shared.contracts.operate_commands import (
    DeadShown,
    DropDead,
    DropReason,
    ListDead,
    ReplayDead,
    ServiceShown,
    ShowService,
)
from shared.contracts.wire import from_plain, to_plain
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.ids import FactId
from shared.plumbing import embedded, operated
from shared.plumbing.actors import Actors, sign
from shared.plumbing.declare import declare
from shared.plumbing.metrics import FACT_AGE
from shared.plumbing.operated import Operated
from shared.plumbing.operations import Operations
from shared.plumbing.providers import database_of
from shared.plumbing.runner import config_for, run_services
from shared.plumbing.topology import plans_of
from tests.contract.walks.stage import ACCOUNTS, Stage
from tests.unit.plumbing.toys import (
    PROVINCE,
    HearerService,
    SpeakerService,
    ToySaid,
    effects,
    metadata,
    open_house,
)

QUEUE = "hearer.on_toy.44"
OUTBOX = metadata.tables["outbox"]


class House:
    """The toy house, and its operator at the hearer."""

    def __init__(self, runner: Any) -> None:
        self.speaker = database_of(runner.container("speaker"))
        self.hearer = database_of(runner.container("hearer"))
        self.service: Any = object.__new__(Operated)
        self.service.database = self.hearer
        self.service.operations = Operations(runner.container("hearer"))
        self.service.actors = Actors([ACCOUNTS.public_key])
        self.stage = Stage(self.service, {"44": "44/", "51": "51/"}, utc_now())

    def token(self, unit: str = "44", role: Role = Role.OPERATOR) -> Any:
        return sign(self.stage.actor(role, unit), ACCOUNTS)

    def say(self, *numbers: int) -> list[FactId]:
        with self.speaker.transaction() as tx:
            return [tx.say(ToySaid(number), province=PROVINCE) for number in numbers]

    def ask(self, method: str, request: object) -> Any:
        return getattr(self.service, method)(to_plain(request))

    def stands(self) -> ServiceShown:
        return from_plain(self.ask("show_service", ShowService(self.token()))["ok"], ServiceShown)

    def dead(self, unit: str = "44") -> DeadShown:
        return from_plain(self.ask("list_dead", ListDead(self.token(unit)))["ok"], DeadShown)

    def acts(self) -> list[tuple[str, str]]:
        """What the hearer said to the log: act and object."""
        with self.hearer.transaction() as tx:
            acts = select(OUTBOX.c.body).where(OUTBOX.c.fact == "act_done").order_by(OUTBOX.c.id)
            bodies = tx.execute(acts).scalars()
            data = [json.loads(body)["data"] for body in bodies]
        return [(one["act"], one["object"]) for one in data]


def until(holds: Callable[[], object], seconds: float = 10) -> bool:
    deadline = monotonic() + seconds
    while not holds():
        if monotonic() > deadline:
            return False
        eventlet.sleep(0.05)
    return True


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(ActDone, "SPEAKERS", (*ActDone.SPEAKERS, "hearer"))
    classes = [SpeakerService, HearerService]
    declare(embedded.URL, plans_of(classes, [PROVINCE]), speakers=("hearer",))
    runner = run_services(classes, config_for(embedded.URL, open_house(tmp_path)))
    yield House(runner)
    runner.stop(within_s=10)
    embedded.forget_everything()


def queue_of(house: House) -> tuple[int, int]:
    (queue,) = [one for one in house.stands().queues if one.queue == QUEUE]
    return queue.waiting, queue.dead


def test_a_service_that_works_says_that_it_is_ready_and_nothing_waits(house: House) -> None:
    house.say(1, 2)
    assert until(lambda: queue_of(house) == (0, 0))

    stands = house.stands()

    assert (stands.service, stands.processes, stands.troubles) == ("hearer", 1, ())
    assert stands.unsaid == 0


def test_the_pace_of_a_queue_is_what_it_took_since_it_was_noted(house: House) -> None:
    house.service.operations.note()
    house.say(1, 2, 3)
    assert until(lambda: house_heard(house) == 3)

    (queue,) = [one for one in house.stands().queues if one.queue == QUEUE]

    assert queue.a_minute == pytest.approx(180, rel=0.9)  # three within the first second or so
    assert queue.a_minute > 0


def test_how_long_the_last_fact_took_is_told_and_nothing_before_there_was_one(
    house: House,
) -> None:
    FACT_AGE.clear()
    (queue,) = [one for one in house.stands().queues if one.queue == QUEUE]
    assert queue.age_s is None

    house.say(1)
    assert until(lambda: house_heard(house) == 1)
    assert until(lambda: age_of(house) is not None)

    assert 0 <= (age_of(house) or 0) < 60


def age_of(house: House) -> int | None:
    return next(one.age_s for one in house.stands().queues if one.queue == QUEUE)


def house_heard(house: House) -> int:
    with house.hearer.transaction() as tx:
        return len(tx.execute(select(effects.c.number)).all())


def test_a_service_whose_database_is_away_says_which_part_it_does_not_find(house: House) -> None:
    with house.hearer.transaction() as tx:
        tx.connection.exec_driver_sql("alter table outbox rename to elsewhere")
    try:
        troubles = house.service.operations.troubles()
    finally:
        with house.hearer.transaction() as tx:
            tx.connection.exec_driver_sql("alter table elsewhere rename to outbox")

    assert troubles == ("hearer:database",)


def test_a_dead_letter_is_listed_with_its_error_and_its_body(house: House) -> None:
    (dead,) = house.say(-1)
    assert until(lambda: queue_of(house) == (0, 1))

    found = house.dead()

    assert (found.service, found.total) == ("hearer", 1)
    (letter,) = found.letters
    assert (letter.queue, letter.id, letter.fact, letter.error) == (
        QUEUE,
        dead,
        "toy_said",
        "negative",
    )
    assert '"number":-1' in letter.body


def test_an_operator_of_another_province_neither_sees_nor_moves_it(house: House) -> None:
    (dead,) = house.say(-1)
    assert until(lambda: queue_of(house) == (0, 1))
    other = house.token("51")

    assert house.dead("51").total == 0
    assert house.ask("replay_dead", ReplayDead(other, QUEUE, dead)) == {"ok": {"count": 0}}
    drop = DropDead(other, QUEUE, DropReason.OUTDATED, dead)
    assert house.ask("drop_dead", drop) == {"ok": {"count": 0}}
    assert queue_of(house) == (0, 1)


def test_a_replayed_letter_is_heard_as_if_for_the_first_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, dead = house.say(-1, -2)
    assert until(lambda: queue_of(house) == (0, 2))
    monkeypatch.setattr(HearerService, "mended", True)

    assert house.ask("replay_dead", ReplayDead(house.token(), QUEUE, dead)) == {"ok": {"count": 1}}

    assert until(lambda: house_heard(house) == 1)
    assert queue_of(house) == (0, 1)
    assert ("replay_dead", dead) in house.acts()


def test_all_letters_of_a_queue_are_brought_back_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.say(-1, -2, -3)
    assert until(lambda: queue_of(house) == (0, 3))
    monkeypatch.setattr(HearerService, "mended", True)

    assert house.ask("replay_dead", ReplayDead(house.token(), QUEUE)) == {"ok": {"count": 3}}

    assert until(lambda: house_heard(house) == 3)
    assert queue_of(house) == (0, 0)


def test_a_dropped_letter_is_gone_and_the_log_names_it(house: House) -> None:
    kept, dropped = house.say(-1, -2)
    assert until(lambda: queue_of(house) == (0, 2))

    drop = DropDead(house.token(), QUEUE, DropReason.DONE_OTHERWISE, dropped)
    assert house.ask("drop_dead", drop) == {"ok": {"count": 1}}

    assert [one.id for one in house.dead().letters] == [kept]
    assert ("drop_dead", dropped) in house.acts()
    assert ("drop_dead", kept) not in house.acts()


def test_without_a_number_a_drop_takes_only_what_cannot_be_read(house: House) -> None:
    house.say(-1)
    assert until(lambda: queue_of(house) == (0, 1))

    drop = DropDead(house.token(), QUEUE, DropReason.UNREADABLE)
    assert house.ask("drop_dead", drop) == {"ok": {"count": 0}}
    assert queue_of(house) == (0, 1)


def test_an_act_on_its_way_to_the_log_is_put_back_but_never_removed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (dead,) = house.say(-1)
    assert until(lambda: queue_of(house) == (0, 1))
    monkeypatch.setattr(operated, "NEVER_REMOVED", {"toy_said"})

    drop = DropDead(house.token(), QUEUE, DropReason.OUTDATED, dead)
    assert house.ask("drop_dead", drop)["refused"] == "act_of_log"

    assert queue_of(house) == (0, 1)
    assert [one.is_act for one in house.dead().letters] == [True]


def test_a_queue_of_another_service_is_refused_and_the_refusal_is_in_the_log(house: House) -> None:
    request = ReplayDead(house.token(), "scan.on_photo_received.44")

    assert house.ask("replay_dead", request)["refused"] == "unknown_queue"
    assert ("replay_dead", "scan.on_photo_received.44") in house.acts()


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.KEY_OFFICER, Role.AUDITOR])
def test_nobody_but_an_operator_sees_dead_letters(house: House, role: Role) -> None:
    assert house.ask("list_dead", ListDead(house.token(role=role)))["refused"] == "not_allowed"
