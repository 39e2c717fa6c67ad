"""Progress: a school, a class of it, and the school's report are what everything is about."""

from pathlib import Path

from services.progress.reports import prepare
from services.progress.service import ProgressService
from services.progress.signing import Signer
from shared.contracts.actors import Actor
from shared.contracts.progress_commands import (
    ChildrenRequest,
    ClassSheetsRequest,
    CountsRequest,
    ListUrges,
    MissingRequest,
    SheetStagesRequest,
    StalledRequest,
    TableRequest,
    UrgeUnit,
)
from shared.contracts.report_commands import (
    Judgement,
    JudgeReport,
    PrepareReport,
    ReportsRequest,
    ShowReport,
    SignReport,
)
from shared.kernel.authority import Place, Role
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.progress.house import CAMPAIGN, PATHS, a_sheet, an_issue
from tests.unit.progress.office import NOON, PROGRESS, Office

SCHOOL, CLASS, COUNTY = UnitCode("s1"), UnitCode("c11"), UnitCode("440305")


def stage(_folder: Path) -> Stage:
    office = Office()
    office.house.hear(an_issue("c11", 1))
    made = prepare(
        office.desk, PrepareReport(office.token(Role.REGISTRAR, "s1"), CAMPAIGN, SCHOOL, True)
    )
    school, county = Place(PATHS["s1"]), Place(PATHS["440305"])
    service = bare(
        ProgressService, database=office.database, signer=Signer(PROGRESS), actors=believing(NOON)
    )
    rows = {
        UrgeUnit: Row(
            lambda token: UrgeUnit(token, CAMPAIGN, SCHOOL),
            school,
            withheld=(lambda actor: actor.unit == SCHOOL, "nobody urges the own unit"),
        ),
        ListUrges: Row(lambda token: ListUrges(token, CAMPAIGN, SCHOOL), school),
        CountsRequest: Row(lambda token: CountsRequest(token, CAMPAIGN, SCHOOL), school),
        ChildrenRequest: Row(lambda token: ChildrenRequest(token, CAMPAIGN, SCHOOL), school),
        TableRequest: Row(
            lambda token: TableRequest(token, CAMPAIGN, COUNTY, Level.SCHOOL), county
        ),
        StalledRequest: Row(
            lambda token: StalledRequest(token, CAMPAIGN, COUNTY, Level.SCHOOL), county
        ),
        MissingRequest: Row(
            lambda token: MissingRequest(token, CAMPAIGN, CLASS),
            Place(PATHS["c11"]),
            withheld=(_is_above_the_school, "pupils are named inside their school alone"),
        ),
        ClassSheetsRequest: Row(
            lambda token: ClassSheetsRequest(token, CAMPAIGN, CLASS),
            Place(PATHS["c11"]),
            withheld=(_is_above_the_school, "pupils are listed inside their school alone"),
        ),
        SheetStagesRequest: Row(
            lambda token: SheetStagesRequest(token, CAMPAIGN, a_sheet(1)), Place(PATHS["c11"])
        ),
        PrepareReport: Row(lambda token: PrepareReport(token, CAMPAIGN, SCHOOL, True), school),
        SignReport: Row(lambda token: SignReport(token, made.report), school),
        JudgeReport: Row(lambda token: JudgeReport(token, made.report, Judgement.ACCEPT), county),
        ShowReport: Row(lambda token: ShowReport(token, made.report), school),
        ReportsRequest: Row(lambda token: ReportsRequest(token, CAMPAIGN, SCHOOL), school),
    }
    return Stage(service, PATHS, NOON, rows)


def _is_above_the_school(actor: Actor) -> bool:
    return actor.role in {Role.UNIT_ADMINISTRATOR, Role.REVIEWER, Role.SUPPORT_STAFF}
