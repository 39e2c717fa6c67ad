"""Proofs that were taken back: kept, but they prove nothing and nobody looks at them."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLES = ("documents", "reality_proofs")


def upgrade() -> None:
    """Add the columns; what was tied before proves on."""
    for table in _TABLES:
        op.add_column(table, sa.Column("taken_back_at", UtcDateTime))
        op.add_column(table, sa.Column("taken_back_by", sa.Text))


def downgrade() -> None:
    """Remove them."""
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("taken_back_by")
            batch.drop_column("taken_back_at")
