"""Settings from the environment: typed, documented, refused at start when wrong."""

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

PREFIX = "HECHA_"
FILE_SUFFIX = "_FILE"

Settings = TypeVar("Settings")

_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class SettingsError(ValueError):
    """A variable is missing or wrong; the message names it and says what it is for."""


def load(cls: type[Settings], env: Mapping[str, str]) -> Settings:
    """Fill a frozen dataclass from `HECHA_<FIELD>`, or from the file `HECHA_<FIELD>_FILE` names.

    Supported field types: str, int, float, bool, Path, tuple[str, ...] (comma separated).

    Raises:
        SettingsError: a value is missing without a default, or cannot be read.
    """
    hints = get_type_hints(cls)
    values = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # every caller has a dataclass
        name = PREFIX + field.name.upper()
        text = value_of(name, env)
        if text is not None:
            values[field.name] = _parse(name, text, hints[field.name])
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingsError(f"{name} is not set: {field.metadata.get('help', 'it is needed')}")
    return cls(**values)


def describe(cls: type[Any]) -> list[tuple[str, str]]:
    """Every variable of a settings class with its meaning, for documents and the doctor."""
    return [
        (PREFIX + field.name.upper(), str(field.metadata.get("help", "")))
        for field in dataclasses.fields(cls)
    ]


def value_of(name: str, env: Mapping[str, str]) -> str | None:
    """A variable's text, from itself or from the file that `<name>_FILE` names; None without both.

    Raises:
        SettingsError: the file cannot be read.
    """
    if name in env:
        return env[name]
    path = env.get(name + FILE_SUFFIX)
    if path is None:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        raise SettingsError(f"{name}{FILE_SUFFIX} names a file that cannot be read") from None


def _parse(name: str, text: str, kind: object) -> object:
    try:
        return _PARSERS[kind](text)
    except KeyError:
        raise SettingsError(f"{name}: fields of type {kind} are not supported") from None
    except ValueError:
        raise SettingsError(f"{name} cannot be read as {kind}") from None


def _bool(text: str) -> bool:
    if text.lower() not in _WORDS:
        raise ValueError
    return _WORDS[text.lower()]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


_PARSERS: dict[object, Callable[[str], object]] = {
    str: str,
    int: int,
    float: float,
    bool: _bool,
    Path: Path,
    tuple[str, ...]: _words,
}
