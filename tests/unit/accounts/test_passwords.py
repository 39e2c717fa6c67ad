import secrets
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.passwords import pieces_of, trouble_with

KNOWN = ("3144000017.01", "3144000017", "449101", "4491", "44")


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        "Password2026",
        "p@ssw0rd1234",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "1QAZ@WSX3edc!",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "Woaini1314520",
        "Guangdong@2026",
        "xuejiguanli123",
        "Admin@20260401",
        "3144000017.01",
        "449101abc2026",
        "zxcvbnm,./123",
        "龙龙龙龙龙龙龙龙龙龙龙龙",
    ],
)
def test_what_people_choose_when_nobody_thinks_is_refused(password: str) -> None:
    assert trouble_with(password, known=KNOWN) == "guessable"


@pytest.mark.parametrize(
    "password",
    [
        "Xq7-bridge-lamp-vow",
        "correct horse battery staple",
        "早上七点喝豆浆吃两根油条",
        "t4Kz!mW8vR2#",
        "three crows in my bathtub",
    ],
)
def test_what_somebody_thought_of_is_taken(password: str) -> None:
    assert trouble_with(password, known=KNOWN) is None


@pytest.mark.parametrize(("length", "trouble"), [(11, "short"), (129, "long")])
def test_a_password_has_a_least_and_a_most_length(length: int, trouble: str) -> None:
    text = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))

    assert trouble_with(text, known=KNOWN) == trouble


@given(st.text(min_size=1, max_size=40))
def test_pieces_are_no_more_than_characters_and_at_least_one(text: str) -> None:
    assert 1 <= pieces_of(text.casefold(), KNOWN) <= len(text.casefold())
