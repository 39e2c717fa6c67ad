"""Print jobs, sheets and their copies, windows."""

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
    _create_windows()
    _create_jobs()
    _create_sheets()
    create_bus_tables(op)


def _create_windows() -> None:
    op.create_table(
        "windows",
        sa.Column("campaign", sa.String(32), primary_key=True),
        sa.Column("unit", sa.String(32), primary_key=True),
        sa.Column("action", sa.String(16), primary_key=True),
        sa.Column("opens_at", UtcDateTime),
        sa.Column("closes_at", UtcDateTime),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job", sa.String(32), primary_key=True),
        sa.Column("campaign", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("classes", sa.LargeBinary, nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("wrong_codes", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claim", sa.String(32)),
        sa.Column("claimed_until", UtcDateTime),
        sa.Column("sheets_done", sa.Integer, nullable=False),
        sa.Column("sheets_total", sa.Integer, nullable=False),
        sa.Column("failure", sa.String(64)),
        sa.Column("pages", sa.Integer),
        sa.Column("sha256", sa.String(64)),
        sa.Column("report", sa.LargeBinary),
        sa.Column("shelf", sa.LargeBinary),
        sa.Column("expires_at", UtcDateTime),
    )
    op.create_index("jobs_by_state", "jobs", ["state", "requested_at"])


def _create_sheets() -> None:
    op.create_table(
        "sheets",
        sa.Column("sheet", sa.String(12), primary_key=True),
        sa.Column("kind", sa.String(1), nullable=False),
        sa.Column("campaign", sa.String(32), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.UniqueConstraint(
            "campaign", "kind", "holder", "generation", name="one_sheet_per_holder"
        ),
    )
    op.create_table(
        "copies",
        sa.Column("sheet", sa.String(12), primary_key=True),
        sa.Column("serial", sa.Integer, primary_key=True),
        sa.Column("number_base", sa.String(13), nullable=False, unique=True),
        sa.Column("job", sa.String(32), nullable=False, index=True),
        sa.Column("unit", sa.String(32), nullable=False),
        sa.Column("layout", sa.Integer, nullable=False),
        sa.Column("record_version", sa.Integer, nullable=False),
        sa.Column("number_in_class", sa.Integer),
        sa.Column("first_page", sa.Integer, nullable=False),
        sa.Column("page_count", sa.Integer, nullable=False),
        sa.Column("is_reprint", sa.Boolean, nullable=False),
        sa.Column("printed_at", UtcDateTime, nullable=False),
        sa.Column("masked_name", sa.Text, nullable=False),
        sa.Column("school_name", sa.Text, nullable=False),
        sa.Column("class_name", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in ("copies", "sheets", "jobs", "windows"):
        op.drop_table(table)
    drop_bus_tables(op)
