"""The tables of roster: the tree, the records, and what was imported.

Values are sealed (`vault`). A pupil is found by student number or ID number through keyed
digests, so that neither stands in any column.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("level", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent", Text, index=True),
    Column("path", Text, nullable=False, unique=True),
    Column("managed_by", Text),  # schools only
    Column("class_key", Text),  # classes only: grade and name as the roster writes them
    Column("sequence", Integer, nullable=False),
)

pupils = Table(
    "pupils",
    metadata,
    Column("student", Text, primary_key=True),
    Column("school", Text, nullable=False),
    Column("unit", Text, nullable=False),  # the class
    Column("number_in_class", Integer),
    Column("number_kind", Text, nullable=False),  # G, J, L, or "" without a number
    Column("status", Text, nullable=False),  # code of the enrolment status, "" unknown
    Column("registered_on", Date),
    Column("is_listed", Boolean, nullable=False),  # stands on the latest roster
    Column("version", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # keyed, of the values: equal = unchanged
    Column("record", LargeBinary, nullable=False),  # sealed
    Index("pupils_by_unit", "unit"),
)

# Every number a pupil ever had; kind N student number, I ID number.
identifiers = Table(
    "identifiers",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True),
    Column("student", Text, nullable=False),
    sqlite_with_rowid=False,
)

record_history = Table(
    "record_history",
    metadata,
    Column("student", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False),  # sealed, as it was until `at`
    Column("at", UtcDateTime, nullable=False),
    Column("cause", Text, nullable=False),  # "import:<file>", "change:<entry>.<revision>"
)

# Which fields a version changed, when, and by which import or decision.
field_history = Table(
    "field_history",
    metadata,
    Column("student", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("cause", Text, nullable=False),  # "import:<file>", "change:<entry>.<revision>"
    Column("actor", Text, nullable=False),  # who decided, or imported
    Column("evidence", Text, nullable=False),  # object ids, comma separated
)

imports = Table(
    "imports",
    metadata,
    Column("file_hash", Text, primary_key=True),
    Column("options", Text, primary_key=True),  # digest of school and column choices
    Column("actor", Text, nullable=False),
    Column("checked_at", UtcDateTime, nullable=False),
    Column("committed_at", UtcDateTime),
    Column("rows", Integer, nullable=False),
    Column("wrong", Integer, nullable=False),
    Column("large_units", Text, nullable=False),  # the guard's finding, comma separated
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("cut_off", Date, nullable=False),
    Column("sequence", Integer, nullable=False),
)

scopes = Table(
    "scopes",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("in_scope", Integer, nullable=False),
    Column("out_of_scope", Text, nullable=False),  # JSON: reason code -> pupils
    Column("sequence", Integer, nullable=False),
)

# Files from browsers, until they are written or a day has passed.
roster_files = Table(
    "roster_files",
    metadata,
    Column("file", Text, primary_key=True),
    Column("unit", Text, nullable=False),  # of whoever handed it in
    Column("path", Text, nullable=False),  # rows outside it are wrong
    Column("school", Text),  # of somebody at a school: theirs
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("columns", Text, nullable=False),  # JSON: columns assigned by hand
    Column("accepts", Boolean, nullable=False),  # large changes are meant
    Column("file_hash", Text, nullable=False),  # of the checked file
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("rows_done", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("report", Text),  # JSON of the dry run: sentences and counts, never a value
    Column("written", Text),
    Column("wrong_listed", Integer, nullable=False),
    Column("claim", Text),
    Column("claimed_until", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Index("roster_files_by_unit", "unit", "begun_at"),
    Index("roster_files_by_state", "state"),
)

# Pieces of a file as it came (kind "roster") and of the workbook that goes back ("errors").
roster_file_parts = Table(
    "roster_file_parts",
    metadata,
    Column("file", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),  # sealed
)

add_bus_tables(metadata)
