"""Units and campaigns as accounts knows them, accounts, their holders, people, sessions."""

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
    _create_tree()
    _create_accounts()
    _create_holders()
    op.create_table(
        "sessions",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("second_step_at", UtcDateTime),
    )
    op.create_index("sessions_by_holder", "sessions", ["account", "number"])
    create_bus_tables(op)


def _create_tree() -> None:
    path = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("path", path, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_index("units_by_path", "units", ["path"])
    op.create_table(
        "campaigns",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("ends_at", UtcDateTime),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text),
        sa.Column("issued_at", UtcDateTime, nullable=False),
        sa.Column("issued_by", sa.Text, nullable=False),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("reason", sa.LargeBinary),
    )
    op.create_index("accounts_by_unit", "accounts", ["unit", "number"], unique=True)
    op.create_table(
        "people",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("name", sa.LargeBinary),
        sa.Column("same_name", sa.LargeBinary),
    )
    op.create_index("people_by_name", "people", ["same_name"])


def _create_holders() -> None:
    op.create_table(
        "holders",
        sa.Column("account", sa.Text, sa.ForeignKey("accounts.account"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.person"), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("seed", sa.LargeBinary),
        sa.Column("has_second_step", sa.Boolean, nullable=False),
        sa.Column("last_step", sa.Integer, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("locked_until", UtcDateTime),
        sa.Column("is_used", sa.Boolean, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    op.create_index("holders_by_person", "holders", ["person"])


def downgrade() -> None:
    """Drop them."""
    drop_bus_tables(op)
    for table in ("sessions", "holders", "people", "accounts", "campaigns", "units"):
        op.drop_table(table)
