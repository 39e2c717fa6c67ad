"""Administrative divisions (GB/T 2260) by their six-digit code, from one dated table."""

import csv
from functools import cache
from importlib.resources import files


def full_name(code: str) -> str | None:
    """Province, city and county of a code, joined as people write them; None when unknown."""
    return "".join(_parts(code)) if code in _names() else None


def all_names() -> tuple[tuple[str, ...], ...]:
    """Every division as the names of its levels, province first."""
    return tuple(_parts(code) for code in _names())


def is_known(code: str) -> bool:
    """Whether the table holds this code, in force or withdrawn."""
    return code in _names()


def _parts(code: str) -> tuple[str, ...]:
    parts: list[str] = []
    for part in (code[:2] + "0000", code[:4] + "00", code):
        name = _names().get(part)
        if name is not None and (not parts or parts[-1] != name):
            parts.append(name)
    return tuple(parts)


@cache
def _names() -> dict[str, str]:
    text = files("shared.kernel").joinpath("data", "divisions.csv").read_text("utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}
