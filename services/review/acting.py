"""Who acts: every act, and every refusal of one, is told to the audit log.

Where an act takes place is often known only once its object was read, and some acts ask roster
between two transactions: so the deed is filled in on the way, and told with its effect. A
refusal, whose effect was undone, is told in a transaction of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.review.office import Office
from shared.contracts.actors import Actor
from shared.contracts.acts import acts_of
from shared.kernel.authority import Act, Place
from shared.kernel.errors import DomainError
from shared.kernel.ids import PersonId, SheetId, UnitCode
from shared.plumbing.acting import Deed, note
from shared.plumbing.database import Tx


@dataclass(slots=True)
class Acting:
    """One act of one person, on its way to the audit log."""

    actor: Actor
    acts: tuple[Act, ...]  # what the command may stand for
    act: str
    object: str
    unit: UnitCode | None = None
    sheet: SheetId | None = None
    fields: tuple[str, ...] = ()

    @property
    def person(self) -> PersonId:
        """Whose act it is."""
        return self.actor.person

    def require(self, place: Place, unit: UnitCode, *, act: Act | None = None) -> None:
        """Go on only if the authority table gives the command's act to this actor there.

        Args:
            place: where.
            unit: the same, for the audit log.
            act: which of the command's acts it is, where its object says so.

        Raises:
            NotAllowedError, ActorRefusedError: it does not.
        """
        self.unit = unit
        chosen = self.acts[0] if act is None else act
        assert chosen in self.acts
        self.actor.require(chosen, place)

    def done(self, tx: Tx, *fields: str) -> None:
        """Tell that the act was done, as part of it."""
        self.fields = fields or self.fields
        note(tx, self.actor, self.deed)

    @property
    def deed(self) -> Deed:
        """The act as the audit log hears of it."""
        return Deed(self.act, self.object, self.unit, fields=self.fields, sheet=self.sheet)


@contextmanager
def acting(office: Office, actor: Actor, request: object, act: str, on: str) -> Iterator[Acting]:
    """Around everything a person does here; no transaction is open when it begins or ends."""
    one = Acting(actor, acts_of(request), act, on)
    try:
        yield one
    except DomainError as refusal:
        with office.database.transaction() as tx:
            note(tx, actor, one.deed, refusal.code)
        raise
