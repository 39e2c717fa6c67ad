"""Paper without a picture: handed in, refused, nobody reached, and taking that back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.scan.places import keep_unit
from services.scan.store import mark_entered
from services.scan.ticks.usecases import show_ticks, tick_sheet
from shared.contracts.actors import Actor
from shared.contracts.events import UnitRegistered
from shared.contracts.tick_commands import ShowTicks, Tick, TickReason, TickSheet, TickShown
from shared.kernel.authority import Role
from shared.kernel.errors import (
    NotAllowedError,
    SheetEnteredError,
    TickReasonError,
    UnknownSheetError,
)
from shared.kernel.ids import AccountId, CampaignId, FactId, PersonId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.hears import Heard
from tests.unit.scan.house import CLASS, KEY, OTHER, PROVINCE, SHEET, House, a_code

SCHOOL = "44/4403/440305/4403050170/"
PATH = f"{SCHOOL}{CLASS}/"


@pytest.fixture
def school(house: House) -> House:
    for code, level, path in (
        ("4403050170", Level.SCHOOL, SCHOOL),
        (CLASS, Level.CLASS, PATH),
    ):
        fact = UnitRegistered(UnitCode(code), level, None, path, None, 1)
        id_ = FactId(f"unit-{code}")
        keep_unit(Heard(fact, id_, house.now, PROVINCE, 1, "u", house.database))
    house.issue(SHEET, OTHER)
    return house


def somebody(house: House, role: Role = Role.HOMEROOM_TEACHER, path: str = PATH) -> Actor:
    unit = UnitCode(path.rstrip("/").rsplit("/", 1)[-1])
    ends = house.now + timedelta(minutes=15)
    return Actor(PersonId("1b" * 8), AccountId(f"{unit}.01"), role, unit, path, ends, house.now)


def tick(
    house: House, word: Tick | None, reason: TickReason | None = None, actor: Actor | None = None
) -> TickShown:
    request = TickSheet("", KEY.campaign, SHEET, word, reason)
    return tick_sheet(house.database, actor or somebody(house), request)


def told(house: House) -> list[tuple[str, bool]]:
    """What was said of the sheet, in the order of its sequences."""
    facts = [one["data"] for one in house.said("sheet_returned") if one["data"]["sheet"] == SHEET]
    ordered = sorted(facts, key=lambda one: one["sequence"])
    return [(one["how"], one["is_returned"]) for one in ordered]


def test_a_ticked_sheet_is_returned_by_hand(school: House) -> None:
    shown = tick(school, Tick.RETURNED)

    assert (shown.tick, shown.is_returned) == (Tick.RETURNED, True)
    assert told(school) == [("hand", True)]
    assert school.returned() == 1


def test_the_same_word_twice_is_said_once(school: House) -> None:
    tick(school, Tick.RETURNED)
    tick(school, Tick.RETURNED)

    assert told(school) == [("hand", True)]


def test_a_tick_that_is_taken_back_is_told_as_well(school: House) -> None:
    tick(school, Tick.RETURNED)
    shown = tick(school, None)

    assert (shown.tick, shown.is_returned) == (None, False)
    assert told(school) == [("hand", True), ("hand", False)]
    assert school.returned() == 0


def test_a_refused_sheet_counts_as_returned_with_its_reason(school: House) -> None:
    shown = tick(school, Tick.DECLINED, TickReason.WILL_NOT_SIGN)

    assert (shown.reason, shown.is_returned) == (TickReason.WILL_NOT_SIGN, True)
    assert told(school) == [("declined", True)]


def test_who_is_not_reached_stays_out_explained(school: House) -> None:
    shown = tick(school, Tick.AWAY, TickReason.NOT_REACHED)

    assert (shown.tick, shown.is_returned) == (Tick.AWAY, False)
    assert told(school) == []


def test_a_refusal_that_became_a_signature_is_no_refusal_any_more(school: House) -> None:
    tick(school, Tick.DECLINED, TickReason.DISAGREES)
    tick(school, Tick.RETURNED)

    assert told(school) == [("declined", True), ("hand", True)]


def test_a_photo_keeps_a_sheet_returned_whose_tick_is_taken_back(school: House) -> None:
    tick(school, Tick.RETURNED)
    school.photo(a_code())
    shown = tick(school, None)

    assert shown.is_returned
    assert told(school) == [("hand", True)]


def test_a_tick_of_a_photographed_sheet_says_nothing_new(school: House) -> None:
    school.photo(a_code())
    shown = tick(school, Tick.RETURNED)

    assert (shown.tick, shown.is_returned) == (Tick.RETURNED, True)
    assert told(school) == [("photo", True)]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (Tick.DECLINED, None),
        (Tick.AWAY, TickReason.WILL_NOT_SIGN),
        (Tick.RETURNED, TickReason.OTHER),
    ],
)
def test_a_reason_that_is_missing_or_does_not_fit_is_refused(
    school: House, word: Tick, reason: TickReason | None
) -> None:
    with pytest.raises(TickReasonError):
        tick(school, word, reason)
    assert told(school) == []


def test_a_sheet_that_was_entered_from_stays_returned(school: House) -> None:
    tick(school, Tick.RETURNED)
    with school.database.transaction() as tx:
        mark_entered(tx, SHEET)

    with pytest.raises(SheetEnteredError):
        tick(school, None)
    assert school.returned() == 1


def test_a_sheet_of_another_campaign_is_not_known(school: House) -> None:
    request = TickSheet("", CampaignId("44-2025a"), SHEET, Tick.RETURNED)

    with pytest.raises(UnknownSheetError):
        tick_sheet(school.database, somebody(school), request)


def test_a_leader_ticks_nothing(school: House) -> None:
    with pytest.raises(NotAllowedError):
        tick(school, Tick.RETURNED, actor=somebody(school, Role.SCHOOL_LEADER, SCHOOL))


def test_every_tick_and_refusal_is_in_the_audit_log_with_its_reason_by_code(school: House) -> None:
    tick(school, Tick.AWAY, TickReason.PUPIL_AWAY)
    with pytest.raises(TickReasonError):
        tick(school, Tick.DECLINED)
    acts = [one["data"] for one in school.said("act_done")]

    assert [(one["act"], one["outcome"], one["purpose"]) for one in acts] == [
        ("tick_away", "done", "pupil_away"),
        ("tick_declined", "tick_reason", None),
    ]


def test_a_class_shows_what_was_said_of_each_of_its_sheets(school: House) -> None:
    tick(school, Tick.AWAY, TickReason.OTHER)
    seen = show_ticks(school.database, somebody(school), ShowTicks("", KEY.campaign, CLASS)).sheets

    assert [(one.sheet, one.tick) for one in seen] == [(SHEET, Tick.AWAY), (OTHER, None)]


def test_support_staff_list_no_class(school: House) -> None:
    actor = replace(somebody(school), role=Role.SUPPORT_STAFF, path="44/4403/440305/")

    with pytest.raises(NotAllowedError):
        show_ticks(school.database, actor, ShowTicks("", KEY.campaign, CLASS))
