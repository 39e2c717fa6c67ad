"""Printed sheets of a demo, photographed anew."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.printed import PIXELS_PER_MM, page_picture
from shared.contracts.forms_commands import Manifest, ManifestSheet
from shared.layout.registry import layout
from tests.browser.conftest import Demo

WHITE, ROOM = 255, 10  # 1 mm around what is torn off


def shot_of(demo: Demo, page: Any, *, is_torn: bool = False) -> Any:
    """A file to send: the unsigned front of a sheet that is missing in the class whose page is open.

    Of a torn one neither a code nor a printed number is left.
    """
    unit = re.findall(r"/class/(\d+-\d+)", page.content())[0]
    missing = {int(one) for one in re.findall(r"(\d+) ?号", page.input_value("#text"))}
    pdf, sheet = printed_sheet(
        demo, lambda one: one.unit == unit and one.number_in_class in missing
    )
    printed = layout(sheet.layout)
    assert printed is not None
    front = page_picture(pdf, sheet.pages[0])
    px = PIXELS_PER_MM / 10
    for hole in (*printed.qr_rects, *printed.number_rects) if is_torn else ():
        down = slice(int((hole.y - ROOM) * px), int((hole.y + hole.h + ROOM) * px))
        front[down, int((hole.x - ROOM) * px) : int((hole.x + hole.w + ROOM) * px)] = WHITE
    taken = photograph(coloured(front), level="easy", seed=7, layout=printed)
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": taken.jpeg}


def printed_sheet(
    demo: Demo, is_meant: Callable[[ManifestSheet], bool]
) -> tuple[Path, ManifestSheet]:
    """The first sheet that is meant, and the file it was printed in."""
    for pdf in (demo.folder / "prints").glob("*.pdf"):
        manifest = msgspec.json.decode(pdf.with_suffix(".json").read_bytes(), type=Manifest)
        for sheet in manifest.sheets:
            if is_meant(sheet):
                return pdf, sheet
    raise LookupError
