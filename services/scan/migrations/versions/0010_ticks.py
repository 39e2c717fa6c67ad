"""What people said of paper without a picture."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "ticks",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("tick", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("ticks")
