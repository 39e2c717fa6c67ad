"""Named questions about reports up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from services.progress.tables import reports, units
from shared.contracts.report_commands import Figures, ReportState, Statement
from shared.kernel.ids import CampaignId, PersonId, ReportId, UnitCode
from shared.plumbing.database import Tx

SIGNED = (ReportState.REPORTED, ReportState.ACCEPTED, ReportState.RETURNED)


def next_number(tx: Tx, campaign: CampaignId, unit: UnitCode) -> int:
    """The number of a unit's next report; its unit's row must be locked."""
    mine = (reports.c.campaign == campaign) & (reports.c.unit == unit)
    last = tx.execute(select(func.max(reports.c.number)).where(mine)).scalar()
    return int(last or 0) + 1


def add(tx: Tx, report: ReportId, figures: Figures, canonical: str, sha256: str) -> None:
    """Keep a prepared report."""
    tx.execute(
        insert(reports).values(
            report=report,
            campaign=figures.campaign,
            unit=figures.unit,
            number=figures.number,
            figures=canonical,
            sha256=sha256,
            state=ReportState.PREPARED,
        )
    )


def lock(tx: Tx, report: ReportId) -> Row[Any] | None:
    """A report, held to the end of the transaction."""
    question = select(reports).where(reports.c.report == report).with_for_update()
    return tx.execute(question).one_or_none()


def sign(tx: Tx, statement: Statement, canonical: str, signature: str) -> None:
    """A locked report was signed, and with it handed up."""
    tx.execute(
        update(reports)
        .where(reports.c.report == statement.report)
        .values(state=ReportState.REPORTED, statement=canonical, signature=signature)
    )


def judge(
    tx: Tx, report: ReportId, state: ReportState, by: PersonId, at: datetime, reason: str
) -> None:
    """The level above took a locked report, or sent it back."""
    tx.execute(
        update(reports)
        .where(reports.c.report == report)
        .values(state=state, judged_by=by, judged_at=at, reason=reason)
    )


def of_unit(tx: Tx, campaign: CampaignId, unit: UnitCode) -> Sequence[Row[Any]]:
    """Every report of a unit, newest first."""
    mine = (reports.c.campaign == campaign) & (reports.c.unit == unit)
    return tx.execute(select(reports).where(mine).order_by(reports.c.number.desc())).all()


def newest_signed(
    tx: Tx, campaign: CampaignId, wanted: Sequence[UnitCode]
) -> Mapping[UnitCode, Row[Any]]:
    """The newest signed report of each of some units that has one."""
    signed = (reports.c.campaign == campaign) & reports.c.state.in_(SIGNED)
    question = select(reports).where(signed, reports.c.unit.in_(wanted)).order_by(reports.c.number)
    return {UnitCode(row.unit): row for row in tx.execute(question)}


def is_newest_signed(tx: Tx, row: Row[Any]) -> bool:
    """Whether no later report of the same unit was signed."""
    newest = newest_signed(tx, row.campaign, [row.unit]).get(row.unit)
    return newest is None or newest.number <= row.number


def parent_of(tx: Tx, unit: UnitCode) -> UnitCode | None:
    """The unit directly above; None for the province."""
    found: UnitCode | None = tx.execute(select(units.c.parent).where(units.c.code == unit)).scalar()
    return found
