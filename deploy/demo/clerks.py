"""Clerks of the demo type what guardians wrote, as the ground truth of the photos tells it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from deploy.demo.patience import patiently
from deploy.demo.staff import Staff
from deploy.desk import Desk
from shared.contracts.fields import FieldKind
from shared.contracts.review_commands import (
    AddDocument,
    DocumentAdded,
    DocumentKind,
    EnterChange,
    EntriesShown,
    EntryShown,
    EntryState,
    SeenEntry,
    ShowEntries,
    SubmitChanges,
    WithdrawChange,
)
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownSheetError, WindowClosedError
from shared.kernel.errors_review import (
    InconsistentOutcomeError,
    InvalidValueError,
    NoChangeError,
    SheetNotBackError,
)
from shared.kernel.ids import ActorToken, ObjectId, SheetId, StudentId, UnitCode
from shared.kernel.units import Level

# What review may not have heard yet: the sheet, its class, its return, the open window.
_NOT_YET = (UnknownSheetError, NotAllowedError, SheetNotBackError, WindowClosedError)
_DRAFTS = (EntryState.DRAFTED, EntryState.RETURNED)


@dataclass(frozen=True, slots=True)
class Written:
    """A sheet that came back, and what is written on it: field key -> value as it is stored."""

    sheet: SheetId
    student: StudentId
    school: UnitCode
    unit: UnitCode  # the class
    photo: ObjectId
    changes: Mapping[str, str]


class Clerks:
    """One registrar a school; what was typed by an earlier run is not typed again."""

    def __init__(self, desk: Desk, staff: Staff) -> None:
        self._desk = desk
        self._staff = staff
        self.submitted: dict[tuple[SheetId, str], str] = {}  # sheet and field -> new value

    def enter(self, written: Written) -> None:
        """Type and submit what is written on one sheet; what no record could hold is left."""
        known = {one.field: one for one in self._entries(written)}
        for key, value in written.changes.items():
            if key not in known or known[key].state in _DRAFTS:
                self._type(written, key, value)
        self._submit(written)

    def enter_again(self, written: Written) -> int:
        """Type anew what came back from a decision, and submit it; gives how many there were."""
        back = [one for one in self._entries(written) if one.state is EntryState.RETURNED]
        for one in back:
            self._type(written, one.field, one.new)
        if back:
            self._submit(written)
        return len(back)

    def _type(self, written: Written, key: str, value: str) -> None:
        request = EnterChange(self._token(written), written.sheet, key, value)
        # What no record could hold is nothing that a clerk can submit.
        with suppress(InvalidValueError, NoChangeError):
            patiently(
                lambda: self._desk.ask("review", "enter_change", request, EntryShown), _NOT_YET
            )

    def _submit(self, written: Written) -> None:
        """Together; where they contradict one another the key data go back to the guardian."""
        try:
            self._send(written)
        except InconsistentOutcomeError:
            for one in self._entries(written):
                if one.state in _DRAFTS and one.kind is FieldKind.KEY_DATA:
                    drop = WithdrawChange(self._token(written), one.entry)
                    self._desk.ask("review", "withdraw_change", drop, EntryShown)
            self._send(written)

    def _send(self, written: Written) -> None:
        drafts = [one for one in self._entries(written) if one.state is EntryState.DRAFTED]
        for one in drafts:
            if one.kind is FieldKind.KEY_DATA:
                self._prove(written, one)
        if drafts:
            seen = tuple(SeenEntry(one.entry, one.sequence) for one in drafts)
            request = SubmitChanges(self._token(written), written.sheet, seen)
            self._desk.ask("review", "submit_changes", request, EntriesShown)
        for one in self._entries(written):
            if one.state is not EntryState.DROPPED:
                self.submitted[written.sheet, one.field] = one.new

    def _prove(self, written: Written, one: EntryShown) -> None:
        """The photo of the signed sheet stands for the page of the household book."""
        proof = AddDocument(
            self._token(written), one.entry, written.photo, DocumentKind.HOUSEHOLD_BOOK
        )
        self._desk.ask("review", "add_document", proof, DocumentAdded)

    def _entries(self, written: Written) -> tuple[EntryShown, ...]:
        request = ShowEntries(self._token(written), written.sheet)
        found = patiently(
            lambda: self._desk.ask("review", "show_entries", request, EntriesShown), _NOT_YET
        )
        return found.entries

    def _token(self, written: Written) -> ActorToken:
        return self._staff.token(Role.REGISTRAR, written.school, Level.SCHOOL)
