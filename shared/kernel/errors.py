"""Every refusal that a person can be told about.

DomainError
├── Refusals of a command: the edge turns `code` into a sentence and a status.
└── Each class has a stable `code`; arguments are ids and codes, never a name,
    an ID number or a field's value, because the bus copies them to callers and logs.

Arguments must rebuild the error: subclasses pass all of theirs to `super().__init__`.
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal with a stable code; anything else that is raised is a bug."""

    code: ClassVar[str] = "refused"


class ActorRefusedError(DomainError):
    """Who asks cannot be told: args: `forged`, `expired` or `second_factor`."""

    code = "actor_refused"


class NotAllowedError(DomainError):
    """The authority table does not give this act to this role at this place; args: act."""

    code = "not_allowed"


class ReasonNeededError(DomainError):
    """The act is recorded with a reason, and none was given; args: act."""

    code = "reason_needed"


class UnknownUnitError(DomainError):
    """No unit of the tree has this code."""

    code = "unknown_unit"


class UnknownCampaignError(DomainError):
    """No campaign has this id."""

    code = "unknown_campaign"


class WindowClosedError(DomainError):
    """The window for an action is closed; args: unit, action, opens_at (ISO 8601 or "")."""

    code = "window_closed"

    def __init__(self, unit: str, action: str, opens_at: str = "") -> None:
        super().__init__(unit, action, opens_at)
        self.unit = unit
        self.action = action
        self.opens_at = opens_at


class UnknownStudentError(DomainError):
    """No record has this student id."""

    code = "unknown_student"


class UnknownSheetError(DomainError):
    """No sheet has this id."""

    code = "unknown_sheet"


class BadSheetNumberError(DomainError):
    """A typed sheet number is not 16 digits whose check is right: it was mistyped."""

    code = "bad_sheet_number"


class UnknownSheetNumberError(DomainError):
    """No sheet of the caller's own school carries this number."""

    code = "unknown_sheet_number"


class NoSuchSideError(DomainError):
    """The sheet was printed on one side only; args: sheet, side."""

    code = "no_such_side"


class NoPupilInScopeError(DomainError):
    """The class has nobody to print a sheet for."""

    code = "no_pupil_in_scope"


class GrantRefusedError(DomainError):
    """Storage does not open this object for this caller; args: object id, reason code."""

    code = "grant_refused"


class SealedObjectError(DomainError):
    """The one error for every sealed body or slot that does not open, whatever the cause."""

    code = "sealed_object"


class UnreadableRosterError(DomainError):
    """A roster file cannot be read at all; args: reason code, never anything of the file."""

    code = "unreadable_roster"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RosterNotCheckedError(DomainError):
    """A roster is written only after its dry run was seen; args: the file's hash."""

    code = "roster_not_checked"


class LargeChangeError(DomainError):
    """More than a fifth of a class appears or vanishes and nobody has accepted it; args: units."""

    code = "large_change"


class UnitsFileError(DomainError):
    """A row of a units file cannot be taken; args: the row's code, reason code."""

    code = "units_file"


class WindowOrderError(DomainError):
    """A window has no end, or ends before it begins; args: unit, action."""

    code = "window_order"


class WindowNotNarrowerError(DomainError):
    """A region only narrows what it inherits, if the campaign allows that; args: unit, action."""

    code = "window_not_narrower"


class WindowFromAboveError(DomainError):
    """The setting was made by the level above, which alone changes it; args: unit, action."""

    code = "window_from_above"


class NoWindowError(DomainError):
    """The unit has no setting of its own that could be taken away; args: unit, action."""

    code = "no_window"


class UnknownJobError(DomainError):
    """No print job has this id."""

    code = "unknown_job"


class PrintNotReadyError(DomainError):
    """The file is not printed yet, or failed; args: job, state."""

    code = "print_not_ready"


class DownloadRefusedError(DomainError):
    """Wrong download code, or the file was collected or has expired; args: job, reason code."""

    code = "download_refused"


class UnknownTemplateError(DomainError):
    """No layout was built for this template and the campaign's host; args: template."""

    code = "unknown_template"


class TooManySheetsError(DomainError):
    """More sheets than one file may hold; print class by class. Args: the limit."""

    code = "too_many_sheets"


class NoCodeKeyError(DomainError):
    """The campaign has no open sheet code key; args: campaign."""

    code = "no_code_key"


class RosterFileError(DomainError):
    """A roster file cannot be had or worked on; args: file, reason code."""

    code = "roster_file"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file, reason)
        self.reason = reason


class UnknownColumnError(DomainError):
    """A column of a roster was assigned to a field that there is not."""

    code = "unknown_column"


class RecordsAwayError(DomainError):
    """What the work needs of roster does not come now, and nothing was done: try again.

    Args: unit, where one unit's records are asked for.
    """

    code = "records_away"


class UnknownBatchError(DomainError):
    """No bulk scan has this id; args: batch."""

    code = "unknown_batch"


class UnknownPageError(DomainError):
    """The bulk scan has no such page, or it was not read yet; args: batch, page number."""

    code = "unknown_page"


class BatchHeldError(DomainError):
    """Somebody else is working on the bulk scan; args: batch, holder, until (ISO 8601)."""

    code = "batch_held"

    def __init__(self, batch: str, holder: str, until: str) -> None:
        super().__init__(batch, holder, until)
        self.holder = holder
        self.until = until


class BatchNotYoursError(DomainError):
    """Only who handed a bulk scan in lets its pages count; args: batch, owner."""

    code = "batch_not_yours"


class BatchClosedError(DomainError):
    """The bulk scan was committed or thrown away before; args: batch, state."""

    code = "batch_closed"


class BatchNotReadError(DomainError):
    """Pages of the bulk scan are still waiting to be read; args: batch, how many."""

    code = "batch_not_read"


class PageCommittedError(DomainError):
    """The page counts already; args: batch, page number."""

    code = "page_committed"


class PageNotPlacedError(DomainError):
    """Nobody has said whose page it is, so it cannot count; args: batch, page number."""

    code = "page_not_placed"


class PageNotSeenError(DomainError):
    """No page of the sheet shows this, or nobody has looked at it yet; args: sheet."""

    code = "page_not_seen"


class NothingCommittedError(DomainError):
    """No page of the bulk scan counts, so there is nothing to take back; args: batch."""

    code = "nothing_committed"


class PageEnteredError(DomainError):
    """Something was entered from the sheet of a page, which stays; args: batch, page number."""

    code = "page_entered"


class PagePlacedError(DomainError):
    """The photo waits for nobody: it has its state; args: object, state."""

    code = "page_placed"


class NothingToUndoError(DomainError):
    """Nobody did anything to the page; args: batch, page number."""

    code = "nothing_to_undo"


class TickReasonError(DomainError):
    """Why a sheet is refused, or nobody reached, is missing or does not fit; args: sheet."""

    code = "tick_reason"


class SheetEnteredError(DomainError):
    """Something was entered from the sheet, so its paper is here; args: sheet."""

    code = "sheet_entered"
