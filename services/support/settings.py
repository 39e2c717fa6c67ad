"""What the environment tells support."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SupportSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    support_column_key: str = field(
        metadata={"help": "64 hex digits: seals questions and answers at rest"}, repr=False
    )
    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
    support_open_per_sheet: int = field(
        default=5, metadata={"help": "questions of one sheet that may be open at once"}
    )
