"""Published questions and canned answers: publish, take away, search. One function per command."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from services.support import faq_store, store
from services.support.domain import clean_text
from services.support.office import Office, allowed_path
from services.support.search import best, index_of, query_of
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.support_commands import (
    FaqEntries,
    FaqEntry,
    FaqSearch,
    PublishFaq,
    RetractFaq,
    StaffFaqSearch,
)
from shared.kernel.authority import Act, Place, may
from shared.kernel.errors_support import (
    NoAnswerYetError,
    UnknownEntryError,
    UnknownQuestionError,
)
from shared.kernel.ids import QuestionId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Tx

MOST_FOUND = 8


def publish(office: Office, request: PublishFaq) -> FaqEntry:
    """Publish an entry for one's unit and all below it.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor.
        UnknownQuestionError, NoAnswerYetError: nothing there to publish.
        TextRefusedError: no title or text, or too long.
    """
    actor = office.actors.of(request.actor)
    object_ = request.question or request.campaign
    with acting(office.database, actor, Deed("publish_faq", object_, actor.unit)) as tx:
        actor.require(act_of(request), Place(actor.path))
        title = clean_text(request.title)
        text = clean_text(request.text or _answer_to(tx, office, actor, request.question))
        now = office.database.clock()
        entry = faq_store.add(
            tx, actor.unit, title, text, actor.person, now, is_public=request.is_public
        )
        faq_store.add_index(tx, index_of(entry, title, text))
    return FaqEntry(entry, title, text, actor.unit, request.is_public)


def retract(office: Office, request: RetractFaq) -> FaqEntry:
    """Take an entry away.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not an entry of the own unit.
        UnknownEntryError: no such entry.
    """
    actor = office.actors.of(request.actor)
    deed = Deed("retract_faq", f"faq:{request.entry}", actor.unit)
    with acting(office.database, actor, deed) as tx:
        row = faq_store.lock(tx, request.entry)
        if row is None:
            raise UnknownEntryError(str(request.entry))
        allowed_path(tx, actor, act_of(request), row.unit)
        faq_store.retract(tx, request.entry)
        return _entry(row)


def search_for_sheet(office: Office, request: FaqSearch) -> FaqEntries:
    """What guardians of a sheet find: public entries of every unit above it.

    A sheet nobody has told of yet finds what its province has published.
    """
    with office.database.transaction() as tx:
        path = store.path_of_sheet(tx, request.campaign, request.sheet)
        units = codes_up(path) if path else (UnitCode(request.campaign.split("-", 1)[0]),)
        return _search(tx, units, request.words, public_only=True)


def search_for_staff(office: Office, request: StaffFaqSearch) -> FaqEntries:
    """What staff find: entries of the own unit and every unit above.

    Canned answers are among them for who answers questions; who only asks finds what is public.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor.
    """
    actor = office.actors.of(request.actor)
    with acting(office.database, actor, Deed("search_faq", "faq", actor.unit)) as tx:
        here = Place(actor.path)
        answers = may(actor.standing, Act.ANSWER_QUESTION, here)
        actor.require(Act.ANSWER_QUESTION if answers else Act.ASK_QUESTION, here)
        return _search(tx, codes_up(actor.path), request.words, public_only=not answers)


def _search(tx: Tx, units: Sequence[UnitCode], words: str, *, public_only: bool) -> FaqEntries:
    query = query_of(words)
    if not query:
        rows = faq_store.newest(tx, units, MOST_FOUND, public_only=public_only)
        return FaqEntries(tuple(_entry(row) for row in rows))
    total = faq_store.count(tx, units, public_only=public_only)
    postings = faq_store.postings(tx, units, query, public_only=public_only)
    found = best(query, postings, total)[:MOST_FOUND]
    kept = faq_store.entries(tx, found)
    return FaqEntries(tuple(_entry(kept[entry]) for entry in found))


def _answer_to(tx: Tx, office: Office, actor: Actor, question: QuestionId | None) -> str:
    if question is None:
        return ""
    row = store.lock_question(tx, question)
    if row is None:
        raise UnknownQuestionError(question)
    allowed_path(tx, actor, Act.ANSWER_QUESTION, row.unit)
    told = store.answers_of(tx, [question]).get(question)
    if not told:
        raise NoAnswerYetError(question)
    return office.vault.open(question, told[-1].number, told[-1].sealed)


def _entry(row: Row[Any]) -> FaqEntry:
    return FaqEntry(row.entry, row.title, row.text, UnitCode(row.unit), row.is_public)
