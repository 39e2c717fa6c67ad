"""People by name, where a page tells who has something in hands or who answers."""

from collections.abc import Iterable

from services.portal.house import House
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.people_commands import (
    MOST_NAMES,
    Names,
    NamesRequest,
    SupportPost,
    SupportStaff,
    SupportStaffRequest,
)
from shared.kernel.errors import DomainError
from shared.kernel.ids import PersonId
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError

# A page is about something else: it comes without names rather than late or not at all.
WAIT_S = 2.0
_WITHOUT = (DomainError, RpcDeadlineError, RpcFailedError)


def colleagues(
    staff: Staff, who: Visitor, people: Iterable[PersonId | str | None]
) -> dict[str, str]:
    """The names of colleagues by their number; whoever has none to tell is left out."""
    mine = who.actor.person
    wanted = {PersonId(one) for one in people if one is not None and one != mine}
    if not wanted:
        return {}
    request = NamesRequest(who.token, tuple(sorted(wanted)[:MOST_NAMES]))
    try:
        found = _names(staff.house, request)
    except _WITHOUT:
        return {}
    return {one.person: one.name for one in found.people}


def support_posts(staff: Staff, who: Visitor) -> tuple[SupportPost, ...]:
    """Who answers, from the own school or unit up; nothing while accounts is away."""
    request = SupportStaffRequest(who.token)
    try:
        return _support(staff.house, request).posts
    except _WITHOUT:
        return ()


def _names(house: House, request: NamesRequest) -> Names:
    return house.ask("accounts", "colleagues", request, Names, WAIT_S)


def _support(house: House, request: SupportStaffRequest) -> SupportStaff:
    return house.ask("accounts", "support_staff", request, SupportStaff, WAIT_S)
