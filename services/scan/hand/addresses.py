"""Addresses: the region in front is one of a list, road and number stay as they were read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from services.scan.hand.finding import Finding, Grade, Why
from services.scan.hand.ink import Ink
from services.scan.hand.names import read_text
from services.scan.hand.sight import Sight
from services.scan.hand.strip import lines_of
from shared.kernel.divisions import all_names

_SURE_REST = 0.98  # of all that the views together leave possible, of every line
_LEAST_LINE = -4.0  # nats
_MOST_WRONG = 0.34  # of a region's characters
_CLEARER = 1.0  # characters that the next best region must be further away
_WRONG_COSTS = 3.0  # characters that are right
_SHORTEST = 3  # characters of a region that are worth a comparison
_ENDINGS = "省市区县"


def read_address(ink: Ink) -> Finding:
    """An address of one or more lines; the suggestion has its region put right."""
    lines = [read_text(Sight(line)) for line in lines_of(ink)]
    raw = "".join(line.text for line in lines)
    share = min((line.share for line in lines), default=0.0)
    fits = min((line.log for line in lines), default=-99.0) >= _LEAST_LINE
    found = region_in(raw)
    if found is None:
        return Finding(raw, None, (raw,) if raw else (), Grade.C, (Why.NO_REGION,))
    whole = found.name + raw[found.length :]
    candidates = tuple(dict.fromkeys((whole, found.name, raw)))
    if found.wrong == 0 and fits and share >= _SURE_REST:
        return Finding(raw, whole, candidates, Grade.B, ())
    return Finding(raw, None, candidates, Grade.C, (Why.UNSURE,))


@dataclass(frozen=True, slots=True)
class Region:
    """The region a text begins with: its full name, and how many characters of it that takes."""

    name: str
    length: int
    wrong: float  # characters that were read otherwise


def region_in(text: str) -> Region | None:
    """The region a text begins with; None where none fits, or several fit as well."""
    near = sorted(_near(text), key=lambda one: _WRONG_COSTS * one[0].wrong - one[1])
    if not near:
        return None
    best, spelled = near[0]
    for other, length in near[1:]:
        is_inside = best.name.startswith(other.name)
        if other.name != best.name and not is_inside and length >= spelled:
            return best if other.wrong - best.wrong >= _CLEARER else None
    return best


def _near(text: str) -> Iterator[tuple[Region, int]]:
    """Regions whose spelling is close to the text's beginning, and the spelling's length."""
    beginning = text[:24]
    used = set(beginning)
    for spelling, name in _spellings():
        if 2 * len(used & set(spelling)) < len(set(spelling)):
            continue
        wrong, length = prefix_distance(spelling, beginning)
        if len(spelling) >= _SHORTEST and wrong <= _MOST_WRONG * len(spelling):
            yield Region(name, length, wrong), len(spelling)


def prefix_distance(word: str, text: str) -> tuple[float, int]:
    """Edits between a word and the best prefix of a text, and that prefix's length."""
    row = list(range(len(text) + 1))
    for place, one in enumerate(word, start=1):
        last, row[0] = row[0], place
        for at, other in enumerate(text, start=1):
            here = min(row[at] + 1, row[at - 1] + 1, last + (one != other))
            last, row[at] = row[at], here
    best = min(range(len(row)), key=lambda at: (row[at], abs(at - len(word))))
    return float(row[best]), best


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    """Ways to write each county-level region with the levels above it, and its full name."""
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    for parts in all_names():
        name = "".join(parts)
        for spelling in _ways(parts):
            if found.setdefault(spelling, name) != name:
                ambiguous.add(spelling)
    return tuple((spelling, name) for spelling, name in found.items() if spelling not in ambiguous)


def _ways(parts: Sequence[str]) -> Iterator[str]:
    yield "".join(parts)
    if len(parts) > 1:
        yield "".join(parts[1:])
        yield "".join(part.rstrip(_ENDINGS) or part for part in parts[:-1]) + parts[-1]
