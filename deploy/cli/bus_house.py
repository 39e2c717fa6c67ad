"""What the commands on the bus know of the house: its bus, its queues, its databases."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from deploy import services
from shared.plumbing.database import Database
from shared.plumbing.dead import DeadLetters, dead_letters_of
from shared.plumbing.embedded import SCHEME
from shared.plumbing.environment import ENVIRONMENT, provinces_of
from shared.plumbing.providers import database_url
from shared.plumbing.settings import SettingsError, value_of
from shared.plumbing.topology import QueuePlan, plans_of


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
