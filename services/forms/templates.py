"""The field lists of the built-in sheets: which fields, in which order, written how."""

from shared.contracts.fields import Catalogue, Field, FieldKind, FieldType
from shared.layout.model import CellKind
from shared.layout.plan import FieldPlan, HeadingPlan, RowPlan, Shape, Share, SheetPlan

TITLE = "学籍基础信息确认表"
_HINTS = {
    FieldType.NAME: "请用正楷；生僻字请注拼音或部件",
    FieldType.DATE_RANGE: "起止日期，或“长期”",
    FieldType.DECIMAL: "单位：公里",
}
_COMBS = {
    FieldType.ID_NUMBER: ((18,), ""),
    FieldType.PHONE: ((3, 4, 4), ""),
    FieldType.DATE: ((4, 2, 2), "年4位、月2位、日2位"),
    FieldType.MONTH: ((4, 2), "年4位、月2位"),
    FieldType.DIGITS: ((6,), ""),
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

# One row each: one field alone, "a > b" a wide and a narrow one, "a | b" two halves.
_FRONT = (
    "name",
    "birth_date > sex",
    "id_type | ethnic_group",
    "id_number",
    "nationality | overseas_status",
    "birthplace > only_child",
    "native_place > orphan",
    "political_status | health",
    "name_pinyin > martyr_or_entitled",
    "former_name > preschool",
    "id_valid_until > migrant_worker_child",
    "hukou_place",
    "hukou_type > government_bought_place",
    "talent | number_in_class",
    "auxiliary_number > receives_subsidy",
    "entry_month | entry_mode",
    "boarding_mode | pupil_source",
    "present_address",
    "postal_address",
    "home_address",
)
_BACK = (
    "phone > distance_km",
    "postcode | way_to_school",
    "email",
    "home_page > needs_school_bus",
    "left_behind > needs_aid",
    "in_class_special | disability",
)
_GUARDIAN = (
    "name > relation",
    "phone > is_guardian",
    "id_type | ethnic_group",
    "id_number",
    "address",
    "hukou_place > post",
    "employer | relation_note",
)
_SHARES = {">": Share.WIDE_NARROW, "|": Share.HALVES}


def one_side(catalogue: Catalogue) -> SheetPlan:
    """The campaign's default: the basic block and both guardians' essentials, 22 rows."""
    rows = tuple(
        RowPlan(Share.FULL, (field_plan(catalogue.field(key), full_label=True),))
        for key in _ONE_SIDE.split()
    )
    return SheetPlan("sheet-1", TITLE, rows)


def two_sides(catalogue: Catalogue) -> SheetPlan:
    """The whole catalogue: the pupil on the front, contact and both guardians on the back."""
    guardians: list[RowPlan | HeadingPlan] = []
    for place, numeral in enumerate("一二", start=1):
        guardians.append(HeadingPlan(f"家庭成员或监护人{numeral}"))
        guardians += [_row(catalogue, text, f"guardian{place}_") for text in _GUARDIAN]
    return SheetPlan(
        "sheet-2",
        TITLE,
        front=tuple(_row(catalogue, text) for text in _FRONT),
        back=(*(_row(catalogue, text) for text in _BACK), *guardians),
    )


def _row(catalogue: Catalogue, text: str, prefix: str = "") -> RowPlan:
    keys = [f"{prefix}{key}" for key in text.replace(">", " ").replace("|", " ").split()]
    share = next((one for sign, one in _SHARES.items() if sign in text), Share.FULL)
    return RowPlan(share, tuple(field_plan(catalogue.field(key)) for key in keys))


def field_plan(field: Field, *, full_label: bool = False) -> FieldPlan:
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
    else:
        hint = _HINTS.get(field.type, "")
    return FieldPlan(field.key, label, _KINDS[field.kind], shape, hint, groups, choices)
