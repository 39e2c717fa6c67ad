"""The lane of sheets without a change: classes, the sample, one confirmation, its undo."""

from typing import Any

import pytest

from shared.contracts.desk_commands import LaneClass, Work
from shared.contracts.lane_commands import Confirmed, Sample, SampledSheet
from shared.kernel.authority import Role
from shared.kernel.errors_review import (
    NothingToConfirmError,
    SampleNotSeenError,
    TooLateToUndoError,
)
from shared.kernel.ids import ObjectId, SheetId, UnitCode
from tests.unit.portal.fakes import Browser, FakeHouse

CLASS = UnitCode("440305-017")
SHEETS = tuple(SheetId(f"{number:012x}") for number in range(1, 6))
LANE = f"/entry/no-change/{CLASS}"


def a_sample(*seen: bool | None) -> Sample:
    looked = tuple(
        SampledSheet(sheet, number, ObjectId("a0" * 16), 0, is_blank)
        for number, (sheet, is_blank) in enumerate(zip(SHEETS, seen, strict=False), start=1)
    )
    return Sample("5a", CLASS, SHEETS, looked, all(one is not None for one in seen))


@pytest.fixture
def browser() -> Browser:
    browser = Browser(FakeHouse(Role.REGISTRAR, "440305-017"))
    browser.house.answers |= {
        ("review", "show_work"): Work(CLASS, {}, (), (LaneClass(CLASS, 5),)),
        ("review", "draw_sample"): a_sample(True, None, None),
        ("review", "mark_looked"): a_sample(True, True, None),
        ("review", "confirm_class"): Confirmed("c0ffee", SHEETS),
        ("review", "undo_confirmation"): Confirmed("c0ffee", ()),
    }
    return browser.signed_in()


def asked(browser: Browser, method: str) -> list[Any]:
    return [request for _, name, request in browser.house.asked if name == method]


def test_classes_are_listed_with_how_many_sheets_they_would_confirm(browser: Browser) -> None:
    page = browser.get("/entry/no-change").text

    assert f'href="{LANE}"' in page
    assert '<td class="number">5</td>' in page


def test_without_a_class_the_page_says_what_fills_it(browser: Browser) -> None:
    browser.house.answers["review", "show_work"] = Work(CLASS, {}, (), ())

    assert "现在没有" in browser.get("/entry/no-change").text


def test_the_next_sheet_of_the_sample_is_shown_to_be_looked_at(browser: Browser) -> None:
    page = browser.get(LANE).text

    assert "抽查第 2 张，共 3 张" in page
    assert f'src="/sheets/{SHEETS[1]}/sides/front.jpg"' in page
    assert "确认全班" not in page


@pytest.mark.parametrize(("word", "is_blank"), [("1", True), ("0", False)])
def test_what_was_seen_is_marked(browser: Browser, word: str, is_blank: bool) -> None:
    browser.post(f"{LANE}/look", sample="5a", sheet=SHEETS[1], blank=word)
    [request] = asked(browser, "mark_looked")

    assert (request.sample, request.sheet, request.is_blank) == ("5a", SHEETS[1], is_blank)


def test_when_all_are_looked_at_the_class_is_confirmed_in_one_act(browser: Browser) -> None:
    browser.house.answers["review", "draw_sample"] = a_sample(True, True, True)
    assert "确认全班 5 张无变更" in browser.get(LANE).text

    answer = browser.post(f"{LANE}/confirm", sample="5a")
    browser.house.answers["review", "draw_sample"] = NothingToConfirmError(CLASS)
    page = browser.get(answer.location).text

    assert asked(browser, "confirm_class")[0].sample == "5a"
    assert "已确认 5 张无变更" in page
    assert 'name="confirmation" value="c0ffee"' in page
    assert "没有可以整班确认" not in page


def test_a_sheet_that_was_not_blank_is_not_counted_among_those_confirmed(
    browser: Browser,
) -> None:
    browser.house.answers["review", "draw_sample"] = a_sample(True, False, True, True, True)

    assert "确认全班 4 张无变更" in browser.get(LANE).text


def test_a_confirmation_is_taken_back(browser: Browser) -> None:
    answer = browser.post(f"{LANE}/undo", confirmation="c0ffee")

    assert asked(browser, "undo_confirmation")[0].confirmation == "c0ffee"
    assert "已撤销确认" in browser.get(answer.location).text


@pytest.mark.parametrize(
    ("step", "method", "refusal", "told"),
    [
        ("confirm", "confirm_class", SampleNotSeenError("5a", 1), "抽中的表还没有看完"),
        ("undo", "undo_confirmation", TooLateToUndoError("c0ffee"), "已经不能再撤销"),
    ],
)
def test_a_refusal_says_what_to_do(
    browser: Browser, step: str, method: str, refusal: Exception, told: str
) -> None:
    browser.house.answers["review", method] = refusal
    answer = browser.post(f"{LANE}/{step}", sample="5a", confirmation="c0ffee")

    assert answer.status_code == 422
    assert told in answer.text


def test_a_class_without_candidates_says_which_sheets_count(browser: Browser) -> None:
    browser.house.answers["review", "draw_sample"] = NothingToConfirmError(CLASS)

    assert "变更栏全空" in browser.get(LANE).text


def test_nothing_is_confirmed_without_the_seal_or_by_another_step(browser: Browser) -> None:
    browser.post(f"{LANE}/confirm", seal=False, sample="5a")

    assert browser.post(f"{LANE}/all", sample="5a").status_code == 404
    assert asked(browser, "confirm_class") == []
