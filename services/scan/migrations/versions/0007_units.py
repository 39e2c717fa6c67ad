"""Where units lie and who manages their schools: people who look are judged by it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; units told before are told again with their next change."""
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("managed_by", sa.Text),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("units")
