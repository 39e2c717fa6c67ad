"""Support on PostgreSQL: its migrations, its search, and many clocks that pass one question once."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from deploy.servers.postgres import PostgreSQL
from services.support import faq
from shared.contracts.support_commands import FaqSearch, PublishFaq
from shared.kernel.authority import Role
from shared.kernel.ids import QuestionId
from shared.plumbing.database import Database
from shared.plumbing.migrations import downgrade, upgrade
from tests.unit.support.house import CAMPAIGN, ENTRIES, SHEET, House

CLOCKS = 6


@pytest.fixture
def house(postgres: PostgreSQL) -> Iterator[House]:
    url = postgres.url("test_support")
    upgrade("support", url)
    database = Database("support", url)
    yield House(database)
    database.dispose()
    downgrade("support", url)
    postgres.drop("test_support")


def at_once(house: House, work: object) -> list[object]:
    """What several threads got from one piece of work."""
    got: list[object] = []

    def run() -> None:
        try:
            got.append(work())  # type: ignore[operator]
        except BaseException as failure:
            got.append(failure)

    threads = [threading.Thread(target=run) for _ in range(CLOCKS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return got


def test_many_clocks_pass_every_late_question_once(house: House) -> None:
    asked = [house.ask(key=f"{number:032x}").question for number in range(5)]
    house.now += timedelta(days=1)

    passed = at_once(house, house.climb)

    assert sum(passed) == len(asked)  # type: ignore[arg-type]
    ways = [house.show(Role.SUPPORT_STAFF, "44", one).steps for one in asked]
    assert {tuple(step.lies_with for step in way) for way in ways} == {("s1", "440305")}


def test_a_form_sent_many_times_at_once_asks_once(house: House) -> None:
    asked = at_once(house, house.ask)

    assert {one.question for one in asked} == {asked[0].question}  # type: ignore[attr-defined]
    assert len(house.answers()) == 1


def test_a_question_is_answered_and_the_faq_is_searched(house: House) -> None:
    token = house.token(Role.SUPPORT_STAFF, "440305")
    for title, text in ENTRIES:
        faq.publish(house.office, PublishFaq(token, CAMPAIGN, title, text))
    question: QuestionId = house.ask().question
    house.answer(Role.HOMEROOM_TEACHER, "c11", question, "请在变更栏填写。")

    found = faq.search_for_sheet(house.office, FaqSearch(CAMPAIGN, SHEET, "孩子的民族不对"))

    assert found.entries[0].title == "民族填错了怎么办"
    assert house.answers()[0].answer == "请在变更栏填写。"
    assert "请在变更栏填写。".encode() not in house.everything_kept().replace(
        ENTRIES[0][1].encode(), b""
    )
