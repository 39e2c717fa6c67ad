"""One function makes QR symbols, because zxing-cpp ignores misspelt options without a word."""

import re
from functools import cache

import zxingcpp

LEVEL = "Q"
_DARK = re.compile(rb"\0+")  # the buffer holds 0 for a dark module


class SymbolError(ValueError):
    """The text does not give the symbol the layout has room for."""


def symbol_path(text: str, version: int) -> bytes:
    """The symbol as filled rectangles in module units, x right and y down from its corner.

    Raises:
        SymbolError: the text is too long for this version at level Q.
    """
    size = 17 + 4 * version
    try:
        barcode = zxingcpp.create_barcode(
            text, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL, version=version
        )
    except ValueError:
        raise SymbolError(f"{len(text)} characters do not fit into version {version}") from None
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    modules = memoryview(image)  # type: ignore[arg-type]  # the stub omits the buffer
    if barcode.ec_level != LEVEL or modules.shape != (size, size):
        raise SymbolError(f"asked for {version}-{LEVEL}, got another symbol")
    return _runs(bytes(modules), size)


def _runs(modules: bytes, size: int) -> bytes:
    rows = (modules[start : start + size] for start in range(0, size * size, size))
    return b" ".join(
        [_run(y, *dark.span()) for y, row in enumerate(rows) for dark in _DARK.finditer(row)]
    )


@cache
def _run(y: int, start: int, end: int) -> bytes:
    return b"%d %d %d 1 re" % (start, y, end - start)
