import pytest

from services.portal.pages.board import stages_of
from shared.contracts.progress_commands import Counts
from shared.kernel.authority import TABLE, Act, Role
from tests.unit.portal.fakes import Browser, FakeHouse


def test_the_board_shows_the_own_unit_and_who_is_furthest_behind_first() -> None:
    page = Browser(FakeHouse(Role.REVIEWER, "4403")).signed_in().get("/progress").text

    assert "深圳市" in page
    assert page.index("宝安区") < page.index("南山区")


def test_a_unit_below_opens_with_the_way_back() -> None:
    page = Browser(FakeHouse(Role.REVIEWER, "4403")).signed_in().get("/progress/440305").text

    assert 'href="/progress/4403"' in page
    assert "80.0%" in page


def test_nothing_of_the_tree_above_the_own_unit_is_shown() -> None:
    page = Browser(FakeHouse(Role.REVIEWER, "440305")).signed_in().get("/progress").text

    assert "深圳市" not in page
    assert "广东省" not in page


@pytest.mark.parametrize("unit", ["440306", "4403", "44"])
def test_a_unit_beside_or_above_is_refused(unit: str) -> None:
    answer = Browser(FakeHouse(Role.REVIEWER, "440305")).signed_in().get(f"/progress/{unit}")

    assert answer.status_code == 403


def test_a_unit_that_does_not_exist_says_where_to_begin() -> None:
    answer = Browser(FakeHouse()).signed_in().get("/progress/999999")

    assert answer.status_code == 404
    assert "逐级进入" in answer.text


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.SEE_COUNTS]])
def test_who_may_not_see_counts_is_neither_offered_nor_shown_them(role: Role) -> None:
    browser = Browser(FakeHouse(role, "4403")).signed_in()

    assert "/progress" not in browser.get("/").text
    assert browser.get("/progress").status_code == 403


def test_a_name_from_a_file_cannot_become_markup() -> None:
    page = Browser(FakeHouse(Role.REVIEWER, "440305")).signed_in().get("/progress").text

    assert "<南山>" not in page
    assert "&lt;南山&gt;" in page


def test_an_empty_unit_says_what_will_be_there() -> None:
    browser = Browser(FakeHouse(Role.SCHOOL_LEADER, "440305-017")).signed_in()

    assert "下面还没有单位" in browser.get("/progress").text


def test_a_share_is_rounded_as_the_ranked_tables_round_it() -> None:
    stages = stages_of(Counts(in_scope=11, issued=1, returned=11, entered=12))

    assert [stage.share for stage in stages] == [91, 1000, 0, 1000, 0, 0]
