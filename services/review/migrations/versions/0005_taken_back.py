"""Of each sheet: the sequences under which scan told of its paper and its cells last."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
_NAMES = ("returned_sequence", "photographed_sequence")


def upgrade() -> None:
    """Add the columns; what was told before had no sequence."""
    for name in _NAMES:
        column = sa.Column(name, sa.Integer, nullable=False, server_default="-1")
        op.add_column("sheets", column)
    op.add_column("cells", sa.Column("sequence", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("cells", "sequence")
    for name in _NAMES:
        op.drop_column("sheets", name)
