"""What is suggested of single cells, and how often it is wrong, against the model's own text.

Cells come from the simulator; which hands there were is said. The peer is the text the model
gives greedily for the same crop, taken as a suggestion every time.
"""

import os
import time
from collections import Counter
from dataclasses import asdict
from multiprocessing import get_context

from deploy.rehearse.cells import a_cell, blank_cell
from deploy.rehearse.hands.texts import TextKind
from deploy.rehearse.score import Figure, Tally, figures
from services.scan.hand.alphabet import greedy
from services.scan.hand.model import hand_model
from services.scan.hand.reading import CellKind, CellReading, read_cell
from tests.bench.scan_pictures import prepare

Order = tuple[str, int, int]  # kind, first seed, count
_AT_ONCE = 25


def tell_hand(seeds: range) -> None:
    """Print one line per figure."""
    with get_context("spawn").Pool(os.cpu_count(), prepare) as pool:
        for kind in CellKind:
            orders = [
                (kind.value, first, min(_AT_ONCE, seeds.stop - first))
                for first in range(seeds.start, seeds.stop, _AT_ONCE)
            ]
            whole, extra = Tally(), Counter[str]()
            for tally, counts in pool.imap_unordered(count, orders):
                whole.add(tally)
                extra += counts
            _tell(kind.value, whole, extra)


def count(order: Order) -> tuple[Tally, Counter[str]]:
    """What became of some cells of a kind, in a child."""
    kind, first, wanted = order
    tally, extra = Tally(), Counter[str]()
    for seed in range(first, first + wanted):
        cell = a_cell(TextKind(kind), seed)
        crop = cell.grey
        started = time.thread_time()
        reading = read_cell(crop, CellKind(kind))
        extra["us"] += round(1e6 * (time.thread_time() - started))
        extra["cells"] += 1
        truth = {"kind": kind, "text": cell.written.text, "stored": cell.written.stored}
        tally.add_cell(truth, _plain(reading))
        if cell.written.text:
            text = greedy(hand_model().read(crop), hand_model().alphabet)
            extra["greedy wrong"] += text != cell.written.text
            extra["written"] += 1
        blank = read_cell(blank_cell(seed).grey, CellKind(kind))
        tally.add_cell({"kind": kind, "text": "", "stored": ""}, _plain(blank))
    return tally, extra


def _plain(reading: CellReading) -> dict[str, object]:
    said = asdict(reading)
    return {**said, "class": said["grade"]}


def _tell(kind: str, whole: Tally, extra: Counter[str]) -> None:
    peer = Figure("", extra["greedy wrong"], extra["written"]).text
    for one in figures(whole):
        said = f"{peer} (the model's greedy text)" if "among suggested" in one.name else "-"
        name = one.name if one.name.startswith(kind) else f"{kind}, {one.name}"
        print(f"cells: {name}\tours {one.text}\tpeer {said}\tratio -", flush=True)
    each = extra["us"] / 1000 / max(1, extra["cells"])
    print(f"cells: {kind}, CPU a cell\tours {each:.0f} ms\tpeer -\tratio -", flush=True)
