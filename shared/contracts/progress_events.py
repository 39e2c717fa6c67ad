"""The facts that progress says."""

from dataclasses import dataclass

from shared.contracts.facts import Fact, fact
from shared.kernel.ids import CampaignId, ReportId, UnitCode


@fact("progress_reported", said_by="progress")
@dataclass(frozen=True, slots=True)
class ProgressReported(Fact):
    """A unit signed its figures and handed them to the level above."""

    campaign: CampaignId
    unit: UnitCode
    report: ReportId
    number: int  # from 1; a correction is the next one
    sha256: str  # of the canonical figures
