"""Looking for an answer and asking, behind the sheet's QR: with no script and no account."""

import gzip
import re
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.gateway.ports import AskedQuestion, HelpEntry
from tests.unit.gateway.fakes import CLOSED, SETTINGS, World, a_code

CODE = a_code()
PAGE = f"/s/{CODE}"
KEY = "ab" * 16
DAY = date(2026, 11, 2)
ENTRY = HelpEntry("民族写错了怎么办", "请在变更栏写上民族全称。")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return world.client()


def send(visitor: FlaskClient, path: str, **fields: str) -> TestResponse:
    return visitor.post(
        f"{PAGE}/{path}",
        data=urlencode(fields),
        content_type="application/x-www-form-urlencoded",
    )


def ask(visitor: FlaskClient, text: str = "民族写错了怎么改？", **more: str) -> TestResponse:
    return send(visitor, "questions", **{"key": KEY, "text": text, **more})


def test_the_sheets_page_leads_to_frequent_questions(visitor: FlaskClient) -> None:
    assert f'href="{PAGE}/help?lang=zh"' in visitor.get(PAGE).text


def test_the_faq_comes_before_the_ask_box(world: World, visitor: FlaskClient) -> None:
    world.help.entries = (ENTRY,)

    before = visitor.get(f"{PAGE}/help").text
    after = send(visitor, "help", words="民族").text

    assert ENTRY.title in before
    assert "<textarea" not in before
    assert after.index(ENTRY.title) < after.index("<textarea")
    assert world.help.searched == ["", "民族"]


def test_what_was_looked_for_stands_in_the_ask_box_and_in_no_address(
    visitor: FlaskClient,
) -> None:
    page = send(visitor, "help", words="民族写错了").text

    assert ">民族写错了</textarea>" in page
    assert not re.search(r'(?:href|action)="[^"]*民族', page)


def test_a_question_is_handed_in_and_the_visitor_goes_back_to_the_sheet(
    world: World, visitor: FlaskClient
) -> None:
    answer = ask(visitor, field="ethnic_group")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{PAGE}?lang=zh#questions"
    assert world.help.asked == [(KEY, "民族写错了怎么改？", "ethnic_group")]


def test_every_form_has_a_key_of_its_own(visitor: FlaskClient) -> None:
    keys = {
        re.findall(r'name="key" value="([0-9a-f]{32})"', send(visitor, "help", words="民族").text)[
            0
        ]
        for _ in range(2)
    }

    assert len(keys) == 2


def test_the_answer_stands_on_the_sheets_page(world: World, visitor: FlaskClient) -> None:
    world.help.known = (
        AskedQuestion(DAY, "代签可以吗？", None, None),
        AskedQuestion(DAY, "民族写错了怎么改？", "请在变更栏填写。", DAY),
    )

    page = visitor.get(PAGE).text

    assert page.index("代签可以吗？") < page.index("已收到，请稍后再来看答复。")
    assert page.index("民族写错了怎么改？") < page.index("请在变更栏填写。")


def test_texts_are_escaped(world: World, visitor: FlaskClient) -> None:
    world.help.known = (AskedQuestion(DAY, "<script>1</script>", "<b>好</b>", DAY),)
    world.help.entries = (HelpEntry("<i>问</i>", "<u>答</u>"),)

    pages = visitor.get(PAGE).text + send(visitor, "help", words="</textarea><script>").text

    assert not re.search(r"<script>1|<b>好|<i>问|<u>答|</textarea><script>", pages)


@pytest.mark.parametrize(
    ("code", "status"),
    [("text_refused", 400), ("unknown_field", 400), ("too_many_questions", 429)],
)
def test_a_refused_question_is_told_with_what_to_do(
    world: World, visitor: FlaskClient, code: str, status: int
) -> None:
    world.help.refuses = code

    answer = ask(visitor)

    assert answer.status_code == status
    assert PAGE in answer.text  # the way back


@pytest.mark.parametrize(("refuses", "is_away"), [("unknown_sheet", False), ("", True)])
def test_a_question_nobody_took_is_not_told_as_taken(
    world: World, visitor: FlaskClient, refuses: str, is_away: bool
) -> None:
    world.help.refuses, world.help.is_away = refuses, is_away

    answer = ask(visitor)

    assert answer.status_code == 503
    assert "问题还没有收下" in answer.text


@pytest.mark.parametrize("key", ["", "xyz", "AB" * 16, "ab" * 17])
def test_a_form_that_is_not_ours_is_refused(world: World, visitor: FlaskClient, key: str) -> None:
    assert ask(visitor, key=key).status_code == 400
    assert world.help.asked == []


def test_a_form_too_large_or_of_another_kind_is_refused(world: World, visitor: FlaskClient) -> None:
    large = ask(visitor, "长" * 6000)
    other = visitor.post(
        f"{PAGE}/questions", data={"text": "问"}, content_type="multipart/form-data"
    )

    assert (large.status_code, other.status_code) == (413, 415)
    assert world.help.asked == []


def test_a_closed_campaign_takes_no_question(world: World, visitor: FlaskClient) -> None:
    path = f"/s/{a_code(CLOSED)}"
    fields = urlencode({"key": KEY, "text": "问"})
    form = "application/x-www-form-urlencoded"

    answer = visitor.post(f"{path}/questions", data=fields, content_type=form)
    searched = visitor.post(f"{path}/help", data=urlencode({"words": "问"}), content_type=form)

    assert answer.status_code == 410
    assert "<textarea" not in searched.text
    assert world.help.asked == []


@pytest.mark.parametrize("path", ["help", "questions"])
def test_a_code_that_is_none_finds_nothing(world: World, visitor: FlaskClient, path: str) -> None:
    form = "application/x-www-form-urlencoded"
    answer = visitor.post(f"/s/{'A' * 21}/{path}", data="words=1", content_type=form)

    assert answer.status_code == 404
    assert world.help.searched == world.help.asked == []


def test_who_asks_too_fast_is_told_when_to_come_again() -> None:
    world = World(replace(SETTINGS, gateway_questions_burst=2, gateway_questions_per_s=0.1))
    visitor = world.client()

    answers = [ask(visitor) for _ in range(3)]

    assert [one.status_code for one in answers] == [303, 303, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert len(world.help.asked) == 2


def test_the_pages_are_there_in_english(world: World, visitor: FlaskClient) -> None:
    page = visitor.post(
        f"{PAGE}/help?lang=en",
        data=urlencode({"words": "x"}),
        content_type="application/x-www-form-urlencoded",
    ).text

    assert "Send the question" in page
    assert "No ready answer was found." in page


def test_the_first_view_stays_small_however_much_was_asked(
    world: World, visitor: FlaskClient
) -> None:
    texts = [
        "".join(chr(0x4E00 + (n * 7919 + i * 104729) % 20000) for i in range(500)) for n in range(9)
    ]
    world.help.known = tuple(AskedQuestion(DAY, one, one[::-1], DAY) for one in texts)
    page = visitor.get(PAGE)

    size = len(gzip.compress(page.data))
    for name in set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text)):
        size += len(visitor.get(name, headers={"Accept-Encoding": "gzip"}).data)

    assert size <= 25 * 1024
