"""The field lists of the built-in sheets: which fields, in which order, written how."""

from shared.contracts.fields import Catalogue, Field, FieldKind, FieldType
from shared.layout.model import CellKind
from shared.layout.plan import FieldPlan, RowPlan, Shape, Share, SheetPlan

TITLE = "学籍基础信息确认表"
_NAME_HINT = "请用正楷；生僻字请注拼音或部件"
_COMBS = {
    FieldType.ID_NUMBER: ((18,), ""),
    FieldType.PHONE: ((3, 4, 4), ""),
    FieldType.DATE: ((4, 2, 2), "年4位、月2位、日2位"),
    FieldType.MONTH: ((4, 2), "年4位、月2位"),
}
_ADDRESSES = (FieldType.ADDRESS, FieldType.DIVISION_ADDRESS)
# Lists short enough to be ticked; the printed word may be shorter than the list's label.
_CHOICES = {
    "sex": (("1", "男"), ("2", "女")),
    "yes_no": (("0", "否"), ("1", "是")),
    "hukou": (("1", "农业"), ("2", "非农业"), ("3", "居民")),
    "boarding": (("1", "走读"), ("2", "住校")),
    "left_behind": (("0", "否"), ("1", "单亲"), ("2", "双亲")),
}
_KINDS = {
    FieldKind.KEY_DATA: CellKind.KEY_DATA,
    FieldKind.MAINTENANCE: CellKind.MAINTENANCE,
    FieldKind.SHOWN: CellKind.SHOWN,
}
_ONE_SIDE = (
    "name sex birth_date id_type id_number ethnic_group nationality overseas_status"
    " birthplace native_place hukou_place hukou_type political_status health"
    " present_address phone"
    " guardian1_name guardian1_relation guardian1_phone"
    " guardian2_name guardian2_relation guardian2_phone"
)


def one_side(catalogue: Catalogue) -> SheetPlan:
    """The campaign's default: the basic block and both guardians' essentials, 22 rows."""
    rows = tuple(
        RowPlan(Share.FULL, (field_plan(catalogue, catalogue.field(key), full_label=True),))
        for key in _ONE_SIDE.split()
    )
    return SheetPlan("sheet-1", TITLE, rows)


def field_plan(catalogue: Catalogue, field: Field, *, full_label: bool = False) -> FieldPlan:
    """How a field of the catalogue is written on paper."""
    label = field.label if full_label else field.short_label
    shape, hint = Shape.FREE, ""
    groups: tuple[int, ...] = ()
    choices = _CHOICES.get(field.codes or "", ())
    if choices:
        shape = Shape.CHOICES
    elif field.type in _COMBS:
        shape, (groups, hint) = Shape.COMB, _COMBS[field.type]
    elif field.type in _ADDRESSES:
        shape = Shape.ADDRESS
    elif field.type is FieldType.NAME:
        hint = _NAME_HINT
    return FieldPlan(field.key, label, _KINDS[field.kind], shape, hint, groups, choices)
