"""Accounts: a registrar's account of one school is what everything is about."""

from pathlib import Path

from services.accounts.service import AccountsService
from shared.contracts.account_commands import (
    AddPerson,
    DisableAccount,
    HandOver,
    IssueAccounts,
    ListAccounts,
    ResetPassword,
    RestoreAccount,
    ShowAccount,
)
from shared.contracts.people_commands import NamesRequest, SupportStaffRequest
from shared.kernel.authority import Place, Role
from shared.kernel.ids import UnitCode
from shared.kernel.units import Level
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.accounts.house import CAMPAIGN, PATHS, START, House

SCHOOL = UnitCode("449101-01")


def stage(folder: Path) -> Stage:
    house = House(folder)
    house.database.engine.raw_connection().execute("PRAGMA synchronous=OFF")
    account = house.issued(Role.REGISTRAR, SCHOOL).account
    at = Place(PATHS[SCHOOL])
    service = bare(
        AccountsService, database=house.database, office=house.office, actors=believing(START)
    )
    rows = {
        IssueAccounts: lambda token: IssueAccounts(
            token, CAMPAIGN, SCHOOL, Level.SCHOOL, (Role.ENTRY_CLERK,)
        ),
        AddPerson: lambda token: AddPerson(token, account, "李四"),
        HandOver: lambda token: HandOver(token, account, 1, "why", "王五"),
        ResetPassword: lambda token: ResetPassword(token, account, 1, "why"),
        DisableAccount: lambda token: DisableAccount(token, account, "why"),
        RestoreAccount: lambda token: RestoreAccount(token, account, "why"),
        ListAccounts: lambda token: ListAccounts(token, SCHOOL),
        ShowAccount: lambda token: ShowAccount(token, account),
    }
    of_ones_own = {
        NamesRequest: lambda token: NamesRequest(token, ()),
        SupportStaffRequest: SupportStaffRequest,
    }
    told = {kind: Row(make, None) for kind, make in of_ones_own.items()}
    return Stage(service, PATHS, START, told | {kind: Row(make, at) for kind, make in rows.items()})
