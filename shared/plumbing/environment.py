"""The environment a service was started with, for services with and without a database."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from nameko.extensions import DependencyProvider

from shared.kernel.ids import ProvinceCode
from shared.plumbing.settings import SettingsError, load, value_of

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
    text = value_of("HECHA_PROVINCES", environment_of(config)) or ""
    codes = [code.strip() for code in text.split(",")]
    if not all(len(code) == 2 and code.isdigit() for code in codes):
        raise SettingsError("HECHA_PROVINCES must list two-digit province codes, such as 44")
    return tuple(ProvinceCode(code) for code in codes)


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
