import io
import struct
import time
from collections.abc import Callable

import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from shared.pictures.clean import clean, kind_of
from shared.pictures.picture import Kind, NotAPictureError

pillow_heif.register_heif_opener()

SECRET = b"canary-30.123456N"


def exif(orientation: int = 6) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    block[0x010E] = SECRET.decode()
    gps = block.get_ifd(0x8825)
    gps[1], gps[2] = "N", (30.0, 7.0, 24.44)
    return block.tobytes()


def a_picture(seed: int = 1, mode: str = "RGB") -> Image.Image:
    return Image.effect_noise((96, 64), 20 + seed).convert(mode)


def saved(format_: str, picture: Image.Image | None = None, **options) -> bytes:
    out = io.BytesIO()
    (picture or a_picture()).save(out, format_, **options)
    return out.getvalue()


def jpeg(**options) -> bytes:
    body = saved("JPEG", exif=exif(), comment=SECRET, icc_profile=b"icc " + SECRET * 9, **options)
    return body + b"PK\x03\x04 zip " + SECRET


def png() -> bytes:
    texts = PngInfo()
    texts.add_text("Comment", SECRET.decode())
    texts.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return saved("PNG", exif=exif(), pnginfo=texts) + SECRET


def webp(**options) -> bytes:
    return saved("WEBP", exif=exif(), xmp=SECRET, icc_profile=SECRET, **options) + SECRET


def heic() -> bytes:
    body = saved("HEIF", exif=exif(), xmp=b"<x>" + SECRET + b"</x>")
    return body + struct.pack(">I4s", 8 + len(SECRET), b"uuid") + SECRET


PICTURES = {
    "baseline": (jpeg, Kind.JPEG),
    "progressive": (lambda: jpeg(progressive=True), Kind.JPEG),
    "restarts": (lambda: jpeg(restart_marker_blocks=2), Kind.JPEG),
    "grey": (lambda: jpeg(picture=a_picture(mode="L")), Kind.JPEG),
    "cmyk": (lambda: jpeg(picture=a_picture(mode="CMYK")), Kind.JPEG),
    "png": (png, Kind.PNG),
    "webp": (webp, Kind.WEBP),
    "lossless webp": (lambda: webp(lossless=True), Kind.WEBP),
    "webp with alpha": (lambda: webp(picture=a_picture(mode="RGBA")), Kind.WEBP),
    "heic": (heic, Kind.HEIC),
}


@pytest.fixture(params=PICTURES, ids=str)
def made(request: pytest.FixtureRequest) -> tuple[bytes, Kind]:
    build, kind = PICTURES[request.param]
    return build(), kind


def raw_pixels(body: bytes) -> Image.Image:
    """The pixels as coded, before any turn."""
    return Image.open(io.BytesIO(body))


def test_metadata_and_appended_files_are_gone(made: tuple[bytes, Kind]) -> None:
    body, kind = made
    assert SECRET in body
    cleaned = clean(body)

    assert cleaned.kind is kind
    assert SECRET not in cleaned.body
    assert b"PK\x03\x04" not in cleaned.body
    assert not dict(raw_pixels(cleaned.body).getexif()).keys() - {0x0112}


def test_pixels_are_untouched(made: tuple[bytes, Kind]) -> None:
    body, _ = made
    before, after = raw_pixels(body), raw_pixels(clean(body).body)

    assert after.mode == before.mode
    assert after.size == before.size
    assert ImageChops.difference(before.convert("RGB"), after.convert("RGB")).getbbox() is None


def test_cleaning_twice_changes_nothing(made: tuple[bytes, Kind]) -> None:
    once = clean(made[0]).body

    assert clean(once).body == once


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_the_orientation_is_kept_as_a_number(format_: str, turn: int) -> None:
    assert clean(saved(format_, exif=exif(turn))).orientation == turn


def test_a_picture_that_says_nothing_stands_upright() -> None:
    assert clean(saved("JPEG")).orientation == 1


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_out_of_range_is_none(value: int) -> None:
    assert clean(saved("JPEG", exif=exif(value))).orientation == 1


def test_a_thumbnail_in_the_first_segment_is_dropped() -> None:
    body = saved("JPEG")
    thumbnail = b"\x08\x08" + bytes(range(192))
    fat = body[:2] + b"\xff\xe0" + (16 + 192).to_bytes(2) + body[6:18] + thumbnail + body[20:]

    assert clean(fat).body == clean(body).body


def test_bytes_between_segments_do_not_travel() -> None:
    body = saved("JPEG")
    at = body.index(b"\xff\xdb")
    cleaned = clean(body[:at] + SECRET + body[at:]).body

    assert SECRET not in cleaned
    assert cleaned == clean(body).body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"GIF89a" + bytes(2000),
        b"%PDF-1.7" + bytes(2000),
        b"<html><script>alert(1)</script>",
        b"\0\0\0\x1cftypavif\0\0\0\0mif1avif" + bytes(2000),
        b"PK\x03\x04" + bytes(2000),
        b"MZ" + bytes(2000),
    ],
    ids=["empty", "gif", "pdf", "html", "avif", "zip", "exe"],
)
def test_what_is_no_photo_format_is_refused(body: bytes) -> None:
    with pytest.raises(NotAPictureError):
        clean(body)


def test_a_header_without_a_picture_is_refused() -> None:
    with pytest.raises(NotAPictureError):
        clean(b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(3000))


def patched(body: bytes, marker: bytes, offset: int, value: bytes) -> bytes:
    at = body.index(marker) + offset
    return body[:at] + value + body[at + len(value) :]


@pytest.mark.parametrize(
    "build",
    [
        lambda: patched(saved("JPEG"), b"\xff\xc0", 5, struct.pack(">HH", 30000, 30000)),
        lambda: patched(saved("PNG"), b"IHDR", 4, struct.pack(">II", 30000, 30000)),
        lambda: patched(saved("WEBP"), b"\x9d\x01\x2a", 3, struct.pack("<HH", 16000, 16000)),
        lambda: patched(saved("HEIF"), b"ispe", 8, struct.pack(">II", 30000, 30000)),
    ],
    ids=["jpeg", "png", "webp", "heic"],
)
def test_a_bomb_is_refused_by_its_header(build: Callable[[], bytes]) -> None:
    with pytest.raises(NotAPictureError) as refused:
        clean(build())

    assert refused.value.code == "too_many_pixels"


def test_an_animation_is_no_photo() -> None:
    frames = [a_picture(seed) for seed in range(3)]
    body = saved("WEBP", frames[0], save_all=True, append_images=frames[1:])

    with pytest.raises(NotAPictureError):
        clean(body)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xd8" + b"\xff\xfe\0\x02" * 3_000_000,
        png()[:33] + b"\0\0\0\0tEXtxxxx" * 1_000_000,
        b"RIFF\xff\xff\xff\0WEBP" + b"ABCD\0\0\0\0" * 1_500_000,
        b"\0\0\0\x0cftypheic" + b"\0\0\0\x08free" * 1_500_000,
    ],
    ids=["jpeg", "png", "webp", "heic"],
)
def test_a_file_made_of_tiny_pieces_does_not_keep_the_edge_busy(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(NotAPictureError):
        clean(body)

    assert time.process_time() - started < 0.5


def test_a_photo_cut_short_keeps_what_it_has() -> None:
    body = saved("JPEG", quality=95)
    cleaned = clean(body[: len(body) * 2 // 3]).body

    assert cleaned.endswith(b"\xff\xd9")


SEEDS = [build() for build, _ in PICTURES.values()]


@settings(max_examples=300, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.integers(0, 6000), st.binary(max_size=6)), max_size=6),
    end=st.integers(0, 12000),
)
def test_a_broken_file_is_cleaned_or_refused_never_a_crash(
    seed: bytes, cuts: list[tuple[int, bytes]], end: int
) -> None:
    body = bytearray(seed[:end])
    for at, piece in cuts:
        body[at : at + len(piece)] = piece
    try:
        cleaned = clean(bytes(body))
    except NotAPictureError:
        return

    assert kind_of(cleaned.body) is cleaned.kind
    assert len(cleaned.body) <= len(body) + 2
