"""Closed vocabularies: which word of a code list is written, if it is one of them at all."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from services.scan.hand.alphabet import Alphabet, alphabet, folded
from services.scan.hand.ctc import Symbols, score
from services.scan.hand.finding import Evidence, Finding, Grade, Why
from services.scan.hand.numbers import printed_doubts
from services.scan.hand.sight import VIEWS, Sight, mean_log
from shared.contracts.fields import national

_SURE = 0.95  # of all that the list allows
# A text that is none of the words fits each of them badly: less than this per character, in nats.
_LEAST_PER_SYMBOL = -3.0
_CANDIDATES = 5
_MOST_WORDS = 400
_MARKS = frozenset("√✓✔×✗")  # in a free cell a mark is an answer of a kind, and a clerk looks

# Endings that people leave out: 汉 for 汉族, 农业 for 农业户口.
_ENDINGS = ("族", "户口", "同胞", "亲属")
_OTHERWISE: Mapping[str, tuple[str, ...]] = {
    "是": ("有", "对", "√", "✓", "✔"),
    "否": ("不是", "没有", "无", "×", "✗"),
    "农业户口": ("农村", "农村户口", "农户", "农"),
    "非农业户口": ("非农", "非农户口"),
    "父亲": ("父", "爸爸", "父子", "父女"),
    "母亲": ("母", "妈妈", "母子", "母女"),
    "祖父": ("爷爷",),
    "祖母": ("奶奶",),
    "外祖父": ("外公", "姥爷"),
    "外祖母": ("外婆", "姥姥"),
    "居民身份证": ("身份证",),
    "共青团员": ("团员",),
    "中共党员": ("党员",),
    "居民户口": ("城镇", "居民家庭户"),
    "健康或良好": ("健康", "良好"),
}


def read_word(sight: Sight, codes: str, evidence: Evidence) -> Finding:
    """Which label of a code list is written; the suggestion is the label."""
    labels, spellings = _spellings(codes)
    seen = [folded(sight.probs(view), _alphabet_of(codes)) for view in VIEWS]
    logs = mean_log([score(probs, list(spellings)) for probs in seen])
    shares = _shares(labels, spellings, logs)
    ordered = sorted(shares, key=lambda label: -shares[label])
    raw = sight.greedy()
    best = ordered[0]
    fits = max(
        float(log) / max(1, len(text))
        for (text, label), log in zip(spellings.items(), logs, strict=True)
        if label == best
    )
    if fits < _LEAST_PER_SYMBOL:
        return Finding(raw, None, (), Grade.C, (Why.NO_SUCH_WORD,))
    candidates = tuple(one for one in ordered[:_CANDIDATES] if shares[one] > 0.01)
    if shares[best] < _SURE:
        return Finding(raw, None, candidates, Grade.C, (Why.UNSURE,))
    doubts = printed_doubts(best, evidence.printed)
    is_mark = bool(raw) and set(raw) <= _MARKS
    return Finding(raw, best, candidates, Grade.B if is_mark else Grade.A, doubts)


def _shares(
    labels: tuple[str, ...], spellings: Mapping[Symbols, str], logs: npt.NDArray[np.float64]
) -> dict[str, float]:
    """Of each label, all its spellings together; they sum to one."""
    weights = np.exp(np.maximum(logs - logs.max(), -700.0))
    total = float(weights.sum())
    shares = dict.fromkeys(labels, 0.0)
    for label, weight in zip(spellings.values(), weights, strict=True):
        shares[label] += float(weight) / total
    return shares


@cache
def _spellings(codes: str) -> tuple[tuple[str, ...], Mapping[Symbols, str]]:
    """The labels of a list, and every way to write one as symbols of the list's alphabet."""
    labels = tuple(label for _, label in national().code_lists[codes].values)[:_MOST_WORDS]
    columns = {symbol: place for place, symbol in enumerate(_alphabet_of(codes).symbols, start=1)}
    meant: dict[Symbols, str] = {}
    for label in labels:
        for text in ways_to_write(label):
            if text and all(one in columns for one in text):
                meant.setdefault(tuple(columns[one] for one in text), label)
    return labels, meant


def ways_to_write(label: str) -> tuple[str, ...]:
    """The label, its halves around 或, its short forms."""
    ways = [label, *label.split("或"), *_OTHERWISE.get(label, ())]
    for ending in _ENDINGS:
        if label.endswith(ending) and len(label) > len(ending):
            ways.append(label.removesuffix(ending))
    return tuple(dict.fromkeys(ways))


@cache
def _alphabet_of(codes: str) -> Alphabet:
    labels = (label for _, label in national().code_lists[codes].values)
    used = sorted({one for label in labels for text in ways_to_write(label) for one in text})
    return alphabet({one: one for one in used})
