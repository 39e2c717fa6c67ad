"""The outbox and inbox tables that every service with a database carries.

A fact is a row of the outbox, written in the transaction of its effect; a relay makes it
leave (`relay`). A fact heard is a row of the inbox, written first in the transaction of
*its* effect (`inbox`). Acts are numbered without gaps (`acts`). See docs/spec/messages.md.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from shared.plumbing.columns import UtcDateTime

# SQLite counts rows by itself only for a plain INTEGER key.
_ROW_ID = BigInteger().with_variant(Integer, "sqlite")


def _outbox_columns() -> tuple[Column[Any], ...]:
    return (
        Column("id", _ROW_ID, primary_key=True, autoincrement=True),
        Column("fact_id", String(36), nullable=False, unique=True),
        Column("fact", String(64), nullable=False),
        Column("exchange", String(64), nullable=False),
        Column("routing_key", String(128), nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("traceparent", String(64)),
        Column("kept", Boolean, nullable=False),  # never purged: hearers keep a copy of it
        Column("created_at", UtcDateTime, nullable=False),
        Column("not_before", UtcDateTime),
        Column("claimed_until", UtcDateTime),
        Column("said_at", UtcDateTime),
        Column("settled_at", UtcDateTime),  # embedded bus only: every hearer is done with it
    )


def _inbox_columns() -> tuple[Column[Any], ...]:
    return (
        Column("queue", String(96), primary_key=True),
        Column("fact_id", String(36), primary_key=True),
        Column("state", String(8), nullable=False),  # done; embedded also: trying, dead
        Column("attempts", Integer, nullable=False),
        Column("at", UtcDateTime, nullable=False),
        Column("error", String(64)),
        Column("body", LargeBinary),  # of a dead letter of the embedded bus
        Column("routing_key", String(128)),
    )


def _act_head_columns() -> tuple[Column[Any], ...]:
    return (
        Column("province", String(2), primary_key=True),
        Column("last", BigInteger, nullable=False),
    )


def outbox_table(metadata: MetaData) -> Table:
    """The outbox of the service whose tables `metadata` holds."""
    if "outbox" in metadata.tables:
        return metadata.tables["outbox"]
    table = Table("outbox", metadata, *_outbox_columns())
    Index("outbox_unsaid", table.c.id, **_where_unsaid(table.c.said_at))
    return table


def inbox_table(metadata: MetaData) -> Table:
    """The inbox of the service whose tables `metadata` holds."""
    if "inbox" in metadata.tables:
        return metadata.tables["inbox"]
    return Table("inbox", metadata, *_inbox_columns())


def act_heads_table(metadata: MetaData) -> Table:
    """The number of the last act said, per province, of the service whose tables these are."""
    if "act_heads" in metadata.tables:
        return metadata.tables["act_heads"]
    return Table("act_heads", metadata, *_act_head_columns())


def add_bus_tables(metadata: MetaData) -> None:
    """Add the outbox, the inbox and the numbers of acts to a service's tables."""
    outbox_table(metadata)
    inbox_table(metadata)
    act_heads_table(metadata)


def create_act_heads(op: Any) -> None:
    """Create the numbers of acts where a database was made before acts were numbered."""
    op.create_table("act_heads", *_act_head_columns(), if_not_exists=True)


def drop_act_heads(op: Any) -> None:
    """Take them away; the migration that made the bus's tables may have made them too."""
    op.drop_table("act_heads", if_exists=True)


def create_bus_tables(op: Any) -> None:
    """Create all of them in a migration; `op` is Alembic's."""
    create_act_heads(op)
    op.create_table("outbox", *_outbox_columns())
    said_at: Column[Any] = Column("said_at", UtcDateTime)
    op.create_index("outbox_unsaid", "outbox", ["id"], **_where_unsaid(said_at))
    op.create_table("inbox", *_inbox_columns())


def drop_bus_tables(op: Any) -> None:
    """Take them away again."""
    drop_act_heads(op)
    op.drop_table("inbox")
    op.drop_index("outbox_unsaid", "outbox")
    op.drop_table("outbox")


def _where_unsaid(said_at: Column[Any]) -> dict[str, Any]:
    unsaid = said_at.is_(None)
    return {"sqlite_where": unsaid, "postgresql_where": unsaid}
