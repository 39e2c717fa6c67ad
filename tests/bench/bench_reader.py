"""How many photos are read, and at what cost, against pyzbar on the whole colour picture.

Photos come from the simulator with seeds that no test uses; the floor is the entropy decoding
of the same files alone, which no reader can go below.
"""

import os
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import simplejpeg
from pyzbar import pyzbar

from deploy.rehearse.hands.filling import fill
from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.printed import page_picture
from services.forms.render.file import render_file
from services.scan.image.cascade import read_photo
from shared.kernel.sheet_code import Side, verify_code
from shared.layout.registry import layout
from tests.bench.bench_forms import KEY, job

LEVELS = ("easy", "normal", "hard", "extreme")
PHOTOS = int(os.environ.get("HECHA_BENCH_PHOTOS", "100"))
SHEETS = 40
FIRST_SEED = 530_000


def main() -> None:
    """Print one line per figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        printed = render_file(job(SHEETS))
        (folder / "sheets.pdf").write_bytes(printed.pdf)
        pages = [(one.sheet, one.pages[0], one.layout) for one in printed.sheets]
        orders = [
            (str(folder), level, number, *pages[number % len(pages)][1:])
            for level in LEVELS
            for number in range(PHOTOS)
        ]
        from tests.bench.bench_reader import take as photographer  # importable in a child

        with get_context("spawn").Pool() as pool:
            pool.map(photographer, orders, chunksize=4)
        truth = {number: pages[number % len(pages)][0] for number in range(PHOTOS)}
        for level in LEVELS:
            tell(level, folder, truth)


def take(order: tuple[str, str, int, int, int]) -> None:
    """Take one photo, in a child."""
    folder, level, number, page, layout_number = order
    cv2.setNumThreads(1)
    geometry = layout(layout_number)
    sheet = coloured(page_picture(Path(folder) / "sheets.pdf", page))
    seed = FIRST_SEED + number
    fill(sheet, geometry, Side.FRONT, seed=seed)
    photo = photograph(sheet, level=level, seed=seed, layout=geometry)
    (Path(folder) / f"{level}-{number}.jpg").write_bytes(photo.jpeg)


def tell(level: str, folder: Path, truth: dict[int, str]) -> None:
    """Read a level with both, and print what came of it."""
    ours, peer, floor = [], [], []
    ours_read = peer_read = wrong = 0
    for number, sheet in truth.items():
        data = (folder / f"{level}-{number}.jpg").read_bytes()
        floor.append(cost(entropy, data)[1])
        reading, seconds = cost(read_photo, data)
        ours.append(seconds)
        found = sheets_of((one.letter, one.code) for one in reading.codes)
        ours_read += found == {sheet}
        wrong += bool(found - {sheet})
        texts, seconds = cost(with_pyzbar, data)
        peer.append(seconds)
        peer_read += sheet in sheets_of(("S", text[-21:]) for text in texts)
    count = len(truth)
    print(
        f"reader: {level}, read\tours {ours_read}/{count}"
        f"\tpeer {peer_read}/{count} (pyzbar, whole picture)\tratio {ratio(ours_read, peer_read)}"
    )
    print(
        f"reader: {level}, CPU a photo\tours {1000 * mean(ours):.1f} ms"
        f"\tpeer {1000 * mean(peer):.1f} ms (cv2 colour, pyzbar)\tratio {mean(peer) / mean(ours):.1f}"
    )
    print(
        f"reader: {level}, against the floor\tours {1000 * mean(ours):.1f} ms"
        f"\tpeer {1000 * mean(floor):.1f} ms (entropy decoding alone)"
        f"\tratio {mean(ours) / mean(floor):.2f}"
    )
    print(f"reader: {level}, at most\tours {1000 * max(ours):.0f} ms\tpeer -\tratio -")
    print(f"reader: {level}, wrong pupils\tours {wrong}\tpeer -\tratio -")


def entropy(data: bytes) -> None:
    """Huffman decoding with next to no transform: the floor of every reader."""
    height, width, *_ = simplejpeg.decode_jpeg_header(data)
    simplejpeg.decode_jpeg(data, "GRAY", min_height=height // 8, min_width=width // 8, min_factor=8)


def with_pyzbar(data: bytes) -> list[str]:
    """The usual way."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    found = pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [one.data.decode("ascii", "replace") for one in found]


def sheets_of(codes: object) -> set[str]:
    """The sheets whose codes have a right check."""
    found = (verify_code(letter, code, [KEY]) for letter, code in codes)
    return {one.head.sheet for one in found if one}


def cost(work: Callable[[bytes], Any], data: bytes) -> tuple[Any, float]:
    """A result and the CPU seconds of this thread it took."""
    started = time.thread_time()
    result = work(data)
    return result, time.thread_time() - started


def mean(values: list[float]) -> float:
    """The arithmetic mean."""
    return sum(values) / len(values)


def ratio(ours: int, peer: int) -> str:
    """Ours over theirs."""
    return f"{ours / peer:.2f}" if peer else "-"


if __name__ == "__main__":
    main()
