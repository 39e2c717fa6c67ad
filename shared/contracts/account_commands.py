"""What may be asked of accounts by who hands them out, and what it answers.

One-time passwords travel in answers, once, to the edge that writes them into a workbook.
"""

from dataclasses import dataclass, field
from datetime import datetime

from shared.contracts.acts import command
from shared.kernel.authority import Act, Role
from shared.kernel.ids import AccountId, ActorToken, CampaignId, PersonId, UnitCode
from shared.kernel.units import Level

MAX_ACCOUNTS = 10_000  # of one order


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class IssueAccounts:
    """Order accounts for every unit of a level at or below a unit; what is there is kept.

    `each` accounts of each role in each unit in this campaign. An order may be repeated: it
    makes only what is missing. `with_unused` also gives new one-time passwords to accounts
    nobody has ever signed in with, for a workbook that was lost.
    """

    actor: ActorToken = field(repr=False)
    campaign: CampaignId
    unit: UnitCode
    level: Level
    roles: tuple[Role, ...]
    each: int = 1
    with_unused: bool = False


@dataclass(frozen=True, slots=True)
class IssuedAccount:
    """One account and the password of its first sign-in."""

    login: str
    account: AccountId
    unit: UnitCode
    role: Role
    one_time_password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountsIssued:
    """What an order made, by unit; `kept` accounts were there before."""

    accounts: tuple[IssuedAccount, ...]
    kept: int


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class AddPerson:
    """Let one more named person use an account, with a password and a second step of their own.

    `person` names somebody who is known from another account. `is_namesake` says that this is
    another person of the same name, where that name holds a role that excludes this one.
    """

    actor: ActorToken = field(repr=False)
    account: AccountId
    name: str = field(default="", repr=False)
    person: PersonId | None = None
    is_namesake: bool = False


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class HandOver:
    """Give an account to another person: who used it under this number uses it no more."""

    actor: ActorToken = field(repr=False)
    account: AccountId
    number: int
    reason: str = field(repr=False)
    name: str = field(default="", repr=False)
    person: PersonId | None = None
    is_namesake: bool = False


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Give a person of an account a new one-time password; ends their sessions."""

    actor: ActorToken = field(repr=False)
    account: AccountId
    number: int
    reason: str = field(repr=False)
    with_second_step: bool = False  # it is set up anew as well: a lost phone


@dataclass(frozen=True, slots=True)
class PersonGiven:
    """How a person signs in first; shown this once."""

    login: str
    account: AccountId
    person: PersonId
    one_time_password: str = field(repr=False)


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class DisableAccount:
    """Close an account: its sessions end at once, its last tokens within minutes."""

    actor: ActorToken = field(repr=False)
    account: AccountId
    reason: str = field(repr=False)


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class RestoreAccount:
    """Open a disabled account again, passwords as they were."""

    actor: ActorToken = field(repr=False)
    account: AccountId
    reason: str = field(repr=False)


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class ListAccounts:
    """Ask for the accounts at or below a unit, by unit; `after` is the last one of a page."""

    actor: ActorToken = field(repr=False)
    unit: UnitCode
    role: Role | None = None
    after: AccountId | None = None


@command(Act.ISSUE_ACCOUNT)
@dataclass(frozen=True, slots=True)
class ShowAccount:
    """Ask for one account with its people."""

    actor: ActorToken = field(repr=False)
    account: AccountId


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """One account, nobody named; `is_used` once somebody has signed in with it."""

    account: AccountId
    unit: UnitCode
    role: Role
    campaign: CampaignId | None
    people: int
    is_disabled: bool
    is_used: bool
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Accounts:
    """A page of accounts; there are more when it is full."""

    accounts: tuple[AccountEntry, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody who uses, or used, an account; the name is for who hands accounts out."""

    number: int
    person: PersonId
    name: str = field(repr=False)  # "" before the first sign-in
    has_second_step: bool
    must_change: bool
    ended_at: datetime | None
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account and its people, by number."""

    entry: AccountEntry
    people: tuple[PersonEntry, ...]
