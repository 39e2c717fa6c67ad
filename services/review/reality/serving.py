"""What homeroom teachers and registrars may ask of review about the class reality check."""

from services.review.office import Office
from services.review.reality import proving, usecases
from shared.contracts.look_commands import PageToOpen
from shared.contracts.reality_commands import (
    AddProof,
    Check,
    HandInCheck,
    LookAtProof,
    NoteFinding,
    SettleFinding,
    ShowCheck,
    TakeProofBack,
)
from shared.plumbing.actors import Actors
from shared.plumbing.rpc import serves


class CheckingReality:
    """The class reality check."""

    office: Office
    actors: Actors

    @serves
    def note_finding(self, request: NoteFinding) -> Check:
        """What was found about one pupil."""
        return usecases.note_finding(self.office, self.actors.of(request.actor), request)

    @serves
    def add_proof(self, request: AddProof) -> Check:
        """Tie a proof to a finding."""
        return proving.add_proof(self.office, self.actors.of(request.actor), request)

    @serves
    def take_proof_back(self, request: TakeProofBack) -> Check:
        """Untie a proof from a finding."""
        return proving.take_proof_back(self.office, self.actors.of(request.actor), request)

    @serves
    def look_at_proof(self, request: LookAtProof) -> PageToOpen:
        """Which page of a proof to open."""
        return proving.look_at_proof(self.office, self.actors.of(request.actor), request)

    @serves
    def hand_in_check(self, request: HandInCheck) -> Check:
        """Hand a class in to the registrar."""
        return usecases.hand_in_check(self.office, self.actors.of(request.actor), request)

    @serves
    def show_check(self, request: ShowCheck) -> Check:
        """The findings of a class."""
        return usecases.show_check(self.office, self.actors.of(request.actor), request)

    @serves
    def settle_finding(self, request: SettleFinding) -> Check:
        """What was done about a finding."""
        return usecases.settle_finding(self.office, self.actors.of(request.actor), request)
