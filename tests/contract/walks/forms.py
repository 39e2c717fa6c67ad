"""Forms: a school's sheets, and a print job of it, are what everything is about."""

from pathlib import Path

from services.forms.service import FormsService
from services.forms.usecases import print_school
from shared.contracts.forms_commands import CollectRequest, JobRequest, PrintRequest
from shared.contracts.printing_commands import ListPrinting, PreviewSheet, ShowClassPrinting
from shared.kernel.authority import Place, Role
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.forms.house import CAMPAIGN, CLASS, NOON, PATHS, SCHOOL, House

# Only of the one school there is anything in the roster.
LACKING = ("unknown_unit",)


def stage(_folder: Path) -> Stage:
    house = House()
    request = PrintRequest(CAMPAIGN, SCHOOL, house.token(Role.REGISTRAR, "s1"))
    job = print_school(house.room, house.actors, request).job
    house.finish(job)
    parts = {"database": house.database, "room": house.room}
    service = bare(FormsService, **parts, actors=believing(NOON))
    school = Place(PATHS["s1"])
    rows = {
        ListPrinting: Row(lambda token: ListPrinting(token, CAMPAIGN), None, earlier=LACKING),
        ShowClassPrinting: Row(
            lambda token: ShowClassPrinting(token, CAMPAIGN, CLASS), Place(PATHS["s1-1"])
        ),
        PreviewSheet: Row(
            lambda token: PreviewSheet(token, CAMPAIGN, CLASS, "00"), Place(PATHS["s1-1"])
        ),
        PrintRequest: Row(lambda token: PrintRequest(CAMPAIGN, SCHOOL, token), school),
        JobRequest: Row(lambda token: JobRequest(token, job), school),
        CollectRequest: Row(lambda token: CollectRequest(token, job, "0", "00"), school),
    }
    return Stage(service, PATHS, NOON, rows)
