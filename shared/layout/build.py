"""Build a sheet's layout from its field list: a pure function, run once and then frozen."""

from collections.abc import Iterator

from shared.kernel.sheet_code import Side
from shared.layout.frame import NUMBER_SIZE, PAGE_HEIGHT, PAGE_WIDTH, QUIET, Frame, frame
from shared.layout.model import Align, Face, Layout, LineOp, Op, Rect, RectOp, Slot
from shared.layout.plan import SheetPlan
from shared.layout.table import (
    LEFT,
    RIGHT,
    THICK,
    THIN,
    TICK_COLUMN,
    Table,
    TableTooLongError,
    table,
)
from shared.layout.typeset import line, text_width

HEAD_RIGHT = 1525  # left of the widest symbol's quiet zone
ADDRESS_HEIGHT = 125
OVERFLOW_ADDRESS_HEIGHT = 160
TABLE_HEAD = 46
_STRIP = Rect(590, 2580, 1270, 290)  # beside symbol B: declaration, signature, footer
_SIGNATURE = Rect(870, 2655, 520, 105)
_DATE = Rect(1490, 2655, 370, 105)
_TITLE = Rect(150, 195, HEAD_RIGHT - 150, 85)
_GUIDE = Rect(150, 396, HEAD_RIGHT - 150, 36)
_FULL_HEADERS = ("序号", "项目", "现有信息", "本项有误", "变更栏（有误的，在此填写正确内容）")
_MIXED_HEADER = (
    "每格依次为：序号、项目、现有信息、本项有误（打√）、变更栏（有误的，在此填写正确内容）"
)
_GUIDANCE = "请逐项核对现有信息：无误的不填；有误的，在“本项有误”框内打“√”，用蓝或黑色笔在变更栏写清正确内容。"
_KEY_NOTE = "灰底项目为关键数据，变更时请附证明材料，由主管教育行政部门逐条审核。"
_DECLARATION = "本人已逐项核对：未填写变更的项目均与实际相符，填写的变更内容真实、准确。"
_CARRY_ON = "背面还有项目，请翻面核对；签名处在背面。"
_QUERY_HINT = "扫码后凭查询码可查看办理进度、照片存放和查阅记录，请勿告诉他人。"
# Labelled places of the head block: label, its width, slot, its width.
_HEAD_ROWS = (
    (
        Rect(150, 290, HEAD_RIGHT - 150, 50),
        (
            ("学校", 160, "school_name", 536),
            ("班级", 120, "class_name", 280),
            ("在校状态", 150, "enrolment_status", 129),
        ),
    ),
    (
        Rect(150, 340, HEAD_RIGHT - 150, 50),
        (
            ("学生姓名", 160, "name", 406),
            ("学籍号", 120, "student_number", 410),
            ("班内学号", 150, "number_in_class", 129),
        ),
    ),
)


def sheet_layout(plan: SheetPlan, *, number: int, qr_version: int, overflow: bool) -> Layout:
    """The layout of a field list under a registry number.

    The overflow variant has address rows as tall as fit, up to 16 mm.

    Raises:
        TableTooLongError: the rows of a side do not fit.
    """
    marks = frame(qr_version)
    height = ADDRESS_HEIGHT
    if overflow:
        height = _overflow_height(plan, marks)
    tables = _tables(plan, marks, height)
    last = Side.BACK if plan.back else Side.FRONT
    return Layout(
        number=number,
        template=plan.template,
        is_overflow=overflow,
        page_size=(PAGE_WIDTH, PAGE_HEIGHT),
        markers=marks.markers,
        ticks=marks.ticks,
        qr_rects=marks.qr_rects,
        qr_version=qr_version,
        number_rects=marks.number_rects,
        number_size=NUMBER_SIZE,
        faces=tuple(_face(plan, side, placed, is_last=side is last) for side, placed in tables),
        cells=tuple(cell for _, placed in tables for cell in placed.cells),
        signature_side=last,
        signature_rect=_SIGNATURE,
        date_rect=_DATE,
    )


def _overflow_height(plan: SheetPlan, marks: Frame) -> int:
    for height in range(OVERFLOW_ADDRESS_HEIGHT, ADDRESS_HEIGHT, -1):
        try:
            _tables(plan, marks, height)
        except TableTooLongError:
            continue
        return height
    raise TableTooLongError("no room for taller address rows")


def _tables(plan: SheetPlan, marks: Frame, address_height: int) -> list[tuple[Side, Table]]:
    area = _table_area(marks)
    placed: list[tuple[Side, Table]] = []
    number = 1
    for side, rows in ((Side.FRONT, plan.front), (Side.BACK, plan.back)):
        if rows:
            one = table(rows, side, number, area, address_height)
            placed.append((side, one))
            number += len(one.cells)
    return placed


def _table_area(marks: Frame) -> Rect:
    top = max(marks.qr_rects[0].bottom + QUIET, _GUIDE.bottom) + 4 + TABLE_HEAD
    bottom = min(marks.qr_rects[1].y - QUIET, _STRIP.y) - 2
    return Rect(LEFT, top, RIGHT - LEFT, bottom - top)


def _face(plan: SheetPlan, side: Side, placed: Table, *, is_last: bool) -> Face:
    statics = (
        *_head(plan.title if side is Side.FRONT else f"{plan.title}（背面）"),
        *_table_head(placed),
        *placed.statics,
        *_foot(is_last=is_last),
    )
    return Face(side, _slots(), statics)


def _head(title: str) -> list[Op]:
    ops: list[Op] = [line(_TITLE, title, 200, Align.CENTER, bold=True)]
    for text, label_rect, _, slot_rect in _head_places():
        ops += [RectOp(label_rect, THIN), RectOp(slot_rect, THIN)]
        ops.append(line(label_rect, text, 85, Align.CENTER))
    ops.append(line(_GUIDE, _GUIDANCE, 75))
    return ops


def _head_places() -> Iterator[tuple[str, Rect, str, Rect]]:
    for row, places in _HEAD_ROWS:
        x = row.x
        for text, label_width, slot, slot_width in places:
            middle = x + label_width
            yield (
                text,
                Rect(x, row.y, label_width, row.h),
                slot,
                Rect(middle, row.y, slot_width, row.h),
            )
            x = middle + slot_width


def _table_head(placed: Table) -> list[Op]:
    first = placed.cells[0]
    head = Rect(LEFT, placed.top - TABLE_HEAD, RIGHT - LEFT, TABLE_HEAD)
    if placed.is_mixed:
        return [line(head, _MIXED_HEADER, 80, bold=True)]
    label, change = first.label_rect, first.change_rect
    xs = (LEFT, label.x, label.right, change.x - TICK_COLUMN, change.x, RIGHT)
    ops: list[Op] = [RectOp(head, THICK)]
    for left, right, text in zip(xs, xs[1:], _FULL_HEADERS, strict=False):
        rect = Rect(left, head.y, right - left, head.h)
        ops.append(LineOp(left, head.y, left, head.bottom, THIN))
        # Stroked characters run together below 8 pt.
        is_short = text_width(text, 85) < rect.w
        ops.append(line(rect, text, 85 if is_short else 65, Align.CENTER, bold=is_short))
    return ops


def _foot(*, is_last: bool) -> list[Op]:
    x, width = _STRIP.x, _STRIP.w
    ops: list[Op] = [
        line(Rect(x, 2582, width, 30), _KEY_NOTE, 75),
        line(Rect(x, 2772, 110, 40), "查询码", 90, bold=True),
        line(Rect(x, 2812, 680, 26), _QUERY_HINT, 60),
    ]
    if not is_last:
        return [*ops, line(Rect(x, 2660, width, 60), _CARRY_ON, 120, bold=True)]
    ops.append(line(Rect(x, 2614, width, 34), _DECLARATION, 85, bold=True))
    for rect, text in ((_SIGNATURE, "家长（监护人）签名"), (_DATE, "日期")):
        rule = rect.bottom - 20
        ops.append(RectOp(rect, THIN))
        ops.append(LineOp(rect.x + 20, rule, rect.right - 20, rule, THIN, 78))
        ops.append(line(Rect(x, rect.y, rect.x - 10 - x, rect.h), text, 85, Align.RIGHT))
    return ops


def _slots() -> tuple[Slot, ...]:
    head = tuple(
        Slot(name, Rect(rect.x + 10, rect.y + 2, rect.w - 20, rect.h - 4), 90, 55)
        for _, _, name, rect in _head_places()
    )
    return (
        Slot("campaign_name", Rect(840, 110, 685, 40), 85, 55, Align.RIGHT),
        Slot("origin", Rect(840, 150, 685, 36), 65, 55, Align.RIGHT),
        *head,
        Slot("query_code", Rect(_STRIP.x + 110, 2772, 200, 40), 110, 80),
        Slot("footer", Rect(_STRIP.x, 2840, 680, 30), 65, 55),
    )
