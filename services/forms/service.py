"""Forms on the bus: what it hears, what it answers, and its print jobs."""

from nameko.timer import timer

from services.forms import handing_out, standing, usecases
from services.forms.preview import discard_previews, preview_sheet
from services.forms.printing import discard_expired, run_next_job
from services.forms.providers import PrintRoomProvider
from services.forms.settings import FormsSettings
from shared.contracts.events import WindowClosed, WindowOpened
from shared.contracts.forms_commands import (
    Collected,
    CollectRequest,
    JobRequest,
    Manifest,
    PrintRequest,
    PrintStarted,
    PrintStatus,
    SheetFace,
    SheetFaceRequest,
)
from shared.contracts.printing_commands import (
    ClassPrinting,
    ListPrinting,
    Previewed,
    PreviewSheet,
    PrintingStands,
    ShowClassPrinting,
)
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves

LOOK_EVERY_S = 0.5
DISCARD_EVERY_S = 600


class FormsService(Operated):
    """Paper out: layouts to PDF, sheet codes, class covers, print serials."""

    name = "forms"

    database = DatabaseProvider()
    settings = SettingsProvider(FormsSettings)
    room = PrintRoomProvider()
    actors = ActorsProvider()

    @hears(WindowOpened)
    def on_window_opened(self, heard: Heard[WindowOpened]) -> None:
        """A unit's switch was set."""
        usecases.keep_opened(heard)

    @hears(WindowClosed)
    def on_window_closed(self, heard: Heard[WindowClosed]) -> None:
        """A unit's own setting was taken away."""
        usecases.keep_closed(heard)

    @timer(interval=LOOK_EVERY_S)  # type: ignore[untyped-decorator]  # nameko ships no types
    def print_waiting(self) -> None:
        """Do what waits; another process may be doing the same, a job is claimed by one."""
        while run_next_job(self.room):
            pass

    @timer(interval=DISCARD_EVERY_S)  # type: ignore[untyped-decorator]
    def discard_expired(self) -> None:
        """Remove files nobody collected."""
        discard_expired(self.room)
        discard_previews(self.room)

    @serves
    def list_printing(self, request: ListPrinting) -> PrintingStands:
        """How far a school is printed."""
        return standing.list_printing(self.room, self.actors, request)

    @serves
    def show_class_printing(self, request: ShowClassPrinting) -> ClassPrinting:
        """Which pupils of a class have a sheet."""
        return standing.show_class_printing(self.room, self.actors, request)

    @serves
    def preview_sheet(self, request: PreviewSheet) -> Previewed:
        """A sheet as a picture, before it is printed."""
        return preview_sheet(self.room, self.actors, request)

    @serves
    def print_class(self, request: PrintRequest) -> PrintStarted:
        """Print the sheets of a class."""
        return usecases.print_class(self.room, self.actors, request)

    @serves
    def print_school(self, request: PrintRequest) -> PrintStarted:
        """Print the sheets of every class of a school."""
        return usecases.print_school(self.room, self.actors, request)

    @serves
    def job_status(self, request: JobRequest) -> PrintStatus:
        """How a print job stands."""
        return handing_out.job_status(self.database, self.actors, request)

    @serves
    def manifest(self, request: JobRequest) -> Manifest:
        """What a printed file holds."""
        return handing_out.manifest(self.database, self.actors, request)

    @serves
    def collect(self, request: CollectRequest) -> Collected:
        """Hand a printed file over, once."""
        return handing_out.collect(self.room, self.actors, request)

    @serves
    def sheet_face(self, request: SheetFaceRequest) -> SheetFace:
        """Whose paper a code belongs to, masked."""
        return usecases.sheet_face(self.database, request)
