"""The tables of review: copies of what others said, and the entries on their way.

Values and words are sealed (`vault`); everything else is ids, codes and times.
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
    false,
    text,
)

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("level", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("managed_by", Text),
    Column("sequence", Integer, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("endorses_key_data", Boolean, nullable=False),
    Column("sequence", Integer, nullable=False),
)

windows = Table(
    "windows",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("opens_at", UtcDateTime),  # None: taken away again
    Column("closes_at", UtcDateTime),
    Column("ended_at", UtcDateTime),  # when it was taken away
    Column("started_until", UtcDateTime),  # until when started work may be finished
    Column("sequence", Integer, nullable=False),
)

# Facts come in any order: whatever is heard first makes the row.
sheets = Table(
    "sheets",
    metadata,
    Column("sheet", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("student", Text),  # None until the print is heard of
    Column("unit", Text),  # the class
    Column("serial", Integer),  # newest print
    Column("record_version", Integer),  # printed by it
    Column("sides", Integer),
    Column("number_in_class", Integer),
    Column("is_returned", Boolean, nullable=False),
    Column("is_declined", Boolean, nullable=False),
    Column("is_photographed", Boolean, nullable=False),
    # Of what scan told last of either; a lower one is ignored.
    Column("returned_sequence", Integer, nullable=False, server_default="-1"),
    Column("photographed_sequence", Integer, nullable=False, server_default="-1"),
    Column("finished_by", Text),  # who said that the paper holds nothing else
    Column("is_confirmed", Boolean, nullable=False),  # asks for no change
    Column("is_entered", Boolean, nullable=False),  # as it was told last
    Column("sequence", Integer, nullable=False),  # of what was told
    Index("sheets_by_unit", "campaign", "unit"),
    Index("sheets_by_student", "student"),
)

# What was seen on each side of a sheet, of the newest print and picture.
cells = Table(
    "cells",
    metadata,
    Column("sheet", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("serial", Integer, nullable=False),
    Column("object", Text, nullable=False),
    Column("page", Integer, nullable=False),
    Column("said_at", UtcDateTime, nullable=False),
    Column("sequence", Integer, nullable=False, server_default="0"),  # of what scan told
    Column("is_legible", Boolean, nullable=False),
    Column("cells", Text, nullable=False),  # JSON: field -> blank, ink, unsure
    Column("signature", Text),
)

# Which fields a version of a record changed: what was printed before it is stale there.
record_changes = Table(
    "record_changes",
    metadata,
    Column("student", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("fields", Text, nullable=False),  # JSON list
)

_OPEN = "state in ('drafted', 'queried', 'submitted', 'returned', 'approved', 'conflicted')"
_WAITING = "state = 'submitted'"

entries = Table(
    "entries",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("student", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("record_version", Integer, nullable=False),
    Column("difference", LargeBinary, nullable=False),  # sealed
    Column("entered_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False),
    Column("queue", Text),  # unit that is asked now
    Column("due", Date),
    Column("holder", Text),
    Column("held_since", UtcDateTime),
    Column("held_until", UtcDateTime),
    Column("findings", Text, nullable=False),  # codes, comma separated
    Index("entries_by_sheet", "sheet", "field"),
    Index(
        "entries_open_once",
        "sheet",
        "field",
        unique=True,
        sqlite_where=text(_OPEN),
        postgresql_where=text(_OPEN),
    ),
    # The order tasks are handed out in: of one queue, most urgent and oldest first. With the
    # campaign beside it the index alone tells how many wait.
    Index(
        "entries_waiting",
        "queue",
        "due",
        "touched_at",
        "entry",
        postgresql_include=["campaign"],
        sqlite_where=text(_WAITING),
        postgresql_where=text(_WAITING),
    ),
    # One task at a time in one person's hands.
    Index(
        "entries_held",
        "holder",
        unique=True,
        sqlite_where=text(f"{_WAITING} and holder is not null"),
        postgresql_where=text(f"{_WAITING} and holder is not null"),
    ),
    Index("entries_by_class", "campaign", "unit"),
)

# Every submitted revision with what became of it.
revisions = Table(
    "revisions",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("difference", LargeBinary, nullable=False),  # sealed, as it was submitted
    Column("record_version", Integer, nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("verdict", Text),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("opened_at", UtcDateTime),  # when the decider got it into hands
    Column("reason", Text),
    Column("fact", Text),  # of the verdict, for its undo
)

history = Table(
    "history",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reason", Text),
    Column("note", LargeBinary),  # sealed
)

# Sealed objects that prove an entry.
documents = Table(
    "documents",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("object", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("is_page", Boolean, nullable=False, server_default=false()),  # of a document
    Column("taken_back_at", UtcDateTime),  # None: it proves
    Column("taken_back_by", Text),
)

# Who looked at both records of an ID number that is held twice.
looks = Table(
    "looks",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

# Why paper and entries may differ about a field, as long as the same picture shows it.
settlements = Table(
    "settlements",
    metadata,
    Column("sheet", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("object", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", LargeBinary),  # sealed
    Column("settled_by", Text, nullable=False),
    Column("settled_at", UtcDateTime, nullable=False),
)

# Samples of classes that seem to ask for no change.
samples = Table(
    "samples",
    metadata,
    Column("sample", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("drawn_by", Text, nullable=False),
    Column("drawn_at", UtcDateTime, nullable=False),
    Column("candidates", Text, nullable=False),  # JSON list of sheets
    Column("is_open", Boolean, nullable=False),
    Index(
        "samples_open_once",
        "campaign",
        "unit",
        unique=True,
        sqlite_where=text("is_open"),
        postgresql_where=text("is_open"),
    ),
)

sampled = Table(
    "sampled",
    metadata,
    Column("sample", Text, primary_key=True),
    Column("sheet", Text, primary_key=True),
    Column("object", Text),  # the picture that was looked at
    Column("is_blank", Boolean),  # None: nobody has looked
    Column("looked_by", Text),
    Column("looked_at", UtcDateTime),
)

# Sheets that somebody confirmed as asking for no change, one act each or a class in one.
confirmations = Table(
    "confirmations",
    metadata,
    Column("confirmation", Text, primary_key=True),
    Column("sheet", Text, primary_key=True),
    Column("confirmed_by", Text, nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("fact", Text, nullable=False),  # for its undo
)

queries = Table(
    "queries",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("number", Integer, primary_key=True),  # the entry's sequence when it was asked
    Column("reason", Text, nullable=False),
    Column("note", LargeBinary),  # sealed
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answer", LargeBinary),  # sealed
    Column("taken_by", Text),
    Column("answered_at", UtcDateTime),
)

# A second person types a sample of entries without seeing the first one's value.
blind_entries = Table(
    "blind_entries",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
    Column("typed_by", Text),
    Column("typed_at", UtcDateTime),
    Column("agrees", Boolean),
    Index("blind_entries_by_class", "unit"),
)

# What the clock had to say about an entry that waits.
notices = Table(
    "notices",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),  # due_soon, overdue, escalated
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),  # whom it is for
    Column("at", UtcDateTime, nullable=False),
    Index("notices_by_unit", "campaign", "unit"),
)

# The class reality check: one finding per pupil.
reality_findings = Table(
    "reality_findings",
    metadata,
    Column("finding", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("student", Text),  # None: nobody of whom there is a record
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("note", LargeBinary),  # sealed
    Column("noted_by", Text, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("outcome", Text),
    Column("settled_by", Text),
    Column("settled_at", UtcDateTime),
    Index("reality_findings_by_class", "campaign", "unit"),
    Index("reality_findings_of_pupil", "campaign", "unit", "student", unique=True),
)

reality_proofs = Table(
    "reality_proofs",
    metadata,
    Column("finding", Text, primary_key=True),
    Column("object", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("is_page", Boolean, nullable=False, server_default=false()),  # of a document
    Column("taken_back_at", UtcDateTime),  # None: it proves
    Column("taken_back_by", Text),
)

# When the level above last countersigned a province's audit log.
witnessed = Table(
    "witnessed",
    metadata,
    Column("province", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

add_bus_tables(metadata)
