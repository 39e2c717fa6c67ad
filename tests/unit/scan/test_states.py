"""Every page ends in one state: the rules, without a picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scan.domain import HandedIn, Issued, Seen, better, decide
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId
from shared.kernel.sheet_code import ALPHABET, CodeHead, CodeKey, CodeType, Side, make_code

KEY = CodeKey(CampaignId("44-2026a"), ProvinceCode("44"), bytes(range(32)))
OLD = CodeKey(CampaignId("44-2025a"), ProvinceCode("44"), bytes(range(1, 33)), is_closed=True)
STRANGER = CodeKey(CampaignId("44-2026a"), ProvinceCode("44"), bytes(32))
SHEET, OTHER = SheetId("0123456789ab"), SheetId("ffffffffffff")
ISSUED = {SHEET: Issued(SHEET, 2, frozenset({1, 2})), OTHER: Issued(OTHER, 1, frozenset({1}))}
FROM_PAGE = HandedIn(KEY.campaign, SHEET)
FROM_PILE = HandedIn(KEY.campaign, None)


def code(
    sheet: SheetId = SHEET,
    key: CodeKey = KEY,
    *,
    serial: int = 2,
    side: Side = Side.FRONT,
    kind: CodeType = CodeType.SHEET,
) -> tuple[str, str]:
    return kind.value, make_code(CodeHead(kind, 1, side, serial, sheet), key)


def state(*codes: tuple[str, str], given: HandedIn = FROM_PAGE, **seen: object) -> tuple[str, str]:
    decision = decide(
        Seen(codes, seen.get("others", 0), seen.get("cause")), (KEY, OLD), ISSUED, given
    )
    assert (decision.match is not None) == (decision.state is PageState.MATCHED)
    return decision.state.value, decision.reason


def test_an_authentic_code_of_an_issued_sheet_matches() -> None:
    assert state(code()) == ("matched", "")
    assert state(code(), code(side=Side.BACK)) == ("matched", "")
    assert state(code(), given=FROM_PILE) == ("matched", "")


def test_an_older_copy_still_counts_and_says_so() -> None:
    assert state(code(serial=1)) == ("matched", "superseded_serial")


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([code(OTHER, serial=1)], ("misfiled", "other_pupil")),
        ([code(key=OLD)], ("misfiled", "other_campaign")),
        ([code(SheetId("0000000000aa"))], ("unmatched", "not_issued")),
        ([code(serial=3)], ("unmatched", "not_issued")),
        ([code(key=STRANGER)], ("foreign", "bad_check")),
        ([code(), code(OTHER, serial=1)], ("unreadable", "several_sheets")),
        ([code(kind=CodeType.COVER)], ("cover", "")),
    ],
)
def test_what_is_not_this_sheet_never_matches(
    codes: list[tuple[str, str]], expected: tuple[str, str]
) -> None:
    assert state(*codes) == expected


def test_a_sheets_code_under_a_covers_letter_is_nothing() -> None:
    assert state(("B", code()[1])) == ("foreign", "bad_check")


@pytest.mark.parametrize("cause", ["blurred", "dark", "glare", "cropped", "too_small"])
def test_a_measured_cause_is_told_to_whoever_can_take_another_photo(cause: str) -> None:
    assert state(cause=cause) == ("unreadable", cause)


def test_a_clear_sheet_without_codes_goes_to_a_person() -> None:
    assert state(cause="no_code") == ("unmatched", "no_code")


def test_somebody_elses_symbol_is_foreign() -> None:
    assert state(others=1, cause="no_code") == ("foreign", "not_our_code")


@given(st.integers(0, 20), st.sampled_from(ALPHABET))
def test_an_edited_code_never_matches(place: int, character: str) -> None:
    letter, right = code()
    edited = right[:place] + character + right[place + 1 :]
    if edited != right:
        assert state((letter, edited)) == ("foreign", "bad_check")


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_of_two_photos_never_each_is_better_than_the_other(first: int, second: int) -> None:
    assert not (better(first, second) and better(second, first))


@pytest.mark.parametrize(
    "cause", ["not_an_image", "too_many_pixels", "too_many_pages", "encrypted_pdf", "animated"]
)
def test_what_is_no_picture_that_is_taken_is_refused(cause: str) -> None:
    assert state(cause=cause) == ("refused", cause)
