"""The facts of questions: asked, answered, passed up. Their texts never leave support."""

from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.facts import Fact, fact
from shared.kernel.ids import CampaignId, QuestionId, SheetId, UnitCode


class Asker(StrEnum):
    """Who asks."""

    GUARDIAN = "guardian"
    STAFF = "staff"


class PassedBy(StrEnum):
    """Why a question went up."""

    HAND = "hand"
    CLOCK = "clock"  # nobody answered for a working day


@fact("question_asked", said_by="support")
@dataclass(frozen=True, slots=True)
class QuestionAsked(Fact):
    """Somebody asked; it lies with a unit. A sheet and a field if it is about them."""

    campaign: CampaignId
    question: QuestionId
    unit: UnitCode  # where the asker stands: a class, a school, an authority
    lies_with: UnitCode
    asker: Asker
    sheet: SheetId | None
    field: str | None


@fact("question_answered", said_by="support")
@dataclass(frozen=True, slots=True)
class QuestionAnswered(Fact):
    """A question has an answer; a corrected answer has the next number."""

    campaign: CampaignId
    question: QuestionId
    unit: UnitCode
    answered_at: UnitCode  # the unit of whoever answered
    number: int  # from 1


@fact("question_passed", said_by="support")
@dataclass(frozen=True, slots=True)
class QuestionPassed(Fact):
    """A question went up one level."""

    campaign: CampaignId
    question: QuestionId
    unit: UnitCode
    lies_with: UnitCode
    passed_by: PassedBy
