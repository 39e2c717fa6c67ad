"""The class reality check: noted by the homeroom teacher, settled by the registrar.

Source: campaign workflow, S2 (class by class, every pupil has a record and a true status;
documents for other ID types, attestations for pupils without any).
"""

import secrets
from typing import Any

from sqlalchemy import Row

from services.review import store
from services.review.acting import Acting, acting
from services.review.entries.proofs import document_shown
from services.review.office import Office
from services.review.reality import store as reality
from services.review.reconciling.store import sheets_of
from shared.contracts.actors import Actor
from shared.contracts.reality_commands import (
    Check,
    Finding,
    FindingShown,
    FindingState,
    HandInCheck,
    NoteFinding,
    Outcome,
    SettleFinding,
    ShowCheck,
)
from shared.kernel.errors import UnknownStudentError
from shared.kernel.errors_review import (
    CheckIncompleteError,
    EntryStateError,
    OwnEntryError,
    ProofNeededError,
    UnknownFindingError,
)
from shared.kernel.ids import CampaignId, PersonId, SheetId, StudentId, UnitCode
from shared.plumbing.database import Tx

_NEED_PROOF = frozenset({Finding.OTHER_DOCUMENT, Finding.NO_DOCUMENT})


def note_finding(office: Office, actor: Actor, request: NoteFinding) -> Check:
    """Note what was found about one pupil; said anew it replaces, until it is handed in.

    Raises:
        UnknownStudentError: no sheet of the class is this pupil's.
        EntryStateError: it was handed in.
        UnknownUnitError, NotAllowedError: no such class, or it is not theirs.
    """
    with (
        acting(office, actor, request, "note_finding", request.unit) as who,
        office.database.transaction() as tx,
    ):
        who.require(store.place_of(tx, request.unit), request.unit)
        known = _known(tx, request)
        finding = secrets.token_hex(16) if known is None else known.finding
        values = {
            "kind": request.finding.value,
            "state": FindingState.NOTED.value,
            "note": office.vault.seal_words(_row(finding), request.note),
            "noted_by": who.person,
            "noted_at": office.database.clock(),
        }
        if known is None:
            place = {
                "finding": finding,
                "campaign": request.campaign,
                "unit": request.unit,
                "student": request.student,
            }
            reality.add(tx, place | values)
        else:
            reality.change(tx, finding, values)
        who.done(tx)
        return check_of(office, tx, request.campaign, request.unit)


def hand_in_check(office: Office, actor: Actor, request: HandInCheck) -> Check:
    """Hand the findings of a class in to the registrar.

    Raises:
        CheckIncompleteError: pupils are without a finding.
        ProofNeededError: a finding demands a document.
        NotAllowedError: it is not their class.
    """
    with (
        acting(office, actor, request, "hand_in_check", request.unit) as who,
        office.database.transaction() as tx,
    ):
        who.require(store.place_of(tx, request.unit), request.unit)
        check = check_of(office, tx, request.campaign, request.unit)
        if check.missing:
            raise CheckIncompleteError(request.unit, check.missing)
        bare = next(
            (
                one
                for one in check.findings
                if one.kind in _NEED_PROOF and not any(proof.proves for proof in one.proofs)
            ),
            None,
        )
        if bare is not None:
            raise ProofNeededError(bare.finding)
        reality.hand_in(tx, request.campaign, request.unit)
        who.done(tx)
        return check_of(office, tx, request.campaign, request.unit)


def show_check(office: Office, actor: Actor, request: ShowCheck) -> Check:
    """The findings of a class; pupils without one first.

    Raises:
        UnknownUnitError, NotAllowedError: no such class, or it is not theirs.
    """
    with (
        acting(office, actor, request, "show_check", request.unit) as who,
        office.database.transaction() as tx,
    ):
        who.require(store.place_of(tx, request.unit), request.unit)
        who.done(tx)
        return check_of(office, tx, request.campaign, request.unit)


def settle_finding(office: Office, actor: Actor, request: SettleFinding) -> Check:
    """Say what was done about a finding, or send it back to the teacher.

    Raises:
        UnknownFindingError: there is none.
        EntryStateError: it was not handed in, or is settled.
        OwnEntryError: whoever noted it does not settle it.
        NotAllowedError: not the registrar of the school.
    """
    with (
        acting(office, actor, request, "settle_finding", request.finding) as who,
        office.database.transaction() as tx,
    ):
        row = theirs(tx, who, request.finding)
        if row.state != FindingState.HANDED_IN:
            raise EntryStateError(request.finding, row.state, "settle")
        if row.noted_by == who.person:
            raise OwnEntryError(request.finding)
        is_back = request.outcome is Outcome.SENT_BACK
        values = {
            "state": (FindingState.NOTED if is_back else FindingState.SETTLED).value,
            "outcome": request.outcome.value,
            "settled_by": who.person,
            "settled_at": office.database.clock(),
        }
        reality.change(tx, request.finding, values)
        who.done(tx)
        return check_of(office, tx, CampaignId(row.campaign), UnitCode(row.unit))


def _known(tx: Tx, request: NoteFinding) -> Row[Any] | None:
    if request.student is None:
        return None
    sheets = sheets_of(tx, request.campaign, request.unit)
    if request.student not in {row.student for row in sheets}:
        raise UnknownStudentError(request.student)
    known = reality.finding_about(tx, request.campaign, request.unit, request.student)
    if known is not None and known.state != FindingState.NOTED:
        raise EntryStateError(known.finding, known.state, "note")
    return known


def theirs(tx: Tx, who: Acting, finding: str) -> Row[Any]:
    """A finding, if this actor may act on its class.

    Raises:
        UnknownFindingError, NotAllowedError: there is none, or they may not.
    """
    row = reality.finding_of(tx, finding)
    if row is None:
        raise UnknownFindingError(finding)
    unit = UnitCode(row.unit)
    who.require(store.place_of(tx, unit), unit)
    return row


def check_of(office: Office, tx: Tx, campaign: CampaignId, unit: UnitCode) -> Check:
    """The findings of a class as people are told of them; pupils without one first."""
    rows = reality.findings_of(tx, campaign, unit)
    proofs = reality.proofs_of(tx, [row.finding for row in rows])
    sheets = {row.student: row for row in sheets_of(tx, campaign, unit)}
    looked_at = {row.student for row in rows}
    missing = [_missing(row) for student, row in sheets.items() if student not in looked_at]
    found = [
        _shown(office, row, proofs.get(row.finding, []), sheets.get(row.student)) for row in rows
    ]
    return Check(campaign, unit, len(missing), (*missing, *found))


def _missing(sheet: Row[Any]) -> FindingShown:
    student, number = StudentId(sheet.student), sheet.number_in_class
    nothing = (None, None, "", (), None, None, None)
    return FindingShown("", student, SheetId(sheet.sheet), number, *nothing)


def _shown(
    office: Office, row: Row[Any], proofs: list[Row[Any]], sheet: Row[Any] | None
) -> FindingShown:
    return FindingShown(
        row.finding,
        None if row.student is None else StudentId(row.student),
        None if sheet is None else SheetId(sheet.sheet),
        None if sheet is None else sheet.number_in_class,
        Finding(row.kind),
        FindingState(row.state),
        office.vault.open_words(_row(row.finding), row.note),
        tuple(document_shown(one) for one in proofs),
        PersonId(row.noted_by),
        row.noted_at,
        None if row.outcome is None else Outcome(row.outcome),
    )


def _row(finding: str) -> str:
    return f"finding\0{finding}"
