"""Signing in: a session, its steps, and the actor tokens it gives. One function per command.

A try is counted before the password is looked at, in a transaction of its own, so that however
many tries arrive at once, no more than five in a row are ever checked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from services.accounts import session_store, store
from services.accounts.credentials import draw_session, keep_session
from services.accounts.domain import (
    SESSION_LIFE,
    TOKEN_LIFE,
    Proof,
    is_over,
    locked_until,
    next_step,
    parse_login,
    valid_until,
)
from services.accounts.office import Office
from shared.contracts.actors import Actor
from shared.contracts.events import ActDone
from shared.contracts.sign_in_commands import (
    SignedIn,
    SignedOut,
    SignIn,
    SignOut,
    Step,
    TakeToken,
    TokenGiven,
)
from shared.kernel.authority import Role
from shared.kernel.errors_accounts import (
    AccountClosedError,
    AccountLockedError,
    SessionEndedError,
    SignInRefusedError,
    SignInUnfinishedError,
)
from shared.kernel.ids import AccountId, PersonId, UnitCode
from shared.kernel.units import province_of
from shared.plumbing.actors import sign
from shared.plumbing.database import Database, Tx


@dataclass(frozen=True, slots=True)
class Holder:
    """One person of one account, as their rows say."""

    account: Row[Any]
    row: Row[Any]
    people: int

    @property
    def key(self) -> tuple[AccountId, int]:
        """The account, and the person's number in it."""
        return AccountId(self.row.account), self.row.number

    @property
    def role(self) -> Role:
        """What the account acts as."""
        return Role(self.account.role)

    def step(self, second_step_at: datetime | None) -> Step:
        """What signing in asks for next."""
        row = self.row
        shown = (row.must_change, row.has_second_step, second_step_at)
        return next_step(Proof(self.role, self.people > 1, *shown))

    def closed(self, at: datetime) -> str | None:
        """Why the account may not be used; None when it may."""
        if self.account.is_disabled:
            return "disabled"
        is_expired = at >= valid_until(self.account.issued_at, self.account.ends_at)
        return "expired" if is_expired else None


def sign_in(office: Office, request: SignIn) -> SignedIn:
    """Check a password and begin a session, which may ask for more steps.

    Raises:
        SignInRefusedError: no such account or person, or a wrong password; never says which.
        AccountLockedError: five wrong tries in a row, and fifteen minutes are not over.
        AccountClosedError: the password is right and the account is disabled or expired.
    """
    found = _count_try(office.database, request.login)
    kept = found.row.password if found else None
    is_right = office.passwords.fits(kept, request.password)
    if found is None:
        raise SignInRefusedError
    if not is_right:
        refuse_try(office.database, found, "sign_in")
    token = draw_session()
    at = office.database.clock()
    with office.database.transaction() as tx:
        now = holder_of(tx, *found.key)
        # Disabled, handed over or reset while the password was being checked.
        if now is None or now.row.password != kept:
            raise SignInRefusedError
        closed = now.closed(at)
        if closed is None:
            store.change_holder(tx, now.key, tries=0, locked_until=None)
            ends_at = at + SESSION_LIFE
            session_store.add_session(tx, keep_session(token), now.key, at, ends_at)
        say(tx, now, "sign_in", f"account_{closed}" if closed else "done")
    if closed is not None:
        raise AccountClosedError(now.account.account, closed)
    return told(now, token, None, ends_at)


def take_token(office: Office, request: TakeToken) -> TokenGiven:
    """An actor token for a finished session.

    Raises:
        SessionEndedError: it ended, by silence, age, sign-out, or because the account did.
        SignInUnfinishedError: a step is missing.
    """
    token = keep_session(request.session)
    at = office.database.clock()
    with office.database.transaction() as tx:
        session, holder = live(tx, token, at)
        step = holder.step(session.second_step_at)
        if step is not Step.DONE:
            raise SignInUnfinishedError(step.value)
        session_store.change_session(tx, token, seen_at=at)
    actor = Actor(
        person=PersonId(holder.row.person),
        account=AccountId(holder.row.account),
        role=holder.role,
        unit=UnitCode(holder.account.unit),
        path=holder.account.path,
        expires_at=min(at + TOKEN_LIFE, session.ends_at),
        second_factor_at=session.second_step_at,
    )
    return TokenGiven(sign(actor, office.identity), actor.expires_at)


def sign_out(office: Office, request: SignOut) -> SignedOut:
    """End a session."""
    token = keep_session(request.session)
    with office.database.transaction() as tx:
        session = session_store.session_of(tx, token)
        if session is not None and session_store.end_session(tx, token):
            holder = holder_of(tx, AccountId(session.account), session.number)
            assert holder is not None
            say(tx, holder, "sign_out")
    return SignedOut()


def live(tx: Tx, token: str, at: datetime) -> tuple[Row[Any], Holder]:
    """A session that has not ended, and whose it is.

    Raises:
        SessionEndedError: there is none.
    """
    session = session_store.session_of(tx, token)
    if session is None:
        raise SessionEndedError
    holder = holder_of(tx, AccountId(session.account), session.number)
    if holder is None or holder.closed(at) is not None:
        raise SessionEndedError
    if is_over(holder.role, session.seen_at, session.ends_at, at):
        raise SessionEndedError
    return session, holder


def holder_of(tx: Tx, account: AccountId, number: int) -> Holder | None:
    """A person who uses an account now; None when nobody does under this number."""
    row = store.holder_of(tx, account, number)
    known = store.account_of(tx, account)
    if row is None or row.ended_at is not None or known is None:
        return None
    return Holder(known, row, store.count_people(tx, account))


def count_try(tx: Tx, holder: Holder, at: datetime) -> None:
    """Count a try of a password or a code, before anybody looks at it.

    Raises:
        AccountLockedError: the person is locked out.
    """
    locked = holder.row.locked_until
    if locked is not None and at < locked:
        raise AccountLockedError(locked.isoformat())
    tries = (0 if locked is not None else holder.row.tries) + 1
    values = {"tries": tries, "locked_until": locked_until(tries, at)}
    store.change_holder(tx, holder.key, **values)


def refuse_try(database: Database, holder: Holder, act: str) -> None:
    """Say that a try was wrong.

    Raises:
        SignInRefusedError: always.
    """
    with database.transaction() as tx:
        say(tx, holder, act, SignInRefusedError.code)
    raise SignInRefusedError


def say(tx: Tx, holder: Holder, act: str, outcome: str = "done") -> None:
    """Say what a person did to their own sign-in."""
    fact = ActDone(
        act=act,
        object=holder.row.account,
        actor=holder.row.person,
        outcome=outcome,
        unit=UnitCode(holder.account.unit),
        role=holder.role,
    )
    tx.say(fact, province=province_of(holder.account.path))


def told(
    holder: Holder, session: str, second_step_at: datetime | None, ends_at: datetime
) -> SignedIn:
    """How a session stands."""
    return SignedIn(
        session=session,
        step=holder.step(second_step_at),
        account=AccountId(holder.row.account),
        person=PersonId(holder.row.person),
        role=holder.role,
        unit=UnitCode(holder.account.unit),
        ends_at=ends_at,
    )


def _count_try(database: Database, login: str) -> Holder | None:
    """Who tries; None when the text names nobody."""
    parsed = parse_login(login)
    if parsed is None:
        return None
    with database.transaction() as tx:
        holder = holder_of(tx, *parsed)
        if holder is not None:
            count_try(tx, holder, database.clock())
    return holder
