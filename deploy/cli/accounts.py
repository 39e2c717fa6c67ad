"""`hecha accounts`: hand dedicated accounts down, look after them."""

import getpass
import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.asking import ask
from deploy.cli.rooms import database_of
from deploy.cli.sentences import tell
from deploy.cli.signed_in import NO_TOKEN, actor, office_at_hand
from deploy.cli.trouble import explained
from services.accounts import issuing, machine, usecases
from services.accounts.naming import Newcomer
from services.roster import usecases as roster
from shared.contracts.account_commands import (
    Account,
    AccountEntry,
    AddPerson,
    DisableAccount,
    HandOver,
    IssueAccounts,
    ListAccounts,
    PersonGiven,
    ResetPassword,
    RestoreAccount,
    ShowAccount,
)
from shared.contracts.roster_commands import UnitsRequest
from shared.kernel.authority import Role
from shared.kernel.clock import BEIJING
from shared.kernel.ids import AccountId, CampaignId, PersonId, UnitCode
from shared.kernel.units import Level
from shared.workbooks.accounts import accounts_workbook
from shared.workbooks.role_names import ROLE_NAMES

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

AccountArgument = Annotated[str, typer.Argument(help="440305-017.03")]
Number = Annotated[int, typer.Option(help="of the person in the account, see people")]
Reason = Annotated[str, typer.Option(help="why; kept, sealed, with the account")]
Name = Annotated[str, typer.Option(help="who; asked for when left out")]
Known = Annotated[str, typer.Option("--person", help="id of somebody who has an account already")]
Namesake = Annotated[bool, typer.Option(help="another person than the one of this name")]


@app.command()
@explained
def issue(  # noqa: PLR0913, PLR0917  # the options of a command
    unit: Annotated[str, typer.Argument(help="code of the unit")],
    level: Annotated[Level, typer.Option(help="of the units that get accounts")],
    role: Annotated[list[Role], typer.Option(help="may be repeated")],
    out: Annotated[Path, typer.Option(help="the workbook to write, .xlsx")],
    campaign: Annotated[str, typer.Option(help="id of the campaign")] = "44-2026a",
    each: Annotated[int, typer.Option(min=1, help="accounts of each role per unit")] = 1,
    again: Annotated[
        bool, typer.Option("--again", help="new passwords where nobody signed in yet")
    ] = False,
) -> None:
    """Make what is missing at every unit of a level, and a workbook with one-time passwords."""
    if out.exists():
        raise typer.BadParameter(f"{out} is there already", param_hint="--out")
    request = IssueAccounts(
        NO_TOKEN, CampaignId(campaign), UnitCode(unit), level, tuple(role), each, again
    )
    with office_at_hand() as office:
        told = issuing.issue_accounts(office, actor(), request)
    if told.accounts:
        names = _names(request.unit, level)
        _write(out, accounts_workbook(told.accounts, names, request.campaign))
    tell(
        f"发放 {len(told.accounts)} 个，原有 {told.kept} 个"
        + (f"：{out}" if told.accounts else "。"),
        f"{len(told.accounts)} issued, {told.kept} were there"
        + (f": {out}" if told.accounts else "."),
    )


@app.command(name="list")
@explained
def list_(
    unit: Annotated[str, typer.Argument(help="code of the unit")],
    role: Annotated[Role | None, typer.Option(help="of this role only")] = None,
) -> None:
    """The accounts at and below a unit."""
    who, after = actor(), None
    with office_at_hand() as office:
        while True:
            request = ListAccounts(NO_TOKEN, UnitCode(unit), role, after)
            page = usecases.list_accounts(office, who, request)
            for one in page.accounts:
                print(_line(one))
            if page.is_last or not page.accounts:
                break
            after = page.accounts[-1].account


@app.command()
@explained
def people(account: AccountArgument) -> None:
    """Who uses an account."""
    with office_at_hand() as office:
        _tell(usecases.show_account(office, actor(), ShowAccount(NO_TOKEN, AccountId(account))))


@app.command()
@explained
def add(
    account: AccountArgument,
    name: Name = "",
    person: Known = "",
    namesake: Namesake = False,
) -> None:
    """Let one more person use an account, with a password and a second step of their own."""
    newcomer = _newcomer(name, person, is_namesake=namesake)
    request = AddPerson(
        NO_TOKEN, AccountId(account), newcomer.name, newcomer.person, newcomer.is_namesake
    )
    with office_at_hand() as office:
        _give(usecases.add_person(office, actor(), request))


@app.command(name="hand-over")
@explained
def hand_over(  # the options of a command
    account: AccountArgument,
    reason: Reason = "",
    number: Number = 1,
    name: Name = "",
    person: Known = "",
    namesake: Namesake = False,
) -> None:
    """Give an account to another person; who used it so far is out at once."""
    newcomer = _newcomer(name, person, is_namesake=namesake)
    who = (newcomer.name, newcomer.person, newcomer.is_namesake)
    request = HandOver(NO_TOKEN, AccountId(account), number, reason, *who)
    with office_at_hand() as office:
        _give(usecases.hand_over(office, actor(), request))


@app.command()
@explained
def reset(
    account: AccountArgument,
    reason: Reason = "",
    number: Number = 1,
    second_step: Annotated[bool, typer.Option("--second-step", help="a lost phone")] = False,
    machine_: Annotated[
        bool, typer.Option("--machine", help="of an account that was made on this machine")
    ] = False,
) -> None:
    """Give somebody a new one-time password; with --machine always a new second step as well."""
    of = AccountId(account)
    with office_at_hand() as office:
        if machine_:
            _give(machine.reset_first(office, of, number, by=_by()))
        else:
            request = ResetPassword(NO_TOKEN, of, number, reason, second_step)
            _give(usecases.reset_password(office, actor(), request))


@app.command()
@explained
def disable(
    account: AccountArgument,
    reason: Reason = "",
    machine_: Annotated[
        bool, typer.Option("--machine", help="an account that was made on this machine")
    ] = False,
) -> None:
    """Close an account; its sessions end at once."""
    of = AccountId(account)
    with office_at_hand() as office:
        if machine_:
            machine.disable_first(office, of, by=_by())
            tell(f"已停用 {of}", f"{of} is disabled")
        else:
            _tell(usecases.disable_account(office, actor(), DisableAccount(NO_TOKEN, of, reason)))


@app.command()
@explained
def restore(account: AccountArgument, reason: Reason = "") -> None:
    """Open a disabled account again."""
    request = RestoreAccount(NO_TOKEN, AccountId(account), reason)
    with office_at_hand() as office:
        _tell(usecases.restore_account(office, actor(), request))


@app.command()
@explained
def first(
    province: Annotated[str, typer.Option(help="two digits; for an auditor any unit")],
    role: Annotated[Role, typer.Option(help="or operator, key_officer, auditor")] = (
        Role.UNIT_ADMINISTRATOR
    ),
    name: Name = "",
    namesake: Namesake = False,
    another: Annotated[bool, typer.Option("--another", help="one more")] = False,
) -> None:
    """On the machine itself: the account of somebody whom nobody above can give one."""
    newcomer = Newcomer(name or _ask_name(), is_namesake=namesake)
    with office_at_hand() as office:
        unit = UnitCode(province)
        _give(machine.first_account(office, unit, role, newcomer, by=_by(), another=another))


def _give(given: PersonGiven) -> None:
    print(f"{given.login}\t{given.one_time_password}")
    tell(
        "登录账号和一次性密码只显示这一次，请当面转交。",
        "The login and its one-time password are shown this once: hand them over in person.",
    )


def _tell(account: Account) -> None:
    print(_line(account.entry))
    for one in account.people:
        marks = [
            "已换人 ended" if one.ended_at else "",
            "待首次登录 to sign in" if one.must_change else "",
            "第二步验证 second step" if one.has_second_step else "",
            "锁定 locked" if one.locked_until else "",
        ]
        told = "，".join(mark for mark in marks if mark)
        print(f"  {one.number:3}  {one.person}  {one.name or '（未登记）'}  {told}")


def _line(entry: AccountEntry) -> str:
    state = (
        "停用 disabled" if entry.is_disabled else "已用 used" if entry.is_used else "未用 unused"
    )
    until = f"{entry.valid_until.astimezone(BEIJING):%Y-%m-%d}"
    return f"{entry.account:28} {ROLE_NAMES[entry.role]:8} {entry.people} 人  {state}  至 {until}"


def _newcomer(name: str, person: str, *, is_namesake: bool) -> Newcomer:
    if person:
        return Newcomer(person=PersonId(person))
    return Newcomer(name or _ask_name(), is_namesake=is_namesake)


def _ask_name() -> str:
    return ask("使用人姓名：", "Name of the person: ")


def _names(unit: UnitCode, level: Level) -> dict[UnitCode, str]:
    with database_of("roster") as database:
        units = roster.units(database, UnitsRequest(unit, level)).units
    return {one.unit: one.name for one in units}


def _write(path: Path, book: bytes) -> None:
    """Write a file that its owner alone may read; passwords replace none that is there."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(book)


def _by() -> str:
    return f"operator:{getpass.getuser()}"
