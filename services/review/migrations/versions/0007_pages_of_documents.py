"""Which proofs are pages of a document, and can be looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = ("documents", "reality_proofs")


def upgrade() -> None:
    """Add the column; what was tied before is a photo of the sheet."""
    for table in _TABLES:
        column = sa.Column("is_page", sa.Boolean, nullable=False, server_default=sa.false())
        op.add_column(table, column)


def downgrade() -> None:
    """Remove it."""
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("is_page")
