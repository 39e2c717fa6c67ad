"""Urging (督办): who stands above a unit asks it to go on, and its staff see who asked, and for what."""

from typing import Any

from sqlalchemy import Row, insert, select

from services.progress import store
from services.progress.overview import allowed_path
from services.progress.tables import urges
from shared.contracts.acts import act_of
from shared.contracts.progress_commands import (
    ListUrges,
    RankedBy,
    Urge,
    Urges,
    UrgeUnit,
)
from shared.kernel.authority import Act
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import CampaignId, PersonId, UnitCode
from shared.kernel.units import Level, codes_up
from shared.kernel.working_days import beijing_day
from shared.plumbing.acting import Deed, acting, looking
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx

# Older ones are history: the audit log keeps them.
MOST = 20


def urge_unit(database: Database, actors: Actors, request: UrgeUnit) -> Urge:
    """Ask a unit below to go on with one stage; the same again on the same day is the same urge.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or not a unit below their own.
        UnknownUnitError: roster has not told of this unit.
    """
    actor = actors.of(request.actor)
    with acting(database, actor, Deed("urge_unit", request.campaign, request.unit)) as tx:
        path = allowed_path(tx, actor, act_of(request), request.unit)
        if path == actor.path:
            raise NotAllowedError(Act.URGE_UNIT)  # nobody urges the own unit
        now = database.clock()
        key = {
            "campaign": request.campaign,
            "unit": request.unit,
            "stage": request.stage.value,
            "day": beijing_day(now),
            "by_unit": actor.unit,
        }
        known = _known(tx, key)
        if known is None:
            tx.execute(insert(urges).values(**key, by=actor.person, at=now))
            known = _known(tx, key)
            assert known is not None
        return _told(known)


def list_urges(database: Database, actors: Actors, request: ListUrges) -> Urges:
    """What a unit was urged to do, newest first; a class is shown what its school was urged to.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, or nobody who sees this unit's counts.
        UnknownUnitError: roster has not told of this unit.
    """
    actor = actors.of(request.actor)
    with looking(database, actor, Deed("see_urges", request.campaign, request.unit)) as tx:
        path = allowed_path(tx, actor, act_of(request), request.unit)
        level = store.level_of(tx, request.unit)
        if level is None:
            raise UnknownUnitError(request.unit)
        up = 2 if level is Level.CLASS else 1
        mine = (urges.c.campaign == request.campaign) & urges.c.unit.in_(codes_up(path)[:up])
        newest = (urges.c.at.desc(), urges.c.unit, urges.c.stage, urges.c.by_unit)
        rows = tx.execute(select(urges).where(mine).order_by(*newest).limit(MOST)).all()
    return Urges(tuple(_told(row) for row in rows))


def _known(tx: Tx, key: dict[str, Any]) -> Row[Any] | None:
    same = [urges.c[name] == value for name, value in key.items()]
    return tx.execute(select(urges).where(*same)).one_or_none()


def _told(row: Row[Any]) -> Urge:
    return Urge(
        CampaignId(row.campaign),
        UnitCode(row.unit),
        RankedBy(row.stage),
        row.at,
        PersonId(row.by),
        UnitCode(row.by_unit),
    )
