"""Write the built-in layouts that do not exist yet; a frozen file is never written again.

Run as a module: `python -m services.forms.freeze`.
"""

from collections.abc import Iterator
from pathlib import Path

from services.forms.templates import one_side
from shared.contracts.fields import national
from shared.layout.build import sheet_layout
from shared.layout.canonical import canonical_json
from shared.layout.model import Layout

BUILT_IN = Path(__file__).parents[2] / "shared" / "layout" / "builtin"


def planned() -> Iterator[Layout]:
    """Every layout this version ships, built anew."""
    catalogue = national()
    yield sheet_layout(one_side(catalogue), number=1, qr_version=3, overflow=False)


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
