"""What support keeps of the facts it hears: where units and sheets lie."""

from services.support import store
from shared.contracts.events import SheetIssued, UnitRegistered
from shared.kernel.ids import SheetId
from shared.plumbing.hears import Heard


def keep_unit(heard: Heard[UnitRegistered]) -> None:
    """Keep where a unit stands: questions climb along its path."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.save_unit(tx, fact.unit, fact.level, fact.path, fact.sequence)


def keep_sheets(heard: Heard[SheetIssued]) -> None:
    """Keep which class sheets were printed for: their guardians' questions go to its school."""
    fact = heard.fact
    serials: dict[SheetId, int] = {}
    for issued in fact.sheets:
        serials[issued.sheet] = max(issued.serial, serials.get(issued.sheet, 0))
    with heard.transaction() as tx:
        store.save_sheets(tx, fact.campaign, fact.unit, serials)
