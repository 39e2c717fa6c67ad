"""Named questions about the supporting documents of an entry."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from services.review.tables import documents
from shared.contracts.review_commands import DocumentKind, DocumentShown
from shared.kernel.ids import EntryId, ObjectId, PersonId
from shared.plumbing.database import Tx


def documents_of(tx: Tx, entry: EntryId) -> Sequence[Row[Any]]:
    """The proofs of an entry, oldest first."""
    question = select(documents).where(documents.c.entry == entry)
    return tx.execute(question.order_by(documents.c.added_at, documents.c.object)).all()


def evidence_of(tx: Tx, entry: EntryId) -> tuple[ObjectId, ...]:
    """The objects that prove an entry."""
    return tuple(ObjectId(row.object) for row in documents_of(tx, entry))


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
    )
