"""The accounts at and below a unit, and one account with its people."""

from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext as _

from services.portal.pages.accounts import asking
from services.portal.pages.home import role_name
from services.portal.pages.moments import told
from services.portal.pages.places import names_of, own_part, trail_of
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, entitled
from shared.contracts.account_commands import Account, AccountEntry, ListAccounts, PersonEntry
from shared.kernel.account_roles import may_hand_out
from shared.kernel.authority import Act, Role
from shared.kernel.ids import AccountId, UnitCode
from shared.plumbing.web.app import WebApp


@dataclass(frozen=True, slots=True)
class Row:
    """One account of the list."""

    account: AccountId
    unit: UnitCode
    unit_name: str
    role: str
    people: int
    state: str  # good, later or closed
    words: str
    until: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses, or used, an account."""

    number: int
    person: str
    name: str
    marks: tuple[str, ...]
    is_there: bool


def add_listing(app: WebApp, staff: Staff) -> None:
    """The list, and the page of one account."""

    @app.get("/accounts")
    def accounts() -> str:
        who = entitled(staff, Act.ISSUE_ACCOUNT)
        return _list(staff, who)

    @app.get("/accounts/<account>")
    def account(account: str) -> str:
        who = entitled(staff, Act.ISSUE_ACCOUNT)
        return account_page(staff, who, AccountId(account), _done())


def account_page(staff: Staff, who: Visitor, account: AccountId, said: Said | None) -> str:
    """One account: how it stands, who uses it, and what may be done about it."""
    found = asking.shown(staff.house, who.token, account)
    entry = found.entry
    return render_template(
        "accounts/account.html",
        row=_row(entry, names_of(staff, [entry.unit])[entry.unit]),
        people=[_person(one) for one in found.people],
        is_disabled=entry.is_disabled,
        may_change=_may_change(who, found),
        said=said,
    )


def _list(staff: Staff, who: Visitor) -> str:
    unit = UnitCode(request.args.get("unit") or who.actor.unit)
    here = own_part(staff, who, unit, Act.ISSUE_ACCOUNT)
    role = request.args.get("role")
    order = ListAccounts(
        who.token,
        unit,
        Role(role) if role in set(Role) else None,
        AccountId(request.args["after"]) if request.args.get("after") else None,
    )
    found = asking.listed(staff.house, order)
    names = names_of(staff, (one.unit for one in found.accounts))
    return render_template(
        "accounts/accounts.html",
        here=here,
        trail=trail_of(staff, who, here),
        rows=[_row(one, names[one.unit]) for one in found.accounts],
        roles=[(one.value, role_name(one)) for one in Role if one is not Role.GUARDIAN],
        role=order.role.value if order.role else "",
        is_first=order.after is None,
        after=None if found.is_last or not found.accounts else found.accounts[-1].account,
    )


def _row(entry: AccountEntry, unit_name: str) -> Row:
    if entry.is_disabled:
        state, words = "closed", _("已停用")
    elif entry.is_used:
        state, words = "good", _("使用中")
    else:
        state, words = "later", _("未登录过")
    return Row(
        entry.account,
        entry.unit,
        unit_name,
        role_name(entry.role),
        entry.people,
        state,
        words,
        told(entry.valid_until)[:10],
    )


def _person(one: PersonEntry) -> Person:
    marks = []
    if one.ended_at is not None:
        marks.append(_("%(time)s 起不再使用", time=told(one.ended_at)))
    else:
        marks.append(_("等待首次登录或换密码") if one.must_change else _("已登录过"))
        marks.append(_("已设第二步验证") if one.has_second_step else _("未设第二步验证"))
        if one.locked_until is not None:
            marks.append(_("因输错锁定至 %(time)s", time=told(one.locked_until)))
    return Person(one.number, one.person, one.name, tuple(marks), one.ended_at is None)


def _may_change(who: Visitor, found: Account) -> bool:
    """Whether changes are offered; accounts decides again, and knows more."""
    is_own = found.entry.account == who.actor.account
    return may_hand_out(who.actor.role, found.entry.role) and not is_own


def _done() -> Said | None:
    words = {
        "disabled": (_("账号已停用"), _("登录随即结束，正在进行的操作最迟五分钟后失效。")),
        "restored": (_("账号已恢复"), _("密码和第二步验证与停用前相同。")),
    }
    done = request.args.get("done", "")
    return Said(*words[done], "good") if done in words else None
