"""A house's settings as a file that a shell can load: `set -a; . FILE; set +a`."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from shared.plumbing.settings import SettingsError

NAME = "environment"


def write_environment(path: Path, environment: Mapping[str, str]) -> None:
    """Replace the file; its owner alone may read it."""
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in sorted(environment.items()))
    beside = path.with_name(path.name + ".new")
    beside.touch(mode=0o600)
    beside.write_text("".join(lines), "utf-8")
    beside.replace(path)


def read_environment(path: Path) -> dict[str, str]:
    """The settings of a file.

    Raises:
        FileNotFoundError: no house was started there.
    """
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def load_environment_file() -> None:
    """Take over the settings of the file that HECHA_ENVIRONMENT_FILE names; what is set wins.

    Raises:
        SettingsError: it names no readable file.
    """
    name = os.environ.get("HECHA_ENVIRONMENT_FILE")
    if not name:
        return
    try:
        settings = read_environment(Path(name))
    except OSError:
        raise SettingsError("HECHA_ENVIRONMENT_FILE names a file that cannot be read") from None
    for variable, value in settings.items():
        os.environ.setdefault(variable, value)
