"""The three words of a printed copy: the same for whoever has the key, another for every copy."""

import json
from itertools import product
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import CampaignId, ProvinceCode, SheetId
from shared.kernel.origin_words import FIRST, SECOND, origin_words
from shared.kernel.sheet_code import CodeKey, CodeSuite

VECTORS = json.loads(Path("tests/vectors/origin-words.json").read_text())
SHEET = SheetId("0123456789ab")


def a_key(secret: bytes, suite: CodeSuite = CodeSuite.SHA256) -> CodeKey:
    return CodeKey(CampaignId("44-2026a"), ProvinceCode("44"), secret, suite=suite)


def test_words_are_those_of_the_vectors() -> None:
    for one in VECTORS:
        key = a_key(bytes.fromhex(one["key"]), CodeSuite(one["suite"]))

        words = origin_words(SheetId(one["sheet"]), one["serial"], key)

        assert list(words.chinese) == one["chinese"]
        assert list(words.english) == one["english"]


def test_no_two_of_the_words_are_the_same() -> None:
    for language in (0, 1):
        words = {first[language] + second[language] for first, second in product(FIRST, SECOND)}
        assert len(words) == 256


@given(st.binary(min_size=32, max_size=32), st.integers(1, 31))
def test_every_copy_has_three_words_of_two_characters(secret: bytes, serial: int) -> None:
    words = origin_words(SHEET, serial, a_key(secret))

    assert [len(one) for one in words.chinese] == [2, 2, 2]
    assert str(words) == "·".join(words.chinese)


def test_another_key_another_sheet_and_a_reprint_have_other_words() -> None:
    key = a_key(bytes(range(32)))
    told = {
        origin_words(SHEET, 1, key).chinese,
        origin_words(SHEET, 2, key).chinese,
        origin_words(SheetId("0123456789ac"), 1, key).chinese,
        origin_words(SHEET, 1, a_key(bytes(range(1, 33)))).chinese,
    }

    assert len(told) == 4
