"""Support: a guardian's question about a sheet of a class, and a county's entry of the FAQ."""

from dataclasses import replace
from pathlib import Path

from services.support import faq
from services.support.service import SupportService
from shared.contracts.support_commands import (
    AnswerQuestion,
    AskAsStaff,
    FiguresRequest,
    InboxRequest,
    OwnQuestions,
    PassQuestion,
    PublishFaq,
    RetractFaq,
    ShowQuestion,
    StaffFaqSearch,
)
from shared.kernel.authority import Act, Place, Role
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.support.house import CAMPAIGN, MONDAY, PATHS, House

CLASS, COUNTY = Place(PATHS["c11"]), Place(PATHS["440305"])


def stage(_folder: Path) -> Stage:
    house = House()
    question = house.ask().question
    author = house.token(Role.SUPPORT_STAFF, "440305")

    def an_entry() -> int:
        return faq.publish(house.office, PublishFaq(author, CAMPAIGN, "民族填错", "请改")).entry

    office = replace(house.office, actors=believing(MONDAY))
    service = bare(SupportService, _office=lambda: office)
    rows = {
        AskAsStaff: Row(
            lambda token: AskAsStaff(token, CAMPAIGN, UnitCode("c11"), "打印机坏了"), CLASS
        ),
        InboxRequest: Row(lambda token: InboxRequest(token, CAMPAIGN), None),
        OwnQuestions: Row(lambda token: OwnQuestions(token, CAMPAIGN), None),
        # Who asked a question sees it too; nobody of the walk has.
        ShowQuestion: Row(
            lambda token: ShowQuestion(token, question), CLASS, (Act.ANSWER_QUESTION,)
        ),
        AnswerQuestion: Row(lambda token: AnswerQuestion(token, question, "请改"), CLASS),
        PassQuestion: Row(lambda token: PassQuestion(token, question), CLASS),
        PublishFaq: Row(lambda token: PublishFaq(token, CAMPAIGN, "照片", "再试"), None),
        RetractFaq: Row(lambda token: RetractFaq(token, an_entry()), COUNTY),
        StaffFaqSearch: Row(lambda token: StaffFaqSearch(token, "民族"), None),
        FiguresRequest: Row(
            lambda token: FiguresRequest(token, CAMPAIGN, UnitCode("440305"), Level.SCHOOL),
            COUNTY,
        ),
    }
    return Stage(service, PATHS, MONDAY, rows)
