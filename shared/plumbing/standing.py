"""How a service stands, told by itself: for the edges, which hear nothing and keep nothing.

`operations` adds what a service with queues has to tell.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError
from nameko.extensions import DependencyProvider

from shared.contracts.acts import act_of
from shared.contracts.operate_commands import ServiceShown, ShowService
from shared.kernel.authority import Place
from shared.kernel.errors_operate import BusNotAnsweringError
from shared.plumbing.actors import Actors
from shared.plumbing.embedded import SCHEME
from shared.plumbing.health import troubles_of
from shared.plumbing.rpc import serves

CONNECT_S = 3.0


class Standing:
    """One service of this process, as its operator sees it."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self._since = monotonic()

    @property
    def service(self) -> str:
        """Its name."""
        return str(self._container.service_name)

    def shown(self) -> ServiceShown:
        """How it stands now.

        Raises:
            BusNotAnsweringError: the bus did not answer.
        """
        with asking(self._url) as ask:
            processes = ask.processes(self.service)
        up_s = int(monotonic() - self._since)
        return ServiceShown(self.service, processes, up_s, self.troubles(), 0, 0, ())

    def troubles(self) -> tuple[str, ...]:
        """What it leans on and does not find, as codes."""
        return tuple(troubles_of([self._container], self._url))

    @property
    def _url(self) -> str:
        return str(self._container.config["AMQP_URI"])


class StandingProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the `Standing` of its service."""

    def setup(self) -> None:
        """Nothing is asked before somebody asks."""
        self._standing = Standing(self.container)

    def get_dependency(self, _worker: object) -> Standing:
        """The service's one object."""
        return self._standing


class Shown:
    """A service that tells its operator how it stands."""

    actors: Actors
    operations = StandingProvider()

    @serves
    def show_service(self, request: ShowService) -> ServiceShown:
        """How this service stands."""
        # Figures without people, asked for every few seconds: no line of the log.
        self.actors.of(request.actor).require(act_of(request), Place(""))
        standing: Standing = self.operations
        return standing.shown()


class Asking:
    """Questions to the bus about queues, on one connection."""

    def __init__(self, connection: Connection, *, is_embedded: bool) -> None:
        self._connection = connection
        self._is_embedded = is_embedded

    def waiting(self, queue: str) -> int | None:
        """How many messages of a queue nobody has in hands; None: there is no such queue."""
        declared = self._declared(queue)
        return None if declared is None else int(declared.message_count)

    def processes(self, service: str) -> int:
        """How many processes answer for a service."""
        if self._is_embedded:
            return 1  # all of the house is this one
        declared = self._declared(f"rpc-{service}")
        return 1 if declared is None else max(1, int(declared.consumer_count))

    def _declared(self, queue: str) -> Any:
        channel = self._connection.channel()  # a question that fails takes its channel along
        try:
            return channel.queue_declare(queue, passive=True)
        except self._connection.channel_errors:
            return None
        finally:
            channel.close()


@contextmanager
def asking(url: str) -> Iterator[Asking]:
    """A connection to ask on.

    Raises:
        BusNotAnsweringError: there is none.
    """
    try:
        with Connection(url, connect_timeout=CONNECT_S) as connection:
            yield Asking(connection, is_embedded=url.startswith(SCHEME))
    except (OSError, AMQPError, OperationalError) as away:
        raise BusNotAnsweringError(type(away).__name__) from None
