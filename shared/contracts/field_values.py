"""A field's value as it is typed and as it is stored: strict, because somebody typed it now.

An import keeps what it cannot read and flags it; an entry is refused with the reason instead,
while whoever typed it still holds the paper. "" is an ordinary value: the field is emptied.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from shared.contracts.fields import Catalogue, CodeList, Field, FieldKind, FieldType, Required
from shared.kernel import divisions, names
from shared.kernel.id_number import id_problem, normalised

MAX_CHARACTERS = 200
RESIDENT_ID = "1"
NO_DOCUMENT = "Z"  # another document, or none at all: the number may be empty

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
_RANGE = re.compile(r"(.+?)(?:至|到|~|—|/)(.+)")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}(?:\*\d{1,6})?|\d{7,8}|00\d{6,18}")
_PHONE_NOISE = re.compile(r"[\s\-\u2010-\u2015()]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_URL = re.compile(r"(https?://)?[^\s/.]+(\.[^\s/.]+)+(/\S*)?")
_DIVISION_FIRST = re.compile(r"(\d{6})(?:\d{6})?\s*(.*)", re.DOTALL)
_DOCUMENT = re.compile(r"[0-9A-Z()/.-]{4,30}")
_EARLIEST = 1900


class FieldValueError(ValueError):
    """The text is no value of the field; `code` says why, never what was typed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def canonical(field: Field, text: str, catalogue: Catalogue, *, today: date) -> str:
    """The value as it is stored; "" when the field is to be emptied.

    Args:
        field: of the catalogue.
        text: as typed: codes or labels, 2012-5-6, 2012年5月6日 or 20120506, spaced numbers.
        catalogue: knows the field's code list.
        today: no date of birth lies after it.

    Raises:
        FieldValueError: not_entered, empty, too_long, code, date, future, month, phone, ...
    """
    if field.kind is FieldKind.SHOWN:
        raise FieldValueError("not_entered")
    # Names and addresses keep the width people gave them; everything else is folded.
    bare = text.strip()
    if not bare:
        if field.required is Required.REQUIRED:
            raise FieldValueError("empty")
        return ""
    if len(bare) > MAX_CHARACTERS:
        raise FieldValueError("too_long")
    codes = catalogue.codes_of(field)
    if codes is not None:
        return _code(codes, bare)
    if field.type in _DATED:
        return _DATED[field.type](bare, today)
    return _PLAIN.get(field.type, _text)(bare) if field.length is None else _exact(field, bare)


def document_number(text: str, id_type: str, *, today: date) -> str:
    """An ID number of the record's own document type, as stored.

    Raises:
        FieldValueError: id_shape, id_check, id_birth_date of a resident's number; document.
    """
    number = normalised(text)
    if not number:
        return ""
    if id_type != RESIDENT_ID:
        if not _DOCUMENT.fullmatch(number):
            raise FieldValueError("document")
        return number
    problem = id_problem(number, today=today)
    if problem is not None:
        raise FieldValueError(problem.value)
    return number


def _code(codes: CodeList, text: str) -> str:
    folded = _folded(text).upper()
    width = len(codes.values[0][0]) if codes.values else 0
    for candidate in (text, folded, folded.zfill(width)):
        code = codes.code_of(candidate)
        if code is not None:
            return code
    raise FieldValueError("code")


def _day(text: str) -> date:
    found = _DAY.fullmatch(_folded(text))
    if found is None:
        raise FieldValueError("date")
    parts = [int(part) for part in found.groups() if part is not None]
    try:
        day = date(*parts)
    except ValueError:
        raise FieldValueError("date") from None
    if day.year < _EARLIEST:
        raise FieldValueError("date")
    return day


def _date(text: str, today: date) -> str:
    day = _day(text)
    if day > today:
        raise FieldValueError("future")
    return day.isoformat()


def _month(text: str, today: date) -> str:
    found = _MONTH.fullmatch(_folded(text))
    if found is None:
        raise FieldValueError("month")
    try:
        month = date(int(found[1]), int(found[2]), 1)
    except ValueError:
        raise FieldValueError("month") from None
    if month.year < _EARLIEST:
        raise FieldValueError("month")
    if month > today:
        raise FieldValueError("future")
    return f"{month:%Y-%m}"


def _range(text: str, _today: date) -> str:
    found = _RANGE.fullmatch(_folded(text))
    if found is None:
        raise FieldValueError("range")
    since = _day(found[1])
    if "长期" in found[2]:
        return f"{since.isoformat()}/长期"
    until = _day(found[2])
    if until <= since:
        raise FieldValueError("range")
    return f"{since.isoformat()}/{until.isoformat()}"


def _name(text: str) -> str:
    name = names.tidied(text)
    if not names.is_name(name):
        raise FieldValueError("name")
    return name


def _id_number(text: str) -> str:
    # Which rules hold depends on the document's type: `document_number`, with the outcome.
    return normalised(text)


def _phone(text: str) -> str:
    bare = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    if not _PHONE.fullmatch(bare):
        raise FieldValueError("phone")
    return bare


def _division(text: str) -> str:
    found = _DIVISION_FIRST.fullmatch(_folded(text))
    if found is None or found[2] or not divisions.is_known(found[1]):
        raise FieldValueError("division")
    return found[1]


def _integer(text: str) -> str:
    digits = _folded(text).removesuffix("号")
    if not re.fullmatch(r"\d{1,6}", digits, re.ASCII):
        raise FieldValueError("integer")
    return str(int(digits))


def _decimal(text: str) -> str:
    number = _folded(text).lower().removesuffix("km")
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", number, re.ASCII):
        raise FieldValueError("decimal")
    return number


def _matching(pattern: re.Pattern[str], code: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise FieldValueError(code)
        return text

    return read


def _exact(field: Field, text: str) -> str:
    digits = _folded(text)
    if len(digits) != field.length or not (digits.isascii() and digits.isalnum()):
        raise FieldValueError("length")
    if field.type is FieldType.DIGITS and not digits.isdigit():
        raise FieldValueError("length")
    return digits


def _text(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise FieldValueError("control_character")
    return text


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


_DATED: dict[FieldType, Callable[[str, date], str]] = {
    FieldType.DATE: _date,
    FieldType.MONTH: _month,
    FieldType.DATE_RANGE: _range,
}
_PLAIN: dict[FieldType, Callable[[str], str]] = {
    FieldType.NAME: _name,
    FieldType.ID_NUMBER: _id_number,
    FieldType.PHONE: _phone,
    FieldType.DIVISION: _division,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.EMAIL: _matching(_EMAIL, "email"),
    FieldType.URL: _matching(_URL, "url"),
}
