"""Who decides what: the leader of the own school, the reviewer of what their unit manages."""

from dataclasses import dataclass

from services.review.acting import Acting
from services.review.domain import Entry, Stage
from shared.contracts.actors import Actor
from shared.contracts.fields import FieldKind
from shared.kernel.authority import Act, Place, Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.ids import UnitCode


@dataclass(frozen=True, slots=True)
class Bench:
    """The queue a decider works on, and which questions of it are theirs."""

    queue: UnitCode
    act: Act


def bench_of(who: Acting) -> Bench:
    """The queue of the actor's own unit.

    Raises:
        NotAllowedError, ActorRefusedError: this role decides nothing.
    """
    actor = who.actor
    act = Act.DECIDE_KEY_DATA if actor.role is Role.REVIEWER else Act.DECIDE_MAINTENANCE
    who.require(_own(actor), actor.unit, act=act)
    return Bench(actor.unit, act)


def act_of(entry: Entry) -> Act:
    """What deciding this entry means now: an endorsement is the leader's."""
    is_key = entry.kind is FieldKind.KEY_DATA and entry.stage is Stage.DECIDE
    return Act.DECIDE_KEY_DATA if is_key else Act.DECIDE_MAINTENANCE


def check_queue(who: Acting, entry: Entry, place: Place) -> None:
    """Go on only if the entry waits for this actor's unit, in this role.

    Raises:
        NotAllowedError, ActorRefusedError: it waits for somebody else.
    """
    act = act_of(entry)
    who.sheet = entry.sheet
    who.require(place, entry.unit, act=act)
    if entry.queue != who.actor.unit:
        raise NotAllowedError(act)


def _own(actor: Actor) -> Place:
    return Place(actor.path, managed_by=actor.unit)
