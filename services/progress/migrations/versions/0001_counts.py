"""Flags per sheet, counters per unit."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.outbox import create_bus_tables, drop_bus_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

COUNTS = (
    "in_scope",
    "out_of_scope",
    "issued",
    "photographed",
    "returned",
    "declined",
    "unreadable",
    "to_retake",
)


def upgrade() -> None:
    """Make the tables."""
    _create_tree()
    _create_flags()
    op.create_table(
        "counters",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in COUNTS),
    )
    create_bus_tables(op)


def _create_tree() -> None:
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("level", sa.Text),
        sa.Column("parent", sa.Text, index=True),
        sa.Column("path", sa.Text),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "scopes",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("in_scope", sa.Integer, nullable=False),
        sa.Column("out_of_scope", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_index("scopes_by_unit", "scopes", ["unit"])


def _create_flags() -> None:
    op.create_table(
        "sheets",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("photographed", sa.Boolean, nullable=False),
        sa.Column("returned", sa.Boolean, nullable=False),
        sa.Column("declined", sa.Boolean, nullable=False),
        sa.Column("unreadable_pages", sa.Integer, nullable=False),
    )
    op.create_index("sheets_by_unit", "sheets", ["unit"])
    op.create_table(
        "unreadable_pages",
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, index=True),
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in ("counters", "unreadable_pages", "sheets", "scopes", "units"):
        op.drop_table(table)
    drop_bus_tables(op)
