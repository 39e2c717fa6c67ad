"""What may be asked of support: by guardians through the edge, by staff with a token."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.contracts.acts import command
from shared.contracts.support_events import Asker
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, CampaignId, QuestionId, SheetId, UnitCode
from shared.kernel.units import Level

LONGEST_TEXT = 500  # characters of a question, of an answer, of an FAQ entry


class QuestionState(StrEnum):
    """Whether somebody is still to answer."""

    OPEN = "open"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class AskAboutSheet:
    """A guardian's question, through the page of the sheet; the edge has checked its code."""

    campaign: CampaignId
    sheet: SheetId
    key: str  # 32 hex digits: the same for every repetition of one question
    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question was taken."""

    question: QuestionId
    lies_with: UnitCode
    due_at: datetime  # then it climbs, unless it is answered


@dataclass(frozen=True, slots=True)
class SheetAnswersRequest:
    """Ask for the questions of a sheet, with their answers; the edge has checked its code."""

    campaign: CampaignId
    sheet: SheetId


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """One question as its asker sees it."""

    asked_at: datetime
    text: str
    field: str | None
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SheetQuestions:
    """The questions of a sheet, newest first."""

    questions: tuple[SheetQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class FaqSearch:
    """Search the FAQ of the units above a sheet; without words, its newest entries."""

    campaign: CampaignId
    sheet: SheetId
    words: str = ""


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """A question many ask, with its answer."""

    entry: int
    title: str
    text: str
    unit: UnitCode  # whose it is; those below see it too
    is_public: bool = True  # False: a canned answer, for staff only


@dataclass(frozen=True, slots=True)
class FaqEntries:
    """Entries of the FAQ, best first."""

    entries: tuple[FaqEntry, ...] = ()


@command(Act.ASK_QUESTION)
@dataclass(frozen=True, slots=True)
class AskAsStaff:
    """A question of a teacher, a school or an authority; it goes to the level above."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    text: str
    sheet: SheetId | None = None
    field: str | None = None


@command(Act.ANSWER_QUESTION)
@dataclass(frozen=True, slots=True)
class InboxRequest:
    """Ask for the open questions that lie with one's unit; with `below`, of all below it too."""

    actor: ActorToken
    campaign: CampaignId
    below: bool = False


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One open question, without its text."""

    question: QuestionId
    asker: Asker
    unit: UnitCode
    lies_with: UnitCode
    sheet: SheetId | None
    field: str | None
    asked_at: datetime
    due_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """Open questions, the most urgent first; at most as many as fit a page."""

    questions: tuple[QuestionLine, ...] = ()
    total: int = 0


@command(Act.ASK_QUESTION)
@dataclass(frozen=True, slots=True)
class OwnQuestions:
    """Ask for what one has asked oneself, newest first."""

    actor: ActorToken
    campaign: CampaignId


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """One question as a list of its asker shows it."""

    line: QuestionLine
    state: QuestionState


@dataclass(frozen=True, slots=True)
class OwnList:
    """What somebody asked, newest first; as many as fit a page."""

    questions: tuple[OwnQuestion, ...] = ()


@command(Act.ANSWER_QUESTION, Act.ASK_QUESTION)
@dataclass(frozen=True, slots=True)
class ShowQuestion:
    """Ask for one question with its text and history."""

    actor: ActorToken
    question: QuestionId


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer; the last one counts."""

    number: int
    unit: UnitCode
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """Where a question has lain, since when."""

    lies_with: UnitCode
    since: datetime
    passed_by: str  # "asked", "hand" or "clock"


@dataclass(frozen=True, slots=True)
class Question:
    """One question, whole. Nothing of the pupil's record: the sheet is a number here."""

    line: QuestionLine
    state: QuestionState
    text: str
    answers: tuple[AnswerLine, ...]
    steps: tuple[Step, ...]


@command(Act.ANSWER_QUESTION)
@dataclass(frozen=True, slots=True)
class AnswerQuestion:
    """Answer a question, with own words or those of an FAQ entry or canned answer."""

    actor: ActorToken
    question: QuestionId
    text: str = ""
    entry: int | None = None


@command(Act.ANSWER_QUESTION)
@dataclass(frozen=True, slots=True)
class PassQuestion:
    """Hand a question to the level above now."""

    actor: ActorToken
    question: QuestionId


@command(Act.PUBLISH_FAQ)
@dataclass(frozen=True, slots=True)
class PublishFaq:
    """Publish an entry for one's unit and all below; from an answered question, or in own words.

    What is published is read by everybody: nothing of the asker may stand in it.
    """

    actor: ActorToken
    campaign: CampaignId
    title: str
    text: str = ""
    question: QuestionId | None = None
    is_public: bool = True


@command(Act.PUBLISH_FAQ)
@dataclass(frozen=True, slots=True)
class RetractFaq:
    """Take an entry of one's unit away."""

    actor: ActorToken
    entry: int


@command(Act.ANSWER_QUESTION, Act.ASK_QUESTION)
@dataclass(frozen=True, slots=True)
class StaffFaqSearch:
    """Search entries of one's unit and all above it; canned answers only for who answers."""

    actor: ActorToken
    words: str = ""


@command(Act.SEE_COUNTS)
@dataclass(frozen=True, slots=True)
class FiguresRequest:
    """Ask where questions and returns come from, by field, for the units of one level."""

    actor: ActorToken
    campaign: CampaignId
    unit: UnitCode
    level: Level = Level.COUNTY


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """How one field fares in one unit."""

    unit: UnitCode
    field: str | None  # None: about no field
    questions: int
    queried: int  # changes about which a guardian had to be asked
    returned: int  # changes that a decision sent back


@dataclass(frozen=True, slots=True)
class Figures:
    """Fields by unit, the most trouble first."""

    rows: tuple[FieldFigures, ...] = ()
