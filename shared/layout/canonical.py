"""The canonical JSON of a layout: what is frozen, hashed and published.

Sorted keys, no spaces, UTF-8, integers and strings only: a flag is 0 or 1, and what a
layout does not have is left out.
"""

import hashlib
import json
from dataclasses import fields
from enum import StrEnum
from typing import Any

from shared.kernel.sheet_code import Side
from shared.layout.model import (
    Align,
    Cell,
    CellKind,
    Comb,
    Face,
    FillOp,
    Layout,
    LineOp,
    ListRow,
    Marker,
    Op,
    Rect,
    RectOp,
    Slot,
    TextOp,
    TickBox,
)

_OPS: dict[str, type[Op]] = {"text": TextOp, "line": LineOp, "rect": RectOp, "fill": FillOp}
_OP_NAMES = {cls: name for name, cls in _OPS.items()}


class LayoutFormatError(ValueError):
    """The text is no canonical layout; it says where it breaks, never what it holds."""


def canonical_json(layout: Layout) -> str:
    """The one text of a layout."""
    return json.dumps(_plain(layout), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def layout_sha256(layout: Layout) -> str:
    """The hash a layout is published under, 64 hex digits."""
    return hashlib.sha256(canonical_json(layout).encode()).hexdigest()


def from_canonical(text: str) -> Layout:
    """Read a layout back.

    Raises:
        LayoutFormatError: not the canonical text of a layout.
    """
    try:
        layout = _layout(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LayoutFormatError(f"not a layout: {type(error).__name__}") from None
    if canonical_json(layout) != text:
        raise LayoutFormatError("a layout, but not in its canonical form")
    return layout


def _plain(value: object) -> Any:
    match value:
        case bool():
            return int(value)
        case StrEnum():
            return value.value
        case int() | str():
            return value
        case Rect():
            return [value.x, value.y, value.w, value.h]
        case tuple():
            return [_plain(item) for item in value]
    return _plain_dataclass(value)


def _plain_dataclass(value: Any) -> dict[str, Any]:
    plain = {
        field.name: _plain(content)
        for field in fields(value)
        if (content := getattr(value, field.name)) is not None and content != ()
    }
    if type(value) in _OP_NAMES:
        plain["op"] = _OP_NAMES[type(value)]
    return plain


def _rect(plain: Any) -> Rect:
    x, y, w, h = plain
    return Rect(x, y, w, h)


def _rects(plain: Any) -> tuple[Rect, ...]:
    return tuple(_rect(item) for item in plain)


def _pair(plain: Any) -> tuple[Rect, Rect]:
    first, second = plain
    return _rect(first), _rect(second)


def _side(plain: Any) -> Side | None:
    return None if plain is None else Side(plain)


def _optional_rect(plain: Any) -> Rect | None:
    return None if plain is None else _rect(plain)


def _layout(plain: Any) -> Layout:
    width, height = plain["page_size"]
    return Layout(
        number=plain["number"],
        template=plain["template"],
        is_overflow=bool(plain["is_overflow"]),
        page_size=(width, height),
        markers=tuple(Marker(item["id"], _rect(item["rect"])) for item in plain["markers"]),
        ticks=_rects(plain["ticks"]),
        qr_rects=_pair(plain["qr_rects"]),
        qr_version=plain["qr_version"],
        number_rects=_pair(plain["number_rects"]),
        number_size=plain["number_size"],
        faces=tuple(_face(item) for item in plain["faces"]),
        cells=tuple(_cell(item) for item in plain.get("cells", ())),
        signature_side=_side(plain.get("signature_side")),
        signature_rect=_optional_rect(plain.get("signature_rect")),
        date_rect=_optional_rect(plain.get("date_rect")),
        list_rows=tuple(_list_row(item) for item in plain.get("list_rows", ())),
    )


def _face(plain: Any) -> Face:
    return Face(
        side=Side(plain["side"]),
        slots=tuple(_slot(item) for item in plain.get("slots", ())),
        statics=tuple(_op(item) for item in plain.get("statics", ())),
    )


def _slot(plain: Any) -> Slot:
    return Slot(
        plain["name"],
        _rect(plain["rect"]),
        plain["max_size"],
        plain["min_size"],
        Align(plain["align"]),
    )


def _op(plain: Any) -> Op:
    content = {key: value for key, value in plain.items() if key != "op"}
    if "rect" in content:
        content["rect"] = _rect(content["rect"])
    if "align" in content:
        content["align"] = Align(content["align"])
    if "bold" in content:
        content["bold"] = bool(content["bold"])
    return _OPS[plain["op"]](**content)


def _cell(plain: Any) -> Cell:
    return Cell(
        field=plain["field"],
        number=plain["number"],
        kind=CellKind(plain["kind"]),
        side=Side(plain["side"]),
        label=plain["label"],
        label_rect=_rect(plain["label_rect"]),
        value_rect=_rect(plain["value_rect"]),
        change_rect=_rect(plain["change_rect"]),
        needs_change=_rect(plain["needs_change"]),
        max_size=plain["max_size"],
        min_size=plain["min_size"],
        comb=_comb(plain.get("comb")),
        choices=tuple(_tick_box(item) for item in plain.get("choices", ())),
        pinyin_rect=_optional_rect(plain.get("pinyin_rect")),
    )


def _comb(plain: Any) -> Comb | None:
    return None if plain is None else Comb(_rects(plain["boxes"]), tuple(plain["groups"]))


def _tick_box(plain: Any) -> TickBox:
    return TickBox(plain["code"], plain["label"], _rect(plain["box"]), _rect(plain["label_rect"]))


def _list_row(plain: Any) -> ListRow:
    return ListRow(_rect(plain["number_rect"]), _rect(plain["name_rect"]), _rects(plain["boxes"]))
