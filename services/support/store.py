"""Named questions about questions, their way up and their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, text, update

from services.support.tables import answers, questions, sheets, steps, units
from shared.contracts.support_commands import QuestionState
from shared.contracts.support_events import Asker
from shared.kernel.ids import CampaignId, PersonId, QuestionId, SheetId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.database import Tx

_UNIT = text(
    "INSERT INTO units (code, level, path, sequence) VALUES (:code, :level, :path, :sequence)"
    " ON CONFLICT (code) DO UPDATE SET level = excluded.level, path = excluded.path,"
    " sequence = excluded.sequence WHERE excluded.sequence > units.sequence"
)
_SHEET = text(
    "INSERT INTO sheets (campaign, sheet, unit, serial) VALUES (:campaign, :sheet, :unit, :serial)"
    " ON CONFLICT (campaign, sheet) DO UPDATE SET unit = excluded.unit, serial = excluded.serial"
    " WHERE excluded.serial > sheets.serial"
)


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question as it is first kept."""

    question: QuestionId
    campaign: CampaignId
    asker: Asker
    unit: UnitCode
    lies_with: UnitCode
    asked_at: datetime
    due_at: datetime
    is_at_top: bool
    sealed: bytes
    person: PersonId | None = None
    sheet: SheetId | None = None
    field: str | None = None
    key: str | None = None


def save_unit(tx: Tx, code: UnitCode, level: Level, path: str, sequence: int) -> None:
    """Keep where a unit lies; an older telling changes nothing."""
    tx.execute(_UNIT, {"code": code, "level": level.value, "path": path, "sequence": sequence})


def save_sheets(tx: Tx, campaign: CampaignId, unit: UnitCode, serials: dict[SheetId, int]) -> None:
    """Keep which class sheets were printed for; an older print changes nothing."""
    rows = [
        {"campaign": campaign, "sheet": sheet, "unit": unit, "serial": serials[sheet]}
        for sheet in sorted(serials)
    ]
    if rows:
        tx.execute(_SHEET, rows)


def path_of(tx: Tx, unit: UnitCode) -> str | None:
    """Where a unit lies; None when roster has not told of it."""
    found: str | None = tx.execute(select(units.c.path).where(units.c.code == unit)).scalar()
    return found


def path_of_sheet(tx: Tx, campaign: CampaignId, sheet: SheetId) -> str | None:
    """Where the class of a sheet lies; None when forms or roster has not told of it."""
    question = (
        select(units.c.path)
        .select_from(sheets.join(units, units.c.code == sheets.c.unit))
        .where(sheets.c.campaign == campaign, sheets.c.sheet == sheet)
    )
    found: str | None = tx.execute(question).scalar()
    return found


def lock_sheet(tx: Tx, campaign: CampaignId, sheet: SheetId) -> None:
    """Hold a sheet, so that its questions are counted one after the other."""
    mine = (sheets.c.campaign == campaign) & (sheets.c.sheet == sheet)
    tx.execute(select(sheets.c.sheet).where(mine).with_for_update())


def question_of_key(tx: Tx, campaign: CampaignId, sheet: SheetId, key: str) -> Row[Any] | None:
    """The question that was asked about a sheet under a key before."""
    mine = (questions.c.campaign == campaign) & (questions.c.sheet == sheet)
    return tx.execute(select(questions).where(mine, questions.c.key == key)).one_or_none()


def open_of_sheet(tx: Tx, campaign: CampaignId, sheet: SheetId) -> int:
    """How many questions of a sheet's guardians wait for an answer."""
    mine = (questions.c.campaign == campaign) & (questions.c.sheet == sheet)
    is_open = (questions.c.state == QuestionState.OPEN) & (questions.c.asker == Asker.GUARDIAN)
    return int(tx.execute(select(func.count()).where(mine, is_open)).scalar() or 0)


def add_question(tx: Tx, new: NewQuestion) -> None:
    """Keep a question, and that it begins to lie with a unit."""
    values = {name: getattr(new, name) for name in new.__dataclass_fields__}
    tx.execute(insert(questions).values(**values, state=QuestionState.OPEN))
    _add_step(tx, new.question, new.lies_with, new.asked_at, "asked")


def lock_question(tx: Tx, question: QuestionId) -> Row[Any] | None:
    """A question with the path of its place, held to the end of the transaction."""
    held = select(questions).where(questions.c.question == question).with_for_update()
    return tx.execute(held).one_or_none()


def pass_to(  # noqa: PLR0913  # where, since when, until when, by whom
    tx: Tx, question: QuestionId, unit: UnitCode, at: datetime, due: datetime, by: str, *, top: bool
) -> None:
    """A locked question lies with the level above now."""
    tx.execute(
        update(questions)
        .where(questions.c.question == question)
        .values(lies_with=unit, due_at=due, is_at_top=top)
    )
    _add_step(tx, question, unit, at, by)


def overdue(tx: Tx, now: datetime, at_most: int) -> Sequence[QuestionId]:
    """Open questions whose time with a unit is over and that can climb, the oldest first."""
    late = (questions.c.state == QuestionState.OPEN) & (questions.c.due_at <= now)
    question = (
        select(questions.c.question)
        .where(late, ~questions.c.is_at_top)
        .order_by(questions.c.due_at)
        .limit(at_most)
    )
    return [QuestionId(row.question) for row in tx.execute(question)]


def inbox(
    tx: Tx, campaign: CampaignId, path: str, desks: Sequence[UnitCode] | None, at_most: int
) -> tuple[Sequence[Row[Any]], int]:
    """Open questions below a path, the most urgent first, and how many there are.

    With `desks`, those only that lie with one of these units.
    """
    joined = questions.join(units, units.c.code == questions.c.unit)
    where: list[ColumnElement[bool]] = [
        questions.c.campaign == campaign,
        questions.c.state == QuestionState.OPEN,
        units.c.path.startswith(path, autoescape=True),
    ]
    if desks is not None:
        where.append(questions.c.lies_with.in_(desks))
    rows = tx.execute(
        select(questions)
        .select_from(joined)
        .where(*where)
        .order_by(questions.c.due_at, questions.c.question)
        .limit(at_most)
    ).all()
    total = tx.execute(select(func.count()).select_from(joined).where(*where)).scalar()
    return rows, int(total or 0)


def of_sheet(tx: Tx, campaign: CampaignId, sheet: SheetId, at_most: int) -> Sequence[Row[Any]]:
    """The questions guardians asked about a sheet, newest first."""
    mine = (questions.c.campaign == campaign) & (questions.c.sheet == sheet)
    question = select(questions).where(mine, questions.c.asker == Asker.GUARDIAN)
    ordered = question.order_by(questions.c.asked_at.desc(), questions.c.question)
    return tx.execute(ordered.limit(at_most)).all()


def of_person(tx: Tx, campaign: CampaignId, person: PersonId, at_most: int) -> Sequence[Row[Any]]:
    """The questions that one of the staff asked, newest first."""
    mine = (questions.c.campaign == campaign) & (questions.c.person == person)
    ordered = select(questions).where(mine).order_by(questions.c.asked_at.desc())
    return tx.execute(ordered.order_by(questions.c.question).limit(at_most)).all()


def answers_of(tx: Tx, wanted: Sequence[QuestionId]) -> dict[QuestionId, list[Row[Any]]]:
    """The answers of some questions, in their order."""
    question = select(answers).where(answers.c.question.in_(wanted)).order_by(answers.c.number)
    found: dict[QuestionId, list[Row[Any]]] = {}
    for row in tx.execute(question):
        found.setdefault(QuestionId(row.question), []).append(row)
    return found


def add_answer(  # noqa: PLR0913, PLR0917  # one column each
    tx: Tx,
    question: QuestionId,
    number: int,
    unit: UnitCode,
    person: PersonId,
    at: datetime,
    sealed: bytes,
) -> None:
    """Keep an answer of a locked question; it is answered now."""
    row = {"question": question, "number": number, "unit": unit, "person": person, "at": at}
    tx.execute(insert(answers).values(**row, sealed=sealed))
    tx.execute(
        update(questions)
        .where(questions.c.question == question)
        .values(state=QuestionState.ANSWERED)
    )


def steps_of(tx: Tx, question: QuestionId) -> Sequence[Row[Any]]:
    """Where a question has lain, in order."""
    mine = select(steps).where(steps.c.question == question)
    return tx.execute(mine.order_by(steps.c.number)).all()


def _add_step(tx: Tx, question: QuestionId, unit: UnitCode, at: datetime, by: str) -> None:
    mine = steps.c.question == question
    last = tx.execute(select(func.max(steps.c.number)).where(mine)).scalar()
    row = {"question": question, "number": int(last or 0) + 1, "lies_with": unit, "since": at}
    tx.execute(insert(steps).values(**row, passed_by=by))
