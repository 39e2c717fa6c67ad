"""Copies of what others said, and change entries on their way."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import create_bus_tables, drop_bus_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _create_units()
    _create_windows()
    _create_sheets()
    _create_cells()
    _create_record_changes()
    _create_entries()
    _create_revisions()
    _create_history()
    _create_documents()
    _create_looks()
    _create_act_heads()
    create_bus_tables(op)


def _create_units() -> None:
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("managed_by", sa.Text),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def _create_windows() -> None:
    op.create_table(
        "windows",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("opens_at", UtcDateTime),
        sa.Column("closes_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def _create_sheets() -> None:
    op.create_table(
        "sheets",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("student", sa.Text),
        sa.Column("unit", sa.Text),
        sa.Column("serial", sa.Integer),
        sa.Column("record_version", sa.Integer),
        sa.Column("sides", sa.Integer),
        sa.Column("number_in_class", sa.Integer),
        sa.Column("is_returned", sa.Boolean, nullable=False),
        sa.Column("is_declined", sa.Boolean, nullable=False),
        sa.Column("is_photographed", sa.Boolean, nullable=False),
        sa.Column("finished_by", sa.Text),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.Column("is_entered", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_index("sheets_by_student", "sheets", ["student"])
    op.create_index("sheets_by_unit", "sheets", ["campaign", "unit"])


def _create_cells() -> None:
    op.create_table(
        "cells",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("side", sa.Text, primary_key=True),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("said_at", UtcDateTime, nullable=False),
        sa.Column("is_legible", sa.Boolean, nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("signature", sa.Text),
    )


def _create_record_changes() -> None:
    op.create_table(
        "record_changes",
        sa.Column("student", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("fields", sa.Text, nullable=False),
    )


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("student", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("difference", sa.LargeBinary, nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("touched_at", UtcDateTime, nullable=False),
        sa.Column("queue", sa.Text),
        sa.Column("due", sa.Date),
        sa.Column("holder", sa.Text),
        sa.Column("held_since", UtcDateTime),
        sa.Column("held_until", UtcDateTime),
        sa.Column("findings", sa.Text, nullable=False),
    )
    op.create_index("entries_by_class", "entries", ["campaign", "unit"])
    op.create_index("entries_by_sheet", "entries", ["sheet", "field"])
    op.create_index(
        "entries_held",
        "entries",
        ["holder"],
        unique=True,
        **_where("state = 'submitted' and holder is not null"),
    )
    op.create_index(
        "entries_open_once",
        "entries",
        ["sheet", "field"],
        unique=True,
        **_where(
            "state in ('drafted', 'queried', 'submitted', 'returned', 'approved', 'conflicted')"
        ),
    )
    op.create_index(
        "entries_waiting",
        "entries",
        ["queue", "due", "touched_at", "entry"],
        **_where("state = 'submitted'"),
    )


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("difference", sa.LargeBinary, nullable=False),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("submitted_by", sa.Text, nullable=False),
        sa.Column("submitted_at", UtcDateTime, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("opened_at", UtcDateTime),
        sa.Column("reason", sa.Text),
        sa.Column("fact", sa.Text),
    )


def _create_history() -> None:
    op.create_table(
        "history",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("note", sa.LargeBinary),
    )


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
    )


def _create_looks() -> None:
    op.create_table(
        "looks",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
    )


def _create_act_heads() -> None:
    op.create_table(
        "act_heads",
        sa.Column("province", sa.String, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    drop_bus_tables(op)
    for table in (
        "act_heads",
        "looks",
        "documents",
        "history",
        "revisions",
        "entries",
        "record_changes",
        "cells",
        "sheets",
        "windows",
        "units",
    ):
        op.drop_table(table)


def _where(condition: str) -> dict[str, Any]:
    only = sa.text(condition)
    return {"sqlite_where": only, "postgresql_where": only}
