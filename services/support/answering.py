"""What support staff do with questions: find, read, answer, pass up. One function per command."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.support import faq_store, store
from services.support.domain import clean_text, desks_of, due_at, level_above
from services.support.office import Office, allowed_path
from services.support.vault import QUESTION
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import ActDone
from shared.contracts.support_commands import (
    AnswerLine,
    AnswerQuestion,
    Inbox,
    InboxRequest,
    OwnList,
    OwnQuestion,
    OwnQuestions,
    PassQuestion,
    Question,
    QuestionLine,
    QuestionState,
    ShowQuestion,
    Step,
)
from shared.contracts.support_events import (
    Asker,
    PassedBy,
    QuestionAnswered,
    QuestionPassed,
)
from shared.kernel.authority import Act, Place
from shared.kernel.errors_support import (
    NobodyAboveError,
    OwnQuestionError,
    UnknownEntryError,
    UnknownQuestionError,
)
from shared.kernel.ids import QuestionId, UnitCode
from shared.kernel.units import codes_up, province_of_campaign
from shared.kernel.working_days import working_days
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Tx

PAGE = 100
CLIMB_AT_ONCE = 500
CLOCK = "service:support"


def inbox(office: Office, request: InboxRequest) -> Inbox:
    """The open questions of one's desk, the most urgent first.

    Raises:
        ActorRefusedError, NotAllowedError: nobody this role answers.
    """
    actor = office.actors.of(request.actor)
    with acting(office.database, actor, Deed("see_inbox", request.campaign, actor.unit)) as tx:
        actor.require(act_of(request), Place(actor.path))
        desks = None if request.below else desks_of(actor.role, actor.path)
        rows, total = store.inbox(tx, request.campaign, actor.path, desks, PAGE)
    now = office.database.clock()
    return Inbox(tuple(_line(row, now) for row in rows), total)


def own_questions(office: Office, request: OwnQuestions) -> OwnList:
    """What the actor asked, newest first, answered or not.

    Raises:
        ActorRefusedError, NotAllowedError: nobody this role asks here.
    """
    actor = office.actors.of(request.actor)
    with acting(office.database, actor, Deed("see_own", request.campaign, actor.unit)) as tx:
        actor.require(act_of(request), Place(actor.path))
        rows = store.of_person(tx, request.campaign, actor.person, PAGE)
    now = office.database.clock()
    return OwnList(tuple(OwnQuestion(_line(row, now), QuestionState(row.state)) for row in rows))


def show(office: Office, request: ShowQuestion) -> Question:
    """One question with its text, answers and way; for who may answer it, and who asked it.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor.
        UnknownQuestionError: no such question.
    """
    actor = office.actors.of(request.actor)
    with acting(office.database, actor, Deed("see_question", request.question, actor.unit)) as tx:
        row = _found(tx, request.question)
        if row.person != actor.person:
            allowed_path(tx, actor, Act.ANSWER_QUESTION, row.unit)
        return _whole(tx, office, row)


def answer(office: Office, request: AnswerQuestion) -> Question:
    """Answer a question, or correct an answer: the last one counts.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor.
        UnknownQuestionError, UnknownEntryError: no such question, no such entry.
        OwnQuestionError: nobody answers their own.
        TextRefusedError: no text, or too long.
    """
    actor = office.actors.of(request.actor)
    with acting(
        office.database, actor, Deed("answer_question", request.question, actor.unit)
    ) as tx:
        row = _found(tx, request.question)
        allowed_path(tx, actor, act_of(request), row.unit)
        if row.person == actor.person:
            raise OwnQuestionError(request.question)
        text = clean_text(_words(tx, actor, request))
        number = len(store.answers_of(tx, [request.question]).get(request.question, ())) + 1
        sealed = office.vault.seal(request.question, number, text)
        now = office.database.clock()
        store.add_answer(tx, request.question, number, actor.unit, actor.person, now, sealed)
        said = QuestionAnswered(row.campaign, row.question, row.unit, actor.unit, number)
        tx.say(said, province=province_of_campaign(row.campaign))
        return _whole(tx, office, _found(tx, request.question))


def pass_up(office: Office, request: PassQuestion) -> Question:
    """Hand a question to the level above where it lies.

    Raises:
        ActorRefusedError, NotAllowedError: not this actor.
        UnknownQuestionError: no such question.
        NobodyAboveError: it lies with the province, or is answered.
    """
    actor = office.actors.of(request.actor)
    with acting(office.database, actor, Deed("pass_question", request.question, actor.unit)) as tx:
        row = _found(tx, request.question)
        allowed_path(tx, actor, act_of(request), row.unit)
        if not _climb(tx, row, office.database.clock(), PassedBy.HAND):
            raise NobodyAboveError(request.question)
        return _whole(tx, office, _found(tx, request.question))


def climb(office: Office) -> int:
    """Hand up what nobody answered in time; gives how many went up."""
    now = office.database.clock()
    with office.database.transaction() as tx:
        late = store.overdue(tx, now, CLIMB_AT_ONCE)
    return sum(_climb_by_clock(office, question, now) for question in late)


def _climb_by_clock(office: Office, question: QuestionId, now: datetime) -> bool:
    with office.database.transaction() as tx:
        row = store.lock_question(tx, question)
        # Another process was here first, or somebody answered meanwhile.
        if row is None or row.due_at > now or not _climb(tx, row, now, PassedBy.CLOCK):
            return False
        done = ActDone("pass_question", question, CLOCK, "done", row.unit, sheet=row.sheet)
        tx.say(done, province=province_of_campaign(row.campaign))
        return True


def _climb(tx: Tx, row: Row[Any], now: datetime, by: PassedBy) -> bool:
    path = store.path_of(tx, row.lies_with)
    above = level_above(path) if path else None
    if above is None or row.state != QuestionState.OPEN:
        return False
    due = due_at(now, working_days())
    store.pass_to(tx, row.question, above.unit, now, due, by.value, top=above.is_top)
    said = QuestionPassed(row.campaign, row.question, row.unit, above.unit, by)
    tx.say(said, province=province_of_campaign(row.campaign))
    return True


def _words(tx: Tx, actor: Actor, request: AnswerQuestion) -> str:
    """The text of an answer: of an entry that the actor may see, then own words below it."""
    if request.entry is None:
        return request.text
    entry = faq_store.entry_for(tx, codes_up(actor.path), request.entry)
    if entry is None:
        raise UnknownEntryError(str(request.entry))
    return f"{entry.text}\n{request.text}" if request.text else str(entry.text)


def _found(tx: Tx, question: QuestionId) -> Row[Any]:
    row = store.lock_question(tx, question)
    if row is None:
        raise UnknownQuestionError(question)
    return row


def _whole(tx: Tx, office: Office, row: Row[Any]) -> Question:
    told = store.answers_of(tx, [row.question]).get(row.question, [])
    opened = office.vault.open
    return Question(
        line=_line(row, office.database.clock()),
        state=QuestionState(row.state),
        text=opened(row.question, QUESTION, row.sealed),
        answers=tuple(
            AnswerLine(one.number, one.unit, one.at, opened(row.question, one.number, one.sealed))
            for one in told
        ),
        steps=tuple(
            Step(UnitCode(one.lies_with), one.since, one.passed_by)
            for one in store.steps_of(tx, row.question)
        ),
    )


def _line(row: Row[Any], now: datetime) -> QuestionLine:
    return QuestionLine(
        question=row.question,
        asker=Asker(row.asker),
        unit=row.unit,
        lies_with=row.lies_with,
        sheet=row.sheet,
        field=row.field,
        asked_at=row.asked_at,
        due_at=row.due_at,
        is_late=row.state == QuestionState.OPEN and row.due_at <= now,
    )
