"""Help: three guides for reading and printing, there for everybody and whatever is away."""

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from services.portal.pages.app import make_app
from services.portal.pages.help.guides import NAMES, guide, pictures_in, source_of, title_of
from shared.kernel.authority import Role
from tests.unit.portal.fakes import Browser, FakeHouse


def with_files(folder: Path, *names: str):
    """A client of an app whose folder of guides holds these files."""
    for name in names:
        (folder / name).write_bytes(b"file " + name.encode())
    staff = replace(Browser(FakeHouse()).staff, guides=str(folder))
    return make_app(staff).test_client()


@pytest.mark.parametrize("path", ["/", "/progress", "/sign-in"])
def test_every_page_leads_to_help(path: str) -> None:
    assert 'href="/help"' in Browser(FakeHouse(Role.REVIEWER)).signed_in().get(path).text


@pytest.mark.parametrize("path", ["/help", *(f"/help/{name}" for name in NAMES)])
def test_help_is_there_before_anybody_is_signed_in(path: str) -> None:
    answer = Browser(FakeHouse()).get(path)

    assert answer.status_code == 200
    assert "退出" not in answer.text


def test_whoever_is_signed_in_keeps_their_menu() -> None:
    page = Browser(FakeHouse(Role.REVIEWER)).signed_in().get("/help/registrar").text

    assert "退出" in page
    assert "进度看板</a>" in page


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.HOMEROOM_TEACHER, "teacher"),
        (Role.REGISTRAR, "registrar"),
        (Role.REVIEWER, "registrar"),
    ],
)
def test_the_own_guide_comes_first(role: Role, first: str) -> None:
    house = FakeHouse(role, "440305-017")
    page = Browser(house).signed_in().get("/help").text

    assert re.findall(r'href="/help/(\w+)"', page)[0] == first


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_is_whole_without_pictures(name: str) -> None:
    page = Browser(FakeHouse()).get(f"/help/{name}").text

    assert title_of(name) in page
    assert "<img" not in page
    assert page.count("<li>") >= 6


def test_pictures_that_are_there_are_shown_with_words_for_who_does_not_see(tmp_path: Path) -> None:
    name = pictures_in("guardian")[0]
    page = with_files(tmp_path, name).get("/help/guardian").text

    [(address, words)] = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page)
    assert address == f"/help/files/{name}"
    assert words


def test_a_printed_copy_is_offered_where_there_is_one(tmp_path: Path) -> None:
    client = with_files(tmp_path, "teacher.pdf")

    assert 'href="/help/files/teacher.pdf"' in client.get("/help").text
    assert 'href="/help/files/registrar.pdf"' not in client.get("/help").text
    answer = client.get("/help/files/teacher.pdf")
    assert answer.data == b"file teacher.pdf"
    assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("name", ["secret.txt", "../fakes.py", "teacher.pdf.bak", "", "guides"])
def test_nothing_but_the_guides_own_files_is_handed_out(tmp_path: Path, name: str) -> None:
    client = with_files(tmp_path, "secret.txt", "teacher.pdf.bak")

    assert client.get(f"/help/files/{name}").status_code == 404


def test_without_a_folder_there_are_no_files() -> None:
    assert Browser(FakeHouse()).get("/help/files/teacher.pdf").status_code == 404


def test_there_is_no_other_guide() -> None:
    assert Browser(FakeHouse()).get("/help/operator").status_code == 404


def test_the_english_page_says_that_the_guide_is_chinese() -> None:
    page = Browser(FakeHouse()).get("/help/teacher?lang=en").text

    assert "The guides are in Chinese so far." in page
    assert '<article class="guide" lang="zh-CN">' in page


@pytest.mark.parametrize("name", NAMES)
def test_guides_use_full_width_punctuation_and_hold_no_foreign_address(name: str) -> None:
    text = source_of(name)

    assert re.findall(r"[一-鿿][,;:!?.()]|[,;:!?()][一-鿿]", text.replace("](", "")) == []
    assert "http" not in text


@pytest.mark.parametrize("name", NAMES)
def test_a_guides_headings_go_down_one_level_at_a_time(name: str) -> None:
    html = guide(name, "/help/files/", ()).html
    levels = [int(one) for one in re.findall(r"<h(\d)>", html)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_html_in_a_guide_would_be_shown_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "services.portal.pages.help.guides.source_of", lambda _name: "# <script>x</script>"
    )

    assert "<script>" not in guide("teacher", "", ()).html
