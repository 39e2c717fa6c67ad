"""Pages that no code names: matched by two signals, else a queue with whose they may be."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.scan import batches, candidates, page_acts
from services.scan.cells.seen import SideSeen
from services.scan.digits.reading import packed
from services.scan.digits.seen import CornerSeen, Possible
from services.scan.image.reading import Cause
from services.scan.places import keep_unit
from shared.contracts.batch_commands import (
    AssignPage,
    BatchAct,
    BatchState,
    Candidate,
    DiscardOpen,
    FindSheet,
)
from shared.contracts.events import CoverIssued, UnitRegistered
from shared.kernel.errors import (
    BadSheetNumberError,
    BatchHeldError,
    NoSuchSideError,
    NotAllowedError,
    PageNotPlacedError,
    UnknownPageError,
    UnknownSheetError,
    UnknownSheetNumberError,
)
from shared.kernel.ids import CampaignId, FactId, SheetId, SheetNumber, UnitCode
from shared.kernel.sheet_code import CodeType, Side
from shared.kernel.sheet_number import grouped, sheet_number
from shared.kernel.units import Level
from shared.plumbing.hears import Heard
from tests.unit.scan.house import (
    CLASS,
    KEY,
    OTHER,
    PROVINCE,
    SHEET,
    House,
    a_code,
    a_reading,
    an_issue,
)
from tests.unit.scan.test_batches import ELSEWHERE, LI, NOON, THIRD, WANG, Office, by
from tests.unit.scan.test_cells import seen

ONE, TWO, THREE, FAR = (
    sheet_number(base, Side.FRONT)
    for base in ("1234567890123", "9876543210987", "5551234512345", "7777777123456")
)
FAR_SHEET = SheetId("bbbbbbbbbbbb")
COVER = SheetId("c" * 12)


def corner(number: SheetNumber) -> CornerSeen:
    """A corner that shows this number without a doubt."""
    steps = np.full((32, 11), -12.0, np.float32)
    for place, digit in enumerate(number):
        steps[2 * place, int(digit) + 1] = 0.0
        steps[2 * place + 1, 0] = 0.0
    return CornerSeen((Possible(number, 0.0),), packed(steps))


def looked(*numbers: SheetNumber | None) -> SideSeen:
    """A page of which these numbers were read, top left first."""
    corners = (corner(one) if one is not None else CornerSeen() for one in numbers)
    return SideSeen(numbers=tuple(corners), view=b"view")


@pytest.fixture
def office(house: House) -> Office:
    numbered(house, CLASS, (SHEET, ONE), (OTHER, TWO), (THIRD, THREE))
    numbered(house, ELSEWHERE, (FAR_SHEET, FAR))
    fact = UnitRegistered(ELSEWHERE, Level.CLASS, None, "44/4499/449901/2/1/", None, 1)
    keep_unit(Heard(fact, FactId("far"), NOON, PROVINCE, 1, "unit", house.database))
    return Office(house)


def numbered(house: House, unit: UnitCode, *sheets: tuple[SheetId, SheetNumber]) -> None:
    fact = an_issue(*(sheet for sheet, _ in sheets))
    issued = (
        replace(one, numbers=(number,))
        for one, (_, number) in zip(fact.sheets, sheets, strict=True)
    )
    house.hear(replace(fact, unit=unit, sheets=tuple(issued)))


def look(office: Office, page: int, *numbers: SheetNumber | None) -> None:
    office.house.look_at(batches.page_object(office.batch, page), looked(*numbers))


def found(office: Office, page: int = 1) -> tuple[Candidate, ...]:
    return candidates.candidates(office.house.database, office.batch, page)


def acts(office: Office, name: str) -> list[dict[str, Any]]:
    return [one["data"] for one in office.house.said("act_done") if one["data"]["act"] == name]


# By machine.


def test_a_page_whose_two_numbers_agree_is_matched_and_its_cells_are_read(office: Office) -> None:
    office.hand_in(Cause.NO_CODE)
    look(office, 1, TWO, TWO)

    assert office.states() == [("matched", "by_number")]
    assert office.report().listed[0].sheet == OTHER
    office.house.look_at(batches.page_object(office.batch, 1), seen(signature="absent"))
    assert office.report().listed[0].signature == "absent"
    assert office.said("sheet_photographed") == 0
    office.commit()
    assert office.said("sheet_photographed") == 1


def test_one_number_alone_waits_for_a_person(office: Office) -> None:
    office.hand_in(Cause.NO_CODE)
    look(office, 1, TWO, None)

    assert office.states() == [("unmatched", "one_signal_only")]


def test_a_cover_read_before_or_after_gives_the_second_signal(office: Office) -> None:
    office.house.hear(CoverIssued(KEY.campaign, CLASS, COVER, 1, 1, 3))
    cover = [a_code(COVER, kind=CodeType.COVER)]

    office.hand_in(cover, Cause.NO_CODE)
    look(office, 2, ONE, None)
    assert office.states()[1] == ("matched", "by_number")

    batches.discard_batch(office.desk, BatchAct(office.batch, by(WANG)))
    begun = batches.begin_batch(office.house.database, office.request(2, "two"))
    office.batch = begun.batch
    for number, reading in enumerate((Cause.NO_CODE, cover), start=1):
        object_ = batches.page_object(begun.batch, number)
        batches.announce_page(office.house.database, begun.batch, number)
        codes = [] if isinstance(reading, Cause) else reading
        cause = reading if isinstance(reading, Cause) else None
        office.house.page_of(a_reading(*codes, cause=cause), object_)
        if number == 1:
            look(office, 1, ONE, None)
            assert office.states()[0] == ("unmatched", "one_signal_only")
    assert office.states()[0] == ("matched", "by_number")


def test_a_cover_of_another_school_or_of_none_that_was_printed_gives_no_signal(
    office: Office,
) -> None:
    office.house.hear(CoverIssued(KEY.campaign, ELSEWHERE, COVER, 1, 1, 3))
    unknown = [a_code(SheetId("d" * 12), kind=CodeType.COVER)]
    office.hand_in([a_code(COVER, kind=CodeType.COVER)], unknown, Cause.NO_CODE)
    look(office, 3, ONE, None)

    assert office.states()[2] == ("unmatched", "one_signal_only")


def test_a_blurred_page_in_a_pile_is_told_by_its_numbers_too(office: Office) -> None:
    office.hand_in(Cause.BLURRED, Cause.CROPPED)
    look(office, 1, ONE, ONE)
    look(office, 2, None, None)

    assert office.states() == [("matched", "by_number"), ("unreadable", "cropped")]


def test_another_schools_sheet_without_code_is_misfiled(office: Office) -> None:
    office.hand_in(Cause.NO_CODE)
    look(office, 1, FAR, FAR)

    assert office.states() == [("misfiled", "other_school")]


def test_what_a_person_decided_is_not_undone_by_a_late_look(office: Office) -> None:
    office.hand_in(Cause.NO_CODE, Cause.NO_CODE)
    office.assign(1, THIRD)
    office.discard(2)
    look(office, 1, ONE, ONE)
    look(office, 2, TWO, TWO)

    assert office.states() == [("matched", "by_person"), ("discarded", "torn")]


def test_a_page_by_its_number_does_not_stand_beside_one_by_its_code(office: Office) -> None:
    office.hand_in([a_code(OTHER)], Cause.NO_CODE)
    look(office, 2, TWO, TWO)

    assert office.states() == [("matched", ""), ("duplicate", "same_sheet_same_side")]


def test_a_photo_without_code_is_its_tickets_when_one_number_says_so(house: House) -> None:
    numbered(house, CLASS, (SHEET, ONE), (OTHER, TWO))
    photo, nothing, other = (house.photo(cause=Cause.NO_CODE) for _ in range(3))
    assert house.state(photo) == ("waiting", "")

    house.look_at(photo, looked(None, ONE))
    house.look_at(nothing, looked(None, None))
    house.look_at(other, looked(TWO, TWO))

    assert house.state(photo) == ("matched", "by_number")
    assert house.state(nothing) == ("unmatched", "one_signal_only")
    assert house.state(other) == ("misfiled", "other_pupil")
    assert [one["data"]["sheet"] for one in house.said("sheet_returned")] == [SHEET]


# The queue.


def test_the_queue_lists_open_pages_of_all_batches_with_the_likeliest_sheet(
    office: Office,
) -> None:
    office.hand_in([a_code()], Cause.NO_CODE)
    first = office.batch
    look(office, 2, TWO, None)
    office.hand_in(Cause.NO_CODE, digest="two")

    queue = candidates.queue(office.house.database, KEY.campaign, CLASS)

    assert [(one.batch, one.number) for one in queue] == [(first, 2), (office.batch, 1)]
    assert queue[0].best is not None
    assert (queue[0].best.sheet, queue[0].best.signals) == (OTHER, ("top_left",))
    assert (queue[0].is_looked_at, queue[1].is_looked_at, queue[1].best) == (True, False, None)
    assert candidates.queue(office.house.database, KEY.campaign, ELSEWHERE) == ()


def test_candidates_are_ranked_by_digits_and_what_came_back_stands_behind(office: Office) -> None:
    office.hand_in(Cause.NO_CODE, [a_code(THIRD)])
    look(office, 1, TWO, None)

    best, *_ = found(office)

    assert (best.sheet, best.number_in_class, best.is_missing) == (OTHER, 2, True)
    assert best.share is not None
    assert best.share > 0.99


def test_without_a_digit_the_candidates_are_the_missing_of_the_classes_that_lie_there(
    office: Office,
) -> None:
    office.hand_in(Cause.NO_CODE, [a_code(OTHER)])
    look(office, 1, None, None)

    assert [(one.sheet, one.share) for one in found(office)] == [(SHEET, None), (THIRD, None)]
    with pytest.raises(UnknownPageError):
        found(office, 3)


def test_a_commit_leaves_open_pages_to_people_and_the_batch_open_for_them(office: Office) -> None:
    office.hand_in([a_code()], Cause.NO_CODE, Cause.NO_CODE)

    assert office.commit() == 1
    assert (office.report().state, office.report().open) == (BatchState.READ, 2)
    with pytest.raises(PageNotPlacedError):
        office.commit(2)
    office.assign(2, OTHER)
    request = DiscardOpen(office.batch, by(WANG), "a letter")
    assert page_acts.discard_open(office.desk, request).pages == 1
    assert office.commit() == 2
    assert office.report().state is BatchState.COMMITTED
    assert candidates.queue(office.house.database, KEY.campaign) == ()


# Typing a number.


def request(number: str, school: UnitCode = CLASS) -> FindSheet:
    return FindSheet(KEY.campaign, school, by(LI), number)


def test_a_typed_number_finds_its_sheet_in_the_own_school_and_the_search_is_on_record(
    office: Office,
) -> None:
    sheet = candidates.find_sheet(office.desk, request(f" {grouped(TWO)} "))

    assert (sheet.sheet, sheet.side, sheet.number_in_class) == (OTHER, "front", 2)
    [act] = acts(office, "find_sheet")
    assert (act["object"], act["actor"], act["outcome"]) == (OTHER, LI, "done")


@pytest.mark.parametrize(
    ("number", "school", "refusal"),
    [
        (FAR, CLASS, UnknownSheetNumberError),
        (TWO, ELSEWHERE, NotAllowedError),
        (sheet_number("4" * 13, Side.FRONT), CLASS, UnknownSheetNumberError),
        (TWO[:-1] + str((int(TWO[-1]) + 1) % 10), CLASS, BadSheetNumberError),
        ("", CLASS, BadSheetNumberError),
        ("' or 1=1 --", CLASS, BadSheetNumberError),
        ("１２３４５６７８９０１２３４５６", CLASS, BadSheetNumberError),  # noqa: RUF001  # full width
    ],
)
def test_a_number_of_another_school_is_as_unknown_as_one_that_was_never_printed(
    office: Office, number: str, school: UnitCode, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        candidates.find_sheet(office.desk, request(number, school))

    [act] = acts(office, "find_sheet")
    assert (act["outcome"], act["object"]) == (refusal.code, KEY.campaign)  # type: ignore[attr-defined]
    assert number == "" or number not in str(act)


# Acts.


def test_every_act_on_a_page_is_said_with_its_page_and_a_refused_one_with_why(
    office: Office,
) -> None:
    office.hand_in(Cause.NO_CODE)
    page = batches.page_object(office.batch, 1)
    office.assign(1, OTHER)
    office.undo(1)
    with pytest.raises(BatchHeldError):
        office.discard(1, actor=LI)

    done = [
        (one["act"], one["object"], one["actor"], one["outcome"])
        for one in (
            *acts(office, "assign_page"),
            *acts(office, "undo_page"),
            *acts(office, "discard_page"),
        )
    ]
    assert done == [
        ("assign_page", page, WANG, "done"),
        ("undo_page", page, WANG, "done"),
        ("discard_page", page, LI, "batch_held"),
    ]


def test_an_undone_discard_does_not_make_two_pages_of_one_side_count(office: Office) -> None:
    office.hand_in([a_code(side_px=200)], [a_code(side_px=400)])
    office.discard(2)
    assert office.states()[0] == ("matched", "")

    office.undo(2)

    assert office.states() == [("duplicate", "same_sheet_same_side"), ("matched", "")]


def test_a_page_placed_elsewhere_leaves_its_place_to_its_duplicate(office: Office) -> None:
    office.hand_in([a_code(side_px=200)], [a_code(side_px=400)])
    office.assign(2, THIRD)

    assert office.states() == [("matched", ""), ("matched", "by_person")]
    office.undo(2)
    assert office.states() == [("duplicate", "same_sheet_same_side"), ("matched", "")]


def test_a_page_goes_to_no_sheet_of_another_campaign_and_to_no_side_that_has_none(
    office: Office,
) -> None:
    old = SheetId("eeeeeeeeeeee")
    office.house.hear(replace(an_issue(old), campaign=CampaignId("44-2025a")))
    office.hand_in(Cause.NO_CODE)

    with pytest.raises(UnknownSheetError):
        office.assign(1, old)
    back = AssignPage(office.batch, by(WANG), 1, OTHER, "back")
    with pytest.raises(NoSuchSideError):
        page_acts.assign_page(office.desk, back)
    serial = AssignPage(office.batch, by(WANG), 1, OTHER, "front", 9)
    with pytest.raises(UnknownSheetError):
        page_acts.assign_page(office.desk, serial)
    assert office.states() == [("unmatched", "no_code")]


def test_a_class_whose_cover_lies_alone_is_told_with_everybody_missing(office: Office) -> None:
    office.house.hear(CoverIssued(KEY.campaign, CLASS, COVER, 1, 1, 3))
    office.hand_in([a_code(COVER, kind=CodeType.COVER)])

    [tally] = office.report().classes
    assert (tally.unit, tally.back, len(tally.missing)) == (CLASS, 0, 3)
