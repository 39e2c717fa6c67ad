"""Whole sheets: settled differences, the no-change lane, queries, notices, the reality check."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _create_settlements()
    _create_samples()
    _create_sampled()
    _create_confirmations()
    _create_queries()
    _create_blind_entries()
    _create_notices()
    _create_reality_findings()
    _create_reality_proofs()


def _create_settlements() -> None:
    op.create_table(
        "settlements",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.LargeBinary),
        sa.Column("settled_by", sa.Text, nullable=False),
        sa.Column("settled_at", UtcDateTime, nullable=False),
    )


def _create_samples() -> None:
    op.create_table(
        "samples",
        sa.Column("sample", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("drawn_by", sa.Text, nullable=False),
        sa.Column("drawn_at", UtcDateTime, nullable=False),
        sa.Column("candidates", sa.Text, nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
    )
    op.create_index(
        "samples_open_once", "samples", ["campaign", "unit"], unique=True, **_where("is_open")
    )


def _create_sampled() -> None:
    op.create_table(
        "sampled",
        sa.Column("sample", sa.Text, primary_key=True),
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("object", sa.Text),
        sa.Column("is_blank", sa.Boolean),
        sa.Column("looked_by", sa.Text),
        sa.Column("looked_at", UtcDateTime),
    )


def _create_confirmations() -> None:
    op.create_table(
        "confirmations",
        sa.Column("confirmation", sa.Text, primary_key=True),
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("confirmed_by", sa.Text, nullable=False),
        sa.Column("confirmed_at", UtcDateTime, nullable=False),
        sa.Column("fact", sa.Text, nullable=False),
    )


def _create_queries() -> None:
    op.create_table(
        "queries",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.LargeBinary),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("taken_by", sa.Text),
        sa.Column("answered_at", UtcDateTime),
    )


def _create_blind_entries() -> None:
    op.create_table(
        "blind_entries",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("chosen_at", UtcDateTime, nullable=False),
        sa.Column("typed_by", sa.Text),
        sa.Column("typed_at", UtcDateTime),
        sa.Column("agrees", sa.Boolean),
    )
    op.create_index("blind_entries_by_class", "blind_entries", ["unit"])


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("notices_by_unit", "notices", ["campaign", "unit"])


def _create_reality_findings() -> None:
    op.create_table(
        "reality_findings",
        sa.Column("finding", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("student", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.LargeBinary),
        sa.Column("noted_by", sa.Text, nullable=False),
        sa.Column("noted_at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("settled_by", sa.Text),
        sa.Column("settled_at", UtcDateTime),
    )
    op.create_index("reality_findings_by_class", "reality_findings", ["campaign", "unit"])
    op.create_index(
        "reality_findings_of_pupil",
        "reality_findings",
        ["campaign", "unit", "student"],
        unique=True,
    )


def _create_reality_proofs() -> None:
    op.create_table(
        "reality_proofs",
        sa.Column("finding", sa.Text, primary_key=True),
        sa.Column("object", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in (
        "reality_proofs",
        "reality_findings",
        "notices",
        "blind_entries",
        "queries",
        "confirmations",
        "sampled",
        "samples",
        "settlements",
    ):
        op.drop_table(table)


def _where(condition: str) -> dict[str, Any]:
    only = sa.text(condition)
    return {"sqlite_where": only, "postgresql_where": only}
