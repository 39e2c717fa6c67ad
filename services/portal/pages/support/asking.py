"""What the pages about questions ask the house."""

from services.portal.house import House
from shared.contracts.progress_commands import SheetStagesRequest, StagesTold
from shared.contracts.support_commands import (
    AnswerQuestion,
    AskAsStaff,
    Asked,
    FaqEntries,
    FaqEntry,
    Figures,
    FiguresRequest,
    Inbox,
    InboxRequest,
    OwnList,
    OwnQuestions,
    PassQuestion,
    PublishFaq,
    Question,
    RetractFaq,
    ShowQuestion,
    StaffFaqSearch,
)
from shared.kernel.ids import ActorToken, CampaignId, SheetId


def inbox(house: House, request: InboxRequest) -> Inbox:
    """Open questions, the most urgent first."""
    return house.ask("support", "inbox", request, Inbox)


def own_questions(house: House, request: OwnQuestions) -> OwnList:
    """What one has asked oneself."""
    return house.ask("support", "own_questions", request, OwnList)


def question(house: House, request: ShowQuestion) -> Question:
    """One question with its answers and its way."""
    return house.ask("support", "show_question", request, Question)


def ask(house: House, request: AskAsStaff) -> Asked:
    """Hand a question to the level above."""
    return house.ask("support", "ask_as_staff", request, Asked)


def answer(house: House, request: AnswerQuestion) -> Question:
    """Answer, or correct an answer."""
    return house.ask("support", "answer_question", request, Question)


def pass_up(house: House, request: PassQuestion) -> Question:
    """Hand a question on to the level above."""
    return house.ask("support", "pass_question", request, Question)


def publish(house: House, request: PublishFaq) -> FaqEntry:
    """Publish an entry, or keep a canned answer."""
    return house.ask("support", "publish_faq", request, FaqEntry)


def retract(house: House, request: RetractFaq) -> FaqEntry:
    """Take an entry away."""
    return house.ask("support", "retract_faq", request, FaqEntry)


def search(house: House, request: StaffFaqSearch) -> tuple[FaqEntry, ...]:
    """Entries that fit some words; without words the newest."""
    return house.ask("support", "search_as_staff", request, FaqEntries).entries


def figures(house: House, request: FiguresRequest) -> Figures:
    """Which fields make trouble where."""
    return house.ask("support", "trouble_figures", request, Figures)


def stages(house: House, token: ActorToken, campaign: CampaignId, sheet: SheetId) -> StagesTold:
    """How far the sheet of a question has come."""
    request = SheetStagesRequest(token, campaign, sheet)
    return house.ask("progress", "sheet_stages", request, StagesTold)
