"""CTC decoding: the best texts of a strip, and how probable a given text is.

The output of the model is one distribution per step; a text's probability is the sum over all
ways to spread it over the steps (Graves et al. 2006).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.scan.hand.model import LogProbs

WIDTH = 60
_NEVER = -math.inf
# Symbols less probable than this in a step cannot bring a text among the best.
_PRUNE = math.log(1e-5)
_MOST_SYMBOLS = 12

Symbols = tuple[int, ...]  # columns of the log-probabilities, never 0


@dataclass(frozen=True, slots=True)
class Scored:
    """A text with its log-probability; symbols are columns, 1 and above."""

    symbols: Symbols
    log: float


def beam(probs: LogProbs, *, width: int = WIDTH) -> tuple[Scored, ...]:
    """The most probable texts, best first, by prefix beam search; column 0 is the blank."""
    beams: dict[Symbols, tuple[float, float]] = {(): (0.0, _NEVER)}
    for row in probs:
        if row[0] > -1e-6:  # nothing but the blank: every prefix stays as it is
            beams = {text: (_add(*ends), _NEVER) for text, ends in beams.items()}
            continue
        beams = _best(_step(beams, row), width)
    found = [Scored(text, _add(*ends)) for text, ends in beams.items()]
    possible = (one for one in found if one.log > _NEVER)
    return tuple(sorted(possible, key=lambda one: -one.log))


_Beams = dict[Symbols, tuple[float, float]]  # log-probability ending in a blank, in a symbol


def _step(beams: _Beams, row: npt.NDArray[np.float32]) -> _Beams:
    likely = _likely(row)
    blank = float(row[0])
    grown: _Beams = {}
    for text, (with_blank, with_symbol) in beams.items():
        either = _add(with_blank, with_symbol)
        _put(grown, text, either + blank, _NEVER)
        for symbol, log in likely:
            if text and text[-1] == symbol:
                _put(grown, text, _NEVER, with_symbol + log)
                _put(grown, (*text, symbol), _NEVER, with_blank + log)
            else:
                _put(grown, (*text, symbol), _NEVER, either + log)
    return grown


def _likely(row: npt.NDArray[np.float32]) -> list[tuple[int, float]]:
    places = np.flatnonzero(row[1:] > _PRUNE) + 1
    if places.size > _MOST_SYMBOLS:
        places = places[np.argsort(-row[places])[:_MOST_SYMBOLS]]
    return [(int(place), float(row[place])) for place in places]


def _put(beams: _Beams, text: Symbols, with_blank: float, with_symbol: float) -> None:
    known = beams.get(text)
    if known is not None:
        with_blank, with_symbol = _add(known[0], with_blank), _add(known[1], with_symbol)
    beams[text] = (with_blank, with_symbol)


def _best(beams: _Beams, width: int) -> _Beams:
    if len(beams) <= width:
        return beams
    ranked = sorted(beams.items(), key=lambda one: -_add(*one[1]))
    return dict(ranked[:width])


def _add(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    return a if b == _NEVER else a + math.log1p(math.exp(b - a))


def score(probs: LogProbs, texts: Sequence[Symbols]) -> npt.NDArray[np.float64]:
    """The log-probability of each text: the forward pass, all texts at once, shape (texts,)."""
    longest = max((len(text) for text in texts), default=0)
    labels = np.zeros((len(texts), 2 * longest + 1), np.intp)
    for place, text in enumerate(texts):
        labels[place, 1 : 2 * len(text) : 2] = text
    may_skip = np.zeros(labels.shape, bool)
    may_skip[:, 2:] = (labels[:, 2:] != 0) & (labels[:, 2:] != labels[:, :-2])
    forward = np.full(labels.shape, _NEVER)
    forward[:, 0] = probs[0, 0]
    if longest:
        forward[:, 1] = probs[0, labels[:, 1]]
    with np.errstate(divide="ignore", invalid="ignore"):
        for row in probs[1:].astype(np.float64):
            forward = _forward(forward, may_skip) + row[labels]
        ends = np.array([2 * len(text) for text in texts], np.intp)
        rows = np.arange(len(texts))
        last = np.where(ends > 0, forward[rows, np.maximum(ends - 1, 0)], _NEVER)
        return np.asarray(np.logaddexp(forward[rows, ends], last), np.float64)


def _forward(
    forward: npt.NDArray[np.float64], may_skip: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    from_one = np.full_like(forward, _NEVER)
    from_one[:, 1:] = forward[:, :-1]
    from_two = np.full_like(forward, _NEVER)
    from_two[:, 2:] = forward[:, :-2]
    from_two[~may_skip] = _NEVER
    summed: npt.NDArray[np.float64] = np.logaddexp(np.logaddexp(forward, from_one), from_two)
    return summed
