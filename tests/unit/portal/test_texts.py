import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shared.kernel.authority import Role
from tests.unit.portal.fakes import Browser, FakeHouse

ROOM = Path("services/portal")
EXTRACTED = [("**.py", "python"), ("**.html", "jinja2")]
PAGES = [
    "/",
    "/progress",
    "/decide",
    "/progress/440305",
    "/sign-in",
    "/sign-in/code",
    "/sign-in/password",
]


def texts() -> set[str]:
    found = extract_from_dir(str(ROOM), method_map=EXTRACTED)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def translated() -> list[str]:
    """What the catalogs of all groups of pages translate."""
    found: list[str] = []
    for path in sorted((ROOM / "translations/en/LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, locale="en")
        found += [message.id for message in messages if message.id and message.string]
    return found


def test_every_text_of_the_pages_is_translated_and_no_other() -> None:
    assert texts() == set(translated())


def test_a_text_is_translated_in_one_catalog_only() -> None:
    assert len(translated()) == len(set(translated()))


def test_chinese_texts_use_full_width_punctuation() -> None:
    wrong = re.compile(r"[一-鿿][,;:!?.()]|[,;:!?()][一-鿿]")

    assert [text for text in texts() if wrong.search(text)] == []


def test_a_chosen_language_stays_on_the_next_page() -> None:
    browser = Browser(FakeHouse(Role.REVIEWER)).signed_in()
    browser.get("/progress?lang=en")

    assert "Progress board" in browser.get("/").text


@pytest.mark.parametrize("path", PAGES)
def test_english_pages_hold_no_chinese_of_ours(path: str) -> None:
    page = Browser(FakeHouse(Role.REVIEWER)).signed_in().get(f"{path}?lang=en").text
    ours = (
        page.replace("中文", "").replace("深圳市", "").replace("南山区", "").replace("宝安区", "")
    )

    assert re.findall(r"[一-鿿]+", ours.replace("南山", "").replace("小学", "")) == []


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_that_runs_inline_or_comes_from_elsewhere(path: str) -> None:
    page = Browser(FakeHouse(Role.REVIEWER)).signed_in().get(path).text

    assert not re.search(r"<script(?![^>]*src=)", page)
    assert not re.search(r"style=|<style| on[a-z]+=|https?:", page)
