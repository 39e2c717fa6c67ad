"""Of each sheet: the sequence under which it was told photographed and returned last."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
_NAMES = ("photographed_sequence", "returned_sequence")


def upgrade() -> None:
    """Add the columns; what was told before had no sequence."""
    for name in _NAMES:
        column = sa.Column(name, sa.Integer, nullable=False, server_default="-1")
        op.add_column("sheets", column)


def downgrade() -> None:
    """Remove them."""
    for name in _NAMES:
        op.drop_column("sheets", name)
