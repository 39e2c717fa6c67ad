"""From the bytes of an upload to a picture without metadata."""

from shared.pictures.heic import clean_heic
from shared.pictures.jpeg import clean_jpeg
from shared.pictures.picture import Bytes, Cleaned, Kind, NotAPictureError
from shared.pictures.png import SIGNATURE, clean_png
from shared.pictures.webp import clean_webp

# avif and its kin share the container; their decoders are not let near strangers' files.
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_CLEANERS = {
    Kind.JPEG: clean_jpeg,
    Kind.PNG: clean_png,
    Kind.WEBP: clean_webp,
    Kind.HEIC: clean_heic,
}


def kind_of(body: Bytes) -> Kind | None:
    """The format by the first bytes; None when it is none of ours."""
    if body[:3] == b"\xff\xd8\xff":
        return Kind.JPEG
    if body[:8] == SIGNATURE:
        return Kind.PNG
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return Kind.WEBP
    if body[4:8] == b"ftyp" and body[8:12] in _HEIC_BRANDS:
        return Kind.HEIC
    return None


def clean(body: Bytes) -> Cleaned:
    """The picture without its metadata.

    Raises:
        NotAPictureError: none of the formats, broken beyond reading, or too large.
    """
    kind = kind_of(body)
    if kind is None:
        raise NotAPictureError
    return _CLEANERS[kind](body)
