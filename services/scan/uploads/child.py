"""Takes the pages of uploads out, in a child that opened them and then locked itself.

The child is given what opens these very files, and nothing that opens another; once locked it
opens no file at all. So it serves one pile, and its pool is closed with it.
"""

from services.scan.image.archive import Window
from services.scan.image.child import MAX_MEMORY_BYTES, _use_every_decoder
from services.scan.image.pages import count_pages_in_file
from services.scan.image.split import pictures_in
from services.scan.uploads.sealed import SealedFile, SealedUpload
from shared.plumbing.sandbox import lock

_opened: dict[str, Window] = {}


def prepare() -> None:
    """Use every decoder once; the lock follows with the first job, before a byte is decoded."""
    _use_every_decoder()


def pages_in_upload(uploads: tuple[SealedUpload, ...], index: int) -> int:
    """How many pages the upload at `index` has."""
    return count_pages_in_file(_window(uploads, index))


def pictures_of_upload(
    uploads: tuple[SealedUpload, ...], index: int, wanted: tuple[int, ...]
) -> list[tuple[bytes, str]]:
    """As `image.split.pictures_of`, of the upload at `index`."""
    return pictures_in(_window(uploads, index), wanted)


def _window(uploads: tuple[SealedUpload, ...], index: int) -> Window:
    if not _opened:
        for one in uploads:
            file = SealedFile(one)
            file.read(1)  # deciphered once: what that needs is loaded before the lock
            file.seek(0)
            _opened[one.upload] = Window(file, 0, one.size_bytes)
        lock(memory_bytes=MAX_MEMORY_BYTES)
    return _opened[uploads[index].upload]
