"""What one has asked oneself: found by who asked."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("questions_by_person", "questions", ["campaign", "person"])


def downgrade() -> None:
    """Remove it."""
    op.drop_index("questions_by_person", "questions")
