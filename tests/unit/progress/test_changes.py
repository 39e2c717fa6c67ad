"""What happens to changes, as everybody's counts tell it."""

from datetime import UTC, date, datetime

import pytest

from shared.contracts.events import How
from shared.contracts.progress_commands import Ages, Counts
from tests.unit.progress.house import (
    DUE,
    House,
    a_confirmation,
    a_conflict,
    a_query,
    a_rejection,
    a_return,
    a_withdrawal,
    an_applied,
    an_approval,
    an_entered_sheet,
    an_entry,
    an_expiry,
    an_issue,
    sent_back,
    the_tree,
)


@pytest.fixture
def house() -> House:
    return House().hear(*the_tree(), an_issue("c11", 1), a_return(1, How.HAND))


def test_a_confirmed_sheet_is_entered_decided_and_applied_at_once(house: House) -> None:
    house.hear(a_confirmation(1))

    assert house.counts("44") == Counts(
        issued=1, returned=1, entered=1, no_change=1, decided=1, applied=1
    )


def test_a_confirmation_that_was_taken_back_counts_no_more(house: House) -> None:
    house.hear(a_confirmation(1), an_entered_sheet(1, is_entered=False, sequence=2))

    assert house.counts("c11") == Counts(issued=1, returned=1)


def test_a_confirmed_sheet_with_a_change_after_all_is_not_without_change(house: House) -> None:
    house.hear(a_confirmation(1), an_entry(1))

    assert (house.counts("44").entered, house.counts("44").no_change) == (1, 0)


def test_a_submitted_change_waits_for_its_decision(house: House) -> None:
    house.hear(an_entry(1), an_entered_sheet(1))

    counts = house.counts("s1")
    assert (counts.entered, counts.decided, counts.in_decision) == (1, 0, 1)


def test_a_sheet_is_decided_when_the_last_of_its_changes_is(house: House) -> None:
    house.hear(an_entry(1, entry=0), an_entry(1, entry=1), an_entered_sheet(1))

    house.hear(an_approval(1, entry=0))
    assert house.counts("44").decided == 0

    house.hear(a_rejection(1, entry=1))
    counts = house.counts("44")
    assert (counts.decided, counts.applied, counts.in_decision) == (1, 0, 0)


def test_a_sheet_is_applied_when_every_approved_change_stands_in_the_record(house: House) -> None:
    house.hear(an_entry(1), an_entered_sheet(1), an_approval(1), an_applied(1))

    counts = house.counts("44")
    assert (counts.decided, counts.applied) == (1, 1)


def test_a_returned_change_takes_the_verdict_of_its_sheet_back(house: House) -> None:
    house.hear(an_entry(1), an_entered_sheet(1), sent_back(1))

    counts = house.counts("44")
    assert (counts.decided, counts.sent_back, counts.in_decision) == (0, 1, 0)


def test_a_resubmitted_change_waits_again(house: House) -> None:
    house.hear(an_entry(1), sent_back(1), an_entry(1, revision=2))

    counts = house.counts("44")
    assert (counts.sent_back, counts.in_decision) == (0, 1)


def test_a_verdict_on_an_older_revision_heard_late_changes_nothing(house: House) -> None:
    house.hear(an_entry(1, revision=2), sent_back(1, revision=1))

    assert (house.counts("44").sent_back, house.counts("44").in_decision) == (0, 1)


def test_a_conflict_reopens_the_change_and_not_the_sheet(house: House) -> None:
    house.hear(an_entry(1), an_entered_sheet(1), an_approval(1), a_conflict(1))

    counts = house.counts("44")
    assert (counts.entered, counts.decided, counts.applied, counts.conflicts) == (1, 1, 0, 1)


@pytest.mark.parametrize("end", [a_withdrawal(1), an_expiry(1)], ids=["withdrawn", "expired"])
def test_a_change_that_was_given_up_waits_no_more(house: House, end: object) -> None:
    house.hear(an_entry(1), an_entered_sheet(1), end)  # type: ignore[arg-type]

    counts = house.counts("44")
    assert (counts.in_decision, counts.decided, counts.applied) == (0, 1, 1)
    assert house.ages("44") == Ages()


def test_what_roster_tells_before_review_counts_once_the_sheet_is_known(house: House) -> None:
    house.hear(a_conflict(1))
    assert house.counts("44").conflicts == 0

    house.hear(an_entry(1))

    assert {house.counts(unit).conflicts for unit in ("c11", "s1", "44")} == {1}
    assert house.differences() == ()


def test_an_open_query_counts_until_it_is_answered(house: House) -> None:
    house.hear(a_query(1))
    assert house.counts("440305").queries == 1

    house.hear(a_query(1, is_open=False, sequence=2), a_query(1))

    assert house.counts("440305").queries == 0


def test_a_sheet_that_moves_takes_its_changes_along(house: House) -> None:
    house.hear(an_entry(1), an_issue("c21", 1, serial=2))

    assert (house.counts("s1").in_decision, house.ages("s1")) == (0, Ages())
    assert (house.counts("s2").in_decision, house.ages("s2")) == (1, Ages(under_7=1))
    assert house.differences() == ()


@pytest.mark.parametrize(
    ("today", "ages"),
    [
        (date(2026, 11, 2), Ages(under_7=1)),
        (date(2026, 11, 10), Ages(under_7=1)),
        (date(2026, 11, 11), Ages(from_7=1)),
        (date(2026, 11, 16), Ages(from_7=1)),
        (date(2026, 11, 17), Ages(over_10=1)),
    ],
)
def test_waiting_changes_are_told_by_their_age_in_working_days(
    house: House, today: date, ages: Ages
) -> None:
    house.hear(an_entry(1, due=DUE))
    house.database.today = datetime(today.year, today.month, today.day, 4, tzinfo=UTC)

    assert {unit: house.ages(unit) for unit in ("c11", "44")} == {"c11": ages, "44": ages}


def test_ages_in_a_year_whose_holidays_are_not_told_are_provisional(house: House) -> None:
    house.hear(an_entry(1, due=date(2099, 1, 5)))

    assert house.ages("44").is_provisional
