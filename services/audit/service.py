"""Audit on the bus: what it hears, what it answers, and what it does by the clock."""

from nameko.timer import timer

from services.audit import exporting, reading, verifying, watching
from services.audit.providers import RoomProvider, WatchProvider
from services.audit.settings import AuditSettings
from services.audit.usecases import keep_unit
from shared.contracts.audit_commands import (
    EventProof,
    EventsExported,
    EventsShown,
    ExportEvents,
    Ledger,
    LogVerified,
    ProveEvent,
    SheetLedger,
    ShowEvents,
    VerifyLog,
)
from shared.contracts.events import ActDone, UnitRegistered
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves

CHECKPOINTS_EVERY_S = 5
GAPS_EVERY_S = 60


class AuditService(Operated):
    """Every act of a province, in a log that shows when it was changed."""

    name = "audit"

    database = DatabaseProvider()
    settings = SettingsProvider(AuditSettings)
    actors = ActorsProvider()
    room = RoomProvider()
    door = WatchProvider()

    @hears(ActDone, per_province=True)
    def on_act_done(self, heard: Heard[ActDone]) -> None:
        """Something was done, or refused."""
        self.room.appender.append(heard)

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        keep_unit(heard)

    @timer(interval=CHECKPOINTS_EVERY_S, eager=True)  # type: ignore[untyped-decorator]  # nameko ships no types
    def keep_checkpoints(self) -> None:
        """Sign how the logs stand, have it countersigned, and put it into the bucket."""
        for province in self.room.logs:
            watching.keep_checkpoints(self.database, self.room, province)

    @timer(interval=GAPS_EVERY_S)  # type: ignore[untyped-decorator]
    def look_for_gaps(self) -> None:
        """Raise the alarm about acts that were said and never came."""
        for province in self.room.logs:
            watching.look_for_gaps(self.database, province)

    @serves
    def show_events(self, request: ShowEvents) -> EventsShown:
        """Events of a unit and everything below it."""
        return reading.show_events(self.database, self.actors.of(request.actor), request)

    @serves
    def prove_event(self, request: ProveEvent) -> EventProof:
        """The proof that an event is in the log."""
        return reading.prove_event(self.database, self.actors.of(request.actor), request)

    @serves
    def verify_log(self, request: VerifyLog) -> LogVerified:
        """Whether a log is whole."""
        actor = self.actors.of(request.actor)
        return verifying.verify_log(self.database, actor, request, self.room.logs)

    @serves
    def export_events(self, request: ExportEvents) -> EventsExported:
        """Events to be taken away with their proof."""
        actor = self.actors.of(request.actor)
        keys = (self.room.logs, self.room.witness_key)
        return exporting.export_texts(self.database, actor, request, *keys)

    @serves
    def sheet_ledger(self, request: SheetLedger) -> Ledger:
        """What was done about a sheet, for its guardian."""
        return reading.sheet_ledger(self.database, self.room.ledger_key, request)
