"""Accounts in bulk: choose, see what the order means, and take the workbook away once."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from services.portal.pages.accounts import asking
from services.portal.pages.downloads import XLSX, download
from services.portal.pages.home import role_name
from services.portal.pages.mistakes import Mistake
from services.portal.pages.places import level_name, own_part, trail_of
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.account_commands import MAX_ACCOUNTS, IssueAccounts
from shared.contracts.roster_commands import UnitEntry
from shared.kernel.account_roles import ROLES_AT, may_hand_out
from shared.kernel.authority import Act, Role
from shared.kernel.errors import DomainError
from shared.kernel.ids import UnitCode
from shared.kernel.units import LEVELS, Level
from shared.plumbing.offload import thread
from shared.plumbing.web.app import WebApp
from shared.workbooks.accounts import accounts_workbook

MOST_EACH = 99


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form asks for, as far as it can be read."""

    level: Level
    roles: tuple[Role, ...]
    each: int
    with_unused: bool
    mistakes: tuple[Mistake, ...]


def add_issuing(app: WebApp, staff: Staff) -> None:
    """The order form, and the order."""

    @app.get("/accounts/issue/<unit>")
    def issue(unit: str) -> str:
        who = entitled(staff, Act.ISSUE_ACCOUNT)
        return _form(staff, who, UnitCode(unit), None)

    @app.post("/accounts/issue/<unit>")
    def issue_form(unit: str) -> Any:
        check_meant(staff)
        who = entitled(staff, Act.ISSUE_ACCOUNT)
        here = own_part(staff, who, UnitCode(unit), Act.ISSUE_ACCOUNT)
        choice = _choice(who, here, request.form.getlist("role"), request.form)
        if choice.mistakes:
            return _form(staff, who, here.unit, None), 422
        try:
            return _ordered(staff, who, here, choice)
        except DomainError as refused:
            return _form(staff, who, here.unit, refusal(refused)), 422


def _ordered(staff: Staff, who: Visitor, here: UnitEntry, choice: Choice) -> Any:
    """Give the order; what it made leaves as a file, and is told nobody again."""
    order = IssueAccounts(
        who.token,
        staff.campaign,
        here.unit,
        choice.level,
        choice.roles,
        choice.each,
        choice.with_unused,
    )
    made = asking.issued(staff.house, order)
    if not made.accounts:
        advice = _(
            "原有账号 %(count)d 个，没有缺少的；一次性密码丢失的，请选“重新生成”。", count=made.kept
        )
        return _form(staff, who, here.unit, Said(_("没有需要新发的账号"), advice, "warn"))
    units = asking.units_of(staff.house, here.unit, choice.level)
    names = {one.unit: one.name for one in units}
    book = thread(accounts_workbook, made.accounts, names, staff.campaign)
    return download(book, f"accounts-{here.unit}-{choice.level.value}.xlsx", XLSX)


def _form(staff: Staff, who: Visitor, unit: UnitCode, said: Said | None) -> str:
    here = own_part(staff, who, unit, Act.ISSUE_ACCOUNT)
    sent = request.values
    is_asked = request.method == "POST" or "level" in sent
    choice = _choice(who, here, sent.getlist("role"), sent) if is_asked else None
    is_whole = choice is not None and not choice.mistakes
    count = len(asking.units_of(staff.house, unit, choice.level)) if choice and is_whole else 0
    return render_template(
        "accounts/issue.html",
        here=here,
        trail=[*trail_of(staff, who, here), here],
        levels=_offered(who, here),
        choice=choice,
        chosen=[role.value for role in choice.roles] if choice else [],
        names=[role_name(role) for role in choice.roles] if choice else [],
        level_name=level_name(choice.level) if choice else "",
        is_whole=is_whole,
        units=count,
        most=count * choice.each * len(choice.roles) if choice else 0,
        limit=MAX_ACCOUNTS,
        mistakes=choice.mistakes if choice else (),
        said=said or (_wrong() if choice and choice.mistakes else None),
    )


def _offered(who: Visitor, here: UnitEntry) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Level, its name, and the roles this visitor may hand out there."""
    found = []
    for level in LEVELS[LEVELS.index(here.level) :]:
        roles = [
            (role.value, role_name(role))
            for role in Role
            if role in ROLES_AT[level] and may_hand_out(who.actor.role, role)
        ]
        if roles:
            found.append((level.value, level_name(level), roles))
    return found


def _choice(who: Visitor, here: UnitEntry, roles: list[str], sent: Any) -> Choice:
    level = next(
        (one for one, _name, _roles in _offered(who, here) if one == sent.get("level")), None
    )
    if level is None:
        raise NotFound
    mistakes = []
    fitting = ROLES_AT[Level(level)]
    # A form that is sent names them beside its address, which names them already.
    known = dict.fromkeys(one for one in roles if one in set(Role))
    chosen = tuple(Role(one) for one in known if Role(one) in fitting)
    if not chosen:
        mistakes.append(Mistake("roles", _("请至少选择一个岗位。")))
    each = sent.get("each", "1").strip()
    if not each.isdecimal() or not 1 <= int(each) <= MOST_EACH:
        mistakes.append(Mistake("each", _("每个岗位 1 至 %(most)d 个账号。", most=MOST_EACH)))
        each = "1"
    return Choice(Level(level), chosen, int(each), bool(sent.get("again")), tuple(mistakes))


def _wrong() -> Said:
    return Said(_("请更正下面的内容"), _("没有发放任何账号。"))
