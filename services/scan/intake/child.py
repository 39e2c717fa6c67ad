"""The pages of a supporting document as pictures of their own; runs in a locked child."""

from services.scan.image.child import prepare as prepare_reader
from services.scan.image.pages import pages_of
from services.scan.image.source import UnreadableError, open_source
from services.scan.image.view import fitted, upright
from shared.pictures.clean import clean
from shared.pictures.picture import NotAPictureError

# A household book has one page per person; what is longer is no proof of one field.
MAX_PAGES = 4
# Small print under a seal has to stay legible, as on a page of a sheet with room to spare.
MAX_PAGE_BYTES = 300_000


def prepare() -> None:
    """Lock the child; this module is loaded by then."""
    prepare_reader()


def document_pages(data: bytes) -> tuple[list[bytes], str]:
    """Every page as an upright grey JPEG of at most `MAX_PAGE_BYTES`, without metadata.

    Args:
        data: a picture, PDF or TIFF.

    Returns:
        The pages, and "": or none, and a code that says why.
    """
    found: list[bytes] = []
    for page in pages_of(data, range(1, MAX_PAGES + 2)):
        if page.number > MAX_PAGES:
            return [], "too_many_pages"
        if page.cause is not None:
            return [], page.cause.value
        try:
            pixels = page.pixels if page.data is None else open_source(page.data).full
        except UnreadableError as unreadable:
            return [], unreadable.cause.value
        if pixels is None:
            return [], "damaged_file"
        # A camera says how it was held; of a page the file itself says how it lies.
        turn = page.orientation if page.is_scan or page.data is None else _held(page.data)
        found.append(fitted(upright(pixels, turn), MAX_PAGE_BYTES))
    return found, "" if found else "not_an_image"


def _held(photo: bytes) -> int:
    """EXIF's orientation, 1 .. 8; of a HEIC the decoder has turned the pixels already."""
    try:
        return clean(photo).orientation
    except NotAPictureError:
        return 1
