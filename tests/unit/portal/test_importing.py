"""Importing a roster by its pages: three steps, every refusal, who may not."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.doors import DoorAwayError, Told
from services.portal.pages.staff import SEAL_HEADER, seal_of
from shared.contracts.roster_commands import ImportReport, LargeChange, MatchedColumn, RowError
from shared.contracts.roster_file_commands import (
    FileBrief,
    FileState,
    RosterFile,
    RosterFiles,
)
from shared.kernel.authority import Role
from shared.kernel.errors import LargeChangeError
from shared.kernel.ids import UnitCode
from tests.unit.portal.fakes import SESSION, Browser, FakeHouse

FILE = "ab" * 16
AT = datetime(2026, 10, 12, 3, 0, tzinfo=UTC)
SCHOOL = "440305-017"
PAGE = f"/rosters/{FILE}"
REPORT = ImportReport(
    file_hash="00",
    committed=False,
    rows=100,
    good=90,
    changed=4,
    unchanged=3,
    wrong=3,
    vanished=2,
    columns=(
        MatchedColumn("姓名", "name", guessed=False),
        MatchedColumn("家长电话", "phone", guessed=True),
    ),
    warnings={"phone_doubtful": 5},
    errors=(RowError(7, "name", "missing", "“姓名”为空，请补填。"),),
    classes=(UnitCode(SCHOOL),),
)


class FakeDoor:
    """Roster's door."""

    def __init__(self, told: Told | None = None) -> None:
        self.told = told or Told(201, {}, b"{}")
        self.asked: list[tuple[str, str, bytes]] = []

    def ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Told:
        assert headers["Authorization"].startswith("Bearer ")
        self.asked.append((method, path, b"".join(body[1]) if body else b""))
        return self.told


def at(state: FileState, **more: Any) -> RosterFile:
    return RosterFile(FILE, state, AT, **more)


def opened(file: RosterFile | None = None, door: FakeDoor | None = None) -> Browser:
    house = FakeHouse(Role.REGISTRAR, SCHOOL)
    brief = FileBrief(FILE, FileState.CHECKED, AT, 100, 3)
    house.answers["roster", "list_files"] = RosterFiles((brief,))
    found = file or at(FileState.CHECKED, report=REPORT, wrong_listed=3)
    for method in ("show_file", "check_file", "write_file", "drop_file"):
        house.answers["roster", method] = found
    return Browser(house, rosters=door or FakeDoor()).signed_in()


def asked(browser: Browser, method: str) -> list[Any]:
    return [request for _, name, request in browser.house.asked if name == method]


def test_the_list_shows_earlier_files_and_asks_for_one() -> None:
    page = opened().get("/rosters").text

    assert 'type="file"' in page
    assert f'href="{PAGE}"' in page
    assert "还没有导入过名册" not in page


def test_an_empty_list_says_so() -> None:
    browser = opened()
    browser.house.answers["roster", "list_files"] = RosterFiles(())

    assert "还没有导入过名册" in browser.get("/rosters").text


def test_without_a_door_the_page_names_the_command() -> None:
    browser = opened()
    house = browser.house
    without = Browser(house).signed_in()

    assert "hecha roster import" in without.get("/rosters").text


def test_a_file_of_the_plain_form_goes_to_the_door_and_is_checked() -> None:
    door = FakeDoor()
    browser = opened(door=door)
    answer = browser.post("/rosters", roster=(io.BytesIO(b"a,b"), "r.csv"))

    (method, path, body) = door.asked[0]
    assert (method, body) == ("PUT", b"a,b")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/rosters/" + path.rpartition("/")[2]
    assert len(asked(browser, "check_file")) == 1


def test_a_file_that_a_script_sends_goes_to_the_door_and_is_checked() -> None:
    door = FakeDoor()
    browser = opened(door=door)
    answer = browser.send("PUT", PAGE, b"bytes", {SEAL_HEADER: seal_of(SESSION)})

    assert door.asked == [("PUT", f"/roster/files/{FILE}", b"bytes")]
    assert (answer.status_code, answer.json) == (201, {"address": PAGE})


def test_a_file_from_another_site_is_not_taken() -> None:
    door = FakeDoor()
    answer = opened(door=door).send("PUT", PAGE, b"bytes", {SEAL_HEADER: "forged"})

    assert answer.status_code == 403
    assert door.asked == []


def test_without_a_file_the_form_says_what_to_do() -> None:
    answer = opened().post("/rosters")

    assert answer.status_code == 422
    assert "还没有选择文件" in answer.text


def test_what_the_door_refuses_is_said() -> None:
    browser = opened(door=FakeDoor(Told(409, {}, b'{"code": "too_many"}')))
    answer = browser.post("/rosters", roster=(io.BytesIO(b"a"), "r.csv"))

    assert answer.status_code == 422
    assert "未办完的名册太多" in answer.text


def test_a_door_that_is_away_is_a_page_that_says_so() -> None:
    class Away(FakeDoor):
        def ask(self, *_: Any, **__: Any) -> Told:
            raise DoorAwayError

    answer = opened(door=Away()).post("/rosters", roster=(io.BytesIO(b"a"), "r.csv"))

    assert answer.status_code == 503


def test_a_check_under_way_shows_how_far_it_is() -> None:
    page = opened(at(FileState.CHECKING, rows_done=3000)).get(PAGE).text

    assert "正在核对" in page
    assert "3000 行" in page
    assert f'data-live="{PAGE}/live"' in page


def test_the_live_part_is_a_piece_of_the_page() -> None:
    part = opened(at(FileState.WRITING, rows_done=50, report=REPORT)).get(f"{PAGE}/live").text

    assert "50/100 行" in part
    assert "<html" not in part


def test_the_dry_run_shows_counts_errors_warnings_and_columns() -> None:
    page = opened().get(PAGE).text

    for text in ("90", "写入 94 名学生", "“姓名”为空，请补填。", "5 个联系电话格式可疑"):
        assert text in page
    assert "下载更正表，3 行" in page
    assert "近似" in page
    assert "&lt;南山&gt;小学" in page


def test_a_good_row_is_written_only_when_somebody_says_so() -> None:
    browser = opened()
    answer = browser.post(f"{PAGE}/write")

    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    (request,) = asked(browser, "write_file")
    assert (request.file, request.accept_large_changes) == (FILE, False)


def test_a_large_change_is_named_and_has_to_be_ticked() -> None:
    large = ImportReport(
        **{name: getattr(REPORT, name) for name in REPORT.__slots__ if name != "large_changes"},
        large_changes=(LargeChange(UnitCode(SCHOOL), 40, 2, 20),),
    )
    browser = opened(at(FileState.CHECKED, report=large))

    assert "减少 20 人" in browser.get(PAGE).text
    browser.post(f"{PAGE}/write", accepts="yes")
    assert asked(browser, "write_file")[0].accept_large_changes


def test_a_refused_writing_keeps_the_page_and_says_why() -> None:
    browser = opened()
    browser.house.answers["roster", "write_file"] = LargeChangeError(SCHOOL)
    answer = browser.post(f"{PAGE}/write")

    assert answer.status_code == 422
    assert "有班级变动超过五分之一" in answer.text


def test_columns_go_to_the_check_by_the_labels_people_know() -> None:
    browser = opened()
    browser.post(f"{PAGE}/check", header=["姓名", "家长电话"], label=["姓名", ""])

    (request,) = asked(browser, "check_file")
    assert [(one.header, one.field) for one in request.columns] == [
        ("姓名", "name"),
        ("家长电话", None),
    ]


def test_a_label_that_no_field_has_is_refused() -> None:
    browser = opened()
    answer = browser.post(f"{PAGE}/check", header=["姓名"], label=["名子"])

    assert answer.status_code == 422
    assert "没有这个栏目" in answer.text
    assert asked(browser, "check_file") == []


def test_a_written_file_says_what_changed_and_offers_nothing_more() -> None:
    page = opened(at(FileState.WRITTEN, report=REPORT, written=REPORT)).get(PAGE).text

    assert "名册已写入" in page
    assert "移出名册" in page
    assert f'action="{PAGE}/write"' not in page


def test_a_refused_file_says_why_and_what_to_do() -> None:
    page = opened(at(FileState.REFUSED, reason="encrypted")).get(PAGE).text

    assert "文件设有打开密码" in page
    assert "换一个文件" in page


def test_a_cancelled_file_says_that_nothing_was_written() -> None:
    assert "什么都没有写入" in opened(at(FileState.DROPPED)).get(PAGE).text


def test_the_workbook_of_wrong_rows_is_a_download() -> None:
    answer = opened(door=FakeDoor(Told(200, {}, b"book"))).get(f"{PAGE}/errors")

    assert answer.data == b"book"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/rosters", PAGE, f"{PAGE}/live", f"{PAGE}/errors"])
def test_pages_of_importing_are_not_a_teachers(path: str) -> None:
    house = FakeHouse(Role.HOMEROOM_TEACHER, SCHOOL)

    assert Browser(house, rosters=FakeDoor()).signed_in().get(path).status_code == 403
    assert house.asked == []


@pytest.mark.parametrize("act", ["check", "write", "drop"])
def test_an_act_without_the_seal_does_nothing(act: str) -> None:
    browser = opened()

    assert browser.post(f"{PAGE}/{act}", seal=False).status_code == 403
    assert browser.house.asked == []
