"""A desk in a running house: asks its services from a program that is none of them.

The embedded house runs one among its services; a command line on real servers runs one of
its own for the length of a command.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from shared.plumbing.rpc import Rpc, RpcClient
from shared.plumbing.runner import Runner, config_for

Answer = TypeVar("Answer")

PATIENCE_S = 30.0


class DeskService:
    """Serves nothing and hears nothing: it only asks."""

    name = "desk"

    rpc = Rpc()


class Desk:
    """Asks through the desk of a started runner."""

    def __init__(self, runner: Runner) -> None:
        self._client = client_of(runner)

    def ask(
        self,
        service: str,
        method: str,
        request: object,
        answer: type[Answer],
        *,
        patience_s: float = PATIENCE_S,
    ) -> Answer:
        """Ask a service.

        Raises:
            DomainError: it refused.
            RpcDeadlineError: no answer in time.
            RpcFailedError: it failed.
        """
        return self._client.call(service, method, request, answer, deadline_s=patience_s)


@contextmanager
def desk_at(amqp_url: str, environment: Mapping[str, str]) -> Iterator[Desk]:
    """A desk at a house that runs elsewhere, on a real bus."""
    runner = Runner([DeskService], config_for(amqp_url, environment, max_workers=2))
    runner.start()
    try:
        yield Desk(runner)
    finally:
        runner.stop()


def client_of(runner: Runner) -> RpcClient:
    """The client of the desk among a runner's services."""
    container = runner.container(DeskService.name)
    provider = next(one for one in container.dependencies if isinstance(one, Rpc))
    return provider.client()
