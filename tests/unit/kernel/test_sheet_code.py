import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import CampaignId, ProvinceCode, SheetId
from shared.kernel.sheet_code import (
    ALPHABET,
    MAX_LAYOUT,
    MAX_SERIAL,
    CodeHead,
    CodeKey,
    CodeSuite,
    CodeType,
    Side,
    code_url,
    make_code,
    parse_url,
    verify_code,
)
from shared.kernel.sheet_number import grouped, is_sheet_number, new_number_base, sheet_number

VECTORS = json.loads(Path("tests/vectors/sheet-code.json").read_text())
KEY = CodeKey(CampaignId("44-2026a"), ProvinceCode("44"), bytes.fromhex(VECTORS["key"]))
OTHER = replace(KEY, key=bytes(32))

heads = st.builds(
    CodeHead,
    st.sampled_from(CodeType),
    st.integers(1, MAX_LAYOUT),
    st.sampled_from(Side),
    st.integers(1, MAX_SERIAL),
    st.integers(0, 2**48 - 1).map(lambda number: SheetId(f"{number:012x}")),
)


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=lambda one: one["letter"] + one["side"])
def test_codes_are_as_published(vector: dict) -> None:
    head = CodeHead(
        CodeType(vector["letter"]),
        VECTORS["layout"],
        Side(vector["side"]),
        VECTORS["serial"],
        SheetId(VECTORS["sheet"]),
    )

    assert make_code(head, KEY) == vector["code"]
    assert verify_code(vector["letter"], vector["code"], [KEY]).head == head


@given(heads)
def test_what_is_written_reads_back_under_its_key_alone(head: CodeHead) -> None:
    code = make_code(head, KEY)

    assert verify_code(head.type, code, [OTHER, KEY]).head == head
    assert verify_code(head.type, code, [OTHER]) is None


@given(heads, st.integers(0, 20), st.sampled_from(ALPHABET))
def test_no_character_can_be_changed(head: CodeHead, place: int, character: str) -> None:
    code = make_code(head, KEY)
    edited = code[:place] + character + code[place + 1 :]

    assert (verify_code(head.type, edited, [KEY]) is not None) == (edited == code)


@given(heads)
def test_a_sheets_code_is_no_covers_code(head: CodeHead) -> None:
    other = CodeType.COVER if head.type is CodeType.SHEET else CodeType.SHEET

    assert verify_code(other, make_code(head, KEY), [KEY]) is None


@given(heads)
def test_case_and_lookalikes_do_not_matter(head: CodeHead) -> None:
    code = make_code(head, KEY)
    typed = code.lower().replace("0", "o").replace("1", "l")

    assert verify_code(head.type.lower(), typed, [KEY]).head == head


@given(heads)
def test_the_other_suite_has_other_checks(head: CodeHead) -> None:
    chinese = replace(KEY, suite=CodeSuite.SM3)
    code = make_code(head, chinese)

    assert verify_code(head.type, code, [chinese]).head == head
    assert verify_code(head.type, code, [KEY]) is None


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    assert verify_code("S", text, [KEY]) is None
    parse_url(text)


@pytest.mark.parametrize(
    ("layout", "serial", "sheet"),
    [(0, 1, "0" * 12), (1024, 1, "0" * 12), (1, 0, "0" * 12), (1, 32, "0" * 12), (1, 1, "0" * 11)],
)
def test_numbers_out_of_range_are_refused(layout: int, serial: int, sheet: str) -> None:
    with pytest.raises(ValueError, match=r"not in|hex digits"):
        make_code(CodeHead(CodeType.SHEET, layout, Side.FRONT, serial, SheetId(sheet)), KEY)


@given(heads)
def test_the_symbols_text_stays_alphanumeric_and_splits_again(head: CodeHead) -> None:
    code = make_code(head, KEY)
    text = code_url("xj.gdedu.gov.cn", head.type, code)

    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert parse_url(text) == (head.type, code)


@given(st.integers(0, 10**13 - 1), st.sampled_from(Side))
def test_every_single_slip_and_neighbour_swap_of_a_sheet_number_is_refused(
    base: int, side: Side
) -> None:
    number = sheet_number(f"{base:013d}", side)

    assert is_sheet_number(number)
    assert is_sheet_number(grouped(number))
    for place in range(16):
        slipped = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        assert not is_sheet_number(slipped)
    for place in range(15):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or not is_sheet_number(swapped)


def test_fresh_numbers_differ() -> None:
    assert len({new_number_base() for _ in range(1000)}) == 1000
