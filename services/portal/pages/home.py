"""The first page after signing in: how far the own unit is, and what waits; and the menu."""

from dataclasses import dataclass

from flask import g, render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages.deciding import DECISIONS
from services.portal.pages.reports.urging import urged
from services.portal.pages.staff import Staff, Visitor, visitor
from services.portal.pages.waiting import waiting_for
from shared.contracts.progress_commands import UnitCounts
from shared.kernel.authority import Act, Role
from shared.kernel.units import PATH_END
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError
from shared.plumbing.web.app import WebApp


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    acts: tuple[Act, ...]
    label: str
    address: str
    also: str = ""  # how addresses of its other pages begin

    @property
    def is_here(self) -> bool:
        """Whether this request's page is one of its own."""
        beginnings = (self.address, self.also) if self.also else (self.address,)
        return request.path.startswith(beginnings)


def add_home(app: WebApp, staff: Staff) -> None:
    """The home of every role."""

    @app.get("/")
    def home() -> str:
        who = visitor(staff)
        has_counts = who.may_see(Act.SEE_COUNTS)
        counts = _counts(staff, who) if has_counts else None
        return render_template(
            "home.html",
            place=_place(staff, who),
            role=role_name(who.actor.role),
            counts=counts.counts if counts else None,
            lacks_counts=has_counts and counts is None,
            urges=urged(staff, who) if counts else [],
            waiting=waiting_for(staff, who, counts),
        )


def _counts(staff: Staff, who: Visitor) -> UnitCounts | None:
    """How far the own unit is; None where nobody answers: a home without it is better than none."""
    try:
        return staff.house.counts(who.token, staff.campaign, who.actor.unit)
    except (RpcDeadlineError, RpcFailedError):
        return None


def _place(staff: Staff, who: Visitor) -> str:
    """The own unit as people call it; its code where roster does not answer or know it."""
    try:
        found = staff.house.units([who.actor.unit]).get(who.actor.unit)
    except (RpcDeadlineError, RpcFailedError):
        return who.actor.unit
    return found.name if found else who.actor.unit


def menu_of() -> list[Entry]:
    """The menu of whoever is signed in; empty before."""
    who: Visitor | None = g.get("visitor")
    if who is None:
        return []
    entries = [
        Entry((Act.ENTER_CHANGES,), _("录入变更"), url_for("entry")),
        *_of_classes(who),
        Entry((Act.DECIDE_MAINTENANCE,), _("本校变更"), url_for("changes")),
        Entry(DECISIONS, _("逐条审核"), url_for("decide")),
        Entry((Act.IMPORT_ROSTER,), _("名册导入"), url_for("rosters")),
        Entry((Act.PRINT_SHEETS,), _("打印确认表"), url_for("printing")),
        Entry((Act.COMMIT_BULK_SCAN,), _("批量扫描"), url_for("scans")),
        Entry((Act.SEE_COUNTS,), _("进度看板"), url_for("board")),
        Entry((Act.PREPARE_REPORT, Act.REPORT_UP), _("汇总上报"), url_for("reports")),
        Entry((Act.READ_AUDIT,), _("审计"), url_for("audit")),
        Entry((Act.SET_WINDOW,), _("时间窗口"), url_for("windows")),
        *_of_archive(who),
        Entry((Act.OPERATE,), _("运行状况"), url_for("operations")),
        Entry((Act.ANSWER_QUESTION,), _("答疑"), url_for("inbox")),
        Entry((Act.ISSUE_ACCOUNT,), _("账号"), url_for("accounts")),
    ]
    return [entry for entry in entries if any(who.may_see(act) for act in entry.acts)]


def _of_classes(who: Visitor) -> list[Entry]:
    """Their class for a teacher, their classes for who stands at a school."""
    acts = (Act.SEE_COUNTS,)
    if who.actor.role is Role.HOMEROOM_TEACHER:
        return [Entry(acts, _("我的班级"), url_for("own_class"))]
    is_at_school = who.actor.role in {Role.REGISTRAR, Role.SCHOOL_LEADER}
    return [Entry(acts, _("各班"), url_for("school"), "/class")] if is_at_school else []


def _of_archive(who: Visitor) -> list[Entry]:
    """An archive is a province's: who administers a part of it has none."""
    is_below = who.actor.role is Role.UNIT_ADMINISTRATOR and who.actor.path.count(PATH_END) > 1
    return [] if is_below else [Entry((Act.SEE_ARCHIVE,), _("存储与密钥"), url_for("archive"))]


def may_see(act: str) -> bool:
    """Whether whoever is signed in has an act anywhere; False before."""
    who: Visitor | None = g.get("visitor")
    return who is not None and who.may_see(Act(act))


def role_name(role: Role) -> str:
    """A role as people say it."""
    names: dict[Role, str] = {
        Role.GUARDIAN: _("监护人"),
        Role.HOMEROOM_TEACHER: _("班主任"),
        Role.REGISTRAR: _("学籍管理员"),
        Role.ENTRY_CLERK: _("录入人员"),
        Role.SCHOOL_LEADER: _("学校领导"),
        Role.REVIEWER: _("审核人员"),
        Role.UNIT_ADMINISTRATOR: _("管理人员"),
        Role.SUPPORT_STAFF: _("技术支持人员"),
        Role.OPERATOR: _("系统管理员"),
        Role.KEY_OFFICER: _("安全管理员"),
        Role.AUDITOR: _("审计管理员"),
    }
    return names[role]
