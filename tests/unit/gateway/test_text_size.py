"""Larger letters for guardians: chosen once, kept for the next pages, offered back."""

import pytest
from flask.testing import FlaskClient

from tests.unit.gateway.fakes import World, a_code

PAGE = f"/s/{a_code()}"


@pytest.fixture
def visitor() -> FlaskClient:
    return World().client()


def test_larger_letters_are_offered_on_the_first_view(visitor: FlaskClient) -> None:
    page = visitor.get(PAGE, headers={"Accept-Language": "zh-CN"})

    assert '<a href="?text=large">大字</a>' in page.text
    assert "data-text" not in page.text
    assert "Set-Cookie" not in page.headers


def test_chosen_letters_stay_on_the_next_page_with_the_way_back(visitor: FlaskClient) -> None:
    kept = visitor.get(f"{PAGE}?text=large").headers["Set-Cookie"]
    assert kept.startswith("text=large;")
    assert "SameSite=Strict" in kept

    page = visitor.get(PAGE, headers={"Accept-Language": "en"}).text

    assert '<html lang="en" data-text="large">' in page
    assert '<a href="?text=standard">Standard letters</a>' in page


def test_a_receipt_stays_in_the_address(visitor: FlaskClient) -> None:
    page = visitor.get(f"{PAGE}?receipt=A1B2", headers={"Accept-Language": "zh-CN"}).text

    assert 'href="?text=large&amp;receipt=A1B2"' in page


def test_letters_that_are_no_size_are_neither_shown_nor_kept(visitor: FlaskClient) -> None:
    answer = visitor.get(f"{PAGE}?text=huge%22")

    assert "data-text" not in answer.text
    assert "Set-Cookie" not in answer.headers
