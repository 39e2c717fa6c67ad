"""What is printed, and what came of it: values in, values out."""

from dataclasses import dataclass
from enum import StrEnum

from services.forms.render.fonts import FontFile
from shared.kernel.ids import CampaignId, SheetId, SheetNumber, StudentId, UnitCode
from shared.kernel.sheet_code import CodeKey


@dataclass(frozen=True, slots=True)
class Copy:
    """The identity of one printed copy of a sheet or cover; `number_base` is its 13 random digits."""

    sheet: SheetId
    serial: int
    number_base: str
    is_reprint: bool = False


@dataclass(frozen=True, slots=True)
class PupilSheet:
    """One pupil's sheet: display-ready values by field key."""

    student: StudentId
    copy: Copy
    record_version: int
    student_number: str
    number_in_class: int | None
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class ClassSheets:
    """One class in print order; `cover` None leaves the class cover out."""

    unit: UnitCode
    school_name: str
    class_name: str
    pupils: tuple[PupilSheet, ...]
    cover: Copy | None = None


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One PDF file: one class, or the classes of a school in order.

    `template` and the host's length choose the layouts; `fonts` is the campaign's chain.
    """

    campaign: CampaignId
    campaign_name: str
    title: str
    host: str
    template: str
    code_key: CodeKey
    ledger_key: bytes
    fonts: tuple[FontFile, ...]
    classes: tuple[ClassSheets, ...]


class Mark(StrEnum):
    """What a person must complete or look at on a sheet."""

    MISSING_GLYPH = "missing_glyph"
    OVERFLOW = "overflow"  # printed on the variant with taller rows
    TOO_LONG = "too_long"  # not printed: a value fits on no layout


@dataclass(frozen=True, slots=True)
class Finding:
    """A mark on one sheet: field keys and code points, never a value."""

    sheet: SheetId
    student: StudentId
    mark: Mark
    fields: tuple[str, ...] = ()
    code_points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One sheet of a file; `pages` counts from 1."""

    unit: UnitCode
    sheet: SheetId
    student: StudentId
    serial: int
    layout: int
    numbers: tuple[SheetNumber, ...]
    record_version: int
    number_in_class: int | None
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PrintedCover:
    """One class cover of a file."""

    unit: UnitCode
    cover: SheetId
    serial: int
    layout: int
    numbers: tuple[SheetNumber, ...]
    expected: int
    page: int


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """A finished PDF and everything that is known about it."""

    pdf: bytes
    sha256: str
    page_count: int
    sheets: tuple[PrintedSheet, ...]
    covers: tuple[PrintedCover, ...]
    findings: tuple[Finding, ...]
    fonts: tuple[tuple[str, str], ...]  # face name, SHA-256 of its file
    layouts: tuple[tuple[int, str], ...]  # number, SHA-256
