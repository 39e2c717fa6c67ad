"""Supporting documents: taken to scan's door, tied page by page, opened with what they prove."""

import io
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from services.portal.doors import Told
from shared.contracts.desk_commands import SheetOpened
from shared.contracts.events import Sender
from shared.contracts.fields import FieldKind
from shared.contracts.look_commands import PageToOpen
from shared.contracts.reality_commands import Check, Finding, FindingShown, FindingState
from shared.contracts.review_commands import DocumentAdded, DocumentKind, DocumentShown
from shared.kernel.errors_review import UnknownDocumentError
from shared.kernel.ids import EntryId, ObjectId, PersonId, StudentId
from shared.kernel.units import Level
from tests.unit.portal.fakes import CAMPAIGN, TREE, Browser
from tests.unit.portal.test_classes import CLASS, SCHOOL
from tests.unit.portal.test_classes import a_house as a_class
from tests.unit.portal.test_entry import AT, PAGE, a_house, an_entry, opened

FIRST, SECOND = ObjectId("d1" * 16), ObjectId("d2" * 16)
FIELD = f"{PAGE}/fields/id_number/prove"
CHECK, FINDING = f"/class/{CLASS}/check", "f1" * 16


class Door:
    """Takes documents in as scan does."""

    def __init__(self, told: Told | None = None) -> None:
        objects = json.dumps({"objects": [FIRST, SECOND]}).encode()
        self.told = told or Told(201, {}, objects)
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: tuple[int, Iterable[bytes]],
    ) -> Told:
        self.asked.append((method, path, dict(headers), b"".join(body[1])))
        return self.told


class Bell:
    """Notes what was rung."""

    def __init__(self) -> None:
        self.rung: list[tuple[Any, ...]] = []

    def ring(self, *what: Any) -> None:
        self.rung.append(what)


def key_entry(**changed: Any) -> SheetOpened:
    return opened(an_entry("id_number", kind=FieldKind.KEY_DATA, **changed), disagreements=())


def at_the_desk(door: Door, bell: Bell | None = None) -> Browser:
    house = a_house()
    house.answers["review", "open_sheet"] = key_entry()
    house.answers["review", "add_document"] = DocumentAdded(EntryId("c3" * 16), 1)
    return Browser(house, scans=door, ring=(bell or Bell()).ring).signed_in()


@pytest.fixture(autouse=True)
def tree(monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"{TREE[SCHOOL][2]}{CLASS}/"
    monkeypatch.setitem(TREE, CLASS, ("三年级（2）班", Level.CLASS, path))


def in_the_class(door: Door, **shown: Any) -> Browser:
    house = a_class()
    noted = FindingShown(
        *(FINDING, StudentId("a" * 16), None, 7, Finding.NO_DOCUMENT, FindingState.NOTED, ""),
        *(shown.get("proofs", ()), PersonId("0f" * 8), AT, None),
    )
    check = Check(CAMPAIGN, CLASS, 0, (noted,))
    house.answers["review", "show_check"] = house.answers["review", "add_proof"] = check
    return Browser(house, scans=door).signed_in()


def a_file(name: str = "p.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"\xff\xd8\xff a page"), name


def asked(browser: Browser, method: str) -> list[Any]:
    return [request for _, name, request in browser.house.asked if name == method]


def test_each_page_of_a_document_is_tied_to_the_entry_it_proves() -> None:
    door, bell = Door(), Bell()
    browser = at_the_desk(door, bell)

    answer = browser.post(FIELD, document="household_book", file=a_file())

    assert answer.status_code == 303
    tied = asked(browser, "add_document")
    assert [one.object for one in tied] == [FIRST, SECOND]
    assert {one.kind for one in tied} == {DocumentKind.HOUSEHOLD_BOOK}
    assert bell.rung == [(one, CAMPAIGN, Sender.REGISTRAR, None) for one in (FIRST, SECOND)]


def test_a_document_goes_to_scan_for_the_class_of_the_sheet_under_the_own_token() -> None:
    door = Door()
    at_the_desk(door).post(FIELD, document="household_book", file=a_file())

    [(method, path, headers, body)] = door.asked

    assert (method, path, body) == ("POST", "/scan/documents", b"\xff\xd8\xff a page")
    assert headers["Hecha-Unit"] == key_entry().entries[0].unit
    assert headers["Hecha-Campaign"] == CAMPAIGN
    assert headers["Authorization"].startswith("Bearer ")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"document": "household_book"}, "请先选择证明材料的照片或 PDF"),
        ({"document": "", "file": ("p.jpg",)}, "请先选择是哪一种证明材料"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(form: dict[str, Any], words: str) -> None:
    door = Door()
    if "file" in form:
        form = {**form, "file": a_file()}

    answer = at_the_desk(door).post(FIELD, **form)

    assert answer.status_code == 422
    assert words in answer.text
    assert door.asked == []


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (413, "too_many_pages", "最多 4 页"),
        (422, "not_an_image", "JPEG、PNG、HEIC"),
        (422, "damaged_file", "文件打不开或已损坏"),
        (403, "not_allowed", "本班班主任或本校学籍管理员"),
    ],
)
def test_a_document_that_is_not_taken_says_why(status: int, code: str, words: str) -> None:
    door = Door(Told(status, {}, json.dumps({"code": code}).encode()))
    browser = at_the_desk(door)

    answer = browser.post(FIELD, document="household_book", file=a_file())

    assert words in answer.text
    assert asked(browser, "add_document") == []


def test_without_a_store_the_house_is_said_to_be_away() -> None:
    door = Door(Told(503, {}, b'{"code": "store_away"}'))

    answer = at_the_desk(door).post(FIELD, document="household_book", file=a_file())

    assert answer.status_code == 503


def test_a_page_that_storage_keeps_a_moment_later_is_tied_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.portal.pages.proving.time.sleep", lambda _s: None)
    browser = at_the_desk(Door())
    answers = iter([UnknownDocumentError(FIRST), UnknownDocumentError(FIRST)])

    def later(_request: Any) -> DocumentAdded:
        refusal = next(answers, None)
        if refusal is not None:
            raise refusal
        return DocumentAdded(EntryId("c3" * 16), 1)

    browser.house.answers["review", "add_document"] = later

    assert browser.post(FIELD, document="household_book", file=a_file()).status_code == 303
    assert [one.object for one in asked(browser, "add_document")] == [FIRST] * 3 + [SECOND]


def test_a_proof_is_opened_with_its_entry() -> None:
    page = DocumentShown(FIRST, DocumentKind.HOUSEHOLD_BOOK, PersonId("0f" * 8), AT, True)
    photo = DocumentShown(SECOND, DocumentKind.OTHER, PersonId("0f" * 8), AT)
    browser = at_the_desk(Door())
    entry = key_entry(documents=(page, photo))
    browser.house.answers["review", "open_sheet"] = entry
    browser.house.answers["review", "look_at_document"] = PageToOpen(FIRST, None, None)
    way = f"/entries/{entry.entries[0].entry}/documents/{FIRST}"

    assert f'href="{way}"' in browser.get(PAGE).text
    assert f"documents/{SECOND}" not in browser.get(PAGE).text
    assert f'src="{way}.jpg"' in browser.get(way).text
    assert browser.get(f"{way}.jpg").content_type == "image/jpeg"
    [looked] = browser.pictures.looked
    assert looked[0].view == FIRST


def test_a_proof_is_taken_back_and_put_back_on_the_page_of_its_entry() -> None:
    page = DocumentShown(FIRST, DocumentKind.HOUSEHOLD_BOOK, PersonId("0f" * 8), AT, True)
    browser = at_the_desk(Door())
    entry = key_entry(documents=(page,))
    browser.house.answers["review", "open_sheet"] = entry
    browser.house.answers["review", "take_document_back"] = DocumentAdded(EntryId("c3" * 16), 0)
    browser.house.answers["review", "add_document"] = DocumentAdded(EntryId("c3" * 16), 1)
    assert "撤下“户口簿" in browser.get(PAGE).text

    answer = browser.post(FIELD.replace("/prove", "/unprove"), object=FIRST)

    assert "已撤下这份材料" in browser.get(answer.location).text
    assert [one.object for one in asked(browser, "take_document_back")] == [FIRST]
    gone = key_entry(documents=(replace(page, taken_back_at=AT),))
    browser.house.answers["review", "open_sheet"] = gone
    shown = browser.get(PAGE).text
    assert "放回“户口簿" in shown
    assert "缺证明" in shown
    assert f"documents/{FIRST}" not in shown
    browser.post(FIELD.replace("/prove", "/prove-again"), object=FIRST)
    [again] = asked(browser, "add_document")
    assert (again.object, again.kind) == (FIRST, DocumentKind.HOUSEHOLD_BOOK)


def test_a_document_of_another_entry_is_not_put_back_here() -> None:
    browser = at_the_desk(Door())
    browser.house.answers["review", "open_sheet"] = key_entry(documents=())

    browser.post(FIELD.replace("/prove", "/prove-again"), object=SECOND)

    assert asked(browser, "add_document") == []


def test_a_teacher_takes_a_proof_back() -> None:
    proof = DocumentShown(FIRST, DocumentKind.ATTESTATION, PersonId("0f" * 8), AT, True)
    browser = in_the_class(Door(), proofs=(proof,))
    browser.house.answers["review", "take_proof_back"] = browser.house.answers[
        "review", "show_check"
    ]
    assert "撤下“" in browser.get(CHECK).text

    answer = browser.post(f"{CHECK}/{FINDING}/proof/back", object=FIRST)

    assert "已撤下这份材料" in browser.get(answer.location).text
    assert [one.object for one in asked(browser, "take_proof_back")] == [FIRST]


def test_a_proof_that_is_not_tied_here_is_no_picture() -> None:
    browser = at_the_desk(Door())
    browser.house.answers["review", "look_at_document"] = UnknownDocumentError(FIRST)

    answer = browser.get(f"/entries/{'c3' * 16}/documents/{FIRST}.jpg")

    assert answer.status_code == 409
    assert browser.pictures.looked == []


def test_a_teacher_adds_the_attestation_of_a_pupil_without_a_document() -> None:
    browser = in_the_class(Door())
    assert "还没有登记，上交之前必须登记" in browser.get(CHECK).text

    answer = browser.post(f"{CHECK}/{FINDING}/proof", document="attestation", file=a_file())

    assert answer.status_code == 303
    assert [one.object for one in asked(browser, "add_proof")] == [FIRST, SECOND]


def test_a_finding_shows_its_proofs_and_the_way_to_each() -> None:
    proof = DocumentShown(FIRST, DocumentKind.ATTESTATION, PersonId("0f" * 8), AT, True)
    browser = in_the_class(Door(), proofs=(proof,))
    browser.house.answers["review", "look_at_proof"] = PageToOpen(FIRST, None, None)
    way = f"/findings/{FINDING}/proofs/{FIRST}"

    assert f'href="{way}"' in browser.get(CHECK).text
    assert browser.get(f"{way}.jpg").content_type == "image/jpeg"
