"""Exceptions beside a unit's own setting, what was told of both, and what is undone.

Levels of units that were told before are unknown until roster's facts are said again:
`hecha bus say-again --service roster --fact unit_registered`.
"""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = ("campaign", "unit", "action")


def upgrade() -> None:
    """Make the new tables, and move what was set."""
    _create_settings()
    op.execute(
        "insert into settings select campaign, unit, action, is_exception, opens_at, closes_at, 24,"
        " actor, '', reason from windows where opens_at is not null"
    )
    op.execute(
        "insert into told select campaign, unit, action, opens_at, closes_at, 24, sequence"
        " from windows"
    )
    op.drop_table("windows")
    op.add_column("campaigns", sa.Column("ends_on", sa.Date))
    narrow = sa.Column("regions_may_narrow", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("campaigns", narrow)
    _create_units()
    _create_undone()


def _create_settings() -> None:
    op.create_table(
        "settings",
        *(sa.Column(name, sa.Text, primary_key=True) for name in _KEY),
        sa.Column("is_exception", sa.Boolean, primary_key=True),
        sa.Column("opens_at", UtcDateTime, nullable=False),
        sa.Column("closes_at", UtcDateTime, nullable=False),
        sa.Column("grace_hours", sa.Integer, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("actor_path", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("settings_of_exceptions", "settings", ["is_exception", "closes_at"])
    op.create_table(
        "told",
        *(sa.Column(name, sa.Text, primary_key=True) for name in _KEY),
        sa.Column("opens_at", UtcDateTime),
        sa.Column("closes_at", UtcDateTime),
        sa.Column("grace_hours", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def _create_units() -> None:
    op.rename_table("units", "units_before")
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("path", sa.Text(collation="C").with_variant(sa.Text(), "sqlite"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    # Sequence 0: the same word said again is newer.
    op.execute("insert into units select code, '', path, 0 from units_before")
    op.drop_table("units_before")
    op.create_index("units_by_path", "units", ["path"])


def _create_undone() -> None:
    op.create_table(
        "sheets",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text),
        sa.Column("is_returned", sa.Boolean, nullable=False),
        sa.Column("is_entered", sa.Boolean, nullable=False),
        sa.Column("entered_sequence", sa.Integer, nullable=False),
    )
    op.create_index("sheets_by_unit", "sheets", ["unit", "campaign"])
    op.create_table(
        "entries",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("is_queried", sa.Boolean, nullable=False),
        sa.Column("query_sequence", sa.Integer, nullable=False),
    )
    op.create_index("entries_by_unit", "entries", ["unit", "campaign"])


def downgrade() -> None:
    """Go back; exceptions and what is undone are forgotten."""
    op.create_table(
        "windows",
        *(sa.Column(name, sa.Text, primary_key=True) for name in _KEY),
        sa.Column("opens_at", UtcDateTime),
        sa.Column("closes_at", UtcDateTime),
        sa.Column("is_exception", sa.Boolean, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.execute(
        "insert into windows select t.campaign, t.unit, t.action, t.opens_at, t.closes_at,"
        " false, coalesce(s.actor, ''), coalesce(s.reason, ''), t.sequence from told t"
        " left join settings s on s.campaign = t.campaign and s.unit = t.unit"
        " and s.action = t.action and not s.is_exception"
    )
    for table in ("entries", "sheets", "told", "settings"):
        op.drop_table(table)
    for column in ("regions_may_narrow", "ends_on"):
        op.drop_column("campaigns", column)
    op.drop_column("units", "level")
