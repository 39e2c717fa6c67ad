"""The class reality check, from the homeroom teacher to the registrar."""

import pytest

from services.review.reality import proving, usecases
from shared.contracts.reality_commands import (
    AddProof,
    Check,
    Finding,
    FindingState,
    HandInCheck,
    LookAtProof,
    NoteFinding,
    Outcome,
    SettleFinding,
    TakeProofBack,
)
from shared.contracts.review_commands import DocumentKind
from shared.kernel.errors import NotAllowedError, UnknownStudentError
from shared.kernel.errors_review import (
    CheckIncompleteError,
    EntryStateError,
    OwnEntryError,
    ProofNeededError,
    UnknownDocumentError,
)
from shared.kernel.ids import ObjectId, StudentId, UnitCode
from tests.unit.review.house import CAMPAIGN, REGISTRAR, TEACHER, TOKEN, House, a_student

CLASS = UnitCode("c11")


def note(house: House, student: StudentId | None, finding: Finding, who=TEACHER) -> Check:
    request = NoteFinding(TOKEN, CAMPAIGN, CLASS, student, finding, "看过")
    return usecases.note_finding(house.office, who, request)


def hand_in(house: House) -> Check:
    return usecases.hand_in_check(house.office, TEACHER, HandInCheck(TOKEN, CAMPAIGN, CLASS))


def settle(house: House, finding: str, outcome: Outcome, who=REGISTRAR) -> Check:
    return usecases.settle_finding(house.office, who, SettleFinding(TOKEN, finding, outcome))


def all_present(house: House) -> Check:
    for number in (1, 2, 3):
        check = note(house, a_student(number), Finding.PRESENT)
    return check


def test_every_pupil_of_the_class_gets_one_finding_and_strangers_too(house: House) -> None:
    assert note(house, a_student(1), Finding.NOT_PRESENT).missing == 2
    assert note(house, a_student(1), Finding.STATUS_WRONG).missing == 2

    check = note(house, None, Finding.NO_RECORD)

    kinds = {one.kind for one in check.findings if one.kind is not None}
    assert kinds == {Finding.STATUS_WRONG, Finding.NO_RECORD}


def test_a_class_is_handed_in_when_nobody_is_missing(house: House) -> None:
    note(house, a_student(1), Finding.PRESENT)
    with pytest.raises(CheckIncompleteError):
        hand_in(house)

    all_present(house)

    assert {one.state for one in hand_in(house).findings} == {FindingState.HANDED_IN}


def test_another_document_and_none_at_all_need_their_proof(house: House) -> None:
    all_present(house)
    check = note(house, a_student(1), Finding.NO_DOCUMENT)
    with pytest.raises(ProofNeededError):
        hand_in(house)

    finding = next(one.finding for one in check.findings if one.kind is Finding.NO_DOCUMENT)
    proof = AddProof(TOKEN, finding, ObjectId("a" * 32), DocumentKind.ATTESTATION)
    proving.add_proof(house.office, TEACHER, proof)

    assert hand_in(house).missing == 0


def test_a_proof_is_taken_back_until_the_class_is_handed_in(house: House) -> None:
    all_present(house)
    check = note(house, a_student(1), Finding.NO_DOCUMENT)
    finding = next(one.finding for one in check.findings if one.kind is Finding.NO_DOCUMENT)
    object_ = ObjectId("a" * 32)
    proof = AddProof(TOKEN, finding, object_, DocumentKind.ATTESTATION)
    proving.add_proof(house.office, TEACHER, proof)
    back = TakeProofBack(TOKEN, finding, object_)

    proving.take_proof_back(house.office, TEACHER, back)

    with pytest.raises(ProofNeededError):
        hand_in(house)
    with pytest.raises(UnknownDocumentError):
        proving.look_at_proof(house.office, TEACHER, LookAtProof(TOKEN, finding, object_))
    with pytest.raises(UnknownDocumentError):
        proving.take_proof_back(house.office, TEACHER, back)
    proving.add_proof(house.office, TEACHER, proof)
    assert hand_in(house).missing == 0
    with pytest.raises(EntryStateError):
        proving.take_proof_back(house.office, TEACHER, back)


def test_the_registrar_settles_or_sends_back_and_the_teacher_does_not(house: House) -> None:
    all_present(house)
    first, second, _ = (one.finding for one in hand_in(house).findings)
    with pytest.raises(NotAllowedError):
        settle(house, first, Outcome.NOTHING_TO_DO, TEACHER)
    with pytest.raises(EntryStateError):
        note(house, a_student(1), Finding.NOT_PRESENT)
    settle(house, first, Outcome.STATUS_UPDATED)

    check = settle(house, second, Outcome.SENT_BACK)

    states = {one.finding: one.state for one in check.findings}
    assert (states[first], states[second]) == (FindingState.SETTLED, FindingState.NOTED)


def test_whoever_noted_a_finding_does_not_settle_it(house: House) -> None:
    for number in (1, 2, 3):
        note(house, a_student(number), Finding.PRESENT, REGISTRAR)
    finding = hand_in(house).findings[0].finding

    with pytest.raises(OwnEntryError):
        settle(house, finding, Outcome.NOTHING_TO_DO)


def test_a_pupil_of_another_class_is_nobody_here(house: House) -> None:
    with pytest.raises(UnknownStudentError):
        note(house, a_student(99), Finding.PRESENT)


def test_what_was_noted_rests_sealed(house: House) -> None:
    note(house, a_student(1), Finding.PRESENT)

    raw = house.database.engine.raw_connection().execute("select note from reality_findings")
    assert "看过".encode() not in bytes(raw.fetchone()[0])
