"""Printed sheet numbers: those issued, and those read of pages that no code names."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; sheets issued before have no number here, and are found by their codes."""
    op.create_table(
        "printed_numbers",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
    )
    op.create_index("printed_numbers_by_sheet", "printed_numbers", ["sheet"])
    op.create_table(
        "number_reads",
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True),
        sa.Column("corners", sa.LargeBinary, nullable=False),
    )
    op.add_column("pages", sa.Column("cover", sa.Text))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("pages", "cover")
    op.drop_table("number_reads")
    op.drop_index("printed_numbers_by_sheet")
    op.drop_table("printed_numbers")
