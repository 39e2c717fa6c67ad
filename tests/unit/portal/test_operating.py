"""The operator's pages: how services stand, what to do about them, and their dead letters."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.pages.operating.advice import Advice, Need, advise
from services.portal.pages.operating.asking import EVERYBODY, HEARERS, Told
from shared.contracts.operate_commands import (
    DeadLetterShown,
    DeadMoved,
    DeadShown,
    DropDead,
    DropReason,
    QueueShown,
    ReplayDead,
    ServiceShown,
)
from shared.kernel.authority import Role
from shared.kernel.errors_operate import BusNotAnsweringError, UnknownQueueError
from shared.kernel.ids import FactId, ProvinceCode
from shared.plumbing.rpc import RpcDeadlineError
from tests.unit.portal.fakes import Browser, FakeHouse

QUEUE = "scan.on_object_kept.44"
WELL = ServiceShown("scan", 1, 900, (), 0, 0, (QueueShown(QUEUE, 0, 0, 0.0),))
AT = datetime(2026, 10, 12, 13, 0, tzinfo=UTC)
ID = FactId("0198c0de-0000-7000-8000-00000000002a")
LETTER = DeadLetterShown(
    QUEUE, ID, "object_kept", ProvinceCode("44"), AT, AT, "StoreUnavailable", 5, '{"data":{}}'
)
UNREADABLE = replace(LETTER, id=None, fact="?", province=None, said_at=None, body="<script>x")


def needs(**changed: Any) -> list[Need]:
    return [one.need for one in advise(Told("scan", replace(WELL, **changed)))]


def queue(
    waiting: int = 0, dead: int = 0, a_minute: float = 0.0, age_s: int | None = None
) -> tuple[QueueShown, ...]:
    return (QueueShown(QUEUE, waiting, dead, a_minute, age_s),)


def test_of_a_service_that_is_well_nothing_is_asked() -> None:
    assert needs() == []


def test_a_service_that_does_not_answer_is_to_be_started() -> None:
    assert advise(Told("scan", None)) == [Advice("scan", Need.START)]


def test_what_is_waited_for_longer_than_ten_minutes_asks_for_more_processes() -> None:
    (found,) = advise(Told("scan", replace(WELL, queues=queue(600, 0, 20.0))))

    assert (found.need, found.count, found.about) == (Need.MORE, 3, (QUEUE,))


def test_processes_that_are_there_already_count() -> None:
    slow = replace(WELL, processes=3, queues=queue(600, 0, 20.0))

    assert advise(Told("scan", slow)) == []
    (found,) = advise(Told("scan", replace(slow, queues=queue(1200, 0, 20.0))))
    assert (found.need, found.count) == (Need.MORE, 6)


def test_no_more_processes_are_advised_at_once_than_can_be_looked_after() -> None:
    (found,) = advise(Told("scan", replace(WELL, queues=queue(10**6, 0, 1.0))))

    assert found.count == 16


def test_a_queue_that_nobody_takes_from_is_stuck_and_more_processes_would_not_help() -> None:
    assert needs(queues=queue(500)) == [Need.STUCK]


def test_a_process_that_has_just_started_is_not_judged_by_its_pace() -> None:
    assert needs(queues=queue(500), up_s=20) == []


def test_facts_that_do_not_leave_point_at_the_bus() -> None:
    assert needs(unsaid=12, unsaid_s=90) == [Need.BUS]
    assert needs(unsaid=12, unsaid_s=5) == []


def test_troubles_come_before_everything_else() -> None:
    assert needs(troubles=("scan:database",), queues=queue(0, 3)) == [Need.MEND, Need.DEAD]


def test_several_processes_without_work_are_more_than_needed() -> None:
    assert needs(processes=3) == [Need.FEWER]
    assert needs(processes=3, up_s=100) == []
    assert needs(processes=3, queues=queue(0, 0, 5.0)) == []


# --- pages


def a_browser(role: Role = Role.OPERATOR, **changed: Any) -> Browser:
    house = FakeHouse(role, "44")
    for service in EVERYBODY:
        queues = WELL.queues if service in HEARERS else ()
        house.answers[service, "show_service"] = replace(WELL, service=service, queues=queues)
    house.answers["scan", "show_service"] = replace(WELL, **changed)
    house.answers["scan", "list_dead"] = DeadShown("scan", (LETTER, UNREADABLE), 2)
    for method in ("replay_dead", "drop_dead"):
        house.answers["scan", method] = DeadMoved(1)
    return Browser(house).signed_in()


def test_a_house_that_is_well_is_told_so() -> None:
    page = a_browser().get("/operations").text

    assert "各服务都已就绪" in page
    assert page.count("正常") == len(EVERYBODY)
    assert "10 个队列都空着" in page


def test_a_service_that_is_behind_comes_with_the_command_that_helps() -> None:
    page = a_browser(queues=queue(600, 0, 20.0, age_s=1500)).get("/operations").text

    assert "请增加到 3 个进程" in page
    assert "./run up --scale scan=3" in page
    assert "约 30 分钟" in page
    assert "<td>25 分钟</td>" in page


def test_a_service_that_does_not_answer_does_not_hide_the_others() -> None:
    browser = a_browser()
    browser.house.answers["review", "show_service"] = RpcDeadlineError("review", "show_service")
    browser.house.answers["audit", "show_service"] = BusNotAnsweringError("timeout")

    page = browser.get("/operations").text

    assert page.count("没有应答：请查看它的进程和日志") == 2
    assert page.count("正常") == len(EVERYBODY) - 2


def test_the_part_that_is_asked_for_again_is_no_whole_page() -> None:
    part = a_browser(queues=queue(600, 0, 20.0)).get("/operations/live").text

    assert part.lstrip().startswith('<div class="live"')
    assert "请增加到 3 个进程" in part


def test_the_first_page_counts_dead_letters_and_services_in_trouble() -> None:
    page = a_browser(troubles=("scan:database",), queues=queue(0, 4)).get("/").text

    assert "没有就绪的服务</span> <b>1</b>" in page
    assert "等待处理的死信</span> <b>4</b>" in page


def test_a_dead_letter_is_shown_with_its_error_and_what_cannot_be_read_is_only_text() -> None:
    page = a_browser().get("/operations/dead/scan").text

    assert "object_kept" in page
    assert "StoreUnavailable" in page
    assert "2026-10-12 21:00" in page
    assert "&lt;script&gt;x" in page
    assert page.count('action="/operations/dead/scan/replay"') == 1  # the unreadable one has none


def test_an_act_of_the_audit_log_is_only_put_back() -> None:
    browser = a_browser()
    kept = replace(LETTER, fact="act_done", is_act=True)
    browser.house.answers["scan", "list_dead"] = DeadShown("scan", (kept,), 1)

    page = browser.get("/operations/dead/scan").text

    assert "审计记录只能放回，不能删除" in page
    assert 'action="/operations/dead/scan/replay"' in page
    assert 'action="/operations/dead/scan/drop"' not in page


def sent(browser: Browser, kind: type) -> list[Any]:
    return [one for _, _, one in browser.house.asked if isinstance(one, kind)]


def test_a_letter_is_put_back_and_the_page_says_how_many() -> None:
    browser = a_browser()

    answer = browser.post("/operations/dead/scan/replay", queue=QUEUE, id=ID)

    assert answer.status_code == 303
    (order,) = sent(browser, ReplayDead)
    assert (order.queue, order.id) == (QUEUE, ID)
    assert "已放回 1 条" in browser.get(answer.location).text


def test_all_letters_of_a_queue_are_put_back_at_once() -> None:
    browser = a_browser()
    browser.post("/operations/dead/scan/replay", queue=QUEUE)

    (order,) = sent(browser, ReplayDead)
    assert (order.queue, order.id) == (QUEUE, None)


def test_a_letter_is_removed_with_a_reason() -> None:
    browser = a_browser()

    answer = browser.post("/operations/dead/scan/drop", queue=QUEUE, id=ID, reason="outdated")

    (order,) = sent(browser, DropDead)
    assert (order.queue, order.id, order.reason) == (QUEUE, ID, DropReason.OUTDATED)
    assert "已删除 1 条" in browser.get(answer.location).text


@pytest.mark.parametrize("reason", ["", "because"])
def test_without_a_reason_nothing_is_removed(reason: str) -> None:
    browser = a_browser()

    answer = browser.post("/operations/dead/scan/drop", queue=QUEUE, id=ID, reason=reason)

    assert sent(browser, DropDead) == []
    assert "请先选择删除的原因" in browser.get(answer.location).text


@pytest.mark.parametrize("service", ["gateway", "portal", "nobody"])
def test_a_service_that_hears_nothing_has_no_page_of_dead_letters(service: str) -> None:
    assert a_browser().get(f"/operations/dead/{service}").status_code == 404


def test_a_bus_that_is_away_is_said_with_what_to_do() -> None:
    browser = a_browser()
    browser.house.answers["scan", "list_dead"] = BusNotAnsweringError("timeout")
    browser.house.answers["scan", "replay_dead"] = UnknownQueueError("scan.old")

    answer = browser.get("/operations/dead/scan")
    assert answer.status_code == 503
    assert "消息总线没有应答" in answer.text
    assert browser.post("/operations/dead/scan/replay", queue="scan.old").status_code == 404


def test_without_dead_letters_the_page_says_so() -> None:
    browser = a_browser()
    browser.house.answers["scan", "list_dead"] = DeadShown("scan", (), 0)

    assert "没有死信。" in browser.get("/operations/dead/scan").text


def test_others_have_no_such_page_and_no_such_entry() -> None:
    browser = a_browser(Role.KEY_OFFICER)

    assert browser.get("/operations").status_code == 403
    assert "运行状况" not in browser.get("/archive").text
