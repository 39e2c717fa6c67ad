"""The fonts that hands are made of: data of packages, found on the machine or named, never copied.

HECHA_HAND_FONTS names a folder with `han/` and `digit/` in it. An entry is a font file, or a
folder of slices with the `unicode.json` that says which characters lie in which (as the packages
of @fontsource hold them). Without it, fonts of handwriting that are installed are taken, and
always the printing fonts that `./run doctor` knows, whose strokes are thinned to a pen's path.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from shared.kernel.errors import DomainError

Ink = npt.NDArray[np.float32]  # 0 paper .. 1 full ink

FONTS, DIGITS = "HECHA_HAND_FONTS", "HECHA_HAND_DIGITS"
EM = 64  # px that a character is drawn at
_INSTALLED = Path("/usr/share/fonts")
# Parts of file names of free fonts that look written.
_WRITTEN = ("ukai", "wenkai", "mashan", "zhimang", "longcang", "liujian", "xiaolai", "kalam")
_PRINTED = ("HanaMinA",)
_FORMATS = {".ttf", ".otf", ".ttc", ".woff", ".woff2"}
_NOWHERE = "\U0010fffe"  # in no font: what it draws is the box for characters that are missing


class NoHandFontsError(DomainError):
    """The folder that HECHA_HAND_FONTS names holds no fonts where they are looked for."""

    code = "no_hand_fonts"


@dataclass(frozen=True, slots=True)
class Face:
    """One font; `is_printed` says that its strokes are to be thinned to a path."""

    path: Path
    is_printed: bool = False

    @property
    def name(self) -> str:
        """What the truth calls it."""
        return self.path.stem

    def draw(self, character: str) -> Ink | None:
        """The character in a square of two em, its em box in the middle; None: not in the font."""
        file = _file_with(self.path, character)
        if file is None:
            return None
        font = _font(file)
        drawn = _drawn(font, character)
        if not drawn.any() or np.array_equal(drawn, _missing(file)):
            return None
        return np.asarray(drawn.astype(np.float32) / 255, np.float32)


@dataclass(frozen=True, slots=True)
class Faces:
    """What hands may be made of: faces of characters, of digits, and who else has digits."""

    han: tuple[Face, ...]
    digit: tuple[Face, ...]
    real_digits: Path | None = None

    @property
    def source(self) -> str:
        """In a word: whether hands were named, found, or made of print."""
        if os.environ.get(FONTS):
            return f"fonts named by {FONTS}"
        return "print, thinned" if all(one.is_printed for one in self.han) else "installed fonts"


@cache
def faces(named: str | None = None) -> Faces:
    """The fonts of a folder, of HECHA_HAND_FONTS, or of this machine.

    Raises:
        NoHandFontsError: the folder named holds none.
    """
    folder = named or os.environ.get(FONTS)
    digits = os.environ.get(DIGITS)
    real = Path(digits) if digits else None
    if folder:
        han, digit = (tuple(_entries(Path(folder) / part)) for part in ("han", "digit"))
        if not han:
            raise NoHandFontsError(folder)
        return Faces(han, digit, real)
    written = tuple(Face(path) for path in _installed(_WRITTEN))
    printed = tuple(Face(path, is_printed=True) for path in _installed(_PRINTED))
    return Faces((*written, packaged_face(), *printed), (), real)


def packaged_face() -> Face:
    """The printing font that is always there, thinned.

    Raises:
        NoHandFontsError: its package is not installed.
    """
    found = find_spec("pylopdf_fonts_zh_cn")
    if found is None or found.origin is None:
        raise NoHandFontsError("pylopdf_fonts_zh_cn")
    return Face(Path(found.origin).parent / "NotoSansSC-Regular.otf", is_printed=True)


def _entries(folder: Path) -> Iterable[Face]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.suffix in _FORMATS or (path / "unicode.json").exists():
            yield Face(path)


def _installed(parts: tuple[str, ...]) -> list[Path]:
    if not _INSTALLED.is_dir():
        return []
    return [
        path
        for path in sorted(_INSTALLED.rglob("*"))
        if path.suffix in _FORMATS and any(one.lower() in path.name.lower() for one in parts)
    ]


def _file_with(path: Path, character: str) -> Path | None:
    if path.is_file():
        return path
    code = ord(character)
    found = (file for file, spans in _slices(path) if any(a <= code <= b for a, b in spans))
    return next(found, None)


@cache
def _slices(folder: Path) -> tuple[tuple[Path, tuple[tuple[int, int], ...]], ...]:
    """Each slice of a cut font and the characters in it."""
    said = json.loads((folder / "unicode.json").read_text("utf-8"))
    found = []
    for subset, ranges in said.items():
        name = f"*-{subset.strip('[]')}-400-normal.woff2"
        file = next((folder / "files").glob(name), None)
        if file is not None:
            found.append((file, tuple(_span(one) for one in ranges.split(","))))
    return tuple(found)


def _span(text: str) -> tuple[int, int]:
    first, _, last = text.strip().removeprefix("U+").partition("-")
    return int(first, 16), int(last or first, 16)


@cache
def _font(file: Path) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(file), EM, layout_engine=ImageFont.Layout.BASIC)


@cache
def _missing(file: Path) -> npt.NDArray[np.uint8]:
    return _drawn(_font(file), _NOWHERE)


def _drawn(font: ImageFont.FreeTypeFont, character: str) -> npt.NDArray[np.uint8]:
    image = Image.new("L", (2 * EM, 2 * EM), 0)
    baseline = EM // 2 + round(0.86 * EM)
    ImageDraw.Draw(image).text((EM // 2, baseline), character, fill=255, font=font, anchor="ls")
    return np.asarray(image, np.uint8)
