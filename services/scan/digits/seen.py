"""What was read of the printed numbers of a page, as it crosses from the child that read it."""

from dataclasses import dataclass

from shared.kernel.ids import SheetNumber


@dataclass(frozen=True, slots=True)
class Possible:
    """A number whose check is right, and its probability as the natural logarithm."""

    number: SheetNumber
    log: float


@dataclass(frozen=True, slots=True)
class CornerSeen:
    """One printed number: what it may be, best first, and the digits' probabilities.

    `steps` is one byte per step and symbol, the blank first: 0 certain .. 255 impossible. It
    holds digits, no pixels, and lets issued numbers be ranked later.
    """

    possible: tuple[Possible, ...] = ()
    steps: bytes = b""
