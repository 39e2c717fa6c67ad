"""Put the used glyphs of a face into the PDF.

Text codes are glyph ids of the original font (Identity-H), so subsets keep them. In a
CID-keyed CFF a viewer maps a code through the font's charset, which the subsetter
leaves as it was: without `CFF_IDENTITY_CHARSET` Han characters print as others, while
Latin prints right and text extraction stays perfect.
"""

import hashlib
import struct
from collections.abc import Mapping

import pikepdf
import uharfbuzz as hb
from pikepdf import Array, Dictionary, Name, Stream

from services.forms.render.fonts import FontFace

_FLAGS = (
    hb.SubsetFlags.RETAIN_GIDS
    | hb.SubsetFlags.NO_HINTING
    | hb.SubsetFlags.NOTDEF_OUTLINE
    | hb.SubsetFlags.CFF_IDENTITY_CHARSET
)
_DROPPED = [
    "GSUB",
    "GPOS",
    "GDEF",
    "BASE",
    "STAT",
    "DSIG",
    "VORG",
    "vhea",
    "vmtx",
    "OS/2",
    "name",
    "post",
    "cmap",
    "FFTM",
]
_URO = range(0x4E00, 0xA000)
_SYMBOLIC = 4


def embed(pdf: pikepdf.Pdf, face: FontFace, glyphs: Mapping[int, str]) -> pikepdf.Object:
    """The font dictionary of a face with these glyphs: id to the character it was used for."""
    subset = _subset(face, glyphs)
    tag = _tag(face, glyphs)
    base = f"/{tag}+{face.name}"
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0 if face.is_cff else Name.CIDFontType2,
        BaseFont=Name(base),
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(_descriptor(pdf, face, subset, base)),
        DW=1000,
        W=_widths(face, glyphs),
    )
    if not face.is_cff:
        descendant.CIDToGIDMap = Name.Identity
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name(f"{base}-Identity-H" if face.is_cff else base),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=Stream(pdf, _to_unicode(glyphs)),
        )
    )


def preferred(characters: str) -> str:
    """Which of several characters that share a glyph stands for it in extracted text."""
    return min(characters, key=_preference)


def _preference(character: str) -> tuple[int, int]:
    point = ord(character)
    if point < 0x80:
        return 0, point
    if point == 0xB7:
        return 1, point
    return (2 if point in _URO else 3), point


def _subset(face: FontFace, glyphs: Mapping[int, str]) -> hb.Face:
    wanted = hb.SubsetInput()
    wanted.flags = _FLAGS
    wanted.glyph_set.update({0, *glyphs})
    wanted.drop_table_tag_set.update({_tag_number(name) for name in _DROPPED})
    return hb.subset(face.face, wanted)


def _tag_number(name: str) -> int:
    return int.from_bytes(name.ljust(4).encode())


def _tag(face: FontFace, glyphs: Mapping[int, str]) -> str:
    text = f"{face.name} {sorted(glyphs)}"
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _descriptor(pdf: pikepdf.Pdf, face: FontFace, subset: hb.Face, base: str) -> pikepdf.Dictionary:
    extents = face.font.get_font_extents("ltr")
    box = struct.unpack_from(">4h", face.face.reference_table("head").data, 36)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(base),
        Flags=_SYMBOLIC,
        FontBBox=Array([face.scaled(edge) for edge in box]),
        ItalicAngle=0,
        Ascent=face.scaled(extents.ascender),
        Descent=face.scaled(extents.descender),
        CapHeight=733,
        StemV=80,
    )
    if face.is_cff:
        program = Stream(pdf, subset.reference_table("CFF ").data)
        program.Subtype = Name.CIDFontType0C
        descriptor.FontFile3 = program
    else:
        data = subset.blob.data
        program = Stream(pdf, data)
        program.Length1 = len(data)
        descriptor.FontFile2 = program
    return descriptor


def _widths(face: FontFace, glyphs: Mapping[int, str]) -> pikepdf.Array:
    widths = Array()
    for glyph in sorted(glyphs):
        advance = face.scaled(face.font.get_glyph_h_advance(glyph))
        if advance != 1000:
            widths.append(glyph)
            widths.append(Array([advance]))
    return widths


def _to_unicode(glyphs: Mapping[int, str]) -> bytes:
    lines = [
        f"<{glyph:04X}> <{preferred(characters).encode('utf-16-be').hex().upper()}>"
        for glyph, characters in sorted(glyphs.items())
    ]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()
