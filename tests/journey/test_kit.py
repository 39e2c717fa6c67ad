"""The offline kit as a school without network uses it: init, print, photograph, read."""

import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from deploy.demo.province.pupils import make_province
from deploy.demo.province.workbook import write_rosters
from deploy.rehearse.hands.filling import fill
from deploy.rehearse.photos.oddities import photograph_foreign
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.printed import page_picture
from shared.kernel.sheet_code import Side
from shared.layout.registry import layout

HECHA = [sys.executable, "-m", "deploy.cli", "kit"]
PASSPHRASE = "correct horse battery"

pytestmark = pytest.mark.slow


def hecha(*arguments: object, passphrase: str = PASSPHRASE) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": ".", "HECHA_PASSPHRASE": passphrase}
    environment.pop("LANG", None)
    return subprocess.run(
        [*HECHA, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit")
    roster = write_rosters(make_province(60), folder / "rosters")[0]
    made = hecha("init", folder / "kit", "--roster", roster.path, "--cut-off", "2026-03-31")
    assert made.returncode == 0, made.stderr
    printed = hecha("print", folder / "kit")
    assert printed.returncode == 0, printed.stderr
    return folder / "kit"


def manifest(kit: Path) -> list[dict]:
    return json.loads((kit / "manifest.json").read_text())["sheets"]


def take(kit: Path, row: dict, level: str, seed: int) -> bytes:
    geometry = layout(row["layout"])
    page = coloured(page_picture(kit / row["pdf"], row["page"]))
    fill(page, geometry, Side.FRONT, seed=seed)
    return photograph(page, level=level, seed=seed, layout=geometry).jpeg


@pytest.fixture(scope="module")
def photos(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict]]:
    folder = tmp_path_factory.mktemp("photos")
    rows = manifest(kit)
    found = []
    for number in range(24):
        row = rows[number % len(rows)]
        path = folder / f"{number:02d}.jpg"
        path.write_bytes(take(kit, row, ("easy", "normal", "hard")[number % 3], 7000 + number))
        found.append((path, row))
    random.Random(5).shuffle(found)
    return found


def test_the_manifest_names_every_page_and_its_layout(kit: Path) -> None:
    rows = manifest(kit)

    keys = {
        "sheet",
        "serial",
        "side",
        "student_number",
        "class",
        "number_in_class",
        "layout",
        "pdf",
        "page",
    }
    assert rows
    assert all(set(row) == keys for row in rows)
    assert len({row["sheet"] for row in rows}) == len(rows)
    for row in rows:
        assert (kit / row["pdf"]).is_file()
        assert (kit / "layouts" / f"{row['layout']:03d}.json").is_file()


@pytest.mark.slow
def test_photos_of_its_sheets_are_read_in_order_and_never_as_another_pupil(
    kit: Path, photos: list[tuple[Path, dict]]
) -> None:
    answers = lines(hecha("read", kit, *(path for path, _ in photos)))

    assert [one["file"] for one in answers] == [str(path) for path, _ in photos]
    for one, (path, row) in zip(answers, photos, strict=True):
        is_hard = int(path.stem) % 3 == 2
        if one["state"] == "matched":
            assert (one["sheet"], one["student_number"]) == (row["sheet"], row["student_number"])
        else:
            assert is_hard, one
            assert one["reason"]


def test_cells_ink_and_signature_come_with_every_page_where_asked_for(
    kit: Path, tmp_path: Path
) -> None:
    truth = []
    for number, row in enumerate(manifest(kit)[:6]):
        geometry = layout(row["layout"])
        assert geometry is not None
        page = coloured(page_picture(kit / row["pdf"], row["page"]))
        signed = number % 2 == 0
        filled = fill(page, geometry, Side.FRONT, seed=7100 + number, changes=3, signed=signed)
        level = ("easy", "normal")[number % 2]
        photo = photograph(page, level=level, seed=7100 + number, layout=geometry)
        (tmp_path / f"{number}.jpg").write_bytes(photo.jpeg)
        truth.append((set(filled.changed), signed))
    (tmp_path / "9.jpg").write_bytes(photograph_foreign(seed=7199).jpeg)

    *answers, foreign = lines(hecha("read", kit, "--cells", *sorted(tmp_path.glob("*.jpg"))))

    assert foreign["state"] == "foreign"
    assert (foreign["registration"], foreign["signature"], foreign["cells"]) == (None, None, {})
    for one, (changed, signed) in zip(answers, truth, strict=True):
        assert one["registration"]["cells_read"]
        assert one["signature"] == ("present" if signed else "absent")
        assert len(one["cells"]) == 22
        ink = {name for name, cell in one["cells"].items() if cell["ink"] != "blank"}
        assert changed <= ink
        assert all(
            {"ink", "raw", "suggestion", "class"} <= set(cell) for cell in one["cells"].values()
        )


@pytest.mark.slow
def test_no_file_whatever_it_is_stops_the_reader(
    kit: Path, photos: list[tuple[Path, dict]], tmp_path: Path
) -> None:
    good = photos[0][0].read_bytes()
    files: dict[str, bytes] = {
        "empty.jpg": b"",
        "noise.jpg": os.urandom(4000),
        "head.jpg": good[:200],
        "text.pdf": b"%PDF-1.7 nothing",
        "page.html": b"<html>",
        "zip.zip": b"PK\x03\x04" + bytes(100),
        "foreign.jpg": photograph_foreign(seed=3).jpeg,
    }
    for name, picture in odd_pictures().items():
        files[name] = picture
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    paths = [*(tmp_path / name for name in files), tmp_path / "missing.jpg", tmp_path]

    answers = lines(hecha("read", kit, *paths))

    assert [one["file"] for one in answers] == [str(path) for path in paths]
    states = {Path(one["file"]).name: (one["state"], one["reason"]) for one in answers}
    assert all(state != "matched" for state, _ in states.values()), states
    assert all(reason for _, reason in states.values()), states
    assert all(state != "failed" for state, _ in states.values()), states
    assert states["foreign.jpg"][0] == "foreign"
    assert states["bomb.png"] == ("refused", "too_many_pixels")
    assert states["moving.webp"] == ("refused", "animated")
    assert states["missing.jpg"] == ("refused", "no_such_file")
    assert states[tmp_path.name] == ("refused", "not_a_file")


def odd_pictures() -> dict[str, bytes]:
    made = {}
    for name, picture, options in (
        ("deep.png", Image.fromarray(np.full((900, 700), 40_000, np.uint16)), {}),
        ("cmyk.jpg", Image.new("CMYK", (900, 700), (10, 20, 30, 0)), {}),
        ("alpha.png", Image.new("RGBA", (900, 700), (0, 0, 0, 0)), {}),
        ("bomb.png", Image.new("1", (30_000, 30_000)), {}),
        ("tiny.png", Image.new("L", (4, 4)), {}),
        (
            "moving.webp",
            Image.new("RGB", (64, 64)),
            {"save_all": True, "append_images": [Image.new("RGB", (64, 64), "red")]},
        ),
    ):
        buffer = io.BytesIO()
        picture.save(
            buffer, {"jpg": "JPEG"}.get(name[-3:], name[name.rindex(".") + 1 :]), **options
        )
        made[name] = buffer.getvalue()
    return made


@pytest.mark.slow
def test_scans_of_many_pages_give_one_answer_each(kit: Path, tmp_path: Path) -> None:
    rows = manifest(kit)[:3]
    pages = [Image.fromarray(page_picture(kit / row["pdf"], row["page"])) for row in rows]
    turned = [pages[0], pages[1].rotate(180), pages[2].rotate(90, expand=True)]
    for kind in ("tiff", "pdf"):
        turned[0].save(tmp_path / f"scan.{kind}", save_all=True, append_images=turned[1:])
    _, jpeg = cv2.imencode(".png", np.asarray(pages[0]))
    (tmp_path / "scan.png").write_bytes(jpeg.tobytes())

    answers = lines(hecha("read", kit, *(tmp_path / f"scan.{k}" for k in ("tiff", "pdf", "png"))))

    assert [(Path(one["file"]).suffix, one["page"]) for one in answers] == [
        (".tiff", 1),
        (".tiff", 2),
        (".tiff", 3),
        (".pdf", 1),
        (".pdf", 2),
        (".pdf", 3),
        (".png", 1),
    ]
    assert [one["sheet"] for one in answers[:3]] == [row["sheet"] for row in rows]
    assert [one["sheet"] for one in answers[3:6]] == [row["sheet"] for row in rows]
    assert answers[6]["sheet"] == rows[0]["sheet"]


def test_nothing_of_a_pupil_lies_open_in_the_sealed_files(kit: Path) -> None:
    number = manifest(kit)[0]["student_number"].encode()

    sealed = list(kit.glob("*.sealed"))
    assert len(sealed) >= 4
    assert all(number not in path.read_bytes() for path in sealed)


@pytest.mark.parametrize(
    ("arguments", "passphrase", "told"),
    [
        (["print"], "wrong passphrase", "HECHA_PASSPHRASE"),
        (["read", "x.jpg"], "short", "at least 8"),
        (["init", "--roster", "x.xlsx"], PASSPHRASE, "already holds a kit"),
    ],
)
def test_a_refusal_says_what_to_do(
    kit: Path, arguments: list[str], passphrase: str, told: str
) -> None:
    done = hecha(arguments[0], kit, *arguments[1:], passphrase=passphrase)

    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_kit_is_told_so(tmp_path: Path) -> None:
    done = hecha("read", tmp_path, "x.jpg")

    assert done.returncode == 1
    assert "kit init" in done.stderr


def test_a_reprint_raises_the_serial_and_the_old_paper_still_reads(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    roster = write_rosters(make_province(60), tmp_path / "rosters")[1]
    kit = tmp_path / "kit"
    assert hecha("init", kit, "--roster", roster.path).returncode == 0
    assert hecha("print", kit).returncode == 0
    first = manifest(kit)
    old = tmp_path / "old.pdf"
    old.write_bytes((kit / first[0]["pdf"]).read_bytes())
    assert hecha("print", kit).returncode == 0

    assert {row["serial"] for row in manifest(kit)} == {2}
    answers = lines(hecha("read", kit, old))
    assert {one["state"] for one in answers} == {"matched"}
    assert {one["reason"] for one in answers} == {"superseded_serial"}
