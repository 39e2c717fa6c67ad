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

_NO_VETO = -60.0  # nats: no view counts for more than that

VIEWS = (View.WHOLE, View.BARE, View.SMALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A possible text.

    `log` is its log-probability, averaged over the views; `share` what is left for it when each
    view is a witness of its own and the texts found are all there could be, 0..1.
    """

    text: str
    log: float
    share: float = 0.0

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
    each = [score(probs, texts) for probs in seen]
    logs, shares = mean_log(each), _shares(each)
    scored = [
        Text(spelled(text), float(log), float(share))
        for text, log, share in zip(texts, logs, shares, strict=True)
    ]
    return tuple(sorted(scored, key=lambda one: -one.log))


def _shares(logs: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """The views' geometric mean, summing to one over the texts.

    A view that is sure and wrong is outvoted, as the mean of probabilities would not let it be.
    """
    joint = np.maximum(np.stack(logs), _NO_VETO).mean(axis=0)
    weights = np.exp(joint - joint.max(initial=_NO_VETO))
    return np.asarray(weights / max(float(weights.sum()), 1e-300), np.float64)


def mean_log(logs: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """Log of the mean probability; a text that one view alone believes in loses by that."""
    stacked = np.stack(logs)
    most = np.maximum(stacked.max(axis=0), -700.0)
    mean: npt.NDArray[np.float64] = most + np.log(
        np.exp(np.maximum(stacked, -700.0) - most).mean(axis=0)
    )
    return mean
