"""The font chain: for each character the first face that has a glyph.

Text is written as glyph ids of the original fonts, so sheets can be drawn before it is
known which glyphs a file needs; the subsets keep those ids (see `embed`).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz as hb

# Slim OTF first: it is pinned by version, half the size, and the same on every machine.
_SYSTEM_FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),  # face 2 is SC
    ("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf", 0),
    ("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf", 0),
    ("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf", 0),
)
_FONT_SUFFIXES = {".otf", ".ttf", ".ttc"}
_SC_FACE = 2


class NoFontError(RuntimeError):
    """No usable Chinese font: install the wheel's fonts or the system's Noto CJK."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face of the chain, by file."""

    path: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character's glyph: which face, glyph id there, advance in 1/1000 em."""

    face: int
    id: int
    advance: int


class FontFace:
    """One opened face: memory-mapped by HarfBuzz, so opening costs nothing per glyph."""

    def __init__(self, file: FontFile) -> None:
        self.file = file
        self.face = hb.Face(hb.Blob.from_file_path(file.path), file.index)
        self.font = hb.Font(self.face)
        self.is_cff = "CFF " in self.face.table_tags
        self.name: str = (
            self.face.get_name(hb.OTNameIdPredefined.POSTSCRIPT_NAME) or Path(file.path).stem
        )

    def scaled(self, units: int) -> int:
        """Font units in 1/1000 em."""
        return round(units * 1000 / int(self.face.upem))


class FontChain:
    """Faces in order of preference, with every answer remembered.

    Raises:
        NoFontError: no face was given.
    """

    def __init__(self, files: Iterable[FontFile]) -> None:
        self.faces = [FontFace(file) for file in files]
        if not self.faces:
            raise NoFontError("no Chinese font was found")
        self._glyphs: dict[str, Glyph | None] = {}
        # Answers so far in the shapes that are asked for most: a text of known characters
        # of the first face is measured and written without a call per character.
        self.advances: dict[str, int] = {}
        self.first_face_codes: dict[str, str] = {}
        self.missing: set[str] = set()

    def glyph(self, character: str) -> Glyph | None:
        """The glyph of one character, or None when no face has it."""
        try:
            return self._glyphs[character]
        except KeyError:
            found = self._look_up(character)
            self._glyphs[character] = found
            self._file_answer(character, found)
            return found

    def covered(self, code_points: Iterable[int]) -> int:
        """How many of these code points the chain can print."""
        sets = [face.face.unicodes for face in self.faces]
        return sum(any(point in one for one in sets) for point in code_points)

    def _file_answer(self, character: str, found: Glyph | None) -> None:
        if found is None:
            self.missing.add(character)
            return
        self.advances[character] = found.advance
        if found.face == 0:
            self.first_face_codes[character] = f"{found.id:04X}"

    def _look_up(self, character: str) -> Glyph | None:
        for place, one in enumerate(self.faces):
            glyph_id = one.font.get_nominal_glyph(ord(character))
            if glyph_id:
                advance = one.scaled(one.font.get_glyph_h_advance(glyph_id))
                return Glyph(place, glyph_id, advance)
        return None


def find_chain(setting: Iterable[str] = ()) -> tuple[FontFile, ...]:
    """The files of the chain: what the operator set, the wheel's font, the system's.

    Args:
        setting: font files, or folders of them, in order of preference.
    """
    chosen = [file for name in setting for file in _files_of(Path(name))]
    known = [*chosen, *_wheel_fonts(), *(FontFile(*font) for font in _SYSTEM_FONTS)]
    return tuple(file for file in dict.fromkeys(known) if Path(file.path).is_file())


@cache
def font_sha256(path: str) -> str:
    """The hash of a font file, as the manifest names it."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files_of(path: Path) -> Iterator[FontFile]:
    paths = sorted(path.iterdir()) if path.is_dir() else [path]
    for one in paths:
        if one.suffix.lower() in _FONT_SUFFIXES:
            yield FontFile(str(one), _SC_FACE if "NotoSansCJK" in one.name else 0)


def _wheel_fonts() -> Iterator[FontFile]:
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is not None and spec.origin is not None:
        yield FontFile(str(Path(spec.origin).parent / "NotoSansSC-Regular.otf"))
