"""What the demo remembers between runs, so that a killed one goes on where it was."""

import json
from pathlib import Path
from typing import Any


class Notes:
    """A small JSON file, replaced as a whole at every change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, name: str, default: Any = None) -> Any:
        """What was noted under a name."""
        return self._kept.get(name, default)

    def starting(self, words: str) -> list[tuple[str, Any]]:
        """Everything noted under names that start so, by name."""
        return sorted((name, kept) for name, kept in self._kept.items() if name.startswith(words))

    def put(self, name: str, value: Any) -> None:
        """Note something."""
        self._kept[name] = value
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(self._kept))
        beside.replace(self._path)
