"""Roster files from browsers: sealed parts, and how far each file is."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "roster_files",
        sa.Column("file", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("school", sa.Text),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("columns", sa.Text, nullable=False),
        sa.Column("accepts", sa.Boolean, nullable=False),
        sa.Column("file_hash", sa.Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("rows_done", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("report", sa.Text),
        sa.Column("written", sa.Text),
        sa.Column("wrong_listed", sa.Integer, nullable=False),
        sa.Column("claim", sa.Text),
        sa.Column("claimed_until", UtcDateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_index("roster_files_by_unit", "roster_files", ["unit", "begun_at"])
    op.create_index("roster_files_by_state", "roster_files", ["state"])
    op.create_table(
        "roster_file_parts",
        sa.Column("file", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("roster_file_parts")
    op.drop_table("roster_files")
