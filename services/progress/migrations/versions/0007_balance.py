"""How much oftener a page was said to be unreadable than that was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was counted before was said once."""
    balance = sa.Column("balance", sa.Integer, nullable=False, server_default="1")
    op.add_column("unreadable_pages", balance)


def downgrade() -> None:
    """Remove it."""
    with op.batch_alter_table("unreadable_pages") as batch:
        batch.drop_column("balance")
