"""Settings of progress."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProgressSettings:
    """What the environment tells progress."""

    progress_database_url: str = field(metadata={"help": "address of the database of progress"})
    progress_identity_file: Path = field(
        metadata={"help": "the key that reports up are signed with"}
    )
    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
    progress_earlier_keys: tuple[str, ...] = field(
        default=(),
        metadata={"help": "public keys that signed reports before, 64 hex digits each"},
    )
