"""The offline kit from roster to answers, against pyzbar reading the same pictures.

`hecha kit init`, `print` and `read` run as a school runs them; photos come from the simulator
with seeds used nowhere else. A page counts as right when the answer names the very sheet and
pupil it was taken of, as wrong when it names another.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pyzbar import pyzbar

from deploy.demo.province.pupils import make_province
from deploy.demo.province.workbook import write_rosters
from deploy.rehearse.hands.filling import fill
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.printed import page_picture
from shared.kernel.sheet_code import Side, parse_url, read_head
from shared.layout.registry import layout

LEVELS = ("easy", "normal")
PHOTOS = int(os.environ.get("HECHA_BENCH_PHOTOS", "150"))  # of each level
PUPILS = 600
FIRST_SEED = int(os.environ.get("HECHA_BENCH_SEED", "870000"))
PASSPHRASE = "a passphrase of a benchmark"


def main() -> None:
    """Print one line per figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rosters = write_rosters(make_province(PUPILS), folder / "rosters")
        roster = max(rosters, key=lambda one: one.pupils)
        init_s, _ = hecha("init", folder / "kit", "--roster", roster.path)
        print_s, _ = hecha("print", folder / "kit")
        rows = fronts(folder / "kit")
        print(f"kit: {len(rows)} sheets of {len({row['class'] for row in rows})} classes")
        figure("init and print, wall", f"{init_s + print_s:.1f} s")
        truth = album(folder, rows)
        read_s, lines = hecha("read", folder / "kit", *truth)
        answers = {one["file"]: one for one in map(json.loads, lines.splitlines())}
        peer_s, peer = with_peer(sorted(truth))
        for level in LEVELS:
            tell(
                level,
                {path: row for path, row in truth.items() if f"{level}-" in path},
                answers,
                peer,
            )
        figure(
            "wall a photo, every core",
            f"{1000 * read_s / len(truth):.0f} ms",
            f"{1000 * peer_s / len(truth):.0f} ms (cv2 colour, pyzbar)",
            f"{peer_s / read_s:.1f}",
        )


def fronts(kit: Path) -> list[dict[str, Any]]:
    """The manifest's front pages."""
    rows = json.loads((kit / "manifest.json").read_text(encoding="utf-8"))["sheets"]
    return [row for row in rows if row["side"] == Side.FRONT]


def album(folder: Path, rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Photos of sheets drawn from every class, and what each was taken of."""
    drawn = random.Random(FIRST_SEED).sample(
        rows * (1 + len(LEVELS) * PHOTOS // len(rows)), len(LEVELS) * PHOTOS
    )
    orders, truth = [], {}
    for number, row in enumerate(drawn):
        level = LEVELS[number % len(LEVELS)]
        path = str(folder / f"{level}-{number}.jpg")
        truth[path] = row
        pdf = str(folder / "kit" / row["pdf"])
        orders.append((pdf, row["page"], row["layout"], level, FIRST_SEED + number, path))
    from tests.bench.bench_kit import take as photographer  # importable in a child

    with get_context("spawn").Pool() as pool:
        pool.map(photographer, orders, chunksize=4)
    return truth


def take(order: tuple[str, int, int, str, int, str]) -> None:
    """Take one photo, in a child."""
    pdf, page, layout_number, level, seed, path = order
    cv2.setNumThreads(1)
    geometry = layout(layout_number)
    sheet = coloured(page_picture(Path(pdf), page))
    assert geometry is not None
    fill(sheet, geometry, Side.FRONT, seed=seed)
    Path(path).write_bytes(photograph(sheet, level=level, seed=seed, layout=geometry).jpeg)


def hecha(*arguments: object) -> tuple[float, str]:
    """Run the kit; its seconds and what it said."""
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "kit", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": ".", "HECHA_PASSPHRASE": PASSPHRASE},
        check=True,
    )
    return time.perf_counter() - started, run.stdout


def with_peer(paths: list[str]) -> tuple[float, dict[str, set[str]]]:
    """The sheets the usual way finds in each picture, on every core, and its seconds."""
    from tests.bench.bench_kit import peer_reads as reader  # importable in a child

    with get_context("spawn").Pool() as pool:
        pool.map(reader, paths[: os.cpu_count()])  # imports are not reading
        started = time.perf_counter()
        found = pool.map(reader, paths, chunksize=4)
        return time.perf_counter() - started, dict(zip(paths, found, strict=True))


def peer_reads(path: str) -> set[str]:
    """Sheets by whatever code of our shape pyzbar finds; it has no key to check them with."""
    cv2.setNumThreads(1)
    picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    parsed = [parse_url(one.data.decode("ascii", "replace")) for one in found]
    heads = [read_head(*one) for one in parsed if one]
    return {head.sheet for head in heads if head}


def tell(
    level: str,
    truth: dict[str, dict[str, Any]],
    answers: dict[str, dict[str, Any]],
    peer: dict[str, set[str]],
) -> None:
    """One level's figures, and every photo that was not read."""
    right = wrong = 0
    for path, row in truth.items():
        answer = answers[path]
        is_right = (answer["sheet"], answer["student_number"]) == (
            row["sheet"],
            row["student_number"],
        )
        right += is_right
        wrong += answer["sheet"] is not None and not is_right
        if answer["sheet"] is None:
            print(f"kit: {Path(path).name} unread: {answer['state']}, {answer['reason']}")
    peer_right = sum(peer[path] == {row["sheet"]} for path, row in truth.items())
    peer_wrong = sum(bool(peer[path] - {row["sheet"]}) for path, row in truth.items())
    count = len(truth)
    figure(
        f"{level}, right",
        f"{right}/{count}",
        f"{peer_right}/{count} (pyzbar)",
        over(right, peer_right),
    )
    figure(f"{level}, wrong pupil", str(wrong), str(peer_wrong))
    figure(
        f"{level}, unread", str(count - right - wrong), str(sum(not peer[path] for path in truth))
    )
    engines = Counter(answers[path]["engine"] or "none" for path in truth)
    print(f"kit: {level}, read by {' + '.join(f'{many} {name}' for name, many in engines.items())}")


def figure(name: str, ours: str, peer: str = "-", ratio: str = "-") -> None:
    """One line as the report takes it."""
    print(f"kit: {name}\tours {ours}\tpeer {peer}\tratio {ratio}")


def over(ours: int, peer: int) -> str:
    """Ours over theirs."""
    return f"{ours / peer:.2f}" if peer else "-"


if __name__ == "__main__":
    main()
