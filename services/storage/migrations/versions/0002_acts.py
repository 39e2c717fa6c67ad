"""Acts said to the audit log are numbered."""

from alembic import op

from shared.plumbing.outbox import create_act_heads, drop_act_heads

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of the numbers."""
    create_act_heads(op)


def downgrade() -> None:
    """Drop it."""
    drop_act_heads(op)
