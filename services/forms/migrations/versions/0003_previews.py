"""Pictures of sheets that somebody looked at before printing lie for some minutes."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of previews, and find a unit's jobs without reading all of them."""
    op.create_table(
        "previews",
        sa.Column("preview", sa.String(32), primary_key=True),
        sa.Column("shelf", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
    )
    op.create_index("jobs_by_path", "jobs", ["campaign", "path"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("jobs_by_path", "jobs")
    op.drop_table("previews")
