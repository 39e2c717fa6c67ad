"""Photos that nobody could name by machine, by their pages: the queue, one of them, and who may."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.batch_commands import Candidate, FindSheet, FoundSheet
from shared.contracts.photo_commands import (
    AssignPhoto,
    Discarded,
    DiscardPhoto,
    ListOpenPhotos,
    OpenPhoto,
    OpenPhotos,
    PhotoSettled,
    UndoPhoto,
)
from shared.contracts.roster_commands import PupilName, PupilNames
from shared.contracts.scan_commands import PageState
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors import PageEnteredError, PagePlacedError
from shared.kernel.ids import ObjectId, SheetId, StudentId, UnitCode
from shared.kernel.sheet_code import Side
from tests.unit.portal.fakes import Browser, FakeHouse

SCHOOL, CLASS = UnitCode("440305-017"), UnitCode("440305-017")
ONE, TWO, VIEW = ObjectId("1" * 32), ObjectId("2" * 32), ObjectId("e" * 32)
SHEET = SheetId("0123456789ab")
QUEUE, PAGE = "/photos/waiting", f"/photos/waiting/{ONE}"
AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
LIKELY = Candidate(SHEET, 1, "front", CLASS, 7, 0.93, is_missing=True, signals=("class",))


def a_photo(object_: ObjectId = ONE, **more: Any) -> OpenPhoto:
    told: dict[str, Any] = {
        "unit": CLASS,
        "number_in_class": None,
        "state": PageState.UNMATCHED,
        "reason": "one_signal_only",
        "may_undo": False,
        "is_looked_at": True,
        "read_at": AT,
        "view": VIEW,
        "candidates": (LIKELY,),
    }
    return OpenPhoto(object_, **told | more)


def opened(
    *waiting: OpenPhoto,
    role: Role = Role.REGISTRAR,
    unit: str = SCHOOL,
    shown: OpenPhoto | None = None,
) -> Browser:
    house = FakeHouse(role, unit)
    house.answers |= {
        ("scan", "list_open_photos"): OpenPhotos(waiting),
        ("scan", "show_open_photo"): shown or a_photo(),
        ("scan", "assign_photo"): PhotoSettled(ONE, "matched", "by_person"),
        ("scan", "discard_photo"): PhotoSettled(ONE, "discarded", "not_legible"),
        ("scan", "undo_photo"): PhotoSettled(ONE, "unmatched", "one_signal_only"),
        ("roster", "pupil_names"): PupilNames((PupilName(StudentId("c" * 32), 7, "王小明"),)),
    }
    return Browser(house).signed_in()


def asked(browser: Browser, kind: type) -> list[Any]:
    return [request for _, _, request in browser.house.asked if isinstance(request, kind)]


def test_the_queue_is_of_the_own_unit_and_names_where_a_photo_came_from() -> None:
    browser = opened(a_photo(), a_photo(TWO, number_in_class=12, is_looked_at=False))

    page = browser.get(QUEUE).text

    assert {one.unit for one in asked(browser, ListOpenPhotos)} == {SCHOOL}
    for words in (f'href="{PAGE}"', "只有一项依据，需要人工确认", "12 号", "正在查看"):
        assert words in page


def test_an_empty_queue_says_so() -> None:
    assert "没有等待指定的照片" in opened().get(QUEUE).text


def test_home_and_the_list_of_piles_tell_how_many_photos_wait() -> None:
    browser = opened(a_photo(), a_photo(TWO))

    assert "认不出、要人工指认的照片" in browser.get("/").text
    assert "有 2 张上传的照片认不出是谁的表" in browser.get("/scans").text


def test_a_photo_shows_its_picture_and_candidates_with_masked_names() -> None:
    page = opened().get(PAGE).text

    for words in (f"{PAGE}.jpg", "7 号", "王*明", "表号吻合 93%", "为这个班拍摄。", "尚缺"):
        assert words in page
    assert "王小明" not in page


def test_a_picture_that_is_not_ready_is_said_in_its_place() -> None:
    browser = opened(shown=a_photo(view=None, is_looked_at=False))

    assert "图像还在准备" in browser.get(PAGE).text
    assert browser.get(f"{PAGE}.jpg").status_code == 409


def test_its_picture_carries_the_mark_of_who_looks() -> None:
    browser = opened()

    assert browser.get(f"{PAGE}.jpg").content_type == "image/jpeg"


def test_a_candidate_that_is_picked_is_assigned_and_the_next_photo_comes_by_itself() -> None:
    browser = opened(a_photo(TWO))

    answer = browser.post(PAGE, sheet=f"{SHEET}.back.2")

    (request,) = asked(browser, AssignPhoto)
    assert (request.object, request.sheet, request.side) == (ONE, SHEET, Side.BACK)
    assert request.serial == 2
    assert answer.headers["Location"] == f"/photos/waiting/{TWO}?said=assigned&undo={ONE}"
    page = browser.get(answer.headers["Location"]).text
    assert "已指定" in page
    assert f'action="{PAGE}/undo"' in page


def test_a_typed_number_is_sought_in_the_school_of_the_class() -> None:
    browser = opened(role=Role.HOMEROOM_TEACHER)
    found = FoundSheet(SHEET, 2, "front", CLASS, 9, is_returned=False)
    browser.house.answers["scan", "find_sheet"] = found

    browser.post(PAGE, number="0123 4567 8901 2140")

    # In the tree of these tests the teacher stands at 440305-017, below 440305.
    assert asked(browser, FindSheet)[0].school == "440305"
    assert asked(browser, AssignPhoto)[0].sheet == SHEET


def test_without_a_choice_nothing_is_assigned() -> None:
    browser = opened()

    assert browser.post(PAGE).status_code == 422
    assert asked(browser, AssignPhoto) == []


def test_a_photo_is_thrown_away_for_a_reason_of_the_list() -> None:
    browser = opened()
    browser.post(f"{PAGE}/discard", reason="王小明的表")
    answer = browser.post(f"{PAGE}/discard", reason="not_ours")

    reasons = [one.reason for one in asked(browser, DiscardPhoto)]
    assert reasons == [Discarded.NOT_LEGIBLE, Discarded.NOT_OURS]
    assert "已作废" in browser.get(answer.headers["Location"]).text


def test_the_last_step_is_taken_back_and_the_photo_is_there_again() -> None:
    browser = opened()

    answer = browser.post(f"{PAGE}/undo")

    assert [one.object for one in asked(browser, UndoPhoto)] == [ONE]
    assert answer.headers["Location"] == f"{PAGE}?said=undone"


def test_a_settled_photo_offers_to_be_placed_anew_and_nothing_else() -> None:
    settled = a_photo(state=PageState.MATCHED, reason="by_person", may_undo=True)

    page = opened(shown=settled).get(PAGE).text

    assert "撤销，重新指定" in page
    assert "这是谁的表" not in page


@pytest.mark.parametrize(
    ("method", "path", "refused", "words"),
    [
        ("assign_photo", PAGE, PagePlacedError(ONE, "matched"), "这张照片已经有人处理"),
        ("discard_photo", f"{PAGE}/discard", PagePlacedError(ONE, "matched"), "已经有人处理"),
        ("undo_photo", f"{PAGE}/undo", PageEnteredError(ONE, 0), "已经据此录入"),
    ],
)
def test_a_refusal_is_a_sentence(method: str, path: str, refused: Exception, words: str) -> None:
    browser = opened()
    browser.house.answers["scan", method] = refused

    answer = browser.post(path, sheet=f"{SHEET}.front.1")

    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.FIX_PAGE]])
def test_who_may_not_place_pages_sees_none_of_it(role: Role) -> None:
    browser = opened(role=role)

    for path in (QUEUE, PAGE, f"{PAGE}.jpg"):
        assert browser.get(path).status_code == 403
    for path in (PAGE, f"{PAGE}/discard", f"{PAGE}/undo"):
        assert browser.post(path).status_code == 403
