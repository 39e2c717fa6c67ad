"""The table of a sheet: rows of cells between the edge ticks, and its rules."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.kernel.sheet_code import Side
from shared.layout.model import (
    Align,
    Cell,
    CellKind,
    Comb,
    FillOp,
    LineOp,
    Op,
    Rect,
    RectOp,
    TickBox,
)
from shared.layout.plan import FieldPlan, HeadingPlan, RowPlan, Shape, Share
from shared.layout.typeset import label, line, text_width

LEFT, RIGHT = 150, 1950
ROW = 90  # nothing that is written in by hand is lower
TICK_ROW = 72
HEADING_ROW = 45
TICK = 40
CHOICE_GAP = 90
TICK_GAP = 30  # white between a box and anything else in its cell
COMB_MARGIN = 10
COMB_BOX = 40
VALUE_INSET_X, VALUE_INSET_Y = 15, 5
TICK_COLUMN = 100
KEY_GREY = 93
COMB_GREY = 78
THIN, THICK = 5, 10
MAX_SIZE, MIN_SIZE = 95, 55
CHOICE_SIZE = 75
NUMBER_SIZE = 85
# Widths of number, label, value, tick and change column.
_COLUMNS = {
    Share.FULL: ((70, 300, 570, 100, 760),),
    Share.WIDE_NARROW: ((50, 220, 260, 100, 500), (45, 155, 100, 100, 270)),
    Share.HALVES: ((50, 190, 210, 100, 350), (50, 190, 210, 100, 350)),
}


class TableTooLongError(ValueError):
    """The field list does not fit on the side; it says by how many tenths of a millimetre."""


@dataclass(frozen=True, slots=True)
class Table:
    """A side's cells and everything printed around them."""

    cells: tuple[Cell, ...]
    statics: tuple[Op, ...]
    top: int
    is_mixed: bool  # rows are shared by several fields, so no column has one heading


def table(
    rows: Iterable[RowPlan | HeadingPlan],
    side: Side,
    first_number: int,
    area: Rect,
    address_height: int,
) -> Table:
    """Place rows from the top of `area` down.

    Raises:
        TableTooLongError: they need more than the area's height.
    """
    y, number = area.y, first_number
    cells: list[Cell] = []
    ops: list[Op] = []
    for row in rows:
        height = _height(row, address_height)
        strip = Rect(area.x, y, area.w, height)
        if isinstance(row, HeadingPlan):
            ops.append(line(strip.grown(-VALUE_INSET_X), row.text, 85, bold=True))
        else:
            placed = list(_placed(row, strip, side, number))
            cells += [cell for cell, _ in placed]
            ops += [op for _, cell_ops in placed for op in cell_ops]
            number += len(placed)
        y += height
        ops.append(LineOp(area.x, y, area.right, y, THIN))
    if y > area.bottom:
        raise TableTooLongError(f"{y - area.bottom} too long")
    ops.append(RectOp(Rect(area.x, area.y, area.w, y - area.y), THICK))
    is_mixed = any(cell.change_rect.x != cells[0].change_rect.x for cell in cells)
    return Table(tuple(cells), tuple(ops), area.y, is_mixed)


def _height(row: RowPlan | HeadingPlan, address_height: int) -> int:
    if isinstance(row, HeadingPlan):
        return HEADING_ROW
    shapes = {plan.shape for plan in row.fields}
    if Shape.ADDRESS in shapes:
        return address_height
    return TICK_ROW if shapes == {Shape.CHOICES} else ROW


def _placed(row: RowPlan, strip: Rect, side: Side, number: int) -> Iterator[tuple[Cell, list[Op]]]:
    x = strip.x
    for place, (plan, widths) in enumerate(zip(row.fields, _COLUMNS[row.share], strict=True)):
        columns = []
        for width in widths:
            columns.append(Rect(x, strip.y, width, strip.h))
            x += width
        cell = _cell(plan, number + place, side, columns)
        yield cell, _cell_ops(plan, cell, columns)


def _cell(plan: FieldPlan, number: int, side: Side, columns: list[Rect]) -> Cell:
    _, label_rect, value, tick, change = columns
    return Cell(
        field=plan.field,
        number=number,
        kind=plan.kind,
        side=side,
        label=plan.label,
        label_rect=label_rect,
        value_rect=Rect(
            value.x + VALUE_INSET_X,
            value.y + VALUE_INSET_Y,
            value.w - 2 * VALUE_INSET_X,
            value.h - 2 * VALUE_INSET_Y,
        ),
        change_rect=change,
        needs_change=_box(tick.x + (tick.w - TICK) // 2, tick),
        max_size=MAX_SIZE,
        min_size=MIN_SIZE,
        comb=_comb(plan, change) if plan.shape is Shape.COMB else None,
        choices=_choices(plan, change) if plan.shape is Shape.CHOICES else (),
    )


def _box(x: int, cell: Rect) -> Rect:
    return Rect(x, cell.y + (cell.h - TICK) // 2, TICK, TICK)


def _comb(plan: FieldPlan, change: Rect) -> Comb:
    gaps = len(plan.groups) - 1
    wanted = sum(plan.groups) * COMB_BOX + gaps * TICK_GAP
    gap = TICK_GAP if wanted + 2 * COMB_MARGIN <= change.w else TICK_GAP // 2
    x = change.x + 2 * COMB_MARGIN
    boxes = []
    for group in plan.groups:
        for _ in range(group):
            top, height = change.y + COMB_MARGIN, change.h - 2 * COMB_MARGIN
            boxes.append(Rect(x, top, COMB_BOX, height))
            x += COMB_BOX
        x += gap
    if boxes[-1].right > change.right:
        raise ValueError(f"comb does not fit: {plan.field}")
    return Comb(tuple(boxes), plan.groups)


def _choices(plan: FieldPlan, change: Rect) -> tuple[TickBox, ...]:
    widths = [round(text_width(text, CHOICE_SIZE)) for _, text in plan.choices]
    used = sum(widths) + len(widths) * (TICK + TICK_GAP)
    gaps = (change.w - TICK_GAP - COMB_MARGIN - used) // max(1, len(widths) - 1)
    if gaps < TICK_GAP:
        raise ValueError(f"choices do not fit: {plan.field}")
    x = change.x + TICK_GAP
    boxes = []
    for (code, text), width in zip(plan.choices, widths, strict=True):
        box = _box(x, change)
        label_rect = Rect(box.right + TICK_GAP, change.y + 10, width, change.h - 20)
        boxes.append(TickBox(code, text, box, label_rect))
        # Wider than the gap inside a choice, so that a label is read with its own box.
        x = label_rect.right + min(gaps, CHOICE_GAP)
    return tuple(boxes)


def _cell_ops(plan: FieldPlan, cell: Cell, columns: list[Rect]) -> list[Op]:
    ops: list[Op] = []
    number, label_rect = columns[0], cell.label_rect
    if cell.kind is CellKind.KEY_DATA:
        ops.append(FillOp(label_rect, KEY_GREY))
    ops += [LineOp(rect.x, rect.y, rect.x, rect.bottom, THIN) for rect in columns]
    ops.append(line(number, str(cell.number), NUMBER_SIZE, Align.CENTER))
    ops += label(label_rect, plan.label, plan.hint)
    ops.append(RectOp(cell.needs_change, THIN))
    if cell.comb is not None:
        ops += [RectOp(box, THIN, COMB_GREY) for box in cell.comb.boxes]
    for choice in cell.choices:
        ops.append(RectOp(choice.box, THIN))
        ops.append(line(choice.label_rect, choice.label, CHOICE_SIZE))
    return ops
