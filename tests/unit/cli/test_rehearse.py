"""`hecha rehearse`: pictures with their truth, the same ones for the same seed, and scores."""

import json
from pathlib import Path

import cv2
import pytest
from PIL import Image
from typer.testing import CliRunner

from deploy.cli.__main__ import GROUPS, run_group
from deploy.cli.rehearse import app
from deploy.rehearse.score import Tally, figures, score
from deploy.rehearse.seeds import REPORT
from deploy.rehearse.sheets import made_up_pages, printed_pages
from deploy.rehearse.troubles import NoPrintedSheetsError, NoResultsError
from shared.layout.registry import layout

FAST = ("--workers", "1")


def run(*arguments: object) -> str:
    """Run a command; what it printed to standard output."""
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def truth(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]


def files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix != ".pdf"}


def test_photos_lie_beside_a_truth_that_says_whose_where_and_what(tmp_path: Path) -> None:
    run("photos", tmp_path / "a", "--count", 2, "--seed", 3, "--megapixels", 6, *FAST)

    first, second = truth(tmp_path / "a")
    assert (first["file"], first["seed"], second["seed"]) == ("000001.jpg", 3, 4)
    with Image.open(tmp_path / "a" / first["file"]) as photo:
        assert list(photo.size) == first["size_px"]
    assert first["sheet"] != second["sheet"]
    assert len(first["corners_px"]) == 4
    assert len(first["map"]["mm"]) == len(first["map"]["px"]) == 117
    known = layout(first["layout"])
    assert known is not None
    assert set(first["fields"]) == {one.field for one in known.cells}
    assert first["effects"]["level"] == first["level"] == "normal"
    for entry in first["fields"].values():
        assert entry["ink"] == ("text" in entry)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_folder_to_the_byte(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run("photos", tmp_path / name, "--count", 1, "--level", "hard", "--megapixels", 4, *FAST)
        run("scans", tmp_path / f"s{name}", "--count", 2, "--format", "jpeg", *FAST)
        run("cells", tmp_path / f"c{name}", "--kind", "date", "--count", 3, *FAST)

    for kind in ("", "s", "c"):
        assert files(tmp_path / f"{kind}a") == files(tmp_path / f"{kind}b")


@pytest.mark.slow
@pytest.mark.parametrize(("container", "names"), [("pdf", 2), ("tiff", 2), ("jpeg", 3)])
def test_scans_come_in_the_file_that_was_asked_for(
    tmp_path: Path, container: str, names: int
) -> None:
    out = tmp_path / container
    run("scans", out, "--count", 3, "--pages-per-file", 2, "--format", container, *FAST)

    lines = truth(out)
    assert [one["page"] for one in lines] == ([1, 2, 1] if container != "jpeg" else [1, 1, 1])
    assert len({one["file"] for one in lines}) == names
    assert all((out / one["file"]).exists() for one in lines)


def test_a_cell_and_its_truth_are_of_the_kind_that_was_asked_for(tmp_path: Path) -> None:
    run("cells", tmp_path / "c", "--kind", "phone", "--count", 4, *FAST)

    for line in truth(tmp_path / "c"):
        assert line["kind"] == "phone"
        assert line["text"] == "" or len(line["text"]) == 11
        assert cv2.imread(str(tmp_path / "c" / line["file"])) is not None


@pytest.mark.slow
def test_sheets_of_a_kit_are_photographed_by_its_manifest(tmp_path: Path) -> None:
    own = made_up_pages(tmp_path, 2, seed=9)
    rows = [
        {
            "sheet": one.sheet,
            "serial": 1,
            "side": one.side,
            "layout": one.layout,
            "pdf": "sheets.pdf",
            "page": one.page,
        }
        for one in own
    ]
    (tmp_path / "manifest.json").write_text(json.dumps({"sheets": rows}), "utf-8")

    run("photos", tmp_path / "a", "--from", tmp_path, "--count", 2, "--megapixels", 3, *FAST)

    assert [one["sheet"] for one in truth(tmp_path / "a")] == [one.sheet for one in own]


def test_a_folder_without_printed_sheets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoPrintedSheetsError):
        printed_pages(tmp_path)
    (tmp_path / "manifest.json").write_text("[]", "utf-8")
    with pytest.raises(NoPrintedSheetsError):
        printed_pages(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("photos", "{full}"), "folder_not_empty"),
        (("cells", "{new}", "--kind", "id", "--seed", str(REPORT.start)), "report_seed"),
        (("photos", "{new}", "--from", "{full}"), "no_printed_sheets"),
        (("score", "{full}", "{full}/results.jsonl"), "no_truth"),
    ],
)
def test_a_refusal_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "results.jsonl").write_text('{"file": "x.jpg"}\n', "utf-8")
    places = {"full": full, "new": tmp_path / "new"}
    given = [one.format(**places) for one in arguments]

    assert run_group(app, ["rehearse", *given]) == 1
    assert code in capsys.readouterr().err


def test_the_group_is_listed() -> None:
    assert "rehearse" in GROUPS


# --- scores


def a_truth(**changed: object) -> dict:
    field = {"ink": True, "tick": True, "text": "王", "stored": "王", "kind": "name", "soiled": []}
    blank = {"ink": False, "tick": False, "soiled": ["seal"]}
    return {
        "file": "1.jpg",
        "page": 1,
        "picture": "photo",
        "level": "easy",
        "sheet": "s1",
        "fields": {"name": field, "sex": blank},
        "signature": "王",
        "date": "",
        **changed,
    }


def an_answer(**changed: object) -> dict:
    return {
        "file": "some/where/1.jpg",
        "page": 1,
        "sheet": "s1",
        "signature": "present",
        "date": "absent",
        "cells": {
            "name": {"ink": "ink", "tick": "marked", "suggestion": "王", "class": "B"},
            "sex": {"ink": "blank", "tick": "empty"},
        },
        **changed,
    }


def told(tally: Tally) -> dict[str, tuple[int, int]]:
    return {one.name: (one.part, one.whole) for one in figures(tally)}


def test_a_reader_that_is_right_misses_and_invents_nothing() -> None:
    said = told(score([a_truth()], [an_answer()])["easy"])

    assert said["ids found"] == (1, 1)
    assert said["wrong ids"] == (0, 1)
    assert said["ink missed"] == said["ink invented"] == (0, 1)
    assert said["ink without soil invented"] == (0, 0)
    assert said["signature missed"] == said["date invented"] == (0, 1)
    assert said["name, suggested"] == (1, 1)
    assert said["name, wrong among suggested"] == (0, 1)


def test_every_kind_of_mistake_is_counted_as_what_it_is() -> None:
    cells = {
        "name": {"ink": "blank", "tick": "empty", "suggestion": "玉", "class": "A"},
        "sex": {"ink": "ink", "tick": "marked"},
    }
    answer = an_answer(cells=cells, signature="absent", date="present")
    said = told(score([a_truth()], [answer])["easy"])

    for name in ("ink missed", "ink invented", "ticks missed", "ticks invented"):
        assert said[name] == (1, 1), name
    for name in ("signature missed", "date invented", "name, wrong of class A"):
        assert said[name] == (1, 1), name


def test_doubt_is_neither_a_miss_nor_an_invention() -> None:
    cells = {name: {"ink": "unsure", "tick": "unsure"} for name in ("name", "sex")}
    said = told(score([a_truth()], [an_answer(cells=cells, signature="unsure")])["easy"])

    assert said["ink missed"] == said["ink invented"] == (0, 1)
    assert said["ink unsure"] == said["ticks unsure"] == (2, 2)
    assert said["signature unsure"] == (1, 1)


def test_another_sheet_is_a_wrong_id_and_its_cells_do_not_count() -> None:
    said = told(score([a_truth()], [an_answer(sheet="s2")])["easy"])

    assert said["wrong ids"] == (1, 1)
    assert "ink missed" not in said


def test_a_picture_nobody_told_of_is_not_found() -> None:
    both = [a_truth(), a_truth(file="2.jpg")]

    assert told(score(both, [an_answer()])["easy"])["ids found"] == (1, 2)


def test_what_is_missed_is_told_by_the_pen_it_was_written_with() -> None:
    truths = [a_truth(pen="gel"), a_truth(file="2.jpg", pen="faint_pencil")]
    missed = {"name": {"ink": "blank", "tick": "empty"}, "sex": {"ink": "blank"}}
    answers = [an_answer(), an_answer(file="2.jpg", cells=missed)]

    said = told(score(truths, answers)["easy"])
    assert said["ink missed, gel"] == (0, 1)
    assert said["ink missed, faint_pencil"] == (1, 1)


def test_results_of_other_pictures_are_no_score() -> None:
    with pytest.raises(NoResultsError):
        score([a_truth()], [an_answer(file="9.jpg")])


def test_single_cells_are_scored_by_kind(tmp_path: Path) -> None:
    run("cells", tmp_path / "c", "--kind", "sex", "--count", 3, *FAST)
    results = tmp_path / "results.jsonl"
    results.write_text(
        "".join(
            json.dumps({"file": one["file"], "suggestion": one["stored"], "class": "A"}) + "\n"
            for one in truth(tmp_path / "c")
        ),
        "utf-8",
    )

    said = json.loads(run("score", tmp_path / "c", results, "--json"))["cells"]
    assert said["sex, wrong among suggested"] == [0, said["sex, suggested"][0]]
    assert "100.0 %" in run("score", tmp_path / "c", results)
