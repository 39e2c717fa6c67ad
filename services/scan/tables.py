"""The tables of scan: what was issued, and what became of every page."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    false,
)

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("managed_by", Text),  # of schools; None where nobody said
    Column("sequence", Integer, nullable=False),
)

sheets = Table(
    "sheets",
    metadata,
    Column("sheet", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("number_in_class", Integer),
    Column("returned", Boolean, nullable=False),
    # Somebody has entered what it asks for: what it counts through is taken back no more.
    Column("entered", Boolean, nullable=False, server_default=false()),
    Column("sequence", Integer, nullable=False, server_default="0"),  # of what was told of it last
    Index("sheets_by_unit", "campaign", "unit"),
)

# What a person said last of a sheet's paper without any picture of it.
ticks = Table(
    "ticks",
    metadata,
    Column("sheet", Text, primary_key=True),
    Column("tick", Text),  # None: taken back
    Column("reason", Text),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

copies = Table(
    "copies",
    metadata,
    Column("sheet", Text, primary_key=True),
    Column("serial", Integer, primary_key=True),
    Column("layout", Integer, nullable=False),
)

printed_numbers = Table(
    "printed_numbers",
    metadata,
    Column("number", Text, primary_key=True),
    Column("sheet", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("side", Text, nullable=False),
    Index("printed_numbers_by_sheet", "sheet"),
)

covers = Table(
    "covers",
    metadata,
    Column("cover", Text, primary_key=True),
    Column("serial", Integer, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("expected", Integer, nullable=False),
)

layouts = Table(
    "layouts",
    metadata,
    Column("layout", Integer, primary_key=True),
    Column("sha256", Text, nullable=False),
    Column("canonical", Text, nullable=False),
)

pages = Table(
    "pages",
    metadata,
    Column("object", Text, primary_key=True),
    Column("page", Integer, primary_key=True),  # from 0
    Column("province", Text, nullable=False),
    Column("campaign", Text),  # None: nothing of the object could be believed
    Column("ticket", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # Which side of which sheet an authentic code names; also of a page that is not matched.
    Column("sheet", Text),
    Column("serial", Integer),
    Column("side", Text),
    Column("quality", Integer, nullable=False),
    Column("digest", Text),  # of the picture's bytes, keyed by nothing: equal bytes, equal digest
    Column("engine", Text, nullable=False),
    Column("cpu_ms", Integer, nullable=False),
    Column("corners", Text, nullable=False),  # JSON
    Column("how", Text, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
    Column("cover", Text),  # the class cover that a page is
    Column("batch", Text),  # of a bulk scan's page
    # Counts only inside its batch until somebody commits it.
    Column("staged", Boolean, nullable=False, server_default=false()),
    Column("before", Text),  # JSON: what a person's act on a photo changed, for the undo
    Index("pages_by_sheet", "sheet", "side"),
    Index("pages_by_digest", "digest"),
    Index("pages_by_batch", "batch"),
)

# The class that somebody signed in photographed for; other photos were sent for a sheet or none.
photo_classes = Table(
    "photo_classes",
    metadata,
    Column("object", Text, primary_key=True),
    Column("unit", Text, nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("digest", Text, nullable=False),  # of the file as it was handed in
    Column("pages", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("begun_at", UtcDateTime, nullable=False),
    # One person works on a batch at a time; the others see who, and until when.
    Column("holder", Text),
    Column("held_until", UtcDateTime),
    Index("batches_by_digest", "campaign", "school", "digest"),
)

batch_pages = Table(
    "batch_pages",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1, as in the file
    Column("object", Text, nullable=False, unique=True),
    Column("before", Text),  # JSON: what a person's act changed, for the undo
)

flat_pages = Table(
    "flat_pages",
    metadata,
    Column("object", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("sheet", Text),  # whose cells were read; another one later is read anew
    Column("legible", Boolean, nullable=False),
    Column("flat_view", Boolean, nullable=False),  # cells can be cut out of the view
    Column("trouble", Text, nullable=False),
    Column("places", Text, nullable=False),  # JSON: polygons in thousandths of the picture
    Column("places_in_view", Text, nullable=False),  # the same in thousandths of the view
    Column("corners", Text, nullable=False),  # JSON: of the paper, in the picture
    Column("quality", Text, nullable=False),  # JSON: how well the page is registered
    Column("cells", Text, nullable=False),  # JSON: ink and ticks by field, never a value
    Column("signature", Text),
    Column("date", Text),
    Column("cpu_ms", Integer, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("object", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("grade", Text, nullable=False),
    Column("version", Text, nullable=False),  # of model and decoder
    Column("sealed", LargeBinary, nullable=False),
)

number_reads = Table(
    "number_reads",
    metadata,
    Column("object", Text, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("corners", LargeBinary, nullable=False),  # msgpack: digits by corner, no pixels
)

uploads = Table(
    "uploads",
    metadata,
    Column("upload", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("label", Text, nullable=False),  # "": a batch of its own
    Column("size", BigInteger, nullable=False),
    Column("arrived", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sealed_key", LargeBinary),  # None of one that ended: its parts open no more
    Column("pile", Text),
    Column("place", Integer),  # in its pile, from 1
    Column("begun_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Index("uploads_by_person", "actor", "school"),
    Index("uploads_by_pile", "pile"),
)

upload_piles = Table(
    "upload_piles",
    metadata,
    Column("pile", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("province", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("batch", Text),
    Column("closed_at", UtcDateTime, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Index("upload_piles_by_state", "state", "try_at"),
)

add_bus_tables(metadata)
