"""What is to be done about a service: rules over what it said of itself."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from services.portal.pages.operating.asking import Told
from shared.contracts.operate_commands import QueueShown, ServiceShown

# What waits should be taken within this time: guardians stand with a phone in their hands.
SOON_MINUTES = 10
MOST_PROCESSES = 16  # advised at once: after that, look again
FEW = 20  # waiting messages that are nothing to act on
SETTLED_S = 60  # a process younger than this has not shown its pace
LATE_S = 60  # facts leave within seconds while the bus works
IDLE_S = 300


class Need(StrEnum):
    """What a service needs."""

    START = "start"  # it does not answer
    MEND = "mend"  # it lacks something that it leans on
    BUS = "bus"  # its facts do not leave
    STUCK = "stuck"  # it takes nothing from a queue that has work
    MORE = "more"  # it needs more processes
    DEAD = "dead"  # somebody must look at its dead letters
    FEWER = "fewer"  # it could do with fewer


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do about a service; `count` is of processes, letters or seconds."""

    service: str
    need: Need
    count: int = 0
    about: tuple[str, ...] = ()  # codes of troubles, or names of queues


def advise(told: Told) -> list[Advice]:
    """What to do, the most urgent first; nothing where all is well."""
    name, shown = told.service, told.shown
    if shown is None:
        return [Advice(name, Need.START)]
    found: list[Advice] = []
    if shown.troubles:
        found.append(Advice(name, Need.MEND, about=shown.troubles))
    if shown.unsaid and shown.unsaid_s >= LATE_S:
        found.append(Advice(name, Need.BUS, shown.unsaid_s))
    found += _of_queues(shown)
    dead = [one for one in shown.queues if one.dead]
    if dead:
        about = tuple(one.queue for one in dead)
        found.append(Advice(name, Need.DEAD, sum(one.dead for one in dead), about))
    return found


def minutes_left(shown: ServiceShown, queue: QueueShown) -> float | None:
    """Until a queue is empty at the pace of all processes; None: it is not taken from at all."""
    pace = queue.a_minute * shown.processes
    if not queue.waiting:
        return 0.0
    return queue.waiting / pace if pace else None


def _of_queues(shown: ServiceShown) -> list[Advice]:
    if shown.up_s < SETTLED_S:
        return []
    behind = [one for one in shown.queues if one.waiting >= FEW]
    stuck = tuple(one.queue for one in behind if minutes_left(shown, one) is None)
    late = [
        (left, one.queue)
        for one in behind
        if (left := minutes_left(shown, one)) is not None and left > SOON_MINUTES
    ]
    if stuck:
        return [Advice(shown.service, Need.STUCK, about=stuck)]
    if late:
        wanted = ceil(shown.processes * max(late)[0] / SOON_MINUTES)
        about = tuple(queue for _, queue in late)
        return [Advice(shown.service, Need.MORE, min(wanted, MOST_PROCESSES), about)]
    return _of_idleness(shown)


def _of_idleness(shown: ServiceShown) -> list[Advice]:
    is_idle = not any(one.waiting or one.a_minute >= 1 for one in shown.queues)
    if shown.processes > 1 and shown.queues and is_idle and shown.up_s >= IDLE_S:
        return [Advice(shown.service, Need.FEWER, 1)]
    return []
