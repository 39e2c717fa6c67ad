"""The encoding of a text file: a byte order mark, else strict UTF-8, else GB 18030."""

import codecs
from pathlib import Path

from shared.kernel.errors import UnreadableRosterError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK_BYTES = 2**20


def encoding_of(path: Path) -> str:
    """The encoding that fits the whole file.

    Raises:
        UnreadableRosterError: bad_encoding.
    """
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    raise UnreadableRosterError("bad_encoding")


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK_BYTES):
                # A table holds no zero bytes; a binary file of any kind does.
                if "\0" in decoder.decode(chunk):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
