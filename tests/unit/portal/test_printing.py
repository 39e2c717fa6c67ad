"""Printing by its pages: the school, a class, a look beforehand, a job and its file, who may not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from services.portal.pages.printing import asking
from services.portal.pages.printing.school import CODE
from shared.contracts.forms_commands import (
    Collected,
    CollectRequest,
    JobState,
    Manifest,
    ManifestSheet,
    PrintFinding,
    PrintRequest,
    PrintStarted,
    PrintStatus,
    ReprintReason,
)
from shared.contracts.printing_commands import (
    ClassPrinted,
    ClassPrinting,
    JobBrief,
    Previewed,
    PreviewSheet,
    PrintingStands,
    PupilPrinted,
)
from shared.contracts.roster_commands import PupilName, PupilNames
from shared.kernel.authority import Role
from shared.kernel.errors import DownloadRefusedError, NotAllowedError, WindowClosedError
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId, StudentId, UnitCode
from shared.sealing.body import new_data_key, seal_body
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.wrapping import PASSING, print_info
from tests.unit.portal.fakes import Browser, FakeHouse

AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
SCHOOL, CLASS = UnitCode("440305-017"), UnitCode("440305-017-0302")
JOB, PUPIL = "5a" * 16, StudentId("c1" * 16)
STANDS = PrintingStands(
    SCHOOL,
    "南山小学",
    (
        ClassPrinted(CLASS, "三年级2班", 40, 38, 3, AT),
        ClassPrinted(UnitCode("c2"), "三年级3班", 40, 0, 0, None),
    ),
    (JobBrief(JOB, CLASS, JobState.PRINTED, 40, 40, AT, is_reprint=False),),
)
PUPILS = (
    PupilPrinted(PUPIL, 7, 2, AT, is_stale=True),
    PupilPrinted(StudentId("c2" * 16), 8, 0, None, is_stale=False),
)
CONTEXT = ObjectContext(
    Suite.AES,
    ProvinceCode("44"),
    CampaignId("44-2026a"),
    ObjectId("0" * 32),
    Rendition.PRINT,
)


def status(state: JobState, **more: Any) -> PrintStatus:
    return PrintStatus(JOB, CLASS, state, **{"sheets_done": 10, "sheets_total": 40, **more})


def opened(role: Role = Role.REGISTRAR) -> Browser:
    house = FakeHouse(role, SCHOOL)
    names = PupilNames((PupilName(PUPIL, 7, "王小明"),))
    house.answers |= {
        ("forms", "list_printing"): STANDS,
        ("forms", "show_class_printing"): ClassPrinting(CLASS, "三年级2班", PUPILS),
        ("forms", "print_class"): PrintStarted(JOB, "12345678"),
        ("forms", "print_school"): PrintStarted(JOB, "12345678"),
        ("forms", "job_status"): status(JobState.PRINTED),
        ("roster", "pupil_names"): names,
    }
    return Browser(house).signed_in()


def asked(browser: Browser, kind: type) -> list[Any]:
    return [request for _, _, request in browser.house.asked if isinstance(request, kind)]


def sealed(kind: type, body: bytes, **more: Any) -> Any:
    """Hands a body over as forms does: under a key wrapped to whoever asks."""

    def answer(request: Any) -> Any:
        data_key = new_data_key(Suite.AES)
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(request.public_key))
        id_ = JOB if kind is Collected else more["preview"]
        wrapped = PASSING.encrypt(data_key, public, info=print_info(id_)).hex()
        Store.body = seal_body(body, data_key, CONTEXT)
        place = ("https://shelf", wrapped, Suite.AES.value, *CONTEXT_PLACE)
        if kind is Collected:
            return Collected(JOB, *place, "00", "c-5a.pdf")
        return Previewed(id_, *place)

    return answer


CONTEXT_PLACE = (CONTEXT.province, CONTEXT.campaign, CONTEXT.object, Rendition.PRINT.value)


class Store:
    """The bucket: one body."""

    body = b""


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "fetch", lambda _url: Store.body)


def test_the_school_shows_printed_missing_and_stale_by_class() -> None:
    page = opened().get("/print").text

    for text in ("已打印 38 人", "未打印 42 人", "有 3 人的学籍在打印后有变动", "有旧表", "未打印"):
        assert text in page


def test_a_school_without_classes_is_sent_to_the_roster() -> None:
    browser = opened()
    browser.house.answers["forms", "list_printing"] = PrintingStands(SCHOOL, "南山小学", (), ())

    page = browser.get("/print").text
    assert "请先导入名册" in page
    assert "还没有打印过" in page


def test_a_class_is_printed_and_its_code_stays_with_this_browser() -> None:
    browser = opened()
    answer = browser.post("/print", unit=CLASS)

    assert answer.headers["Location"] == f"/print/jobs/{JOB}"
    cookie = answer.headers["Set-Cookie"]
    assert f"{CODE}=12345678" in cookie
    assert "HttpOnly" in cookie
    assert "1234 5678" in browser.get(f"/print/jobs/{JOB}").text
    (request,) = asked(browser, PrintRequest)
    assert (request.unit, request.students, request.reason) == (CLASS, (), None)


def test_the_whole_school_is_asked_for_as_one_file() -> None:
    browser = opened()
    assert "80 人" in browser.get("/print/school").text
    browser.post("/print", unit=SCHOOL)

    assert ("forms", "print_school") in [one[:2] for one in browser.house.asked]


def test_single_pupils_are_printed_again_with_a_reason() -> None:
    browser = opened()
    browser.post("/print", unit=CLASS, what="again", student=PUPIL, reason="lost")

    (request,) = asked(browser, PrintRequest)
    assert (request.students, request.reason) == ((PUPIL,), ReprintReason.LOST)


@pytest.mark.parametrize(
    ("form", "words"),
    [({"student": PUPIL}, "请先选择补印原因"), ({"reason": "lost"}, "还没有选择学生")],
)
def test_a_reprint_lacks_neither_pupil_nor_reason(form: dict[str, str], words: str) -> None:
    browser = opened()
    answer = browser.post("/print", unit=CLASS, what="again", **form)

    assert answer.status_code == 422
    assert words in answer.text
    assert asked(browser, PrintRequest) == []


def test_a_class_shows_masked_names_serials_and_what_is_out_of_date() -> None:
    page = opened().get(f"/print/classes/{CLASS}").text

    assert "王*明" in page
    assert "王小明" not in page
    assert "旧表" in page


def test_names_that_roster_keeps_back_leave_the_numbers() -> None:
    browser = opened()
    browser.house.answers["roster", "pupil_names"] = NotAllowedError("see_counts")

    assert "7 号" in browser.get(f"/print/classes/{CLASS}").text


def test_a_closed_window_is_said_where_it_was_pressed() -> None:
    browser = opened()
    browser.house.answers["forms", "print_class"] = WindowClosedError(CLASS, "export_sheets", "")
    answer = browser.post("/print", unit=CLASS)

    assert answer.status_code == 422
    assert "现在不能打印" in answer.text


def test_a_running_job_shows_how_far_it_is() -> None:
    browser = opened()
    browser.house.answers["forms", "job_status"] = status(JobState.RUNNING)

    page = browser.get(f"/print/jobs/{JOB}").text
    assert "40 张，已完成 10 张" in page
    assert f'data-live="/print/jobs/{JOB}/live"' in page
    assert "下载并打印" not in page
    assert "<html" not in browser.get(f"/print/jobs/{JOB}/live").text


def test_a_failed_job_says_what_to_do() -> None:
    browser = opened()
    browser.house.answers["forms", "job_status"] = status(
        JobState.FAILED, failure="too_many_sheets"
    )

    assert "请按班打印" in browser.get(f"/print/jobs/{JOB}").text


def test_a_finding_names_page_and_number_and_no_value() -> None:
    browser = opened()
    sheet = SheetId("0123456789ab")
    finding = PrintFinding(sheet, PUPIL, "missing_glyph", ("name",), ("30EDD",))
    browser.house.answers["forms", "job_status"] = status(JobState.PRINTED, findings=(finding,))
    copy = ManifestSheet(CLASS, sheet, PUPIL, 1, 1, (), 1, 7, (12,))
    browser.house.answers["forms", "manifest"] = Manifest(JOB, "00", sheets=(copy,))

    assert "第 12 页，7 号" in browser.get(f"/print/jobs/{JOB}").text


def test_a_file_is_opened_in_memory_and_handed_down_as_a_download() -> None:
    browser = opened()
    browser.house.answers["forms", "collect"] = sealed(Collected, b"%PDF")
    answer = browser.post(f"/print/jobs/{JOB}/download", code="1234 5678")

    assert answer.data == b"%PDF"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="c-5a.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert asked(browser, CollectRequest)[0].download_code == "12345678"


def test_a_wrong_code_is_said_on_the_jobs_page() -> None:
    browser = opened()
    browser.house.answers["forms", "collect"] = DownloadRefusedError(JOB, "wrong_code")
    answer = browser.post(f"/print/jobs/{JOB}/download", code="1")

    assert answer.status_code == 422
    assert "没有下载" in answer.text


def test_a_body_that_was_swapped_is_not_shown() -> None:
    browser = opened()
    answer_of = sealed(Collected, b"%PDF")

    def swapped(request: Any) -> Any:
        told = answer_of(request)
        Store.body = Store.body[:-1] + bytes([Store.body[-1] ^ 1])
        return told

    browser.house.answers["forms", "collect"] = swapped
    assert browser.post(f"/print/jobs/{JOB}/download", code="12345678").status_code == 503


def test_a_preview_is_a_picture_that_nobody_keeps() -> None:
    browser = opened()
    browser.house.answers["forms", "preview_sheet"] = sealed(
        Previewed, b"\x89PNG", preview="7b" * 16
    )
    assert "preview.png" in browser.get(f"/print/classes/{CLASS}/preview").text
    answer = browser.get(f"/print/classes/{CLASS}/preview.png")

    assert (answer.data, answer.mimetype) == (b"\x89PNG", "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    assert asked(browser, PreviewSheet)[0].unit == CLASS


@pytest.mark.parametrize(
    "path",
    [
        *("/print", "/print/school", f"/print/classes/{CLASS}", f"/print/jobs/{JOB}"),
        *(f"/print/classes/{CLASS}/preview", f"/print/classes/{CLASS}/preview.png"),
        f"/print/jobs/{JOB}/live",
    ],
)
@pytest.mark.parametrize("role", [Role.ENTRY_CLERK, Role.SCHOOL_LEADER, Role.HOMEROOM_TEACHER])
def test_printing_is_the_registrars(path: str, role: Role) -> None:
    browser = opened(role)

    assert browser.get(path).status_code == 403
    assert browser.house.asked == []


@pytest.mark.parametrize("path", ["/print", f"/print/jobs/{JOB}/download"])
def test_an_act_without_the_seal_does_nothing(path: str) -> None:
    browser = opened()

    assert browser.post(path, seal=False, unit=CLASS).status_code == 403
    assert browser.house.asked == []
