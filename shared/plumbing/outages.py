"""Failures that say nothing of a fact: somebody else was away, a database, a store, a service.

A fact that fails by itself has few attempts, or it would be tried for ever. One that met an outage
keeps them: it comes back soon while the outage is short, then every five minutes for about a day.
"""

from amqp.exceptions import AMQPError
from kombu.exceptions import OperationalError as BrokerAwayError

# Five seconds, nine times thirty, then five minutes each: a day and twenty minutes in all.
MOST_OUTAGES = 300
_SHORT = 10


class AwayError(Exception):
    """Somebody who was asked did not answer, or could not now; the call may be repeated."""


_OUTAGES: set[type[BaseException]] = {
    AwayError,
    BrokerAwayError,
    AMQPError,
    ConnectionError,
    TimeoutError,
}


def count_as_outages(*kinds: type[BaseException]) -> None:
    """Count more failures as outages: for a driver that not every service has, when it is loaded."""
    _OUTAGES.update(kinds)


def is_outage(error: BaseException | None) -> bool:
    """Whether a failure says that somebody else was away."""
    return isinstance(error, tuple(_OUTAGES))


def delay_after(outages: int) -> int:
    """In which of the delay queues, from 1, a fact waits after so many outages, this one included."""
    if outages <= 1:
        return 1
    return 2 if outages <= _SHORT else 3
