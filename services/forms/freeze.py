"""Write the built-in layouts that do not exist yet; a frozen file is never written again.

Run as a module: `python -m services.forms.freeze`.
"""

from collections.abc import Iterator
from pathlib import Path

from services.forms.templates import one_side, two_sides
from shared.contracts.fields import national
from shared.layout.build import sheet_layout
from shared.layout.canonical import canonical_json
from shared.layout.cover import cover_layout
from shared.layout.model import Layout

BUILT_IN = Path(__file__).parents[2] / "shared" / "layout" / "builtin"


def planned() -> Iterator[Layout]:
    """Every layout this version ships, built anew."""
    one, two = one_side(national()), two_sides(national())
    for version, overflow, first in ((3, False, 1), (4, False, 3), (3, True, 5), (4, True, 7)):
        for number, plan in ((first, one), (first + 1, two)):
            yield sheet_layout(plan, number=number, qr_version=version, overflow=overflow)
    for number, version in ((9, 3), (10, 4)):
        yield cover_layout(number=number, qr_version=version)


def freeze(folder: Path = BUILT_IN) -> list[int]:
    """Write the missing files; answers their numbers."""
    folder.mkdir(exist_ok=True)
    written = []
    for layout in planned():
        path = folder / f"{layout.number:03d}.json"
        if not path.exists():
            path.write_text(canonical_json(layout), encoding="utf-8")
            written.append(layout.number)
    return written


if __name__ == "__main__":
    freeze()
