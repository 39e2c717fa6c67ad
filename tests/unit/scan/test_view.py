"""The rendition people look at: small, legible, upright, and nothing but pixels."""

import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from services.scan.cells.looking import view_of
from services.scan.image.cascade import read_photo
from services.scan.image.view import MAX_BYTES, rendition
from shared.contracts.events import Lane
from shared.layout.registry import layout
from shared.sealing.context import Rendition
from tests.unit.scan.desk import MATCHED, Desk
from tests.unit.scan.pictures import Paper, saved, with_orientation

pytestmark = pytest.mark.slow

Grey = npt.NDArray[np.uint8]


def noise(height: int, width: int, *, grain: int = 1) -> Grey:
    """Black and white grains of so many pixels: nothing compresses worse."""
    rng = np.random.default_rng(5)
    fine = rng.integers(0, 2, (height // grain, width // grain), np.uint8) * 255
    return np.kron(fine, np.ones((grain, grain), np.uint8))


def on_sheet(paper: Paper) -> Grey:
    """A sheet of 16 megapixels whose four markers are seen around nothing but noise."""
    page = paper.grey.copy()
    page[500:1900, 260:1440] = noise(1400, 1180)
    return np.kron(page, np.ones((2, 2), np.uint8))


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


@pytest.mark.parametrize("grain", [1, 2, 4, 8])
@pytest.mark.parametrize("size", [(4000, 3000), (3500, 3500), (1100, 1100)])
def test_noise_never_exceeds_the_limit(size: tuple[int, int], grain: int) -> None:
    view = rendition(saved(Image.fromarray(noise(*size, grain=grain)), "PNG", compress_level=1))

    assert len(view) <= MAX_BYTES
    assert max(opened(view).size) >= 500


def test_a_sheet_full_of_noise_stays_within_the_limit_and_large_enough(paper: Paper) -> None:
    view = rendition(saved(Image.fromarray(on_sheet(paper)), "JPEG", quality=95))

    assert len(view) <= MAX_BYTES
    assert max(opened(view).size) >= 900


@given(
    st.integers(16, 400),
    st.integers(16, 400),
    st.sampled_from([1, 30]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_a_picture_of_any_shape_has_a_rendition(
    height: int, width: int, stretch: int, seed: int
) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    view = rendition(saved(Image.fromarray(pixels).resize((width * stretch, height)), "PNG"))

    assert 0 < len(view) <= MAX_BYTES
    assert min(opened(view).size) >= 1


@pytest.mark.parametrize(
    ("level", "seed"), [("easy", 1), ("normal", 1), ("normal", 2), ("normal", 3)]
)
def test_small_print_of_a_sheet_stays_legible(paper: Paper, level: str, seed: int) -> None:
    """A code's modules are finer than any line of its print."""
    page, geometry = coloured(paper.grey), layout(paper.layout)
    photo = photograph(page, level=level, seed=620_000 + seed, layout=geometry).jpeg
    view = rendition(photo)

    assert len(view) <= MAX_BYTES
    assert max(opened(view).size) >= 1400  # 4.7 px/mm: 12 px for the smallest character
    assert {one.code for one in read_photo(view).codes} == {
        one.code for one in read_photo(photo).codes
    }


def test_a_photo_that_a_messenger_shrank_loses_nothing_more(paper: Paper) -> None:
    frame = Image.new("L", (560, 760), 90)
    frame.paste(paper.picture.resize((520, 735)), (20, 12))
    view = rendition(saved(frame, "JPEG", quality=85))

    assert max(opened(view).size) >= 735
    assert read_photo(view).codes


def tagged(picture: Image.Image, kind: str) -> bytes:
    """A picture that says where and by whom it was taken, in every place that can."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = "secret words"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (22.0, 33.0, 44.0)
    profile = b"secret words" * 20
    options: dict[str, object] = {"comment": "secret words"} if kind == "JPEG" else {}
    options["xmp"] = b"<x:xmpmeta>secret words</x:xmpmeta>"
    return saved(picture, kind, exif=exif.tobytes(), icc_profile=profile, **options)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_no_metadata_remains(paper: Paper, kind: str) -> None:
    sent = tagged(paper.colour.resize((1261, 1782)), kind)
    view = rendition(sent)

    assert b"secret words" in sent
    assert b"secret words" not in view
    assert segments(view) <= {"jfif", "quantisation", "frame", "huffman", "scan", "restart"}
    assert not opened(view).getexif()


def segments(jpeg: bytes) -> set[str]:
    """The kinds of segments of a JPEG, and "?" for any that may hold words."""
    names = {0xE0: "jfif", 0xDB: "quantisation", 0xC0: "frame", 0xC4: "huffman", 0xDD: "restart"}
    at, found = 2, set()
    while jpeg[at + 1] != 0xDA:
        found.add(names.get(jpeg[at + 1], "?"))
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    assert jpeg.endswith(b"\xff\xd9")
    return found | {"scan"}


@pytest.mark.parametrize("space", ["L", "CMYK"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_page_without_markers_is_shown_as_exif_means_it(orientation: int, space: str) -> None:
    stored = np.full((300, 200), 120, np.uint8)
    stored[:60, :40] = 250  # one bright corner tells all eight apart
    stored[:60, 40:120] = 10
    jpeg = with_orientation(saved(Image.fromarray(stored).convert(space), "JPEG"), orientation)
    meant = np.asarray(ImageOps.exif_transpose(opened(jpeg)).convert("L"), int)
    shown = np.asarray(opened(rendition(jpeg, orientation)), int)

    assert shown.shape == meant.shape
    assert np.abs(shown - meant).mean() < 4


@pytest.mark.parametrize("turns", range(4))
def test_a_sheet_with_its_markers_is_upright_however_it_was_held(paper: Paper, turns: int) -> None:
    turned = Image.fromarray(np.rot90(paper.grey, turns))
    shown = np.asarray(opened(rendition(saved(turned, "JPEG"))).resize((210, 297)), int)
    meant = np.asarray(paper.picture.resize((210, 297)), int)

    assert np.abs(shown - meant).mean() < 8


def test_the_view_of_a_matched_photo_is_handed_in_once_however_often_it_is_read(
    desk: Desk,
) -> None:
    assert desk.ending(desk.paper.photo) == MATCHED
    [parcel] = desk.parcels

    assert parcel.rendition is Rendition.VIEW
    assert parcel.claim.lane is Lane.VIEW
    assert parcel.claim.source is not None
    assert parcel.object == view_of(parcel.claim.source, desk.paper.sheet) != parcel.claim.source
    assert len(parcel.data) <= MAX_BYTES


def test_a_photo_that_shows_no_sheet_has_no_view(desk: Desk) -> None:
    desk.ending(saved(Image.fromarray(noise(1200, 900, grain=3)), "JPEG"))

    assert desk.parcels == []
