"""A service with its real tables, a small tree, and for every command an object it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts.actors import Actor
from shared.contracts.wire import to_plain
from shared.kernel.authority import Act, Place, Role
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.actors import Actors, sign
from shared.plumbing.identity import Identity

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
DONE = "done"


class Position(StrEnum):
    """How an actor's unit stands to the place of an act."""

    OWN = "own"
    ABOVE = "above"
    BELOW = "below"
    BESIDE = "beside"


@dataclass(frozen=True)
class Row:
    """How a command is given in a stage, and where its object lies.

    `at` None means that it is about whatever lies with the actor's own unit. `acts` are those of
    several that the object leaves; none means all of them. `withheld` says whom a rule of the
    service keeps it from although the table gives the act, and why. `earlier` are refusals of a
    rule that says nothing of the object and comes before the table.
    """

    request: Callable[[ActorToken], Any]
    at: Place | None
    acts: tuple[Act, ...] = ()
    withheld: tuple[Callable[[Actor], bool], str] | None = None
    earlier: tuple[str, ...] = ()


@dataclass
class Stage:
    """One service, ready to be asked."""

    service: Any
    paths: Mapping[str, str]
    at: datetime
    rows: dict[type, Row] = field(default_factory=dict)

    def actor(self, role: Role, unit: str, *, has_factor: bool = True) -> Actor:
        """Somebody in a role at a unit; another person than whoever made the objects."""
        person, account = PersonId("ab" * 8), AccountId(f"{unit}.77")
        ends, factor = self.at + timedelta(minutes=5), self.at if has_factor else None
        return Actor(person, account, role, UnitCode(unit), self.paths[unit], ends, factor)

    def ask(self, method: str, command: type, actor: Actor) -> str:
        """What comes of a command: `done`, or the code of its refusal."""
        request = self.rows[command].request(sign(actor, ACCOUNTS))
        answer = getattr(self.service, method)(to_plain(request))
        assert "failed" not in answer, (command.__name__, actor.role, answer)
        return str(answer.get("refused", DONE))

    def place(self, command: type, actor: Actor) -> Place:
        """Where a command of this actor acts."""
        return self.rows[command].at or Place(actor.path, codes_up(actor.path)[0])


def believing(at: datetime) -> Actors:
    """Reads the tokens of `Stage`."""
    return Actors([ACCOUNTS.public_key], clock=lambda: at)


def position(actor_path: str, place: str) -> Position:
    """How a unit stands to a place."""
    if actor_path == place:
        return Position.OWN
    if place.startswith(actor_path):
        return Position.ABOVE
    return Position.BELOW if actor_path.startswith(place) else Position.BESIDE


def bare(cls: type, **parts: Any) -> Any:
    """A service as Nameko would inject it, without Nameko."""
    service = object.__new__(cls)
    for name, part in parts.items():
        setattr(service, name, part)
    return service
