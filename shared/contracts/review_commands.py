"""What may be asked of review about change entries: enter, submit, withdraw, decide, undo.

Every command carries an actor token; review decides by it, where its data lies. Answers carry
values to whoever may enter or decide the entry, and to nobody else.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.fields import FieldKind
from shared.kernel.authority import Act
from shared.kernel.ids import (
    ActorToken,
    CampaignId,
    EntryId,
    ObjectId,
    PersonId,
    SheetId,
    UnitCode,
)


class EntryState(StrEnum):
    """Where a change entry stands."""

    DRAFTED = "drafted"
    QUERIED = "queried"  # the guardian is asked
    DROPPED = "dropped"  # no change after all
    SUBMITTED = "submitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    APPROVED = "approved"
    APPLIED = "applied"
    CONFLICTED = "conflicted"  # the record changed meanwhile
    EXPIRED = "expired"


class Verdict(StrEnum):
    """What a leader or reviewer says about one entry."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


class ReturnReason(StrEnum):
    """Why an entry goes back, or is refused for good."""

    UNREADABLE = "unreadable"  # the paper does not show it clearly
    PROOF_MISSING = "proof_missing"
    PROOF_CONTRADICTS = "proof_contradicts"
    WRONG_FIELD = "wrong_field"
    TYPING_ERROR = "typing_error"
    NOT_SIGNED = "not_signed"
    DUPLICATE = "duplicate"  # another record holds the number
    NOT_PROVEN = "not_proven"
    OTHER = "other"  # needs words


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class EnterChange:
    """Draft a change of one field from a sheet, or type the draft anew."""

    actor: ActorToken
    sheet: SheetId
    field: str
    value: str  # as typed; "" empties the field


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry as its summary was seen: submitted only if it is still that."""

    entry: EntryId
    sequence: int


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class SubmitChanges:
    """Submit drafts of one sheet, whose summary old -> new was seen."""

    actor: ActorToken
    sheet: SheetId
    entries: tuple[SeenEntry, ...]


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class WithdrawChange:
    """Ask for a change no more."""

    actor: ActorToken
    entry: EntryId


@command(Act.ENTER_CHANGES, Act.DECIDE_MAINTENANCE, Act.DECIDE_KEY_DATA)
@dataclass(frozen=True, slots=True)
class ShowEntry:
    """See one entry with its history."""

    actor: ActorToken
    entry: EntryId


@command(Act.DECIDE_MAINTENANCE, Act.DECIDE_KEY_DATA)
@dataclass(frozen=True, slots=True)
class TaskCommand:
    """Take an entry into hands, put it back, look at its duplicate, take a verdict back."""

    actor: ActorToken
    entry: EntryId


class DocumentKind(StrEnum):
    """What a supporting document is."""

    HOUSEHOLD_BOOK = "household_book"
    POLICE_CERTIFICATE = "police_certificate"
    ID_DOCUMENT = "id_document"  # of another type than the resident ID
    ATTESTATION = "attestation"  # that the pupil studies here, without any ID
    OTHER = "other"


@command(Act.ADD_DOCUMENT)
@dataclass(frozen=True, slots=True)
class AddDocument:
    """Tie a sealed object to an entry as its proof."""

    actor: ActorToken
    entry: EntryId
    object: ObjectId
    kind: DocumentKind


@command(Act.ADD_DOCUMENT)
@dataclass(frozen=True, slots=True)
class TakeDocumentBack:
    """Untie a proof from an entry that lies with the school; adding it again puts it back."""

    actor: ActorToken
    entry: EntryId
    object: ObjectId


@command(Act.SEE_PAGE)
@dataclass(frozen=True, slots=True)
class LookAtDocument:
    """Look at one page of a proof of an entry."""

    actor: ActorToken
    entry: EntryId
    object: ObjectId


@dataclass(frozen=True, slots=True)
class DocumentAdded:
    """How many proofs the entry has."""

    entry: EntryId
    documents: int


@command(Act.DECIDE_MAINTENANCE, Act.DECIDE_KEY_DATA)
@dataclass(frozen=True, slots=True)
class NextTask:
    """Ask for the one decision that is most urgent, out of the actor's own queue."""

    actor: ActorToken
    campaign: CampaignId


@command(Act.ENTER_CHANGES)
@dataclass(frozen=True, slots=True)
class ShowEntries:
    """See the entries of a sheet."""

    actor: ActorToken
    sheet: SheetId


@command(Act.DECIDE_MAINTENANCE, Act.DECIDE_KEY_DATA)
@dataclass(frozen=True, slots=True)
class DecideChange:
    """Say a verdict about one entry that the actor has in hands."""

    actor: ActorToken
    entry: EntryId
    revision: int
    verdict: Verdict
    reason: ReturnReason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to an entry."""

    at: datetime
    actor: str  # a person's id, or "service:<name>"
    step: str
    state: EntryState
    revision: int
    reason: str | None
    note: str  # opened; "" where nobody wrote any


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A proof that is tied to an entry."""

    object: ObjectId
    kind: DocumentKind
    added_by: PersonId
    added_at: datetime
    is_page: bool = False  # of a document, and can be looked at; else the photo of the sheet
    taken_back_at: datetime | None = None  # it proves nothing any more, and nobody looks at it

    @property
    def proves(self) -> bool:
        """Whether it is a proof still."""
        return self.taken_back_at is None


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry with everything that decides about it, except pictures."""

    entry: EntryId
    campaign: CampaignId
    sheet: SheetId
    unit: UnitCode  # the class
    field: str
    kind: FieldKind
    state: EntryState
    revision: int
    sequence: int
    old: str
    new: str
    printed: str | None  # what the paper shows as the old value; None: not known
    is_stale: bool  # the record changed after the sheet was printed
    entered_by: PersonId
    decided_by: UnitCode | None  # whose queue it is in
    due: date | None
    holder: PersonId | None
    held_until: datetime | None
    findings: tuple[str, ...]
    history: tuple[HistoryLine, ...] = ()
    documents: tuple[DocumentShown, ...] = ()


@dataclass(frozen=True, slots=True)
class EntriesShown:
    """Entries of one sheet, by field in the catalogue's order."""

    sheet: SheetId
    entries: tuple[EntryShown, ...]


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A decision in the actor's hands, its siblings of the same sheet, and how many wait."""

    task: EntryShown | None  # None: nothing waits
    siblings: tuple[EntryShown, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class DuplicateShown:
    """The record that holds a proposed ID number already, beside the one it is proposed for.

    Values are masked; None: nobody holds it any more.
    """

    entry: EntryId
    own: dict[str, str]
    other: dict[str, str] | None
    other_unit: UnitCode | None  # its class
