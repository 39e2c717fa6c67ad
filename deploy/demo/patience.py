"""Asking again while the facts before a question may still be on their way."""

import time
from collections.abc import Callable
from typing import TypeVar

from shared.kernel.errors import DomainError

LEARN_S = 30.0
_LOOK_S = 0.2

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
