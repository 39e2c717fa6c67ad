"""Reports up: what is frozen, who signs, who takes them, and who may not."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import update

from services.progress import reports
from services.progress.reporting import canonical, digest, signed_bytes
from services.progress.signing import Signer
from services.progress.tables import reports as table
from shared.contracts.report_commands import (
    Judgement,
    JudgeReport,
    PrepareReport,
    Report,
    ReportsRequest,
    ReportStanding,
    ReportState,
    ShowReport,
    SignReport,
)
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, ReasonNeededError
from shared.kernel.errors_progress import (
    NoReportHereError,
    ReportNotReadyError,
    ReportStateError,
    UnknownReportError,
)
from shared.kernel.ids import ReportId, UnitCode
from shared.plumbing.identity import Identity
from tests.unit.progress.house import CAMPAIGN, a_return, a_scope, an_issue
from tests.unit.progress.office import PROGRESS, Office

LEADER, REGISTRAR = Role.SCHOOL_LEADER, Role.REGISTRAR
ADMINISTRATOR = Role.UNIT_ADMINISTRATOR


def prepare(
    office: Office, unit: str = "s1", role: Role = REGISTRAR, *, at: str = "", early: bool = False
) -> Report:
    token = office.token(role, at or unit)
    return reports.prepare(office.desk, PrepareReport(token, CAMPAIGN, UnitCode(unit), early))


def sign(office: Office, report: Report, role: Role = LEADER, unit: str = "s1") -> Report:
    return reports.sign(office.desk, SignReport(office.token(role, unit), report.report))


def judge(
    office: Office,
    report: Report,
    judgement: Judgement = Judgement.ACCEPT,
    *,
    role: Role = ADMINISTRATOR,
    unit: str = "440305",
    reason: str = "",
) -> Report:
    asked = JudgeReport(office.token(role, unit), report.report, judgement, reason)
    return reports.judge(office.desk, asked)


def standing(office: Office, unit: str) -> ReportStanding:
    token = office.token(ADMINISTRATOR, "44")
    return reports.list_reports(
        office.desk, ReportsRequest(token, CAMPAIGN, UnitCode(unit))
    ).standing


def test_a_report_keeps_its_figures_while_the_count_goes_on(office: Office) -> None:
    office.house.hear(a_scope("c11", 2), an_issue("c11", 1, 2), a_return(1))
    made = prepare(office)

    office.house.hear(a_return(2))

    seen = reports.show(office.desk, ShowReport(office.token(LEADER, "s1"), made.report))
    assert (seen.figures.counts.returned, seen.live.returned) == (1, 2)
    assert {one.unit: one.counts.returned for one in seen.figures.children} == {"c11": 1, "c12": 0}


def test_a_signed_report_is_handed_up_under_the_signature_of_progress(office: Office) -> None:
    made = sign(office, prepare(office))

    assert made.statement is not None
    key = Ed25519PublicKey.from_public_bytes(PROGRESS.public_key)
    key.verify(bytes.fromhex(made.signature), signed_bytes(made.statement))
    assert made.statement.person == "school_leader@s1"
    assert made.statement.sha256 == made.sha256 == digest(canonical(made.figures))
    assert office.said("progress_reported") == [
        {
            "campaign": CAMPAIGN,
            "unit": "s1",
            "report": made.report,
            "number": 1,
            "sha256": made.sha256,
        }
    ]


def test_figures_altered_in_the_database_are_not_genuine(office: Office) -> None:
    made = sign(office, prepare(office))
    forged = canonical(replace(made.figures, number=7))
    with office.database.transaction() as tx:
        tx.execute(update(table).values(figures=forged, sha256=digest(forged)))

    seen = reports.show(office.desk, ShowReport(office.token(LEADER, "s1"), made.report))
    assert (made.is_genuine, seen.is_genuine) == (True, False)


def test_a_report_stays_genuine_after_the_key_was_changed_and_told(office: Office) -> None:
    made = sign(office, prepare(office))
    newer = Identity("progress", Ed25519PrivateKey.generate())
    shown = ShowReport(office.token(LEADER, "s1"), made.report)

    office.desk = replace(office.desk, signer=Signer(newer))
    untold = reports.show(office.desk, shown)
    office.desk = replace(office.desk, signer=Signer(newer, [PROGRESS.public_key]))
    told = reports.show(office.desk, shown)

    assert (untold.is_genuine, told.is_genuine) == (False, True)


def test_a_county_waits_for_its_schools_and_is_ready_when_all_have_reported(
    office: Office,
) -> None:
    assert standing(office, "440305") is ReportStanding.WAITING

    sign(office, prepare(office))

    assert standing(office, "440305") is ReportStanding.READY


def test_a_county_may_report_early_and_the_missing_are_listed(office: Office) -> None:
    with pytest.raises(ReportNotReadyError):
        prepare(office, "440305", ADMINISTRATOR)

    made = prepare(office, "440305", ADMINISTRATOR, early=True)

    assert made.figures.missing == ("s1",)


def test_a_report_names_the_reports_it_was_made_from(office: Office) -> None:
    school = sign(office, prepare(office))

    county = prepare(office, "440305", ADMINISTRATOR)

    (child,) = county.figures.children
    assert (child.report, child.standing) == (school.report, ReportStanding.REPORTED)


def test_a_returned_report_makes_the_unit_above_wait_again(office: Office) -> None:
    made = sign(office, prepare(office))

    judged = judge(office, made, Judgement.RETURN, reason="三班回收数与名册不符")

    assert (judged.state, judged.reason) == (ReportState.RETURNED, "三班回收数与名册不符")
    assert standing(office, "s1") is ReportStanding.RETURNED
    assert standing(office, "440305") is ReportStanding.WAITING


def test_a_correction_is_a_new_report_with_the_next_number(office: Office) -> None:
    judge(office, sign(office, prepare(office)), Judgement.RETURN, reason="漏报")

    corrected = sign(office, prepare(office))

    assert corrected.figures.number == 2
    assert judge(office, corrected).state is ReportState.ACCEPTED
    assert standing(office, "s1") is ReportStanding.ACCEPTED


def test_an_older_report_is_not_judged_once_a_correction_is_signed(office: Office) -> None:
    older, newer = sign(office, prepare(office)), prepare(office)
    sign(office, newer)

    with pytest.raises(ReportStateError, match="superseded"):
        judge(office, older)


def test_an_older_report_is_not_signed_after_a_newer_one(office: Office) -> None:
    older, newer = prepare(office), prepare(office)
    sign(office, newer)

    with pytest.raises(ReportStateError, match="superseded"):
        sign(office, older)


def test_a_report_is_signed_once(office: Office) -> None:
    made = prepare(office)
    sign(office, made)

    with pytest.raises(ReportStateError, match="reported"):
        sign(office, made)


def test_a_report_is_judged_once(office: Office) -> None:
    made = sign(office, prepare(office))
    judge(office, made)

    with pytest.raises(ReportStateError, match="accepted"):
        judge(office, made, Judgement.RETURN, reason="再看")


def test_an_unsigned_report_cannot_be_judged(office: Office) -> None:
    with pytest.raises(ReportStateError, match="prepared"):
        judge(office, prepare(office))


def test_whoever_returns_a_report_says_why(office: Office) -> None:
    made = sign(office, prepare(office))

    with pytest.raises(ReasonNeededError):
        judge(office, made, Judgement.RETURN, reason=" ")


def test_a_class_does_not_report(office: Office) -> None:
    with pytest.raises(NoReportHereError):
        prepare(office, "c11", at="s1")


def test_nobody_in_the_house_stands_above_the_province(office: Office) -> None:
    made = prepare(office, "44", ADMINISTRATOR, early=True)
    sign(office, made, ADMINISTRATOR, "44")

    with pytest.raises(NoReportHereError):
        judge(office, made, unit="44")


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.REGISTRAR, "s2"),
        (Role.ENTRY_CLERK, "s1"),
        (Role.HOMEROOM_TEACHER, "c11"),
        (Role.REVIEWER, "440305"),
        (Role.UNIT_ADMINISTRATOR, "440305"),
    ],
)
def test_nobody_else_prepares_a_schools_report(office: Office, role: Role, unit: str) -> None:
    with pytest.raises(NotAllowedError):
        prepare(office, "s1", role, at=unit)

    assert office.acts()[-1] == (f"{role.value}@{unit}", "prepare_report", "not_allowed")


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.REGISTRAR, "s1"),
        (Role.ENTRY_CLERK, "s1"),
        (Role.SCHOOL_LEADER, "s2"),
        (Role.UNIT_ADMINISTRATOR, "440305"),
    ],
)
def test_nobody_but_its_leader_signs_a_schools_report(
    office: Office, role: Role, unit: str
) -> None:
    made = prepare(office)

    with pytest.raises(NotAllowedError):
        sign(office, made, role, unit)
    assert office.said("progress_reported") == []
    assert office.acts()[-1] == (f"{role.value}@{unit}", "sign_report", "not_allowed")


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.SCHOOL_LEADER, "s1"),
        (Role.UNIT_ADMINISTRATOR, "44"),
        (Role.UNIT_ADMINISTRATOR, "4403"),
        (Role.REVIEWER, "440305"),
    ],
)
def test_only_the_level_directly_above_judges_a_report(
    office: Office, role: Role, unit: str
) -> None:
    made = sign(office, prepare(office))

    with pytest.raises(NotAllowedError):
        judge(office, made, role=role, unit=unit)
    assert office.acts()[-1] == (f"{role.value}@{unit}", "accept_report", "not_allowed")


def test_a_report_is_not_shown_to_another_school(office: Office) -> None:
    made = prepare(office)

    with pytest.raises(NotAllowedError):
        reports.show(office.desk, ShowReport(office.token(LEADER, "s2"), made.report))


def test_a_list_of_reports_is_not_shown_to_another_school(office: Office) -> None:
    asked = ReportsRequest(office.token(LEADER, "s2"), CAMPAIGN, UnitCode("s1"))

    with pytest.raises(NotAllowedError):
        reports.list_reports(office.desk, asked)


def test_a_report_nobody_made_is_refused(office: Office) -> None:
    with pytest.raises(UnknownReportError):
        reports.show(office.desk, ShowReport(office.token(LEADER, "s1"), ReportId("0" * 32)))
