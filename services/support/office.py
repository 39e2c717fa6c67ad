"""What every use case of support works with."""

from dataclasses import dataclass

from services.support import store
from services.support.vault import Vault
from shared.contracts.actors import Actor
from shared.kernel.authority import Act, Place
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import UnitCode
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the key of its texts, and whose word is believed."""

    database: Database
    vault: Vault
    actors: Actors
    open_per_sheet: int


def allowed_path(tx: Tx, actor: Actor, act: Act, unit: UnitCode) -> str:
    """The path of a unit where an actor may do an act.

    Raises:
        NotAllowedError, ActorRefusedError: the actor may not act there.
        UnknownUnitError: roster has not told of this unit.
    """
    path = store.path_of(tx, unit)
    if path is None:
        raise UnknownUnitError(unit)
    actor.require(act, Place(path))
    return path
