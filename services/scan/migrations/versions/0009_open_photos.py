"""What a person's act on a photo changed, so that it can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("pages", sa.Column("before", sa.Text))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("pages", "before")
