"""Refusals of what an operator asks."""

from shared.kernel.errors import DomainError


class UnknownQueueError(DomainError):
    """The service hears no queue of this name; args: queue."""

    code = "unknown_queue"


class ActOfLogError(DomainError):
    """An act on its way to the audit log is not removed, only put back; args: fact."""

    code = "act_of_log"


class BusNotAnsweringError(DomainError):
    """The bus did not answer, so nothing is known and nothing was moved; args: a code."""

    code = "bus_not_answering"
