"""One sheet: choose its layout, set its values, write its pages' streams."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.forms.render.content import Ink, symbol_stream
from services.forms.render.fit import Fitted, fit
from services.forms.render.printable import printable
from services.forms.render.symbol import symbol_path
from shared.kernel.ids import SheetNumber
from shared.kernel.sheet_code import CodeHead, CodeKey, Side, code_url, make_code
from shared.kernel.sheet_number import grouped, sheet_number
from shared.layout.model import Align, Cell, Layout, Rect, Slot

_HOST_LENGTHS = ((15, 3), (35, 4))  # longest host that fits a symbol version
# Only short values repeat often enough to be worth remembering.
_MEMO_LENGTH = 12
_SHARED_SLOTS = frozenset({"campaign_name", "school_name", "class_name"})


class HostTooLongError(ValueError):
    """No symbol of the house carries a host this long; choose one of at most 35 characters."""


@dataclass(frozen=True, slots=True)
class TooLong:
    """Fields whose values fit nowhere on a layout."""

    fields: tuple[str, ...]


def qr_version_for(host: str) -> int:
    """The symbol version a host needs.

    Raises:
        HostTooLongError: longer than any layout's symbol carries.
    """
    version = next((one for longest, one in _HOST_LENGTHS if len(host) <= longest), None)
    if version is None:
        raise HostTooLongError(f"host of {len(host)} characters")
    return version


class SheetWriter:
    """Writes the pages of sheets on the layouts of one file."""

    def __init__(self, ink: Ink, host: str, code_key: CodeKey) -> None:
        self._ink = ink
        self._host = host
        self._key = code_key
        self._memo: dict[tuple[Rect, str], str] = {}

    def set_values(self, layout: Layout, values: Mapping[str, str]) -> list[str] | TooLong:
        """The value texts of each side as operators, or the fields that do not fit."""
        sides: dict[Side, list[str]] = {side: [] for side in layout.sides}
        too_long = []
        for cell in layout.cells:
            text = values.get(cell.field)
            if not text:
                continue
            operators = self._memo.get((cell.value_rect, text)) or self._cell(cell, text)
            if operators is None:
                too_long.append(cell.field)
            else:
                sides[cell.side].append(operators)
        if too_long:
            return TooLong(tuple(too_long))
        return ["".join(parts) for parts in sides.values()]

    def missing(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Code points of written characters that no face of the chain has."""
        unknown = self._ink.chain.missing
        if not unknown:
            return ()
        written = {character for text in texts for character in printable(text)}
        return tuple(sorted(f"{ord(character):04X}" for character in written & unknown))

    def slots(self, layout: Layout, texts: Mapping[str, str]) -> Iterator[str]:
        """The slot texts of each side."""
        for face in layout.faces:
            yield "".join(
                self._slot(slot, texts[slot.name]) for slot in face.slots if texts.get(slot.name)
            )

    def identity(self, layout: Layout, head: CodeHead, number_base: str) -> tuple[str, bytes]:
        """What names the copy on one side: numbers as text operators, symbols as paths."""
        number = grouped(sheet_number(number_base, head.side))
        numbers = "".join(
            self._ink.placed(Fitted(layout.number_size, (number,)), rect, Align.CENTER)
            for rect in layout.number_rects
        )
        url = code_url(self._host, head.type, make_code(head, self._key))
        path = symbol_path(url, layout.qr_version)
        symbols = b"".join(
            symbol_stream(path, rect, layout.qr_version, self._ink.page_height)
            for rect in layout.qr_rects
        )
        return numbers, symbols

    def line(self, rect: Rect, text: str, size: int, align: Align = Align.LEFT) -> str:
        """One text in a rectangle, made smaller until it fits; at 4 pt it may run over."""
        text = printable(text)
        fitted = fit(self._ink.chain, text, rect, size, 40) or Fitted(40, (text,))
        return self._ink.placed(fitted, rect, align)

    def _cell(self, cell: Cell, value: str) -> str | None:
        text = printable(value)
        fitted = fit(self._ink.chain, text, cell.value_rect, cell.max_size, cell.min_size)
        if fitted is None:
            return None
        operators = self._ink.placed(fitted, cell.value_rect)
        if len(value) <= _MEMO_LENGTH and not value.isdigit():
            self._memo[cell.value_rect, value] = operators
        return operators

    def _slot(self, slot: Slot, text: str) -> str:
        known = self._memo.get((slot.rect, text))
        if known is None:
            known = self.line(slot.rect, text, slot.max_size, slot.align)
            if slot.name in _SHARED_SLOTS:
                self._memo[slot.rect, text] = known
        return known


def numbers_of(layout: Layout, number_base: str) -> tuple[SheetNumber, ...]:
    """The sheet numbers of a copy, one per side."""
    return tuple(sheet_number(number_base, side) for side in layout.sides)
