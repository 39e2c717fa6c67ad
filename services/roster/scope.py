"""Who is checked in a campaign: counted per class, told when it changes."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update

from services.roster import store
from services.roster.domain import Enrolment, reason_out
from services.roster.tables import campaigns, pupils, scopes
from shared.contracts.events import ScopeCounted
from shared.kernel.errors import UnknownCampaignError
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import province_of_campaign
from shared.plumbing.database import Database, Tx

CLASSES_AT_ONCE = 300


@dataclass(frozen=True, slots=True)
class Scope:
    """How many pupils of a class are in scope, and why the others are out."""

    in_scope: int
    out_of_scope: dict[str, int]


def cut_off_of(tx: Tx, campaign: CampaignId) -> date:
    """The cut-off date of a campaign.

    Raises:
        UnknownCampaignError: campaign has not told of it.
    """
    question = select(campaigns.c.cut_off).where(campaigns.c.campaign == campaign)
    found: date | None = tx.execute(question).scalar_one_or_none()
    if found is None:
        raise UnknownCampaignError(campaign)
    return found


def learn_campaign(tx: Tx, campaign: CampaignId, cut_off: date, sequence: int) -> bool:
    """Keep a campaign as it was told last; False when this is old news."""
    question = select(campaigns.c.sequence).where(campaigns.c.campaign == campaign)
    known = tx.execute(question).scalar_one_or_none()
    if known is not None and known >= sequence:
        return False
    values = {"cut_off": cut_off, "sequence": sequence}
    if known is None:
        tx.execute(insert(campaigns).values(campaign=campaign, **values))
    else:
        tx.execute(update(campaigns).where(campaigns.c.campaign == campaign).values(**values))
    return True


def all_campaigns(tx: Tx) -> dict[CampaignId, date]:
    """Every campaign that was told of, with its cut-off date."""
    return {
        CampaignId(row.campaign): row.cut_off
        for row in tx.execute(select(campaigns.c.campaign, campaigns.c.cut_off))
    }


def recount(database: Database, classes: Collection[UnitCode]) -> None:
    """Count some classes anew in every campaign; what has changed is told.

    In transactions of their own: it may be called again after a crash, and changes nothing.
    """
    ordered = sorted(classes)
    with database.transaction() as tx:
        known = all_campaigns(tx)
    for campaign in known:
        for start in range(0, len(ordered), CLASSES_AT_ONCE):
            with database.transaction() as tx:
                tell_scopes(tx, campaign, ordered[start : start + CLASSES_AT_ONCE])


def tell_scopes(tx: Tx, campaign: CampaignId, classes: Sequence[UnitCode]) -> None:
    """Count a few classes in one campaign, and tell of those whose counts have changed."""
    counted = count(tx, cut_off_of(tx, campaign), classes)
    told = _told(tx, campaign, classes)
    for unit in classes:
        scope = counted[unit]
        before, sequence = told.get(unit, (None, 0))
        if scope == before:
            continue
        _save(tx, campaign, unit, scope, sequence + 1)
        tx.say(
            ScopeCounted(campaign, unit, scope.in_scope, scope.out_of_scope, sequence + 1),
            province=province_of_campaign(campaign),
        )


def count(tx: Tx, cut_off: date, classes: Collection[UnitCode]) -> dict[UnitCode, Scope]:
    """The scope of some classes as the records stand now."""
    is_late = func.coalesce(pupils.c.registered_on > cut_off, False)
    question = (
        select(
            pupils.c.unit,
            pupils.c.status,
            pupils.c.is_listed,
            func.min(pupils.c.registered_on).label("registered_on"),
            func.count().label("pupils"),
        )
        .where(pupils.c.unit.in_(classes))
        .group_by(pupils.c.unit, pupils.c.status, pupils.c.is_listed, is_late)
    )
    tallies: dict[UnitCode, Counter[str]] = defaultdict(Counter)
    for row in tx.execute(question):
        # Of one group all dates fall on the same side of the cut-off, so any speaks for it.
        enrolment = Enrolment(row.status, row.registered_on, row.is_listed)
        tallies[UnitCode(row.unit)][reason_out(enrolment, cut_off) or ""] += row.pupils
    return {
        unit: Scope(
            tallies[unit][""],
            {reason: number for reason, number in sorted(tallies[unit].items()) if reason},
        )
        for unit in classes
    }


def _told(
    tx: Tx, campaign: CampaignId, classes: Collection[UnitCode]
) -> dict[UnitCode, tuple[Scope, int]]:
    mine = (scopes.c.campaign == campaign) & scopes.c.unit.in_(classes)
    return {
        UnitCode(row.unit): (Scope(row.in_scope, json.loads(row.out_of_scope)), row.sequence)
        for row in tx.execute(select(scopes).where(mine))
    }


def _save(tx: Tx, campaign: CampaignId, unit: UnitCode, scope: Scope, sequence: int) -> None:
    values = {
        "in_scope": scope.in_scope,
        "out_of_scope": json.dumps(scope.out_of_scope, sort_keys=True),
        "sequence": sequence,
    }
    if sequence == 1:
        tx.execute(insert(scopes).values(campaign=campaign, unit=unit, **values))
    else:
        mine = (scopes.c.campaign == campaign) & (scopes.c.unit == unit)
        tx.execute(update(scopes).where(mine).values(**values))


def all_classes(tx: Tx) -> list[UnitCode]:
    """The codes of every class of the tree."""
    return store.class_codes(tx)
