"""What is suggested of handwriting, and how often it is wrong, against the model's own text.

Cells come from the simulator; which hands there were is said. The peer is the text the model
gives greedily for the same crop, taken as a suggestion every time.
"""

import os
import time
from collections import Counter

from deploy.rehearse.cells import a_cell, blank_cell
from deploy.rehearse.hands.faces import faces
from deploy.rehearse.hands.texts import TextKind
from services.scan.hand.alphabet import greedy
from services.scan.hand.model import hand_model
from services.scan.hand.reading import CellKind, read_cell

CELLS = int(os.environ.get("HECHA_BENCH_CELLS", "120"))
FIRST_SEED = int(os.environ.get("HECHA_BENCH_SEED", "10000"))
_PEER = "(the model's greedy text)"


def main() -> None:
    """Print one line per figure."""
    hand_model()
    for kind in CellKind:
        tell(kind.value, count(kind))
    tell_blank()
    print(f"{CELLS} cells a kind, seeds from {FIRST_SEED:,} on, {faces().source}")


def count(kind: CellKind) -> Counter[str]:
    """What became of one kind's cells."""
    found: Counter[str] = Counter()
    for number in range(CELLS):
        cell = a_cell(TextKind(kind.value), FIRST_SEED + number)
        if not cell.written.text:
            continue  # nobody wrote into it
        crop, stored = cell.grey, cell.written.stored
        found["cells"] += 1
        text = greedy(hand_model().read(crop), hand_model().alphabet)
        found["greedy"] += text == cell.written.text
        started = time.thread_time()
        reading = read_cell(crop, kind)
        found["ms"] += round(1000 * (time.thread_time() - started))
        found["suggested"] += reading.suggestion is not None
        found["wrong"] += reading.suggestion not in (None, stored)
        found["among"] += stored in reading.candidates
    return found


def tell(name: str, found: Counter[str]) -> None:
    """One kind's figures."""
    cells = found["cells"]
    figure(f"{name}, suggested", share(found["suggested"], cells))
    figure(
        f"{name}, wrong among suggested",
        share(found["wrong"], found["suggested"]),
        f"{share(cells - found['greedy'], cells)} {_PEER}",
    )
    figure(f"{name}, right among candidates", share(found["among"], cells))
    figure(f"{name}, CPU a cell", f"{found['ms'] / max(1, cells):.0f} ms")


def tell_blank() -> None:
    """Cells nobody wrote into."""
    said = sum(
        read_cell(blank_cell(FIRST_SEED + number).grey, kind).suggestion is not None
        for number in range(CELLS)
        for kind in (CellKind.ID, CellKind.NAME, CellKind.ETHNIC)
    )
    figure("blank, suggested", share(said, 3 * CELLS))


def share(part: int, whole: int) -> str:
    """As a percentage with its counts."""
    return f"{100 * part / whole:.1f} % ({part}/{whole})" if whole else "-"


def figure(name: str, ours: str, peer: str = "-") -> None:
    """One line as the report takes it."""
    print(f"hand: {name}\tours {ours}\tpeer {peer}\tratio -", flush=True)


if __name__ == "__main__":
    main()
