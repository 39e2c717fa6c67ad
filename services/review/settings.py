"""What the environment tells review."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
    review_column_key: str = field(
        metadata={"help": "64 hex digits: seals old and new values at rest"}, repr=False
    )
    review_undo_s: float = field(
        default=10.0, metadata={"help": "seconds for which a verdict can be taken back"}
    )
    review_lease_s: float = field(
        default=300.0, metadata={"help": "seconds for which a task stays in one person's hands"}
    )
    review_blind_share: float = field(
        default=0.02, metadata={"help": "share of entries a second person types, unseen: 0 to 1"}
    )
