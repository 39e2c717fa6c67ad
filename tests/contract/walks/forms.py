"""Forms: a school's sheets, and a print job of it, are what everything is about."""

from pathlib import Path

from services.forms.service import FormsService
from services.forms.usecases import print_school
from shared.contracts.forms_commands import CollectRequest, JobRequest, PrintRequest
from shared.kernel.authority import Place, Role
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.forms.house import CAMPAIGN, NOON, PATHS, SCHOOL, House


def stage(_folder: Path) -> Stage:
    house = House()
    request = PrintRequest(CAMPAIGN, SCHOOL, house.token(Role.REGISTRAR, "s1"))
    job = print_school(house.room, house.actors, request).job
    house.finish(job)
    parts = {"database": house.database, "room": house.room}
    service = bare(FormsService, **parts, actors=believing(NOON))
    school = Place(PATHS["s1"])
    rows = {
        PrintRequest: Row(lambda token: PrintRequest(CAMPAIGN, SCHOOL, token), school),
        JobRequest: Row(lambda token: JobRequest(token, job), school),
        CollectRequest: Row(lambda token: CollectRequest(token, job, "0", "00"), school),
    }
    return Stage(service, PATHS, NOON, rows)
