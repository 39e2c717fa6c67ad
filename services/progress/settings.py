"""Settings of progress."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ProgressSettings:
    """What the environment tells progress."""

    progress_database_url: str = field(metadata={"help": "address of the database of progress"})
    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
