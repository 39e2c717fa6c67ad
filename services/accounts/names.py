"""Who people at work are: for who works beside them, and who answers for everybody below."""

from typing import Any

from sqlalchemy import Row

from services.accounts import name_store, store
from services.accounts.office import Office
from services.accounts.store import Place as Unit
from services.accounts.vault import Column
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.people_commands import (
    MOST_NAMES,
    Names,
    NamesRequest,
    PersonName,
    SupportPost,
    SupportStaff,
    SupportStaffRequest,
)
from shared.kernel.authority import Place, Role
from shared.kernel.ids import PersonId
from shared.kernel.units import PATH_END, Level, codes_up
from shared.plumbing.acting import Deed, looking
from shared.plumbing.database import Tx

# A school's questions lie with its registrars, an authority's with its support staff.
_ANSWERS_AT = {
    Level.SCHOOL: Role.REGISTRAR,
    Level.COUNTY: Role.SUPPORT_STAFF,
    Level.CITY: Role.SUPPORT_STAFF,
    Level.PROVINCE: Role.SUPPORT_STAFF,
}


def colleagues(office: Office, actor: Actor, request: NamesRequest) -> Names:
    """The names of those who are colleagues; whoever is not is left out, like whoever has none.

    Raises:
        NotAllowedError: the actor has no colleagues in the house.
    """
    with looking(office.database, actor, Deed("know_colleagues", actor.unit)) as tx:
        actor.require(act_of(request), Place(actor.path))
        path, is_school = _workplace(tx, actor)
        wanted = request.people[:MOST_NAMES]
        found = name_store.names_at(tx, path, wanted, with_below=is_school)
    return Names(tuple(PersonName(PersonId(one.person), _name(office, one)) for one in found))


def support_staff(office: Office, actor: Actor, request: SupportStaffRequest) -> SupportStaff:
    """Who answers at the own unit and at each one above it; a class has its school for that.

    Raises:
        NotAllowedError: the actor neither asks nor answers.
    """
    with looking(office.database, actor, Deed("see_support_staff", actor.unit)) as tx:
        actor.require(act_of(request), Place(actor.path))
        places = [store.place_of(tx, code) for code in codes_up(actor.path)]
        posts = [
            SupportPost(place.unit, place.level, _answering(office, tx, place))
            for place in places
            if place is not None and place.level in _ANSWERS_AT
        ]
    return SupportStaff(tuple(posts))


def _workplace(tx: Tx, actor: Actor) -> tuple[str, bool]:
    """Where colleagues work, and whether its classes are part of it: a school is one workplace."""
    place = store.place_of(tx, actor.unit)
    if place is not None and place.level is Level.CLASS:
        return actor.path.removesuffix(f"{actor.unit}{PATH_END}"), True
    return actor.path, place is not None and place.level is Level.SCHOOL


def _answering(office: Office, tx: Tx, place: Unit) -> tuple[str, ...]:
    rows = name_store.holders_at(tx, place.unit, _ANSWERS_AT[place.level])
    return tuple(sorted(_name(office, one) for one in rows))


def _name(office: Office, row: Row[Any]) -> str:
    return office.vault.open(Column.NAME, row.person, row.name)
