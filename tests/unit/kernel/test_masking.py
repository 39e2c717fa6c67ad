import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.masking import masked_id, masked_name, masked_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王*明"),
        ("王明", "王*"),
        ("欧阳小明", "欧*明"),
        ("阿卜杜拉·买买提", "阿*提"),
        ("𬱖", "*"),
        ("𬱖𫟹㛃", "𬱖*㛃"),
        ("葛\U000e0100小明", "葛\U000e0100*明"),
        (" 王小明 ", "王*明"),
        ("", ""),
    ],
)
def test_a_name_shows_its_first_and_last_character(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@given(st.text(st.characters(categories=["Lo"]), min_size=3, max_size=40))
def test_the_length_of_a_name_is_hidden(name: str) -> None:
    assert len(masked_name(name)) == 3


def test_numbers_show_three_and_four() -> None:
    assert masked_id("11010519491231002X") == "110***********002X"
    assert masked_phone("13800001234") == "138****1234"


@given(st.text(st.characters(codec="ascii", categories=["Nd"]), max_size=40))
def test_at_least_four_digits_or_all_but_two_stay_hidden(number: str) -> None:
    shown = masked_id(number)

    assert len(shown) == len(number)
    assert shown.count("*") >= min(4, len(number))
