"""Printed sheet numbers: read by themselves, matched on two signals, ranked for people."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scan.digits.ranking import shares
from services.scan.digits.reading import LEAST, packed, read_strip, unpacked
from services.scan.digits.rules import Context, Printed, decide_by_number
from services.scan.digits.seen import CornerSeen, Possible
from services.scan.domain import Issued
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import SheetId, SheetNumber, UnitCode
from shared.kernel.sheet_code import Side
from tests.unit.scan_digits.numbers import LEVELS, Level, a_number, strip_of

SCHOOL, ELSEWHERE = UnitCode("2144910101"), UnitCode("2144990101")
CLASS, NEXT_CLASS = UnitCode(f"{SCHOOL}-0101"), UnitCode(f"{SCHOOL}-0102")
SHEET, OTHER = SheetId("0123456789ab"), SheetId("ffffffffffff")
RNG = np.random.default_rng(5)
ONE, TWO, THREE = (a_number(RNG) for _ in range(3))
HERE = Context(SCHOOL)
MATCHED = (PageState.MATCHED, "by_number")
ALONE = (PageState.UNMATCHED, "one_signal_only")
NOT_READ = CornerSeen()


def printed(
    sheet: SheetId = SHEET, unit: UnitCode = CLASS, *, serial: int = 1, newest: int = 1
) -> Printed:
    issued = Issued(sheet, newest, frozenset(range(1, newest + 1)), unit)
    return Printed(issued, serial, Side.FRONT)


def corner(number: SheetNumber = ONE, *more: Possible, log: float = 0.0) -> CornerSeen:
    return CornerSeen((Possible(number, log), *more))


def decided(
    *corners: CornerSeen,
    known: dict[SheetNumber, Printed] | None = None,
    context: Context = HERE,
) -> tuple[PageState, str]:
    everything = {ONE: printed(), TWO: printed(OTHER, NEXT_CLASS)} if known is None else known
    decision = decide_by_number(corners, everything, context)
    assert (decision.match is not None) == (decision.state is PageState.MATCHED)
    return decision.state, decision.reason


def test_both_corners_with_one_number_match() -> None:
    assert decided(corner(), corner()) == MATCHED


def test_one_corner_alone_never_matches_however_clear_it_is() -> None:
    assert decided(corner(), NOT_READ) == decided(NOT_READ, corner()) == ALONE


def test_one_corner_and_the_cover_of_its_class_match_and_another_class_does_not() -> None:
    own, other = (replace(HERE, declared=frozenset({one})) for one in (CLASS, NEXT_CLASS))

    assert decided(corner(), NOT_READ, context=own) == MATCHED
    assert decided(corner(), NOT_READ, context=other) == ALONE


def test_one_corner_and_the_ticket_of_its_sheet_match() -> None:
    assert decided(corner(), NOT_READ, context=Context(ticket=SHEET)) == MATCHED


def test_the_ticket_alone_and_the_cover_alone_match_nothing() -> None:
    declared = replace(HERE, declared=frozenset({CLASS}))

    assert decided(NOT_READ, NOT_READ, context=Context(ticket=SHEET)) == ALONE
    assert decided(NOT_READ, NOT_READ, context=declared) == (PageState.UNMATCHED, "no_code")


def test_two_corners_that_name_different_sheets_match_nothing_whatever_the_cover_says() -> None:
    declared = replace(HERE, declared=frozenset({CLASS}))

    ending = decided(corner(), corner(TWO), context=declared)

    assert ending == (PageState.UNMATCHED, "numbers_disagree")


def test_a_number_that_was_never_issued_matches_nothing() -> None:
    assert decided(corner(THREE), corner(THREE)) == (PageState.UNMATCHED, "no_code")


def test_another_schools_number_in_both_corners_is_misfiled_and_only_when_it_is_clear() -> None:
    known = {ONE: printed(unit=UnitCode(f"{ELSEWHERE}-0101"))}
    doubtful = corner(log=math.log(0.1))

    assert decided(corner(), corner(), known=known) == (PageState.MISFILED, "other_school")
    assert decided(corner(), NOT_READ, known=known) == ALONE
    assert decided(doubtful, doubtful, known=known) == (PageState.UNMATCHED, "no_code")


def test_another_pupils_number_in_both_corners_of_a_guardians_photo_is_misfiled() -> None:
    ending = decided(corner(TWO), corner(TWO), context=Context(ticket=SHEET))

    assert ending == (PageState.MISFILED, "other_pupil")


def test_a_corner_that_may_be_either_of_two_issued_numbers_says_neither() -> None:
    either = corner(ONE, Possible(TWO, -1.0))

    assert decided(either, either) == (PageState.UNMATCHED, "no_code")


def test_an_older_print_is_matched_and_said_to_be_one() -> None:
    known = {ONE: printed(newest=2)}

    assert decided(corner(), corner(), known=known) == (PageState.MATCHED, "superseded_serial")


signals = st.sampled_from([NOT_READ, corner(ONE), corner(TWO), corner(THREE)])


@given(signals, signals, st.sets(st.sampled_from([CLASS, NEXT_CLASS])), st.booleans())
def test_a_match_has_two_signals_and_none_against_it(
    first: CornerSeen, second: CornerSeen, declared: set[UnitCode], is_photo: bool
) -> None:
    context = Context(ticket=SHEET) if is_photo else Context(SCHOOL, frozenset(declared))
    known = {ONE: printed(), TWO: printed(OTHER, NEXT_CLASS)}
    decision = decide_by_number((first, second), known, context)

    if decision.match is None:
        return
    number = next(one for one, copy in known.items() if copy.issued.sheet == decision.match.sheet)
    shown = [one.possible[0].number for one in (first, second) if one.possible]
    others = [one for one in shown if one in known and one != number]
    supported = known[number].issued.unit in context.declared or context.ticket == SHEET
    assert not others
    assert shown.count(number) + supported >= 2


# Reading.


@pytest.mark.parametrize("level", LEVELS[:3], ids=lambda level: level.name)
def test_a_number_is_read_sharp_soft_and_blurred(level: Level) -> None:
    for seed in range(4):
        number = a_number(np.random.default_rng([3, seed]), Side.BACK)

        assert read_strip(strip_of(number, level, seed)).possible[0].number == number


def test_a_strip_of_paper_shows_no_number() -> None:
    paper = np.full((64, 464), 230, np.uint8)
    noise = np.clip(RNG.normal(220, 12, (64, 464)), 0, 255).astype(np.uint8)

    assert read_strip(paper) == CornerSeen()
    assert read_strip(noise).possible == ()


def test_what_is_kept_of_a_strip_is_digits_to_a_twentieth_of_a_nat() -> None:
    logs = np.log(RNG.dirichlet(np.ones(11), 39)).astype(np.float32)

    again = unpacked(packed(logs))

    assert again.shape == logs.shape
    assert np.abs(again - np.maximum(logs, -12.75)).max() <= 0.026


def wrong_matches(level: Level, pages: int, seed: int) -> tuple[int, Counter[str]]:
    """Pages of a school among sheets of others: who is matched wrongly, and what became of all."""
    rng = np.random.default_rng(seed)
    known = {
        a_number(rng): printed(SheetId(f"{place:012x}"), CLASS if place < 2000 else ELSEWHERE)
        for place in range(5000)
    }
    numbers, found, wrong = list(known), Counter[str](), 0
    for page in range(pages):
        truth = numbers[int(rng.integers(4000))] if page % 5 else a_number(rng)
        corners = tuple(read_strip(strip_of(truth, level, seed + 2 * page + at)) for at in (0, 1))
        covered = replace(HERE, declared=frozenset({CLASS}))
        for seen, context in ((corners, HERE), (corners[:1], covered)):
            decision = decide_by_number(seen, known, context)
            found[decision.state.value] += 1
            if decision.match is not None:
                own = known.get(truth)
                wrong += own is None or decision.match.sheet != own.issued.sheet
    return wrong, found


@pytest.mark.slow
def test_no_page_is_matched_to_a_wrong_sheet() -> None:
    for place, level in enumerate(LEVELS[2:5]):
        wrong, found = wrong_matches(level, 3, 1000 * place)

        assert (wrong, found.total()) == (0, 6)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)
def test_of_hundreds_of_pages_at_each_level_none_is_matched_to_a_wrong_sheet(level: Level) -> None:
    wrong, found = wrong_matches(level, 350, 7000)

    assert (wrong, found.total()) == (0, 700)


# Ranking.


def test_the_right_sheet_is_first_among_thousands_where_a_corner_is_barely_read() -> None:
    barely = next(one for one in LEVELS if one.name == "harsh")
    rng = np.random.default_rng(8)
    numbers = [a_number(rng) for _ in range(1000)]
    steps = [read_strip(strip_of(numbers[77], barely, 100 + at)).steps for at in (0, 1)]

    found = shares(steps, numbers, [0.0] * len(numbers))

    assert found is not None
    assert max(range(len(numbers)), key=lambda place: found[place]) == 77
    assert found[77] > 0.9


def test_a_number_that_is_none_of_those_compared_makes_none_of_them_likely() -> None:
    rng = np.random.default_rng(9)
    numbers = [a_number(rng) for _ in range(500)]
    steps = [read_strip(strip_of(a_number(rng), LEVELS[0], at)).steps for at in (0, 1)]

    found = shares(steps, numbers, [0.0] * len(numbers))

    assert found is None or max(found) < 0.01


def test_where_nothing_was_read_nothing_is_ranked() -> None:
    assert shares([b"", b""], [ONE, TWO], [0.0, 0.0]) is None
    assert shares([], [ONE], [0.0]) is None
    assert LEAST < 0
