"""The tables of audit: the log, which is only ever added to, and what is known about it."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

# Rows of these are written once: the database refuses to change or delete them.
INSERT_ONLY = ("events", "subtrees", "checkpoints", "cosignatures")

heads = Table(
    "heads",
    metadata,
    Column("province", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),  # 32 bytes each, largest subtree first
    Column("leaf", LargeBinary, nullable=False),  # hash of the last event
)

events = Table(
    "events",
    metadata,
    Column("province", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # from 0
    Column("leaf", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    # What is searched by; the log's own word is `body`.
    Column("source", Text),
    Column("source_seq", BigInteger),
    Column("sheet", Text),
    Column("unit", Text),
    Index("events_by_source", "province", "source", "source_seq"),
    Index("events_by_sheet", "sheet", "seq"),
    Index("events_by_unit", "unit", "seq"),
)

subtrees = Table(
    "subtrees",
    metadata,
    Column("province", Text, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),  # a multiple of eight
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
)

# How many numbers of each service came, and the highest: equal when none is missing.
sources = Table(
    "sources",
    metadata,
    Column("province", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("highest", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("province", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),  # signed by the log alone
    Column("at", UtcDateTime, nullable=False),
)

cosignatures = Table(
    "cosignatures",
    metadata,
    Column("province", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, primary_key=True),
    Column("line", Text, nullable=False),
)

# Checkpoints that lie in the bucket, and are locked there.
stored = Table(
    "stored",
    metadata,
    Column("province", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)

# As a witness: how each log of the level below stood when it was last countersigned.
watched = Table(
    "watched",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Where each unit lies, for who may read which part of the log.
units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
)

# When wrong query codes were tried at a sheet's ledger: one row, so that tries wait for one another.
wrong_codes = Table(
    "wrong_codes",
    metadata,
    Column("sheet", Text, primary_key=True),
    Column("tries", Text, nullable=False),  # seconds since 1970, with spaces between
)

add_bus_tables(metadata)
