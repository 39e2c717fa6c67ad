"""Changing one account: reset, hand over, let one more in, disable, restore.

Passwords are told in the answer to the form and nowhere else: there is no page to come back to.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from services.portal.pages.accounts import asking
from services.portal.pages.mistakes import Form, Mistake, MistakenError
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.account_commands import (
    Account,
    AddPerson,
    DisableAccount,
    HandOver,
    PersonGiven,
    ResetPassword,
    RestoreAccount,
)
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.kernel.ids import AccountId, PersonId
from shared.plumbing.web.app import WebApp

Step = Callable[[Staff, Visitor, AccountId, Form], PersonGiven | str]


def add_changing_accounts(app: WebApp, staff: Staff) -> None:
    """One form for each act."""

    @app.get("/accounts/<account>/<step>")
    def account_form(account: str, step: str) -> str:
        who = entitled(staff, Act.ISSUE_ACCOUNT)
        return _form(staff, who, AccountId(account), _known(step), None)

    @app.post("/accounts/<account>/<step>")
    def change_account(account: str, step: str) -> Any:
        check_meant(staff)
        who, of = entitled(staff, Act.ISSUE_ACCOUNT), AccountId(account)
        change = _STEPS[_known(step)]
        try:
            done = change(staff, who, of, Form())
        except MistakenError as wrong:
            said = Said(_("请更正下面的内容"), _("账号没有改动。"))
            return _form(staff, who, of, step, said, tuple(wrong.mistakes)), 422
        except DomainError as refused:
            return _form(staff, who, of, step, refusal(refused)), 422
        if isinstance(done, PersonGiven):
            return render_template("accounts/given.html", given=done)
        return make_response(redirect(url_for("account", account=of, done=done), 303))


def _reset(staff: Staff, who: Visitor, of: AccountId, form: Form) -> PersonGiven:
    return _asked_to_reset(staff, who, of, form, with_second_step=False)


def _reset_second_step(staff: Staff, who: Visitor, of: AccountId, form: Form) -> PersonGiven:
    return _asked_to_reset(staff, who, of, form, with_second_step=True)


def _asked_to_reset(
    staff: Staff, who: Visitor, of: AccountId, form: Form, *, with_second_step: bool
) -> PersonGiven:
    number, reason = _number(form), form.reason()
    form.check()
    request_ = ResetPassword(who.token, of, number, reason, with_second_step)
    return asking.reset(staff.house, request_)


def _hand_over(staff: Staff, who: Visitor, of: AccountId, form: Form) -> PersonGiven:
    number, reason, newcomer = _number(form), form.reason(), _newcomer(form)
    form.check()
    return asking.handed_over(staff.house, HandOver(who.token, of, number, reason, *newcomer))


def _add(staff: Staff, who: Visitor, of: AccountId, form: Form) -> PersonGiven:
    newcomer = _newcomer(form)
    # A page that is sent twice must not let two people in.
    if form.text("people") != str(len(asking.shown(staff.house, who.token, of).people)):
        form.wrong("name", _("使用人有变动，可能刚才已经增加过；请回到账号页核对。"))
    form.check()
    return asking.added(staff.house, AddPerson(who.token, of, *newcomer))


def _disable(staff: Staff, who: Visitor, of: AccountId, form: Form) -> str:
    reason = form.reason()
    form.check()
    asking.disable(staff.house, DisableAccount(who.token, of, reason))
    return "disabled"


def _restore(staff: Staff, who: Visitor, of: AccountId, form: Form) -> str:
    reason = form.reason()
    form.check()
    asking.restore(staff.house, RestoreAccount(who.token, of, reason))
    return "restored"


_STEPS: dict[str, Step] = {
    "reset": _reset,
    "reset-second-step": _reset_second_step,
    "hand-over": _hand_over,
    "add": _add,
    "disable": _disable,
    "restore": _restore,
}


def _known(step: str) -> str:
    if step not in _STEPS:
        raise NotFound
    return step


def _number(form: Form) -> int:
    number = form.text("number")
    if not number.isdecimal():
        form.wrong("number", _("请从账号的使用人列表中选择。"))
        return 0
    return int(number)


def _newcomer(form: Form) -> tuple[str, PersonId | None, bool]:
    """Name, known person, and whether it is another one of the same name."""
    name, person = form.text("name"), form.text("person")
    if not name and not person:
        form.wrong("name", _("请填写使用人姓名；已有其他账号的人填其编号。"))
    known = PersonId(person) if person else None
    return ("" if known else name), known, bool(form.text("namesake"))


def _form(  # what a form is drawn from
    staff: Staff,
    who: Visitor,
    of: AccountId,
    step: str,
    said: Said | None,
    mistakes: tuple[Mistake, ...] = (),
) -> str:
    found: Account = asking.shown(staff.house, who.token, of)
    title, advice = _words()[step]
    typed: Mapping[str, str] = request.values
    number = typed.get("number", "")
    return render_template(
        "accounts/change.html",
        account=of,
        step=step,
        title=title,
        advice=advice,
        number=number,
        people=len(found.people),
        person=next((one for one in found.people if str(one.number) == number), None),
        typed={name: typed.get(name, "") for name in ("name", "person", "reason", "namesake")},
        mistakes=mistakes,
        said=said,
    )


def _words() -> dict[str, tuple[str, str]]:
    return {
        "reset": (
            _("重置密码"),
            _("将生成新的一次性密码；此人的登录随即结束，锁定同时解除。原密码不能恢复。"),
        ),
        "reset-second-step": (
            _("重置密码和第二步验证"),
            _(
                "用于更换或丢失手机：密码和第二步验证都要重新设置，此人的登录随即结束。请先核实本人身份。"
            ),
        ),
        "hand-over": (
            _("移交给他人"),
            _(
                "原使用人立即不能再用，不能撤销；以前的操作仍记在其名下。新使用人得到自己的一次性密码。"
            ),
        ),
        "add": (
            _("增加一位使用人"),
            _(
                "各人有各自的密码和第二步验证，每项操作都记在本人名下；原使用人下次登录也须设置第二步验证。"
            ),
        ),
        "disable": (_("停用账号"), _("所有使用人的登录随即结束；以后可以恢复。")),
        "restore": (_("恢复账号"), _("停用前的密码和第二步验证继续有效。")),
    }
