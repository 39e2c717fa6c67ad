"""What a service class asks for by declaring it: its database, its settings."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar

from nameko.extensions import DependencyProvider

from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.publish import publisher_for
from shared.plumbing.relay import Relay
from shared.plumbing.settings import SettingsError, load

ENVIRONMENT = "HECHA_ENV"  # key of Nameko's config that holds our environment

Settings = TypeVar("Settings")


def environment_of(config: Mapping[str, Any]) -> Mapping[str, str]:
    """The environment a container was started with."""
    environment: Mapping[str, str] = config[ENVIRONMENT]
    return environment


def provinces_of(config: Mapping[str, Any]) -> tuple[ProvinceCode, ...]:
    """The provinces this process serves.

    Raises:
        SettingsError: HECHA_PROVINCES is missing or wrong.
    """
    codes = [code.strip() for code in environment_of(config).get("HECHA_PROVINCES", "").split(",")]
    if not all(len(code) == 2 and code.isdigit() for code in codes):
        raise SettingsError("HECHA_PROVINCES must list two-digit province codes, such as 44")
    return tuple(ProvinceCode(code) for code in codes)


def database_url(service: str, environment: Mapping[str, str]) -> str:
    """The URL of a service's database.

    Raises:
        SettingsError: it is not set.
    """
    name = f"HECHA_{service.upper()}_DATABASE_URL"
    url = environment.get(name) or environment.get("HECHA_DATABASE_URL")
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

    def get_dependency(self, _worker: Any) -> Database:
        """The service's one database object."""
        return self.database


class SettingsProvider(DependencyProvider, Generic[Settings]):  # type: ignore[misc]  # nameko ships no types
    """Injects a service's typed settings; refuses to start on a bad one."""

    def __init__(self, cls: type[Settings]) -> None:
        super().__init__()
        self._cls = cls
        self.settings: Settings | None = None

    def setup(self) -> None:
        """Read them once.

        Raises:
            SettingsError: a variable is missing or wrong.
        """
        self.settings = load(self._cls, environment_of(self.container.config))

    def get_dependency(self, _worker: Any) -> Settings:
        """The settings."""
        assert self.settings is not None
        return self.settings
