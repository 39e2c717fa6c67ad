"""The class cover (班级封面): splits and counts a pile, and is the class's hand-out list."""

from shared.kernel.sheet_code import Side
from shared.layout.frame import NUMBER_SIZE, PAGE_HEIGHT, PAGE_WIDTH, frame
from shared.layout.model import Align, Face, Layout, LineOp, ListRow, Op, Rect, RectOp, Slot
from shared.layout.table import LEFT, RIGHT, THICK, THIN, TICK
from shared.layout.typeset import line

TEMPLATE = "cover"
COLUMNS, ROWS_PER_COLUMN = 3, 28
ROW = 70
_HEAD = 50
_TOP = 482
_WIDTHS = (80, 340, 90, 90)  # number, name, handed out, returned
_HEADERS = ("学号", "姓名", "发", "收")
_TEXT_RIGHT = 1525
_TITLE = Rect(150, 195, _TEXT_RIGHT - 150, 80)
_SCHOOL = Rect(150, 285, _TEXT_RIGHT - 150, 50)
_CLASS = Rect(150, 335, 900, 100)
_COUNT = Rect(1060, 335, _TEXT_RIGHT - 1060, 100)
_FOOT_X, _FOOT_RIGHT = 590, 1860
_USE = (
    "本页是本班确认表的封面。发放、收回时在名单内打“√”；批量扫描时请放在本班确认表最前面，",
    "扫描完成后系统会逐人核对，提示尚未收回的学生。封面不必签名，也不必拍照上传。",
)
_TEACHER = Rect(800, 2660, 480, 100)
_DATE = Rect(1420, 2660, 440, 100)


def cover_layout(*, number: int, qr_version: int) -> Layout:
    """The cover's layout under a registry number."""
    marks = frame(qr_version)
    rows = tuple(_row(place) for place in range(COLUMNS * ROWS_PER_COLUMN))
    return Layout(
        number=number,
        template=TEMPLATE,
        is_overflow=False,
        page_size=(PAGE_WIDTH, PAGE_HEIGHT),
        markers=marks.markers,
        ticks=marks.ticks,
        qr_rects=marks.qr_rects,
        qr_version=qr_version,
        number_rects=marks.number_rects,
        number_size=NUMBER_SIZE,
        faces=(Face(Side.FRONT, _slots(), tuple(_statics())),),
        cells=(),
        list_rows=rows,
    )


def _slots() -> tuple[Slot, ...]:
    return (
        Slot("campaign_name", Rect(840, 110, 685, 40), 85, 55, Align.RIGHT),
        Slot("school_name", _SCHOOL, 120, 55, Align.CENTER),
        Slot("class_name", _CLASS, 260, 80, Align.LEFT),
        Slot("count", _COUNT, 160, 80, Align.RIGHT),
        Slot("footer", Rect(_FOOT_X, 2840, 680, 30), 65, 55),
    )


def _column(place: int) -> Rect:
    width = (RIGHT - LEFT) // COLUMNS
    return Rect(LEFT + width * place, _TOP, width, _HEAD + ROW * ROWS_PER_COLUMN)


def _row(place: int) -> ListRow:
    column = _column(place // ROWS_PER_COLUMN)
    y = column.y + _HEAD + ROW * (place % ROWS_PER_COLUMN)
    number, name, out, back = _WIDTHS
    boxes_y, first = y + (ROW - TICK) // 2, column.x + number + name
    return ListRow(
        number_rect=Rect(column.x + 5, y, number - 10, ROW),
        name_rect=Rect(column.x + number + 10, y + 4, name - 20, ROW - 8),
        boxes=(
            Rect(first + (out - TICK) // 2, boxes_y, TICK, TICK),
            Rect(first + out + (back - TICK) // 2, boxes_y, TICK, TICK),
        ),
    )


def _statics() -> list[Op]:
    ops: list[Op] = [line(_TITLE, "学籍信息核查　班级封面", 180, Align.CENTER, bold=True)]
    for place in range(COLUMNS):
        ops += _column_ops(_column(place))
    for place, text in enumerate(_USE):
        ops.append(line(Rect(_FOOT_X, 2565 + 36 * place, _FOOT_RIGHT - _FOOT_X, 36), text, 80))
    for rect, text in ((_TEACHER, "班主任签名"), (_DATE, "日期")):
        ops.append(LineOp(rect.x, rect.bottom, rect.right, rect.bottom, THIN))
        left = Rect(_FOOT_X, rect.y + 40, rect.x - 15 - _FOOT_X, rect.h - 40)
        ops.append(line(left, text, 95, Align.RIGHT))
    return ops


def _column_ops(column: Rect) -> list[Op]:
    ops: list[Op] = [RectOp(column, THICK)]
    x = column.x
    for width, text in zip(_WIDTHS, _HEADERS, strict=True):
        if x > column.x:
            ops.append(LineOp(x, column.y, x, column.bottom, THIN))
        rect = Rect(x, column.y, width, _HEAD)
        ops.append(line(rect, text, 85, Align.CENTER, bold=True))
        x += width
    for place in range(ROWS_PER_COLUMN):
        y = column.y + _HEAD + ROW * place
        ops.append(LineOp(column.x, y, column.right, y, THIN))
    return ops
