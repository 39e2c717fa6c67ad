"""What can be done in one row of a sheet: each step asks review once, and says what was done."""

from collections.abc import Callable

from flask import request

from services.portal.pages.entry import asking
from services.portal.pages.entry.rows import EDITABLE, OPEN
from services.portal.pages.proving import prove
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.desk_commands import OpenSheet, SheetOpened
from shared.contracts.lane_commands import (
    AnswerQuery,
    QueryGuardian,
    QueryReason,
    SettleDisagreement,
    SettleReason,
)
from shared.contracts.review_commands import (
    AddDocument,
    DocumentKind,
    EnterChange,
    EntryShown,
    EntryState,
    TakeDocumentBack,
    WithdrawChange,
)
from shared.kernel.errors_review import (
    EntryStateError,
    UnknownDocumentError,
    WordsNeededError,
)
from shared.kernel.ids import ObjectId, SheetId

Step = Callable[[Staff, Visitor, SheetId, str], str]


def _save(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    asking.enter(staff.house, EnterChange(who.token, sheet, field, request.form.get("value", "")))
    return "saved"


def _no_change(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    """Drop the draft, if there is one, and say why the ink asks for nothing."""
    opened = asking.open_sheet(staff.house, OpenSheet(who.token, sheet))
    entry = _open_entry(opened, field)
    if entry is not None and entry.state in (*EDITABLE, EntryState.QUERIED):
        asking.withdraw(staff.house, WithdrawChange(who.token, entry.entry))
        opened = asking.open_sheet(staff.house, OpenSheet(who.token, sheet))
    return "settled" if _say_why(staff, who, opened, field) else "dropped"


def _settle(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    """Say why the entry is right although no ink was seen; the entry goes on as it is."""
    opened = asking.open_sheet(staff.house, OpenSheet(who.token, sheet))
    _say_why(staff, who, opened, field)
    return "settled"


def _query(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    """Ask about what stands in the row: what is typed and not saved is saved first."""
    opened = asking.open_sheet(staff.house, OpenSheet(who.token, sheet))
    entry, value = _open_entry(opened, field), request.form.get("value", "")
    is_saved = entry is not None and entry.state is EntryState.DRAFTED and entry.new == value
    if entry is None or not is_saved:
        entry = asking.enter(staff.house, EnterChange(who.token, sheet, field, value))
    reason = request.form.get("ask", "")
    if reason not in set(QueryReason):
        raise WordsNeededError(entry.entry)
    asking.query(staff.house, QueryGuardian(who.token, entry.entry, QueryReason(reason), _note()))
    return "asked"


def _answer(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    entry = _needed(staff, who, sheet, field, "answer")
    is_no_change = request.form.get("no_change") == "1"
    asking.answer(staff.house, AnswerQuery(who.token, entry.entry, _note(), is_no_change))
    return "answered"


def _withdraw(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    entry = _needed(staff, who, sheet, field, "withdraw")
    asking.withdraw(staff.house, WithdrawChange(who.token, entry.entry))
    return "withdrawn"


def _prove(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    """Hand a document in and tie its pages to the entry."""
    entry = _needed(staff, who, sheet, field, "prove")

    def tie(object_: ObjectId, kind: DocumentKind) -> object:
        return asking.prove(staff.house, AddDocument(who.token, entry.entry, object_, kind))

    prove(staff, who, entry.unit, tie)
    return "proved"


def _unprove(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    """Take a document back from the entry."""
    entry = _needed(staff, who, sheet, field, "take_document_back")
    object_ = ObjectId(request.form.get("object", ""))
    asking.unprove(staff.house, TakeDocumentBack(who.token, entry.entry, object_))
    return "unproved"


def _prove_again(staff: Staff, who: Visitor, sheet: SheetId, field: str) -> str:
    """Put a document that was taken back to its entry again."""
    entry = _needed(staff, who, sheet, field, "prove")
    sent = request.form.get("object", "")
    known = next((one for one in entry.documents if one.object == sent), None)
    if known is None:
        raise UnknownDocumentError(sent)
    order = AddDocument(who.token, entry.entry, known.object, known.kind)
    asking.prove(staff.house, order)
    return "proved"


STEPS: dict[str, Step] = {
    "save": _save,
    "no-change": _no_change,
    "settle": _settle,
    "query": _query,
    "answer": _answer,
    "withdraw": _withdraw,
    "prove": _prove,
    "unprove": _unprove,
    "prove-again": _prove_again,
}


def _say_why(staff: Staff, who: Visitor, opened: SheetOpened, field: str) -> bool:
    """Settle what paper and entry of a field differ about, if anything is open."""
    sheet = opened.standing.sheet
    differing = (one for one in opened.standing.disagreements if one.field == field)
    difference = next((one for one in differing if one.reason is None), None)
    if difference is None:
        return False
    reason = request.form.get("reason", "")
    if reason not in set(SettleReason):
        raise WordsNeededError(sheet)
    asking.settle(
        staff.house,
        SettleDisagreement(who.token, sheet, field, difference.kind, SettleReason(reason), _note()),
    )
    return True


def _needed(staff: Staff, who: Visitor, sheet: SheetId, field: str, step: str) -> EntryShown:
    opened = asking.open_sheet(staff.house, OpenSheet(who.token, sheet))
    entry = _open_entry(opened, field)
    if entry is None:
        raise EntryStateError(sheet, "none", step)
    return entry


def _open_entry(opened: SheetOpened, field: str) -> EntryShown | None:
    mine = (one for one in opened.entries if one.field == field and one.state in OPEN)
    return next(mine, None)


def _note() -> str:
    return request.form.get("note", "").strip()
