"""What the operator's pages ask: every service of the house at once, each about itself."""

from dataclasses import dataclass

from eventlet import GreenPool

from services.portal.house import House
from shared.contracts.operate_commands import (
    DeadMoved,
    DeadShown,
    DropDead,
    ListDead,
    ReplayDead,
    ServiceShown,
    ShowService,
)
from shared.kernel.errors_operate import BusNotAnsweringError
from shared.kernel.ids import ActorToken
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError

HEARERS = (
    *("roster", "campaign", "accounts", "forms", "storage", "scan"),
    *("progress", "review", "audit", "support"),
)
EDGES = ("gateway", "portal")
EVERYBODY = (*HEARERS, *EDGES)
# A service that works says so at once; the page is for the moment when one does not.
PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Told:
    """What a service said of itself; None: it did not answer in time, or could not."""

    service: str
    shown: ServiceShown | None


def everybody(house: House, token: ActorToken) -> list[Told]:
    """How every service stands, in the order of the walk.

    Raises:
        DomainError: they refuse to tell this person.
    """
    order = ShowService(token)
    return list(GreenPool(len(EVERYBODY)).imap(lambda one: _told(house, one, order), EVERYBODY))


def _told(house: House, service: str, order: ShowService) -> Told:
    try:
        found = house.ask(service, "show_service", order, ServiceShown, PATIENCE_S)
    except (RpcDeadlineError, RpcFailedError, BusNotAnsweringError):
        return Told(service, None)
    return Told(service, found)


def dead_of(house: House, service: str, token: ActorToken) -> DeadShown:
    """A service's dead letters."""
    return house.ask(service, "list_dead", ListDead(token), DeadShown)


def replay(house: House, service: str, order: ReplayDead) -> int:
    """Bring dead letters back; gives how many."""
    return house.ask(service, "replay_dead", order, DeadMoved).count


def drop(house: House, service: str, order: DropDead) -> int:
    """Remove dead letters; gives how many."""
    return house.ask(service, "drop_dead", order, DeadMoved).count


def counted(house: House, token: ActorToken) -> tuple[int, int]:
    """Services that call for somebody, and dead letters, for the first page.

    Raises:
        DomainError: they refuse to tell this person.
    """
    told = everybody(house, token)
    ill = sum(one.shown is None or bool(one.shown.troubles) for one in told)
    dead = sum(queue.dead for one in told if one.shown for queue in one.shown.queues)
    return ill, dead
