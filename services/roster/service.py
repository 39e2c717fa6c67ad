"""Roster on the bus: what it hears, and what it answers."""

from pathlib import Path

from services.roster import applying, asking, taking, usecases
from services.roster.approvals import ApprovalsProvider
from services.roster.files.providers import WorkProvider
from services.roster.files.serving import Files
from services.roster.history import show_history
from services.roster.naming import pupil_names
from services.roster.providers import VaultProvider
from services.roster.settings import RosterSettings
from services.roster.snapshot import snapshot_class
from services.roster.taking import Desk, in_folder
from services.roster.versions import record_versions
from shared.contracts.change_events import ChangeApproved
from shared.contracts.events import CampaignOpened
from shared.contracts.record_commands import (
    FieldValues,
    FieldValuesRequest,
    IdHolder,
    IdHolderRequest,
    RecordHistory,
    ShowRecordHistory,
)
from shared.contracts.roster_commands import (
    CheckRequest,
    ClassesRequest,
    ClassSnapshot,
    CommitRequest,
    ImportReport,
    ManagingUnit,
    ManagingUnitRequest,
    NamedUnitsRequest,
    PupilNames,
    PupilNamesRequest,
    RecordVersions,
    RegisterUnits,
    SchoolClasses,
    SnapshotRequest,
    Units,
    UnitsRegistered,
    UnitsRequest,
    VersionsRequest,
)
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves


class RosterService(Files, Operated):
    """Who the pupils are: units, schools, import, scope, the record."""

    name = "roster"

    database = DatabaseProvider()
    settings = SettingsProvider(RosterSettings)
    vault = VaultProvider()
    approvals = ApprovalsProvider()
    actors = ActorsProvider()
    work = WorkProvider()

    @hears(CampaignOpened)
    def on_campaign_opened(self, heard: Heard[CampaignOpened]) -> None:
        """A campaign exists, or its cut-off date moved."""
        usecases.learn_campaign(heard)

    @hears(ChangeApproved)
    def on_change_approved(self, heard: Heard[ChangeApproved]) -> None:
        """A change was approved, and nobody took it back."""
        applying.apply_change(heard, self.vault, self.approvals)

    @serves
    def field_values(self, request: FieldValuesRequest) -> FieldValues:
        """Some values of a record, for whoever enters changes."""
        return asking.field_values(self.database, self.vault, request)

    @serves
    def id_holder(self, request: IdHolderRequest) -> IdHolder:
        """The other record that holds an ID number."""
        return asking.id_holder(self.database, self.vault, request)

    @serves
    def show_history(self, request: ShowRecordHistory) -> RecordHistory:
        """Every change of every field of a record."""
        return show_history(self.database, self.vault, self.actors, request)

    @serves
    def register_units(self, request: RegisterUnits) -> UnitsRegistered:
        """Take the units of a file into the tree."""
        return taking.register(self._desk(), self._file(request.file), request)

    @serves
    def check_roster(self, request: CheckRequest) -> ImportReport:
        """The dry run of a roster file."""
        return taking.check(self._desk(), self._file(request.file), request)

    @serves
    def commit_roster(self, request: CommitRequest) -> ImportReport:
        """Write a checked roster file."""
        return taking.commit(self._desk(), self._file(request.file), request)

    @serves
    def snapshot_class(self, request: SnapshotRequest) -> ClassSnapshot:
        """A class as it is to be printed: the only call that moves record values."""
        return snapshot_class(self.database, self.vault, request)

    @serves
    def record_versions(self, request: VersionsRequest) -> RecordVersions:
        """Which version the records of a class or school are at."""
        return record_versions(self.database, request)

    @serves
    def classes(self, request: ClassesRequest) -> SchoolClasses:
        """The classes of a school with their scope."""
        return usecases.classes(self.database, request)

    @serves
    def units(self, request: UnitsRequest) -> Units:
        """The units of one level at or below a unit."""
        return usecases.units(self.database, request)

    @serves
    def named_units(self, request: NamedUnitsRequest) -> Units:
        """Units by their codes."""
        return usecases.named_units(self.database, request)

    @serves
    def managing_unit(self, request: ManagingUnitRequest) -> ManagingUnit:
        """The authority that decides the key data of a school."""
        return usecases.managing_unit(self.database, request)

    @serves
    def pupil_names(self, request: PupilNamesRequest) -> PupilNames:
        """The names of a class, for the staff of its school."""
        return pupil_names(self.database, self.vault, self.actors, request)

    def _desk(self) -> Desk:
        return Desk(self.database, self.vault, self.actors)

    def _file(self, name: str) -> Path:
        return in_folder(self.settings.roster_uploads, name)
