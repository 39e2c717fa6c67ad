"""How every service stands: one table, what calls for somebody, and what to scale."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from services.portal.pages.operating.advice import Advice, Need, advise, minutes_left
from services.portal.pages.operating.asking import Told, everybody
from services.portal.pages.operating.words import span, told, works
from services.portal.pages.staff import Staff, Visitor, entitled
from shared.contracts.operate_commands import QueueShown, ServiceShown
from shared.kernel.authority import Act
from shared.plumbing.web.app import WebApp

MOST_BRISK = 8  # queues without anything waiting that are listed all the same
# How the state of a service is marked.
_STATES = {
    Need.START: "bad",
    Need.MEND: "bad",
    Need.BUS: "bad",
    Need.STUCK: "bad",
    Need.MORE: "warn",
    Need.DEAD: "warn",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A service as a line of the table."""

    service: str
    work: str
    state: str  # good, warn, bad
    answers: bool
    processes: int
    up: str
    waiting: int
    a_minute: float
    unsaid: int
    dead: int
    dead_at: str


@dataclass(frozen=True, slots=True)
class Busy:
    """A queue that is worth a line."""

    queue: QueueShown
    minutes: int | None  # until it is empty; None: nobody takes from it
    age: str  # from said to done, of the fact that was done last; "": none so far


@dataclass(frozen=True, slots=True)
class Line:
    """Something to do, with the command that does it, or the page."""

    text: str
    command: str
    address: str


def add_services(app: WebApp, staff: Staff) -> None:
    """The page, and the part of it that is asked for again."""

    @app.get("/operations")
    def operations() -> str:
        who = entitled(staff, Act.OPERATE)
        return render_template("operating/services.html", **_seen(staff, who))

    @app.get("/operations/live")
    def operations_live() -> str:
        who = entitled(staff, Act.OPERATE)
        return render_template("operating/live.html", **_seen(staff, who))


def _seen(staff: Staff, who: Visitor) -> dict[str, Any]:
    found = everybody(staff.house, who.token)
    needs = [advise(one) for one in found]
    busy = _busiest(found)
    return {
        "rows": [_row(one, own) for one, own in zip(found, needs, strict=True)],
        "to_do": _lines(needs),
        "busy": busy,
        "idle": sum(len(one.shown.queues) for one in found if one.shown) - len(busy),
    }


def _row(one: Told, needs: list[Advice]) -> Row:
    shown = one.shown
    queues = shown.queues if shown else ()
    states = {_STATES[need.need] for need in needs if need.need in _STATES}
    return Row(
        one.service,
        works()[one.service],
        next((state for state in ("bad", "warn") if state in states), "good"),
        shown is not None,
        shown.processes if shown else 0,
        span(shown.up_s) if shown else "",
        sum(queue.waiting for queue in queues),
        round(sum(queue.a_minute for queue in queues) * (shown.processes if shown else 0), 1),
        shown.unsaid if shown else 0,
        sum(queue.dead for queue in queues),
        url_for("dead_letters", service=one.service) if queues else "",
    )


def _lines(needs: list[list[Advice]]) -> list[Line]:
    """What is to be done in the whole house, the most urgent first."""
    order = list(Need)
    every = [need for own in needs for need in own]
    return [_line(one) for one in sorted(every, key=lambda one: order.index(one.need))]


def _line(advice: Advice) -> Line:
    command = address = ""
    if advice.need in {Need.MORE, Need.FEWER}:
        command = f"./run up --scale {advice.service}={advice.count}"
    if advice.need is Need.DEAD:
        address = url_for("dead_letters", service=advice.service)
    return Line(told(advice), command, address)


def _busiest(found: list[Told]) -> list[Busy]:
    """Every queue in which something waits or is dead, then those that take the most."""
    queues = [(one.shown, queue) for one in found if one.shown for queue in one.shown.queues]
    held = [pair for pair in queues if pair[1].waiting or pair[1].dead]
    pace = sorted(queues, key=lambda pair: -pair[1].a_minute)
    brisk = [pair for pair in pace if pair not in held and pair[1].a_minute][:MOST_BRISK]
    return [_busy(*pair) for pair in held + brisk]


def _busy(shown: ServiceShown, queue: QueueShown) -> Busy:
    left = minutes_left(shown, queue)
    age = "" if queue.age_s is None else span(queue.age_s)
    return Busy(queue, None if left is None else round(left), age)
