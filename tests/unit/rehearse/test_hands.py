"""Hands write what they are told, each its own way, and the truth says what stands there."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from deploy.rehearse.cells import Style, a_cell, blank_cell, cell_with
from deploy.rehearse.hands.faces import NoHandFontsError, faces, packaged_face
from deploy.rehearse.hands.filling import fill
from deploy.rehearse.hands.glyphs import glyph, thinned
from deploy.rehearse.hands.pens import PenKind, inked, lay_ink, pen
from deploy.rehearse.hands.texts import (
    TextKind,
    Written,
    a_change,
    a_name,
    a_phone,
    a_text,
    kind_of_field,
)
from deploy.rehearse.hands.writing import UnwritableError, can_write, hand, length, line
from services.scan.cells.texts import kind_of
from shared.contracts.fields import national
from shared.kernel.id_number import check_character
from shared.kernel.sheet_code import Side
from shared.layout.registry import layout

pytestmark = pytest.mark.slow

LAYOUT = layout(1)
assert LAYOUT is not None
PER_TENTH = 0.8


def a_white_page() -> np.ndarray:
    return np.full((2376, 1680, 3), 255, np.uint8)


def a_line(text: str, *, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return line(text, hand(rng), size_px=48, pen_px=4, rng=rng)


def test_the_same_seed_writes_the_same_pixels() -> None:
    first, second, other = (a_white_page() for _ in range(3))
    fill(first, LAYOUT, Side.FRONT, seed=5, changes=4)
    fill(second, LAYOUT, Side.FRONT, seed=5, changes=4)
    fill(other, LAYOUT, Side.FRONT, seed=6, changes=4)

    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("seed", range(4))
def test_there_is_ink_in_the_cells_that_the_truth_names_and_in_no_other(seed: int) -> None:
    page = a_white_page()
    filled = fill(page, LAYOUT, Side.FRONT, seed=seed, changes=3, signed=True)

    written = set()
    for cell in LAYOUT.cells_of(Side.FRONT):
        box = cell.change_rect.grown(-12)
        area = page[int(box.y * 0.8) : int(box.bottom * 0.8), int(box.x * 0.8) :]
        if (area[:, : int(box.w * 0.8)].min(axis=2) < 200).sum() > 12:
            written.add(cell.field)
    assert written == set(filled.changed)


def test_writing_stays_within_its_cell_however_long_the_text() -> None:
    for seed in range(3):
        page = a_white_page()
        fill(page, LAYOUT, Side.FRONT, seed=seed, changes=22, signed=False)

        right = max(cell.change_rect.right for cell in LAYOUT.cells_of(Side.FRONT))
        assert page[:, int(right * PER_TENTH) + 4 :].min() > 200, seed


def test_a_change_is_mostly_ticked_and_the_truth_says_when_it_is_not() -> None:
    entries = [
        entry
        for seed in range(6)
        for entry in fill(
            a_white_page(), LAYOUT, Side.FRONT, seed=seed, changes=14
        ).entries.values()
    ]

    assert 0.8 < sum(one.ticked for one in entries) / len(entries) < 1.0


def test_a_struck_out_text_is_told_and_leaves_more_ink_than_none() -> None:
    clean, struck = a_white_page(), a_white_page()
    first = fill(clean, LAYOUT, Side.FRONT, seed=3, changes=6, mistakes=0.0)
    second = fill(struck, LAYOUT, Side.FRONT, seed=3, changes=6, mistakes=1.0)

    assert not any(one.corrected for one in first.entries.values())
    assert any(one.corrected for one in second.entries.values())
    assert (struck < 128).sum() > (clean < 128).sum()


def test_hands_differ_in_slant_and_size_and_pens_in_width_and_colour() -> None:
    hands = {hand(np.random.default_rng(seed)).slant for seed in range(20)}
    pens = [pen(np.random.default_rng(seed)) for seed in range(60)]

    assert len(hands) == 20
    assert {one.kind for one in pens} >= {PenKind.BALLPOINT, PenKind.GEL, PenKind.PENCIL}
    assert len({one.colour for one in pens}) > 4


def test_a_faint_pencil_leaves_a_third_of_what_a_gel_pen_leaves() -> None:
    strokes = a_line("王")
    rng = np.random.default_rng(1)
    faint, gel = (
        inked(strokes, pen(rng, kind), 8, rng).max() for kind in (PenKind.FAINT_PENCIL, PenKind.GEL)
    )

    assert faint < 0.45 < 0.85 < gel


def test_ink_only_ever_darkens_a_page() -> None:
    rng = np.random.default_rng(2)
    page = rng.integers(0, 255, (80, 80, 3)).astype(np.uint8)
    before = page.copy()
    tool = pen(rng, PenKind.RED)
    lay_ink(page, inked(a_line("一"), tool, 8, rng), (-20, -10), tool)

    assert (page <= before).all()
    assert (page < before).any()


def test_a_wider_pen_leaves_a_wider_stroke() -> None:
    rng = np.random.default_rng(3)
    writer = hand(rng)
    thin, wide = (
        line("十", writer, size_px=60, pen_px=width, rng=np.random.default_rng(4)) < 0
        for width in (2.0, 7.0)
    )

    assert wide.sum() > 1.5 * thin.sum()


def test_a_shape_is_thinned_to_lines_of_one_pixel_that_keep_its_ends() -> None:
    solid = np.zeros((40, 60), bool)
    solid[16:24, 8:52] = True

    path = thinned(solid)

    assert path.sum(axis=0).max() == 1
    assert 30 < path.sum() < 46
    assert not (path & ~solid).any()


def test_a_character_that_no_font_has_is_refused_not_drawn_as_a_box() -> None:
    rng = np.random.default_rng(1)
    writer = hand(rng)

    assert not can_write("\U0010fffd", writer)
    with pytest.raises(UnwritableError):
        length("\U0010fffd", writer)
    with pytest.raises(UnwritableError):
        line("\U0010fffd", writer, size_px=40, pen_px=3, rng=rng)


def test_a_folder_without_fonts_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(NoHandFontsError, match=str(tmp_path)):
        faces(str(tmp_path))


def test_a_font_cut_into_slices_is_read_by_the_list_beside_them(tmp_path: Path) -> None:
    face = tmp_path / "han" / "some-hand"
    (face / "files").mkdir(parents=True)
    (face / "unicode.json").write_text(json.dumps({"[7]": "U+4e00-4e8c,U+738b"}))
    (face / "files" / "some-hand-7-400-normal.woff2").symlink_to(packaged_face().path)

    (found,) = faces(str(tmp_path)).han
    assert found.draw("王") is not None
    assert found.draw("张") is None


def test_digits_stand_equally_high_in_every_font() -> None:
    heights = []
    for face in faces().han:
        one = glyph(face, "8")
        assert one is not None
        rows = np.flatnonzero(one.field.min(axis=1) < 1)
        heights.append(np.ptp(rows))

    assert np.ptp(heights) <= 4


# --- texts


def test_every_field_is_written_as_scan_reads_it() -> None:
    for field in national().fields:
        how = kind_of(field)
        ours = kind_of_field(field)
        if how is None:
            assert ours in {TextKind.TEXT, TextKind.DIGITS}
        elif ours is not TextKind.CODE:
            assert ours.value == how[0].value, field.key


def test_a_change_of_any_field_is_a_text_with_what_a_clerk_would_keep() -> None:
    rng = np.random.default_rng(9)
    for field in national().fields:
        for _ in range(5):
            wrote = a_change(field, rng)
            assert wrote.text
            assert wrote.stored


def test_some_id_numbers_do_not_add_up_and_most_do() -> None:
    rng = np.random.default_rng(4)
    written = [a_text(TextKind.ID, rng).text for _ in range(80)]
    right = sum(check_character(one[:17]) == one[17] for one in written)

    assert 0.8 < right / len(written) < 1.0


# --- single cells


def test_the_same_seed_gives_the_same_cell_to_the_byte() -> None:
    assert a_cell(TextKind.NAME, 7) == a_cell(TextKind.NAME, 7)
    assert a_cell(TextKind.NAME, 7).jpeg != a_cell(TextKind.NAME, 8).jpeg


@pytest.mark.parametrize("kind", list(TextKind)[:9])
def test_every_kind_has_cells_as_high_as_a_reader_wants_them(kind: TextKind) -> None:
    for seed in range(3):
        height, width = a_cell(kind, seed).grey.shape
        assert 45 <= height <= 145
        assert width > height


def test_nothing_is_written_in_a_blank_cell() -> None:
    for seed in range(6):
        cell = blank_cell(seed, soil=False)
        inner = cv2.GaussianBlur(cell.grey, (0, 0), 1.5)[12:-12, 12:-12]

        assert cell.written.text == ""
        assert inner.min() > 0.7 * inner.max()


def test_a_combed_cell_holds_one_character_to_a_box() -> None:
    text = "13912345678"
    style = Style(comb=True, is_clean=True, pen=PenKind.GEL)
    cell = cell_with(Written(text, text, TextKind.PHONE), seed=3, style=style)

    dark = (cell.grey < 110).any(axis=0)
    starts = int((np.diff(dark.astype(int)) == 1).sum())
    assert 8 <= starts <= 16
    assert cell.has_comb


def test_some_telephones_have_area_codes_and_some_names_a_dot_that_is_drawn() -> None:
    rng = np.random.default_rng(5)
    phones, names = [a_phone(rng) for _ in range(200)], [a_name(rng) for _ in range(200)]

    assert 10 < sum(one.startswith("0") for one in phones) < 45
    assert 4 < sum("·" in one for one in names) < 30
    dot = glyph(packaged_face(), "·")
    assert dot is not None
    assert dot.field.min() <= 0  # the pen's path goes through it
