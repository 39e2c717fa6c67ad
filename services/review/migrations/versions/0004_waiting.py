"""The index of what waits tells how many wait by itself."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'submitted'")


def upgrade() -> None:
    """Make the index anew, the campaign beside it."""
    _make(["campaign"])


def downgrade() -> None:
    """Make it without."""
    _make([])


def _make(beside: list[str]) -> None:
    op.drop_index("entries_waiting", table_name="entries")
    op.create_index(
        "entries_waiting",
        "entries",
        ["queue", "due", "touched_at", "entry"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
        postgresql_include=beside,
    )
