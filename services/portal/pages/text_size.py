"""The size of letters a visitor reads in: kept by the browser, asked of nobody."""

from flask import Response, request

from services.portal.pages.staff import Staff

STANDARD, LARGE = "standard", "large"
_SIZES = (STANDARD, LARGE)
_KEPT_IN = "text"


def text_size() -> str:
    """The size chosen: by the address, else kept, else the standard one."""
    for wanted in (request.args.get(_KEPT_IN), request.cookies.get(_KEPT_IN)):
        if wanted in _SIZES:
            return str(wanted)
    return STANDARD


def other_size() -> str:
    """The size that is not the chosen one."""
    return LARGE if text_size() == STANDARD else STANDARD


def keep_text_size(answer: Response, staff: Staff) -> None:
    """Let the next pages come in the size this address asked for."""
    if request.args.get(_KEPT_IN) in _SIZES:
        staff.keep_choice(answer, _KEPT_IN, request.args[_KEPT_IN])
