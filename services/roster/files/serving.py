"""What the staff pages may ask of roster about files that were handed in at its door."""

from nameko.timer import timer

from services.roster.files import usecases, working
from services.roster.files.working import Work
from shared.contracts.roster_file_commands import (
    CheckFile,
    DropFile,
    ListFiles,
    RosterFile,
    RosterFiles,
    ShowFile,
    WriteFile,
)
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.rpc import serves

LOOK_EVERY_S = 1.0
CLEAR_EVERY_S = 600


class Files:
    """Roster files, and the work on them."""

    database: Database
    actors: Actors
    work: Work

    @timer(interval=LOOK_EVERY_S)  # type: ignore[untyped-decorator]  # nameko ships no types
    def work_on_files(self) -> None:
        """Check and write what waits; another process may be doing the same."""
        while working.run_next(self.work):
            pass

    @timer(interval=CLEAR_EVERY_S)  # type: ignore[untyped-decorator]
    def clear_files(self) -> None:
        """Take away what nobody had written."""
        working.clear(self.work)

    @serves
    def check_file(self, request: CheckFile) -> RosterFile:
        """Have the dry run of a file made."""
        return usecases.check_file(self.database, self.actors, request)

    @serves
    def write_file(self, request: WriteFile) -> RosterFile:
        """Have its good rows written."""
        return usecases.write_file(self.database, self.actors, request)

    @serves
    def drop_file(self, request: DropFile) -> RosterFile:
        """Throw it away."""
        return usecases.drop_file(self.database, self.actors, request)

    @serves
    def show_file(self, request: ShowFile) -> RosterFile:
        """How far it is."""
        return usecases.show_file(self.database, self.actors, request)

    @serves
    def list_files(self, request: ListFiles) -> RosterFiles:
        """The latest files of a unit."""
        return usecases.list_files(self.database, self.actors, request)
