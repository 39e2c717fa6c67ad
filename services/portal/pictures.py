"""Pictures of paper for people: opened in memory, cut, marked with who looks, never kept."""

import io
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

from shared.contracts.look_commands import Box, PageToOpen, Places
from shared.contracts.storage_commands import Purpose
from shared.kernel.errors import SealedObjectError
from shared.kernel.ids import ActorToken
from shared.plumbing.grants import GrantClient
from shared.plumbing.offload import thread
from shared.sealing.body import NotSealedError

# A cell is cut from a whole page: it costs little to keep it sharp.
_CROP_QUALITY, _PAGE_QUALITY = 85, 60
_MARK_PX = 22  # as high as small print, and part of every cell that anybody cuts out
# Of 255: dark on paper and light on shadow; writing under it stays legible.
_MARK_DARK, _MARK_LIGHT, _MARK_SHARE = 60, 235, 64
_SHADOW = 128
# Pixels between two marks: a cell cut out of a page by a browser holds a whole line of them.
_ACROSS, _DOWN, _DOWN_PAGE = 40, 42, 56
_LOW_PX = 400  # a picture lower than this is a cut
_POINTER = (200, 16, 46)
_MOST_PIXELS = 8_000_000  # a view has a third of it


class Looking(Protocol):
    """Shows pages to people."""

    def show(self, page: PageToOpen, token: ActorToken, mark: str, places: Places = ()) -> bytes:
        """A JPEG of a page, or of the place of it that was asked for."""
        ...


class Pictures:
    """Opens views with grants of storage; nothing of them touches a disk or outlives the answer."""

    def __init__(self, grants: GrantClient) -> None:
        self._grants = grants

    def show(self, page: PageToOpen, token: ActorToken, mark: str, places: Places = ()) -> bytes:
        """A JPEG of a page, or of the place of it that was asked for.

        Args:
            page: as scan told it to this person.
            token: of the person; storage writes down that they looked.
            mark: drawn all over it: Latin letters and digits.
            places: polygons to point at, in thousandths of the whole view.

        Raises:
            DomainError: storage refused; the view is not there yet, or nobody watches.
            SealedObjectError: what lies in the archive is not what was kept.
            StoreUnavailableError, ObjectMissingError: the store has it not now.
        """
        try:
            opened = self._grants.open(page.view, Purpose.LOOK, token)
        except NotSealedError:
            raise SealedObjectError(page.view) from None
        return thread(marked, opened.data, page.size, page.box, mark, places)


def marked(
    view: bytes,
    size: tuple[int, int] | None,
    box: Box | None,
    mark: str,
    places: Places = (),
) -> bytes:
    """A view, or a place of it, with a mark drawn all over it.

    Args:
        view: a JPEG that scan made.
        size: of the paper that it shows, in 0.1 mm; None where it is no map of it.
        box: the place in 0.1 mm; None: everything.
        mark: what is drawn.
        places: polygons to point at, in thousandths of the whole view.
    """
    with Image.open(io.BytesIO(view), formats=("JPEG",)) as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise SealedObjectError
        shown = picture.convert("L")
    if size is not None and box is not None:
        shown = shown.crop(_pixels(shown.size, size, box))
    contrast = shown.point([_MARK_LIGHT] * _SHADOW + [_MARK_DARK] * (256 - _SHADOW))
    shown.paste(contrast, mask=_marks(shown.size, mark))
    if places:
        shown = _pointed(shown, places)
    out = io.BytesIO()
    shown.save(out, "JPEG", quality=_PAGE_QUALITY if box is None else _CROP_QUALITY)
    return out.getvalue()


def _pointed(shown: Image.Image, places: Places) -> Image.Image:
    """The picture with places outlined in a colour that no pencil has."""
    found = shown.convert("RGB")
    pen, width = ImageDraw.Draw(found), max(3, found.width // 160)
    for place in places:
        corners = [(x * found.width / 1000, y * found.height / 1000) for x, y in place]
        pen.line([*corners, *corners[:2]], fill=_POINTER, width=width, joint="curve")
    return found


def _pixels(picture: tuple[int, int], size: tuple[int, int], box: Box) -> Box:
    left, top, width, height = box
    across, down = picture[0] / size[0], picture[1] / size[1]
    return (
        round(left * across),
        round(top * down),
        round((left + width) * across),
        round((top + height) * down),
    )


def _marks(size: tuple[int, int], mark: str) -> Image.Image:
    """Where the mark is drawn, line by line, each shifted against the one above."""
    font = ImageFont.load_default(_MARK_PX)
    width = round(font.getlength(mark)) + _ACROSS
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    down = _DOWN if size[1] < _LOW_PX else _DOWN_PAGE
    for line, top in enumerate(range(_DOWN // 4, size[1], down)):
        for left in range(-(line * width // 3) % width - width, size[0], width):
            pen.text((left, top), mark, fill=_MARK_SHARE, font=font)
    return mask
