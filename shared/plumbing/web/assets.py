"""Style, script and pictures of the pages: named by content, cached for ever, squeezed once."""

import gzip
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from flask import Response, request
from werkzeug.exceptions import NotFound

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
_SQUEEZED = {".css", ".js", ".svg", ".txt"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _Asset:
    content_type: str
    body: bytes = field(repr=False)
    squeezed: bytes | None = field(repr=False)


class Assets:
    """The files of one folder, read once at start."""

    def __init__(self, folder: Path):
        self._names: dict[str, str] = {}
        self._assets: dict[str, _Asset] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix in _TYPES:
                self._add(path)

    def name(self, plain: str) -> str:
        """The hashed name of a file: "page.css" becomes "page.1f0c2b9e.css".

        Raises:
            KeyError: there is no such file.
        """
        return self._names[plain]

    def serve(self, name: str) -> Response:
        """The answer for a hashed name; 404 for any other."""
        asset = self._assets.get(name)
        if asset is None:
            raise NotFound
        is_squeezed = asset.squeezed is not None and request.accept_encodings.quality("gzip") > 0
        body = asset.squeezed if is_squeezed and asset.squeezed is not None else asset.body
        answer = Response(body, content_type=asset.content_type)
        answer.headers["Cache-Control"] = _FOREVER
        answer.headers["Vary"] = "Accept-Encoding"
        if is_squeezed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    def _add(self, path: Path) -> None:
        body = path.read_bytes()
        name = f"{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"
        squeezed = gzip.compress(body, 9, mtime=0) if path.suffix in _SQUEEZED else None
        self._names[path.name] = name
        self._assets[name] = _Asset(_TYPES[path.suffix], body, squeezed)
