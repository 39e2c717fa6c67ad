"""Photos that a teacher takes for guardians: sent under the own name, told one by one."""

import io
import json
from typing import Any

import pytest

from services.portal.doors import Told
from services.portal.pages.classes.photo_words import photo_told
from shared.contracts.events import Sender
from shared.contracts.look_commands import PageToOpen, PhotoToOpen
from shared.contracts.scan_commands import PageState, PageVerdict, PhotoState, PhotoStates
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.ids import ObjectId, SheetId
from shared.kernel.units import Level
from tests.unit.portal.fakes import CAMPAIGN, TREE, Browser, FakeHouse
from tests.unit.portal.test_classes import CLASS, SCHOOL, a_house, a_sheet
from tests.unit.portal.test_proving import Bell, Door

PAGE = f"/class/{CLASS}/photos"
ONE, TWO, VIEW = ObjectId("d1" * 16), ObjectId("d2" * 16), ObjectId("e1" * 16)
WHERE = ((100, 200), (300, 200), (300, 260), (100, 260))


@pytest.fixture(autouse=True)
def tree(monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{TREE[SCHOOL][2]}{CLASS}/"
    monkeypatch.setitem(TREE, CLASS, ("三年级（2）班", Level.CLASS, path))


class Doorkeeper(Door):
    """Takes each photo as an object of its own, or refuses what it is told to."""

    def __init__(self, *answers: Told | ObjectId) -> None:
        super().__init__()
        self.answers = list(answers)

    def ask(self, *args: Any) -> Told:
        super().ask(*args)
        answer = self.answers.pop(0)
        if isinstance(answer, Told):
            return answer
        return Told(201, {}, json.dumps({"objects": [answer]}).encode())


def at(door: Doorkeeper, bell: Bell | None = None, house: FakeHouse | None = None) -> Browser:
    told = house or a_house()
    told.answers["scan", "photo_states"] = lambda asked: PhotoStates(
        tuple(PhotoState(one, PageState.WAITING) for one in asked.objects)
    )
    return Browser(told, scans=door, ring=(bell or Bell()).ring).signed_in()


def photos(*names: str) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(name.encode()), f"{name}.jpg") for name in names]


def test_photos_in_a_row_are_handed_over_one_by_one_for_the_class() -> None:
    door, bell = Doorkeeper(ONE, TWO), Bell()

    answer = at(door, bell).post(PAGE, photo=photos("a", "b"))

    assert answer.status_code == 303
    assert answer.location.endswith(f"?sent={ONE},{TWO}")
    assert [(path, body) for _, path, _, body in door.asked] == [
        ("/scan/photos", b"a"),
        ("/scan/photos", b"b"),
    ]
    assert {headers["Hecha-Unit"] for _, _, headers, _ in door.asked} == {CLASS}
    assert all("Hecha-Sheet" not in headers for _, _, headers, _ in door.asked)
    assert bell.rung == [(one, CAMPAIGN, Sender.TEACHER, None) for one in (ONE, TWO)]


def test_a_photo_for_one_pupil_is_of_that_sheet_and_no_other() -> None:
    door, bell = Doorkeeper(ONE), Bell()
    browser = at(door, bell)
    assert "替1 号" in browser.get(f"{PAGE}?sheet={a_sheet(1)}").text

    browser.post(PAGE, photo=photos("a"), sheet=a_sheet(1))

    [(_, _, headers, _)] = door.asked
    assert headers["Hecha-Sheet"] == a_sheet(1)
    assert bell.rung == [(ONE, CAMPAIGN, Sender.TEACHER, a_sheet(1))]


def test_a_photo_that_is_refused_leaves_the_others_where_they_are() -> None:
    refused = Told(422, {}, b'{"code": "not_an_image"}')
    browser = at(Doorkeeper(refused, TWO))

    answer = browser.post(PAGE, photo=photos("a", "b"))

    page = browser.get(answer.location).text
    assert "JPEG、PNG、WebP 或 HEIC" in page
    assert "第 1 张" in page
    assert "第 2 张" not in page


def test_what_was_sent_before_stays_on_the_page() -> None:
    browser = at(Doorkeeper(TWO))

    answer = browser.post(PAGE, photo=photos("b"), sent=ONE)

    assert f"{ONE},{TWO}" in answer.location


def test_without_a_photo_the_page_says_what_to_do() -> None:
    browser = at(Doorkeeper())

    answer = browser.post(PAGE)

    assert "请先拍照" in browser.get(answer.location).text


def test_while_a_photo_is_read_the_page_asks_again_and_then_no_more() -> None:
    browser = at(Doorkeeper())
    assert 'data-live="/class' in browser.get(f"{PAGE}?sent={ONE}").text
    assert 'data-moving="yes"' in browser.get(f"{PAGE}/live?sent={ONE}").text

    done = PhotoState(ONE, PageState.MATCHED, sheet=a_sheet(2), verdict=PageVerdict.COMPLETE)
    browser.house.answers["scan", "photo_states"] = PhotoStates((done,))

    page = browser.get(f"{PAGE}?sent={ONE}").text
    assert 'data-live=""' in page
    assert f'href="/class/{CLASS}/sheets/{a_sheet(2)}">2 号' in page
    assert "已收到，看得清" in page


def test_a_photo_with_something_to_mend_shows_where_it_is() -> None:
    browser = at(Doorkeeper())
    unsigned = PhotoState(ONE, PageState.MATCHED, sheet=a_sheet(2), verdict=PageVerdict.UNSIGNED)
    browser.house.answers["scan", "photo_states"] = PhotoStates((unsigned,))
    browser.house.answers["scan", "look_at_photo"] = PhotoToOpen(VIEW, (WHERE,))
    assert f'href="{PAGE}/{ONE}"' in browser.get(f"{PAGE}?sent={ONE}").text

    page = browser.get(f"{PAGE}/{ONE}").text
    picture = browser.get(f"{PAGE}/{ONE}.jpg")

    assert "没有看到签名" in page
    assert f'src="{PAGE}/{ONE}.jpg"' in page
    assert f'href="{PAGE}?sheet={a_sheet(2)}"' in page
    assert picture.content_type == "image/jpeg"
    assert browser.pictures.looked[0][0] == PageToOpen(VIEW, None, None)
    assert browser.pictures.pointed == [(WHERE,)]


def test_a_photo_that_is_fine_or_of_another_class_has_nothing_to_point_at() -> None:
    browser = at(Doorkeeper())
    fine = PhotoState(ONE, PageState.MATCHED, sheet=a_sheet(2), verdict=PageVerdict.COMPLETE)
    elsewhere = PhotoState(
        TWO, PageState.MATCHED, sheet=SheetId("ba9876543210"), verdict=PageVerdict.UNSIGNED
    )
    browser.house.answers["scan", "photo_states"] = PhotoStates((fine, elsewhere))

    assert "看在哪里" not in browser.get(f"{PAGE}?sent={ONE},{TWO}").text


def test_a_sheet_of_another_class_is_told_without_whose_it_is() -> None:
    browser = at(Doorkeeper())
    elsewhere = PhotoState(ONE, PageState.MATCHED, sheet=SheetId("ba9876543210"))
    browser.house.answers["scan", "photo_states"] = PhotoStates((elsewhere,))

    page = browser.get(f"{PAGE}?sent={ONE}").text

    assert "是别班学生的表" in page
    assert "ba9876543210" not in page


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.SEND_PHOTO]])
def test_who_may_not_photograph_is_neither_offered_nor_shown_it(role: Role) -> None:
    browser = at(Doorkeeper(), house=a_house(role))

    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, photo=photos("a")).status_code == 403


@pytest.mark.parametrize("state", list(PageState))
def test_every_state_of_a_photo_has_its_words(state: PageState) -> None:
    words, _advice, tone = photo_told(PhotoState(ONE, state), is_elsewhere=False)

    assert words
    assert tone in {"", "good", "warn", "bad"}
    assert state is PageState.DISCARDED or words != "没有识别成功" or state is PageState.FAILED


@pytest.mark.parametrize("verdict", list(PageVerdict))
def test_every_verdict_has_its_words(verdict: PageVerdict) -> None:
    told = PhotoState(ONE, PageState.MATCHED, verdict=verdict)

    assert photo_told(told, is_elsewhere=False)[0]
