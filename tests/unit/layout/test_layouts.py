from itertools import combinations

import pytest

from shared.kernel.sheet_code import MAX_LAYOUT
from shared.layout.canonical import (
    LayoutFormatError,
    canonical_json,
    from_canonical,
    layout_sha256,
)
from shared.layout.conversions import size_length
from shared.layout.frame import EDGE, frame, kept_white
from shared.layout.model import (
    MARKER_BITS,
    Align,
    FillOp,
    Layout,
    LineOp,
    Rect,
    RectOp,
    TextOp,
)
from shared.layout.registry import built_in, layout, variant
from shared.layout.table import ROW, TICK_ROW
from shared.layout.typeset import text_width

# A frozen layout is never edited: a change is a new number with a line of its own.
GOLDEN = {
    1: "d7080fe116ba962213a98bf39c9ffe0601639c1a0cb38ddd2b5a5558b6fca6ad",
    2: "845b624de532167509f60ccf26e86b56df9467fa313786a980e70f9bc5205fca",
    3: "83f10a27daf96110c0bc89fbdacb0acbf84de5ed69395cfa879790940f34b479",
    4: "a399be553e07f4cd254a16f7cb71f9512304411fed575e241d690d1cba2177be",
    5: "cba5156689b58910dbd21d1f62a631f5c91e8cf66483a91196cf4e5cc8a9149b",
    6: "84d7fd9f8043e81aaf1ccfb8b9cb901d0afc70bd7109f82c95149d2d6e72d510",
    7: "20f7b7f787c40cc55d00f5a6efbf559ea110cb8b7462939c09601225349ed1ca",
    8: "1f0cbcc41e77eb6cc26759fe3a674769154ffb7640ec4f0d324eb5134cbb0c9a",
    9: "9204201079f3e38a18465ff752934594433b56a4603d7ac1016dad4284f96fe6",
    10: "bf3dc09c731fbeb28927b0c4764471f3c426c8d787466ec9912b0e6acf977cf4",
}
every_layout = pytest.mark.parametrize("one", built_in(), ids=lambda one: f"{one.number:03d}")


def ink_of(one: Layout) -> list[Rect]:
    """Where a layout's own ink lies, marks left out."""
    boxes = []
    for face in one.faces:
        for op in face.statics:
            match op:
                case TextOp():
                    boxes.append(text_box(op))
                case LineOp():
                    boxes.append(Rect(op.x1, op.y1, op.x2 - op.x1 + 1, op.y2 - op.y1 + 1))
                case RectOp() | FillOp():
                    boxes.append(op.rect)
        boxes += [slot.rect for slot in face.slots]
    return boxes + [cell.change_rect for cell in one.cells]


def text_box(op: TextOp) -> Rect:
    width, em = round(text_width(op.text, op.size)), size_length(op.size)
    left = {
        Align.LEFT: op.x,
        Align.CENTER: op.x - width // 2,
        Align.RIGHT: op.x - width,
    }[op.align]
    return Rect(left, round(op.baseline - 0.88 * em), width, round(em))


def test_a_shipped_layout_never_changes() -> None:
    assert {one.number: layout_sha256(one) for one in built_in()} == GOLDEN


@every_layout
def test_a_layout_survives_its_canonical_text(one: Layout) -> None:
    assert from_canonical(canonical_json(one)) == one


def test_a_text_that_is_not_canonical_is_refused() -> None:
    text = canonical_json(built_in()[0])

    for wrong in (text.replace(",", ", ", 1), "{}", "[]", "x", text[:-1]):
        with pytest.raises(LayoutFormatError):
            from_canonical(wrong)


def test_every_number_fits_the_sheet_code_and_stands_once() -> None:
    numbers = [one.number for one in built_in()]

    assert len(set(numbers)) == len(numbers)
    assert all(1 <= number <= MAX_LAYOUT for number in numbers)
    assert layout(1) is built_in()[0]
    assert layout(1023) is None


@pytest.mark.parametrize("template", ["sheet-1", "sheet-2"])
@pytest.mark.parametrize("version", [3, 4])
def test_every_sheet_has_a_taller_variant_for_long_values(template: str, version: int) -> None:
    plain = variant(template, version)
    tall = variant(template, version, overflow=True)
    assert plain is not None
    assert tall is not None

    heights = {cell.field: cell.value_rect.h for cell in tall.cells}
    assert heights["present_address"] >= 134  # six lines of 5.5 pt
    assert [cell.field for cell in plain.cells] == [cell.field for cell in tall.cells]


@every_layout
def test_all_ink_keeps_away_from_the_edge_and_from_what_the_machine_reads(one: Layout) -> None:
    width, height = one.page_size
    printable = Rect(EDGE, EDGE, width - 2 * EDGE, height - 2 * EDGE)
    white = kept_white(frame(one.qr_version))

    for box in ink_of(one):
        assert printable.covers(box), box
        assert not [zone for zone in white if zone.overlaps(box)], box
        assert not [tick for tick in one.ticks if tick.grown(10).overlaps(box)], box


@every_layout
def test_marks_numbers_and_symbols_keep_their_white(one: Layout) -> None:
    marks = frame(one.qr_version)
    rings = kept_white(marks)
    bodies = [
        *(marker.rect for marker in one.markers),
        *one.qr_rects,
        *one.number_rects,
        *one.ticks,
    ]

    for place, ring in enumerate(rings):
        for other, body in enumerate(bodies):
            assert place == other or not ring.overlaps(body), (ring, body)
    assert len(one.markers) == 4
    assert len(one.ticks) == 18


@every_layout
def test_what_is_written_in_by_hand_has_room(one: Layout) -> None:
    for cell in one.cells:
        lowest = TICK_ROW if cell.choices else ROW
        assert cell.change_rect.h >= lowest
        assert (cell.needs_change.w, cell.needs_change.h) == (40, 40)
        if cell.comb is not None:
            assert sum(cell.comb.groups) == len(cell.comb.boxes)
            assert all(cell.change_rect.covers(box) for box in cell.comb.boxes)
            assert all(40 <= box.w <= 50 for box in cell.comb.boxes)
    if one.signature_rect is not None:
        assert one.signature_rect.h >= ROW


@every_layout
def test_nothing_is_printed_beside_a_choice_within_three_millimetres(one: Layout) -> None:
    for cell in one.cells:
        for choice in cell.choices:
            assert choice.label_rect.x - choice.box.right >= 30
            assert cell.change_rect.covers(choice.label_rect)
        for before, after in zip(cell.choices, cell.choices[1:], strict=False):
            assert after.box.x - before.label_rect.right >= 30


@every_layout
def test_cells_do_not_lie_on_one_another(one: Layout) -> None:
    for side in one.sides:
        rects = [cell.change_rect for cell in one.cells_of(side)]
        assert not [pair for pair in combinations(rects, 2) if pair[0].overlaps(pair[1])]
    assert len({cell.field for cell in one.cells}) == len(one.cells)


def test_the_marker_bits_are_those_of_the_dictionary() -> None:
    cv2 = pytest.importorskip("cv2")
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)

    for number, bits in enumerate(MARKER_BITS):
        picture = cv2.aruco.generateImageMarker(dictionary, number, 6)
        inner = ["".join("1" if pixel == 0 else "0" for pixel in row[1:5]) for row in picture[1:5]]
        assert tuple(inner) == bits
