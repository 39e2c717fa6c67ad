"""What askers do: ask, and look for answers. One function per command."""

from dataclasses import dataclass

from services.support import figures, store
from services.support.domain import clean_text, due_at, known_field, level_above
from services.support.office import Office, allowed_path
from services.support.store import NewQuestion
from services.support.vault import QUESTION
from shared.contracts.acts import act_of
from shared.contracts.events import ActDone
from shared.contracts.support_commands import (
    AskAboutSheet,
    AskAsStaff,
    Asked,
    SheetAnswersRequest,
    SheetQuestion,
    SheetQuestions,
)
from shared.contracts.support_events import Asker, QuestionAsked
from shared.kernel.authority import Role
from shared.kernel.errors import DomainError, UnknownSheetError
from shared.kernel.errors_support import NobodyAboveError, TooManyQuestionsError
from shared.kernel.ids import CampaignId, PersonId, QuestionId, SheetId, new_question_id
from shared.kernel.units import codes_up, province_of, province_of_campaign
from shared.kernel.working_days import working_days
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Tx

# As many as a page shows; older ones were answered long ago.
MOST_SHOWN = 20
GUARDIAN = "guardian"  # an actor of the audit log who has no account


def ask_about_sheet(office: Office, request: AskAboutSheet) -> Asked:
    """Take a guardian's question; the same key gives the same question again.

    Raises:
        UnknownSheetError: nobody has told of the sheet yet.
        TooManyQuestionsError: the sheet has as many open questions as it may have.
        TextRefusedError, UnknownFieldError: no such text or field.
    """
    province = province_of_campaign(request.campaign)
    try:
        with office.database.transaction() as tx:
            asked = _taken(tx, office, request)
            tx.say(_act(asked.question, request.sheet), province=province)
            return asked
    except DomainError as refusal:
        with office.database.transaction() as tx:
            tx.say(_act(request.sheet, request.sheet, refusal.code), province=province)
        raise


def ask_as_staff(office: Office, request: AskAsStaff) -> Asked:
    """Take a question of a teacher, a school or an authority.

    Raises:
        ActorRefusedError, NotAllowedError, UnknownUnitError: not this actor, not here.
        UnknownSheetError: the sheet is none of this unit.
        NobodyAboveError: it is a province that asks.
        TextRefusedError, UnknownFieldError: no such text or field.
    """
    actor = office.actors.of(request.actor)
    question = new_question_id()
    deed = Deed("ask_question", question, request.unit, sheet=request.sheet)
    with acting(office.database, actor, deed) as tx:
        path = allowed_path(tx, actor, act_of(request), request.unit)
        if request.sheet is not None:
            lies_at = store.path_of_sheet(tx, request.campaign, request.sheet)
            if lies_at is None or not lies_at.startswith(path):
                raise UnknownSheetError(request.sheet)
        draft = _Draft(
            question, request.campaign, Asker.STAFF, request.sheet, request.field, actor.person
        )
        return _add(tx, office, path, draft, request.text)


def answers_of_sheet(office: Office, request: SheetAnswersRequest) -> SheetQuestions:
    """The questions guardians asked about a sheet, newest first, with their last answers."""
    with office.database.transaction() as tx:
        rows = store.of_sheet(tx, request.campaign, request.sheet, MOST_SHOWN)
        told = store.answers_of(tx, [QuestionId(row.question) for row in rows])
    shown = []
    for row in rows:
        last = told[row.question][-1] if row.question in told else None
        opened = office.vault.open
        shown.append(
            SheetQuestion(
                asked_at=row.asked_at,
                text=opened(row.question, QUESTION, row.sealed),
                field=row.field,
                answer=opened(row.question, last.number, last.sealed) if last else None,
                answered_at=last.at if last else None,
            )
        )
    return SheetQuestions(tuple(shown))


def _taken(tx: Tx, office: Office, request: AskAboutSheet) -> Asked:
    path = store.path_of_sheet(tx, request.campaign, request.sheet)
    if path is None:
        raise UnknownSheetError(request.sheet)
    store.lock_sheet(tx, request.campaign, request.sheet)
    known = store.question_of_key(tx, request.campaign, request.sheet, request.key)
    if known is not None:
        return Asked(known.question, known.lies_with, known.due_at)
    if store.open_of_sheet(tx, request.campaign, request.sheet) >= office.open_per_sheet:
        raise TooManyQuestionsError(request.sheet)
    draft = _Draft(
        new_question_id(),
        request.campaign,
        Asker.GUARDIAN,
        request.sheet,
        request.field,
        key=request.key,
    )
    return _add(tx, office, path, draft, request.text)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is known of a question before it lies with anybody."""

    question: QuestionId
    campaign: CampaignId
    asker: Asker
    sheet: SheetId | None
    field: str | None
    person: PersonId | None = None
    key: str | None = None


def _add(tx: Tx, office: Office, path: str, draft: _Draft, text: str) -> Asked:
    """Keep a question whose asker stands at a path; it lies with the level above."""
    above, now = level_above(path), office.database.clock()
    if above is None:
        raise NobodyAboveError(draft.question)
    unit = codes_up(path)[0]
    new = NewQuestion(
        question=draft.question,
        campaign=draft.campaign,
        asker=draft.asker,
        unit=unit,
        lies_with=above.unit,
        asked_at=now,
        due_at=due_at(now, working_days()),
        is_at_top=above.is_top,
        sealed=office.vault.seal(draft.question, QUESTION, clean_text(text)),
        person=draft.person,
        sheet=draft.sheet,
        field=known_field(draft.field),
        key=draft.key,
    )
    store.add_question(tx, new)
    figures.count(tx, draft.campaign, unit, draft.field, "questions")
    said = QuestionAsked(
        *(draft.campaign, draft.question, unit, above.unit),
        *(draft.asker, draft.sheet, draft.field),
    )
    tx.say(said, province=province_of(path))
    return Asked(new.question, above.unit, new.due_at)


def _act(object_: str, sheet: SheetId, outcome: str = "done") -> ActDone:
    return ActDone("ask_question", object_, GUARDIAN, outcome, sheet=sheet, role=Role.GUARDIAN)
