"""What a workbook's zip directory may claim before anything is unpacked.

A 497 KB workbook can declare 200 MB; the reader would unpack it into memory.
"""

import zipfile
from pathlib import Path

from shared.kernel.errors import UnreadableRosterError

# 100,000 rows of the whole template with inline texts unpack to some 370 MB.
MAX_UNPACKED_BYTES = 768 * 2**20
# Measured on honest rosters: 15 to 40; a sheet of equal cells compresses further.
MAX_RATIO = 200
MAX_ENTRIES = 1_000
_CHUNK_BYTES = 2**20


def check_archive(path: Path) -> int:
    """How many bytes a zip unpacks to; refuse one that unpacks to too much, lies or has macros.

    Raises:
        UnreadableRosterError: damaged_file, encrypted, macros, zip_bomb.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(entries, path.stat().st_size)
            for entry in entries:
                _check_size(archive, entry)
            return sum(entry.file_size for entry in entries)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zipfile.LargeZipFile):
        raise UnreadableRosterError("damaged_file") from None


def _check_directory(entries: list[zipfile.ZipInfo], size_bytes: int) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableRosterError("encrypted")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise UnreadableRosterError("macros")
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > MAX_ENTRIES
        or unpacked > MAX_UNPACKED_BYTES
        or unpacked > MAX_RATIO * size_bytes
    ):
        raise UnreadableRosterError("zip_bomb")


def _check_size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    # `zipfile` never gives out more than the directory says and checks the sum at the end,
    # so an entry that holds more than it claims fails here.
    with archive.open(entry) as body:
        while body.read(_CHUNK_BYTES):
            pass
