"""What was issued, and what became of every page."""

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
    _create_issued()
    _create_pages()
    create_bus_tables(op)


def _create_issued() -> None:
    op.create_table(
        "sheets",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("number_in_class", sa.Integer),
        sa.Column("returned", sa.Boolean, nullable=False),
    )
    op.create_index("sheets_by_unit", "sheets", ["campaign", "unit"])
    op.create_table(
        "copies",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("layout", sa.Integer, nullable=False),
    )
    op.create_table(
        "covers",
        sa.Column("cover", sa.Text, primary_key=True),
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
    )
    op.create_table(
        "layouts",
        sa.Column("layout", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("canonical", sa.Text, nullable=False),
    )


def _create_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text),
        sa.Column("ticket", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text),
        sa.Column("serial", sa.Integer),
        sa.Column("side", sa.Text),
        sa.Column("quality", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("engine", sa.Text, nullable=False),
        sa.Column("cpu_ms", sa.Integer, nullable=False),
        sa.Column("corners", sa.Text, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("read_at", UtcDateTime, nullable=False),
    )
    op.create_index("pages_by_sheet", "pages", ["sheet", "side"])
    op.create_index("pages_by_digest", "pages", ["digest"])


def downgrade() -> None:
    """Drop them."""
    drop_bus_tables(op)
    for table in ("pages", "layouts", "covers", "copies", "sheets"):
        op.drop_table(table)
