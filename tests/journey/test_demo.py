"""The whole walk, run as a newcomer runs it: workbook, PDF, photo, sealed object, count."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

COMMAND = [sys.executable, "-m", "deploy.demo", "--once", "--json"]
SIZE = ["--pupils", "60", "--photos", "24"]
ENOUGH_S = 600  # the whole walk, on a machine that may be crowded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *SIZE, "--folder", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
    )


def broken(summary: dict) -> list[str]:
    return [f"{one['name']}: {one['detail']}" for one in summary["expectations"] if not one["held"]]


@pytest.mark.slow
def test_the_embedded_house_does_the_whole_job(folder: Path) -> None:
    done = start(folder)
    out, errors = done.communicate(timeout=ENOUGH_S)

    assert done.returncode == 0, errors + out
    summary = json.loads(out)
    assert broken(summary) == []
    assert {school["run_by"] for school in summary["schools"]} == {"county", "city", "province"}
    assert sum(school["wrong"] for school in summary["schools"]) == 0
    assert sum(school["photographed"] for school in summary["schools"]) > 15

    assert traces(folder) == []
    (folder / "leak").write_bytes(b"log: " + min(written(folder / "uploads")))
    assert traces(folder) == [str(folder / "leak")]


# What a person may read in clear, and where: the registrar's own files, the paper and the
# photos of this demonstration's guardians. Nothing else of a house may hold a word of them.
CLEAR = {"uploads", "prints", "photos", "truth.json"}


def traces(folder: Path) -> list[str]:
    """Files that hold a pupil's name or number, or a piece of a photo, in any usual writing."""
    found = []
    patterns = [*written(folder / "uploads"), *slices(folder / "photos")]
    assert len(patterns) > 400
    wanted = re.compile(b"|".join(re.escape(one) for one in patterns))
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).parts[0] not in CLEAR:
            found += [str(path)] if wanted.search(path.read_bytes()) else []
    return found


def written(uploads: Path) -> set[bytes]:
    """Names of three characters and more, and numbers, as texts, bytes and digits are kept."""
    texts: set[str] = set()
    for file in uploads.glob("*.xlsx"):
        rows = list(CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python())
        head = next(i for i, row in enumerate(rows) if any("学籍号" in str(cell) for cell in row))
        places = [
            place
            for place, cell in enumerate(rows[head])
            if str(cell).rpartition("、")[2] in {"姓名", "身份证件号", "学籍号"}
        ]
        assert len(places) == 3
        texts |= {str(row[place]) for row in rows[head + 1 :] for place in places}
    texts = {text for text in texts if len(text) > 2}
    coded = {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "gb18030")}
    return coded | {base64.b64encode(text.encode())[:-4] for text in texts if len(text) > 9}


def slices(photos: Path) -> set[bytes]:
    """Sixty-four bytes from the middle of every photo, which nothing rewrites but a cipher."""
    bodies = (path.read_bytes() for path in photos.glob("*.jpg"))
    return {body[len(body) // 2 :][:64] for body in bodies}


@pytest.mark.slow
def test_killed_in_the_middle_and_started_again_it_finishes_the_job(folder: Path) -> None:
    first = start(folder)
    photos = folder / "photos"
    deadline = time.monotonic() + ENOUGH_S
    while len(list(photos.glob("*.jpg"))) < 8:
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    first.communicate()

    again = start(folder)
    out, errors = again.communicate(timeout=ENOUGH_S)

    assert again.returncode == 0, errors + out
    assert broken(json.loads(out)) == []
