"""What the pages of bulk scans ask of the house."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from services.portal.house import House
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.batch_commands import (
    AssignPage,
    BatchAct,
    BatchDone,
    Batches,
    BatchReport,
    Candidate,
    Candidates,
    CommitBatch,
    DiscardOpen,
    DiscardPage,
    FindSheet,
    FoundSheet,
    HandOverBatch,
    ListBatches,
    ListOpenPages,
    LookAtBatchPage,
    OpenPage,
    OpenPages,
    ShowBatch,
    ShowCandidates,
    TakeBackBatch,
    TakenBack,
    UndoPage,
)
from shared.contracts.look_commands import PageToOpen
from shared.contracts.photo_commands import (
    AssignPhoto,
    DiscardPhoto,
    ListOpenPhotos,
    OpenPhoto,
    OpenPhotos,
    PhotoSettled,
    ShowOpenPhoto,
    UndoPhoto,
)
from shared.contracts.roster_commands import PupilNames, PupilNamesRequest
from shared.kernel.authority import Act, Role
from shared.kernel.errors import DomainError
from shared.kernel.ids import ObjectId, UnitCode
from shared.kernel.masking import masked_name
from shared.kernel.units import codes_up

# What is done to a batch: command -> the question that scan answers with `BatchDone`.
_ACTS: dict[type, str] = {
    CommitBatch: "commit_batch",
    DiscardPage: "discard_page",
    DiscardOpen: "discard_open",
    AssignPage: "assign_page",
    UndoPage: "undo_page",
    HandOverBatch: "hand_over_batch",
}

_OF_PHOTOS: dict[type, str] = {
    AssignPhoto: "assign_photo",
    DiscardPhoto: "discard_photo",
    UndoPhoto: "undo_photo",
}


def batches(staff: Staff, who: Visitor) -> tuple[BatchReport, ...]:
    """The bulk scans of the own school, newest first, without their pages."""
    request = ListBatches(staff.campaign, who.actor.unit, who.token)
    return staff.house.ask("scan", "list_batches", request, Batches).batches


def batch(house: House, who: Visitor, batch_: str) -> BatchReport:
    """One of them, page by page."""
    return house.ask("scan", "show_batch", ShowBatch(batch_, who.token), BatchReport)


def open_pages(staff: Staff, who: Visitor) -> tuple[OpenPage, ...]:
    """Pages that only a person can place, oldest first."""
    request = ListOpenPages(staff.campaign, who.actor.unit, who.token)
    return staff.house.ask("scan", "list_open_pages", request, OpenPages).pages


def candidates(house: House, who: Visitor, batch_: str, page: int) -> tuple[Candidate, ...]:
    """Whose a page may be, the likeliest first."""
    request = ShowCandidates(batch_, who.token, page)
    return house.ask("scan", "show_candidates", request, Candidates).sheets


def look(house: House, who: Visitor, batch_: str, page: int) -> PageToOpen:
    """Which view shows a page; the look is on record."""
    request = LookAtBatchPage(batch_, who.token, page)
    return house.ask("scan", "look_at_batch_page", request, PageToOpen)


def waiting_photos(staff: Staff, who: Visitor) -> tuple[OpenPhoto, ...]:
    """Photos of the own school or class that only a person can place, oldest first."""
    request = ListOpenPhotos(who.token, staff.campaign, who.actor.unit, with_likeliest=False)
    return staff.house.ask("scan", "list_open_photos", request, OpenPhotos).photos


def open_photo(house: House, who: Visitor, photo: ObjectId) -> OpenPhoto:
    """One of them with whose it may be; the look is on record."""
    return house.ask("scan", "show_open_photo", ShowOpenPhoto(who.token, photo), OpenPhoto)


def settle(house: House, command: AssignPhoto | DiscardPhoto | UndoPhoto) -> PhotoSettled:
    """Say whose a photo is, throw it away, or take either back."""
    return house.ask("scan", _OF_PHOTOS[type(command)], command, PhotoSettled)


def find(staff: Staff, who: Visitor, number: str) -> FoundSheet:
    """The sheet of the own school that a typed number was printed on."""
    request = FindSheet(staff.campaign, _school_of(who), who.token, number)
    return staff.house.ask("scan", "find_sheet", request, FoundSheet)


def _school_of(who: Visitor) -> UnitCode:
    """A teacher stands at a class, whose school is one level up."""
    is_at_class = who.actor.role is Role.HOMEROOM_TEACHER
    return codes_up(who.actor.path)[1] if is_at_class else who.actor.unit


def do(house: House, command: object) -> int:
    """Do something to a batch; gives to how many of its pages."""
    return house.ask("scan", _ACTS[type(command)], command, BatchDone).pages


def hold(house: House, who: Visitor, batch_: str) -> None:
    """Take a batch for five minutes."""
    house.ask("scan", "hold_batch", BatchAct(batch_, who.token), BatchDone)


def let_go(house: House, who: Visitor, batch_: str) -> None:
    """Let others work on a batch."""
    house.ask("scan", "let_batch_go", BatchAct(batch_, who.token), BatchDone)


def discard(house: House, who: Visitor, batch_: str) -> None:
    """Throw a whole batch away."""
    house.ask("scan", "discard_batch", BatchAct(batch_, who.token), BatchDone)


def take_back(house: House, who: Visitor, batch_: str) -> TakenBack:
    """Let the committed pages of a batch count no more."""
    return house.ask("scan", "take_back", TakeBackBatch(batch_, who.token), TakenBack)


def masked_names(
    house: House, who: Visitor, classes: Iterable[UnitCode]
) -> Mapping[tuple[UnitCode, int], str]:
    """Masked names by class and number in class; none for a role that may not see any."""
    found: dict[tuple[UnitCode, int], str] = {}
    if not who.may_see(Act.SEE_COUNTS):
        return found
    for unit in classes:
        # A class that is no more: its numbers have to do.
        with suppress(DomainError):
            request = PupilNamesRequest(who.token, unit)
            pupils = house.ask("roster", "pupil_names", request, PupilNames).pupils
            found |= {
                (unit, one.number_in_class): masked_name(one.name)
                for one in pupils
                if one.number_in_class is not None
            }
    return found
