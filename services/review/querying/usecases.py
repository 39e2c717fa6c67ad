"""Doubts go back to the guardian and return: asked by clerks, answered at the class."""

from typing import Any

from sqlalchemy import Row

from services.review import store
from services.review.acting import Acting, acting
from services.review.domain import Entry, Step
from services.review.entries import store as entries
from services.review.entries.desk import open_desk
from services.review.entries.showing import shown
from services.review.entries.steps import Move, say, take_step
from services.review.office import Office
from services.review.querying import store as queries
from services.review.reconciling import store as settlements
from services.review.reconciling.standing import paper_of, tell_standing
from shared.contracts.actors import Actor
from shared.contracts.change_events import ChangeQueried
from shared.contracts.lane_commands import (
    AnswerQuery,
    DisagreementKind,
    ListQueries,
    OpenQuery,
    Queries,
    QueryGuardian,
    QueryReason,
    SettleReason,
)
from shared.contracts.review_commands import EntryShown
from shared.kernel.errors_review import EntryStateError, WordsNeededError
from shared.kernel.ids import EntryId, SheetId
from shared.plumbing.database import Tx

_KINDS = {
    "ink": DisagreementKind.INK_WITHOUT_ENTRY,
    "unsure": DisagreementKind.UNSURE_WITHOUT_ENTRY,
}


def query_guardian(office: Office, actor: Actor, request: QueryGuardian) -> EntryShown:
    """Ask the guardian about a draft.

    Raises:
        WordsNeededError: "other" says nothing.
        EntryStateError: it is no draft.
        WindowClosedError, NotAllowedError: not now, not you.
    """
    with acting(office, actor, request, "query_guardian", request.entry) as who:
        if request.reason is QueryReason.OTHER and not request.note:
            raise WordsNeededError(request.entry)
        with office.database.transaction() as tx:
            entry = _locked(tx, request.entry)
            open_desk(office, tx, who, entry.sheet, started_at=entry.created_at)
            move = Move(Step.QUERY, who.person, request.reason.value, request.note)
            moved = take_step(office, tx, entry, move)
            row = {
                "reason": request.reason.value,
                "note": office.vault.seal_words(_row(moved.entry, "asked"), request.note),
                "asked_by": who.person,
                "asked_at": moved.touched_at,
            }
            queries.add(tx, moved, row)
            _say(tx, moved, is_open=True)
            who.done(tx, entry.field)
            return shown(office, tx, moved)


def answer_query(office: Office, actor: Actor, request: AnswerQuery) -> EntryShown:
    """Note what the guardian answered; who took it is who acts.

    A change that is none after all is dropped, and the ink on the paper settled by that.

    Raises:
        WordsNeededError: there is no answer.
        EntryStateError: nobody has asked.
        NotAllowedError: neither the homeroom teacher nor the registrar.
    """
    with acting(office, actor, request, "answer_query", request.entry) as who:
        if not request.answer:
            raise WordsNeededError(request.entry)
        with office.database.transaction() as tx:
            entry = _locked(tx, request.entry)
            who.sheet = entry.sheet
            who.require(store.place_of(tx, entry.unit), entry.unit)
            asked = queries.open_of(tx, entry.entry)
            if asked is None:
                raise EntryStateError(entry.entry, entry.state, Step.ANSWER)
            step = Step.DROP if request.is_no_change else Step.ANSWER
            moved = take_step(office, tx, entry, Move(step, who.person, note=request.answer))
            answered = {
                "answer": office.vault.seal_words(_row(entry.entry, "answered"), request.answer),
                "taken_by": who.person,
                "answered_at": moved.touched_at,
            }
            queries.answer(tx, entry.entry, asked.number, answered)
            if request.is_no_change:
                _settle(office, tx, who, entry)
            _say(tx, moved, is_open=False)
            who.done(tx, entry.field)
            return shown(office, tx, moved)


def list_queries(office: Office, actor: Actor, request: ListQueries) -> Queries:
    """The open queries of a class, for who talks to its guardians; no value of a record.

    Raises:
        UnknownUnitError, NotAllowedError: no such class, or it is not theirs.
    """
    with (
        acting(office, actor, request, "list_queries", request.unit) as who,
        office.database.transaction() as tx,
    ):
        who.require(store.place_of(tx, request.unit), request.unit)
        rows = queries.open_in(tx, request.campaign, request.unit)
        who.done(tx)
        return Queries(tuple(_shown(office, tx, row) for row in rows))


def _locked(tx: Tx, entry: EntryId) -> Entry:
    store.sheet_of(tx, entries.entry_of(tx, entry).sheet, lock=True)
    return entries.entry_of(tx, entry, lock=True)


def _settle(office: Office, tx: Tx, who: Acting, entry: Entry) -> None:
    paper = paper_of(store.sheet_of(tx, entry.sheet), store.cells_of(tx, entry.sheet))
    kind = _KINDS.get(paper.cells.get(entry.field, ""))
    if kind is None:
        return
    key = {"sheet": entry.sheet, "field": entry.field, "kind": kind.value}
    values = {
        "object": paper.pictures[entry.field][0],
        "reason": SettleReason.GUARDIAN_SAID.value,
        "note": None,
        "settled_by": who.person,
        "settled_at": office.database.clock(),
    }
    settlements.settle(tx, key, values)
    tell_standing(tx, entry.sheet)


def _say(tx: Tx, entry: Entry, *, is_open: bool) -> None:
    told = (entry.campaign, entry.entry, entry.sheet, entry.unit, entry.field)
    say(tx, entry, ChangeQueried(*told, is_open, entry.sequence))


def _shown(office: Office, tx: Tx, row: Row[Any]) -> OpenQuery:
    paper = paper_of(store.sheet_of(tx, SheetId(row.sheet)), store.cells_of(tx, SheetId(row.sheet)))
    object_, page = paper.pictures.get(row.field, (None, 0))
    entry = EntryId(row.entry)
    return OpenQuery(
        entry,
        SheetId(row.sheet),
        row.number_in_class,
        row.field,
        QueryReason(row.reason),
        office.vault.open_words(_row(entry, "asked"), row.note),
        object_,
        page,
        row.asked_at,
    )


def _row(entry: EntryId, what: str) -> str:
    return f"query\0{entry}\0{what}"
