"""The tables of forms: print jobs, sheets and their printed copies, a copy of the windows."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

# One setting per unit and action; no times = the unit's own setting was taken away.
windows = Table(
    "windows",
    metadata,
    Column("campaign", String(32), primary_key=True),
    Column("unit", String(32), primary_key=True),
    Column("action", String(16), primary_key=True),
    Column("opens_at", UtcDateTime),
    Column("closes_at", UtcDateTime),
    Column("sequence", Integer, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("campaign", String(32), nullable=False),
    Column("unit", String(32), nullable=False),
    Column("path", Text, nullable=False),
    Column("request", LargeBinary, nullable=False),  # JSON; ids and codes only
    Column("classes", LargeBinary, nullable=False),  # JSON list of unit codes
    Column("code_digest", String(64), nullable=False),
    Column("wrong_codes", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claim", String(32)),
    Column("claimed_until", UtcDateTime),
    Column("sheets_done", Integer, nullable=False),
    Column("sheets_total", Integer, nullable=False),
    Column("failure", String(64)),
    Column("pages", Integer),
    Column("sha256", String(64)),
    Column("report", LargeBinary),  # JSON: findings, fonts, layouts
    Column("shelf", LargeBinary),  # JSON: where the sealed file lies, its data key sealed
    Column("expires_at", UtcDateTime),
    Index("jobs_by_state", "state", "requested_at"),
    Index("jobs_by_path", "campaign", "path"),
)

# Pictures of sheets that somebody looked at before printing; they lie for some minutes.
previews = Table(
    "previews",
    metadata,
    Column("preview", String(32), primary_key=True),
    Column("shelf", LargeBinary, nullable=False),  # as of a job
    Column("expires_at", UtcDateTime, nullable=False),
)

# A sheet of a pupil (kind S) or a class cover (kind B). The 32nd print of a sheet begins
# a new generation with an id of its own.
sheets = Table(
    "sheets",
    metadata,
    Column("sheet", String(12), primary_key=True),
    Column("kind", String(1), nullable=False),
    Column("campaign", String(32), nullable=False),
    Column("holder", String(32), nullable=False),  # student id, or unit of a cover
    Column("generation", Integer, nullable=False),
    UniqueConstraint("campaign", "kind", "holder", "generation", name="one_sheet_per_holder"),
)

copies = Table(
    "copies",
    metadata,
    Column("sheet", String(12), primary_key=True),
    Column("serial", Integer, primary_key=True),
    Column("number_base", String(13), nullable=False, unique=True),
    Column("job", String(32), nullable=False, index=True),
    Column("unit", String(32), nullable=False),
    Column("layout", Integer, nullable=False),
    Column("record_version", Integer, nullable=False),
    Column("number_in_class", Integer),
    Column("first_page", Integer, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("is_reprint", Boolean, nullable=False),
    Column("printed_at", UtcDateTime, nullable=False),
    Column("masked_name", Text, nullable=False),
    Column("school_name", Text, nullable=False),
    Column("class_name", Text, nullable=False),
)

add_bus_tables(metadata)
