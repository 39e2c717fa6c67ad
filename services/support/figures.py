"""Where questions and returns come from: by field and unit."""

from collections import defaultdict
from typing import Literal

from sqlalchemy import select, text

from services.support.office import Office, allowed_path
from services.support.tables import troubles, units
from shared.contracts.acts import act_of
from shared.contracts.change_events import ChangeQueried, ChangeReturned
from shared.contracts.support_commands import FieldFigures, Figures, FiguresRequest
from shared.kernel.ids import CampaignId, EntryId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Tx
from shared.plumbing.hears import Heard

What = Literal["questions", "queried", "returned"]

_COUNT = text(
    "INSERT INTO troubles (campaign, unit, field, questions, queried, returned)"
    " VALUES (:campaign, :unit, :field, :questions, :queried, :returned)"
    " ON CONFLICT (campaign, unit, field) DO UPDATE SET"
    " questions = troubles.questions + excluded.questions,"
    " queried = troubles.queried + excluded.queried,"
    " returned = troubles.returned + excluded.returned"
)
_ONCE = text(
    "INSERT INTO counted (entry, what, number) VALUES (:entry, :what, :number)"
    " ON CONFLICT DO NOTHING"
)
_NONE = ""  # about no field


def note_returned(heard: Heard[ChangeReturned]) -> None:
    """A decision sent a change back: its field counts, once per revision."""
    fact = heard.fact
    with heard.transaction() as tx:
        if _is_new(tx, fact.entry, "returned", fact.revision):
            count(tx, fact.campaign, fact.unit, fact.field, "returned")


def note_queried(heard: Heard[ChangeQueried]) -> None:
    """A guardian had to be asked about a change: its field counts, once per query."""
    fact = heard.fact
    with heard.transaction() as tx:
        if fact.is_open and _is_new(tx, fact.entry, "queried", fact.sequence):
            count(tx, fact.campaign, fact.unit, fact.field, "queried")


def count(tx: Tx, campaign: CampaignId, unit: UnitCode, field: str | None, what: What) -> None:
    """Count one trouble where it came from."""
    row = {"campaign": campaign, "unit": unit, "field": field or _NONE}
    zeros = {"questions": 0, "queried": 0, "returned": 0}
    tx.execute(_COUNT, {**row, **zeros, what: 1})


def figures(office: Office, request: FiguresRequest) -> Figures:
    """Fields by unit of a level, the most trouble first.

    What comes from above that level, such as a county's own question, counts where it came from.

    Raises:
        ActorRefusedError, NotAllowedError, UnknownUnitError: not this actor, not here.
    """
    actor = office.actors.of(request.actor)
    deed = Deed("see_figures", request.campaign, request.unit)
    with acting(office.database, actor, deed) as tx:
        path = allowed_path(tx, actor, act_of(request), request.unit)
        below = units.c.path.startswith(path, autoescape=True)
        mine = (troubles.c.campaign == request.campaign) & below
        joined = troubles.join(units, units.c.code == troubles.c.unit)
        rows = tx.execute(select(troubles, units.c.path).select_from(joined).where(mine)).all()
        at_level = set(
            tx.execute(select(units.c.code).where(below, units.c.level == request.level)).scalars()
        )
    sums: dict[tuple[UnitCode, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        unit = _ancestor(row.path, at_level)
        told = (row.questions, row.queried, row.returned)
        sums[unit, row.field] = [
            old + new for old, new in zip(sums[unit, row.field], told, strict=True)
        ]
    found = [FieldFigures(unit, field or None, *told) for (unit, field), told in sums.items()]
    return Figures(tuple(sorted(found, key=_most_first)))


def _most_first(one: FieldFigures) -> tuple[int, str, str]:
    return -(one.questions + one.queried + one.returned), one.unit, one.field or _NONE


def _ancestor(path: str, at_level: set[str]) -> UnitCode:
    codes = codes_up(path)
    return next((code for code in codes if code in at_level), codes[0])


def _is_new(tx: Tx, entry: EntryId, what: str, number: int) -> bool:
    return tx.execute(_ONCE, {"entry": entry, "what": what, "number": number}).rowcount == 1
