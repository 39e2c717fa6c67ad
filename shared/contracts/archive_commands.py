"""What may be asked about a province's archive as a whole: how full it is, and which keys hold it."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, ProvinceCode


@command(Act.SEE_ARCHIVE)
@dataclass(frozen=True, slots=True)
class ShowArchive:
    """Ask how a province's archive stands."""

    province: ProvinceCode
    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class CampaignKept:
    """What the archive keeps of one campaign; of `erased` objects the keys are gone."""

    campaign: CampaignId
    originals: int
    renditions: int
    bytes: int
    erased: int


@dataclass(frozen=True, slots=True)
class KeyPair:
    """One pair of a campaign, by its fingerprint: `objects` are wrapped to it."""

    campaign: CampaignId
    fingerprint: str
    suite: str
    is_current: bool
    objects: int


@dataclass(frozen=True, slots=True)
class ArchiveShown:
    """How a province's archive stands.

    `waiting` photos were handed in and are not kept yet, `refused` ones never will be; `unlocked`
    ones are kept and their lock is still to come. `bytes_a_day` is the mean of the last
    `WEEK_DAYS` days. `quota_bytes` is 0 where none is set.
    """

    province: ProvinceCode
    quota_bytes: int
    bytes_a_day: int
    waiting: int
    refused: int
    unlocked: int
    last_kept_at: datetime | None
    witnessed_at: datetime | None  # the audit log, by the level above
    campaigns: tuple[CampaignKept, ...]
    keys: tuple[KeyPair, ...]
