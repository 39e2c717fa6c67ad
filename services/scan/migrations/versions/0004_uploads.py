"""Uploads of bulk scans, and which of them make one batch."""

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
        "uploads",
        sa.Column("upload", sa.Text, primary_key=True),
        *_whose(),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("arrived", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("sealed_key", sa.LargeBinary),
        sa.Column("pile", sa.Text),
        sa.Column("place", sa.Integer),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
    )
    op.create_index("uploads_by_person", "uploads", ["actor", "school"])
    op.create_index("uploads_by_pile", "uploads", ["pile"])
    op.create_table(
        "upload_piles",
        sa.Column("pile", sa.Text, primary_key=True),
        *_whose(),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("batch", sa.Text),
        sa.Column("closed_at", UtcDateTime, nullable=False),
        sa.Column("try_at", UtcDateTime, nullable=False),
    )
    op.create_index("upload_piles_by_state", "upload_piles", ["state", "try_at"])


def _whose() -> list[sa.Column[str]]:
    names = ("campaign", "province", "school", "actor", "label")
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def downgrade() -> None:
    """Remove them."""
    op.drop_table("upload_piles")
    op.drop_table("uploads")
