"""What commands outside the bus work with: a service's own database, as its settings name it.

Commands do what the service's commands do, in the same transactions; facts they say leave by
the running house, or by the next one. So they work beside the embedded house and on servers.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from shared.plumbing.database import Database
from shared.plumbing.providers import database_url
from shared.plumbing.settings import load

Settings = TypeVar("Settings")


def settings_of(cls: type[Settings]) -> Settings:
    """A service's settings from the environment.

    Raises:
        SettingsError: a variable is missing or wrong.
    """
    return load(cls, os.environ)


@contextmanager
def database_of(service: str) -> Iterator[Database]:
    """A service's database, closed at the end.

    Raises:
        SettingsError: its address is not set.
    """
    database = Database(service, database_url(service, os.environ))
    try:
        yield database
    finally:
        database.dispose()
