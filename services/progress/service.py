"""Progress on the bus: what it hears, and what it answers."""

from services.progress import overview, reports, urging, usecases
from services.progress.hearing import HearsChanges
from services.progress.providers import SignerProvider
from services.progress.reports import Desk
from services.progress.serving import ServesSheets
from services.progress.settings import ProgressSettings
from shared.contracts.events import (
    PhotoUnreadable,
    ScopeCounted,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
)
from shared.contracts.progress_commands import (
    Children,
    ChildrenRequest,
    CountsRequest,
    ListUrges,
    MissingRequest,
    MissingSheets,
    RankedTable,
    StalledRequest,
    StalledUnits,
    TableRequest,
    UnitCounts,
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
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves


class ProgressService(HearsChanges, ServesSheets, Operated):
    """Counts per class, and up to the province."""

    name = "progress"

    database = DatabaseProvider()
    settings = SettingsProvider(ProgressSettings)
    actors = ActorsProvider()
    signer = SignerProvider()

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        usecases.register_unit(heard)

    @hears(ScopeCounted)
    def on_scope_counted(self, heard: Heard[ScopeCounted]) -> None:
        """The pupils of a class were counted."""
        usecases.count_scope(heard)

    @hears(SheetIssued)
    def on_sheet_issued(self, heard: Heard[SheetIssued]) -> None:
        """Sheets of a class were printed."""
        usecases.issue_sheets(heard)

    @hears(SheetPhotographed)
    def on_sheet_photographed(self, heard: Heard[SheetPhotographed]) -> None:
        """A page was matched to a sheet."""
        usecases.mark_photographed(heard)

    @hears(SheetReturned)
    def on_sheet_returned(self, heard: Heard[SheetReturned]) -> None:
        """A sheet came back."""
        usecases.mark_returned(heard)

    @hears(PhotoUnreadable)
    def on_photo_unreadable(self, heard: Heard[PhotoUnreadable]) -> None:
        """Nothing could be read on a page."""
        usecases.mark_unreadable(heard)

    @serves
    def counts(self, request: CountsRequest) -> UnitCounts:
        """The counts of one unit."""
        return overview.counts(self.database, self.actors, request)

    @serves
    def children(self, request: ChildrenRequest) -> Children:
        """The counts of every unit directly below one."""
        return overview.children(self.database, self.actors, request)

    @serves
    def table(self, request: TableRequest) -> RankedTable:
        """Units of one level, ranked."""
        return overview.table(self.database, self.actors, request)

    @serves
    def stalled(self, request: StalledRequest) -> StalledUnits:
        """Units that stand still."""
        return overview.stalled(self.database, self.actors, request)

    @serves
    def missing(self, request: MissingRequest) -> MissingSheets:
        """Who is missing in a class."""
        return overview.missing(self.database, self.actors, request)

    @serves
    def urge_unit(self, request: UrgeUnit) -> Urge:
        """Ask a unit below to go on."""
        return urging.urge_unit(self.database, self.actors, request)

    @serves
    def list_urges(self, request: ListUrges) -> Urges:
        """What a unit was urged to do."""
        return urging.list_urges(self.database, self.actors, request)

    @serves
    def prepare_report(self, request: PrepareReport) -> Report:
        """Freeze a unit's figures."""
        return reports.prepare(self._desk(), request)

    @serves
    def sign_report(self, request: SignReport) -> Report:
        """Sign a report and hand it up."""
        return reports.sign(self._desk(), request)

    @serves
    def judge_report(self, request: JudgeReport) -> Report:
        """Accept a report, or return it."""
        return reports.judge(self._desk(), request)

    @serves
    def show_report(self, request: ShowReport) -> Report:
        """One report beside the live counts."""
        return reports.show(self._desk(), request)

    @serves
    def unit_reports(self, request: ReportsRequest) -> Reports:
        """A unit's reports, and how the units below stand."""
        return reports.list_reports(self._desk(), request)

    def _desk(self) -> Desk:
        return Desk(self.database, self.actors, self.signer)
