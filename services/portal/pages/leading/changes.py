"""Changes of a school by class: read side by side, opened and decided one after the other.

There is no verdict for more than one. Whoever chooses several is led through them: each is opened,
shown whole and decided by itself, and the next one opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from services.portal.pages.deciding import done_words
from services.portal.pages.leading import asking
from services.portal.pages.people import colleagues
from services.portal.pages.places import names_of
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from services.portal.pages.values import field_of, label_of, shown
from shared.contracts.fields import FieldKind, FieldType
from shared.contracts.leader_commands import ListSchoolChanges, SchoolChange
from shared.contracts.review_commands import TaskCommand
from shared.contracts.roster_commands import PupilNamesRequest
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import EntryId, StudentId, UnitCode
from shared.kernel.masking import masked_id, masked_name, masked_phone
from shared.plumbing.web.app import WebApp

MOST = 50  # as many ids as an address holds


@dataclass(frozen=True, slots=True)
class Row:
    """One change of the list."""

    change: SchoolChange
    name: str
    label: str
    old: str
    new: str
    is_key: bool
    may_open: bool
    with_other: str  # their name, where it is known


@dataclass(frozen=True, slots=True)
class ClassRows:
    """The changes of one class."""

    unit: UnitCode
    name: str
    rows: tuple[Row, ...]


def add_changes(app: WebApp, staff: Staff) -> None:
    """The list, and the walk through what was chosen of it."""

    @app.get("/changes")
    def changes() -> str:
        return _page(staff, entitled(staff, Act.DECIDE_MAINTENANCE), done_words())

    @app.post("/changes")
    def choose_changes() -> Any:
        check_meant(staff)
        entitled(staff, Act.DECIDE_MAINTENANCE)
        # The button beside a change opens that one alone, whatever else is ticked.
        wanted = request.form.getlist("one") or request.form.getlist("entry")
        chosen = [one for one in wanted if one.isalnum()]
        if not chosen:
            raise BadRequest
        address = url_for("next_change", rest=",".join(chosen[:MOST]))
        return make_response(redirect(address, 303))

    @app.get("/changes/next")
    def next_change() -> Any:
        who = entitled(staff, Act.DECIDE_MAINTENANCE)
        return make_response(redirect(_open_next(staff, who), 303))


def _open_next(staff: Staff, who: Visitor) -> str:
    """Where the next chosen change is open; what cannot be opened any more is passed over."""
    done, decided = request.args.get("done"), request.args.get("entry")
    rest = [one for one in request.args.get("rest", "").split(",") if one.isalnum()][:MOST]
    while rest:
        entry = EntryId(rest.pop(0))
        try:
            asking.open_task(staff.house, TaskCommand(who.token, entry))
        except DomainError:
            continue  # decided meanwhile, or in other hands: it stays in the list if it waits
        return url_for("decide", rest=",".join(rest), done=done, entry=decided)
    return url_for("changes", done=done, entry=decided)


def _page(staff: Staff, who: Visitor, said: Said | None) -> str:
    found = asking.changes(staff.house, ListSchoolChanges(who.token, staff.campaign))
    classes = _by_class(staff, who, found.changes)
    undo = request.args.get("entry") if request.args.get("done") != "undone" else None
    return render_template(
        "leading/changes.html",
        classes=classes,
        waiting=found.waiting,
        listed=len(found.changes),
        said=said,
        undo=undo,
    )


def _by_class(staff: Staff, who: Visitor, changes: Sequence[SchoolChange]) -> list[ClassRows]:
    by_class: dict[UnitCode, list[SchoolChange]] = {}
    for one in changes:
        by_class.setdefault(one.unit, []).append(one)
    classes = names_of(staff, by_class)
    people = colleagues(staff, who, [one.with_other for one in changes])
    return [
        ClassRows(unit, classes[unit], _rows(_names(staff, who, unit), mine, people))
        for unit, mine in by_class.items()
    ]


def _names(staff: Staff, who: Visitor, unit: UnitCode) -> dict[StudentId, str]:
    found = asking.names(staff.house, PupilNamesRequest(who.token, unit)).pupils
    return {one.student: masked_name(one.name) for one in found}


def _rows(
    names: dict[StudentId, str], changes: list[SchoolChange], people: Mapping[str, str]
) -> tuple[Row, ...]:
    return tuple(
        Row(
            one,
            names.get(one.student, ""),
            label_of(one.field),
            _listed(one.field, one.old),
            _listed(one.field, one.new),
            one.kind is FieldKind.KEY_DATA,
            may_open=not one.is_own and one.with_other is None,
            with_other=people.get(one.with_other or "", ""),
        )
        for one in changes
    )


def _listed(key: str, value: str) -> str:
    """A value as a list shows it: numbers of people are masked until the change is opened."""
    known = field_of(key)
    if not value or known is None:
        return shown(key, value)
    if known.type is FieldType.PHONE:
        return masked_phone(value)
    if known.type is FieldType.ID_NUMBER:
        return masked_id(value)
    return shown(key, value)
