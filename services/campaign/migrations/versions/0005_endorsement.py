"""Whether the school leader endorses key data first, a setting of the campaign."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; campaigns so far asked the authority at once."""
    column = sa.Column("endorses_key_data", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("campaigns", column)


def downgrade() -> None:
    """Remove it."""
    op.drop_column("campaigns", "endorses_key_data")
