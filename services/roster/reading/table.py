"""A roster file as rows of values, whatever program wrote it.

The kind is found by content, never by the name's ending: exports called .xls are often
web pages, and some are workbooks of the newer kind.
"""

import atexit
import csv
import hashlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Generic, TypeVar

from services.roster.reading.archive import check_archive
from services.roster.reading.child import prepare
from services.roster.reading.columns import ColumnMatcher, Header, find_header
from services.roster.reading.cut import PIECE_BYTES, LargeBook
from services.roster.reading.encoding import encoding_of
from services.roster.reading.jobs import (
    FIRST_ROWS,
    BookPiece,
    Piece,
    Reading,
    ReadRows,
    SheetTop,
    TextPiece,
    read_piece,
    tops_of_book,
)
from shared.kernel.errors import UnreadableRosterError
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerTimeout

MAX_ROWS = 200_000
MAX_FILE_BYTES = 100 * 2**20
# Two pieces are read while a third is written: more would only cost memory.
READERS = 2
DEADLINE_S = 120.0
_TEXT_ROWS = 4_000
_SAMPLE_CHARACTERS = 8192

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = (b"<html", b"<table", b"<!doctype", b"<meta", b"<head", b"<?xml", b"<div")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RosterTable:
    """A sheet whose header was found, its rows still to be read."""

    header: Header
    pieces: Iterable[Piece]
    readers: int

    def read(self, reading: Reading) -> Iterator[ReadRows]:
        """Every row below the header, in order; the next pieces are read meanwhile.

        Raises:
            UnreadableRosterError: damaged_file.
        """
        ahead: deque[_Started[ReadRows]] = deque()
        for piece in self.pieces:
            ahead.append(_Started(partial(_in_child, read_piece, reading, piece)))
            if len(ahead) > self.readers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_table(path: Path, matcher: ColumnMatcher) -> RosterTable:
    """The first visible sheet with a header row that names pupils.

    Raises:
        UnreadableRosterError: with the reason: empty_file, too_big, damaged_file, encrypted,
            macros, zip_bomb, web_page, bad_encoding, no_header, too_many_columns.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnreadableRosterError("empty_file")
    if size > MAX_FILE_BYTES:
        raise UnreadableRosterError("too_big")
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(_ZIP):
        unpacked = check_archive(path)
        return _small_book(path, matcher) if unpacked < PIECE_BYTES else _large_book(path, matcher)
    if head.startswith(_OLE):
        return _small_book(path, matcher)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_WEB_PAGE):
        raise UnreadableRosterError("web_page")
    return _text(path, matcher)


def _small_book(path: Path, matcher: ColumnMatcher) -> RosterTable:
    body = path.read_bytes()
    sheet, header = find_header(_tops(body), matcher)
    return RosterTable(header, (BookPiece(body, sheet, 0),), 1)


def _large_book(path: Path, matcher: ColumnMatcher) -> RosterTable:
    book = LargeBook(path)
    sheet, header = find_header(_tops(book.beginning()), matcher)
    pieces = (BookPiece(body, sheet, before) for body, before in book.pieces(sheet))
    # Each reader holds the table of shared texts: where that is large, one has to do.
    return RosterTable(header, pieces, READERS if book.strings_bytes < PIECE_BYTES else 1)


def _text(path: Path, matcher: ColumnMatcher) -> RosterTable:
    encoding = encoding_of(path)
    top = list(islice(_text_rows(path, encoding), FIRST_ROWS))
    _, header = find_header([SheetTop("", top)], matcher)
    return RosterTable(header, _text_pieces(_text_rows(path, encoding)), 1)


def _text_pieces(rows: Iterator[tuple[int, list[str]]]) -> Iterator[TextPiece]:
    while part := list(islice(rows, _TEXT_ROWS)):
        yield TextPiece(part)


def _text_rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding, newline="") as text:
        delimiter = _delimiter(text.read(_SAMPLE_CHARACTERS))
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter)
        try:
            for row in reader:
                if any(row):
                    yield reader.line_num, row
        except csv.Error:
            raise UnreadableRosterError("damaged_file") from None


def _delimiter(sample: str) -> str:
    counts = {mark: sample.count(mark) for mark in ",\t;，"}
    return max(counts, key=lambda mark: counts[mark])


def _tops(body: bytes) -> list[SheetTop]:
    return _in_child(tops_of_book, body)


@cache
def _readers() -> ProcessPool:
    """The children of this process that read rosters, started when the first one comes."""
    pool = ProcessPool(READERS, prepare)
    atexit.register(pool.close)
    return pool


def _in_child(job: Callable[..., T], *arguments: object) -> T:
    try:
        return _readers().run(job, *arguments, deadline_s=DEADLINE_S)
    except (WorkerCrashed, WorkerTimeout):
        raise UnreadableRosterError("damaged_file") from None


class _Started(Generic[T]):
    """Work begun in a thread of its own, a green one where threads are green."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._done: T | None = None
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> T:
        """What came of it, waiting for the end."""
        self._thread.join()
        if self._failed is not None:
            raise self._failed
        return self._done  # type: ignore[return-value]  # no failure: it is done

    def _run(self) -> None:
        try:
            self._done = self._work()
        except BaseException as failed:  # told to whoever waits
            self._failed = failed
