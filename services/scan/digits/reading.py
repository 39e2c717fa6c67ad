"""Reads a printed sheet number: digits by the model, and which numbers they may be.

The model's output sums to one over all texts, so at most 1/p numbers can have the probability
p, however blurred the strip is. Numbers are drawn at random out of 10**13: that one of n issued
ones reaches p on somebody else's strip has a chance of at most n / (p * 10**13).
"""

import math
from functools import cache

import numpy as np

from services.scan.digits.seen import CornerSeen, Possible
from services.scan.digits.strips import number_strips
from services.scan.hand.alphabet import DIGITS, Alphabet, alphabet, folded
from services.scan.hand.ctc import beam
from services.scan.hand.model import LogProbs, hand_model
from services.scan.image.source import Gray, Source
from shared.kernel.ids import SheetNumber
from shared.kernel.sheet_number import is_sheet_number

LEAST = math.log(1e-3)  # of a number that is worth asking for
MOST = 8  # numbers of one strip
_WIDTH = 120
_SYMBOLS = 11  # the blank and ten digits
_PER_NAT = 20  # of what is kept: a byte holds 0 .. 12.75 nats
_FLAT_LEVELS = 12  # a strip with less between its darkest and lightest tenth holds no print


def read_numbers(source: Source) -> tuple[CornerSeen, ...]:
    """Both printed numbers of a page, each read by itself; none where no sheet is found.

    Raises:
        UnreadableError: the picture has no pixels.
    """
    return tuple(read_strip(strip) for strip in number_strips(source))


def read_strip(strip: Gray) -> CornerSeen:
    """One printed number, black on white."""
    low, high = np.percentile(strip, (2, 90))
    if high - low < _FLAT_LEVELS:
        return CornerSeen()
    probs = folded(hand_model().read(strip), _alphabet())
    found = (
        Possible(SheetNumber("".join(str(symbol - 1) for symbol in one.symbols)), one.log)
        for one in beam(probs, width=_WIDTH)
        if one.log >= LEAST
    )
    numbers = tuple(one for one in found if is_sheet_number(one.number))
    return CornerSeen(numbers[:MOST], packed(probs))


def packed(probs: LogProbs) -> bytes:
    """Log-probabilities (steps, 11) as one byte each; what is less than e**-12.75 is that."""
    return np.clip(np.round(-_PER_NAT * probs), 0, 255).astype(np.uint8).tobytes()


def unpacked(steps: bytes) -> LogProbs:
    """The same as log-probabilities again.

    Raises:
        ValueError: not whole steps.
    """
    levels = np.frombuffer(steps, np.uint8).reshape(-1, _SYMBOLS)
    return np.asarray(-levels.astype(np.float32) / _PER_NAT, np.float32)


@cache
def _alphabet() -> Alphabet:
    return alphabet(DIGITS)
