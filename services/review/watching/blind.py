"""Blind second entry: a random sample is typed again by somebody who sees the paper alone.

It measures how often typing goes wrong; it changes no entry.
"""

import secrets
from typing import Any

from sqlalchemy import Row, insert, select, update

from services.review import store
from services.review.acting import acting
from services.review.domain import Entry
from services.review.entries import store as entries
from services.review.office import Office
from services.review.tables import blind_entries, units
from services.review.tables import entries as entry_table
from shared.contracts.actors import Actor
from shared.contracts.field_values import FieldValueError, canonical
from shared.contracts.watch_commands import BlindTask, BlindTyped, NextBlind, TypeBlind
from shared.kernel.authority import Place
from shared.kernel.errors_review import InvalidValueError, NothingToTypeError, OwnEntryError
from shared.kernel.ids import CampaignId, EntryId, PersonId, SheetId
from shared.plumbing.database import Tx

_CHANCE = secrets.SystemRandom()


def choose_blind(office: Office, tx: Tx, entry: Entry) -> None:
    """Choose a submitted entry for a second typing, by chance."""
    if _CHANCE.random() >= office.rules.blind_share:
        return
    row = {
        "entry": entry.entry,
        "revision": entry.revision,
        "unit": entry.unit,
        "field": entry.field,
        "chosen_at": office.database.clock(),
    }
    tx.execute(insert(blind_entries).values(**row))


def next_blind(office: Office, actor: Actor, request: NextBlind) -> BlindTask:
    """A field of the own school to type again, that this person has not typed; oldest first.

    Raises:
        NotAllowedError: this role enters nothing.
    """
    with (
        acting(office, actor, request, "next_blind", request.campaign) as who,
        office.database.transaction() as tx,
    ):
        who.require(Place(actor.path), actor.unit)
        row = _waiting(tx, request.campaign, actor.path, who.person)
        who.done(tx)
        if row is None:
            return BlindTask(None)
        return BlindTask(EntryId(row.entry), SheetId(row.sheet), row.field)


def type_blind(office: Office, actor: Actor, request: TypeBlind) -> BlindTyped:
    """Type a field a second time; what was typed is compared, not kept.

    Raises:
        OwnEntryError: this person typed it the first time.
        NothingToTypeError: it was not chosen, or typed already.
        InvalidValueError: it is no value of the field.
    """
    with (
        acting(office, actor, request, "type_blind", request.entry) as who,
        office.database.transaction() as tx,
    ):
        entry = entries.entry_of(tx, request.entry)
        who.require(store.place_of(tx, entry.unit), entry.unit)
        if who.person in {entry.entered_by, *entries.makers_of(tx, entry.entry)}:
            raise OwnEntryError(entry.entry)
        row = tx.execute(
            select(blind_entries)
            .where(blind_entries.c.entry == entry.entry, blind_entries.c.typed_at.is_(None))
            .order_by(blind_entries.c.revision.desc())
            .limit(1)
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise NothingToTypeError(entry.entry)
        agrees = _value(office, entry, request.value) == _first(office, tx, entry, row.revision)
        typed = {"typed_by": who.person, "typed_at": office.database.clock(), "agrees": agrees}
        mine = (blind_entries.c.entry == row.entry, blind_entries.c.revision == row.revision)
        tx.execute(update(blind_entries).where(*mine).values(**typed))
        who.done(tx, entry.field)
        return BlindTyped(entry.entry, agrees)


def _waiting(tx: Tx, campaign: CampaignId, path: str, person: PersonId) -> Row[Any] | None:
    question = (
        select(entry_table.c.entry, entry_table.c.sheet, entry_table.c.field)
        .join(blind_entries, blind_entries.c.entry == entry_table.c.entry)
        .join(units, units.c.code == entry_table.c.unit)
        .where(
            entry_table.c.campaign == campaign,
            units.c.path.startswith(path, autoescape=True),
            entry_table.c.entered_by != person,
            blind_entries.c.typed_at.is_(None),
        )
        .order_by(blind_entries.c.chosen_at, entry_table.c.entry)
        .limit(1)
    )
    return tx.execute(question).one_or_none()


def _value(office: Office, entry: Entry, text: str) -> str:
    try:
        return canonical(office.field(entry.field), text, office.catalogue, today=office.today())
    except FieldValueError as wrong:
        raise InvalidValueError(entry.field, wrong.code) from None


def _first(office: Office, tx: Tx, entry: Entry, revision: int) -> str:
    kept = entries.revision_of(tx, entry.entry, revision)
    assert kept is not None
    return office.vault.open(entry.entry, bytes(kept.difference)).new
