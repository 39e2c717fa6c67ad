"""Bulk scans: batches, their pages, and pages that wait for their batch's commit."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; every page known so far counts already."""
    op.create_table(
        "batches",
        sa.Column("batch", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("school", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("held_until", UtcDateTime),
    )
    op.create_index("batches_by_digest", "batches", ["campaign", "school", "digest"])
    op.create_table(
        "batch_pages",
        sa.Column("batch", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("object", sa.Text, nullable=False, unique=True),
        sa.Column("before", sa.Text),
    )
    op.add_column("pages", sa.Column("batch", sa.Text))
    op.add_column(
        "pages", sa.Column("staged", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_index("pages_by_batch", "pages", ["batch"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("pages_by_batch", "pages")
    op.drop_column("pages", "staged")
    op.drop_column("pages", "batch")
    op.drop_table("batch_pages")
    op.drop_index("batches_by_digest", "batches")
    op.drop_table("batches")
