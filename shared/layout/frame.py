"""What every page carries for the machine, at the same place on every side.

Markers, edge ticks, two symbols at opposite corners and the sheet number in the other
two, so that every corner names the sheet and one fold or thumb cannot take them all.
"""

from dataclasses import dataclass

from shared.layout.model import MODULE, QUIET_MODULES, Marker, Rect

PAGE_WIDTH, PAGE_HEIGHT = 2100, 2970  # A4 upright
EDGE = 100  # no ink nearer to the paper's edge
MARKER_SIZE = 100
MARKER_RING = 30  # white around a marker
NUMBER_RING = 30  # white around a sheet number
TICK_SIZE = 30
TICKS_PER_EDGE = 9
TICK_PITCH = 300
FIRST_TICK = 270
QUIET = QUIET_MODULES * MODULE
QR_GAP = 136  # paper edge to marker, marker, quiet zone: the symbol's distance from EDGE
QR_VERSIONS = (3, 4)
NUMBER_SIZE = 155  # digits 4.0 mm high in Noto Sans SC
NUMBER_WIDTH, NUMBER_HEIGHT = 560, 60


@dataclass(frozen=True, slots=True)
class Frame:
    """The marks of one page."""

    markers: tuple[Marker, ...]
    ticks: tuple[Rect, ...]
    qr_rects: tuple[Rect, Rect]
    number_rects: tuple[Rect, Rect]


def qr_size(version: int) -> int:
    """Edge of a symbol of this version, without its quiet zone."""
    return (17 + 4 * version) * MODULE


def frame(qr_version: int) -> Frame:
    """The marks of a page whose symbols have this version."""
    size = qr_size(qr_version)
    far_x, far_y = PAGE_WIDTH - EDGE, PAGE_HEIGHT - EDGE
    corners = (
        (EDGE, EDGE),
        (far_x - MARKER_SIZE, EDGE),
        (far_x - MARKER_SIZE, far_y - MARKER_SIZE),
        (EDGE, far_y - MARKER_SIZE),
    )
    number_x = EDGE + MARKER_SIZE + 40
    return Frame(
        markers=tuple(
            Marker(id_, Rect(x, y, MARKER_SIZE, MARKER_SIZE)) for id_, (x, y) in enumerate(corners)
        ),
        ticks=_ticks(),
        qr_rects=(
            Rect(far_x - QR_GAP - size, EDGE, size, size),
            Rect(EDGE + QR_GAP, far_y - size, size, size),
        ),
        number_rects=(
            Rect(number_x, EDGE + 5, NUMBER_WIDTH, NUMBER_HEIGHT),
            Rect(
                PAGE_WIDTH - number_x - NUMBER_WIDTH,
                far_y - 5 - NUMBER_HEIGHT,
                NUMBER_WIDTH,
                NUMBER_HEIGHT,
            ),
        ),
    )


def kept_white(marks: Frame) -> tuple[Rect, ...]:
    """Where nothing else may stand: quiet zones, marker rings, the numbers' surroundings."""
    return (
        *(marker.rect.grown(MARKER_RING) for marker in marks.markers),
        *(rect.grown(QUIET) for rect in marks.qr_rects),
        *(rect.grown(NUMBER_RING) for rect in marks.number_rects),
    )


def _ticks() -> tuple[Rect, ...]:
    return tuple(
        Rect(x, FIRST_TICK + TICK_PITCH * place, TICK_SIZE, TICK_SIZE)
        for x in (EDGE, PAGE_WIDTH - EDGE - TICK_SIZE)
        for place in range(TICKS_PER_EDGE)
    )
