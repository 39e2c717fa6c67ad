"""Traditional characters and their simplified form: what a register may hold of what was written.

The table is OpenCC's (Apache License 2.0); a character with several simplified forms has its first.
"""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "simplified.txt"


def simplified(text: str) -> str:
    """The text with every traditional character in its simplified form."""
    return text.translate(_pairs())


@cache
def _pairs() -> dict[int, str]:
    lines = _TABLE.read_text("utf-8").splitlines()
    return {ord(line[0]): line[1] for line in lines if len(line) == 2}
