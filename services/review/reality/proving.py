"""Proofs of findings: documents of other kinds, attestations of pupils without any."""

from typing import Any

from sqlalchemy import Row

from services.review.acting import Acting, acting
from services.review.office import Office
from services.review.reality import store as reality
from services.review.reality.usecases import check_of, theirs
from shared.contracts.actors import Actor
from shared.contracts.look_commands import PageToOpen
from shared.contracts.reality_commands import (
    AddProof,
    Check,
    FindingState,
    LookAtProof,
    TakeProofBack,
)
from shared.kernel.errors_review import EntryStateError, UnknownDocumentError
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import province_of_campaign
from shared.plumbing.database import Tx


def add_proof(office: Office, actor: Actor, request: AddProof) -> Check:
    """Tie a sealed object to a finding; tied already is fine.

    Raises:
        UnknownFindingError, NotAllowedError: no such finding, or not of their class or school.
        EntryStateError: it is settled.
        UnknownDocumentError: the province keeps no such object.
        DocumentsAwayError: storage did not say in time.
    """
    with acting(office, actor, request, "add_proof", request.finding) as who:
        with office.database.transaction() as tx:
            row = _provable(tx, who, request)
        province = province_of_campaign(CampaignId(row.campaign))
        is_page = office.objects.check(request.object, province)
        return _tie(office, who, request, is_page=is_page)


def take_proof_back(office: Office, actor: Actor, request: TakeProofBack) -> Check:
    """Untie a proof until the class is handed in: what the registrar has seen stays.

    Raises:
        UnknownFindingError, NotAllowedError: no such finding, or not of their class or school.
        EntryStateError: it was handed in.
        UnknownDocumentError: it proves no such thing.
    """
    with (
        acting(office, actor, request, "take_proof_back", request.finding) as who,
        office.database.transaction() as tx,
    ):
        row = theirs(tx, who, request.finding)
        if row.state != FindingState.NOTED:
            raise EntryStateError(request.finding, row.state, "take_proof_back")
        now = office.database.clock()
        if not reality.take_back(tx, request.finding, request.object, who.person, now):
            raise UnknownDocumentError(request.object)
        who.done(tx)
        return check_of(office, tx, CampaignId(row.campaign), UnitCode(row.unit))


def look_at_proof(office: Office, actor: Actor, request: LookAtProof) -> PageToOpen:
    """Which page of a proof to open; whoever is told this looks at it.

    Raises:
        UnknownFindingError: there is none.
        UnknownDocumentError: nothing of it that can be looked at is tied to the finding.
        NotAllowedError: not of their class or school.
    """
    with (
        acting(office, actor, request, "look_at_proof", request.finding) as who,
        office.database.transaction() as tx,
    ):
        row = theirs(tx, who, request.finding)
        proofs = reality.proofs_of(tx, [row.finding]).get(row.finding, [])
        pages = {one.object for one in proofs if one.is_page and one.taken_back_at is None}
        if request.object not in pages:
            raise UnknownDocumentError(request.object)
        who.done(tx)
        return PageToOpen(request.object, None, None)


def _provable(tx: Tx, who: Acting, request: AddProof) -> Row[Any]:
    """The finding, if this actor may prove it now.

    Raises:
        UnknownFindingError, NotAllowedError, EntryStateError: there is none, or they may not.
    """
    row = theirs(tx, who, request.finding)
    if row.state == FindingState.SETTLED:
        raise EntryStateError(request.finding, row.state, "add_proof")
    return row


def _tie(office: Office, who: Acting, request: AddProof, *, is_page: bool) -> Check:
    with office.database.transaction() as tx:
        row = _provable(tx, who, request)
        unit = UnitCode(row.unit)
        if not reality.has_proof(tx, request.finding, request.object):
            proof = {
                "finding": request.finding,
                "object": request.object,
                "kind": request.kind.value,
                "added_by": who.person,
                "added_at": office.database.clock(),
                "is_page": is_page,
            }
            reality.add_proof(tx, proof)
        who.done(tx)
        return check_of(office, tx, CampaignId(row.campaign), unit)
