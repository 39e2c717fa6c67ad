"""Larger letters: chosen once, kept for the next pages, offered back."""

from shared.kernel.authority import Role
from tests.unit.portal.fakes import Browser, FakeHouse


def test_letters_come_in_the_standard_size_with_the_larger_one_offered() -> None:
    page = Browser(FakeHouse(Role.REVIEWER)).signed_in().get("/").text

    assert 'data-text="standard"' in page
    assert '<a href="?text=large">大字</a>' in page


def test_a_chosen_size_stays_on_the_next_page_with_the_way_back() -> None:
    browser = Browser(FakeHouse(Role.REVIEWER)).signed_in()
    browser.get("/?text=large")

    page = browser.get("/progress").text

    assert 'data-text="large"' in page
    assert '<a href="?text=standard">标准字号</a>' in page


def test_a_size_that_is_none_is_neither_shown_nor_kept() -> None:
    browser = Browser(FakeHouse(Role.REVIEWER)).signed_in()

    answer = browser.get("/?text=huge%22")

    assert 'data-text="standard"' in answer.text
    assert "text=" not in answer.headers.get("Set-Cookie", "")


def test_the_size_is_chosen_before_signing_in_too() -> None:
    assert 'data-text="large"' in Browser(FakeHouse()).get("/sign-in?text=large").text
