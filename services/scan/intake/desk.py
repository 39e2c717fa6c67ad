"""What taking papers in from people who are signed in needs."""

from dataclasses import dataclass

from shared.plumbing.database import Database
from shared.plumbing.handin import HandIn
from shared.plumbing.offload import ProcessPool


@dataclass(frozen=True, slots=True)
class Desk:
    """The hands a paper passes through."""

    database: Database
    hand_in: HandIn
    pool: ProcessPool  # decodes documents
    column_key: bytes  # names objects, so that nobody else can guess them
