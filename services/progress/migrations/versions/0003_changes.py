"""Entered, decided and applied: change entries, and those that wait, by the day they are due."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNTS = (
    "entered",
    "no_change",
    "decided",
    "applied",
    "in_decision",
    "sent_back",
    "conflicts",
    "queries",
)


def upgrade() -> None:
    """Make the tables and columns."""
    _create_entries()
    for column in _sheet_columns():
        op.add_column("sheets", column)
    for name in COUNTS:
        zero = sa.text("0")
        op.add_column("counters", sa.Column(name, sa.Integer, nullable=False, server_default=zero))
    op.add_column("counters", sa.Column("moved_on", sa.Date))


def _sheet_columns() -> tuple[sa.Column[Any], ...]:
    no, never = sa.false(), sa.text("-1")
    return (
        sa.Column("student", sa.Text),
        sa.Column("number_in_class", sa.Integer),
        sa.Column("confirmed", sa.Boolean, nullable=False, server_default=no),
        sa.Column("entered", sa.Boolean),
        sa.Column("entered_sequence", sa.Integer, nullable=False, server_default=never),
    )


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text),
        sa.Column("sheet", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("is_queried", sa.Boolean, nullable=False),
        sa.Column("query_sequence", sa.Integer, nullable=False),
    )
    op.create_index("entries_by_sheet", "entries", ["sheet"])
    op.create_table(
        "waiting",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("due", sa.Date, primary_key=True),
        sa.Column("entries", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Remove them."""
    for name in (*COUNTS, "moved_on"):
        op.drop_column("counters", name)
    for column in _sheet_columns():
        op.drop_column("sheets", column.name)
    op.drop_table("waiting")
    op.drop_table("entries")
