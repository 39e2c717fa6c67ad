"""Which issued numbers a page's digits fit best: for people, never a match."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from services.scan.digits.reading import unpacked
from services.scan.hand.ctc import score
from shared.kernel.ids import SheetNumber

# A strip on which every number is less probable than this says nothing about any of them.
_FLOOR = -20.0
# Of each strip that says something: as probable as that the sheet is none of those compared.
_NONE = math.log(1e-6)
_AT_ONCE = 2000


def shares(
    steps: Sequence[bytes], numbers: Sequence[SheetNumber], priors: Sequence[float]
) -> tuple[float, ...] | None:
    """How probable each number is, with what is left for "none of them"; None: nothing was read.

    Args:
        steps: what was kept of each strip of the page.
        numbers: the issued numbers that are compared.
        priors: of each number, as the natural logarithm, what speaks for it besides.
    """
    strips = [_scores(one, numbers) for one in steps if one and numbers]
    telling = [scores for scores in strips if scores.max() > _FLOOR]
    if not telling:
        return None
    logs = np.sum([np.maximum(scores, _FLOOR) for scores in telling], axis=0) + np.array(priors)
    none = _NONE * len(telling)
    most = max(float(logs.max()), none)
    weights = np.exp(logs - most)
    total = float(weights.sum()) + math.exp(none - most)
    return tuple(float(weight) / total for weight in weights)


def _scores(steps: bytes, numbers: Sequence[SheetNumber]) -> npt.NDArray[np.float64]:
    probs = unpacked(steps)
    texts = [tuple(int(digit) + 1 for digit in number) for number in numbers]
    parts = [
        score(probs, texts[first : first + _AT_ONCE]) for first in range(0, len(texts), _AT_ONCE)
    ]
    return np.concatenate(parts)
