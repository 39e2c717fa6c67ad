"""What audit does with the facts that are not acts; acts: `appending`, commands: `reading`."""

from services.audit import store
from shared.contracts.events import UnitRegistered
from shared.plumbing.hears import Heard


def keep_unit(heard: Heard[UnitRegistered]) -> None:
    """Keep where a unit stands: auditors read what lies below their own."""
    with heard.transaction() as tx:
        store.save_unit(tx, heard.fact.unit, heard.fact.path, heard.fact.sequence)
