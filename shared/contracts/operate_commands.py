"""What an operator may ask every service: how it stands, and its dead letters.

Each service answers for itself, of its own queues alone: no process of the house can read or
move what another one was told.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, FactId, ProvinceCode

# One answer holds this many letters; where there are more, they are many of a kind.
MAX_LETTERS = 100


@command(Act.OPERATE)
@dataclass(frozen=True, slots=True)
class ShowService:
    """Ask a service how it stands."""

    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class QueueShown:
    """One queue of a service."""

    queue: str
    waiting: int  # messages that nobody has in hands
    dead: int
    a_minute: float  # facts that the answering process took, mean of the last minutes
    age_s: int | None = None  # of the fact it did last, from said to done; None: none so far


@dataclass(frozen=True, slots=True)
class ServiceShown:
    """How a service stands; `processes` share its queues, one of them answered."""

    service: str
    processes: int
    up_s: int  # since the answering process started
    troubles: tuple[str, ...]  # codes of what it leans on and does not find; empty: ready
    unsaid: int  # facts that have not left for the bus
    unsaid_s: int  # since when, in seconds
    queues: tuple[QueueShown, ...]


@command(Act.OPERATE)
@dataclass(frozen=True, slots=True)
class ListDead:
    """Look at a service's dead letters; all stay where they are."""

    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeadLetterShown:
    """One fact that one queue could not take; `id` None: its body is no fact."""

    queue: str
    id: FactId | None
    fact: str
    province: ProvinceCode | None
    said_at: datetime | None
    died_at: datetime | None
    error: str  # a code
    attempts: int
    body: str  # ids and codes, like every fact; its beginning where it is long
    is_act: bool = False  # on its way to the audit log: it is put back, never removed


@dataclass(frozen=True, slots=True)
class DeadShown:
    """The oldest dead letters of a service, and how many there are."""

    service: str
    letters: tuple[DeadLetterShown, ...]
    total: int


@command(Act.OPERATE)
@dataclass(frozen=True, slots=True)
class ReplayDead:
    """Bring dead letters of a queue back into it; `id` None: all that can be read."""

    actor: ActorToken = field(repr=False)
    queue: str
    id: FactId | None = None


class DropReason(StrEnum):
    """Why nobody needs a dead letter any more."""

    DONE_OTHERWISE = "done_otherwise"
    OUTDATED = "outdated"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"


@command(Act.OPERATE)
@dataclass(frozen=True, slots=True)
class DropDead:
    """Remove dead letters of a queue for good; `id` None: all that cannot be read.

    An act on its way to the audit log is never removed.
    """

    actor: ActorToken = field(repr=False)
    queue: str
    reason: DropReason
    id: FactId | None = None


@dataclass(frozen=True, slots=True)
class DeadMoved:
    """How many letters were brought back, or removed."""

    count: int
