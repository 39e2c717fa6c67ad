"""What a sheet is built from: an ordered list of fields, before it has any geometry."""

from dataclasses import dataclass
from enum import Enum

from shared.layout.model import CellKind


class Shape(Enum):
    """How a change of the field is written."""

    FREE = "free"
    COMB = "comb"
    CHOICES = "choices"
    ADDRESS = "address"  # free hand, in a taller row


class Share(Enum):
    """How the fields of one row share its width."""

    FULL = "full"  # one field
    WIDE_NARROW = "wide_narrow"
    HALVES = "halves"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field of a sheet.

    `groups` are the boxes of a comb, `choices` pairs of code and printed label.
    """

    field: str
    label: str
    kind: CellKind
    shape: Shape = Shape.FREE
    hint: str = ""
    groups: tuple[int, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row of the table; the number of fields is that of its share."""

    share: Share
    fields: tuple[FieldPlan, ...]


@dataclass(frozen=True, slots=True)
class HeadingPlan:
    """A rule across the table that names the block below it."""

    text: str


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet's field list: rows of the front, rows of the back (none: one side)."""

    template: str
    title: str
    front: tuple[RowPlan | HeadingPlan, ...]
    back: tuple[RowPlan | HeadingPlan, ...] = ()
