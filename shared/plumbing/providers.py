"""What a service with a database asks for by declaring it; its settings: `environment`."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from nameko.extensions import DependencyProvider
from sqlalchemy import text

from shared.plumbing.database import Database
from shared.plumbing.environment import (
    ENVIRONMENT,
    SettingsProvider,
    environment_of,
    provinces_of,
)
from shared.plumbing.publish import publisher_for
from shared.plumbing.relay import Relay
from shared.plumbing.settings import SettingsError, value_of

__all__ = [
    "ENVIRONMENT",
    "DatabaseProvider",
    "SettingsProvider",
    "database_of",
    "database_url",
    "environment_of",
    "provinces_of",
]


def database_url(service: str, environment: Mapping[str, str]) -> str:
    """The URL of a service's database.

    Raises:
        SettingsError: it is not set.
    """
    name = f"HECHA_{service.upper()}_DATABASE_URL"
    url = value_of(name, environment) or value_of("HECHA_DATABASE_URL", environment)
    if not url:
        raise SettingsError(f"{name} is not set: the database of the {service} service")
    return url


def database_of(container: Any) -> Database:
    """The database that a service's `DatabaseProvider` holds.

    Raises:
        LookupError: the service declares none.
    """
    for extension in container.dependencies:
        if isinstance(extension, DatabaseProvider):
            return extension.database
    raise LookupError(f"{container.service_name} hears facts without a database")


class DatabaseProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the service's `Database`, and runs the relay of its outbox."""

    ready_name = "database"  # what the health page calls it

    # Extensions are set up in no fixed order, so both are made when first asked for.
    @cached_property
    def database(self) -> Database:
        """The service's database."""
        service = self.container.service_name
        url = database_url(service, environment_of(self.container.config))
        return Database(service, url, pool=self.container.max_workers + 4)

    @cached_property
    def relay(self) -> Relay:
        """What says its facts."""
        return Relay(self.database, publisher_for(str(self.container.config["AMQP_URI"])))

    def setup(self) -> None:
        """Refuse to start without a database."""
        assert self.database.engine is not None

    def start(self) -> None:
        """Start saying facts."""
        self.container.spawn_managed_thread(self.relay.run, identifier="relay")

    def stop(self) -> None:
        """Say what is left, within a limit."""
        self.relay.stop()
        self.database.dispose()

    def kill(self) -> None:
        """Leave at once: the outbox keeps what was not said."""
        self.database.dispose()

    def check_ready(self) -> None:
        """For the health page: raise when its tables do not answer."""
        with self.database.transaction() as tx:
            tx.execute(text("select 1 from outbox where 1 = 0"))

    def get_dependency(self, _worker: Any) -> Database:
        """The service's one database object."""
        return self.database
