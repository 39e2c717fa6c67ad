"""Support on the bus: what it hears, what it answers, and its clock."""

from nameko.timer import timer

from services.support import answering, asking, faq, figures, keeping
from services.support.office import Office
from services.support.providers import VaultProvider, office_of
from services.support.settings import SupportSettings
from shared.contracts.change_events import ChangeQueried, ChangeReturned
from shared.contracts.events import SheetIssued, UnitRegistered
from shared.contracts.support_commands import (
    AnswerQuestion,
    AskAboutSheet,
    AskAsStaff,
    Asked,
    FaqEntries,
    FaqEntry,
    FaqSearch,
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
    SheetAnswersRequest,
    SheetQuestions,
    ShowQuestion,
    StaffFaqSearch,
)
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.environment import SettingsProvider
from shared.plumbing.hears import Heard, hears
from shared.plumbing.operated import Operated
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import serves

CLIMB_EVERY_S = 60


class SupportService(Operated):
    """Questions, answers, FAQ; what nobody answers climbs the tree."""

    name = "support"

    database = DatabaseProvider()
    settings = SettingsProvider(SupportSettings)
    vault = VaultProvider()
    actors = ActorsProvider()

    @hears(UnitRegistered)
    def on_unit_registered(self, heard: Heard[UnitRegistered]) -> None:
        """A unit exists or was moved."""
        keeping.keep_unit(heard)

    @hears(SheetIssued)
    def on_sheet_issued(self, heard: Heard[SheetIssued]) -> None:
        """Sheets of a class were printed."""
        keeping.keep_sheets(heard)

    @hears(ChangeReturned)
    def on_change_returned(self, heard: Heard[ChangeReturned]) -> None:
        """A change went back to the school."""
        figures.note_returned(heard)

    @hears(ChangeQueried)
    def on_change_queried(self, heard: Heard[ChangeQueried]) -> None:
        """A guardian is asked about a change."""
        figures.note_queried(heard)

    @timer(interval=CLIMB_EVERY_S)  # type: ignore[untyped-decorator]  # nameko ships no types
    def climb(self) -> None:
        """Hand up what nobody answered in time."""
        answering.climb(self._office())

    @serves
    def ask(self, request: AskAboutSheet) -> Asked:
        """A guardian's question."""
        return asking.ask_about_sheet(self._office(), request)

    @serves
    def answers_of_sheet(self, request: SheetAnswersRequest) -> SheetQuestions:
        """The questions of a sheet with their answers."""
        return asking.answers_of_sheet(self._office(), request)

    @serves
    def search_faq(self, request: FaqSearch) -> FaqEntries:
        """What guardians find."""
        return faq.search_for_sheet(self._office(), request)

    @serves
    def ask_as_staff(self, request: AskAsStaff) -> Asked:
        """A question of a teacher, a school or an authority."""
        return asking.ask_as_staff(self._office(), request)

    @serves
    def inbox(self, request: InboxRequest) -> Inbox:
        """The open questions of one's desk."""
        return answering.inbox(self._office(), request)

    @serves
    def own_questions(self, request: OwnQuestions) -> OwnList:
        """What one has asked oneself."""
        return answering.own_questions(self._office(), request)

    @serves
    def show_question(self, request: ShowQuestion) -> Question:
        """One question, whole."""
        return answering.show(self._office(), request)

    @serves
    def answer_question(self, request: AnswerQuestion) -> Question:
        """Answer, or correct an answer."""
        return answering.answer(self._office(), request)

    @serves
    def pass_question(self, request: PassQuestion) -> Question:
        """Hand a question to the level above."""
        return answering.pass_up(self._office(), request)

    @serves
    def publish_faq(self, request: PublishFaq) -> FaqEntry:
        """Publish an entry or keep a canned answer."""
        return faq.publish(self._office(), request)

    @serves
    def retract_faq(self, request: RetractFaq) -> FaqEntry:
        """Take an entry away."""
        return faq.retract(self._office(), request)

    @serves
    def search_as_staff(self, request: StaffFaqSearch) -> FaqEntries:
        """What staff find, canned answers among it."""
        return faq.search_for_staff(self._office(), request)

    @serves
    def trouble_figures(self, request: FiguresRequest) -> Figures:
        """Where questions and returns come from."""
        return figures.figures(self._office(), request)

    def _office(self) -> Office:
        return office_of(self.settings, self.database, self.vault, self.actors)
