"""Any file ends in a named state, through the pool the service reads with, and harms no other."""

import random
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from services.scan.image.cascade import read_photo
from services.scan.image.child import MAX_MEMORY_BYTES, prepare
from shared.plumbing.offload import ProcessPool, WorkerFailed
from tests.unit.scan.desk import MATCHED, Desk
from tests.unit.scan.pictures import (
    Paper,
    chunk,
    circular_tiff,
    deep,
    liar,
    many_strips,
    moving,
    png,
    saved,
    see_through,
    tiff_of,
    with_orientation,
)

pytestmark = pytest.mark.slow

NOT_AN_IMAGE = ("refused", "not_an_image")
TOO_MANY_PIXELS = ("refused", "too_many_pixels")
DAMAGED = ("unreadable", "damaged_file")


HONEST: dict[str, Callable[[Paper], bytes]] = {
    "photo of 12 megapixels": lambda paper: paper.photo,
    "progressive": lambda paper: saved(paper.colour, "JPEG", progressive=True),
    "grey JPEG": lambda paper: saved(paper.picture, "JPEG"),
    "CMYK, inverted as Adobe does": lambda paper: saved(paper.colour.convert("CMYK"), "JPEG"),
    "JPEG in RGB": lambda paper: saved(paper.colour, "JPEG", keep_rgb=True),
    "60 megapixels": lambda paper: saved(paper.picture.resize((6500, 9191)), "JPEG"),
    "JPEG and HTML": lambda paper: paper.small + b"<html><script>alert(1)</script></html>",
    "JPEG and zip": lambda paper: (
        paper.small + b"PK\x03\x04" + bytes(40) + b"PK\x05\x06" + bytes(18)
    ),
    "JPEG and PDF": lambda paper: paper.small + paper.pdf,
    "HTML in a comment": lambda paper: (
        paper.small[:2] + b"\xff\xfe\x00\x19<script>alert(1)</scrip" + paper.small[2:]
    ),
    "palette PNG": lambda paper: saved(paper.colour.quantize(16), "PNG"),
    "palette PNG with a transparent colour": lambda paper: saved(
        paper.colour.quantize(8), "PNG", transparency=0
    ),
    "black and white PNG": lambda paper: saved(paper.picture.convert("1", dither=0), "PNG"),
    "16-bit PNG": lambda paper: deep(paper, "PNG"),
    "see-through PNG": see_through,
    "16-bit TIFF": lambda paper: deep(paper, "TIFF"),
    "fax TIFF": lambda paper: tiff_of([paper.picture.convert("1", dither=0)]),
    "LZW TIFF": lambda paper: saved(paper.colour, "TIFF", compression="tiff_lzw"),
    "circular TIFF": circular_tiff,
    "WebP": lambda paper: saved(paper.colour, "WEBP"),
    "HEIC": lambda paper: saved(paper.colour, "HEIF", quality=80),
}


@pytest.mark.parametrize("name", HONEST)
def test_a_sheet_is_matched_in_whatever_honest_file_it_comes(desk: Desk, name: str) -> None:
    assert desk.ending(HONEST[name](desk.paper)) == MATCHED


@pytest.mark.parametrize("space", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_phone_takes_nothing_away(desk: Desk, space: str, orientation: int) -> None:
    jpeg = saved(desk.paper.picture.convert(space), "JPEG")

    assert desk.ending(with_orientation(jpeg, orientation)) == MATCHED


HOSTILE: dict[str, tuple[Callable[[Paper], bytes], tuple[str, str]]] = {
    "empty": (lambda _: b"", NOT_AN_IMAGE),
    "one byte": (lambda _: b"\xff", NOT_AN_IMAGE),
    "random bytes": (lambda _: random.Random(1).randbytes(50_000), NOT_AN_IMAGE),
    "random bytes after a JPEG's first": (
        lambda _: b"\xff\xd8\xff" + random.Random(2).randbytes(50_000),
        DAMAGED,
    ),
    "SVG": (lambda _: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", NOT_AN_IMAGE),
    "HTML": (lambda _: b"<html><img src=x onerror=alert(1)>", NOT_AN_IMAGE),
    "zip": (lambda _: b"PK\x03\x04" + bytes(100), NOT_AN_IMAGE),
    "PDF before a JPEG": (lambda paper: b"%PDF-1.4\n" + paper.small, NOT_AN_IMAGE),
    "PDF": (lambda paper: paper.pdf, NOT_AN_IMAGE),
    "moving GIF": (lambda paper: moving(paper, "GIF"), NOT_AN_IMAGE),
    "moving PNG": (lambda paper: moving(paper, "PNG"), ("refused", "animated")),
    "moving WebP": (lambda paper: moving(paper, "WEBP"), ("refused", "animated")),
    "PNG of 10,000 megapixels": (
        lambda _: png((100_000, 100_000), colour=0, bits=1, raw=bytes(1000)),
        TOO_MANY_PIXELS,
    ),
    "PNG that inflates to far more than its size": (
        lambda _: png((500, 500), colour=0, bits=8, raw=bytes(200 << 20)),
        ("unreadable", "dark"),
    ),
    "PNG with a text of 200 megabytes": (
        lambda _: png(
            (500, 500),
            colour=0,
            bits=8,
            raw=bytes(501 * 500),
            extra=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(200 << 20), 9)),
        ),
        DAMAGED,
    ),
    "PNG without pixels": (lambda _: png((0, 0), colour=0, bits=8, raw=b""), DAMAGED),
    "PNG nine pixels high": (
        lambda _: png((2_000_000, 9), colour=0, bits=8, raw=bytes(1000)),
        ("unreadable", "too_small"),
    ),
    "JPEG of 70 megapixels": (
        lambda paper: saved(paper.picture.resize((7000, 10_000)), "JPEG", quality=30),
        TOO_MANY_PIXELS,
    ),
    "JPEG that claims 4,295 megapixels": (lambda p: liar(p.small, 65_535, 65_535), DAMAGED),
    "JPEG that claims no height": (lambda p: liar(p.small, 1681, 0), DAMAGED),
    "TIFF in 60,000 strips": (lambda _: many_strips(), DAMAGED),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_shows_no_sheet_says_why(desk: Desk, name: str) -> None:
    make, ending = HOSTILE[name]

    assert desk.ending(make(desk.paper)) == ending
    assert desk.parcels == []


def test_a_jpeg_cut_off_anywhere_is_matched_or_says_why(desk: Desk) -> None:
    whole = desk.paper.small
    endings = {}
    for share in range(0, 100, 3):
        endings[share] = desk.ending(whole[: len(whole) * share // 100])

    assert {state for state, _ in endings.values()} == {"matched", "unreadable", "refused"}
    assert all(reason for state, reason in endings.values() if state != "matched")
    assert endings[0] == NOT_AN_IMAGE
    assert endings[99] == MATCHED


def test_noise_of_12_megapixels_is_only_unreadable(desk: Desk) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (4000, 3000), np.uint8)

    assert desk.ending(saved(Image.fromarray(noise), "JPEG", quality=95))[0] == "unreadable"


edits = st.lists(
    st.tuples(
        st.sampled_from(["set", "cut", "insert"]),
        st.floats(0, 1, exclude_max=True),
        st.binary(min_size=1, max_size=20),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(edits)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_jpeg_with_any_bytes_changed_is_matched_or_says_why(desk: Desk, made: list) -> None:
    data = bytearray(desk.paper.small)
    for how, share, piece, is_head in made:
        # Headers are a thousandth of the file and most of what can go wrong.
        at = int(share * (min(700, len(data)) if is_head else len(data)))
        if how == "insert":
            data[at:at] = piece
        elif how == "cut":
            del data[at : at + len(piece)]
        else:
            data[at : at + len(piece)] = piece
    state, reason = desk.ending(bytes(data))

    assert state in {"matched", "unreadable", "refused", "unmatched"}
    assert reason or state == "matched"


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L"])
def test_the_largest_pictures_within_the_limits_take_half_of_the_memory_at_most(
    paper: Paper, mode: str
) -> None:
    picture = Image.new(mode, (6300, 6300), 128 if mode == "L" else "gray")
    pool = ProcessPool(1, prepare)
    try:
        read = pool.run(read_photo, saved(picture, "PNG", compress_level=1), (), deadline_s=20.0)
        [pid] = pool.child_pids
        peak_kb = int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0])
    finally:
        pool.close()

    assert (read.width, read.height) == (6300, 6300)
    assert peak_kb * 1024 < MAX_MEMORY_BYTES / 2


def test_a_child_that_wants_too_much_memory_is_refused_it() -> None:
    pool = ProcessPool(1, prepare_with_these)
    try:
        with pytest.raises(WorkerFailed, match="MemoryError"):
            pool.run(want, MAX_MEMORY_BYTES, deadline_s=20.0)
        assert pool.run(want, 1 << 20, deadline_s=20.0) == 1 << 20
    finally:
        pool.close()


def prepare_with_these() -> None:
    prepare()  # a locked child imports nothing more: this module it has, or this would not run


def want(size: int) -> int:
    return len(bytearray(size))
