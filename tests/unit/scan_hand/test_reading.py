"""What a cell seems to say: suggested by its kind's rules, never repaired, nothing of a blank."""

import itertools
import math
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from deploy.rehearse.cells import Gray, Style, blank_cell, cell_with
from deploy.rehearse.hands.faces import packaged_face
from deploy.rehearse.hands.pens import PenKind
from deploy.rehearse.hands.texts import TextKind, Written
from deploy.rehearse.hands.writing import Hand
from services.scan.hand.addresses import prefix_distance, region_in
from services.scan.hand.child import prepare, read_crop
from services.scan.hand.ctc import beam, score
from services.scan.hand.reading import NO_EVIDENCE, CellKind, Evidence, read_cell
from services.scan.hand.slashes import meant_days
from services.scan.hand.words import ways_to_write
from shared.kernel.id_number import check_character
from shared.plumbing.offload import ProcessPool

# A steady hand with the packaged font: enough for the rules, not for figures.
CLEAN = Style(comb=False, rules=False, is_clean=True, pen=PenKind.GEL)
CLEAR = Hand(packaged_face(), packaged_face(), 0.0, 0.0, 0.0, 0.12, 0.0, 0.0, 0.0)
BODY = "44030520120506001"
ID = BODY + check_character(BODY)


def written(text: str, *, seed: int = 1, style: Style = CLEAN) -> Gray:
    return cell_with(Written(text, text, TextKind.TEXT), seed=seed, writer=CLEAR, style=style).grey


def blank(*, seed: int, comb: bool = False) -> Gray:
    return blank_cell(seed, comb=comb).grey


@pytest.mark.parametrize(
    ("kind", "text", "suggestion", "grade"),
    [
        (CellKind.ID, ID, ID, "A"),
        (CellKind.DATE, "2012-05-06", "2012-05-06", "A"),
        (CellKind.DATE, "2012年5月6日", "2012-05-06", "A"),
        (CellKind.DATE, "2012.5.6", "2012-05-06", "A"),
        (CellKind.DATE, "二〇一二年十一月六日", "2012-11-06", "A"),
        (CellKind.DATE, "2012/11/1", "2012-11-01", "A"),
        (CellKind.PHONE, "13912345678", "13912345678", "B"),
        (CellKind.PHONE, "0755-26123456", "0755-26123456", "B"),
        (CellKind.PHONE, "(0755)26123456", "0755-26123456", "B"),
        (CellKind.PHONE, "010-82345678", "010-82345678", "B"),
        (CellKind.NAME, "王伟明", "王伟明", "B"),
        (CellKind.NAME, "次仁·旺姆", "次仁·旺姆", "B"),
        (CellKind.NAME, "买买提明·阿卜杜外力·吐尔逊江", "买买提明·阿卜杜外力·吐尔逊江", "B"),
        (CellKind.ETHNIC, "满族", "满族", "A"),
        (CellKind.ETHNIC, "汉", "汉族", "A"),
        (CellKind.HUKOU, "非农业", "非农业户口", "A"),
        (CellKind.SEX, "女", "女", "A"),
        (CellKind.YES_NO, "是", "是", "A"),
        (CellKind.YES_NO, "√", "是", "B"),
    ],
)
def test_clear_writing_is_suggested_in_the_form_that_is_stored(
    kind: CellKind, text: str, suggestion: str, grade: str
) -> None:
    reading = read_cell(written(text), kind)

    assert (reading.suggestion, reading.grade) == (suggestion, grade), reading


@pytest.mark.parametrize("kind", CellKind)
def test_nothing_is_suggested_of_a_blank_cell_whatever_shines_through(kind: CellKind) -> None:
    for seed in range(8):
        reading = read_cell(blank(seed=seed, comb=seed % 2 == 0), kind)
        assert reading.suggestion is None, seed
        assert reading.grade in ("", "C"), seed


def without_dot(cell: Gray) -> Gray:
    """The dot of a name wiped away, as pale ink and a photo's compression do."""
    part = (cell < 128).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    small = int(np.argmin(stats[1:, cv2.CC_STAT_AREA])) + 1
    near = cv2.dilate((labels == small).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    return np.asarray(np.where(near, np.uint8(np.percentile(cell, 90)), cell), np.uint8)


def test_a_name_with_a_gap_where_a_dot_may_have_been_is_for_a_person() -> None:
    reading = read_cell(without_dot(written("古丽·阿不都")), CellKind.NAME)

    assert (reading.raw, reading.suggestion) == ("古丽阿不都", None)
    assert reading.candidates[0] == "古丽阿不都"


@pytest.mark.parametrize("text", ["王小明", "刘心怡", "欧阳小川", "卜水丽"])
def test_no_stroke_of_a_character_is_taken_for_a_dot(text: str) -> None:
    reading = read_cell(written(text), CellKind.NAME)

    assert (reading.raw, reading.candidates[0]) == (text, text)


@pytest.mark.parametrize("text", ["010-8234567", "0755-16123456", "0055-26123456", "26123456"])
def test_a_number_that_no_exchange_has_is_not_suggested(text: str) -> None:
    assert read_cell(written(text), CellKind.PHONE).suggestion is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("200817116", {"2008-07-16"}),
        ("200817-16", {"2008-07-16"}),
        ("2007-10130", {"2007-10-30"}),
        ("20111417", {"2011-04-07"}),  # no fourteenth month
        ("2004-3-25", {"2004-03-25"}),
        ("20111216", {"2011-12-16", "2011-02-06"}),
        ("2005-314", {"2005-03-14", "2005-03-04"}),  # a lost dash, or a slash
        ("201011-28", {"2010-11-28", "2010-01-28"}),
        ("2013", set()),
        ("201399999", set()),
    ],
)
def test_a_text_means_every_day_that_slashes_and_lost_dashes_make_of_it(
    text: str, days: set[str]
) -> None:
    assert {one.isoformat() for one in meant_days(text, range(1900, 2100))} == days


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.sampled_from(["11", "1-", "-1", "--"]))
def test_a_date_whose_slashes_look_like_ones_means_itself_among_others(
    day: date, marks: str
) -> None:
    text = f"{day.year}{marks[0]}{day.month}{marks[1]}{day.day}"

    assert day in meant_days(text, range(1900, 2100))


def test_a_date_whose_slashes_are_ones_is_for_a_clerk_to_look_at() -> None:
    slashed = read_cell(written("200817116"), CellKind.DATE)

    assert (slashed.suggestion, slashed.grade) == ("2008-07-16", "B")


def through(front: Gray, back: Gray, share: float) -> Gray:
    """A cell through which the writing on the other side shines, mirrored."""
    paper = np.percentile(front, 95)
    behind = cv2.resize(back[:, ::-1], front.shape[::-1]).astype(np.float32)
    shine = cv2.GaussianBlur(np.clip(paper - behind, 0, None), (0, 0), 1.5) * share
    return np.asarray(np.clip(front - shine, 0, 255), np.uint8)


@pytest.mark.parametrize("kind", [CellKind.NAME, CellKind.PHONE, CellKind.DATE, CellKind.SEX])
def test_the_other_sides_writing_that_shines_through_is_no_writing(kind: CellKind) -> None:
    paper = np.full((76, 300), 235, np.uint8)
    for back in ("王伟明", "13912345678", "2012-05-06", "女"):
        reading = read_cell(through(paper, written(back), 0.12), kind)
        assert reading.suggestion is None, back


@pytest.mark.parametrize(
    ("kind", "text"),
    [(CellKind.NAME, "王伟明"), (CellKind.PHONE, "13912345678"), (CellKind.DATE, "2012-05-06")],
)
def test_writing_is_read_over_what_shines_through(kind: CellKind, text: str) -> None:
    assert read_cell(through(written(text), written("科技路"), 0.12), kind).suggestion == text


SAMPLES = [
    (CellKind.NAME, "王伟明"),
    (CellKind.PHONE, "18609668906"),
    (CellKind.ID, ID),
    (CellKind.DATE, "2012-05-06"),
    (CellKind.HUKOU, "农业户口"),
]


@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_a_crop_that_stands_on_its_head_suggests_nothing(kind: CellKind, text: str) -> None:
    assert read_cell(np.ascontiguousarray(written(text)[::-1, ::-1]), kind).suggestion is None


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_a_crop_on_its_side_is_turned_and_one_with_metadata_is_held_as_they_say(
    tmp_path: Path, kind: CellKind, text: str
) -> None:
    upright, suggestion = written(text), read_cell(written(text), kind).suggestion
    assert suggestion is not None
    for turns in (1, 3):
        file = tmp_path / f"{turns}.png"
        cv2.imwrite(str(file), np.rot90(upright, turns))
        assert read_crop(str(file), kind.value, NO_EVIDENCE).suggestion == suggestion, turns
    for orientation, turns in ((3, 2), (6, 1), (8, 3)):
        file = tmp_path / f"exif{orientation}.jpg"
        exif = Image.Exif()
        exif[0x0112] = orientation
        Image.fromarray(np.rot90(upright, turns)).save(file, exif=exif, quality=95)
        assert read_crop(str(file), kind.value, NO_EVIDENCE).suggestion == suggestion, orientation


def test_a_traditional_name_stays_as_written_with_its_simplified_form_beside_it() -> None:
    reading = read_cell(written("張偉明"), CellKind.NAME)

    assert reading.candidates[:2] == ("張偉明", "张伟明")
    assert "traditional" in reading.reasons


def test_white_on_black_is_read_like_black_on_white() -> None:
    reading = read_cell(255 - written("女"), CellKind.SEX)

    assert reading.suggestion == "女"


def test_a_cell_of_paper_alone_is_blank() -> None:
    assert read_cell(np.full((60, 300), 235, np.uint8), CellKind.NAME).reasons == ("blank",)
    for seed in (0, 1, 3):
        assert read_cell(blank(seed=seed), CellKind.ID).reasons == ("blank",)


@pytest.mark.parametrize("place", [3, 9, 16, 17])
def test_an_id_number_that_does_not_add_up_is_shown_as_written_and_never_repaired(
    place: int,
) -> None:
    digit = "0" if ID[place] != "0" else "7"
    wrong = ID[:place] + digit + ID[place + 1 :]

    reading = read_cell(written(wrong), CellKind.ID)

    assert (reading.raw, reading.suggestion, reading.grade) == (wrong, None, "C")
    assert reading.reasons == ("check_digit",)


def test_a_day_that_does_not_exist_is_no_date() -> None:
    reading = read_cell(written("2012-02-30"), CellKind.DATE)

    assert reading.suggestion is None


def test_a_word_of_no_list_is_none_of_its_words() -> None:
    for text in ("科技路", "13912345678", "王伟明"):
        assert read_cell(written(text), CellKind.ETHNIC).suggestion is None


def test_a_name_is_never_certain_and_a_telephone_number_never_more_than_a_draft() -> None:
    assert read_cell(written("李敏"), CellKind.NAME).grade in ("B", "C")
    assert read_cell(written("13912345678"), CellKind.PHONE).grade in ("B", "C")


def test_other_knowledge_casts_doubt_on_an_id_number_and_makes_none() -> None:
    other = Evidence(birth_date=date(2011, 1, 1))
    same = Evidence(birth_date=date(2012, 5, 6))

    assert read_cell(written(ID), CellKind.ID, same).grade == "A"
    doubted = read_cell(written(ID), CellKind.ID, other)
    assert doubted.grade == "B"
    assert "birth_date_differs" in doubted.reasons


def test_a_region_is_put_right_and_road_and_number_stay_as_written() -> None:
    region = region_in("广东省深训市南山区科技路15号")

    assert region is not None
    assert (region.name, region.length, region.wrong) == ("广东省深圳市南山区", 9, 1.0)
    assert region_in("科技路15号") is None


@pytest.mark.parametrize("codes", ["满族", "农业户口", "健康或良好", "居民身份证"])
def test_words_are_known_by_their_short_forms_too(codes: str) -> None:
    assert ways_to_write(codes)[0] == codes
    assert len(ways_to_write(codes)) > 1


@given(st.text("ab", max_size=5), st.text("ab", max_size=6))
def test_the_distance_to_a_prefix_is_the_least_over_all_prefixes(word: str, text: str) -> None:
    def edits(a: str, b: str) -> int:
        row = list(range(len(b) + 1))
        for i, x in enumerate(a, 1):
            last, row[0] = row[0], i
            for j, y in enumerate(b, 1):
                last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
        return row[-1]

    wrong, length = prefix_distance(word, text)

    assert wrong == min(edits(word, text[:end]) for end in range(len(text) + 1))
    assert wrong == edits(word, text[:length])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_the_beam_finds_what_trying_every_path_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet(np.ones(3), size=4).astype(np.float32)
    logs = np.log(probs)
    every: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(3), repeat=4):
        text = tuple(one for one, _ in itertools.groupby(path) if one)
        share = math.prod(float(probs[step, one]) for step, one in enumerate(path))
        every[text] = every.get(text, 0.0) + share

    found = beam(logs, width=100)

    assert {one.symbols for one in found} == set(every)
    assert all(math.isclose(math.exp(one.log), every[one.symbols], rel_tol=1e-3) for one in found)
    texts = list(every)
    assert np.allclose(np.exp(score(logs, texts)), [every[one] for one in texts], rtol=1e-3)


def test_a_locked_child_reads_cells_and_survives_what_is_none(tmp_path: Path) -> None:
    good, noise, text = (tmp_path / name for name in ("good.png", "noise.png", "text.png"))
    cv2.imwrite(str(good), written("女"))
    cv2.imwrite(str(noise), np.random.default_rng(1).integers(0, 255, (60, 200), np.uint8))
    text.write_bytes(b"no picture")
    pool = ProcessPool(1, prepare)
    try:
        read = [
            pool.run(read_crop, str(one), "sex", NO_EVIDENCE, deadline_s=20.0)
            for one in (good, noise, text, tmp_path / "missing.png")
        ]
    finally:
        pool.close()

    assert read[0].suggestion == "女"
    assert read[1].suggestion is None
    assert [one.reasons for one in read[2:]] == [("unreadable_file",)] * 2
