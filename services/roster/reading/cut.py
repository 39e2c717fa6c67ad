"""A large workbook cut into small ones, so that no reader ever holds all of it.

Every library for these files holds a sheet whole: 100,000 rows of the full template take
more than 700 MB. Here the sheet's text is cut between two rows while it is unpacked; each
piece is a workbook of its own, which the library then reads as any other.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from defusedxml.ElementTree import parse  # type: ignore[import-untyped]

from shared.kernel.errors import UnreadableRosterError

# Text of one piece: some 800 rows of the full template.
PIECE_BYTES = 3 * 2**20
# Enough for the titles above a header and the header itself.
_FIRST_ROWS = 64
_CHUNK_BYTES = 2**20
_SHEETS = "xl/worksheets/"
_STRINGS = "xl/sharedStrings.xml"
_OPENING = re.compile(rb"<(\w+:)?sheetData[^>]*(?<!/)>")
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ID_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


class LargeBook:
    """A workbook whose sheets are read a piece at a time.

    Every piece carries the table of shared texts, so it is made at least as large as that.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
        self._sheets = frozenset(name for name in sizes if name.startswith(_SHEETS))
        self.strings_bytes = sizes.get(_STRINGS, 0)
        self._piece_bytes = max(PIECE_BYTES, self.strings_bytes)

    def beginning(self) -> bytes:
        """The whole workbook, of each sheet only the first rows."""
        with zipfile.ZipFile(self._path) as archive:
            return self._book({name: self._first_rows(archive, name) for name in self._sheets})

    def pieces(self, sheet: str) -> Iterator[tuple[bytes, int]]:
        """Workbooks that hold the rows of one sheet in order, with the rows before each.

        Raises:
            UnreadableRosterError: damaged_file.
        """
        entry = self._entry_of(sheet)
        before = 0
        with zipfile.ZipFile(self._path) as archive, archive.open(entry) as text:
            head, rest, end = _opened(text)
            closing = _closing(head)
            while True:
                rows, rest, is_last = _next_rows(text, rest, end, self._piece_bytes)
                if rows:
                    yield self._book({entry: head + rows + closing}), before
                    before += rows.count(end)
                if is_last:
                    return

    def _first_rows(self, archive: zipfile.ZipFile, name: str) -> bytes:
        with archive.open(name) as text:
            try:
                head, rest, end = _opened(text)
            except UnreadableRosterError:
                return b"<worksheet/>"  # a chart, or a sheet that only holds pictures
            rows = rest + text.read(_CHUNK_BYTES)
        place = 0
        for _ in range(_FIRST_ROWS):
            found = rows.find(end, place)
            if found < 0:
                break
            place = found + len(end)
        return head + rows[:place] + _closing(head)

    def _book(self, sheets: dict[str, bytes]) -> bytes:
        body = io.BytesIO()
        with zipfile.ZipFile(self._path) as source, zipfile.ZipFile(body, "w") as book:
            for name in source.namelist():
                if name in sheets:
                    book.writestr(name, sheets[name])
                elif name not in self._sheets and (
                    name.startswith(("xl/", "_rels/")) or name == "[Content_Types].xml"
                ):
                    book.writestr(name, source.read(name))
        return body.getvalue()

    def _entry_of(self, sheet: str) -> str:
        with zipfile.ZipFile(self._path) as archive:
            book = parse(archive.open("xl/workbook.xml")).getroot()
            links = parse(archive.open("xl/_rels/workbook.xml.rels")).getroot()
        targets = {link.get("Id"): link.get("Target") or "" for link in links}
        for one in book.iter():
            if one.tag.endswith("}sheet") and one.get("name") == sheet:
                target = targets.get(one.get(_ID) or one.get(_ID_STRICT), "")
                name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if name in self._sheets:
                    return name
        raise UnreadableRosterError("damaged_file")


def _opened(text: IO[bytes]) -> tuple[bytes, bytes, bytes]:
    """What stands before the rows, the beginning of the rows, and how a row ends."""
    begun = text.read(_CHUNK_BYTES)
    found = _OPENING.search(begun)
    if found is None:
        raise UnreadableRosterError("damaged_file")
    end = b"</" + (found[1] or b"") + b"row>"
    return begun[: found.end()], begun[found.end() :], end


def _closing(head: bytes) -> bytes:
    prefix = _OPENING.search(head)[1] or b""  # type: ignore[index]  # `_opened` found it
    return b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"


def _next_rows(text: IO[bytes], rest: bytes, end: bytes, size: int) -> tuple[bytes, bytes, bool]:
    """Whole rows of about `size` bytes, what was read beyond them, and whether that is all."""
    parts, length = [rest], len(rest)
    while length < size:
        chunk = text.read(_CHUNK_BYTES)
        if not chunk:
            break
        parts.append(chunk)
        length += len(chunk)
    body = b"".join(parts)
    place = body.rfind(end) + len(end)
    if place < len(end):
        if length >= size:
            raise UnreadableRosterError("damaged_file")  # one row of many megabytes
        return b"", b"", True
    return body[:place], body[place:], length < size
