"""What the pages of importing ask of roster."""

from services.portal.house import House
from services.portal.pages.staff import Visitor
from shared.contracts.roster_commands import ColumnChoice
from shared.contracts.roster_file_commands import (
    CheckFile,
    DropFile,
    FileBrief,
    ListFiles,
    RosterFile,
    RosterFiles,
    ShowFile,
    WriteFile,
)


def files(house: House, who: Visitor) -> tuple[FileBrief, ...]:
    """The latest files of the own unit."""
    return house.ask("roster", "list_files", ListFiles(who.token), RosterFiles).files


def file(house: House, who: Visitor, file_: str) -> RosterFile:
    """How far a file is."""
    return house.ask("roster", "show_file", ShowFile(who.token, file_), RosterFile)


def check(house: House, who: Visitor, file_: str, columns: tuple[ColumnChoice, ...]) -> None:
    """Have the dry run made."""
    house.ask("roster", "check_file", CheckFile(who.token, file_, columns), RosterFile)


def write(house: House, who: Visitor, file_: str, *, accepts: bool) -> None:
    """Have the good rows written."""
    house.ask("roster", "write_file", WriteFile(who.token, file_, accepts), RosterFile)


def drop(house: House, who: Visitor, file_: str) -> None:
    """Throw a file away."""
    house.ask("roster", "drop_file", DropFile(who.token, file_), RosterFile)
