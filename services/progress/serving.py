"""What the staff of a school, and who answers its questions, may ask about single sheets."""

from services.progress import pupils
from shared.contracts.progress_commands import (
    ClassSheets,
    ClassSheetsRequest,
    SheetStagesRequest,
    StagesTold,
)
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database
from shared.plumbing.rpc import serves


class ServesSheets:
    """Stages of single sheets."""

    database: Database
    actors: Actors

    @serves
    def class_sheets(self, request: ClassSheetsRequest) -> ClassSheets:
        """How far the sheets of a class have come."""
        return pupils.class_sheets(self.database, self.actors, request)

    @serves
    def sheet_stages(self, request: SheetStagesRequest) -> StagesTold:
        """How far one sheet has come."""
        return pupils.sheet_stages(self.database, self.actors, request)
