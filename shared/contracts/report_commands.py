"""Reports up: frozen, signed figures of a unit, taken or sent back by the level above."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.progress_commands import Counts
from shared.kernel.authority import Act
from shared.kernel.ids import AccountId, ActorToken, CampaignId, PersonId, ReportId, UnitCode

# What the signature of a report stands over, before the canonical bytes of its statement.
STATEMENT_PREFIX = b"hecha report 1\0"


class ReportState(StrEnum):
    """How far a report has come; only the last two are the level above's."""

    PREPARED = "prepared"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class ReportStanding(StrEnum):
    """How a unit stands with its report: of its newest signed one, else of its children's."""

    WAITING = "waiting"  # some unit below has not reported
    READY = "ready"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class Judgement(StrEnum):
    """What the level above says of a report."""

    ACCEPT = "accept"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class FrozenUnit:
    """A unit directly below, as the report froze it."""

    unit: UnitCode
    counts: Counts
    report: ReportId | None  # its newest signed one; None when it has not reported
    standing: ReportStanding


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report says: the unit, each unit below it, and when; never changed again."""

    campaign: CampaignId
    unit: UnitCode
    number: int  # from 1; a correction is the next one
    frozen_at: datetime
    counts: Counts
    children: tuple[FrozenUnit, ...]
    missing: tuple[UnitCode, ...]  # units below that had not reported
    prepared_by: PersonId
    prepared_with: AccountId


@dataclass(frozen=True, slots=True)
class Statement:
    """Who signed which figures, when: the bytes under the service's signature."""

    report: ReportId
    sha256: str  # of the canonical figures
    person: PersonId
    account: AccountId
    role: str
    unit: UnitCode  # of the signer
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """A report with the live counts beside the frozen ones."""

    report: ReportId
    state: ReportState
    figures: Figures
    sha256: str
    live: Counts
    statement: Statement | None = None
    signature: str = ""  # Ed25519, hex
    is_genuine: bool | None = None  # None: not signed yet
    judged_by: PersonId | None = None
    judged_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnitReport:
    """How a unit directly below stands with its report."""

    unit: UnitCode
    standing: ReportStanding
    report: ReportId | None
    counts: Counts | None  # as reported
    live: Counts


@dataclass(frozen=True, slots=True)
class Reports:
    """A unit's own reports, newest first, and how the units below stand."""

    standing: ReportStanding
    own: tuple[Report, ...]
    children: tuple[UnitReport, ...]


@command(Act.PREPARE_REPORT)
@dataclass(frozen=True, slots=True)
class PrepareReport:
    """Freeze the figures of a unit; `is_early` allows it before every unit below has reported."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    is_early: bool = False


@command(Act.REPORT_UP)
@dataclass(frozen=True, slots=True)
class SignReport:
    """Sign a prepared report, and with it hand it to the level above."""

    actor: ActorToken
    report: ReportId


@command(Act.REPORT_UP)
@dataclass(frozen=True, slots=True)
class JudgeReport:
    """Accept a report of a unit directly below one's own, or return it with a reason."""

    actor: ActorToken
    report: ReportId
    judgement: Judgement
    reason: str = ""


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class ShowReport:
    """Ask for one report; `is_export` says that it is taken away as a file."""

    actor: ActorToken
    report: ReportId
    is_export: bool = False


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class ReportsRequest:
    """Ask for the reports of a unit, and how the units below it stand."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
