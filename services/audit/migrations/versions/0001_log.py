"""The log, its heads and checkpoints, what a witness knows, and the tree of units."""

import sqlalchemy as sa
from alembic import op

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import create_bus_tables, drop_bus_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSERT_ONLY = ("events", "subtrees", "checkpoints", "cosignatures")
TABLES = (*INSERT_ONLY, "heads", "sources", "stored", "watched", "units", "wrong_codes")


def upgrade() -> None:
    """Make the tables, and close those of the log to everything but new rows."""
    _make_log()
    _make_checkpoints()
    op.create_table(
        "watched",
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "units",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("sheet", sa.Text, primary_key=True),
        sa.Column("at", UtcDateTime, primary_key=True),
    )
    create_bus_tables(op)
    for table in INSERT_ONLY:
        _close(table)


def downgrade() -> None:
    """Drop them."""
    drop_bus_tables(op)
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _make_log() -> None:
    op.create_table(
        "heads",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("heard_at", UtcDateTime, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("source_seq", sa.BigInteger),
        sa.Column("sheet", sa.Text),
        sa.Column("unit", sa.Text),
    )
    op.create_index("events_by_source", "events", ["province", "source", "source_seq"])
    op.create_index("events_by_sheet", "events", ["sheet", "seq"])
    op.create_index("events_by_unit", "events", ["unit", "seq"])
    op.create_table(
        "subtrees",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("index", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("highest", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
    )


def _make_checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "cosignatures",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
    )
    op.create_table(
        "stored",
        sa.Column("province", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )


def _close(table: str) -> None:
    """Let rows in and none out: by triggers, and on PostgreSQL by the login's own rights too."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{what.lower()} BEFORE {what} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the log is only ever added to'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the log is only ever added to'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_closed BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    # The login owns the table, yet has to grant itself a right before it could use it.
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM CURRENT_USER")
