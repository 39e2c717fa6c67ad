"""Refusals of what an operator asks."""

from shared.kernel.errors import DomainError


class UnknownQueueError(DomainError):
    """The service hears no queue of this name; args: queue."""

    code = "unknown_queue"


class BusNotAnsweringError(DomainError):
    """The bus did not answer, so nothing is known and nothing was moved; args: a code."""

    code = "bus_not_answering"
