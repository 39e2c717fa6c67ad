"""The size of letters a visitor reads in: kept by the browser, asked of nobody."""

from flask import request

STANDARD, LARGE = "standard", "large"
KEPT_IN = "text"
_SIZES = (STANDARD, LARGE)


def text_size() -> str:
    """The size chosen: by the address, else kept, else the standard one."""
    for wanted in (request.args.get(KEPT_IN), request.cookies.get(KEPT_IN)):
        if wanted in _SIZES:
            return str(wanted)
    return STANDARD


def other_size() -> str:
    """The size that is not the chosen one."""
    return LARGE if text_size() == STANDARD else STANDARD


def size_asked() -> str | None:
    """The size this request's address asks for, to be kept; None: it asks for none."""
    wanted = request.args.get(KEPT_IN)
    return wanted if wanted in _SIZES else None
