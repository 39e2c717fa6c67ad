"""What the rules need of a reading: the codes like ours, and how well the page can be read."""

import math

from services.scan.domain import Seen, verified
from services.scan.image.reading import FoundCode, Reading
from shared.kernel.sheet_code import CodeKey


def codes_of(reading: Reading) -> tuple[tuple[str, str], ...]:
    """Letter and code of each text like ours."""
    return tuple((one.letter, one.code) for one in reading.codes)


def seen_of(reading: Reading, keys: tuple[CodeKey, ...]) -> Seen:
    """A reading as the rules take it."""
    cause = reading.cause.value if reading.cause is not None else None
    return Seen(codes_of(reading), reading.others, cause, _quality(reading, keys))


def _quality(reading: Reading, keys: tuple[CodeKey, ...]) -> int:
    """How many pixels wide the largest symbol of ours is: what every later reading gains from."""
    size = (reading.width, reading.height)
    return max(
        (_side_px(one, size) for one in reading.codes if verified([(one.letter, one.code)], keys)),
        default=0,
    )


def _side_px(one: FoundCode, size: tuple[int, int]) -> int:
    """The side of a square as large as the symbol, however it is turned."""
    points = [(x * size[0] / 1000, y * size[1] / 1000) for x, y in one.corners]
    around = zip(points, points[1:] + points[:1], strict=True)
    doubled = abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in around))
    return max(1, round(math.sqrt(doubled / 2)))  # 1 when only a rescue found it, without corners
