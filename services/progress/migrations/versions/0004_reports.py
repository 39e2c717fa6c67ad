"""Reports up."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "reports",
        sa.Column("report", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("statement", sa.Text),
        sa.Column("signature", sa.Text),
        sa.Column("judged_by", sa.Text),
        sa.Column("judged_at", UtcDateTime),
        sa.Column("reason", sa.Text),
        sa.UniqueConstraint("campaign", "unit", "number", name="reports_by_number"),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("reports")
