"""What is kept, what was refused, and what was granted."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import create_bus_tables, drop_bus_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "objects",
        sa.Column("object", sa.Text, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("province", "campaign", "rendition", "suite")
        ),
        sa.Column("sheet", sa.Text),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("orientation", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("edge", "key", "version", "sha256")
        ),
        sa.Column("length", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("kept_at", UtcDateTime, nullable=False),
        sa.Column("locked_until", UtcDateTime),
    )
    op.create_index("objects_by_province", "objects", ["province", "kept_at"])
    op.create_table(
        "refused",
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "grants",
        sa.Column("nonce", sa.Text, primary_key=True),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    create_bus_tables(op)


def downgrade() -> None:
    """Drop them."""
    drop_bus_tables(op)
    for table in ("grants", "refused", "objects"):
        op.drop_table(table)
