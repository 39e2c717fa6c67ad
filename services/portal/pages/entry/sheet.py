"""The page of one sheet: its rows, what is wrong with its pages, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import render_template, url_for

from services.portal.pages import moments
from services.portal.pages.entry import asking, words
from services.portal.pages.entry.rows import Row, masked, rows_of
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor
from services.portal.pages.values import differing, label_of, shown
from shared.contracts.desk_commands import OpenSheet, SheetOpened
from shared.contracts.look_commands import ReadCells, SheetSeen
from shared.contracts.review_commands import EntryShown, EntryState
from shared.contracts.scan_commands import PageVerdict
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import SheetId
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError


class Next(StrEnum):
    """The one act that brings the whole sheet on; the same key for each."""

    SUBMIT = "submit"
    CONFIRM = "confirm"  # no change
    FINISH = "finish"  # the paper holds nothing else
    FILL = "fill"  # rows are open
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a request leaves for the page it shows: where it was, what was typed, what is told."""

    field: str | None = None  # the row that was worked on
    typed: Mapping[str, str] | None = None
    said: Said | None = None
    is_wrong: bool = False


def sheet_page(staff: Staff, who: Visitor, sheet: SheetId, turn: Turn) -> str:
    """The page, with the focus where work goes on."""
    opened = asking.open_sheet(staff.house, OpenSheet(who.token, sheet))
    seen, trouble = _seen(staff, who, sheet)
    rows = rows_of(opened, seen, turn.typed)
    work = [row for row in rows if row.is_work]
    step = next_step(opened, work)
    unit = opened.standing.unit
    named = staff.house.units([unit]).get(unit)
    return render_template(
        "entry/sheet.html",
        sheet=sheet,
        standing=opened.standing,
        place=named.name if named is not None else unit,
        work=work,
        rest=[(row, masked(row)) for row in rows if not row.is_work],
        summary=_summary(opened),
        step=step,
        waiting=sum(row.is_pending for row in work),
        focus=_focus(work, turn, step),
        notes=_notes(opened, seen),
        trouble=trouble,
        sides=[page.side for page in seen.pages] if seen is not None else [],
        turn=turn,
        words=_Words(),
        words_label=label_of,
        may_answer=who.may_see(Act.ANSWER_QUERY),
        may_prove=who.may_see(Act.ADD_DOCUMENT),
    )


def next_step(opened: SheetOpened, work: list[Row]) -> Next:
    """What brings the sheet on now."""
    if any(one.state is EntryState.DRAFTED for one in opened.entries):
        return Next.SUBMIT
    if any(row.is_pending for row in work):
        return Next.FILL
    if opened.standing.is_entered or any(one.state is EntryState.QUERIED for one in opened.entries):
        return Next.LEAVE
    asks = any(one.state not in _NOT_ASKING for one in opened.entries)
    return Next.FINISH if asks else Next.CONFIRM


_NOT_ASKING = frozenset({EntryState.DROPPED, EntryState.WITHDRAWN, EntryState.EXPIRED})


def _seen(staff: Staff, who: Visitor, sheet: SheetId) -> tuple[SheetSeen | None, Said | None]:
    """What scan can tell; entering goes on from the paper while it cannot."""
    try:
        return asking.read_cells(staff.house, ReadCells(who.token, sheet)), None
    except DomainError as refused:
        return None, words.refused(refused)
    except (RpcDeadlineError, RpcFailedError):
        return None, words.away()


def _summary(opened: SheetOpened) -> list[tuple[EntryShown, str, str]]:
    """Old and new value of everything that would be submitted now."""
    return [
        (one, shown(one.field, one.old), shown(one.field, one.new))
        for one in opened.entries
        if one.state is EntryState.DRAFTED
    ]


def _focus(work: list[Row], turn: Turn, step: Next) -> str | None:
    """The id of what has the focus: what was wrong, the next open row, else the sheet's own act."""
    fields = [row.field for row in work]
    start = fields.index(turn.field) if turn.field in fields else 0
    if turn.is_wrong and turn.field is not None:
        is_over = turn.field in fields and not work[start].may_type
        return _place_in(work[start]) if is_over else f"value-{turn.field}"
    for row in [*work[start:], *work[:start]]:
        if row.is_pending:
            return _place_in(row)
    return "next" if step is not Next.FILL else None


def _place_in(row: Row) -> str:
    """The id of what is to be filled in in a row."""
    if row.needs_document:
        return f"prove-{row.field}"
    return f"settle-{row.field}" if row.lacks_ink else f"value-{row.field}"


def _notes(opened: SheetOpened, seen: SheetSeen | None) -> list[str]:
    if seen is None:
        return []
    told = words.verdicts()
    found = [told[page.verdict] for page in seen.pages if page.verdict in told]
    if not opened.standing.is_signed and told[PageVerdict.UNSIGNED] not in found:
        found.append(told[PageVerdict.UNSIGNED])
    return list(dict.fromkeys(found))


class _Words:
    """What the template needs words for."""

    def __init__(self) -> None:
        self.ink = words.ink_words()
        self.states = words.states()
        self.settle = words.settle_reasons()
        self.unseen = {one: self.settle[one] for one in words.WITHOUT_INK}
        self.query = words.query_reasons()
        self.documents = words.document_kinds()
        self.returned = words.return_reasons()
        self.differing = words.differing_words()

    @staticmethod
    def shown(field: str, value: str) -> str:
        """A value with the label of its code."""
        return shown(field, value)

    @staticmethod
    def pieces(field: str, old: str, new: str) -> Any:
        """Both values, cut where they differ."""
        return differing(shown(field, old), shown(field, new))

    @staticmethod
    def when(line: Any) -> str:
        """When something happened."""
        return moments.told_short(line.at)

    @staticmethod
    def address(sheet: str, field: str, step: str) -> str:
        """Where a row's forms go."""
        return url_for("entry_step", sheet=sheet, field=field, step=step)
