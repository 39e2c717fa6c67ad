"""What the environment tells accounts."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AccountsSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
    accounts_column_key: str = field(
        metadata={"help": "64 hex digits: seals names and second steps at rest"}, repr=False
    )
    accounts_identity_file: Path = field(metadata={"help": "the key that signs actor tokens"})
