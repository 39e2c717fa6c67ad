"""What the edge needs from the rest of the house, as it sees it."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.gateway.domain import Face, Ledger, PhotoKey, Ticket, Verdict
from shared.kernel.ids import ObjectId
from shared.pictures.picture import Cleaned


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


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of this sheet's guardians, as its page shows it."""

    asked_on: date  # Beijing, as below
    text: str
    answer: str | None
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """A question many ask, with its answer."""

    title: str
    text: str


class HelpAwayError(Exception):
    """Support does not answer; the question was not taken, as far as anybody knows."""


class NotAskedError(Exception):
    """Support refused a question; `code` says why."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Help(Protocol):
    """Questions and answers of a sheet; silence is an answer where nothing is handed in."""

    def questions(self, ticket: Ticket) -> tuple[AskedQuestion, ...]:
        """What was asked about the sheet, newest first."""
        ...

    def search(self, ticket: Ticket, words: str) -> tuple[HelpEntry, ...]:
        """What others asked before; without words, the newest entries."""
        ...

    def ask(self, ticket: Ticket, key: str, text: str, field: str | None) -> None:
        """Hand a question in; the same key asks once.

        Raises:
            NotAskedError: it was refused.
            HelpAwayError: nobody took it.
        """
        ...


class House(Protocol):
    """Questions to other services; None whenever they do not answer in time."""

    def face(self, ticket: Ticket) -> Face | None:
        """Whose sheet it is."""
        ...

    def verdict(self, ticket: Ticket, object_: ObjectId | None) -> Verdict | None:
        """What became of a photo; without an object, of the sheet's latest one."""
        ...


class LedgerShutError(Exception):
    """The ledger stays shut: `wrong_code`, or `too_many_tries` whatever the code was."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LedgerAwayError(Exception):
    """Nobody can open the ledger now."""


class Ledgers(Protocol):
    """What was done about a sheet, for whoever holds the copy with its query code."""

    def open(self, ticket: Ticket, query_code: str) -> Ledger:
        """The sheet's ledger.

        Raises:
            LedgerShutError: the code is not that of this copy, or was wrong too often.
            LedgerAwayError: nobody answers; nothing was counted against the visitor.
        """
        ...
