"""The photos of a sheet are found by its id: the guardian's ledger asks for them."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("objects_by_sheet", "objects", ["sheet"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("objects_by_sheet", "objects")
