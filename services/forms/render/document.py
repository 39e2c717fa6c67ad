"""The PDF objects around our content streams: page tree, fonts, outline, page labels.

pikepdf's objects die with their `Pdf`, so one writer owns one document.
"""

import io
import itertools
import zlib
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Stream, String

from services.forms.render.content import Ink, static_stream
from services.forms.render.embed import embed
from shared.kernel.sheet_code import Side
from shared.layout.conversions import to_points
from shared.layout.model import Layout

_LEVEL = 6


@dataclass(slots=True)
class _Pages:
    kids: pikepdf.Array = field(default_factory=Array)
    labels: pikepdf.Array = field(default_factory=Array)
    outline: list[tuple[str, int]] = field(default_factory=list)


class Document:
    """Collects pages and writes the file once."""

    def __init__(self, ink: Ink, title: str, *, is_duplex: bool) -> None:
        self._ink = ink
        self._title = title
        self._is_duplex = is_duplex
        self._pdf = pikepdf.new()
        self._tree = self._pdf.Root.Pages
        self._pages = _Pages()
        self._statics: dict[str, pikepdf.Object] = {}
        self._fonts = self._pdf.make_indirect(Dictionary())
        self._page_size: tuple[int, int] | None = None

    @property
    def page_count(self) -> int:
        """Pages so far."""
        return len(self._pages.kids)

    def add_page(self, content: bytes, label: str) -> int:
        """Append a page; answers its number, from 1."""
        number = self.page_count
        stream = Stream(self._pdf, zlib.compress(content, _LEVEL), Filter=Name.FlateDecode)
        page = Dictionary(Type=Name.Page, Parent=self._tree, Contents=stream)
        self._pages.kids.append(self._pdf.make_indirect(page))
        self._pages.labels.append(number)
        self._pages.labels.append(Dictionary(P=String(label)))
        return number + 1

    def bookmark(self, title: str) -> None:
        """Let the outline name the next page."""
        self._pages.outline.append((title, self.page_count))

    def static(self, layout: Layout, side: Side) -> bytes:
        """The operator that draws what a side always shows; written into the file once."""
        name = f"L{layout.number}{'B' if side is Side.BACK else 'F'}"
        if name not in self._statics:
            self._statics[name] = self._form(layout, side)
        return f"/{name} Do\n".encode()

    def save(self) -> bytes:
        """The finished file; nothing can be added afterwards."""
        self._embed_fonts()
        self._close_tree()
        self._describe()
        buffer = io.BytesIO()
        self._pdf.save(
            buffer,
            object_stream_mode=ObjectStreamMode.generate,
            deterministic_id=True,
            min_version="1.7",
        )
        self._pdf.close()
        return buffer.getvalue()

    def _form(self, layout: Layout, side: Side) -> pikepdf.Object:
        face = next(face for face in layout.faces if face.side is side)
        content = static_stream(self._ink, layout, face).encode()
        self._page_size = layout.page_size
        form = Stream(self._pdf, zlib.compress(content, _LEVEL), Filter=Name.FlateDecode)
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([0, 0, *_size(layout.page_size)])
        # Its own resources: the pages' dictionary holds this very object.
        form.Resources = Dictionary(Font=self._fonts)
        return self._pdf.make_indirect(form)

    def _embed_fonts(self) -> None:
        for place, (face, used) in enumerate(
            zip(self._ink.chain.faces, self._ink.used(), strict=True)
        ):
            if used:
                self._fonts[f"/F{place}"] = embed(self._pdf, face, used)

    def _close_tree(self) -> None:
        self._tree.Kids = self._pages.kids
        self._tree.Count = self.page_count
        self._tree.Resources = Dictionary(
            Font=self._fonts,
            XObject=Dictionary({f"/{name}": form for name, form in self._statics.items()}),
        )
        if self._page_size is not None:
            self._tree.MediaBox = Array([0, 0, *_size(self._page_size)])

    def _describe(self) -> None:
        root = self._pdf.Root
        root.Lang = String("zh-CN")
        root.PageLabels = Dictionary(Nums=self._pages.labels)
        duplex = Name.DuplexFlipLongEdge if self._is_duplex else Name.Simplex
        root.ViewerPreferences = Dictionary(
            DisplayDocTitle=True,
            PrintScaling=Name("/None"),
            Duplex=duplex,
            PickTrayByPDFSize=True,
        )
        self._pdf.docinfo["/Title"] = self._title
        if self._pages.outline:
            root.Outlines = self._outline()
            root.PageMode = Name.UseOutlines

    def _outline(self) -> pikepdf.Object:
        outlines = self._pdf.make_indirect(Dictionary(Type=Name.Outlines))
        items = [
            self._pdf.make_indirect(
                Dictionary(
                    Title=String(title),
                    Parent=outlines,
                    Dest=Array([self._pages.kids[page], Name.Fit]),
                )
            )
            for title, page in self._pages.outline
        ]
        for before, after in itertools.pairwise(items):
            before.Next, after.Prev = after, before
        outlines.First, outlines.Last, outlines.Count = items[0], items[-1], len(items)
        return outlines


def _size(page: tuple[int, int]) -> tuple[float, float]:
    return round(to_points(page[0]), 3), round(to_points(page[1]), 3)
