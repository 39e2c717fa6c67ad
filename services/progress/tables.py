"""The tables of progress: flags per sheet, and counters per unit made from them."""

from dataclasses import fields

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, Table, Text

from shared.contracts.progress_commands import Counts
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()
COUNTS = tuple(field.name for field in fields(Counts))

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("level", Text),
    Column("parent", Text, index=True),
    Column("path", Text),
    Column("sequence", Integer, nullable=False),
)

sheets = Table(
    "sheets",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("sheet", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("photographed", Boolean, nullable=False),
    Column("returned", Boolean, nullable=False),
    Column("declined", Boolean, nullable=False),
    Column("unreadable_pages", Integer, nullable=False),
    Index("sheets_by_unit", "unit"),
)

# Pages nothing could be read on: remembered so that the same page is never counted twice.
unreadable_pages = Table(
    "unreadable_pages",
    metadata,
    Column("object", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, index=True),  # None: counted with its sheet
)

scopes = Table(
    "scopes",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("in_scope", Integer, nullable=False),
    Column("out_of_scope", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Index("scopes_by_unit", "unit"),
)

counters = Table(
    "counters",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in COUNTS),
)

add_bus_tables(metadata)
