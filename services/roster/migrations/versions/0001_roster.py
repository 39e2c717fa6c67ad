"""The tree, the records, and what was imported."""

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
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent", sa.Text, index=True),
        sa.Column("path", sa.Text, nullable=False, unique=True),
        sa.Column("managed_by", sa.Text),
        sa.Column("class_key", sa.Text),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    _create_records()
    _create_scope()
    op.create_table(
        "imports",
        sa.Column("file_hash", sa.Text, primary_key=True),
        sa.Column("options", sa.Text, primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("checked_at", UtcDateTime, nullable=False),
        sa.Column("committed_at", UtcDateTime),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("large_units", sa.Text, nullable=False),
    )
    create_bus_tables(op)


def _create_records() -> None:
    op.create_table(
        "pupils",
        sa.Column("student", sa.Text, primary_key=True),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("number_in_class", sa.Integer),
        sa.Column("number_kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("registered_on", sa.Date),
        sa.Column("is_listed", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_index("pupils_by_unit", "pupils", ["unit"])
    op.create_table(
        "identifiers",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("student", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record_history",
        sa.Column("student", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
    )


def _create_scope() -> None:
    op.create_table(
        "campaigns",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("cut_off", sa.Date, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "scopes",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("in_scope", sa.Integer, nullable=False),
        sa.Column("out_of_scope", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Remove the tables."""
    drop_bus_tables(op)
    for table in (
        "imports",
        "scopes",
        "campaigns",
        "record_history",
        "identifiers",
        "pupils",
        "units",
    ):
        op.drop_table(table)
