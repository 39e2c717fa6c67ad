"""What was seen on pages laid flat, and what their cells seem to say, sealed."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; pages read before have no row."""
    op.create_table(
        "flat_pages",
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True),
        sa.Column("sheet", sa.Text),
        sa.Column("legible", sa.Boolean, nullable=False),
        sa.Column("flat_view", sa.Boolean, nullable=False),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
        sa.Column("places_in_view", sa.Text, nullable=False),
        sa.Column("corners", sa.Text, nullable=False),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("signature", sa.Text),
        sa.Column("date", sa.Text),
        sa.Column("cpu_ms", sa.Integer, nullable=False),
        sa.Column("read_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "suggestions",
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("suggestions")
    op.drop_table("flat_pages")
