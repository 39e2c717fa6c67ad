"""Of each sheet: the sequence under which it was told returned last."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was told before had no sequence."""
    column = sa.Column("returned_sequence", sa.Integer, nullable=False, server_default="-1")
    op.add_column("sheets", column)


def downgrade() -> None:
    """Remove it."""
    op.drop_column("sheets", "returned_sequence")
