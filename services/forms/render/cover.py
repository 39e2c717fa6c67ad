"""The class cover: large class name, count, hand-out list, and a code of its own."""

from services.forms.render.job import ClassSheets
from services.forms.render.sheet import SheetWriter
from shared.layout.conversions import point_xy, to_points
from shared.layout.model import Align, Layout, Rect

_LIST_SIZE = 90


def cover_texts(
    writer: SheetWriter, layout: Layout, one: ClassSheets, campaign_name: str
) -> tuple[str, bytes]:
    """The cover's texts as operators, and the boxes of its list as paths."""
    listed = list(zip(layout.list_rows, one.pupils, strict=False))
    unlisted = len(one.pupils) - len(listed)
    rest = f"　另有 {unlisted} 人未列入名单，见确认表" if unlisted else ""
    serial = one.cover.serial if one.cover else 1
    texts = {
        "campaign_name": campaign_name,
        "school_name": one.school_name,
        "class_name": one.class_name,
        "count": f"确认表 {len(one.pupils)} 份",
        "footer": f"版式 {layout.number}　印次 {serial}{rest}",
    }
    parts = list(writer.slots(layout, texts))
    boxes: list[Rect] = []
    for row, pupil in listed:
        number = "" if pupil.number_in_class is None else str(pupil.number_in_class)
        parts.append(writer.line(row.number_rect, number, _LIST_SIZE, Align.CENTER))
        name = pupil.values.get("name", "")
        parts.append(writer.line(row.name_rect, name, _LIST_SIZE))
        boxes += row.boxes
    return "".join(parts), _box_paths(boxes, layout.page_size[1])


def _box_paths(boxes: list[Rect], page_height: int) -> bytes:
    paths = []
    for box in boxes:
        left, bottom = point_xy(box.x, box.bottom, page_height)
        paths.append(f"{left:.2f} {bottom:.2f} {to_points(box.w):.2f} {to_points(box.h):.2f} re")
    return f"0.5 w {' '.join(paths)} S\n".encode() if paths else b""
