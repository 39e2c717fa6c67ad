"""The reader as a whole, by difficulty: ids, registration, ink, signatures, handwriting, speed.

`./run bench scan` draws the report's seeds, which nothing else may draw. For development:
`python -m tests.bench.bench_scan --develop --only photos --levels normal --count 40 --seed 7`
prints the same figures from other seeds and writes them nowhere.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from deploy.rehearse.hands.faces import faces
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.score import Figure, figures
from deploy.rehearse.seeds import REPORT, open_report
from deploy.rehearse.sheets import PrintedPage, made_up_pages
from tests.bench.scan_containers import tell_containers
from tests.bench.scan_hand import tell_hand
from tests.bench.scan_pictures import Looked, Order, look, prepare

PARTS = ("photos", "scans", "hand", "containers")
SHEETS = 20
WITHIN_MM = 2.5
COUNTS = {"photos": 100, "scans": 60, "hand": 100, "containers": 100}  # a level or kind
_LEVELS_APART = 10_000  # or every level would show the same writing
# Each part has report seeds of its own.
_APART = {part: place * 100_000 for place, part in enumerate(PARTS)}
_TEXTS = (
    ", suggested",
    ", wrong among suggested",
    ", wrong of class A",
    ", right among candidates",
)
_STAGES = ("ids", "registration", "flat", "handwriting", "view")


def main(arguments: Sequence[str] = ()) -> None:
    """Print one line per figure; without arguments from the report's seeds."""
    asked = _asked(arguments)
    if not asked.develop:
        open_report()
    for part in asked.only or PARTS:
        first = asked.seed if asked.develop else REPORT.start + _APART[part]
        count = asked.count or COUNTS[part]
        if part == "hand":
            tell_hand(range(first, first + count))
        elif part == "containers":
            tell_containers(range(first, first + count))
        else:
            _tell_levels(part, asked.levels or list(Level), range(first, first + count))
    _tell_seeds(develop=asked.develop, first=asked.seed)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench_scan", description=__doc__)
    parser.add_argument("--develop", action="store_true", help="other seeds than the report's")
    parser.add_argument("--seed", type=int, default=1, help="the first, with --develop")
    parser.add_argument("--only", nargs="*", choices=PARTS)
    parser.add_argument("--levels", nargs="*", type=Level, choices=list(Level))
    parser.add_argument("--count", type=int, default=0, help="pictures a level, with --develop")
    asked = parser.parse_args(arguments)
    if not asked.develop and (asked.count or asked.only or asked.levels):
        parser.error("the report is run whole: say --develop to choose")
    if asked.develop and asked.seed + 4 * _LEVELS_APART > REPORT.start:
        parser.error(f"seeds from {REPORT.start} on are the report's")
    return asked


def _tell_seeds(*, develop: bool, first: int) -> None:
    if develop:
        print(f"development seeds from {first:,} on: no figures to report")
        return
    print(
        f"seeds from {REPORT.start:,} on, which nothing but this run may draw; "
        f"{SHEETS} sheets; every photo and scan has 0 to 8 changed cells; hands: {faces().source}"
    )


def _tell_levels(part: str, levels: Iterable[Level], seeds: range) -> None:
    with tempfile.TemporaryDirectory() as name:
        pages = made_up_pages(Path(name), SHEETS, seed=1)
        fronts = [one for one in pages if one.side == "front"]
        with get_context("spawn").Pool(os.cpu_count(), prepare) as pool:
            for level in levels:
                whole = Looked()
                orders = _orders(part, fronts, level, seeds)
                for one in pool.imap_unordered(look, orders, chunksize=2):
                    whole.add(one)
                _tell_level(f"{part} {level}", whole)


def _orders(part: str, pages: Sequence[PrintedPage], level: Level, seeds: range) -> Iterator[Order]:
    apart = list(Level).index(level) * _LEVELS_APART
    for number, seed in enumerate(seeds):
        yield Order(part == "photos", pages[number % len(pages)], level, seed + apart)


def _tell_level(name: str, whole: Looked) -> None:
    found = figures(whole.tally)
    pages = whole.tally.counts["pages"]
    peer = {"ids found": f"{share(whole.peer_found, pages)} (pyzbar, whole picture)"}
    for one in found:
        if not one.name.endswith(_TEXTS):
            figure(name, one.name, one.text, peer.get(one.name, "-"))
    _tell_registration(name, whole, pages)
    _tell_texts(name, found)
    _tell_times(name, whole, pages)


def _tell_registration(name: str, whole: Looked, pages: int) -> None:
    if not whole.errors:
        return
    errors = np.array(whole.errors)
    plain = np.array(whole.plain_errors)
    peer = "(four markers, one homography)"
    near, plainly = int((errors[:, 1] < WITHIN_MM).sum()), int((plain < WITHIN_MM).sum())
    figure(
        name,
        f"registered within {WITHIN_MM} mm everywhere",
        share(near, pages),
        f"{share(plainly, pages)} {peer}",
    )
    figure(
        name,
        "registration error, mm: mean / median of the most / nine of ten of the most",
        f"{errors[:, 0].mean():.2f} / {np.median(errors[:, 1]):.2f} / "
        f"{np.percentile(errors[:, 1], 90):.2f}",
        f"- / {np.median(plain):.2f} / {np.percentile(plain, 90):.2f} {peer}",
    )
    if whole.read_errors:
        figure(
            name, "the most that a cell that was read is off", f"{max(whole.read_errors):.2f} mm"
        )


def _tell_texts(name: str, found: Sequence[Figure]) -> None:
    """One line a kind: how often suggested, wrong, and wrong in class A."""
    by_name = {one.name: one.text for one in found if one.name.endswith(_TEXTS)}
    kinds = dict.fromkeys(one.rsplit(", ", 1)[0] for one in by_name)
    for kind in kinds:
        told = " / ".join(by_name[f"{kind}{ending}"] for ending in _TEXTS[:3])
        figure(name, f"{kind}: suggested / wrong among suggested / wrong of class A", told)


def _tell_times(name: str, whole: Looked, pages: int) -> None:
    seconds = whole.seconds
    made = {"ids": pages, "registration": whole.sampled}
    floor = seconds["floor"] / whole.floored if whole.floored else 0.0
    said = f"{1000 * floor:.1f} ms (entropy decoding alone)" if floor else "-"
    for stage in _STAGES:
        if not made.get(stage, whole.looked_at):
            continue
        each = seconds[stage] / made.get(stage, whole.looked_at)
        times = f"{each / floor:.1f}" if floor else "-"
        figure(name, f"CPU, {_NAMES[stage]}", f"{1000 * each:.0f} ms", said, times)
    each, usual = seconds["ids"] / pages, seconds["pyzbar"] / pages
    figure(
        name,
        "CPU, ids, against the usual way",
        f"{1000 * each:.0f} ms",
        f"{1000 * usual:.0f} ms (cv2 colour, pyzbar)",
        f"{usual / each:.1f}",
    )
    figure(name, "CPU, bytes to ids, at most", f"{1000 * whole.slowest:.0f} ms")


_NAMES = {
    "ids": "bytes to ids",
    "registration": "registration alone",
    "flat": "bytes to ink, ticks and signature",
    "handwriting": "handwriting",
    "view": "flat view",
}


def share(part: int, whole: int) -> str:
    """As a percentage with its counts."""
    return Figure("", part, whole).text


def figure(level: str, name: str, ours: str, peer: str = "-", ratio: str = "-") -> None:
    """One line as the report takes it."""
    print(f"{level}: {name}\tours {ours}\tpeer {peer}\tratio {ratio}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
