"""Search in Chinese without a dictionary: pairs of characters, weighed by how rare they are.

The same on SQLite and PostgreSQL, because neither cuts Chinese into words by itself: the index
is a table of pairs. Pure rules; who may see what is decided before.
"""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

TITLE_WEIGHT, TEXT_WEIGHT = 3, 1
MOST_GRAMS = 60  # of a query: more words than anybody types
# An entry that shares less than this part of the query's weight is no answer to it.
LEAST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Posting:
    """A pair of characters stands in an entry, so often."""

    gram: str
    entry: int
    weight: int


def grams(text: str) -> list[str]:
    """Pairs of Chinese characters, and whole words of other letters and digits.

    A single Chinese character between other things stands for itself.
    """
    found: list[str] = []
    for run, is_chinese in _runs(unicodedata.normalize("NFKC", text).casefold()):
        if is_chinese and len(run) > 1:
            found += [one + other for one, other in pairwise(run)]
        else:
            found.append(run)
    return found


def index_of(entry: int, title: str, text: str) -> list[Posting]:
    """What the index keeps of an entry."""
    weights: Counter[str] = Counter()
    for gram in grams(title):
        weights[gram] += TITLE_WEIGHT
    for gram in grams(text):
        weights[gram] += TEXT_WEIGHT
    return [Posting(gram, entry, weight) for gram, weight in sorted(weights.items())]


def query_of(words: str) -> list[str]:
    """The distinct pairs that a query asks for."""
    return list(dict.fromkeys(grams(words)))[:MOST_GRAMS]


def best(query: Iterable[str], postings: Iterable[Posting], entries: int) -> list[int]:
    """Entries by how much of the query they hold, best first; what holds too little is left out.

    Args:
        query: distinct pairs.
        postings: the index's rows of these pairs, of the entries that may be seen.
        entries: how many entries may be seen, so that a pair all of them hold counts little.
    """
    by_gram: dict[str, dict[int, int]] = defaultdict(dict)
    for one in postings:
        by_gram[one.gram][one.entry] = one.weight
    rarity = {gram: _rarity(len(by_gram.get(gram, {})), entries) for gram in query}
    scores: Counter[int] = Counter()
    shares: Counter[int] = Counter()
    for gram, rare in rarity.items():
        for entry, weight in by_gram.get(gram, {}).items():
            scores[entry] += int(1000 * rare * (1 + math.log(weight)))
            shares[entry] += int(1000 * rare)
    least = LEAST_SHARE * 1000 * sum(rarity.values())
    kept = [entry for entry in scores if shares[entry] >= least]
    return sorted(kept, key=lambda entry: (-scores[entry], entry))


def _rarity(holders: int, entries: int) -> float:
    return math.log(1 + (entries + 1) / (holders + 0.5))


def _runs(text: str) -> Iterable[tuple[str, bool]]:
    """The text cut into runs of Chinese characters and runs of other letters and digits."""
    run, kind = "", False
    for one in text:
        is_chinese = _is_chinese(one)
        if run and (not one.isalnum() or is_chinese != kind):
            yield run, kind
            run = ""
        if one.isalnum():
            run, kind = run + one, is_chinese
    if run:
        yield run, kind


def _is_chinese(one: str) -> bool:
    return unicodedata.name(one, "").startswith("CJK UNIFIED IDEOGRAPH")
