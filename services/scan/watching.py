"""A folder that an office scanner saves into: every file is handed in once it is whole."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.scan.submitting import NoFilesError, TooLargeError

HANDED_IN, REFUSED = "handed-in", "refused"
_UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")


@dataclass(slots=True)
class Watch:
    """Looks at a folder again and again; `hand_in` gives the batch that a file became."""

    folder: Path
    hand_in: Callable[[Path], str]
    _sizes: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def look(self, *, settled: bool = False) -> Iterator[tuple[str, str]]:
        """Hand in what is whole; gives each file's name with its batch or the refusal's code.

        A file is whole when it did not change between two looks, for scanners write slowly;
        `settled` takes everything now. What was handed in is moved to `handed-in/`, what was
        refused to `refused/`, so that a crash hands in again only what it did not move: and the
        same file again is the same batch.
        """
        for path in sorted(self._waiting()):
            now = self._size(path)
            if now is None or (not settled and self._sizes.get(path) != now):
                if now is not None:
                    self._sizes[path] = now
                continue
            self._sizes.pop(path, None)
            try:
                outcome, into = self.hand_in(path), HANDED_IN
            except (NoFilesError, TooLargeError) as refusal:
                outcome, into = str(refusal.args[0]), REFUSED
            self._move(path, into)
            yield path.name, outcome

    def _waiting(self) -> Iterator[Path]:
        for path in self.folder.iterdir():
            if path.is_file() and path.name[:1] != "." and path.suffix.lower() not in _UNFINISHED:
                yield path

    def _size(self, path: Path) -> tuple[int, int] | None:
        try:
            known = path.stat()
        except FileNotFoundError:
            return None  # taken away meanwhile
        return (known.st_size, known.st_mtime_ns)

    def _move(self, path: Path, into: str) -> None:
        target = self.folder / into
        target.mkdir(exist_ok=True)
        place, number = target / path.name, 1
        while place.exists():
            number += 1
            place = target / f"{path.stem}-{number}{path.suffix}"
        os.replace(path, place)
