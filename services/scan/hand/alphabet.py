"""A field's own alphabet: the model's characters that may stand for each symbol of a field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from services.scan.hand.model import BLANK, LogProbs, hand_model

# What a pen makes of a symbol, as the model reads it. Only inside an alphabet that has no
# use for the look-alike itself.
DIGITS: Mapping[str, str] = {
    "0": "0OoQDＯ〇○◯۵０",
    "1": "1lI|丨∣!ⅠｌＩ１",
    "2": "2Zz２",
    "3": "3З３",
    "4": "4４",
    "5": "5Ss５",
    "6": "6b６",
    "7": "7７",
    "8": "8&B８",
    "9": "9qg９",
}
CHECK: Mapping[str, str] = {"X": "Xx×乂メχХ✗✕Ｘ"}
DASH: Mapping[str, str] = {"-": "-—–_~－一ー‐−.．,，、:：·。"}
SLASH_IS_ONE = "/"
_SPACE = " "

Groups: TypeAlias = tuple[npt.NDArray[np.intp], ...]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Symbols of a field; `groups[k]` are the model's classes that mean `symbols[k]`."""

    symbols: tuple[str, ...]
    groups: Groups
    empty: npt.NDArray[np.intp]  # classes that mean no symbol: the blank, a space


@cache
def classes() -> dict[str, int]:
    """The model's class of every character."""
    return {text: place for place, text in enumerate(hand_model().alphabet) if text}


def alphabet(symbols: Mapping[str, str]) -> Alphabet:
    """An alphabet of symbols with their look-alikes; those the model does not know are left out.

    A space means nothing unless it stands for a symbol.
    """
    known = classes()
    groups = tuple(
        np.array(sorted({known[one] for one in likes if one in known}), np.intp)
        for likes in symbols.values()
    )
    is_symbol = any(_SPACE in likes for likes in symbols.values())
    empty = [BLANK] if is_symbol else [BLANK, known[_SPACE]]
    return Alphabet(tuple(symbols), groups, np.array(empty, np.intp))


def folded(probs: LogProbs, field: Alphabet) -> LogProbs:
    """Log-probabilities of the blank (column 0) and of each symbol, shape (steps, 1 + symbols).

    Rows sum to less than one where the model sees characters the field does not have: what it
    gives them is not shared out, so that a foreign text stays improbable.
    """
    columns = [_sum(probs[:, field.empty])]
    columns += [
        _sum(probs[:, group]) if group.size else np.full(len(probs), -20.0, np.float32)
        for group in field.groups
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def _sum(logs: LogProbs) -> LogProbs:
    most = logs.max(axis=1, keepdims=True)
    total: LogProbs = (most[:, 0] + np.log(np.exp(logs - most).sum(axis=1))).astype(np.float32)
    return total


def greedy(probs: LogProbs, names: Sequence[str]) -> str:
    """The most probable character of every step, repeats and blanks taken out."""
    best = probs.argmax(axis=1)
    is_new = np.concatenate([[True], best[1:] != best[:-1]]) & (best != BLANK)
    return "".join(names[place] for place in best[is_new]).strip()
