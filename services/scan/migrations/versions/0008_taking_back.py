"""Of each sheet: whether something was entered from it, and the sequence of what is told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was entered before is not known here."""
    entered = sa.Column("entered", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("sheets", entered)
    sequence = sa.Column("sequence", sa.Integer, nullable=False, server_default="0")
    op.add_column("sheets", sequence)


def downgrade() -> None:
    """Remove them."""
    op.drop_column("sheets", "sequence")
    op.drop_column("sheets", "entered")
