"""What a child that reads rosters does first: load what it needs, read one row, lock itself."""

from datetime import date

from services.roster.reading.columns import Column
from services.roster.reading.jobs import Reading, TextPiece, read_piece
from shared.contracts.fields import FieldType, national
from shared.plumbing.sandbox import lock

# A piece of some megabytes takes a tenth of this; an old .xls is one piece, however large.
MAX_MEMORY_BYTES = 1_024 << 20


def prepare() -> None:
    """Lock the child: it sees the bytes it is given and nothing else."""
    catalogue = national()
    fields = [field for field in catalogue.fields if field.type is not FieldType.IMAGE]
    columns = tuple(Column(place, one.key, one.label) for place, one in enumerate(fields))
    row = (1, ["110101201001011234"] * len(fields))
    read_piece(Reading(0, columns, catalogue, date(2026, 1, 1), wants_cells=True), TextPiece([row]))
    lock(memory_bytes=MAX_MEMORY_BYTES)
