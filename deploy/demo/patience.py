"""Asking again while the facts before a question may still be on their way, or nobody answers."""

import time
from collections.abc import Callable
from typing import TypeVar

from shared.kernel.errors import DomainError, RecordsAwayError
from shared.kernel.errors_review import DocumentsAwayError, SheetUnsureError
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError

# A service that was asked is away, or one that it leans on.
AWAY = (RpcDeadlineError, RpcFailedError, RecordsAwayError, DocumentsAwayError)
# What is right now and wrong once a page has been looked at, which may come late in a house that
# is killed: a fact that failed three times comes back after five minutes.
UNSEEN = (SheetUnsureError,)
LEARN_S = 30.0
_LOOK_S = 0.2
_AWAY_S = 1.0

Answer = TypeVar("Answer")


def patiently(
    ask: Callable[[], Answer], not_yet: tuple[type[DomainError], ...] = (DomainError,)
) -> Answer:
    """Ask until the facts before it have been heard.

    Args:
        ask: the question.
        not_yet: refusals that may be right now and wrong in a moment.

    Raises:
        DomainError: another refusal, or one of these still after `LEARN_S`.
    """
    deadline = time.monotonic() + LEARN_S
    while True:
        try:
            return ask()
        except not_yet:
            if time.monotonic() > deadline:
                raise
            time.sleep(_LOOK_S)


def persistently(work: Callable[[], Answer], within_s: float) -> Answer:
    """Do a piece of work, and while nobody answers do it anew from its beginning.

    For work that finds out how far it came: an order whose answer was lost may have been done.

    Args:
        work: what to do.
        within_s: no new try begins after so many seconds.

    Raises:
        RpcDeadlineError, RpcFailedError, RecordsAwayError, DocumentsAwayError: nobody answered all
            the while.
        SheetUnsureError: a page was not looked at all the while.
    """
    deadline = time.monotonic() + within_s
    while True:
        try:
            return work()
        except (*AWAY, *UNSEEN):
            if time.monotonic() > deadline:
                raise
            time.sleep(_AWAY_S)
