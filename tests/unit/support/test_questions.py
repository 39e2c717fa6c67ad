"""Questions: asked, answered, passed up the tree; and who may not."""

from datetime import timedelta

import pytest

from shared.contracts.support_commands import QuestionState
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownSheetError
from shared.kernel.errors_support import (
    NobodyAboveError,
    OwnQuestionError,
    TextRefusedError,
    TooManyQuestionsError,
    UnknownFieldError,
    UnknownQuestionError,
)
from shared.kernel.ids import QuestionId, SheetId
from tests.unit.support.house import CAMPAIGN, SHEET, House, an_issue

TEACHER, REGISTRAR, SUPPORT = Role.HOMEROOM_TEACHER, Role.REGISTRAR, Role.SUPPORT_STAFF
A_DAY = timedelta(days=1)


def test_a_guardians_question_lies_with_the_school(house: House) -> None:
    asked = house.ask(field="ethnic_group")

    assert asked.lies_with == "s1"
    for role, unit in ((TEACHER, "c11"), (REGISTRAR, "s1")):
        assert [one.question for one in house.inbox(role, unit).questions] == [asked.question]


def test_a_teacher_does_not_see_the_questions_of_another_class(house: House) -> None:
    house.ask()

    assert house.inbox(TEACHER, "c12").total == 0


def test_the_asker_reads_the_answer_at_the_same_sheet(house: House) -> None:
    asked = house.ask("民族写错了怎么改？")
    assert [(one.text, one.answer) for one in house.answers()] == [("民族写错了怎么改？", None)]

    house.answer(TEACHER, "c11", asked.question, "请在变更栏填写正确的民族。")

    assert [one.answer for one in house.answers()] == ["请在变更栏填写正确的民族。"]
    assert house.inbox(REGISTRAR, "s1").total == 0


def test_a_corrected_answer_replaces_the_one_shown_and_both_are_kept(house: House) -> None:
    asked = house.ask()
    house.answer(TEACHER, "c11", asked.question, "不用改。")

    whole = house.answer(REGISTRAR, "s1", asked.question, "请在变更栏填写。")

    assert [one.text for one in whole.answers] == ["不用改。", "请在变更栏填写。"]
    assert house.answers()[0].answer == "请在变更栏填写。"


def test_the_same_key_asks_once(house: House) -> None:
    assert house.ask().question == house.ask().question
    assert len(house.answers()) == 1
    assert len(house.said("question_asked")) == 1


def test_a_question_unanswered_for_a_working_day_climbs_level_by_level(house: House) -> None:
    asked = house.ask()

    way = []
    for _ in range(6):
        way.append(house.lies_with(asked.question))
        house.now += A_DAY
        house.climb()

    # Monday to Friday up to the province, where it stays.
    assert way == ["s1", "440305", "4403", "44", "44", "44"]
    assert house.inbox(SUPPORT, "44").questions[0].is_late


def test_a_question_of_friday_does_not_climb_over_the_weekend(house: House) -> None:
    house.now += 4 * A_DAY
    asked = house.ask()

    house.now += 2 * A_DAY
    assert house.climb() == 0

    house.now += A_DAY
    assert house.climb() == 1
    assert house.lies_with(asked.question) == "440305"


def test_an_answered_question_does_not_climb(house: House) -> None:
    house.answer(TEACHER, "c11", house.ask().question)
    house.now += 2 * A_DAY

    assert house.climb() == 0


def test_a_question_is_passed_up_by_hand_with_the_way_it_went(house: House) -> None:
    asked = house.ask()

    whole = house.pass_up(REGISTRAR, "s1", asked.question)

    assert [(one.lies_with, one.passed_by) for one in whole.steps] == [
        ("s1", "asked"),
        ("440305", "hand"),
    ]
    assert house.inbox(SUPPORT, "440305").total == 1
    assert house.inbox(REGISTRAR, "s1").total == 0


def test_nobody_passes_a_question_beyond_the_province(house: House) -> None:
    asked = house.ask()
    for _ in range(3):
        house.pass_up(SUPPORT, "44", asked.question)

    with pytest.raises(NobodyAboveError):
        house.pass_up(SUPPORT, "44", asked.question)


def test_support_staff_see_what_lies_with_them_and_on_demand_everything_below(
    house: House,
) -> None:
    house.ask()

    assert house.inbox(SUPPORT, "440305").total == 0
    assert house.inbox(SUPPORT, "440305", below=True).total == 1


def test_a_teachers_question_goes_to_the_school_and_a_schools_to_its_county(
    house: House,
) -> None:
    assert house.ask_as(TEACHER, "c11").lies_with == "s1"
    assert house.ask_as(REGISTRAR, "s1").lies_with == "440305"
    assert house.ask_as(SUPPORT, "440305").lies_with == "4403"


def test_staff_read_their_own_question_and_do_not_answer_it(house: House) -> None:
    asked = house.ask_as(REGISTRAR, "s1")

    assert house.show(REGISTRAR, "s1", asked.question).text == "打印机坏了怎么办？"
    with pytest.raises(OwnQuestionError):
        house.answer(REGISTRAR, "s1", asked.question)


def test_a_question_of_staff_is_not_shown_on_the_guardians_page(house: House) -> None:
    house.ask_as(TEACHER, "c11", sheet=SHEET)

    assert house.answers() == ()


def test_staff_do_not_hang_a_question_on_a_sheet_of_another_school(house: House) -> None:
    with pytest.raises(UnknownSheetError):
        house.ask_as(REGISTRAR, "s2", sheet=SHEET)


def test_a_sheet_that_moved_asks_its_new_school(house: House) -> None:
    house.hear(an_issue("c21", SHEET, serial=2), an_issue("c11", SHEET))

    assert house.ask().lies_with == "s2"


def test_a_sheet_nobody_told_of_cannot_ask(house: House) -> None:
    with pytest.raises(UnknownSheetError):
        house.ask(sheet=SheetId("f" * 12))

    assert house.acts()[-1] == ("guardian", "ask_question", "unknown_sheet")


def test_a_sheet_has_at_most_five_open_questions(house: House) -> None:
    asked = [house.ask(key=f"{number:032x}") for number in range(5)]
    with pytest.raises(TooManyQuestionsError):
        house.ask(key="f" * 32)

    house.answer(TEACHER, "c11", asked[0].question)

    assert house.ask(key="f" * 32)


@pytest.mark.parametrize("text", ["", " \n ", "长" * 501, "\0\0"])
def test_a_text_that_is_none_is_refused(house: House, text: str) -> None:
    with pytest.raises(TextRefusedError):
        house.ask(text)


def test_a_field_that_the_catalogue_does_not_have_is_refused(house: House) -> None:
    with pytest.raises(UnknownFieldError):
        house.ask(field="password")


def test_no_text_rests_open_or_leaves_on_the_bus(house: House) -> None:
    asked = house.ask("李小明的身份证号是四四零三")
    house.answer(TEACHER, "c11", asked.question, "李小明请到学校来")
    house.pass_up(REGISTRAR, "s1", house.ask("李小明还有问题", key="b" * 32).question)

    kept = house.everything_kept()
    assert "李小明".encode() not in kept
    assert "四四零三".encode() not in kept
    assert b"\\u674e" not in kept


def test_facts_carry_ids_and_codes(house: House) -> None:
    asked = house.ask(field="phone")
    house.answer(TEACHER, "c11", asked.question)

    assert house.said("question_asked") == [
        {
            "campaign": CAMPAIGN,
            "question": asked.question,
            "unit": "c11",
            "lies_with": "s1",
            "asker": "guardian",
            "sheet": SHEET,
            "field": "phone",
        }
    ]
    assert house.said("question_answered") == [
        {
            "campaign": CAMPAIGN,
            "question": asked.question,
            "unit": "c11",
            "answered_at": "c11",
            "number": 1,
        }
    ]


def test_every_act_of_support_is_told_to_audit(house: House) -> None:
    asked = house.ask()
    house.now += A_DAY
    house.climb()
    house.answer(SUPPORT, "440305", asked.question)

    assert house.acts() == [
        ("guardian", "ask_question", "done"),
        ("service:support", "pass_question", "done"),
        ("support_staff@440305", "answer_question", "done"),
    ]


OUTSIDERS = [
    (Role.HOMEROOM_TEACHER, "c12"),
    (Role.REGISTRAR, "s2"),
    (Role.ENTRY_CLERK, "s1"),
    (Role.SCHOOL_LEADER, "s1"),
    (Role.SUPPORT_STAFF, "440306"),
    (Role.REVIEWER, "440305"),
    (Role.UNIT_ADMINISTRATOR, "44"),
    (Role.OPERATOR, "44"),
    (Role.AUDITOR, "44"),
]


@pytest.mark.parametrize(("role", "unit"), OUTSIDERS)
@pytest.mark.parametrize("command", ["show", "answer", "pass_up"])
def test_nobody_else_reads_answers_or_passes_a_question(
    house: House, command: str, role: Role, unit: str
) -> None:
    asked = house.ask()

    with pytest.raises(NotAllowedError):
        getattr(house, command)(role, unit, asked.question)
    assert house.acts()[-1][0] == f"{role.value}@{unit}"
    assert house.acts()[-1][2] == "not_allowed"


@pytest.mark.parametrize(
    "role", [Role.ENTRY_CLERK, Role.SCHOOL_LEADER, Role.REVIEWER, Role.UNIT_ADMINISTRATOR]
)
def test_who_answers_nobody_has_no_inbox(house: House, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        house.inbox(role, "s1")


@pytest.mark.parametrize(
    ("role", "unit", "at"),
    [
        (Role.HOMEROOM_TEACHER, "c11", "c12"),
        (Role.REGISTRAR, "s1", "s2"),
        (Role.SUPPORT_STAFF, "440305", "s1"),
        (Role.AUDITOR, "44", "44"),
    ],
)
def test_nobody_asks_in_the_name_of_another_unit(
    house: House, role: Role, unit: str, at: str
) -> None:
    with pytest.raises(NotAllowedError):
        house.ask_as(role, unit, at)


def test_a_province_has_nobody_to_ask(house: House) -> None:
    with pytest.raises(NobodyAboveError):
        house.ask_as(SUPPORT, "44")


def test_a_question_nobody_asked_is_refused(house: House) -> None:
    with pytest.raises(UnknownQuestionError):
        house.show(SUPPORT, "44", QuestionId("0" * 32))


def test_staff_find_what_they_asked_with_its_answer_and_nobody_elses(house: House) -> None:
    house.ask()
    first = house.ask_as(TEACHER, "c11")
    house.now += A_DAY
    second = house.ask_as(TEACHER, "c11")
    house.answer(REGISTRAR, "s1", first.question)

    own = house.own(TEACHER, "c11")

    assert [(one.line.question, one.state) for one in own] == [
        (second.question, QuestionState.OPEN),
        (first.question, QuestionState.ANSWERED),
    ]
    assert house.own(REGISTRAR, "s1") == ()


def test_an_auditor_asks_nothing_and_finds_nothing(house: House) -> None:
    with pytest.raises(NotAllowedError):
        house.own(Role.AUDITOR, "44")
