"""Where units lie, as scan was told: what the authority table asks for."""

from sqlalchemy import select, text

from services.scan.tables import units
from shared.contracts.events import UnitRegistered
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.database import Tx
from shared.plumbing.hears import Heard

_UNIT = text(
    "INSERT INTO units (code, path, managed_by, sequence)"
    " VALUES (:code, :path, :managed_by, :sequence)"
    " ON CONFLICT (code) DO UPDATE SET path = excluded.path, managed_by = excluded.managed_by,"
    " sequence = excluded.sequence WHERE excluded.sequence > units.sequence"
)


def keep_unit(heard: Heard[UnitRegistered]) -> None:
    """Keep where a unit lies and who manages it; an older telling changes nothing."""
    fact = heard.fact
    with heard.transaction() as tx:
        values = {"path": fact.path, "managed_by": fact.managed_by, "sequence": fact.sequence}
        tx.execute(_UNIT, {"code": fact.unit, **values})


def place_of(tx: Tx, unit: UnitCode) -> Place:
    """A class or school as the authority table wants it: its path, and who manages the school.

    Raises:
        UnknownUnitError: nobody has told of it.
    """
    path = tx.execute(select(units.c.path).where(units.c.code == unit)).scalar_one_or_none()
    if path is None:
        raise UnknownUnitError(unit)
    question = select(units.c.managed_by).where(
        units.c.code.in_(codes_up(path)[:2]), units.c.managed_by.is_not(None)
    )
    managed_by = tx.execute(question).scalars().first()
    return Place(str(path), None if managed_by is None else UnitCode(managed_by))
