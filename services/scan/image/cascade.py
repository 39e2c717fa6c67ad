"""The decode cascade: cheap first, and only a miss pays for more.

It stops at the first text that looks like one of our codes; whether its check is right is
for the caller to say, who knows the keys. A caller that finds it wrong reads again with that
text skipped, so that a damaged or foreign code never ends the search.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator

import cv2
import numpy as np

from services.scan.image.causes import cause_of
from services.scan.image.markers import Frame, find_markers, frame_of
from services.scan.image.reading import Cause, Corner, Engine, FoundCode, Reading, code_in
from services.scan.image.rescue import enhanced, guided
from services.scan.image.source import Gray, Source, UnreadableError, open_source
from services.scan.image.symbols import Points, Symbol, read_fast, read_thorough, read_zbar

# A failing photo must leave time for the next one; checked between stages.
BUDGET_S = 0.26

# Symbols, and what their pixels are multiplied by to get pixels of the whole picture; 0 = unknown.
_Found = tuple[list[Symbol], float]


def read_photo(data: bytes, skip: tuple[str, ...] = ()) -> Reading:
    """Read the codes of one photo; never raises, whatever the bytes are.

    Args:
        data: a JPEG, PNG, WebP, HEIC or one-page TIFF file.
        skip: codes that were read before and whose check is wrong.
    """
    cv2.setNumThreads(1)  # one photo, one core: other cores have photos of their own
    started = time.thread_time()
    try:
        return _Search(open_source(data), skip, started).run()
    except UnreadableError as unreadable:
        return Reading(cause=unreadable.cause, cpu_ms=_ms(started))
    except Exception:  # decoders raise anything on hostile bytes; this one file ends here
        return Reading(cause=Cause.DAMAGED_FILE, cpu_ms=_ms(started))


def read_page(picture: Gray, skip: tuple[str, ...] = ()) -> Reading:
    """Read the codes of a page that is pixels already: full size first, as scanners need it."""
    cv2.setNumThreads(1)
    started = time.thread_time()
    height, width = picture.shape
    try:
        return _Search(_Pixels(picture, width, height), skip, started).run()
    except (cv2.error, MemoryError, ValueError):
        return Reading(cause=Cause.DAMAGED_FILE, cpu_ms=_ms(started))


class _Pixels:
    """A page of pixels in the shape of a `Source`."""

    def __init__(self, picture: Gray, width: int, height: int) -> None:
        self.full = picture
        self.width, self.height = width, height

    @property
    def half(self) -> Gray:
        return self.full


class _Search:
    def __init__(self, source: Source | _Pixels, skip: Collection[str], started: float) -> None:
        self._source = source
        self._skip = skip
        self._started = started
        self._others: set[str] = set()
        self._frame: Frame | None = None

    def run(self) -> Reading:
        for engine, stage in self._stages():
            for symbols, to_full in stage():
                codes = self._ours(symbols, to_full)
                if codes:
                    return self._reading(engine, codes)
                if self._is_late():
                    break
            if self._is_late():
                break
        return self._nothing()

    def _stages(self) -> Iterator[tuple[Engine, Callable[[], Iterator[_Found]]]]:
        yield Engine.FAST, self._fast
        if isinstance(self._source, Source):
            yield Engine.FULL, self._full
        yield Engine.GUIDED, self._guided
        yield Engine.ENHANCED, self._enhanced
        yield Engine.RESCUE, self._rescue

    def _fast(self) -> Iterator[_Found]:
        half = self._source.half
        yield read_fast(half), self._width_ratio(half)

    def _full(self) -> Iterator[_Found]:
        full = self._source.full
        yield read_thorough(full), self._width_ratio(full)

    def _guided(self) -> Iterator[_Found]:
        half = self._source.half
        found = find_markers(half)
        if len(found) < 4 and self._source.full is not half and max(half.shape) < 1400:
            again = find_markers(self._source.full)
            if len(again) > len(found):
                half, found = self._source.full, again
        frame = frame_of(found)
        if frame is None:
            return
        # The frame is kept in pixels of the full picture: crops are cut from there.
        grow = self._source.full.shape[1] / half.shape[1]
        self._frame = Frame(np.diag([grow, grow, 1.0]) @ frame.matrix, frame.seen)
        for symbols in guided(self._source.full, self._frame):
            yield symbols, 0.0

    def _enhanced(self) -> Iterator[_Found]:
        for symbols in enhanced(self._source.half, self._source.full):
            yield symbols, 0.0

    def _rescue(self) -> Iterator[_Found]:
        yield read_zbar(self._source.half), self._width_ratio(self._source.half)

    def _ours(self, symbols: Iterable[Symbol], to_full: float) -> tuple[FoundCode, ...]:
        codes: dict[str, FoundCode] = {}
        for symbol in symbols:
            known = code_in(symbol.text)
            if known is None:
                self._others.add(symbol.text)
            elif known[1] not in self._skip and known[1] not in codes:
                corners = self._thousandths(symbol.corners * to_full) if to_full else ()
                codes[known[1]] = FoundCode(*known, corners)
        return tuple(codes.values())

    def _reading(self, engine: Engine, codes: tuple[FoundCode, ...]) -> Reading:
        return Reading(
            codes=codes,
            others=len(self._others),
            engine=engine,
            width=self._source.width,
            height=self._source.height,
            corners=self._page(),
            markers=self._frame.seen if self._frame else 0,
            cpu_ms=_ms(self._started),
        )

    def _nothing(self) -> Reading:
        picture = self._source.full if self._frame is not None else self._source.half
        return Reading(
            others=len(self._others),
            cause=cause_of(picture, self._frame),
            width=self._source.width,
            height=self._source.height,
            corners=self._page(),
            markers=self._frame.seen if self._frame else 0,
            cpu_ms=_ms(self._started),
        )

    def _page(self) -> tuple[Corner, ...]:
        if self._frame is None:
            return ()
        ratio = self._source.width / self._source.full.shape[1]
        return self._thousandths(self._frame.corners() * ratio)

    def _thousandths(self, points: Points) -> tuple[Corner, ...]:
        size = np.array([self._source.width, self._source.height], float)
        scaled = np.clip(np.round(points / size * 1000), -10_000, 10_000)
        return tuple((int(x), int(y)) for x, y in scaled)

    def _width_ratio(self, picture: Gray) -> float:
        return float(self._source.width / picture.shape[1])

    def _is_late(self) -> bool:
        return time.thread_time() - self._started > BUDGET_S


def _ms(started: float) -> int:
    return round((time.thread_time() - started) * 1000)
