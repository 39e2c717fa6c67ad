"""What the pages of entering ask of review and scan."""

from services.portal.house import House
from shared.contracts.desk_commands import OpenSheet, SheetOpened, ShowWork, Work
from shared.contracts.lane_commands import (
    AnswerQuery,
    ConfirmClass,
    Confirmed,
    ConfirmSheet,
    DrawSample,
    FinishSheet,
    MarkLooked,
    QueryGuardian,
    Sample,
    SettleDisagreement,
    SheetStanding,
    UndoConfirmation,
)
from shared.contracts.look_commands import ReadCells, SheetSeen
from shared.contracts.review_commands import (
    AddDocument,
    DocumentAdded,
    EnterChange,
    EntriesShown,
    EntryShown,
    SubmitChanges,
    TakeDocumentBack,
    WithdrawChange,
)


def show_work(house: House, request: ShowWork) -> Work:
    """What the own school still has to do."""
    return house.ask("review", "show_work", request, Work)


def open_sheet(house: House, request: OpenSheet) -> SheetOpened:
    """Everything about one sheet, except pictures and readings."""
    return house.ask("review", "open_sheet", request, SheetOpened)


def read_cells(house: House, request: ReadCells) -> SheetSeen:
    """What was seen on a sheet, and what its writing seems to say."""
    return house.ask("scan", "read_cells", request, SheetSeen)


def enter(house: House, request: EnterChange) -> EntryShown:
    """Draft a change of one field."""
    return house.ask("review", "enter_change", request, EntryShown)


def submit(house: House, request: SubmitChanges) -> EntriesShown:
    """Submit drafts as they were seen."""
    return house.ask("review", "submit_changes", request, EntriesShown)


def withdraw(house: House, request: WithdrawChange) -> EntryShown:
    """Ask for a change no more."""
    return house.ask("review", "withdraw_change", request, EntryShown)


def prove(house: House, request: AddDocument) -> DocumentAdded:
    """Tie a proof to an entry."""
    return house.ask("review", "add_document", request, DocumentAdded)


def unprove(house: House, request: TakeDocumentBack) -> DocumentAdded:
    """Untie a proof from an entry."""
    return house.ask("review", "take_document_back", request, DocumentAdded)


def query(house: House, request: QueryGuardian) -> EntryShown:
    """Ask the guardian about a draft."""
    return house.ask("review", "query_guardian", request, EntryShown)


def answer(house: House, request: AnswerQuery) -> EntryShown:
    """Note what the guardian answered."""
    return house.ask("review", "answer_query", request, EntryShown)


def settle(house: House, request: SettleDisagreement) -> SheetStanding:
    """Say why paper and entries may differ."""
    return house.ask("review", "settle_disagreement", request, SheetStanding)


def finish(house: House, request: FinishSheet) -> SheetStanding:
    """Say that a sheet holds nothing else."""
    return house.ask("review", "finish_sheet", request, SheetStanding)


def confirm_sheet(house: House, request: ConfirmSheet) -> Confirmed:
    """Confirm that one sheet asks for no change."""
    return house.ask("review", "confirm_sheet", request, Confirmed)


def draw(house: House, request: DrawSample) -> Sample:
    """The sample of a class; asked again it is the same one."""
    return house.ask("review", "draw_sample", request, Sample)


def mark(house: House, request: MarkLooked) -> Sample:
    """What was seen on a sampled sheet."""
    return house.ask("review", "mark_looked", request, Sample)


def confirm_class(house: House, request: ConfirmClass) -> Confirmed:
    """Confirm a class in one act."""
    return house.ask("review", "confirm_class", request, Confirmed)


def undo(house: House, request: UndoConfirmation) -> Confirmed:
    """Take an own confirmation back."""
    return house.ask("review", "undo_confirmation", request, Confirmed)
