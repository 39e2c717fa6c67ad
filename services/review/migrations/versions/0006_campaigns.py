"""What campaign says of a campaign and its windows: the leader's endorsement, and the grace."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table and the column; a window told of before has the usual day of grace."""
    op.create_table(
        "campaigns",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("endorses_key_data", sa.Boolean, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.add_column("windows", sa.Column("started_until", UtcDateTime))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("windows", "started_until")
    op.drop_table("campaigns")
