"""Supporting documents (证明材料): sealed objects tied to one entry, opened only with it."""

from services.review import store
from services.review.acting import Acting, acting
from services.review.deciding import queue
from services.review.domain import OPEN, Entry
from services.review.entries import store as entries
from services.review.entries.proofs import documents_of, evidence_of, keep_document, take_back
from services.review.office import Office
from shared.contracts.actors import Actor
from shared.contracts.look_commands import PageToOpen
from shared.contracts.review_commands import (
    AddDocument,
    DocumentAdded,
    EntryState,
    LookAtDocument,
    TakeDocumentBack,
)
from shared.kernel.authority import DECIDERS, Act
from shared.kernel.errors import NotAllowedError
from shared.kernel.errors_review import EntryStateError, UnknownDocumentError
from shared.kernel.ids import EntryId
from shared.kernel.units import province_of_campaign
from shared.plumbing.database import Tx

_WITH_THE_SCHOOL = frozenset(
    {EntryState.DRAFTED, EntryState.QUERIED, EntryState.RETURNED, EntryState.CONFLICTED}
)


def add_document(office: Office, actor: Actor, request: AddDocument) -> DocumentAdded:
    """Tie a sealed object to an entry as its proof; tied already is fine.

    Raises:
        UnknownEntryError, EntryStateError: there is no such entry, or it is over.
        NotAllowedError: not at this school or class.
        UnknownDocumentError: the province keeps no such object.
        DocumentsAwayError: storage did not say in time.
    """
    with acting(office, actor, request, "add_document", request.entry) as who:
        with office.database.transaction() as tx:
            entry = _taken_up(tx, who, request, is_locked=False)
        is_page = office.objects.check(request.object, province_of_campaign(entry.campaign))
        return _tie(office, who, request, is_page=is_page)


def take_document_back(office: Office, actor: Actor, request: TakeDocumentBack) -> DocumentAdded:
    """Untie a proof while the entry lies with the school: what a decider has seen stays.

    Raises:
        UnknownEntryError, UnknownDocumentError: there is no such entry, or it proves no such.
        EntryStateError: it lies with who decides, or is over.
        NotAllowedError: not at this school or class.
    """
    with (
        acting(office, actor, request, "take_document_back", request.entry) as who,
        office.database.transaction() as tx,
    ):
        entry = _theirs(tx, who, request.entry, is_locked=True)
        if entry.state not in _WITH_THE_SCHOOL:
            raise EntryStateError(entry.entry, entry.state, "take_document_back")
        if not take_back(tx, entry.entry, request.object, who.person, office.database.clock()):
            raise UnknownDocumentError(request.object)
        who.done(tx, entry.field)
        return DocumentAdded(entry.entry, len(evidence_of(tx, entry.entry)))


def look_at_document(office: Office, actor: Actor, request: LookAtDocument) -> PageToOpen:
    """Which page of a proof to open; whoever is told this looks at it.

    Raises:
        UnknownEntryError: there is no such entry.
        UnknownDocumentError: nothing of it that can be looked at is tied to the entry.
        NotAllowedError: not at this school, or no decision about its sheet is in hands.
    """
    with (
        acting(office, actor, request, "look_at_document", request.entry) as who,
        office.database.transaction() as tx,
    ):
        entry = _theirs(tx, who, request.entry, is_locked=False)
        now = office.database.clock()
        if actor.role in DECIDERS and not queue.holds_sheet(tx, who.person, entry.sheet, now):
            raise NotAllowedError(Act.SEE_PAGE)
        proofs = documents_of(tx, entry.entry)
        pages = {row.object for row in proofs if row.is_page and row.taken_back_at is None}
        if request.object not in pages:
            raise UnknownDocumentError(request.object)
        who.done(tx, entry.field)
        return PageToOpen(request.object, None, None)


def _tie(office: Office, who: Acting, request: AddDocument, *, is_page: bool) -> DocumentAdded:
    with office.database.transaction() as tx:
        entry = _taken_up(tx, who, request, is_locked=True)
        known = evidence_of(tx, entry.entry)
        if request.object not in known:
            row = {
                "entry": entry.entry,
                "object": request.object,
                "kind": request.kind.value,
                "added_by": who.person,
                "added_at": office.database.clock(),
                "is_page": is_page,
            }
            keep_document(tx, row)
            who.done(tx, entry.field)
        return DocumentAdded(entry.entry, len({*known, request.object}))


def _taken_up(tx: Tx, who: Acting, request: AddDocument, *, is_locked: bool) -> Entry:
    """The entry, if this actor may prove it now.

    Raises:
        UnknownEntryError, NotAllowedError, EntryStateError: there is none, or they may not.
    """
    entry = _theirs(tx, who, request.entry, is_locked=is_locked)
    if entry.state not in OPEN:
        raise EntryStateError(entry.entry, entry.state, "add_document")
    return entry


def _theirs(tx: Tx, who: Acting, of: EntryId, *, is_locked: bool) -> Entry:
    """An entry, if this actor may act on its class.

    Raises:
        UnknownEntryError, NotAllowedError: there is none, or they may not.
    """
    entry = entries.entry_of(tx, of, lock=is_locked)
    who.sheet = entry.sheet
    who.require(store.place_of(tx, entry.unit), entry.unit)
    return entry
