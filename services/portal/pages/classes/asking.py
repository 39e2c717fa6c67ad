"""What the pages about classes ask the house."""

from collections.abc import Sequence

from services.portal.house import House
from shared.contracts.lane_commands import AnswerQuery, ListQueries, Queries
from shared.contracts.look_commands import LookAtPhoto, PhotoToOpen
from shared.contracts.progress_commands import ClassSheets, ClassSheetsRequest
from shared.contracts.reality_commands import (
    AddProof,
    Check,
    HandInCheck,
    NoteFinding,
    SettleFinding,
    ShowCheck,
    TakeProofBack,
)
from shared.contracts.review_commands import EntryShown
from shared.contracts.roster_commands import PupilNames, PupilNamesRequest
from shared.contracts.scan_commands import PhotoState, PhotoStates, PhotoStatesRequest
from shared.contracts.tick_commands import ShowTicks, Ticks, TickSheet, TickShown
from shared.kernel.ids import ObjectId


def names(house: House, request: PupilNamesRequest) -> PupilNames:
    """The pupils of a class with their names; pages mask them unless somebody says why not."""
    return house.ask("roster", "pupil_names", request, PupilNames)


def class_sheets(house: House, request: ClassSheetsRequest) -> ClassSheets:
    """How far the sheets of a class have come."""
    return house.ask("progress", "class_sheets", request, ClassSheets)


def ticks(house: House, request: ShowTicks) -> Ticks:
    """What people said of the paper of a class."""
    return house.ask("scan", "show_ticks", request, Ticks)


def photo_states(house: House, objects: Sequence[ObjectId]) -> tuple[PhotoState, ...]:
    """What became of photos that were handed in here, in their order."""
    if not objects:
        return ()
    request = PhotoStatesRequest(tuple(objects))
    return house.ask("scan", "photo_states", request, PhotoStates).states


def look_at_photo(house: House, request: LookAtPhoto) -> PhotoToOpen:
    """Which view shows a photo, and what on it is the matter; the look is on record."""
    return house.ask("scan", "look_at_photo", request, PhotoToOpen)


def tick(house: House, request: TickSheet) -> TickShown:
    """Say where the paper of one sheet is."""
    return house.ask("scan", "tick_sheet", request, TickShown)


def check(house: House, request: ShowCheck) -> Check:
    """The findings of a class."""
    return house.ask("review", "show_check", request, Check)


def note_finding(house: House, request: NoteFinding) -> Check:
    """Note what was found about one pupil."""
    return house.ask("review", "note_finding", request, Check)


def add_proof(house: House, request: AddProof) -> Check:
    """Tie a document to a finding."""
    return house.ask("review", "add_proof", request, Check)


def take_proof_back(house: House, request: TakeProofBack) -> Check:
    """Untie a document from a finding."""
    return house.ask("review", "take_proof_back", request, Check)


def hand_in_check(house: House, request: HandInCheck) -> Check:
    """Hand the findings of a class in to the registrar."""
    return house.ask("review", "hand_in_check", request, Check)


def settle_finding(house: House, request: SettleFinding) -> Check:
    """Say what was done about a finding."""
    return house.ask("review", "settle_finding", request, Check)


def queries(house: House, request: ListQueries) -> Queries:
    """What guardians of a class are to be asked."""
    return house.ask("review", "list_queries", request, Queries)


def answer_query(house: House, request: AnswerQuery) -> EntryShown:
    """Note what a guardian answered."""
    return house.ask("review", "answer_query", request, EntryShown)
