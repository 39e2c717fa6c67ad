"""What commands outside the bus work with: a service's own database, as its settings name it.

Commands do what the service's commands do, in the same transactions; facts they say leave by
the running house, or by the next one. So they work beside the embedded house and on servers.
"""

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import typer
from sqlalchemy.exc import OperationalError

from deploy.cli.sentences import speaks_chinese
from shared.plumbing.database import Database
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.plumbing.providers import database_url
from shared.plumbing.settings import SettingsError, load

Arguments = ParamSpec("Arguments")
Settings = TypeVar("Settings")
UNAVAILABLE = 3


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


def tell(chinese: str, english: str) -> None:
    """A sentence for the person at the terminal."""
    print(chinese if speaks_chinese() else english, file=sys.stderr)


def explained(command: Callable[Arguments, Any]) -> Callable[Arguments, None]:
    """Turn what is away or not set into a sentence and exit code 3."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except SettingsError as wrong:
            tell(
                f"设置有误：{wrong}。请先载入运行环境：set -a; . var/demo/environment; set +a",
                f"{wrong}. Load the house's settings first: set -a; . var/demo/environment; set +a",
            )
        except OperationalError:
            tell("数据库没有应答，请检查是否运行。", "The database does not answer. Does it run?")
        except (StoreUnavailableError, StoreRefusedError) as away:
            tell(
                f"对象存储不可用（{away}），请检查是否运行及凭证。",
                f"The object store does not serve us ({away}). Check that it runs, and the keys.",
            )
        else:
            return
        raise typer.Exit(UNAVAILABLE)

    return run
