"""One simulated photo or scan, read as the house reads it, and what came of it: in a child.

Errors are against the simulator's own map of the paper. The peers: for ids pyzbar on the whole
colour picture; for laying flat one homography through the four markers. The floor of time is the
entropy decoding of the same JPEG, which no reader can go below.
"""

import io
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import cv2
import numpy as np
import simplejpeg
from PIL import Image
from pyzbar import pyzbar

from deploy.kit.cells import as_plain
from deploy.rehearse.making import filled_page
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.photos.surface import Points
from deploy.rehearse.scans.files import jpeg
from deploy.rehearse.scans.scan import Scan, scan
from deploy.rehearse.score import Tally
from deploy.rehearse.sheets import KEY, PrintedPage
from deploy.rehearse.truth import Line, photo_line, scan_line
from services.scan.flat.plate import project
from services.scan.flat.registration import Registration, register
from services.scan.flat.sheet import read_source
from services.scan.flat.view import flat_view
from services.scan.hand.reading import warm
from services.scan.image.cascade import read_photo
from services.scan.image.pages import pages_of
from services.scan.image.source import Source, UnreadableError, open_source
from shared.kernel.sheet_code import Side, parse_url, verify_code
from shared.layout.model import Layout, Rect
from shared.layout.registry import layout

Result = TypeVar("Result")
_SAMPLED = 4  # every fourth picture


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to be made and read."""

    is_photo: bool
    page: PrintedPage
    level: Level
    seed: int


@dataclass(slots=True)
class Looked:
    """What became of the pictures of one level."""

    tally: Tally = field(default_factory=Tally)
    peer_found: int = 0
    errors: list[tuple[float, float]] = field(default_factory=list)  # mean and most, mm
    plain_errors: list[float] = field(default_factory=list)  # most, mm, by the markers alone
    read_errors: list[float] = field(default_factory=list)  # most, mm, of cells that were read
    seconds: Counter[str] = field(default_factory=Counter)  # CPU by stage
    slowest: float = 0.0  # seconds to ids
    floored: int = 0  # pictures with a floor: JPEGs
    sampled: int = 0  # pictures whose registration was timed alone
    looked_at: int = 0  # pictures that were given the second look

    def add(self, other: "Looked") -> None:
        """Another one's pictures too."""
        self.tally.add(other.tally)
        self.peer_found += other.peer_found
        self.errors += other.errors
        self.plain_errors += other.plain_errors
        self.read_errors += other.read_errors
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.floored += other.floored
        self.sampled += other.sampled
        self.looked_at += other.looked_at

    def timed(self, stage: str, work: Callable[[], Result]) -> Result:
        """A result, its CPU seconds added to a stage."""
        started = time.thread_time()
        result = work()
        self.seconds[stage] += time.thread_time() - started
        return result


def prepare() -> None:
    """What a child does first: one core each, and the model is open before time is taken."""
    cv2.setNumThreads(1)
    warm()


def look(order: Order) -> Looked:
    """Make and read one picture."""
    changes = order.seed % 5 * 2  # none on every fifth, eight on another
    looked = Looked()
    sheet, filled, geometry = filled_page(order.page, order.level, order.seed, changes=changes)
    if order.is_photo:
        photo = photograph(sheet, level=order.level, seed=order.seed, layout=geometry)
        truth = photo_line("1.jpg", order.page, photo, filled, geometry)
        _read_photo(photo.jpeg, truth, photo.truth.to_photo, looked)
    else:
        page = scan(sheet, level=order.level, seed=order.seed)
        truth = scan_line(("1.jpg", 1), order.page, page, filled, geometry)
        _read_scan(as_file(page), truth, page, looked)
    return looked


def as_file(page: Scan) -> bytes:
    """A page as a scanner hands it in by itself."""
    if not page.is_bitonal:
        colour = page.pixels.ndim == 3
        pixels = cv2.cvtColor(page.pixels, cv2.COLOR_BGR2RGB) if colour else page.pixels
        return jpeg(np.asarray(pixels, np.uint8), page.truth.recipe.scanner.quality)
    body = io.BytesIO()
    picture = Image.fromarray(page.pixels).convert("1", dither=Image.Dither.NONE)
    picture.save(body, "TIFF", compression="group4")
    return body.getvalue()


def _read_photo(data: bytes, truth: Line, project: Callable, looked: Looked) -> None:
    looked.timed("floor", lambda: entropy(data))
    looked.floored += 1
    reading = looked.timed("ids", lambda: read_photo(data))
    texts = looked.timed("pyzbar", lambda: with_pyzbar(data))
    _finish(data, truth, project, (reading, texts), looked)


def _read_scan(data: bytes, truth: Line, page: Scan, looked: Looked) -> None:
    (one,) = pages_of(data)  # no floor: many are faxes, which have no entropy decoding
    reading = looked.timed("ids", one.read)
    texts = looked.timed("pyzbar", lambda: with_pyzbar(data))
    _finish(one.picture(), truth, page.truth.to_scan, (reading, texts), looked)


def _finish(
    data: bytes, truth: Line, to_file: Callable[[Points], Points], ids: Any, looked: Looked
) -> None:
    reading, texts = ids
    looked.slowest = looked.seconds["ids"]
    found = sheets_of((one.letter, one.code) for one in reading.codes)
    looked.peer_found += truth["sheet"] in sheets_of(filter(None, map(parse_url, texts)))
    wrong = found - {truth["sheet"]}
    said: Line = {"sheet": min(wrong) if wrong else min(found, default=None)}
    if found:
        with suppress(UnreadableError):
            said |= _look_again(data, truth, to_file, looked)
    looked.tally.add_page(truth, said)


def _look_again(
    data: bytes, truth: Line, to_file: Callable[[Points], Points], looked: Looked
) -> Line:
    """The second look, stage by stage; of some, registration is timed alone by doing it twice."""
    geometry, side = layout(truth["layout"]), Side(truth["side"])
    assert geometry is not None
    is_sampled = truth["seed"] % _SAMPLED == 0
    if is_sampled:
        alone = open_source(data)
        looked.timed("decoding", lambda: (alone.full, alone.half))
        looked.timed("registration", lambda: register(alone.full, alone.half, geometry, side))
        looked.sampled += 1
    source = open_source(data)
    read, page = looked.timed("flat", lambda: read_source(source, geometry, side))
    if page is not None:
        _measure(page, source, geometry, side, to_file, looked)
        looked.timed("view", lambda: flat_view(page, geometry))
    looked.looked_at += 1
    return looked.timed("handwriting", lambda: as_plain(read, page, geometry, source))


def _measure(
    page: Registration,
    source: Source,
    geometry: Layout,
    side: Side,
    to_file: Callable[[Points], Points],
    looked: Looked,
) -> None:
    """How far the table lies off, by ours and by the plain way, in mm on the paper."""
    grow = page.picture.shape[1] / source.width
    per_mm = page.px_per_mm
    xs, ys = np.meshgrid(np.linspace(160, 1940, 8), np.linspace(480, 2560, 12))
    points = np.stack([xs, ys], axis=-1).reshape(-1, 2)

    def off(ours: Points, at: Points) -> np.ndarray:
        truth = (to_file(at / 10) + 0.5) * grow - 0.5
        return np.linalg.norm(ours - truth, axis=1) / per_mm

    ours = off(page.to_picture(points), points)
    looked.errors.append((float(ours.mean()), float(ours.max())))
    looked.plain_errors.append(float(off(project(page.matrix, points), points).max()))
    if page.quality.may_read_cells:
        held = [one.change_rect for one in geometry.cells_of(side) if page.holds(one.change_rect)]
        worst = [float(off(page.to_picture(c), c).max()) for c in map(_corners, held)]
        looked.read_errors.append(max(worst, default=0.0))


def _corners(rect: Rect) -> Points:
    right, bottom = rect.right, rect.bottom
    return np.array([(rect.x, rect.y), (right, rect.y), (right, bottom), (rect.x, bottom)], float)


def entropy(data: bytes) -> None:
    """Huffman decoding with next to no transform: the floor of every reader."""
    height, width, *_ = simplejpeg.decode_jpeg_header(data)
    simplejpeg.decode_jpeg(data, "GRAY", min_height=height // 8, min_width=width // 8, min_factor=8)


def with_pyzbar(data: bytes) -> list[str]:
    """The usual way."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [one.data.decode("ascii", "replace") for one in found]


def sheets_of(codes: Any) -> set[str]:
    """The sheets whose codes have a right check."""
    found = (verify_code(letter, code, [KEY]) for letter, code in codes)
    return {str(one.head.sheet) for one in found if one}
