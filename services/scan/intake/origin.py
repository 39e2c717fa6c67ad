"""Who stands at the door, and for which class something is handed in."""

from dataclasses import dataclass

from services.scan.places import place_of
from services.scan.uploads.domain import RefusedError
from shared.contracts.actors import Actor
from shared.contracts.events import Sender
from shared.kernel.authority import Act, Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.database import Database

_SENDERS = {Role.HOMEROOM_TEACHER: Sender.TEACHER, Role.REGISTRAR: Sender.REGISTRAR}


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose paper it is, and of which class."""

    actor: Actor
    campaign: CampaignId
    unit: UnitCode

    @property
    def province(self) -> ProvinceCode:
        """Where it will lie."""
        return province_of(self.actor.path)

    @property
    def sender(self) -> Sender:
        """As which kind of person they hand it in."""
        return _SENDERS[self.actor.role]

    def check(self, database: Database, act: Act) -> None:
        """See that they may do this for the class.

        Raises:
            RefusedError: 403, 404.
        """
        try:
            with database.transaction() as tx:
                place = place_of(tx, self.unit)
            self.actor.require(act, place)
        except UnknownUnitError:
            raise RefusedError(404, "unknown_unit") from None
        except NotAllowedError:
            raise RefusedError(403, "not_allowed") from None
