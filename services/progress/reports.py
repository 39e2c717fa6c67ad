"""Reports up: prepared, signed, taken or sent back. One function per command."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from services.progress import counting, report_store, store
from services.progress.domain import UnitTally
from services.progress.overview import allowed_path
from services.progress.reporting import (
    canonical,
    digest,
    missing_of,
    signed_bytes,
    standing_of,
)
from services.progress.signing import Signer
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.progress_commands import Counts
from shared.contracts.progress_events import ProgressReported
from shared.contracts.report_commands import (
    Figures,
    FrozenUnit,
    Judgement,
    JudgeReport,
    PrepareReport,
    Report,
    Reports,
    ReportsRequest,
    ReportStanding,
    ReportState,
    ShowReport,
    SignReport,
    Statement,
    UnitReport,
)
from shared.contracts.wire import from_json
from shared.kernel.errors import ReasonNeededError, UnknownUnitError
from shared.kernel.errors_progress import (
    NoReportHereError,
    ReportNotReadyError,
    ReportStateError,
    UnknownReportError,
)
from shared.kernel.ids import CampaignId, ReportId, UnitCode, new_report_id
from shared.kernel.units import Level, province_of
from shared.plumbing.acting import Deed, acting
from shared.plumbing.actors import Actors
from shared.plumbing.database import Database, Tx

_VERDICTS = {Judgement.ACCEPT: ReportState.ACCEPTED, Judgement.RETURN: ReportState.RETURNED}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every command about reports works with."""

    database: Database
    actors: Actors
    signer: Signer  # progress's own key stands under what people sign with their account


def prepare(desk: Desk, request: PrepareReport) -> Report:
    """Freeze a unit's figures with those of every unit below it.

    Raises:
        ActorRefusedError, NotAllowedError, UnknownUnitError: not this actor, not here.
        NoReportHereError: classes do not report.
        ReportNotReadyError: units below have not reported, and it is not meant to be early.
    """
    actor = desk.actors.of(request.actor)
    deed = Deed("prepare_report", request.campaign, request.unit)
    with acting(desk.database, actor, deed) as tx:
        allowed_path(tx, actor, act_of(request), request.unit)
        store.lock_unit(tx, request.unit)  # numbers are drawn one after the other
        figures = _frozen(tx, desk, actor, request.campaign, request.unit)
        if figures.missing and not request.is_early:
            raise ReportNotReadyError(request.unit, str(len(figures.missing)))
        text = canonical(figures)
        report = new_report_id()
        report_store.add(tx, report, figures, text, digest(text))
        return _shown(tx, desk, _found(tx, report))


def sign(desk: Desk, request: SignReport) -> Report:
    """Sign a prepared report, and hand it to the level above.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownReportError: no such report.
        ReportStateError: it is signed already, or a later one is.
    """
    actor = desk.actors.of(request.actor)
    with acting(desk.database, actor, Deed("sign_report", request.report, actor.unit)) as tx:
        row = _found(tx, request.report)
        path = allowed_path(tx, actor, act_of(request), row.unit)
        if row.state != ReportState.PREPARED:
            raise ReportStateError(row.report, row.state)
        if not report_store.is_newest_signed(tx, row):
            raise ReportStateError(row.report, "superseded")
        statement = Statement(
            report=row.report,
            sha256=row.sha256,
            person=actor.person,
            account=actor.account,
            role=actor.role,
            unit=actor.unit,
            signed_at=desk.database.clock(),
        )
        signature = desk.signer.sign(signed_bytes(statement))
        report_store.sign(tx, statement, canonical(statement), signature)
        said = ProgressReported(row.campaign, row.unit, row.report, row.number, row.sha256)
        tx.say(said, province=province_of(path))
        return _shown(tx, desk, _found(tx, request.report))


def judge(desk: Desk, request: JudgeReport) -> Report:
    """Accept a report, or return it with a reason: for the level directly above.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownReportError: no such report.
        NoReportHereError: nobody in this house stands above the province.
        ReasonNeededError: returned without a reason.
        ReportStateError: not signed, judged before, or corrected since.
    """
    actor = desk.actors.of(request.actor)
    deed = Deed(f"{request.judgement}_report", request.report, actor.unit)
    with acting(desk.database, actor, deed) as tx:
        row = _found(tx, request.report)
        above = report_store.parent_of(tx, row.unit)
        if above is None:
            raise NoReportHereError(row.unit)
        allowed_path(tx, actor, act_of(request), above)
        if request.judgement is Judgement.RETURN and not request.reason.strip():
            raise ReasonNeededError(request.report)
        if row.state != ReportState.REPORTED:
            raise ReportStateError(row.report, row.state)
        if not report_store.is_newest_signed(tx, row):
            raise ReportStateError(row.report, "superseded")
        now, verdict = desk.database.clock(), _VERDICTS[request.judgement]
        report_store.judge(tx, row.report, verdict, actor.person, now, request.reason.strip())
        return _shown(tx, desk, _found(tx, request.report))


def show(desk: Desk, request: ShowReport) -> Report:
    """One report beside the live counts.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor, not here.
        UnknownReportError: no such report.
    """
    actor = desk.actors.of(request.actor)
    act = "export_report" if request.is_export else "see_report"
    with acting(desk.database, actor, Deed(act, request.report, actor.unit)) as tx:
        row = _found(tx, request.report)
        allowed_path(tx, actor, act_of(request), row.unit)
        return _shown(tx, desk, row)


def list_reports(desk: Desk, request: ReportsRequest) -> Reports:
    """A unit's reports, and how the units directly below stand with theirs.

    Raises:
        ActorRefusedError, NotAllowedError, UnknownUnitError: not this actor, not here.
    """
    actor = desk.actors.of(request.actor)
    deed = Deed("see_reports", request.campaign, request.unit)
    with acting(desk.database, actor, deed) as tx:
        allowed_path(tx, actor, act_of(request), request.unit)
        below = _below(tx, request.campaign, request.unit)
        own = report_store.of_unit(tx, request.campaign, request.unit)
        newest = next((ReportState(row.state) for row in own if row.statement), None)
        level = _tally(tx, request.campaign, request.unit).level
        standing = standing_of(newest, missing_of(level, below))
        return Reports(standing, tuple(_shown(tx, desk, row) for row in own), tuple(below))


def _frozen(tx: Tx, desk: Desk, actor: Actor, campaign: CampaignId, unit: UnitCode) -> Figures:
    own = _tally(tx, campaign, unit)
    if own.level is Level.CLASS:
        raise NoReportHereError(unit)
    below = _below(tx, campaign, unit)
    return Figures(
        campaign=campaign,
        unit=unit,
        number=report_store.next_number(tx, campaign, unit),
        frozen_at=desk.database.clock(),
        counts=own.tally.counts,
        children=tuple(FrozenUnit(one.unit, one.live, one.report, one.standing) for one in below),
        missing=missing_of(own.level, below),
        prepared_by=actor.person,
        prepared_with=actor.account,
    )


def _below(tx: Tx, campaign: CampaignId, unit: UnitCode) -> list[UnitReport]:
    """How each unit directly below stands; a class does not report and is always ready."""
    children = counting.tallies_of(tx, campaign, counting.children_of(unit))
    signed = report_store.newest_signed(tx, campaign, [one.unit for one in children])
    return [
        UnitReport(
            unit=one.unit,
            standing=_standing_below(one, signed.get(one.unit)),
            report=signed[one.unit].report if one.unit in signed else None,
            counts=_figures(signed[one.unit]).counts if one.unit in signed else None,
            live=one.tally.counts,
        )
        for one in children
    ]


def _standing_below(one: UnitTally, newest: Row[Any] | None) -> ReportStanding:
    """A unit below that has not reported is waited for, whatever stands below it."""
    if one.level is Level.CLASS:
        return ReportStanding.READY
    return standing_of(ReportState(newest.state) if newest else None, [one.unit])


def _tally(tx: Tx, campaign: CampaignId, unit: UnitCode) -> UnitTally:
    found: Sequence[UnitTally] = counting.tallies_of(tx, campaign, counting.the_unit(unit))
    if not found:
        raise UnknownUnitError(unit)
    return found[0]


def _found(tx: Tx, report: ReportId) -> Row[Any]:
    row = report_store.lock(tx, report)
    if row is None:
        raise UnknownReportError(report)
    return row


def _shown(tx: Tx, desk: Desk, row: Row[Any]) -> Report:
    statement = from_json(row.statement, Statement) if row.statement else None
    live: Counts = _tally(tx, row.campaign, row.unit).tally.counts
    return Report(
        report=row.report,
        state=ReportState(row.state),
        figures=_figures(row),
        sha256=row.sha256,
        live=live,
        statement=statement,
        signature=row.signature or "",
        is_genuine=_is_genuine(desk.signer, row, statement) if statement else None,
        judged_by=row.judged_by,
        judged_at=row.judged_at,
        reason=row.reason or "",
    )


def _figures(row: Row[Any]) -> Figures:
    return from_json(row.figures, Figures)


def _is_genuine(signer: Signer, row: Row[Any], statement: Statement) -> bool:
    """Whether figures and statement are those that were signed."""
    if digest(row.figures) != row.sha256 or statement.sha256 != row.sha256:
        return False
    is_ours = signer.is_genuine(signed_bytes(statement), row.signature)
    return bool(is_ours and statement.report == row.report)
