"""What the environment tells roster."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RosterSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
    roster_column_key: str = field(
        metadata={"help": "64 hex digits: seals the records at rest"}, repr=False
    )
    roster_uploads: Path = field(
        metadata={"help": "folder that roster files are taken from, by name"}
    )
    roster_door_address: str = field(
        default="", metadata={"help": "HOST:PORT where roster files come in; empty: no door"}
    )
