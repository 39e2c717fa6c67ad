"""What is suggested of handwriting, and how often it is wrong, against the model's own text.

Cells are drawn from the fonts that HECHA_HAND_FONTS names (folders `han/` and `digit/`) and real
digits of HECHA_HAND_DIGITS; without them the packaged print font is drawn, and the figures say
so: they then show that the rules hold, not how well hands are read. Seeds from 10,000 on; rules
and thresholds were set on seeds below and on other fonts. The peer is the text the model gives
greedily for the same crop, taken as a suggestion every time.
"""

import os
import time
from collections import Counter
from collections.abc import Callable

import numpy as np

from services.scan.hand.alphabet import greedy
from services.scan.hand.model import hand_model
from services.scan.hand.reading import CellKind, read_cell
from tests.unit.scan_hand import truths
from tests.unit.scan_hand.cells import REPORT_SEED, Hand, Style, blank, draw, hands

CELLS = int(os.environ.get("HECHA_BENCH_CELLS", "120"))
FIRST_SEED = int(os.environ.get("HECHA_BENCH_SEED", str(REPORT_SEED)))
_PEER = "(the model's greedy text)"

Drawn = tuple[str, str, CellKind, Style]  # as written, as stored


def main() -> None:
    """Print one line per figure."""
    writers = hands()
    hand_model()
    for name, make in KINDS.items():
        tell(name, count(make, writers))
    tell_blank()
    source = "fonts named by HECHA_HAND_FONTS" if os.environ.get("HECHA_HAND_FONTS") else "print"
    print(f"{CELLS} cells a kind, seeds from {FIRST_SEED:,} on, {len(writers)} hands, {source}")


def count(make: Callable[[np.random.Generator], Drawn], writers: tuple[Hand, ...]) -> Counter[str]:
    """What became of one kind's cells."""
    found: Counter[str] = Counter()
    for number in range(CELLS):
        seed = FIRST_SEED + number
        written, stored, kind, style = make(np.random.default_rng([7, seed]))
        try:
            crop = draw(written, seed=seed, hand=writers[seed % len(writers)], style=style)
        except ValueError:
            continue  # the font has no such character
        found["cells"] += 1
        found["greedy"] += greedy(hand_model().read(crop), hand_model().alphabet) == written
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
        read_cell(blank(seed=FIRST_SEED + number), kind).suggestion is not None
        for number in range(CELLS)
        for kind in (CellKind.ID, CellKind.NAME, CellKind.ETHNIC)
    )
    figure("blank, suggested", share(said, 3 * CELLS))


def _date(rng: np.random.Generator) -> Drawn:
    written, stored = truths.a_date(rng)
    return written, stored, CellKind.DATE, Style()


def _address(rng: np.random.Generator) -> Drawn:
    written, _ = truths.an_address(rng)
    return written, written, CellKind.ADDRESS, Style(lines=1 + int(rng.random() < 0.4))


def _plain(kind: CellKind, make: Callable[[np.random.Generator], str]) -> Callable[..., Drawn]:
    def drawn(rng: np.random.Generator) -> Drawn:
        text = make(rng)
        return text, text, kind, Style()

    return drawn


KINDS: dict[str, Callable[[np.random.Generator], Drawn]] = {
    "name": _plain(CellKind.NAME, truths.a_name),
    "rare name": _plain(CellKind.NAME, lambda rng: truths.a_name(rng, is_rare=True)),
    "ID": _plain(CellKind.ID, truths.an_id),
    "ID that does not add up": _plain(CellKind.ID, lambda rng: truths.an_id(rng, is_valid=False)),
    "date": _date,
    "phone": _plain(CellKind.PHONE, truths.a_phone),
    "address": _address,
    "ethnic": _plain(CellKind.ETHNIC, lambda rng: truths.a_word(rng, "ethnic")),
    "hukou": _plain(CellKind.HUKOU, lambda rng: truths.a_word(rng, "hukou")),
    "sex": _plain(CellKind.SEX, lambda rng: truths.a_word(rng, "sex")),
    "yes or no": _plain(CellKind.YES_NO, lambda rng: truths.a_word(rng, "yes_no")),
}


def share(part: int, whole: int) -> str:
    """As a percentage with its counts."""
    return f"{100 * part / whole:.1f} % ({part}/{whole})" if whole else "-"


def figure(name: str, ours: str, peer: str = "-") -> None:
    """One line as the report takes it."""
    print(f"hand: {name}\tours {ours}\tpeer {peer}\tratio -", flush=True)


if __name__ == "__main__":
    main()
