"""Questions, answers, the FAQ, and where trouble comes from."""

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
    _create_places()
    _create_questions()
    _create_faq()
    _create_figures()
    create_bus_tables(op)


def _create_places() -> None:
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False, index=True),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "sheets",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
    )


def _create_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("question", sa.Text, primary_key=True),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("sheet", sa.Text),
        sa.Column("field", sa.Text),
        sa.Column("key", sa.Text),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lies_with", sa.Text, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("is_at_top", sa.Boolean, nullable=False),
        sa.UniqueConstraint("campaign", "sheet", "key", name="questions_by_key"),
    )
    op.create_index("questions_by_due", "questions", ["state", "is_at_top", "due_at"])
    op.create_index("questions_by_desk", "questions", ["lies_with", "state", "due_at"])
    op.create_table(
        "steps",
        sa.Column("question", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("lies_with", sa.Text, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("passed_by", sa.Text, nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("question", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )


def _create_faq() -> None:
    op.create_table(
        "faq",
        sa.Column("entry", sa.Integer, primary_key=True),
        sa.Column("unit", sa.Text, nullable=False, index=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        sa.Column("is_retracted", sa.Boolean, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.Column("published_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "faq_grams",
        sa.Column("gram", sa.Text, primary_key=True),
        sa.Column("entry", sa.Integer, primary_key=True),
        sa.Column("weight", sa.Integer, nullable=False),
    )


def _create_figures() -> None:
    op.create_table(
        "troubles",
        sa.Column("campaign", sa.Text, primary_key=True),
        sa.Column("unit", sa.Text, primary_key=True),
        sa.Column("field", sa.Text, primary_key=True),
        sa.Column("questions", sa.Integer, nullable=False),
        sa.Column("queried", sa.Integer, nullable=False),
        sa.Column("returned", sa.Integer, nullable=False),
    )
    op.create_table(
        "counted",
        sa.Column("entry", sa.Text, primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
    )


def downgrade() -> None:
    """Remove the tables."""
    for table in (
        "counted",
        "troubles",
        "faq_grams",
        "faq",
        "answers",
        "steps",
        "questions",
        "sheets",
        "units",
    ):
        op.drop_table(table)
    drop_bus_tables(op)
