"""Dead letters: facts that a handler could not take, waiting for a person to decide.

The same letters and the same three answers (look, replay, drop) on both buses: a broker
keeps them in `<queue>.dead`, the embedded bus in the inbox of the hearing service.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.contracts.wire import Envelope, WireError, open_envelope
from shared.kernel.ids import FactId, ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.embedded import SCHEME
from shared.plumbing.topology import QueuePlan

# Said of a letter whose body cannot be read.
UNREADABLE = "?"


class BusAwayError(Exception):
    """The broker did not answer; the message is a code."""


class QueueMissingError(Exception):
    """A queue of the topology is not declared; the message is its name."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One fact that one queue could not take. Ids and codes only, like the fact itself."""

    queue: str
    id: FactId | None  # None: the body is no envelope
    fact: str
    province: ProvinceCode | None
    said_at: datetime | None
    died_at: datetime | None
    error: str  # a code
    attempts: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters are meant: all that fit everything said here."""

    queue: str | None = None
    fact: str | None = None
    id: FactId | None = None
    died_before: datetime | None = None
    province: ProvinceCode | None = None  # and what cannot be read: nobody knows whose that is

    def takes(self, letter: DeadLetter) -> bool:
        """Whether this one is meant."""
        return (
            self.queue in (None, letter.queue)
            and self.fact in (None, letter.fact)
            and self.id in (None, letter.id)
            and (self.province is None or letter.province in (None, self.province))
            and (self.died_before is None or _died_before(letter, self.died_before))
        )


def _died_before(letter: DeadLetter, at: datetime) -> bool:
    return letter.died_at is not None and letter.died_at < at


class DeadLetters(Protocol):
    """The dead letters of a bus."""

    def counts(self) -> dict[str, int]:
        """How many there are by queue; none are touched.

        Raises:
            BusAwayError: no answer.
            QueueMissingError: the topology was not declared.
        """
        ...

    def look(self, choice: Choice) -> list[DeadLetter]:
        """Read them, oldest first; all stay where they are.

        Raises:
            BusAwayError: no answer.
            QueueMissingError: the topology was not declared.
        """
        ...

    def replay(self, choice: Choice) -> list[DeadLetter]:
        """Bring them back into their own queue as if said for the first time.

        What cannot be read stays: it would only die again.
        """
        ...

    def drop(self, choice: Choice, *, reason: str) -> list[DeadLetter]:
        """Remove them for good; written to the log with the reason."""
        ...


def dead_letters_of(
    url: str, plans: Sequence[QueuePlan], databases: Mapping[str, Database]
) -> DeadLetters:
    """The dead letters of the bus at a URL.

    Args:
        url: of the bus.
        plans: every queue.
        databases: by service; only the embedded bus keeps dead letters there.
    """
    if url.startswith(SCHEME):
        from shared.plumbing.dead_in_inbox import InboxDeadLetters  # noqa: PLC0415  # it needs us

        return InboxDeadLetters(plans, databases)
    from shared.plumbing.dead_at_broker import BrokerDeadLetters  # noqa: PLC0415  # it needs us

    return BrokerDeadLetters(url, plans)


def envelope_in(body: bytes) -> Envelope | None:
    """What a body says, as far as it is an envelope at all."""
    try:
        return open_envelope(body)
    except WireError:
        return None
