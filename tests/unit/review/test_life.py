"""The life of entries, driven at random against a model of a dozen lines."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from services.review.domain import (
    ASKING,
    NEXT,
    ON_THE_WAY,
    OPEN,
    UNFINISHED,
    Step,
    deciding_unit,
)
from services.review.entries.outcome import contradictions
from services.review.entries.showing import shown_all
from services.review.entries.store import entries_of
from services.review.querying import usecases as querying
from services.review.reconciling import usecases as reconciling
from shared.contracts.change_events import ChangeApplied, ChangeConflicted
from shared.contracts.fields import FieldKind
from shared.contracts.lane_commands import AnswerQuery, FinishSheet, QueryGuardian, QueryReason
from shared.contracts.review_commands import (
    EntryShown,
    EntryState,
    ReturnReason,
    Verdict,
)
from shared.kernel.errors import DomainError
from shared.kernel.id_number import birth_date, check_character, sex
from shared.kernel.ids import UnitCode
from tests.unit.review.house import (
    CLERK,
    LEADER,
    TEACHER,
    TOKEN,
    House,
    a_return,
    a_sheet,
    a_student,
    an_issue,
)

S = EntryState
FIELDS = ("phone", "health")
VALUES = {"phone": ("13800139000", "13800139001"), "health": ("20", "30")}
FINAL = {S.DROPPED, S.WITHDRAWN, S.REJECTED, S.APPLIED}


@dataclass
class Expected:
    """What the model knows of the newest entry of a field."""

    state: EntryState
    entry: str  # which one it is: two entries of one moment have no order of their own
    revision: int = 0
    may_undo: bool = False
    decided: Verdict | None = None
    is_taken_back: bool = False  # by whoever would take it back again


class Life(RuleBasedStateMachine):
    """One sheet, two fields, everybody acting as they may."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.house = House.at(Path(self.folder.name)).hear(an_issue(1), a_return(1))
        reconciling.finish_sheet(self.house.office, CLERK, FinishSheet(TOKEN, a_sheet(1)))
        self.model: dict[str, Expected] = {}
        self.over: list[EntryState] = []  # entries before the newest one of each field

    @initialize()
    def begin_with_both_submitted(self) -> None:
        for field in FIELDS:
            self.enter(field, 0)
            self.submit(field)

    def teardown(self) -> None:
        self.house.database.dispose()
        self.folder.cleanup()

    def shown(self, field: str) -> EntryShown:
        """The newest entry of a field."""
        newest = self.model[field].entry
        return next(one for one in self.all() if one.entry == newest)

    def all(self) -> list[EntryShown]:
        with self.house.database.transaction() as tx:
            office = self.house.office
            return list(shown_all(office, tx, entries_of(tx, a_sheet(1))))

    def refused(self, act) -> None:
        with pytest.raises(DomainError):
            act()

    @rule(field=st.sampled_from(FIELDS), which=st.integers(0, 1))
    def enter(self, field: str, which: int) -> None:
        now = self.model.get(field)
        if now is not None and now.state in ON_THE_WAY | {S.QUERIED}:
            self.refused(lambda: self.house.enter(VALUES[field][which], field))
            return
        entry = self.house.enter(VALUES[field][which], field).entry
        if now is None or now.state in FINAL:
            self.over += [now.state] if now else []
            self.model[field] = Expected(S.DRAFTED, entry)
        else:
            now.state, now.may_undo = S.DRAFTED, False

    @precondition(lambda self: self.model)
    @rule(field=st.sampled_from(FIELDS))
    def submit(self, field: str) -> None:
        now = self.model.get(field)
        if now is None:
            return
        entry = self.shown(field)
        if now.state is not S.DRAFTED:
            self.refused(lambda: self.house.submit(entry))
            return
        self.house.submit(entry)
        now.state, now.revision, now.decided = S.SUBMITTED, now.revision + 1, None

    @precondition(lambda self: self.model)
    @rule(field=st.sampled_from(FIELDS))
    def withdraw(self, field: str) -> None:
        now = self.model.get(field)
        if now is None:
            return
        entry = self.shown(field)
        if now.is_taken_back:
            assert self.house.withdraw(entry).sequence == entry.sequence  # sent twice, done once
            return
        if now.state not in UNFINISHED | {S.SUBMITTED}:
            self.refused(lambda: self.house.withdraw(entry))
            return
        self.house.withdraw(entry)
        is_draft = now.state in (S.DRAFTED, S.QUERIED)
        is_dropped = is_draft and (now.revision == 0 or now.state is S.QUERIED)
        now.state, now.may_undo = (S.DROPPED if is_dropped else S.WITHDRAWN), False
        now.is_taken_back = True

    @precondition(lambda self: any(one.state is S.DRAFTED for one in self.model.values()))
    @rule(data=st.data(), is_no_change=st.booleans())
    def ask_the_guardian(self, data: st.DataObject, is_no_change: bool) -> None:
        drafts = sorted(key for key, one in self.model.items() if one.state is S.DRAFTED)
        field = data.draw(st.sampled_from(drafts))
        entry = self.shown(field).entry
        asked = QueryGuardian(TOKEN, entry, QueryReason.UNREADABLE)
        querying.query_guardian(self.house.office, CLERK, asked)
        answer = AnswerQuery(TOKEN, entry, "问过了", is_no_change)
        querying.answer_query(self.house.office, TEACHER, answer)
        self.model[field].state = S.DROPPED if is_no_change else S.DRAFTED

    @rule(verdict=st.sampled_from(Verdict), then=st.sampled_from(["go on", "undo", "too late"]))
    def decide_what_waits(self, verdict: Verdict, then: str) -> None:
        for field in FIELDS:  # so that something waits, whatever was drawn before
            now = self.model.get(field)
            if now is None or now.state not in OPEN:
                self.enter(field, 0)
            elif now.state in (S.RETURNED, S.CONFLICTED):
                self.enter(field, 1)
            if self.model[field].state is S.DRAFTED:
                self.submit(field)
        field = self.decide(verdict)
        if field is not None and then != "go on":
            if then == "too late":
                self.let_words_leave()
            self.undo(field)

    def decide(self, verdict: Verdict) -> str | None:
        waiting = {key for key, one in self.model.items() if one.state is S.SUBMITTED}
        task = self.house.next(LEADER).task
        assert (task is not None) == bool(waiting)
        if task is None:
            return None
        assert task.field in waiting
        reason = None if verdict is Verdict.APPROVE else ReturnReason.UNREADABLE
        self.house.decide(task, verdict, who=LEADER, reason=reason)
        now = self.model[task.field]
        now.state = {
            Verdict.APPROVE: S.APPROVED,
            Verdict.RETURN: S.RETURNED,
            Verdict.REJECT: S.REJECTED,
        }[verdict]
        now.may_undo, now.decided = True, verdict
        return task.field

    @precondition(lambda self: self.model)
    @rule(field=st.sampled_from(FIELDS))
    def undo(self, field: str) -> None:
        now = self.model.get(field)
        if now is None:
            return
        entry = self.shown(field)
        if not now.may_undo:
            self.refused(lambda: self.house.undo(entry, LEADER))
            return
        self.house.undo(entry, LEADER)
        now.state, now.may_undo, now.decided = S.SUBMITTED, False, None

    @rule()
    def let_words_leave(self) -> None:
        self.house.clock.pass_(seconds=11)
        self.house.relay()
        for one in self.model.values():
            one.may_undo = False

    @rule(is_applied=st.booleans())
    def roster_answers(self, is_applied: bool) -> None:
        self.let_words_leave()
        for field, one in self.model.items():
            if one.state is S.APPROVED:
                entry = self.shown(field).entry
                kind = ChangeApplied if is_applied else ChangeConflicted
                fact = kind(entry, a_student(1), field, one.revision, 2)
                self.house.hear(fact, fact)
                one.state = S.APPLIED if is_applied else S.CONFLICTED

    @rule()
    def lose_the_lease(self) -> None:
        self.house.clock.pass_(minutes=6)

    @invariant()
    def every_entry_is_where_the_model_has_it(self) -> None:
        states = sorted(one.state for one in self.all())
        assert states == sorted([*self.over, *(one.state for one in self.model.values())])

    @invariant()
    def a_field_has_one_open_entry_and_a_person_one_task(self) -> None:
        open_ = [one.field for one in self.all() if one.state in OPEN]
        held = [one.holder for one in self.all() if one.holder is not None]
        assert len(open_) == len(set(open_))
        assert len(held) == len(set(held))

    @invariant()
    def the_sheet_is_told_as_it_stands(self) -> None:
        states = {one.state for one in self.all()}
        entered = bool(states & ASKING) and not states & UNFINISHED
        told = self.house.entered()
        assert (told[-1] if told else False) == entered

    @invariant()
    def every_word_that_leaves_was_decided_once(self) -> None:
        approved = self.house.said("change_approved")
        keys = [(one.entry, one.revision) for one in approved]
        assert len(keys) == len(set(keys))


TestLife = pytest.mark.slow(Life.TestCase)
Life.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.slow
def test_the_life_of_entries_at_length() -> None:
    at_length = settings(
        max_examples=25,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=at_length)


def test_what_is_over_stays_over() -> None:
    for state in EntryState:
        if state in FINAL - {S.REJECTED} | {S.EXPIRED}:
            assert not [step for step in Step if (state, step) in NEXT]


@given(kind=st.sampled_from([FieldKind.KEY_DATA, FieldKind.MAINTENANCE]))
def test_key_data_goes_up_to_the_authority_that_manages_the_school(kind: FieldKind) -> None:
    found = deciding_unit(kind, UnitCode("school"), UnitCode("4403"))

    assert (found == "4403") == (kind is FieldKind.KEY_DATA)


@given(
    day=st.dates(min_value=date(1990, 1, 1), max_value=date(2025, 12, 31)),
    number=st.integers(0, 999),
    other=st.booleans(),
)
def test_an_outcome_is_consistent_exactly_when_number_birth_date_and_sex_agree(
    day, number: int, other: bool
) -> None:
    body = f"440305{day:%Y%m%d}{number:03}"
    full = body + check_character(body)
    born = birth_date(full)
    assert born is not None
    said = "2" if (sex(full) == "1") == other else "1"
    values = {"id_type": "1", "id_number": full, "birth_date": born.isoformat(), "sex": said}
    found = contradictions(values, ["id_number"], date(2026, 3, 2))

    assert found == ([] if said == sex(full) else ["id_other_sex"])
