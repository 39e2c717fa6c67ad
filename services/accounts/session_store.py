"""Named questions about sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from services.accounts.tables import sessions
from shared.kernel.ids import AccountId
from shared.plumbing.database import Tx


def add_session(
    tx: Tx, token: str, holder: tuple[AccountId, int], at: datetime, ends_at: datetime
) -> None:
    """Begin a session of a person of an account; `token` is its digest."""
    account, number = holder
    row = {"token": token, "account": account, "number": number, "seen_at": at, "ends_at": ends_at}
    tx.execute(insert(sessions).values(**row))


def session_of(tx: Tx, token: str) -> Row[Any] | None:
    """A session, by its token's digest."""
    return tx.execute(select(sessions).where(sessions.c.token == token)).one_or_none()


def change_session(tx: Tx, token: str, **values: object) -> None:
    """Change a session."""
    tx.execute(update(sessions).where(sessions.c.token == token).values(**values))


def end_session(tx: Tx, token: str) -> bool:
    """End a session; whether there was one."""
    return tx.execute(delete(sessions).where(sessions.c.token == token)).rowcount > 0


def end_sessions(
    tx: Tx, account: AccountId, number: int | None = None, *, but: str | None = None
) -> None:
    """End every session of an account, or of one of its people; all but one, if it is named."""
    gone = delete(sessions).where(sessions.c.account == account)
    if number is not None:
        gone = gone.where(sessions.c.number == number)
    if but is not None:
        gone = gone.where(sessions.c.token != but)
    tx.execute(gone)


def forget_sessions(tx: Tx, ended_before: datetime) -> int:
    """Remove the sessions whose time was over before then; how many."""
    return tx.execute(delete(sessions).where(sessions.c.ends_at < ended_before)).rowcount
