"""Named questions about the class reality check."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from services.review.tables import reality_findings, reality_proofs
from shared.contracts.reality_commands import FindingState
from shared.kernel.ids import CampaignId, ObjectId, PersonId, StudentId, UnitCode
from shared.plumbing.database import Tx

_T, _P = reality_findings, reality_proofs


def findings_of(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """The findings of a class, oldest first."""
    question = select(_T).where(_T.c.campaign == campaign, _T.c.unit == unit)
    return tx.execute(question.order_by(_T.c.noted_at, _T.c.finding)).all()


def finding_of(tx: Tx, finding: str) -> Row[Any] | None:
    """One finding; locked."""
    return tx.execute(select(_T).where(_T.c.finding == finding).with_for_update()).one_or_none()


def finding_about(
    tx: Tx, campaign: CampaignId, unit: UnitCode, student: StudentId
) -> Row[Any] | None:
    """The finding about a pupil; locked."""
    mine = (_T.c.campaign == campaign, _T.c.unit == unit, _T.c.student == student)
    return tx.execute(select(_T).where(*mine).with_for_update()).one_or_none()


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """Write down a finding."""
    tx.execute(insert(_T).values(**values))


def change(tx: Tx, finding: str, values: Mapping[str, Any]) -> None:
    """Write what is new about a finding."""
    tx.execute(update(_T).where(_T.c.finding == finding).values(**values))


def hand_in(tx: Tx, campaign: CampaignId, unit: UnitCode) -> None:
    """Everything that is noted goes to the registrar."""
    noted = (
        _T.c.campaign == campaign,
        _T.c.unit == unit,
        _T.c.state == FindingState.NOTED.value,
    )
    tx.execute(update(_T).where(*noted).values(state=FindingState.HANDED_IN.value))


def proofs_of(tx: Tx, findings: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The proofs of some findings, oldest first, those that were taken back as well."""
    question = select(reality_proofs).where(reality_proofs.c.finding.in_(findings))
    found: dict[str, list[Row[Any]]] = {}
    for row in tx.execute(question.order_by(reality_proofs.c.added_at, reality_proofs.c.object)):
        found.setdefault(row.finding, []).append(row)
    return found


def has_proof(tx: Tx, finding: str, object_: ObjectId) -> bool:
    """Whether an object proves a finding already."""
    question = select(reality_proofs.c.object).where(*_proving(finding, object_))
    return tx.execute(question).first() is not None


def add_proof(tx: Tx, values: Mapping[str, Any]) -> None:
    """Tie an object to a finding, or tie it again."""
    mine = (_P.c.finding == values["finding"], _P.c.object == values["object"])
    tx.execute(delete(_P).where(*mine))
    tx.execute(insert(_P).values(**values))


def take_back(tx: Tx, finding: str, object_: ObjectId, by: PersonId, at: datetime) -> bool:
    """Let an object prove a finding no more; False where it does not."""
    change = update(_P).where(*_proving(finding, object_))
    return bool(tx.execute(change.values(taken_back_at=at, taken_back_by=by)).rowcount)


def _proving(finding: str, object_: ObjectId) -> tuple[ColumnElement[bool], ...]:
    return _P.c.finding == finding, _P.c.object == object_, _P.c.taken_back_at.is_(None)
