"""The layouts this house ships: numbered JSON files, read once, never edited."""

from functools import cache
from importlib.resources import files

from shared.layout.canonical import canonical_json, from_canonical, layout_sha256
from shared.layout.model import Layout

__all__ = ["built_in", "canonical_json", "from_canonical", "layout", "layout_sha256", "variant"]


@cache
def built_in() -> tuple[Layout, ...]:
    """Every layout shipped with the house, by number."""
    folder = files("shared.layout").joinpath("builtin")
    texts = [
        entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".json")
    ]
    return tuple(sorted((from_canonical(text) for text in texts), key=lambda one: one.number))


def layout(number: int) -> Layout | None:
    """The built-in layout of this number, or None: a province's own, or of a later version."""
    return _by_number().get(number)


def variant(template: str, qr_version: int, *, overflow: bool = False) -> Layout | None:
    """The built-in layout of a template for this symbol, or None when there is none."""
    wanted = (template, qr_version, overflow)
    return next(
        (one for one in built_in() if (one.template, one.qr_version, one.is_overflow) == wanted),
        None,
    )


@cache
def _by_number() -> dict[int, Layout]:
    return {one.number: one for one in built_in()}
