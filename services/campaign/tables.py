"""The tables of campaign: campaigns, settings and what was told of them, the tree, what is undone."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Table, Text, false

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("cut_off", Date, nullable=False),
    Column("ends_on", Date),  # None while nobody has named a last day
    Column("regions_may_narrow", Boolean, nullable=False),
    Column("endorses_key_data", Boolean, nullable=False, server_default=false()),
    Column("sequence", Integer, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("is_exception", Boolean, primary_key=True),
    Column("opens_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("grace_hours", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_path", Text, nullable=False),  # who stands below may not change it
    Column("reason", Text, nullable=False),
    Index("settings_of_exceptions", "is_exception", "closes_at"),
)

# What listeners were told last: the setting of a unit that holds, until the next word.
told = Table(
    "told",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("opens_at", UtcDateTime),  # None: the unit has none, it inherits
    Column("closes_at", UtcDateTime),
    Column("grace_hours", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("level", Text, nullable=False),
    # Compared byte by byte: a subtree is one range of the index on every server.
    Column("path", Text(collation="C").with_variant(Text(), "sqlite"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Index("units_by_path", "path"),
)

sheets = Table(
    "sheets",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("sheet", Text, primary_key=True),
    Column("unit", Text),  # the class; None until the sheet is told to be issued
    Column("is_returned", Boolean, nullable=False),
    Column("returned_sequence", Integer, nullable=False, server_default="-1"),
    Column("is_entered", Boolean, nullable=False),
    Column("entered_sequence", Integer, nullable=False),
    Index("sheets_by_unit", "unit", "campaign"),
)

entries = Table(
    "entries",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("due", Date),
    Column("is_queried", Boolean, nullable=False),
    Column("query_sequence", Integer, nullable=False),
    Index("entries_by_unit", "unit", "campaign"),
)

add_bus_tables(metadata)
