"""What the pages of printing ask of the house, and how a sealed file is opened here."""

from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from services.portal.doors import DoorAwayError
from services.portal.house import House
from services.portal.pages.staff import Visitor
from shared.contracts.forms_commands import (
    Collected,
    CollectRequest,
    JobRequest,
    Manifest,
    PrintRequest,
    PrintStarted,
    PrintStatus,
)
from shared.contracts.printing_commands import (
    ClassPrinting,
    ListPrinting,
    Previewed,
    PreviewSheet,
    PrintingStands,
    ShowClassPrinting,
)
from shared.contracts.roster_commands import PupilNames, PupilNamesRequest
from shared.kernel.errors import DomainError
from shared.kernel.ids import CampaignId, StudentId, UnitCode
from shared.kernel.masking import masked_name
from shared.plumbing.objects import (
    ObjectMissingError,
    StoreRefusedError,
    StoreUnavailableError,
    fetch,
)
from shared.plumbing.opening import open_body
from shared.sealing.body import NotSealedError
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.wrapping import PASSING, print_info


def standing(house: House, who: Visitor, campaign: CampaignId) -> PrintingStands:
    """How far the own school is printed."""
    return house.ask("forms", "list_printing", ListPrinting(who.token, campaign), PrintingStands)


def of_class(house: House, who: Visitor, campaign: CampaignId, unit: UnitCode) -> ClassPrinting:
    """The pupils of a class with the newest print of their sheets."""
    request = ShowClassPrinting(who.token, campaign, unit)
    return house.ask("forms", "show_class_printing", request, ClassPrinting)


def start(house: House, request: PrintRequest, *, is_school: bool) -> PrintStarted:
    """Begin a job."""
    method = "print_school" if is_school else "print_class"
    return house.ask("forms", method, request, PrintStarted)


def status(house: House, who: Visitor, job: str) -> PrintStatus:
    """How a job stands."""
    return house.ask("forms", "job_status", JobRequest(actor=who.token, job=job), PrintStatus)


def manifest(house: House, who: Visitor, job: str) -> Manifest:
    """What a printed file holds; asking for it is on record."""
    return house.ask("forms", "manifest", JobRequest(actor=who.token, job=job), Manifest)


def masked_names(house: House, who: Visitor, unit: UnitCode) -> dict[StudentId, str]:
    """The masked names of a class; none while roster refuses."""
    with suppress(DomainError):
        request = PupilNamesRequest(who.token, unit)
        found = house.ask("roster", "pupil_names", request, PupilNames)
        return {one.student: masked_name(one.name) for one in found.pupils}
    return {}


def collect(house: House, who: Visitor, job: str, code: str) -> tuple[str, bytes]:
    """A printed file, once, opened in memory; its name, and the PDF.

    Raises:
        DomainError: forms refused.
        DoorAwayError: the bucket does not answer.
    """
    key = X25519PrivateKey.generate()
    request = CollectRequest(actor=who.token, job=job, download_code=code, public_key=_public(key))
    told = house.ask("forms", "collect", request, Collected)
    return told.file_name, _opened(told, told.job, key)


def preview(house: House, who: Visitor, campaign: CampaignId, unit: UnitCode) -> bytes:
    """A picture of a sheet as it would be printed, opened in memory.

    Raises:
        DomainError: forms refused.
        DoorAwayError: the bucket does not answer.
    """
    key = X25519PrivateKey.generate()
    request = PreviewSheet(who.token, campaign, unit, _public(key))
    told = house.ask("forms", "preview_sheet", request, Previewed)
    return _opened(told, told.preview, key)


def _public(key: X25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _opened(told: Collected | Previewed, id_: str, key: X25519PrivateKey) -> bytes:
    context = ObjectContext(
        Suite(told.suite), told.province, told.campaign, told.object, Rendition(told.rendition)
    )
    try:
        data_key = PASSING.decrypt(bytes.fromhex(told.wrapped_key), key, info=print_info(id_))
        return open_body(fetch(told.url), data_key, context)
    except (
        *(ObjectMissingError, StoreRefusedError, StoreUnavailableError),
        *(NotSealedError, InvalidTag, ValueError),
    ):
        raise DoorAwayError from None
