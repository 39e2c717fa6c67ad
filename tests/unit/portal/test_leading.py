"""The leader's list of changes: masked, opened and decided one by one."""

from datetime import date

import pytest

from shared.contracts.fields import FieldKind
from shared.contracts.leader_commands import SchoolChange, SchoolChanges
from shared.contracts.people_commands import Names, PersonName
from shared.contracts.review_commands import TaskCommand, TaskShown
from shared.contracts.roster_commands import PupilName, PupilNames
from shared.kernel.authority import Role
from shared.kernel.errors_review import EntryStateError
from shared.kernel.ids import EntryId, PersonId, StudentId, UnitCode
from tests.unit.portal.fakes import Browser, FakeHouse, a_task

SCHOOL, CLASS = UnitCode("440305-017"), UnitCode("440305-017-32")
STUDENT = StudentId("ab" * 16)
FIRST, SECOND = EntryId("c1" * 16), EntryId("c2" * 16)


def a_change(entry: EntryId = FIRST, **changed) -> SchoolChange:
    told = {
        "entry": entry,
        "unit": CLASS,
        "student": STUDENT,
        "number_in_class": 7,
        "field": "phone",
        "kind": FieldKind.MAINTENANCE,
        "old": "13800138000",
        "new": "13900139000",
        "is_stale": False,
        "due": date(2026, 10, 26),
        "with_other": None,
        "is_own": False,
    }
    return SchoolChange(**told | changed)


@pytest.fixture
def browser() -> Browser:
    house = FakeHouse(Role.SCHOOL_LEADER, SCHOOL)
    health = a_change(SECOND, field="health", old="10", new="20")
    house.answers = {
        ("review", "list_school_changes"): SchoolChanges(SCHOOL, 5, (a_change(), health)),
        ("review", "open_task"): TaskShown(a_task(), (), 5),
        ("roster", "pupil_names"): PupilNames((PupilName(STUDENT, 7, "王小明"),)),
    }
    return Browser(house).signed_in()


def opened(browser: Browser) -> list[str]:
    return [one.entry for _, method, one in browser.house.asked if method == "open_task"]


def test_changes_stand_by_class_with_old_beside_new_and_names_masked(browser: Browser) -> None:
    page = browser.get("/changes").text

    assert "共 5 条等待您审核" in page
    assert "7 号 王*明" in page
    assert "王小明" not in page
    assert "（10）" in page
    assert "（20）" in page


def test_numbers_of_people_are_masked_until_their_change_is_opened(browser: Browser) -> None:
    page = browser.get("/changes").text

    assert "138****8000" in page
    assert "13800138000" not in page


def test_what_is_chosen_opens_one_after_the_other(browser: Browser) -> None:
    answer = browser.post("/changes", entry=[FIRST, SECOND])
    page = browser.get(answer.location)
    browser.house.task = a_task()
    decide = browser.get(page.location).text

    assert answer.location == f"/changes/next?rest={FIRST},{SECOND}"
    assert opened(browser) == [FIRST]
    assert f"rest={SECOND}" in page.location
    assert f"?rest={SECOND}" in decide


def test_the_button_beside_a_change_opens_that_one_alone(browser: Browser) -> None:
    answer = browser.post("/changes", entry=[FIRST], one=SECOND)
    browser.get(answer.location)

    assert opened(browser) == [SECOND]


def test_after_a_verdict_the_next_chosen_change_opens(browser: Browser) -> None:
    browser.house.task = a_task()
    answer = browser.post(f"/decide/{FIRST}?rest={SECOND}", verdict="approve", revision="2")
    after = browser.get(answer.location)

    assert opened(browser) == [SECOND]
    assert f"entry={FIRST}" in after.location
    assert [one.entry for one in browser.house.decided] == [FIRST]


def test_after_the_last_one_the_list_comes_back_with_an_undo(browser: Browser) -> None:
    browser.house.task = a_task()
    answer = browser.post(f"/decide/{FIRST}?rest=", verdict="approve", revision="2")
    page = browser.get(browser.get(answer.location).location).text

    assert "已通过" in page
    assert f'action="/decide/{FIRST}/undo?rest="' in page


def test_what_was_decided_meanwhile_is_passed_over(browser: Browser) -> None:
    def refuse_first(request: TaskCommand) -> TaskShown:
        if request.entry == FIRST:
            raise EntryStateError(FIRST, "approved", "open")
        return TaskShown(a_task(), (), 1)

    browser.house.answers["review", "open_task"] = refuse_first
    answer = browser.get(f"/changes/next?rest={FIRST},{SECOND}")

    assert answer.location.startswith("/decide")
    assert opened(browser) == [FIRST, SECOND]


def test_an_own_entry_and_one_in_other_hands_cannot_be_chosen(browser: Browser) -> None:
    held = a_change(SECOND, with_other=PersonId("c0" * 8))
    own = SchoolChanges(SCHOOL, 2, (a_change(is_own=True), held))
    browser.house.answers["review", "list_school_changes"] = own
    page = browser.get("/changes").text

    assert page.count(" disabled>") == 2
    assert "由您录入，须由他人审核" in page
    assert "他人正在办理" in page

    told = Names((PersonName(PersonId("c0" * 8), "孙副校长"),))
    browser.house.answers["accounts", "colleagues"] = told
    assert "孙副校长正在办理" in browser.get("/changes").text


def test_nothing_chosen_opens_nothing(browser: Browser) -> None:
    assert browser.post("/changes").status_code == 400
    assert opened(browser) == []


def test_an_empty_list_says_so(browser: Browser) -> None:
    browser.house.answers["review", "list_school_changes"] = SchoolChanges(SCHOOL, 0, ())

    assert "没有等待审核的变更" in browser.get("/changes").text


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.REVIEWER, Role.HOMEROOM_TEACHER])
def test_the_list_is_for_leaders(role: Role) -> None:
    assert Browser(FakeHouse(role, "440305")).signed_in().get("/changes").status_code == 403
