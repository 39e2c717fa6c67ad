"""The tables of campaign: campaigns, the units' own settings, and the tree they inherit by."""

from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Table, Text

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("cut_off", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
)

windows = Table(
    "windows",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("action", Text, primary_key=True),
    Column("opens_at", UtcDateTime),  # None: taken away again
    Column("closes_at", UtcDateTime),
    Column("is_exception", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
)

add_bus_tables(metadata)
