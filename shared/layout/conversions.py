"""The only place where a length changes its unit.

0.1 mm to PDF points with y flipped (for forms), and 0.1 mm to pixels of the rectified
picture (for scan). Nothing else in the house multiplies by a scale.
"""

# Rectified pictures have 8 px/mm = 203 dpi.
PIXELS_PER_MM = 8
_POINTS_PER_TENTH = 72 / 254


def to_points(length: float) -> float:
    """A length of the layout in PDF points."""
    return length * _POINTS_PER_TENTH


def to_pixels(length: float) -> float:
    """A length of the layout in pixels of the rectified picture."""
    return length * PIXELS_PER_MM / 10


def from_pixels(pixels: float) -> float:
    """A length of the rectified picture in units of the layout: inverse of `to_pixels`."""
    return pixels * 10 / PIXELS_PER_MM


def point_xy(x: float, y: float, page_height: int) -> tuple[float, float]:
    """A position of the layout in PDF points, y up from the bottom edge."""
    return x * _POINTS_PER_TENTH, (page_height - y) * _POINTS_PER_TENTH


def size_length(size: float) -> float:
    """A font size (0.1 pt) as a length of the layout."""
    return size / 10 / _POINTS_PER_TENTH
