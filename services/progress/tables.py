"""The tables of progress: flags per sheet, and counters per unit made from them."""

from dataclasses import fields

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from shared.contracts.progress_commands import Counts
from shared.plumbing.columns import UtcDateTime
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
    Column("student", Text),  # as the number: of the newest print
    Column("number_in_class", Integer),
    Column("photographed", Boolean, nullable=False),
    Column("photographed_sequence", Integer, nullable=False, server_default="-1"),
    Column("returned", Boolean, nullable=False),
    Column("returned_sequence", Integer, nullable=False, server_default="-1"),
    Column("declined", Boolean, nullable=False),
    Column("unreadable_pages", Integer, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("entered", Boolean),  # None: only a confirmation has told
    Column("entered_sequence", Integer, nullable=False),
    Index("sheets_by_unit", "unit"),
)

# `sheet` is None while only roster has told of an entry: its facts name no sheet.
entries = Table(
    "entries",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("campaign", Text),
    Column("sheet", Text),
    Column("revision", Integer, nullable=False),
    Column("stage", Integer, nullable=False),  # `entries.Stage`
    Column("due", Date),
    Column("is_queried", Boolean, nullable=False),
    Column("query_sequence", Integer, nullable=False),
    Index("entries_by_sheet", "sheet"),
)

# Pages nothing could be read on: remembered so that the same page is never counted twice. It
# counts while `balance` is above nothing: how much oftener that was said than taken back.
unreadable_pages = Table(
    "unreadable_pages",
    metadata,
    Column("object", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, index=True),  # None: counted with its sheet
    Column("balance", Integer, nullable=False, server_default="1"),
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
    Column("moved_on", Date),  # Beijing: the last day a sheet was issued, returned or entered
)

# Changes in decision by the day they are due: as many rows for a province as for a class.
waiting = Table(
    "waiting",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("due", Date, primary_key=True),
    Column("entries", Integer, nullable=False),
)

# Frozen figures; a correction is a row with the next number, so nothing here is ever rewritten
# but the state and who brought it about.
reports = Table(
    "reports",
    metadata,
    Column("report", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("figures", Text, nullable=False),  # canonical JSON
    Column("sha256", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("statement", Text),  # canonical JSON; None until it is signed
    Column("signature", Text),
    Column("judged_by", Text),
    Column("judged_at", UtcDateTime),
    Column("reason", Text),
    UniqueConstraint("campaign", "unit", "number", name="reports_by_number"),
)

# Urged to go on with a stage: once a day by each unit above.
urges = Table(
    "urges",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("day", Date, primary_key=True),  # in Beijing
    Column("by_unit", Text, primary_key=True),
    Column("by", Text, nullable=False),  # id of a person
    Column("at", UtcDateTime, nullable=False),
)

add_bus_tables(metadata)
