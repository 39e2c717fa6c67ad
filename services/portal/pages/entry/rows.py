"""One sheet as rows to work through: paper, record, entry and reading of each field together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.pages.values import field_of, label_of, shown
from shared.contracts.desk_commands import FieldValue, SheetOpened
from shared.contracts.fields import FieldKind, FieldType, national
from shared.contracts.lane_commands import Disagreement, DisagreementKind
from shared.contracts.look_commands import CellReading, CellSeen, PageSeen, SheetSeen
from shared.contracts.review_commands import (
    EntryShown,
    EntryState,
    HistoryLine,
)
from shared.contracts.seen import Grade, Ink
from shared.kernel.masking import masked_id, masked_phone
from shared.kernel.sheet_code import Side

_S = EntryState
EDITABLE = frozenset({_S.DRAFTED, _S.RETURNED, _S.CONFLICTED})
# Somebody at school still has something to do about them.
UNFINISHED = EDITABLE | {_S.QUERIED}
OPEN = UNFINISHED | {_S.SUBMITTED, _S.APPROVED}
_NUMERIC = {FieldType.PHONE, FieldType.INTEGER, FieldType.DIGITS, FieldType.DIVISION}


@dataclass(frozen=True, slots=True)
class Crop:
    """A cell in the picture of its side: everything in 0.1 mm of the paper."""

    side: Side
    view: str  # of an SVG
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the writing seems to say; shown, and taken by a key only."""

    value: str  # as it would be typed
    words: str
    grade: Grade | None
    others: tuple[str, ...]
    is_whole: bool  # it is offered; else it is only what was read
    fails_check: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the sheet."""

    field: str
    label: str
    is_key: bool
    ink: Ink | None
    is_ticked: bool
    crop: Crop | None
    current: str
    printed: str | None  # where the paper shows another value than the record holds now
    entry: EntryShown | None
    value: str  # what stands in the input
    suggested: Suggested | None
    options: tuple[tuple[str, str], ...]
    is_numeric: bool
    open_kind: DisagreementKind | None  # paper and entry differ, and nobody has said why
    settled: Disagreement | None
    needs_document: bool

    @property
    def is_work(self) -> bool:
        """Whether the row stands among those to work through."""
        is_seen = self.ink in (Ink.INK, Ink.UNSURE) or self.is_ticked
        return is_seen or self.entry is not None or self.open_kind is not None

    @property
    def is_pending(self) -> bool:
        """Whether somebody has to do something in this row."""
        if self.entry is not None and self.entry.state in (_S.RETURNED, _S.CONFLICTED):
            return True
        return self.needs_document or self.open_kind is not None

    @property
    def lacks_ink(self) -> bool:
        """Whether somebody has to say why there is an entry and no ink."""
        return self.open_kind is DisagreementKind.ENTRY_WITHOUT_INK

    @property
    def may_type(self) -> bool:
        """Whether a value can be typed here now."""
        state = self.entry.state if self.entry is not None else None
        return state not in (_S.QUERIED, _S.SUBMITTED, _S.APPROVED)

    @property
    def returned(self) -> HistoryLine | None:
        """The verdict that sent the entry back, the newest one."""
        lines = self.entry.history if self.entry is not None else ()
        return next((one for one in reversed(lines) if one.state is _S.RETURNED), None)

    @property
    def asked(self) -> HistoryLine | None:
        """What the guardian was asked last."""
        lines = self.entry.history if self.entry is not None else ()
        return next((one for one in reversed(lines) if one.step == "query"), None)

    @property
    def answered(self) -> HistoryLine | None:
        """What the guardian answered last, after they were asked."""
        lines = self.entry.history if self.entry is not None else ()
        return next((one for one in reversed(lines) if one.step in ("answer", "query")), None)


def rows_of(
    opened: SheetOpened, seen: SheetSeen | None, typed: Mapping[str, str] | None = None
) -> tuple[Row, ...]:
    """The rows of a sheet: those with ink first, then in the order of the form.

    Args:
        opened: by review.
        seen: by scan; None while its pages cannot be told.
        typed: what was typed and not saved, by field.
    """
    papers = _papers(opened, seen)
    entries = _entries(opened.entries)
    differing = {one.field: one for one in opened.standing.disagreements}
    place = {key: number for number, key in enumerate(opened.standing.cells)}
    found = [
        _row(
            value,
            papers.get(value.field, _Paper()),
            entries.get(value.field),
            differing.get(value.field),
            (typed or {}).get(value.field),
        )
        for value in opened.values
    ]
    return tuple(sorted(found, key=lambda row: place.get(row.field, len(place))))


@dataclass(frozen=True, slots=True)
class _Paper:
    """What the paper says of one field."""

    cell: CellSeen | None = None
    page: PageSeen | None = None
    is_stale: bool = False  # the record changed after the print


def _papers(opened: SheetOpened, seen: SheetSeen | None) -> dict[str, _Paper]:
    stale = frozenset(opened.standing.stale_fields)
    found = {field: _Paper(is_stale=True) for field in stale}
    if seen is not None:
        pages = {page.side: page for page in seen.pages}
        for cell in seen.cells:
            found[cell.field] = _Paper(cell, pages.get(cell.side), cell.field in stale)
    return found


def _entries(found: Iterable[EntryShown]) -> dict[str, EntryShown]:
    """Of each field the entry that is not over, else the last one."""
    chosen: dict[str, EntryShown] = {}
    for one in found:
        known = chosen.get(one.field)
        if known is None or known.state not in OPEN:
            chosen[one.field] = one
    return chosen


def _row(
    value: FieldValue,
    paper: _Paper,
    entry: EntryShown | None,
    difference: Disagreement | None,
    typed: str | None,
) -> Row:
    known, cell = field_of(value.field), paper.cell
    options = _options(value.field)
    is_over = difference is not None and difference.reason is not None
    is_draft = entry is not None and entry.state in EDITABLE
    is_key = known is not None and known.kind is FieldKind.KEY_DATA
    return Row(
        field=value.field,
        label=label_of(value.field),
        is_key=is_key,
        ink=cell.ink if cell is not None else None,
        is_ticked=cell is not None and cell.is_ticked,
        crop=_crop(paper),
        current=shown(value.field, value.current),
        printed=_printed(value) if paper.is_stale or value.printed != value.current else None,
        entry=entry,
        value=_typed(entry, typed),
        suggested=_suggested(cell.reading, options) if cell and cell.reading else None,
        options=options,
        is_numeric=known is not None and known.type in _NUMERIC,
        open_kind=difference.kind if difference is not None and not is_over else None,
        settled=difference if is_over else None,
        needs_document=is_key
        and is_draft
        and entry is not None
        and not any(one.proves for one in entry.documents),
    )


def _typed(entry: EntryShown | None, typed: str | None) -> str:
    if typed is not None:
        return typed
    return entry.new if entry is not None and entry.state in EDITABLE else ""


def _printed(value: FieldValue) -> str | None:
    return None if value.printed is None else shown(value.field, value.printed)


def _crop(paper: _Paper) -> Crop | None:
    cell, page = paper.cell, paper.page
    if cell is None or page is None or cell.box is None or page.size is None:
        return None
    return Crop(cell.side, " ".join(map(str, cell.box)), page.size)


def _options(key: str) -> tuple[tuple[str, str], ...]:
    known = field_of(key)
    codes = national().codes_of(known) if known is not None else None
    return codes.values if codes is not None else ()


def _suggested(reading: CellReading, options: tuple[tuple[str, str], ...]) -> Suggested | None:
    text = reading.suggestion if reading.suggestion is not None else reading.raw
    if not text and not reading.candidates:
        return None
    # A ticked choice is told by its code, a written word as it stands.
    value = {label: code for code, label in options}.get(text, text)
    words = dict(options).get(value, text)
    is_whole = reading.suggestion is not None
    others = tuple(one for one in reading.candidates if one != text)[:5]
    fails = any("check" in reason for reason in reading.reasons)
    return Suggested(value, words, reading.grade, others, is_whole, fails)


def masked(row: Row) -> str:
    """The current value of a row nobody works on, as far as it need be read."""
    known = field_of(row.field)
    if known is None:
        return row.current
    if known.type is FieldType.ID_NUMBER:
        return masked_id(row.current)
    return masked_phone(row.current) if known.type is FieldType.PHONE else row.current
