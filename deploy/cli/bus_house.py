"""What the commands on the bus know of the house: its bus, its queues, its databases."""

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import ParamSpec

import typer

from deploy import services
from deploy.cli.sentences import speaks_chinese
from shared.plumbing.database import Database
from shared.plumbing.dead import BusAwayError, DeadLetters, QueueMissingError, dead_letters_of
from shared.plumbing.embedded import SCHEME
from shared.plumbing.environment import ENVIRONMENT, provinces_of
from shared.plumbing.providers import database_url
from shared.plumbing.settings import SettingsError, value_of
from shared.plumbing.topology import QueuePlan, plans_of

Arguments = ParamSpec("Arguments")

REFUSED, UNAVAILABLE = 1, 3


class BusHouse:
    """Read from the environment.

    Raises:
        SettingsError: a variable is missing or wrong.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self.environment = os.environ if environment is None else environment
        self.url = value_of("HECHA_AMQP_URL", self.environment) or ""
        if not self.url:
            raise SettingsError("HECHA_AMQP_URL is not set: the address of the bus")
        provinces = provinces_of({ENVIRONMENT: self.environment})
        self.plans: tuple[QueuePlan, ...] = plans_of(services.all_classes(), provinces)

    @property
    def is_embedded(self) -> bool:
        """Whether the bus lives inside the process of the house."""
        return self.url.startswith(SCHEME)

    @property
    def speakers(self) -> list[str]:
        """Every service: each has an exchange, heard or not."""
        return list(services.SERVICES)

    @contextmanager
    def database(self, service: str) -> Iterator[Database]:
        """One service's database, closed at the end."""
        database = Database(service, database_url(service, self.environment))
        try:
            yield database
        finally:
            database.dispose()

    @contextmanager
    def dead_letters(self) -> Iterator[DeadLetters]:
        """The dead letters of this bus."""
        names = services.WITH_DATABASE if self.is_embedded else ()
        databases = {name: Database(name, database_url(name, self.environment)) for name in names}
        try:
            yield dead_letters_of(self.url, self.plans, databases)
        finally:
            for database in databases.values():
                database.dispose()


def tell(chinese: str, english: str) -> None:
    """A sentence for the person at the terminal."""
    print(chinese if speaks_chinese() else english, file=sys.stderr)


def explained(
    command: Callable[Arguments, None],
) -> Callable[Arguments, None]:
    """Turn what is away or missing into a sentence and an exit code."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SettingsError as wrong:
            tell(f"设置有误：{wrong}", f"bus: {wrong}")
        except BusAwayError as away:
            tell(
                f"消息总线没有应答（{away}）。请检查 RabbitMQ 是否运行，HECHA_AMQP_URL 是否正确。",
                f"The bus does not answer ({away}). Check that RabbitMQ runs and HECHA_AMQP_URL.",
            )
        except QueueMissingError as missing:
            tell(
                f"总线上没有队列 {missing}。请先运行 hecha bus declare。",
                f"The bus has no queue {missing}. Run hecha bus declare first.",
            )
        else:
            return
        raise typer.Exit(UNAVAILABLE)

    return run
