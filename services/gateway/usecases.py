"""What a guardian can do at the edge: hand in a photo, ask what became of it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from services.gateway.domain import (
    WAITING,
    Accepted,
    PhotoKey,
    Ticket,
    Verdict,
    object_of,
    receipt_of,
)
from services.gateway.limits import Room, Sheets
from services.gateway.ports import Doorbell, House, Landing, Photo
from shared.pictures.clean import clean
from shared.pictures.picture import Bytes, Cleaned

Offload = Callable[[Callable[[Bytes], Cleaned], Bytes], Cleaned]
"""Runs a function over megabytes somewhere it holds up nobody."""


class TooManyPhotosError(Exception):
    """The sheet has had all the photos it may have."""


class CampaignClosedError(Exception):
    """The campaign of the code takes no more photos."""


@dataclass(frozen=True, slots=True)
class Intake:
    """The hands a photo passes through."""

    landing: Landing
    doorbell: Doorbell
    sheets: Sheets
    room: Room
    sealing: threading.Semaphore  # photos cleaned and sealed at once: each costs three times itself
    offload: Offload


def hand_in(
    ticket: Ticket, key: PhotoKey, size: int, read: Callable[[], Bytes], intake: Intake
) -> Accepted:
    """Take one photo: read, cleaned, sealed, committed, and only then acknowledged.

    A photo already taken under this key is answered again, unread.

    Args:
        ticket: whose sheet; its check was right.
        key: the photo's own key, the same for every repetition.
        size: declared length in bytes.
        read: reads the whole body; called when there is room for it.
        intake: the hands it passes through.

    Raises:
        CampaignClosedError, TooManyPhotosError, BusyError, NotAPictureError, LandingAwayError:
            nothing was accepted.
    """
    if ticket.key.is_closed:
        raise CampaignClosedError
    known = intake.sheets.accepted(ticket.code, key)
    if known is not None:
        return known
    if intake.sheets.is_full(ticket.code):
        raise TooManyPhotosError
    with intake.sheets.in_flight(ticket.code), intake.room.taken(size):
        return _take(ticket, key, read(), intake)


def verdict_of(ticket: Ticket, key: PhotoKey, house: House) -> Verdict:
    """What became of a photo; waiting when nobody can tell."""
    return house.verdict(ticket, object_of(ticket.code, key)) or WAITING


def _take(ticket: Ticket, key: PhotoKey, body: Bytes, intake: Intake) -> Accepted:
    with intake.sealing:
        picture = intake.offload(clean, body)
        del body
        object_ = intake.landing.keep(Photo(ticket, key, picture))
    accepted = Accepted(object_, receipt_of(ticket.code, key))
    intake.sheets.remember(ticket.code, key, accepted)
    intake.doorbell.ring(object_, ticket)
    return accepted
