"""Named questions about the supporting documents of an entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from services.review.tables import documents
from shared.contracts.review_commands import DocumentKind, DocumentShown
from shared.kernel.ids import EntryId, ObjectId, PersonId
from shared.plumbing.database import Tx


def documents_of(tx: Tx, entry: EntryId) -> Sequence[Row[Any]]:
    """The proofs of an entry, oldest first, those that were taken back as well."""
    question = select(documents).where(documents.c.entry == entry)
    return tx.execute(question.order_by(documents.c.added_at, documents.c.object)).all()


def evidence_of(tx: Tx, entry: EntryId) -> tuple[ObjectId, ...]:
    """The objects that prove an entry."""
    rows = documents_of(tx, entry)
    return tuple(ObjectId(row.object) for row in rows if row.taken_back_at is None)


def keep_document(tx: Tx, values: Mapping[str, Any]) -> None:
    """Tie an object to an entry, or tie it again."""
    tx.execute(delete(documents).where(*_this(values["entry"], values["object"])))
    tx.execute(insert(documents).values(**values))


def take_back(tx: Tx, entry: EntryId, object_: ObjectId, by: PersonId, at: datetime) -> bool:
    """Let an object prove an entry no more; False where it does not."""
    mine = (*_this(entry, object_), documents.c.taken_back_at.is_(None))
    change = update(documents).where(*mine).values(taken_back_at=at, taken_back_by=by)
    return bool(tx.execute(change).rowcount)


def _this(entry: EntryId, object_: ObjectId) -> tuple[ColumnElement[bool], ...]:
    return documents.c.entry == entry, documents.c.object == object_


def documents_shown(tx: Tx, entry: EntryId) -> tuple[DocumentShown, ...]:
    """The proofs of an entry as people are told of them."""
    return tuple(document_shown(row) for row in documents_of(tx, entry))


def document_shown(row: Row[Any]) -> DocumentShown:
    """One proof, of an entry or of a finding."""
    return DocumentShown(
        ObjectId(row.object),
        DocumentKind(row.kind),
        PersonId(row.added_by),
        row.added_at,
        row.is_page,
        row.taken_back_at,
    )
