"""What the pages of reports and rankings ask of progress."""

from services.portal.house import House
from shared.contracts.progress_commands import (
    ListUrges,
    RankedTable,
    StalledRequest,
    StalledUnits,
    TableRequest,
    Urge,
    Urges,
    UrgeUnit,
)
from shared.contracts.report_commands import (
    JudgeReport,
    PrepareReport,
    Report,
    Reports,
    ReportsRequest,
    ShowReport,
    SignReport,
)
from shared.kernel.ids import ActorToken, CampaignId, ReportId, UnitCode


def ranked(house: House, request: TableRequest) -> RankedTable:
    """The units of a level, best first."""
    return house.ask("progress", "table", request, RankedTable)


def stalled(house: House, request: StalledRequest) -> StalledUnits:
    """The units of a level that stand still."""
    return house.ask("progress", "stalled", request, StalledUnits)


def urge(house: House, request: UrgeUnit) -> Urge:
    """Ask a unit below to go on."""
    return house.ask("progress", "urge_unit", request, Urge)


def urges_of(house: House, request: ListUrges) -> Urges:
    """What a unit was urged to do, newest first."""
    return house.ask("progress", "list_urges", request, Urges)


def reports_of(house: House, token: ActorToken, campaign: CampaignId, unit: UnitCode) -> Reports:
    """A unit's reports, and how those below stand with theirs."""
    return house.ask("progress", "unit_reports", ReportsRequest(token, campaign, unit), Reports)


def report(house: House, request: ShowReport) -> Report:
    """One report beside the live counts."""
    return house.ask("progress", "show_report", request, Report)


def prepare(house: House, request: PrepareReport) -> Report:
    """Freeze a unit's figures."""
    return house.ask("progress", "prepare_report", request, Report)


def sign(house: House, token: ActorToken, of: ReportId) -> Report:
    """Sign a report and hand it up."""
    return house.ask("progress", "sign_report", SignReport(token, of), Report)


def judge(house: House, request: JudgeReport) -> Report:
    """Accept a report, or return it."""
    return house.ask("progress", "judge_report", request, Report)
