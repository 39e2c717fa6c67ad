"""What printed sheet numbers match by machine, and how often the match is wrong.

Numbers are drawn in the sheets' own font, blurred, shrunk, turned and recompressed at six
levels. Of each page both corners are seen, each on its own. Six of ten pages are of the school
that hands them in, two of another one of the campaign, two of no sheet that was issued. The
campaign has as many sheets as HECHA_BENCH_ISSUED says, 500,000 without it. Seeds from 50,000 on;
the thresholds come from a bound, not from pictures. The peer takes the upper corner's best reading
whose check digits are right.
"""

import os
import time
from collections import Counter

import numpy as np

from services.scan.digits.reading import read_strip
from services.scan.digits.rules import Context, Printed, decide_by_number
from services.scan.digits.seen import CornerSeen
from services.scan.domain import Issued
from shared.contracts.scan_commands import PageState
from shared.kernel.ids import SheetId, SheetNumber, UnitCode
from shared.kernel.sheet_code import Side
from tests.unit.scan_digits.numbers import LEVELS, REPORT_SEED, Level, a_number, strip_of

PAGES = int(os.environ.get("HECHA_BENCH_NUMBERS", "500"))  # of each level
ISSUED = int(os.environ.get("HECHA_BENCH_ISSUED", "500000"))
SCHOOL_SHEETS = 2000
SCHOOL = UnitCode("2144910101")
OWN, OTHER = UnitCode("2144910101-0101"), UnitCode("2144990101-0101")


def main() -> None:
    """Print a few lines for every level."""
    campaign = issued_numbers()
    for level in LEVELS:
        tell(level, count(level, campaign))
    print(f"- {PAGES} pages a level, {ISSUED:,} numbers issued, {SCHOOL_SHEETS:,} of the school")


def issued_numbers() -> dict[SheetNumber, Printed]:
    """Every number of the campaign; the first ones are the school's."""
    rng = np.random.default_rng(REPORT_SEED)
    return {a_number(rng): Printed(_issued(place), 1, Side.FRONT) for place in range(ISSUED)}


def count(level: Level, campaign: dict[SheetNumber, Printed]) -> Counter[str]:
    """What became of one level's pages."""
    rng = np.random.default_rng([REPORT_SEED, 1 + LEVELS.index(level)])
    numbers = list(campaign)
    found: Counter[str] = Counter()
    for page in range(PAGES):
        truth = _true_number(page, numbers, rng)
        started = time.thread_time()
        seed = REPORT_SEED + 2 * (page + PAGES * LEVELS.index(level))
        corners = tuple(read_strip(strip_of(truth, level, seed + at)) for at in (0, 1))
        found["ms"] += round(1000 * (time.thread_time() - started))
        _judge(found, "two corners", truth, corners, campaign, Context(SCHOOL))
        cover = Context(SCHOOL, frozenset({OWN}))
        _judge(found, "corner and cover", truth, corners[:1], campaign, cover)
        first = next((one.number for one in corners[0].possible), truth)
        found["check digits, wrong"] += first != truth
    return found


def tell(level: Level, found: Counter[str]) -> None:
    """One level's figures."""
    own = found["own"] // 2
    for how in ("two corners", "corner and cover"):
        figure(f"{level.name}, matched by {how}", share(found[how], own))
        figure(
            f"{level.name}, wrong sheet by {how}",
            share(found[f"{how}, wrong"], PAGES),
            f"{share(found['check digits, wrong'], PAGES)} (check digits alone)",
        )
    figure(f"{level.name}, CPU a page", f"{found['ms'] / PAGES:.0f} ms")


def share(part: int, whole: int) -> str:
    """As a percentage with its counts."""
    return f"{100 * part / whole:.1f} % ({part}/{whole})" if whole else "-"


def figure(name: str, ours: str, peer: str = "-") -> None:
    """One line as the report takes it."""
    print(f"digits: {name}\tours {ours}\tpeer {peer}\tratio -", flush=True)


def _judge(
    found: Counter[str],
    how: str,
    truth: SheetNumber,
    corners: tuple[CornerSeen, ...],
    campaign: dict[SheetNumber, Printed],
    context: Context,
) -> None:
    known = campaign.get(truth)
    is_own = known is not None and known.issued.unit == OWN
    found["own"] += is_own
    decision = decide_by_number(corners, campaign, context)
    if decision.match is not None and decision.state is PageState.MATCHED:
        is_right = is_own and known is not None and decision.match.sheet == known.issued.sheet
        found[how] += is_right
        found[f"{how}, wrong"] += not is_right


def _true_number(page: int, numbers: list[SheetNumber], rng: np.random.Generator) -> SheetNumber:
    if page % 10 < 6:
        return numbers[int(rng.integers(SCHOOL_SHEETS))]
    if page % 10 < 8:
        return numbers[int(rng.integers(SCHOOL_SHEETS, len(numbers)))]
    return a_number(rng)


def _issued(place: int) -> Issued:
    unit = OWN if place < SCHOOL_SHEETS else OTHER
    return Issued(SheetId(f"{place:012x}"), 1, frozenset({1}), unit)


if __name__ == "__main__":
    main()
