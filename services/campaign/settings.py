"""What the environment tells campaign."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CampaignSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
