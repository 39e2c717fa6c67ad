"""Tickets of the demo's door: each lets one browser in once, for some minutes."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

LIFE_S = 600.0
_MOST = 1000


class Tickets:
    """Draws tickets and takes each of them once."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._open: OrderedDict[str, float] = OrderedDict()

    def draw(self) -> str:
        """A ticket nobody can guess; the oldest go when there are too many."""
        ticket = secrets.token_hex(16)
        self._open[ticket] = self._monotonic() + LIFE_S
        while len(self._open) > _MOST:
            self._open.popitem(last=False)
        return ticket

    def take(self, ticket: str) -> bool:
        """Whether it was drawn here, is not too old and was never taken."""
        until = self._open.pop(ticket, None)
        return until is not None and self._monotonic() < until
