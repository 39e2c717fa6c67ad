"""One cell as the value that is stored: a converter per column, made once per file.

A converter answers the stored text, "" for an empty cell. It raises `CellError` where the
cell cannot be stored as what it should be; what is only doubtful is kept and counted.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from services.roster.reading.book import Cell
from shared.contracts.fields import Catalogue, CodeList, Field, FieldType
from shared.kernel import names
from shared.kernel.id_number import normalised
from shared.kernel.student_number import number_kind

Converter = Callable[[Cell], str]

MAX_TEXT = 200
# Above this a number in a cell has lost digits: IEEE doubles hold fifteen.
_EXACT_BELOW = 10**15
_SCIENTIFIC = re.compile(r"\d+(\.\d+)?[eE]\+?\d+")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?")
_RANGE = re.compile(r"(.+?)\s*(?:至|到|~|～|—|--|(?<=\d{8})-|/)\s*(.+)")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}\d{7,8}(?:\*\d{1,6})?|\d{7,8}|00\d{6,18}")
_PHONE_NOISE = re.compile(r"[\s\-\u2010-\u2015()（）]+")
_CODE_AND_LABEL = re.compile(r"([0-9A-Za-z]{1,4})\s*[-—、.:|\s]\s*(.+)")
_FORMULA_TEXT = re.compile(r'="(.*)"')
# What registers and schools call a pupil who is in school, beside the list's own label.
_OTHER_LABELS = {
    "status": {"在校": "01", "正常": "01", "在籍在校": "01", "在籍": "01", "在校在籍": "01"},
    "sex": {"男性": "1", "女性": "2", "M": "1", "F": "2"},
    "yes_no": {"Y": "1", "N": "0", "有": "1", "无": "0", "TRUE": "1", "FALSE": "0", "√": "1"},
}


class CellError(Exception):
    """The cell cannot be stored; `code` says why, never what stands in it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text_of(cell: Cell) -> str:
    """A cell as plain text, without the marks people put before numbers to keep them text."""
    if isinstance(cell, str):
        text = cell.strip()
        if text[:1] in {"'", "=", "\u2018"}:
            formula = _FORMULA_TEXT.fullmatch(text)
            text = formula[1] if formula else text.lstrip("'\u2018")
        return text
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


def number_text_of(cell: Cell) -> str:
    """A cell that holds an ID number or student number, normalised.

    Raises:
        CellError: id_scientific or id_zeros, where a spreadsheet took it for a number.
    """
    if isinstance(cell, float | int) and not isinstance(cell, bool) and cell >= _EXACT_BELOW:
        raise CellError("id_zeros")
    text = text_of(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise CellError("id_scientific")
    return normalised(text)


def converter_of(field: Field, catalogue: Catalogue, warnings: Counter[str]) -> Converter:
    """How the cells of one field's column are read; doubts are counted in `warnings`."""
    codes = catalogue.codes_of(field)
    if codes is not None:
        return _code_reader(codes, warnings)
    plain: dict[FieldType, Converter] = {
        FieldType.ID_NUMBER: number_text_of,
        FieldType.DATE: read_date,
        FieldType.MONTH: read_month,
        FieldType.INTEGER: _read_integer,
        FieldType.DECIMAL: _read_decimal,
    }
    if field.key == "student_number":
        return _read_student_number
    if field.type in plain:
        return plain[field.type]
    return _doubting_reader(field, warnings)


def _doubting_reader(field: Field, warnings: Counter[str]) -> Converter:
    match field.type:
        case FieldType.NAME:
            return _name_reader(warnings)
        case FieldType.PHONE:
            return _phone_reader(warnings)
        case FieldType.DATE_RANGE:
            return _range_reader(warnings)
        case FieldType.DIVISION:
            return _read_division
        case FieldType.DIGITS if field.length:
            return _digits_reader(field.length, warnings)
    return read_text


def read_text(cell: Cell) -> str:
    """Any text that fits.

    Raises:
        CellError: too_long.
    """
    text = text_of(cell)
    if len(text) > MAX_TEXT:
        raise CellError("too_long")
    return text


@lru_cache(maxsize=8192)
def _day(text: str) -> str:
    if len(text) == 8 and text.isascii() and text.isdigit():
        parts = (text[:4], text[4:6], text[6:])
    else:
        found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
        if found is None:
            raise CellError("date")
        parts = (found[1], found[2], found[3])
    try:
        return date(*map(int, parts)).isoformat()
    except ValueError:
        raise CellError("date") from None


def read_date(cell: Cell) -> str:
    """A day as 2012-05-06.

    Raises:
        CellError: date.
    """
    if type(cell) is not str:
        if isinstance(cell, date):
            return cell.isoformat()[:10]
        cell = text_of(cell)
    cell = cell.strip()
    return _day(cell) if cell else ""


@lru_cache(maxsize=2048)
def read_month(cell: Cell) -> str:
    """A month as 2018-09; a day is cut to its month.

    Raises:
        CellError: month.
    """
    if isinstance(cell, date):
        return cell.isoformat()[:7]
    text = text_of(cell)
    if not text:
        return ""
    if len(text) == 6 and text.isascii() and text.isdigit():
        year, month = int(text[:4]), int(text[4:])
    elif found := _MONTH.fullmatch(unicodedata.normalize("NFKC", text)):
        year, month = int(found[1]), int(found[2])
    else:
        return _month_of_day(text)
    if not (1900 <= year <= 2200 and 1 <= month <= 12):
        raise CellError("month")
    return f"{year:04d}-{month:02d}"


def _month_of_day(text: str) -> str:
    try:
        return _day(text)[:7]
    except CellError:
        raise CellError("month") from None


def _read_integer(cell: Cell) -> str:
    text = unicodedata.normalize("NFKC", text_of(cell))
    if not text:
        return ""
    text = text.removesuffix("号")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise CellError("integer")
    return str(int(text))


def _read_decimal(cell: Cell) -> str:
    text = unicodedata.normalize("NFKC", text_of(cell)).lower().removesuffix("km").strip()
    if not text:
        return ""
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text, re.ASCII):
        raise CellError("decimal")
    return text


def _read_student_number(cell: Cell) -> str:
    number = number_text_of(cell)
    if number and number_kind(number) is None:
        raise CellError("number_shape")
    return number


def _read_division(cell: Cell) -> str:
    text = read_text(cell)
    # Twelve digits name a village or street; the register compares the first six.
    if len(text) == 12 and text.isascii() and text.isdigit():
        return text[:6]
    return text


def _digits_reader(length: int, warnings: Counter[str]) -> Converter:
    def read(cell: Cell) -> str:
        text = unicodedata.normalize("NFKC", read_text(cell))
        if text and not (text.isascii() and text.isdigit() and len(text) == length):
            warnings["digits_doubtful"] += 1
        return text

    return read


def _name_reader(warnings: Counter[str]) -> Converter:
    def read(cell: Cell) -> str:
        name = names.tidied(text_of(cell))
        if not name:
            return ""
        if not names.is_name(name):
            raise CellError("name")
        if names.has_private_use(name):
            warnings["private_use"] += 1
        return name

    return read


def _phone_reader(warnings: Counter[str]) -> Converter:
    def read(cell: Cell) -> str:
        text = text_of(cell)
        if len(text) == 11 and text.isascii() and text.isdigit() and text[0] == "1":
            return text
        text = read_text(text)
        bare = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", text)).removeprefix("+86")
        if not text or _PHONE.fullmatch(bare):
            return bare
        warnings["phone_doubtful"] += 1
        return text

    return read


def _range_reader(warnings: Counter[str]) -> Converter:
    def read(cell: Cell) -> str:
        text = read_text(cell)
        if not text:
            return ""
        if found := _RANGE.fullmatch(text):
            try:
                until = "长期" if "长期" in found[2] else _day(found[2].strip())
                return f"{_day(found[1].strip())}/{until}"
            except CellError:
                pass
        warnings["range_doubtful"] += 1
        return text

    return read


def _code_reader(codes: CodeList, warnings: Counter[str]) -> Converter:
    width = len(codes.values[0][0]) if codes.values else 0
    known: dict[Cell, str] = {"": ""}

    def look_up(text: str) -> str | None:
        folded = unicodedata.normalize("NFKC", text).upper()
        both = _CODE_AND_LABEL.fullmatch(folded)
        for candidate in (text, folded, folded.zfill(width), *(both.groups() if both else ())):
            if (code := codes.code_of(candidate)) is not None:
                return code
        return _OTHER_LABELS.get(codes.name, {}).get(folded)

    def read(cell: Cell) -> str:
        code = known.get(cell)
        if code is None:
            text = read_text(cell)
            found = look_up(text) if text else ""
            if found is None:
                if codes.name == "sex":
                    raise CellError("code")
                warnings["unknown_code"] += 1
                return text  # kept and flagged, never dropped: lists drift between provinces
            code = known[cell] = found
        return code

    return read
