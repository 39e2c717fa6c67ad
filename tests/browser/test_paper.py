"""The paper of a returned sheet in a whole house: from the province's bucket to a clerk's page."""

import zlib
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo
from tests.browser.people import with_work


@pytest.fixture(scope="module")
def clerk(demo: Demo, browser: Browser) -> Page:
    """The registrar whose school has sheets left to enter, at their work list."""
    return with_work(demo, browser)[1]


def answers_to(page: Page) -> list[Any]:
    """Everything the page is answered from now on."""
    answers: list[Any] = []

    def note(answer: Any) -> None:  # Playwright marks its listeners: a bound method takes no mark
        answers.append(answer)

    page.on("response", note)
    return answers


def test_a_clerk_sees_the_cell_of_a_returned_sheet_beside_its_input(clerk: Page) -> None:
    sheet = clerk.locator("tbody a").first.get_attribute("href")
    answers = answers_to(clerk)
    clerk.goto(clerk.url.partition("/entry")[0] + str(sheet), wait_until="networkidle")
    [picture] = [one for one in answers if one.url.endswith(".jpg")]

    assert picture.status == 200
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.headers["cache-control"] == "no-store"
    assert len(picture.body()) > 10_000
    expect(clerk.locator("#no-picture")).to_be_hidden()
    expect(clerk.locator(".row svg image").first).to_be_visible()


def test_a_page_of_entering_weighs_less_than_its_budget_without_its_picture(clerk: Page) -> None:
    answers = answers_to(clerk)
    clerk.reload(wait_until="networkidle")
    sizes = [len(zlib.compress(one.body())) for one in answers if not one.url.endswith(".jpg")]

    assert 0 < sum(sizes) < 60_000
