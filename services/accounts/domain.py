"""Rules of dedicated accounts: ids, steps, locks, sessions.

Which roles where, and who hands out which: `shared/kernel/account_roles.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.actors import NEED_SECOND_FACTOR
from shared.contracts.sign_in_commands import Step
from shared.kernel.authority import EXCLUSIVE_ROLES, Role
from shared.kernel.ids import AccountId, UnitCode

# For accounts of no campaign, and of campaigns that nobody has given an end.
ACCOUNT_LIFE = timedelta(days=366)

MAX_TRIES = 5
LOCK = timedelta(minutes=15)

SESSION_LIFE = timedelta(hours=12)
_IDLE = timedelta(minutes=30)
_IDLE_ADMINISTRATOR = timedelta(minutes=15)
_ADMINISTRATORS = EXCLUSIVE_ROLES | {Role.UNIT_ADMINISTRATOR}
# A token outlives a disabled account by this much at most; `actors.LIFE` is the limit.
TOKEN_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person has of their own, and what they have shown in a session."""

    role: Role
    is_shared: bool  # several people use the account
    must_change: bool
    has_second_step: bool
    second_step_at: datetime | None  # shown in this session


def is_from_above(giver_path: str, path: str, role: Role) -> bool:
    """Whether an administrator's account comes from above: nobody makes their own equal."""
    return role is not Role.UNIT_ADMINISTRATOR or giver_path != path


def account_id(unit: UnitCode, number: int) -> AccountId:
    """The id of a unit's nth account: "440305-017.03"."""
    return AccountId(f"{unit}.{number:02d}")


def login_of(account: AccountId, number: int) -> str:
    """What the nth person of an account types; the first needs no number."""
    return account if number == 1 else f"{account}/{number}"


def parse_login(login: str) -> tuple[AccountId, int] | None:
    """The account and the number of its person; None when the text is no login."""
    account, _, number = login.strip().partition("/")
    if not number:
        return AccountId(account), 1
    if not (number.isascii() and number.isdigit() and len(number) <= 4):
        return None
    return AccountId(account), int(number)


def needs_second_step(role: Role, *, is_shared: bool) -> bool:
    """Whether a second step is asked for: by the role, or because others know the account."""
    return is_shared or role in NEED_SECOND_FACTOR


def next_step(proof: Proof) -> Step:
    """What signing in asks for next.

    The second step comes before a new password, so that a lost one-time password alone is
    worth nothing where a second step was set up.
    """
    if proof.has_second_step and proof.second_step_at is None:
        return Step.CODE
    if proof.must_change:
        return Step.PASSWORD
    if needs_second_step(proof.role, is_shared=proof.is_shared) and not proof.has_second_step:
        return Step.ENROL
    return Step.DONE


def locked_until(tries: int, at: datetime) -> datetime | None:
    """Until when an account's person is locked out after so many tries in a row."""
    return at + LOCK if tries >= MAX_TRIES else None


def idle_limit(role: Role) -> timedelta:
    """How long a session may stay silent."""
    return _IDLE_ADMINISTRATOR if role in _ADMINISTRATORS else _IDLE


def is_over(role: Role, seen_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether a session has ended, by silence or by its age."""
    return at >= ends_at or at >= seen_at + idle_limit(role)


def excluded_by(role: Role, held: frozenset[Role]) -> Role | None:
    """The role of the held ones that the same person may not have beside this one."""
    if role not in EXCLUSIVE_ROLES:
        return None
    return next(iter(sorted(held & (EXCLUSIVE_ROLES - {role}))), None)


def valid_until(issued_at: datetime, campaign_ends_at: datetime | None) -> datetime:
    """Until when an account may be used: its campaign's end, or a year."""
    return campaign_ends_at or issued_at + ACCOUNT_LIFE
