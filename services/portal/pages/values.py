"""Values of records as people read them, and what differs between two of them."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from flask_babel import gettext as _

from shared.contracts.fields import Field, national


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a value; `differs` where the other value has others there."""

    text: str
    differs: bool


def field_of(key: str) -> Field | None:
    """A field of the catalogue; None for one of a province's own that this house has not."""
    return national().find(key)


def label_of(key: str) -> str:
    """A field's label as it stands on the sheet."""
    return national().label_of(key)


def shown(key: str, value: str) -> str:
    """A value with the label of its code, and a word for nothing."""
    if not value:
        return str(_("（空）"))
    label = national().meaning_of(key, value)
    return value if label is None else f"{label}（{value}）"


def differing(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both values cut where they differ, so that one wrong digit of eighteen is seen."""
    before: list[Piece] = []
    after: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if i2 > i1:
            before.append(Piece(old[i1:i2], tag != "equal"))
        if j2 > j1:
            after.append(Piece(new[j1:j2], tag != "equal"))
    return tuple(before), tuple(after)
