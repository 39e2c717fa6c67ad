"""What the pages of accounts ask of accounts, and of roster for the names of units."""

from services.portal.house import House
from shared.contracts.account_commands import (
    Account,
    Accounts,
    AccountsIssued,
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
from shared.contracts.roster_commands import UnitEntry, Units, UnitsRequest
from shared.kernel.ids import AccountId, ActorToken, UnitCode
from shared.kernel.units import Level


def listed(house: House, request: ListAccounts) -> Accounts:
    """A page of the accounts at or below a unit."""
    return house.ask("accounts", "list_accounts", request, Accounts)


def shown(house: House, token: ActorToken, account: AccountId) -> Account:
    """An account with its people."""
    return house.ask("accounts", "show_account", ShowAccount(token, account), Account)


def issued(house: House, request: IssueAccounts) -> AccountsIssued:
    """What an order of accounts made; the passwords in it are told this once."""
    return house.ask("accounts", "issue_accounts", request, AccountsIssued)


def added(house: House, request: AddPerson) -> PersonGiven:
    """How one more person of an account signs in first."""
    return house.ask("accounts", "add_person", request, PersonGiven)


def handed_over(house: House, request: HandOver) -> PersonGiven:
    """How the next person of an account signs in first."""
    return house.ask("accounts", "hand_over", request, PersonGiven)


def reset(house: House, request: ResetPassword) -> PersonGiven:
    """How a person signs in after a reset."""
    return house.ask("accounts", "reset_password", request, PersonGiven)


def disable(house: House, request: DisableAccount) -> None:
    """Close an account."""
    house.ask("accounts", "disable_account", request, Account)


def restore(house: House, request: RestoreAccount) -> None:
    """Open a disabled account again."""
    house.ask("accounts", "restore_account", request, Account)


def units_of(house: House, unit: UnitCode, level: Level) -> tuple[UnitEntry, ...]:
    """The units of a level at or below a unit."""
    return house.ask("roster", "units", UnitsRequest(unit, level), Units).units
