"""The end of the walk: every unit reports up, and the audit log is verified."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from deploy.demo.patience import persistently
from deploy.demo.province.pupils import Province
from deploy.demo.staff import Staff
from deploy.demo.summary import Expectation, expected
from deploy.desk import Desk
from services.audit.checking import Checker
from services.audit.providers import logs_of
from services.audit.settings import AuditSettings
from shared.contracts.report_commands import (
    Judgement,
    JudgeReport,
    PrepareReport,
    Report,
    Reports,
    ReportsRequest,
    ReportStanding,
    ReportState,
    SignReport,
)
from shared.kernel.authority import Role
from shared.kernel.ids import ActorToken, ProvinceCode
from shared.kernel.units import Level, Unit
from shared.plumbing.database import Database
from shared.plumbing.settings import load

Answer = TypeVar("Answer")

# From the schools up; what a level says is taken by the one above before that one speaks.
_UPWARD = (Level.SCHOOL, Level.COUNTY, Level.CITY, Level.PROVINCE)


class Reporting:
    """Each unit's figures, frozen, signed and taken by the level above.

    While nobody answers a unit's report is taken up again where it stands.
    """

    def __init__(self, desk: Desk, staff: Staff, province: Province, patience_s: float) -> None:
        self._desk = desk
        self._staff = staff
        self._units = {unit.code: unit for unit in province.tree.units}
        self._patience_s = patience_s

    def do(self) -> list[Expectation]:
        """Report from the schools up to the province."""
        for level in _UPWARD:
            for unit in self._units.values():
                if unit.level is level:
                    self._insist(partial(self._report, unit))
        reported = sum(
            self._insist(partial(self._reports, unit)).standing
            in (ReportStanding.ACCEPTED, ReportStanding.REPORTED)
            for unit in self._units.values()
        )
        return [expected("units that have reported up", reported, len(self._units))]

    def _report(self, unit: Unit) -> None:
        """See a unit's report through from wherever it stands: an answer may have been lost."""
        found = self._reports(unit)
        newest = found.own[0] if found.own else None
        if found.standing is ReportStanding.READY:
            if newest is None or newest.state is not ReportState.PREPARED:
                prepare = PrepareReport(self._preparer(unit), self._staff.campaign, unit.code)
                newest = self._ask("prepare_report", prepare)
            newest = self._ask("sign_report", SignReport(self._signer(unit), newest.report))
        above = self._units.get(unit.parent) if unit.parent is not None else None
        if above is not None and newest is not None and newest.state is ReportState.REPORTED:
            judged = JudgeReport(self._signer(above), newest.report, Judgement.ACCEPT)
            self._ask("judge_report", judged)

    def _reports(self, unit: Unit) -> Reports:
        request = ReportsRequest(self._signer(unit), self._staff.campaign, unit.code)
        return self._desk.ask("progress", "unit_reports", request, Reports)

    def _insist(self, work: Callable[[], Answer]) -> Answer:
        return persistently(work, self._patience_s)

    def _preparer(self, unit: Unit) -> ActorToken:
        if unit.level is Level.SCHOOL:
            return self._staff.token(Role.REGISTRAR, unit.code, unit.level)
        return self._signer(unit)

    def _signer(self, unit: Unit) -> ActorToken:
        is_school = unit.level is Level.SCHOOL
        role = Role.SCHOOL_LEADER if is_school else Role.UNIT_ADMINISTRATOR
        return self._staff.token(role, unit.code, unit.level)

    def _ask(self, method: str, request: object) -> Report:
        return self._desk.ask("progress", method, request, Report)


def audit_expectation(environment: Mapping[str, str], province: ProvinceCode) -> Expectation:
    """That the province's log is whole: every event, its order and its hashes."""
    key = logs_of(load(AuditSettings, environment))[province].public
    database = Database("audit", environment["HECHA_AUDIT_DATABASE_URL"])
    try:
        checker = Checker(database, province, key)
        wrong = list(checker.run())
    finally:
        database.dispose()
    return Expectation(
        "audit log verified",
        not wrong and checker.checked > 0,
        f"{checker.checked} events" + (f", first wrong: {wrong[0].seq}" if wrong else ""),
    )
