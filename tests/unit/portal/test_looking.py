"""Pictures of paper: who is shown which, marked with whom, and what is said when there is none."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image, ImageChops

from services.portal.pages.looking.showing import mark_of
from services.portal.pages.staff import Visitor
from services.portal.pictures import Pictures, marked
from shared.contracts.actors import Actor
from shared.contracts.look_commands import LookAtPage, PageToOpen
from shared.contracts.storage_commands import Purpose
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors import (
    GrantRefusedError,
    NotAllowedError,
    PageNotSeenError,
    SealedObjectError,
)
from shared.kernel.ids import AccountId, ActorToken, ObjectId, PersonId, UnitCode
from shared.plumbing.grants import Opened
from shared.sealing.body import NotSealedError
from tests.unit.portal.fakes import Browser, FakeHouse

SHEET, VIEW = "0123456789ab", ObjectId("a0" * 16)
PAGE = PageToOpen(VIEW, (2100, 2970), (100, 200, 1000, 80))
SIDE, PLACE = f"/sheets/{SHEET}/sides/front", f"/sheets/{SHEET}/places/phone.jpg"


@pytest.fixture
def browser() -> Browser:
    browser = Browser(FakeHouse(Role.REGISTRAR, "440305-017"))
    browser.house.answers["scan", "look_at_page"] = PAGE
    return browser.signed_in()


def a_view(width: int = 1050, height: int = 1485, grey: int = 255) -> bytes:
    out = io.BytesIO()
    Image.new("L", (width, height), grey).save(out, "JPEG")
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_place_is_asked_of_scan_and_shown_without_being_kept(browser: Browser) -> None:
    answer = browser.get(PLACE)
    [(_, _, asked)] = [one for one in browser.house.asked if one[1] == "look_at_page"]
    [(page, _)] = browser.pictures.looked

    assert isinstance(asked, LookAtPage)
    assert (asked.sheet, asked.place) == (SHEET, "phone")
    assert page is PAGE
    assert (answer.data, answer.content_type) == (b"picture", "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_picture_carries_account_person_and_beijing_time() -> None:
    path, at = "44/4403/440305/440305-017/", datetime(2026, 10, 12, 18, 5, tzinfo=UTC)
    who = PersonId("0f" * 8), AccountId("440305-017.03"), Role.REGISTRAR, UnitCode("440305-017")
    visitor = Visitor("s", ActorToken("t"), Actor(*who, path, at + timedelta(minutes=5)))

    assert mark_of(visitor, at) == "440305-017.03 0f0f0f 2026-10-13 02:05"


def test_a_side_has_a_page_of_its_own_that_says_looks_are_on_record(browser: Browser) -> None:
    page = browser.get(SIDE).text

    assert f'src="{SIDE}.jpg"' in page
    assert "审计日志" in page
    assert browser.pictures.looked == []


@pytest.mark.parametrize("path", [f"{SIDE}x", f"/sheets/{SHEET}/sides/top.jpg"])
def test_a_sheet_has_two_sides_and_no_other(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("refusal", "status", "told"),
    [
        (PageNotSeenError(SHEET), 409, "还没有可看的图片"),
        (NotAllowedError(Act.SEE_PAGE), 403, "不能打开"),
    ],
)
def test_scan_refuses_a_look_and_the_picture_says_why(
    browser: Browser, refusal: Exception, status: int, told: str
) -> None:
    browser.house.answers["scan", "look_at_page"] = refusal
    answer = browser.get(PLACE)

    assert (answer.status_code, told in answer.text) == (status, True)
    assert browser.pictures.looked == []


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("unwatched", "现在不能查看"),
        ("not_kept", "正在存档"),
        ("erased", "已按规定销毁"),
        ("no_actor", "没有打开"),
    ],
)
def test_storage_refuses_a_look_and_the_page_can_say_what_to_do(
    browser: Browser, reason: str, told: str
) -> None:
    browser.pictures.refuses = GrantRefusedError(VIEW, reason)
    answer = browser.get(PLACE)

    assert answer.status_code == 409
    assert answer.content_type.startswith("text/plain")
    assert told in answer.text


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.SEE_PAGE]])
@pytest.mark.parametrize("path", [PLACE, SIDE, f"{SIDE}.jpg"])
def test_who_may_see_no_paper_is_shown_none(role: Role, path: str) -> None:
    browser = Browser(FakeHouse(role, "4403")).signed_in()

    assert browser.get(path).status_code == 403
    assert browser.pictures.looked == []


def test_nobody_sees_paper_without_signing_in() -> None:
    browser = Browser(FakeHouse(Role.REGISTRAR, "440305-017"))

    assert browser.get(PLACE).location == "/sign-in"


def test_a_place_is_cut_out_of_its_view() -> None:
    cut = opened(marked(a_view(), (2100, 2970), (100, 200, 1000, 80), "x"))

    assert cut.size == (500, 40)


@pytest.mark.parametrize("box", [None, (100, 200, 600, 80), (0, 2890, 2100, 80)])
def test_every_place_that_is_shown_carries_the_mark(box: Any) -> None:
    plain, drawn = (
        opened(marked(a_view(), (2100, 2970), box, mark)) for mark in ("", "440305-017.03 0f0f")
    )

    assert ImageChops.difference(plain, drawn).getbbox() is not None
    # Nothing that is written gets lost under it.
    assert min(drawn.get_flattened_data()) > 170


@pytest.mark.parametrize("grey", [40, 90, 127, 128, 200, 255])
def test_the_mark_is_seen_on_paper_as_in_shadow(grey: int) -> None:
    view = a_view(grey=grey)
    plain, drawn = (opened(marked(view, (2100, 2970), None, mark)) for mark in ("", "0f0f"))
    lowest, highest = ImageChops.difference(plain, drawn).getextrema()

    assert (lowest, highest > 12) == (0, True)


def test_what_is_pointed_at_is_outlined_in_red_and_nothing_beside_it_changes() -> None:
    place = ((200, 300), (400, 300), (400, 350), (200, 350))
    plain = opened(marked(a_view(1000, 1000), None, None, "x")).convert("RGB")
    pointed = opened(marked(a_view(1000, 1000), None, None, "x", (place,)))

    left, top, right, bottom = ImageChops.difference(plain, pointed).point(
        lambda value: 255 if value > 60 else 0
    ).getbbox() or (0, 0, 0, 0)
    assert abs(left - 200) < 10
    assert abs(top - 300) < 10
    assert abs(right - 400) < 10
    assert abs(bottom - 350) < 10
    red, green, blue = pointed.getpixel((300, 300))
    assert red > green + 80
    assert red > blue + 80


def test_a_view_that_is_no_map_is_shown_whole() -> None:
    assert opened(marked(a_view(300, 200), None, (1, 2, 3, 4), "x")).size == (300, 200)


class Grants:
    def __init__(self, found: bytes | Exception) -> None:
        self.found = found
        self.asked: list[tuple[Any, ...]] = []

    def open(self, *asked: Any) -> Opened:
        self.asked.append(asked)
        if isinstance(self.found, Exception):
            raise self.found
        return Opened(self.found, "image/jpeg", 1)


def test_a_view_is_opened_for_the_person_who_looks() -> None:
    grants, token = Grants(a_view()), ActorToken("of a person")
    Pictures(grants).show(PAGE, token, "x")  # type: ignore[arg-type]  # a fake we own

    assert grants.asked == [(VIEW, Purpose.LOOK, token)]


def test_a_view_that_was_altered_is_refused_without_a_word_of_it() -> None:
    grants = Grants(NotSealedError())
    with pytest.raises(SealedObjectError):
        Pictures(grants).show(PAGE, ActorToken("t"), "x")  # type: ignore[arg-type]  # a fake we own
