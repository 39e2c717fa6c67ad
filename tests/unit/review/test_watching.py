"""What the clock does, who watches, and the second typing of a sample."""

import pytest

from services.review.office import Rules
from services.review.watching import blind, clock, usecases
from services.review.watching.domain import is_striking
from shared.contracts.review_commands import EntryState, ReturnReason, Verdict
from shared.contracts.watch_commands import (
    ListNotices,
    NextBlind,
    NoticeKind,
    ShowQueue,
    TypeBlind,
    WatchDecisions,
)
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.errors_review import NothingToTypeError, OwnEntryError
from shared.kernel.ids import UnitCode
from tests.unit.review.house import (
    CAMPAIGN,
    CLERK,
    LEADER,
    REGISTRAR,
    TOKEN,
    House,
    a_return,
    an_actor,
    an_issue,
)

COUNTY = an_actor(Role.UNIT_ADMINISTRATOR, "440305", 20)
CITY = an_actor(Role.UNIT_ADMINISTRATOR, "4403", 21)


def notices(house: House, who=LEADER) -> list[NoticeKind]:
    found = usecases.list_notices(house.office, who, ListNotices(TOKEN, CAMPAIGN))
    return [one.kind for one in found.notices]


@pytest.mark.parametrize(
    ("days", "told", "above"),
    [
        (8, [], []),  # Tuesday of the second week: six working days
        (9, [NoticeKind.DUE_SOON], []),
        (13, [NoticeKind.DUE_SOON], []),
        (14, [NoticeKind.OVERDUE], [NoticeKind.ESCALATED]),
    ],
)
def test_seven_working_days_remind_and_ten_escalate(
    house: House, days: int, told: list[NoticeKind], above: list[NoticeKind]
) -> None:
    house.submit(house.enter("13800139000"))
    house.clock.pass_(days=days)
    clock.remind(house.office)
    clock.remind(house.office)

    assert notices(house) == told
    assert notices(house, COUNTY) == above


def test_what_nobody_touched_for_six_months_is_closed_with_a_state(house: House) -> None:
    entry = house.submit(house.enter("13800139000"))["phone"]
    house.clock.pass_(days=182)
    assert clock.expire(house.office) == 0
    house.clock.pass_(days=2)

    assert clock.expire(house.office) == 1
    assert house.entries()["phone"].state is EntryState.EXPIRED
    assert [one.entry for one in house.said("change_expired")] == [entry.entry]


def test_a_queue_shows_who_holds_what_and_no_value(house: House) -> None:
    house.submit(house.enter("13800139000"), house.enter("20", "health"))
    house.next(LEADER)
    queue = usecases.show_queue(house.office, LEADER, ShowQueue(TOKEN, CAMPAIGN))

    assert queue.waiting == 2
    assert [one.holder for one in queue.tasks].count(LEADER.person) == 1
    assert not hasattr(queue.tasks[0], "new")


def test_verdicts_under_two_seconds_are_seen_by_the_level_above(house: House) -> None:
    house.submit(house.enter("13800139000"), house.enter("20", "health"))
    for seconds in (1, 30):
        task = house.next(LEADER).task
        assert task is not None
        house.clock.pass_(seconds=seconds)
        house.decide(task, who=LEADER)

    request = WatchDecisions(TOKEN, CAMPAIGN, UnitCode("s1"))
    [figures] = usecases.watch_decisions(house.office, COUNTY, request).deciders

    assert (figures.person, figures.decided, figures.fast) == (LEADER.person, 2, 1)


def test_an_undone_verdict_is_not_counted(house: House) -> None:
    house.submit(house.enter("13800139000"))
    task = house.next(LEADER).task
    assert task is not None
    house.decide(task, Verdict.REJECT, who=LEADER, reason=ReturnReason.NOT_PROVEN)
    house.undo(task, LEADER)

    request = WatchDecisions(TOKEN, CAMPAIGN, UnitCode("440305"))
    assert usecases.watch_decisions(house.office, CITY, request).deciders == ()


def test_a_school_that_changes_no_key_data_strikes_the_eye(house: House) -> None:
    numbers = range(100, 130)
    house.hear(an_issue(*numbers), *(a_return(number) for number in numbers))
    request = WatchDecisions(TOKEN, CAMPAIGN, UnitCode("440305"))
    schools = usecases.watch_decisions(house.office, COUNTY, request).schools

    assert [(one.school, one.is_striking) for one in schools] == [("s1", True), ("s2", False)]


@pytest.mark.parametrize(
    ("sheets", "changed", "striking"),
    [(29, 0, False), (30, 0, True), (30, 1, False), (100, 40, False), (100, 41, True)],
)
def test_none_and_more_than_two_fifths_strike(sheets: int, changed: int, striking: bool) -> None:
    assert is_striking(sheets, changed) is striking


def test_who_decides_does_not_watch_others(house: House) -> None:
    request = WatchDecisions(TOKEN, CAMPAIGN, UnitCode("s1"))

    with pytest.raises(NotAllowedError):
        usecases.watch_decisions(house.office, LEADER, request)


@pytest.fixture
def sampled(house: House) -> House:
    house.rules = Rules(blind_share=1.0)
    house.submit(house.enter("13800139000"))
    return house


def test_a_second_person_types_without_seeing_and_the_difference_is_counted(
    sampled: House,
) -> None:
    task = blind.next_blind(sampled.office, REGISTRAR, NextBlind(TOKEN, CAMPAIGN))
    assert (task.field, hasattr(task, "value")) == ("phone", False)
    assert task.entry is not None
    request = TypeBlind(TOKEN, task.entry, "13800139001")
    typed = blind.type_blind(sampled.office, REGISTRAR, request)
    assert not typed.agrees

    watch = WatchDecisions(TOKEN, CAMPAIGN, UnitCode("440305"))
    school = usecases.watch_decisions(sampled.office, COUNTY, watch).schools[0]
    assert (school.typed_twice, school.disagreed) == (1, 1)
    assert sampled.entries()["phone"].new == "13800139000"


def test_the_same_value_however_it_is_written_agrees(sampled: House) -> None:
    entry = sampled.entries()["phone"].entry
    typed = blind.type_blind(sampled.office, REGISTRAR, TypeBlind(TOKEN, entry, "138 0013 9000"))

    assert typed.agrees
    with pytest.raises(NothingToTypeError):
        blind.type_blind(sampled.office, REGISTRAR, TypeBlind(TOKEN, entry, "1"))


def test_nobody_types_the_own_entry_a_second_time(sampled: House) -> None:
    entry = sampled.entries()["phone"].entry
    assert blind.next_blind(sampled.office, CLERK, NextBlind(TOKEN, CAMPAIGN)).entry is None

    with pytest.raises(OwnEntryError):
        blind.type_blind(sampled.office, CLERK, TypeBlind(TOKEN, entry, "13800139000"))
