"""What the edge needs from the rest of the house, as it sees it."""

from dataclasses import dataclass
from typing import Protocol

from services.gateway.domain import Face, PhotoKey, Ticket, Verdict
from services.gateway.pictures.picture import Cleaned
from shared.kernel.ids import ObjectId


@dataclass(frozen=True, slots=True)
class Photo:
    """A cleaned picture on its way into the province's bucket."""

    ticket: Ticket
    key: PhotoKey
    picture: Cleaned


class LandingAwayError(Exception):
    """The province's bucket does not take anything now; nothing was accepted."""


class Landing(Protocol):
    """Seals a photo and commits it to the province's landing bucket."""

    def keep(self, photo: Photo) -> ObjectId:
        """The id of the committed object.

        Raises:
            LandingAwayError: nothing was committed.
        """
        ...


class Doorbell(Protocol):
    """Tells storage that something lies in the landing bucket; losing a ring is fine."""

    def ring(self, object_: ObjectId, ticket: Ticket) -> None:
        """Return at once, whatever the bus does."""
        ...


class House(Protocol):
    """Questions to other services; None whenever they do not answer in time."""

    def face(self, ticket: Ticket) -> Face | None:
        """Whose sheet it is."""
        ...

    def verdict(self, ticket: Ticket, object_: ObjectId | None) -> Verdict | None:
        """What became of a photo; without an object, of the sheet's latest one."""
        ...
