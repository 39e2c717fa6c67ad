"""What an edge asks of accounts for somebody who signs in; these carry secrets, edge to accounts.

Requests are never written to a disk (`VOLATILE`) and hide their secrets from every `repr`.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode


class Step(StrEnum):
    """What signing in still asks for."""

    CODE = "code"  # of the second step
    PASSWORD = "password"  # a new one instead of the one-time one, and the name  # noqa: S105
    ENROL = "enrol"  # set the second step up, then give its first code
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Begin a session.

    `login` is an account, 440305-017.03, for its first person; 440305-017.03/2 for the second.
    """

    login: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session and its next step; only one that is DONE gives actor tokens."""

    session: str = field(repr=False)
    step: Step
    account: AccountId
    person: PersonId
    role: Role
    unit: UnitCode
    ends_at: datetime  # at the latest; sooner when idle


@dataclass(frozen=True, slots=True)
class GiveCode:
    """Show the second step: at sign-in, to confirm its setting up, or once more for a delicate act."""

    session: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Choose a password: at a first sign-in with one's name, later with the current one."""

    session: str = field(repr=False)
    password: str = field(repr=False)
    name: str = field(default="", repr=False)
    current: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EnrolSecondStep:
    """Draw a seed for the second step; each call draws another until a code confirms one."""

    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The seed, shown this once: as text to type in, and as the address of a QR."""

    seed: str = field(repr=False)
    address: str = field(repr=False)  # otpauth://


@dataclass(frozen=True, slots=True)
class TakeToken:
    """Ask for a short-lived actor token; counts as a sign of life."""

    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenGiven:
    """Who acts, signed, for a few minutes."""

    token: ActorToken = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignOut:
    """End a session; one that has ended already is no error."""

    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Nobody is signed in with the session."""
