"""Takes the pages of a file apart, each as a picture of its own; runs in a locked child."""

from services.scan.image.archive import Window
from services.scan.image.pages import count_pages_in_file, pages_in_file


def pages_in(path: str) -> int:
    """How many pages a file has."""
    return count_pages_in_file(path)


def pictures_of(path: str, wanted: tuple[int, ...]) -> list[tuple[bytes, str]]:
    """A picture of each wanted page, counted from 1, or b"" and the cause why there is none."""
    return pictures_in(path, wanted)


def pictures_in(file: str | Window, wanted: tuple[int, ...]) -> list[tuple[bytes, str]]:
    """The same of a file that may be open already; no job, because an open file cannot cross."""
    return [_taken(file, number) for number in wanted]


def _taken(file: str | Window, number: int) -> tuple[bytes, str]:
    page = next(iter(pages_in_file(file, range(number, number + 1))), None)
    if page is None:
        return b"", "damaged_file"
    if page.cause is not None:
        return b"", page.cause.value
    picture = page.picture()
    return picture, "" if picture else "damaged_file"
