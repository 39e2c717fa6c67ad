"""What somebody types from a sheet, and what is stored of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.field_values import FieldValueError, canonical, document_number
from shared.contracts.fields import FieldKind, Required, national
from shared.kernel.id_number import check_character

TODAY = date(2026, 3, 2)
ENTERED = [one for one in national().fields if one.kind is not FieldKind.SHOWN]
DATES = st.dates(date(1900, 1, 1), TODAY)


def stored(key: str, text: str) -> str:
    return canonical(national().field(key), text, national(), today=TODAY)


@given(day=DATES, style=st.sampled_from(["{0:%Y-%m-%d}", "{0:%Y%m%d}", "{0.year}年{0.month}月{0.day}日", "{0.year}/{0.month}/{0.day}", " {0:%Y-%m-%d} "]))  # fmt: skip
def test_a_day_is_one_day_however_it_is_written(day: date, style: str) -> None:
    assert stored("birth_date", style.format(day)) == day.isoformat()


@given(field=st.sampled_from(ENTERED), text=st.text(max_size=40))
def test_whatever_is_taken_is_taken_again_unchanged(field, text: str) -> None:
    try:
        value = canonical(field, text, national(), today=TODAY)
    except FieldValueError:
        return
    assert canonical(field, value, national(), today=TODAY) == value


@pytest.mark.parametrize("field", [one for one in ENTERED if national().codes_of(one)])
def test_a_code_and_its_label_mean_the_same(field) -> None:
    codes = national().codes_of(field)
    assert codes is not None
    for code, label in codes.values:
        assert canonical(field, label, national(), today=TODAY) == code
        assert canonical(field, code.lower(), national(), today=TODAY) == code


@pytest.mark.parametrize("field", ENTERED)
def test_only_what_is_not_required_can_be_emptied(field) -> None:
    if field.required is Required.REQUIRED:
        with pytest.raises(FieldValueError, match="empty"):
            canonical(field, "  ", national(), today=TODAY)
    else:
        assert canonical(field, "  ", national(), today=TODAY) == ""


@pytest.mark.parametrize("field", [one for one in national().fields if one not in ENTERED])
def test_what_other_business_moves_is_never_entered(field) -> None:
    with pytest.raises(FieldValueError, match="not_entered"):
        canonical(field, "1", national(), today=TODAY)


@given(number=st.from_regex(r"440305201505\d{5}", fullmatch=True), wrong=st.integers(1, 10))
def test_one_wrong_check_character_is_always_found(number: str, wrong: int) -> None:
    marks = "0123456789X"
    right = check_character(number)
    other = marks[(marks.index(right) + wrong) % 11]

    with pytest.raises(FieldValueError):
        document_number(number + other, "1", today=TODAY)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("phone", "+86 138-0013-9000", "13800139000"),
        ("phone", "0755 8888 8888", "075588888888"),
        ("entry_month", "2021年9月", "2021-09"),
        ("id_valid_until", "2012-5-6至长期", "2012-05-06/长期"),
        ("birthplace", "440305000000", "440305"),
        ("name", "王　明", "王明"),
        ("number_in_class", "７号", "7"),
        ("id_number", "440305 20150506 251x", "44030520150506251X"),
    ],
)
def test_what_people_write_is_read_as_they_mean_it(key: str, text: str, value: str) -> None:
    assert stored(key, text) == value


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("id_valid_until", "2022-05-06至2012-05-06", "range"),
        ("birthplace", "999999", "division"),
        ("email", "nobody", "email"),
        ("talent", "a\x00b", "control_character"),
        ("entry_month", "2026-04", "future"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(key: str, text: str, code: str) -> None:
    with pytest.raises(FieldValueError) as refused:
        stored(key, text)

    assert refused.value.code == code


def test_an_id_type_decides_which_rules_a_number_follows() -> None:
    assert document_number("H1234567", "6", today=TODAY) == "H1234567"
    with pytest.raises(FieldValueError):
        document_number("H1234567", "1", today=TODAY)
