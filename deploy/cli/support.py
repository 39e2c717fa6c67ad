"""`hecha support`: the questions of guardians, teachers and schools, and the FAQ."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.sentences import tell
from deploy.cli.signed_in import NO_TOKEN, actor, office_at_hand
from deploy.cli.trouble import explained
from services.accounts import names
from services.support import answering, asking
from services.support import faq as entries
from services.support import figures as trouble
from services.support.office import Office
from services.support.providers import office_of, vault_of
from services.support.settings import SupportSettings
from shared.contracts.fields import national
from shared.contracts.people_commands import SupportStaffRequest
from shared.contracts.support_commands import (
    AnswerQuestion,
    AskAsStaff,
    FaqEntry,
    FiguresRequest,
    InboxRequest,
    PassQuestion,
    PublishFaq,
    Question,
    QuestionLine,
    QuestionState,
    RetractFaq,
    ShowQuestion,
    StaffFaqSearch,
)
from shared.contracts.support_events import Asker
from shared.contracts.wire import to_plain
from shared.kernel.clock import BEIJING
from shared.kernel.ids import CampaignId, QuestionId, SheetId, UnitCode
from shared.kernel.units import Level

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

CampaignOption = Annotated[str, typer.Option(help="id of the campaign")]
QuestionArgument = Annotated[str, typer.Argument(help="id of the question")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON")]
_ASKERS = {Asker.GUARDIAN: "家长", Asker.STAFF: "单位"}
_STATES = {QuestionState.OPEN: "待答复", QuestionState.ANSWERED: "已答复"}
_CAUSES = {"asked": "提问", "hand": "转交上级", "clock": "逾期自动转上级"}


@app.command()
@explained
def inbox(
    campaign: CampaignOption = "44-2026a",
    below: Annotated[bool, typer.Option(help="everything below your unit, too")] = False,
    as_json: AsJson = False,
) -> None:
    """The open questions that lie with you, the most urgent first."""
    with _office() as office:
        found = answering.inbox(office, InboxRequest(token(), CampaignId(campaign), below))
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    for one in found.questions:
        print(_line(one))
    tell(
        f"共 {found.total} 个问题待答复。" if found.total else "没有待答复的问题。",
        f"{found.total} questions wait for an answer.",
    )


@app.command()
@explained
def show(question: QuestionArgument, as_json: AsJson = False) -> None:
    """One question with its text, its answers and the way it went."""
    with _office() as office:
        _tell(answering.show(office, ShowQuestion(token(), QuestionId(question))), as_json)


@app.command()
@explained
def answer(
    question: QuestionArgument,
    text: Annotated[str, typer.Argument(help="the answer; with --entry, what comes below it")] = "",
    entry: Annotated[int, typer.Option(help="number of a canned answer or FAQ entry")] = 0,
) -> None:
    """Answer a question, or correct an answer; the asker sees the last one."""
    with _office() as office:
        request = AnswerQuestion(token(), QuestionId(question), text, entry or None)
        _tell(answering.answer(office, request))


@app.command(name="pass")
@explained
def pass_(question: QuestionArgument) -> None:
    """Hand a question to the level above now."""
    with _office() as office:
        found = answering.pass_up(office, PassQuestion(token(), QuestionId(question)))
    tell(f"已转交 {found.line.lies_with}。", f"It lies with {found.line.lies_with} now.")


@app.command()
@explained
def ask(
    unit: Annotated[str, typer.Argument(help="code of the unit that asks")],
    text: Annotated[str, typer.Argument(help="the question")],
    sheet: Annotated[str, typer.Option(help="id of the sheet it is about")] = "",
    field: Annotated[str, typer.Option(help="key of the field it is about")] = "",
    campaign: CampaignOption = "44-2026a",
) -> None:
    """Ask the level above your unit."""
    request = AskAsStaff(
        *(token(), CampaignId(campaign), UnitCode(unit), text),
        *(SheetId(sheet) if sheet else None, field or None),
    )
    with _office() as office:
        asked = asking.ask_as_staff(office, request)
    print(asked.question)
    until = _moment(asked.due_at)
    tell(
        f"已提交给 {asked.lies_with}，{until} 前未答复将自动转上一级。",
        f"It lies with {asked.lies_with}; unanswered by {until} it goes one level up.",
    )


@app.command()
@explained
def who(as_json: AsJson = False) -> None:
    """Who answers your questions: your school or unit, and each one above it."""
    with office_at_hand() as office:
        found = names.support_staff(office, actor(), SupportStaffRequest(NO_TOKEN)).posts
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    for one in found:
        print(f"{one.unit}  {'、'.join(one.names) or '还没有安排人员'}")


@app.command()
@explained
def faq(
    words: Annotated[str, typer.Argument(help="what to look for; nothing: the newest")] = "",
    as_json: AsJson = False,
) -> None:
    """Search the FAQ and canned answers of your unit and all above it."""
    with _office() as office:
        found = entries.search_for_staff(office, StaffFaqSearch(token(), words)).entries
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    for one in found:
        _show_entry(one)
    if not found:
        tell("没有找到相关问答。", "Nothing was found.")


@app.command()
@explained
def publish(
    title: Annotated[str, typer.Argument(help="the question as everybody reads it")],
    text: Annotated[str, typer.Argument(help="the answer; default: that of --question")] = "",
    question: Annotated[str, typer.Option(help="id of an answered question")] = "",
    canned: Annotated[bool, typer.Option(help="for staff only, as a canned answer")] = False,
    campaign: CampaignOption = "44-2026a",
) -> None:
    """Publish an FAQ entry for your unit and all below it; nothing of the asker may stand in it."""
    request = PublishFaq(
        actor=token(),
        campaign=CampaignId(campaign),
        title=title,
        text=text,
        question=QuestionId(question) if question else None,
        is_public=not canned,
    )
    with _office() as office:
        _show_entry(entries.publish(office, request))
    tell(
        "已发布，请确认其中没有个人信息；撤回用 hecha support retract。",
        "Published. Make sure that nothing personal stands in it; hecha support retract undoes it.",
    )


@app.command()
@explained
def retract(entry: Annotated[int, typer.Argument(help="number of the entry")]) -> None:
    """Take an FAQ entry or canned answer of your unit away."""
    with _office() as office:
        entries.retract(office, RetractFaq(token(), entry))
    tell("已撤回。", "It is taken away.")


@app.command()
@explained
def figures(
    unit: Annotated[str, typer.Argument(help="code of the unit")],
    level: Annotated[Level, typer.Option(help="for which units below")] = Level.COUNTY,
    campaign: CampaignOption = "44-2026a",
    as_json: AsJson = False,
) -> None:
    """Which fields draw questions, queries and returns, and where."""
    request = FiguresRequest(token(), CampaignId(campaign), UnitCode(unit), level)
    with _office() as office:
        found = trouble.figures(office, request).rows
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    labels = {one.key: one.label for one in national().fields}
    for one in found:
        field = labels.get(one.field, one.field) if one.field else "（不涉及具体项目）"
        print(
            f"{one.unit}  {field}  提问 {one.questions}  询问家长 {one.queried}  退回 {one.returned}"
        )
    if not found:
        tell("还没有提问或退回。", "Nothing was asked or returned yet.")


@contextmanager
def _office() -> Iterator[Office]:
    settings = settings_of(SupportSettings)
    vault = vault_of(settings)
    with database_of("support") as database:
        yield office_of(settings, database, vault, actors())


def _tell(found: Question, as_json: bool = False) -> None:  # from an option
    if as_json:
        print(json.dumps(to_plain(found), ensure_ascii=False))
        return
    print(f"{_line(found.line)}  {_STATES[found.state]}")
    print(f"问：{found.text}")
    for one in found.answers:
        print(f"答 {one.number}（{one.unit}，{_moment(one.at)}）：{one.text}")
    for step in found.steps:
        print(f"  {_moment(step.since)}  {step.lies_with}  {_CAUSES[step.passed_by]}")


def _line(one: QuestionLine) -> str:
    about = "  ".join(filter(None, (one.sheet, one.field)))
    late = "  已逾期" if one.is_late else ""
    return (
        f"{one.question}  {_ASKERS[one.asker]} {one.unit} → {one.lies_with}"
        f"  限 {_moment(one.due_at)}{late}  {about}".rstrip()
    )


def _show_entry(one: FaqEntry) -> None:
    print(f"{one.entry}  [{one.unit}{'' if one.is_public else '，常用答复'}]  {one.title}")
    print(f"    {one.text}")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
