"""A refusal travels by its code: the asker must find the one class it was."""

import importlib
from collections import Counter
from pathlib import Path

from shared.kernel.errors import DomainError

# Two services say these of things of their own; pages read the code, and nobody catches a class.
OF_TWO_SERVICES = {"unknown_entry", "unknown_field"}


def all_refusals(kind: type[DomainError] = DomainError) -> list[type[DomainError]]:
    for path in sorted(Path("shared/kernel").glob("errors*.py")):
        importlib.import_module(f"shared.kernel.{path.stem}")
    return [one for child in kind.__subclasses__() for one in (child, *all_refusals(child))]


def test_no_two_refusals_have_one_code() -> None:
    kinds = {f"{kind.__module__}.{kind.__qualname__}": kind.code for kind in all_refusals()}
    twice = [
        code
        for code, count in Counter(kinds.values()).items()
        if count > 1 and code not in OF_TWO_SERVICES
    ]

    assert len(kinds) > 100
    assert {name: code for name, code in kinds.items() if code in twice} == {}
