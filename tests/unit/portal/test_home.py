"""The first page: what waits, and what it says when a part of the house is away."""

from datetime import UTC, datetime

import pytest

from shared.contracts.batch_commands import Batches, BatchReport, BatchState
from shared.contracts.desk_commands import Chore, Work
from shared.contracts.fields import FieldKind
from shared.contracts.progress_commands import Counts, UnitCounts
from shared.contracts.support_commands import Inbox
from shared.contracts.watch_commands import NoticeKind, Queue, QueuedTask
from shared.kernel.authority import Role
from shared.kernel.ids import EntryId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.rpc import RpcDeadlineError
from tests.unit.portal.fakes import CAMPAIGN, Browser, FakeHouse

SCHOOL = "440305-017"


def home_of(house: FakeHouse) -> str:
    answer = Browser(house).signed_in().get("/")
    assert answer.status_code == 200
    return answer.text


def a_house(role: Role, unit: str = SCHOOL, **answers) -> FakeHouse:
    house = FakeHouse(role, unit)
    for question, answer in answers.items():
        service, _, method = question.partition("__")
        house.answers[service, method] = answer
    return house


def a_task(notice: NoticeKind | None) -> QueuedTask:
    field = "id_number", FieldKind.KEY_DATA
    return QueuedTask(EntryId("c3" * 16), UnitCode(SCHOOL), *field, None, None, None, notice)


def a_pile(state: BatchState, unnamed: int) -> BatchReport:
    begun = datetime(2026, 10, 12, tzinfo=UTC)
    whose = "b1", CAMPAIGN, UnitCode(SCHOOL), "0f" * 8
    return BatchReport(*whose, state, 40, begun, None, None, {}, 0, (), (), unnamed)


def test_a_home_is_headed_by_the_unit_and_the_role() -> None:
    page = home_of(FakeHouse(Role.REVIEWER, "4403"))

    assert '<h1>深圳市 <span class="kind">审核人员</span></h1>' in page


def test_a_clerk_sees_each_chore_with_its_number_and_the_way_to_it() -> None:
    work = Work(UnitCode(SCHOOL), {Chore.SENT_BACK: 3, Chore.TO_ENTER: 12}, (), ())

    page = home_of(a_house(Role.ENTRY_CLERK, review__show_work=work))

    assert '/entry?chore=sent_back"><span>退回和冲突</span> <b>3</b>' in page
    assert '/entry?chore=to_enter"><span>待录入</span> <b>12</b>' in page
    assert "等监护人答复" not in page


def test_a_registrar_sees_which_piles_wait_to_be_committed_and_which_pages_to_be_named() -> None:
    piles = Batches((a_pile(BatchState.READ, 2), a_pile(BatchState.COMMITTED, 5)))

    page = home_of(a_house(Role.REGISTRAR, scan__list_batches=piles))

    assert "<span>读完了、等待提交的扫描件</span> <b>1</b>" in page
    assert "<span>认不出、要人工指认的扫描页</span> <b>7</b>" in page


@pytest.mark.parametrize(
    ("role", "unit", "address"),
    [(Role.SCHOOL_LEADER, SCHOOL, "/changes"), (Role.REVIEWER, "4403", "/decide")],
)
def test_who_decides_sees_what_is_late_before_what_waits(
    role: Role, unit: str, address: str
) -> None:
    tasks = a_task(NoticeKind.OVERDUE), a_task(NoticeKind.DUE_SOON), a_task(None)

    page = home_of(a_house(role, unit, review__show_queue=Queue(UnitCode(unit), 240, tasks)))

    late, all_of_it = page.index("<b>1</b>"), page.index("<b>240</b>")
    assert late < all_of_it
    assert f'<a href="{address}" data-tone="bad">' in page


def test_a_teacher_is_told_how_many_sheets_are_still_out() -> None:
    house = FakeHouse(Role.HOMEROOM_TEACHER, SCHOOL)
    now = Counts(in_scope=45, issued=45, returned=41, to_retake=2)
    house.counts = lambda *_of: UnitCounts(UnitCode(SCHOOL), Level.CLASS, now)  # type: ignore[method-assign]

    page = home_of(house)

    assert "<span>还没有收回的确认表</span> <b>4</b>" in page
    assert "<span>照片看不清，需要重拍</span> <b>2</b>" in page


def test_support_staff_see_the_questions_that_lie_with_them() -> None:
    page = home_of(a_house(Role.SUPPORT_STAFF, "440305", support__inbox=Inbox((), 6)))

    assert "<span>等待答复的问题</span> <b>6</b>" in page


def test_where_nothing_waits_the_home_says_so() -> None:
    assert "眼下没有等您办理的事" in home_of(FakeHouse(Role.REVIEWER, "4403"))


def test_a_role_that_nothing_waits_for_is_shown_its_doors() -> None:
    page = home_of(FakeHouse(Role.AUDITOR, "44"))

    assert "等您办理" not in page
    assert page.count('href="/audit"') == 2


def test_a_home_without_progress_comes_without_numbers_and_says_why() -> None:
    house = a_house(Role.REVIEWER, "4403", review__show_queue=Queue(UnitCode("4403"), 3, ()))

    def away(*_of: object) -> UnitCounts:
        raise RpcDeadlineError("progress", "counts")

    house.counts = away  # type: ignore[method-assign]  # it is down

    page = home_of(house)

    assert "进度服务没有及时答复" in page
    assert "<b>3</b>" in page


def test_a_home_that_one_service_did_not_answer_says_it_may_not_be_whole() -> None:
    away = RpcDeadlineError("review", "show_work")
    work = a_house(Role.REGISTRAR, review__show_work=away, support__inbox=Inbox((), 2))

    page = home_of(work)

    assert "这里可能不全" in page
    assert "眼下没有等您办理的事" not in page
    assert "<b>2</b>" in page
