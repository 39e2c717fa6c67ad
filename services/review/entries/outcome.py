"""What has to agree within one record: the outcome of a sheet's entries, taken together.

Source: GB 11643 (an ID number holds birth date and sex); campaign workflow, S2 (documents for
pupils without a resident ID).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.contracts.field_values import (
    NO_DOCUMENT,
    RESIDENT_ID,
    FieldValueError,
    document_number,
)
from shared.contracts.fields import FieldKind
from shared.kernel.id_number import sex

_PUPIL = ("id_type", "id_number", "birth_date", "sex", "guardian1_id_number")
_GUARDIANS = tuple(
    (f"guardian{number}_id_type", f"guardian{number}_id_number") for number in (1, 2)
)
GROUPS = (_PUPIL, *_GUARDIANS)
ID_HELD_ELSEWHERE = "id_held_elsewhere"


def beside(field: str) -> tuple[str, ...]:
    """The fields whose values have to agree with a field's, itself included."""
    wanted = {field, *(one for group in GROUPS if field in group for one in group)}
    return tuple(sorted(wanted))


def outcome(current: Mapping[str, str], entries: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The record as it would be: current values, with the entries' new ones put in."""
    return dict(current) | dict(entries)


def contradictions(values: Mapping[str, str], touched: Iterable[str], today: date) -> list[str]:
    """What would be inconsistent in an outcome, as codes.

    Args:
        values: the outcome, of the groups that are touched.
        touched: fields that have an entry: what nobody touches is left as it is.
        today: no birth date lies after it.
    """
    fields = set(touched)
    found: list[str] = []
    if fields & set(_PUPIL[:4]):
        found += _of_pupil(values, today)
    for type_, number in _GUARDIANS:
        if fields & {type_, number} and values.get(number):
            found += _of_document(values[number], values.get(type_) or RESIDENT_ID, today)
    return found


def demands_document(kind: FieldKind) -> bool:
    """Whether a field's change needs a supporting document.

    Source: campaign workflow, S2: a household book page or a police certificate for key data.
    """
    return kind is FieldKind.KEY_DATA


def _of_pupil(values: Mapping[str, str], today: date) -> list[str]:
    id_type, number = values.get("id_type") or RESIDENT_ID, values.get("id_number", "")
    if not number:
        if id_type != NO_DOCUMENT:
            return ["id_missing"]
        return [] if values.get("guardian1_id_number") else ["guardian_id_needed"]
    found = _of_document(number, id_type, today)
    if found or id_type != RESIDENT_ID:
        return found
    born, said = values.get("birth_date"), values.get("sex")
    if born and born.replace("-", "") != number[6:14]:
        found.append("id_other_birth_date")
    if said and said != sex(number):
        found.append("id_other_sex")
    return found


def _of_document(number: str, id_type: str, today: date) -> list[str]:
    try:
        document_number(number, id_type, today=today)
    except FieldValueError as wrong:
        return [wrong.code]
    return []
