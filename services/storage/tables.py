"""The tables of storage: what is kept, what was refused, and what was granted."""

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

objects = Table(
    "objects",
    metadata,
    Column("object", Text, primary_key=True),
    Column("province", Text, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("rendition", Text, nullable=False),
    Column("suite", Text, nullable=False),
    Column("sheet", Text),  # the ticket it was handed in with
    Column("sender", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("source", Text),  # the original of a rendition
    Column("media_type", Text, nullable=False),
    Column("orientation", Integer, nullable=False),
    Column("edge", Text, nullable=False),
    Column("key", Text, nullable=False),  # in the archive
    Column("version", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("length", Integer, nullable=False),
    Column("holder", Text, nullable=False),
    Column("wrapped_key", LargeBinary),  # None once erased
    Column("received_at", UtcDateTime, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    Column("locked_until", UtcDateTime),  # None: kept, not locked yet
    Index("objects_by_province", "province", "kept_at"),
    Index("objects_by_sheet", "sheet"),
)

refused = Table(
    "refused",
    metadata,
    Column("object", Text, primary_key=True),
    Column("province", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("nonce", Text, primary_key=True),
    Column("object", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# When the audit log was countersigned last: too long ago, and nobody looks at anything.
witnessed = Table(
    "witnessed",
    metadata,
    Column("province", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

add_bus_tables(metadata)
