"""What the leader's list asks the house."""

from services.portal.house import House
from shared.contracts.leader_commands import ListSchoolChanges, SchoolChanges
from shared.contracts.review_commands import TaskCommand, TaskShown
from shared.contracts.roster_commands import PupilNames, PupilNamesRequest


def changes(house: House, request: ListSchoolChanges) -> SchoolChanges:
    """What waits for the leader."""
    return house.ask("review", "list_school_changes", request, SchoolChanges)


def open_task(house: House, request: TaskCommand) -> TaskShown:
    """Take one of them into hands."""
    return house.ask("review", "open_task", request, TaskShown)


def names(house: House, request: PupilNamesRequest) -> PupilNames:
    """The names of a class."""
    return house.ask("roster", "pupil_names", request, PupilNames)
