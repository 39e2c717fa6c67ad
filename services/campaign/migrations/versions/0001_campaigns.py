"""Campaigns, settings, and the tree they inherit by."""

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
    op.create_table(
        "campaigns",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cut_off", sa.Date, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "windows",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("action", sa.Text, primary_key=True),
        sa.Column("opens_at", UtcDateTime),
        sa.Column("closes_at", UtcDateTime),
        sa.Column("is_exception", sa.Boolean, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    create_bus_tables(op)


def downgrade() -> None:
    """Drop them."""
    drop_bus_tables(op)
    for table in ("units", "windows", "campaigns"):
        op.drop_table(table)
