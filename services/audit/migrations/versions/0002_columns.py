"""When an event was heard is said by the event alone, and tries at a ledger are counted in one row."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop a column that only cost time; have a row per sheet that tries can wait for."""
    op.drop_column("events", "heard_at")
    op.drop_table("wrong_codes")
    op.create_table(
        "wrong_codes",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("tries", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """As it was, the column and the tries empty."""
    op.add_column("events", sa.Column("heard_at", UtcDateTime))
    op.drop_table("wrong_codes")
    op.create_table(
        "wrong_codes",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("at", UtcDateTime, primary_key=True),
    )
