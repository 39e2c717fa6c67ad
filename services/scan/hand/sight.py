"""What the model sees of a cell, in several views, and the readings that agree with all of them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from services.scan.hand.alphabet import Alphabet, folded, greedy
from services.scan.hand.ctc import WIDTH, Symbols, beam, score
from services.scan.hand.ink import Ink
from services.scan.hand.model import LogProbs, hand_model
from services.scan.hand.strip import View, strip_of

VIEWS = (View.WHOLE, View.BARE, View.SMALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A possible text; `log` is its log-probability, averaged over the views."""

    text: str
    log: float

    @property
    def probability(self) -> float:
        """Of just this text, against everything the model's alphabet could say."""
        return math.exp(self.log)


@dataclass(slots=True)
class Sight:
    """One line of writing; each view is read when it is first asked for, and kept."""

    ink: Ink
    _read: dict[View, LogProbs] = field(default_factory=dict)

    def probs(self, view: View) -> LogProbs:
        """The model's output for a view."""
        if view not in self._read:
            self._read[view] = hand_model().read(strip_of(self.ink, view))
        return self._read[view]

    def greedy(self, view: View = View.WHOLE) -> str:
        """The text as the model has it, in its own alphabet."""
        return greedy(self.probs(view), hand_model().alphabet)

    def texts(self, allowed: Alphabet, views: Sequence[View] = VIEWS) -> tuple[Text, ...]:
        """The best texts in an alphabet, best first, by their mean probability over the views."""
        seen = [folded(self.probs(view), allowed) for view in views]
        found = {one.symbols: None for probs in seen for one in beam(probs, width=WIDTH)}
        return ranked(seen, list(found), lambda text: "".join(allowed.symbols[s - 1] for s in text))


def ranked(
    seen: Sequence[LogProbs], texts: Sequence[Symbols], spelled: Callable[[Symbols], str]
) -> tuple[Text, ...]:
    """Texts by their mean probability over views, best first."""
    logs = mean_log([score(probs, texts) for probs in seen])
    scored = [Text(spelled(text), float(log)) for text, log in zip(texts, logs, strict=True)]
    return tuple(sorted(scored, key=lambda one: -one.log))


def mean_log(logs: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Log of the mean probability; a text that one view alone believes in loses by that."""
    stacked = np.stack(logs)
    most = np.maximum(stacked.max(axis=0), -700.0)
    mean: npt.NDArray[np.float64] = most + np.log(
        np.exp(np.maximum(stacked, -700.0) - most).mean(axis=0)
    )
    return mean


def weakest(texts: Sequence[Text]) -> float:
    """The probability of the least certain character of the first text, 0..1.

    What other texts of the same length have at that place counts against it, and all that the
    alphabet does not hold.
    """
    if not texts or not texts[0].text:
        return 0.0
    best = texts[0].text
    alike = [one for one in texts if len(one.text) == len(best)]
    return min(
        sum(one.probability for one in alike if one.text[place] == character)
        for place, character in enumerate(best)
    )
