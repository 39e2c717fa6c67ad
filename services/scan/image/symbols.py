"""QR symbols in grey pixels: zxing-cpp in two strengths, zbar as the last rescue."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import zxingcpp

from services.scan.image.source import Gray

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A decoded text and where its symbol lies, in pixels of the searched picture."""

    text: str
    corners: Points  # 4 x 2


def read_fast(picture: Gray) -> list[Symbol]:
    """One pass at the size given: most photos end here."""
    return _symbols(picture, is_thorough=False, binarizer=zxingcpp.Binarizer.LocalAverage)


def read_thorough(picture: Gray) -> list[Symbol]:
    """Turned and smaller copies too."""
    return _symbols(picture, is_thorough=True, binarizer=zxingcpp.Binarizer.LocalAverage)


def read_global(picture: Gray) -> list[Symbol]:
    """With one threshold for the whole picture: wins where a crop is evenly lit but soft."""
    return _symbols(picture, is_thorough=False, binarizer=zxingcpp.Binarizer.GlobalHistogram)


def read_zbar(picture: Gray) -> list[Symbol]:
    """Zbar's own search; nothing where the library is not installed."""
    try:
        from pyzbar import pyzbar  # noqa: PLC0415  # its import fails without the system's library
    except ImportError:
        return []
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [
        Symbol(
            one.data.decode("ascii", "replace"),
            np.array([[p.x, p.y] for p in one.polygon[:4]], dtype=np.float64).reshape(-1, 2),
        )
        for one in found
    ]


def texts_of(symbols: Iterable[Symbol]) -> list[str]:
    """The texts alone."""
    return [symbol.text for symbol in symbols]


def _symbols(picture: Gray, *, is_thorough: bool, binarizer: zxingcpp.Binarizer) -> list[Symbol]:
    found = zxingcpp.read_barcodes(
        picture,
        formats=zxingcpp.BarcodeFormat.QRCode,  # type: ignore[arg-type]  # its stub knows sets only
        try_rotate=is_thorough,
        try_downscale=is_thorough,
        try_invert=False,
        binarizer=binarizer,
    )
    return [Symbol(one.bytes.decode("ascii", "replace"), _corners(one.position)) for one in found]


def _corners(position: zxingcpp.Position) -> Points:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return np.array([[point.x, point.y] for point in points], dtype=np.float64)
