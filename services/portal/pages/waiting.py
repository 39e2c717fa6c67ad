"""What waits for whoever is signed in: one line for each kind of work that has something in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from services.portal.house import Answer, House
from services.portal.pages.deciding import DECISIONS
from services.portal.pages.entry.words import chores
from services.portal.pages.operating.asking import counted
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.batch_commands import Batches, BatchState, ListBatches
from shared.contracts.desk_commands import ShowWork, Work
from shared.contracts.photo_commands import ListOpenPhotos, OpenPhotos
from shared.contracts.progress_commands import UnitCounts
from shared.contracts.report_commands import Reports, ReportsRequest, ReportStanding, ReportState
from shared.contracts.support_commands import Inbox, InboxRequest
from shared.contracts.watch_commands import NoticeKind, Queue, ShowQueue
from shared.kernel.authority import Act, Role
from shared.kernel.errors import DomainError
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError

# A first page is there for the hurried: what has not said by then how much waits is passed over.
PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of work: how much of it waits, and where it is done."""

    label: str
    count: int
    address: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits; `is_whole` is False where somebody who should know did not answer."""

    lines: tuple[Line, ...]
    is_whole: bool


Lines = Iterator[Line]
Asked = Callable[[Staff, Visitor], Lines]


def waiting_for(staff: Staff, who: Visitor, counts: UnitCounts | None) -> Waiting | None:
    """Everything that waits for the visitor, in the order it should be done in.

    `counts` are those of the own unit, where the role may see them and they are known. None: a
    role that nothing ever waits for, because it works when it wants to.
    """
    theirs = [asked for acts, asked in _ASKED if any(who.may_see(act) for act in acts)]
    if not theirs:
        return None
    lines: list[Line] = []
    is_whole = True
    for asked in theirs:
        try:
            lines += [line for line in asked(staff, who) if line.count]
        except (RpcDeadlineError, RpcFailedError, DomainError):
            is_whole = False  # the others still say what they know
    if who.actor.role is Role.HOMEROOM_TEACHER and counts is not None:
        lines += [line for line in _of_a_class(counts) if line.count]
    return Waiting(tuple(lines), is_whole)


def _ask(house: House, service: str, method: str, request: object, answer: type[Answer]) -> Answer:
    return house.ask(service, method, request, answer, PATIENCE_S)


def _of_a_class(counts: UnitCounts) -> Lines:
    now, own = counts.counts, url_for("own_class")
    yield Line(_("还没有收回的确认表"), max(0, now.issued - now.returned), own)
    yield Line(_("照片看不清，需要重拍"), now.to_retake, own)
    yield Line(_("要向监护人核实"), now.queries, own)


def _entering(staff: Staff, who: Visitor) -> Lines:
    order = ShowWork(who.token, staff.campaign, None, 1)
    found = _ask(staff.house, "review", "show_work", order, Work)
    for chore, label in chores().items():
        yield Line(label, found.counts.get(chore, 0), url_for("entry", chore=chore.value))


def _piles(staff: Staff, who: Visitor) -> Lines:
    order = ListBatches(staff.campaign, who.actor.unit, who.token)
    found = _ask(staff.house, "scan", "list_batches", order, Batches).batches
    staged = [one for one in found if one.state is BatchState.READ]
    yield Line(_("读完了、等待提交的扫描件"), len(staged), url_for("scans"))
    yield Line(
        _("认不出、要人工指认的扫描页"), sum(one.open for one in found), url_for("scan_queue")
    )


def _photos(staff: Staff, who: Visitor) -> Lines:
    order = ListOpenPhotos(who.token, staff.campaign, who.actor.unit, with_likeliest=False)
    found = _ask(staff.house, "scan", "list_open_photos", order, OpenPhotos).photos
    yield Line(_("认不出、要人工指认的照片"), len(found), url_for("waiting_photos"))


def _deciding(staff: Staff, who: Visitor) -> Lines:
    order = ShowQueue(who.token, staff.campaign)
    found = _ask(staff.house, "review", "show_queue", order, Queue)
    late = sum(one.notice is NoticeKind.OVERDUE for one in found.tasks)
    is_leader = who.actor.role is Role.SCHOOL_LEADER
    address = url_for("changes" if is_leader else "decide")
    yield Line(_("已超过办理期限的变更"), late, address, is_late=True)
    yield Line(_("等待您逐条决定的变更"), found.waiting, address)


def _answering(staff: Staff, who: Visitor) -> Lines:
    order = InboxRequest(who.token, staff.campaign)
    found = _ask(staff.house, "support", "inbox", order, Inbox)
    late = sum(one.is_late for one in found.questions)
    yield Line(_("已超过答复期限的问题"), late, url_for("inbox"), is_late=True)
    yield Line(_("等待答复的问题"), found.total, url_for("inbox"))


def _reporting(staff: Staff, who: Visitor) -> Lines:
    order = ReportsRequest(who.token, staff.campaign, who.actor.unit)
    found = _ask(staff.house, "progress", "unit_reports", order, Reports)
    unsigned = sum(one.state is ReportState.PREPARED for one in found.own[:1])
    handed_in = sum(one.standing is ReportStanding.REPORTED for one in found.children)
    yield Line(_("等待签发的汇总"), unsigned, url_for("reports"))
    yield Line(_("下级报来、等待处理的汇总"), handed_in, url_for("reports"))


def _operating(staff: Staff, who: Visitor) -> Lines:
    ill, dead = counted(staff.house, who.token)
    yield Line(_("没有就绪的服务"), ill, url_for("operations"), is_late=True)
    yield Line(_("等待处理的死信"), dead, url_for("operations"))


_ASKED: tuple[tuple[tuple[Act, ...], Asked], ...] = (
    (DECISIONS, _deciding),
    ((Act.COMMIT_BULK_SCAN,), _piles),
    ((Act.FIX_PAGE,), _photos),
    ((Act.ENTER_CHANGES,), _entering),
    ((Act.ANSWER_QUESTION,), _answering),
    ((Act.REPORT_UP,), _reporting),
    ((Act.OPERATE,), _operating),
)
