"""The pages of any file: photos are one page, PDF, TIFF and zip have many. Never raises.

Limits and their source: 2,500 pages and 512 MiB a bulk scan, 60 megapixels of a JPEG and 40 of
everything that decodes whole (scan reference, section 12); of archives see `archive`.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from services.scan.image.archive import Archive, Window, open_archive
from services.scan.image.pages_documents import File, count_document, document_pages, kind_of_file
from services.scan.image.pages_page import Page
from services.scan.image.reading import Cause
from services.scan.image.source import BROKEN, Kind, kind_of

__all__ = (
    "ALL_PAGES",
    "MAX_PAGES",
    "Page",
    "count_pages",
    "count_pages_in_file",
    "pages_in_file",
    "pages_of",
)

MAX_PAGES = 2500
ALL_PAGES = range(1, MAX_PAGES + 2)


def count_pages(data: bytes) -> int:
    """How many answers a file gets: one per page, one for all beyond `MAX_PAGES`, never none."""
    return _count(data)


def count_pages_in_file(file: str | Window) -> int:
    """The same of a file that is read where it lies, not all at once."""
    return _count(file)


def pages_of(data: bytes, wanted: range = ALL_PAGES) -> Iterator[Page]:
    """The wanted pages of a file, counted from 1; one page in memory at a time.

    What lies beyond `MAX_PAGES` is one more page that says so.
    """
    return _pages(data, wanted)


def pages_in_file(file: str | Window, wanted: range = ALL_PAGES) -> Iterator[Page]:
    """The same of a file that is read where it lies, not all at once.

    Read, not mapped: a file that shrinks on a share would end the process that maps it.
    """
    return _pages(file, wanted)


def _count(file: File) -> int:
    kind = kind_of_file(file)
    if kind is not Kind.ZIP:
        return count_document(file, kind, MAX_PAGES + 1)
    return max(1, min(sum(_entry_counts(file)), MAX_PAGES + 1))


def _pages(file: File, wanted: range) -> Iterator[Page]:
    kind = kind_of_file(file)
    within = range(max(1, wanted.start), min(wanted.stop, MAX_PAGES + 1))
    if kind is Kind.ZIP:
        yield from _archive_pages(file, within)
    else:
        yield from document_pages(file, kind, within)
    if MAX_PAGES + 1 in wanted and _count(file) > MAX_PAGES:
        yield Page(MAX_PAGES + 1, cause=Cause.TOO_MANY_PAGES)


def _archive_pages(file: File, wanted: range) -> Iterator[Page]:
    archive = open_archive(file)
    if isinstance(archive, Cause) or not archive.entries:
        if 1 in wanted:
            yield Page(1, cause=archive if isinstance(archive, Cause) else Cause.NOT_AN_IMAGE)
        return
    try:
        before = 0
        for index, count in enumerate(_entry_counts(file)):
            inside = range(max(wanted.start - before, 1), min(wanted.stop - before, count + 1))
            if inside:
                for page in _entry_pages(archive, index, inside):
                    yield replace(page, number=before + page.number)
            before += count
    finally:
        archive.close()


def _entry_pages(archive: Archive, index: int, wanted: range) -> Iterator[Page]:
    content = archive.content(archive.entries[index])
    if isinstance(content, Cause):
        yield Page(1, cause=content)
        return
    yield from document_pages(content, kind_of_file(content), wanted)


def _entry_counts(file: File) -> tuple[int, ...]:
    """Pages of each entry; kept for files, because their pages are asked for a few at a time."""
    if isinstance(file, bytes):
        return _counted(file)
    if isinstance(file, Window):
        return _counted_open(file)
    try:
        stamp = os.stat(file)
    except BROKEN:
        return _counted(file)
    return _counted_file(file, stamp.st_ino, stamp.st_size, stamp.st_mtime_ns)


@lru_cache(maxsize=8)
def _counted_file(path: str, inode: int, size: int, changed_ns: int) -> tuple[int, ...]:
    return _counted(path)


@lru_cache(maxsize=64)
def _counted_open(file: Window) -> tuple[int, ...]:
    return _counted(file)


def _counted(file: File) -> tuple[int, ...]:
    archive = open_archive(file)
    if isinstance(archive, Cause):
        return ()
    try:
        counts: list[int] = []
        for index in range(len(archive.entries)):
            if sum(counts) > MAX_PAGES:
                break
            counts.append(_entry_count(archive, index))
        return tuple(counts)
    finally:
        archive.close()


def _entry_count(archive: Archive, index: int) -> int:
    """Entries that are pictures, or nothing that is read, are not unpacked to be counted."""
    head = archive.head(archive.entries[index])
    kind = None if isinstance(head, Cause) else kind_of(head)
    if kind not in (Kind.PDF, Kind.TIFF):
        return 1
    content = archive.content(archive.entries[index])
    return 1 if isinstance(content, Cause) else count_document(content, kind, MAX_PAGES + 1)
