"""Support without a bus: its people with tokens, its facts handed over, its tables real."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from services.support import answering, asking, figures, keeping
from services.support.office import Office
from services.support.tables import metadata
from services.support.vault import Vault
from shared.contracts.actors import Actor
from shared.contracts.change_events import ChangeQueried, ChangeReturned
from shared.contracts.events import IssuedSheet, SheetIssued, UnitRegistered
from shared.contracts.facts import Fact
from shared.contracts.support_commands import (
    AnswerQuestion,
    AskAboutSheet,
    AskAsStaff,
    Asked,
    Inbox,
    InboxRequest,
    OwnQuestion,
    OwnQuestions,
    PassQuestion,
    Question,
    SheetAnswersRequest,
    SheetQuestion,
    ShowQuestion,
)
from shared.kernel.authority import Role
from shared.kernel.clock import BEIJING
from shared.kernel.ids import (
    AccountId,
    ActorToken,
    CampaignId,
    PersonId,
    ProvinceCode,
    QuestionId,
    SheetId,
    StudentId,
    UnitCode,
)
from shared.kernel.units import Level
from shared.plumbing.actors import Actors, sign
from shared.plumbing.database import Database
from shared.plumbing.identity import Identity
from shared.plumbing.outbox import outbox_table

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
CAMPAIGN = CampaignId("44-2026a")
GUANGDONG = ProvinceCode("44")
SHEET = SheetId("0123456789ab")
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=BEIJING).astimezone(UTC)
PATHS = {
    "44": "44/",
    "4403": "44/4403/",
    "440305": "44/4403/440305/",
    "440306": "44/4403/440306/",
    "s1": "44/4403/440305/s1/",
    "c11": "44/4403/440305/s1/c11/",
    "c12": "44/4403/440305/s1/c12/",
    "s2": "44/4403/440306/s2/",
    "c21": "44/4403/440306/s2/c21/",
}
LEVELS = {
    "44": Level.PROVINCE,
    "4403": Level.CITY,
    "440305": Level.COUNTY,
    "440306": Level.COUNTY,
    "s1": Level.SCHOOL,
    "s2": Level.SCHOOL,
    "c11": Level.CLASS,
    "c12": Level.CLASS,
    "c21": Level.CLASS,
}
ENTRIES = (
    ("民族填错了怎么办", "请在变更栏写上户口本上的民族全称，如“汉族”，再签名交回学校。"),
    ("照片上传失败怎么办", "请检查网络后重试，或把确认表交给班主任代传。"),
    ("身份证号码有误如何更改", "请附户口本复印件，由教育局逐条审核。"),
    ("家长不识字可以代签吗", "可以由其他监护人代签，并在确认表上注明关系。"),
)
HANDLERS: dict[type[Fact], Any] = {
    UnitRegistered: keeping.keep_unit,
    SheetIssued: keeping.keep_sheets,
    ChangeReturned: figures.note_returned,
    ChangeQueried: figures.note_queried,
}


@dataclass
class HeardFact:
    """What `shared.plumbing.hears.Heard` looks like to a use case."""

    fact: Any
    database: Database
    province: ProvinceCode = GUANGDONG

    def transaction(self) -> Any:
        return self.database.transaction()


class House:
    """Support, spoken to directly; the clock is the test's."""

    def __init__(self, database: Database | None = None) -> None:
        self.now = MONDAY
        self.database = database or Database("support", "sqlite://")
        self.database.clock = lambda: self.now
        if database is None:
            metadata.create_all(self.database.engine)
        actors = Actors([ACCOUNTS.public_key], clock=lambda: self.now)
        self.office = Office(self.database, Vault(bytes(range(32))), actors, 5)
        for code, path in PATHS.items():
            above = path.rstrip("/").split("/")[:-1]
            parent = UnitCode(above[-1]) if above else None
            self.hear(UnitRegistered(UnitCode(code), LEVELS[code], parent, path, None, 1))
        self.hear(an_issue("c11", SHEET))

    def hear(self, *facts: Fact) -> None:
        for fact in facts:
            HANDLERS[type(fact)](HeardFact(fact, self.database))

    def token(self, role: Role, unit: str) -> ActorToken:
        actor = Actor(
            person=PersonId(f"{role.value}@{unit}"),
            account=AccountId(f"{unit}.01"),
            role=role,
            unit=UnitCode(unit),
            path=PATHS[unit],
            expires_at=self.now + timedelta(minutes=15),
            second_factor_at=self.now,
        )
        return sign(actor, ACCOUNTS)

    def ask(
        self, text: str = "民族写错了怎么改？", *, key: str = "a" * 32, sheet: SheetId = SHEET,
        field: str | None = None,
    ) -> Asked:  # fmt: skip
        return asking.ask_about_sheet(self.office, AskAboutSheet(CAMPAIGN, sheet, key, text, field))

    def ask_as(self, role: Role, unit: str, at: str = "", *, sheet: SheetId | None = None) -> Asked:
        asked = AskAsStaff(
            self.token(role, unit), CAMPAIGN, UnitCode(at or unit), "打印机坏了怎么办？", sheet
        )
        return asking.ask_as_staff(self.office, asked)

    def answers(self, sheet: SheetId = SHEET) -> tuple[SheetQuestion, ...]:
        return asking.answers_of_sheet(self.office, SheetAnswersRequest(CAMPAIGN, sheet)).questions

    def inbox(self, role: Role, unit: str, *, below: bool = False) -> Inbox:
        return answering.inbox(self.office, InboxRequest(self.token(role, unit), CAMPAIGN, below))

    def own(self, role: Role, unit: str) -> tuple[OwnQuestion, ...]:
        asked = OwnQuestions(self.token(role, unit), CAMPAIGN)
        return answering.own_questions(self.office, asked).questions

    def show(self, role: Role, unit: str, question: QuestionId) -> Question:
        return answering.show(self.office, ShowQuestion(self.token(role, unit), question))

    def answer(
        self, role: Role, unit: str, question: QuestionId, text: str = "请在变更栏填写。",
        *, entry: int | None = None,
    ) -> Question:  # fmt: skip
        asked = AnswerQuestion(self.token(role, unit), question, text, entry)
        return answering.answer(self.office, asked)

    def pass_up(self, role: Role, unit: str, question: QuestionId) -> Question:
        return answering.pass_up(self.office, PassQuestion(self.token(role, unit), question))

    def climb(self) -> int:
        return answering.climb(self.office)

    def lies_with(self, question: QuestionId) -> str:
        return self.show(Role.SUPPORT_STAFF, "44", question).line.lies_with

    def said(self, fact: str) -> list[dict[str, Any]]:
        outbox = outbox_table(metadata)
        question = select(outbox.c.body).where(outbox.c.fact == fact).order_by(outbox.c.id)
        with self.database.transaction() as tx:
            return [json.loads(row.body)["data"] for row in tx.execute(question)]

    def acts(self) -> list[tuple[str, str, str]]:
        return [(act["actor"], act["act"], act["outcome"]) for act in self.said("act_done")]

    def everything_kept(self) -> bytes:
        """Every value of every row of every table, in one piece."""
        with self.database.transaction() as tx:
            rows = [
                str(value).encode() if not isinstance(value, bytes) else value
                for table in metadata.sorted_tables
                for row in tx.execute(select(table))
                for value in row
            ]
        return b"\0".join(rows)


def an_issue(unit: str, *sheets: SheetId, serial: int = 1) -> SheetIssued:
    issued = [IssuedSheet(sheet, StudentId("0" * 32), serial, 1, (), 1, None) for sheet in sheets]
    return SheetIssued(CAMPAIGN, UnitCode(unit), tuple(issued))
