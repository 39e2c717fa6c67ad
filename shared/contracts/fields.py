"""The field catalogue: what a pupil's record holds, in the order of the 2013 collection form.

National data file plus a province's overlay. An overlay may require a field or raise
maintenance to key data; it never lowers a national key-data field. Code lists drift
between provinces and years, so they are data, and `is_verified` says whether a list
was checked against its official source. Unknown codes are kept and flagged by the
importer, never dropped.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any


class FieldType(StrEnum):
    """What a value of the field looks like."""

    TEXT = "text"
    DIGITS = "digits"
    CODE = "code"
    NAME = "name"
    DATE = "date"  # stored 2012-05-06
    DATE_RANGE = "date_range"  # stored 2012-05-06/2022-05-06, or 2012-05-06/长期
    MONTH = "month"  # stored 2018-09
    DIVISION = "division"  # GB/T 2260, six digits; twelve in imports
    DIVISION_ADDRESS = "division_address"
    ADDRESS = "address"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    IMAGE = "image"
    INTEGER = "integer"
    DECIMAL = "decimal"


class FieldKind(StrEnum):
    """Who decides a change; `shown` fields are moved by other register business only."""

    KEY_DATA = "key_data"
    MAINTENANCE = "maintenance"
    SHOWN = "shown"


class Block(StrEnum):
    """The part of the record a field belongs to."""

    HEAD = "head"
    BASIC = "basic"
    AUXILIARY = "auxiliary"
    SCHOOL = "school"
    CONTACT = "contact"
    EXTENSION = "extension"
    GUARDIAN = "guardian"


class Required(StrEnum):
    """Whether an import may leave the field empty."""

    REQUIRED = "required"
    IN_SOME = "in_some"  # some provinces' lists require it
    CONDITIONAL = "conditional"  # on other fields of the same record
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `label` is unique in the catalogue; `short_label` is its name inside its block."""

    key: str
    number: str
    label: str
    short_label: str
    block: Block
    type: FieldType
    required: Required
    kind: FieldKind
    codes: str | None = None  # name of the code list
    length: int | None = None  # exact number of characters
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes and labels of one list, in the order they are offered."""

    name: str
    system: str
    is_verified: bool
    values: tuple[tuple[str, str], ...]

    def label_of(self, code: str) -> str | None:
        """The label of a code, or None when the list does not hold it."""
        return next((label for one, label in self.values if one == code), None)

    def code_of(self, text: str) -> str | None:
        """The code a cell means, given as code or label; None when the list holds neither."""
        return next((code for code, label in self.values if text in (code, label)), None)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Fields in form order, their code lists, and columns kept but never printed."""

    fields: tuple[Field, ...]
    code_lists: Mapping[str, CodeList]
    import_only: tuple[str, ...]

    def field(self, key: str) -> Field:
        """The field of a key.

        Raises:
            KeyError: the catalogue has none.
        """
        found = self.find(key)
        if found is None:
            raise KeyError(key)
        return found

    def find(self, key: str) -> Field | None:
        """The field of a key; None for one of a province's own that this house has not."""
        return next((one for one in self.fields if one.key == key), None)

    def label_of(self, key: str) -> str:
        """A field's label as it stands on the sheet; its key where the catalogue has none."""
        found = self.find(key)
        return key if found is None else found.label

    def meaning_of(self, key: str, value: str) -> str | None:
        """The label of a field's code; None where the value is no code, or an unknown one."""
        found = self.find(key)
        codes = None if found is None else self.codes_of(found)
        return None if codes is None else codes.label_of(value)

    def codes_of(self, field: Field) -> CodeList | None:
        """The field's code list, or None when its values are no codes."""
        return None if field.codes is None else self.code_lists[field.codes]

    def match_header(self, header: str) -> Field | None:
        """The field a column header means: by label first, then by synonym."""
        return self._by_label().get(header_form(header)) or self._by_synonym().get(
            header_form(header)
        )

    def overlaid(
        self, *, required: Iterable[str] = (), key_data: Iterable[str] = ()
    ) -> "Catalogue":
        """The catalogue of a province that requires more fields or raises some to key data."""
        must, raised = frozenset(required), frozenset(key_data)
        return replace(
            self,
            fields=tuple(
                replace(
                    one,
                    required=Required.REQUIRED if one.key in must else one.required,
                    kind=FieldKind.KEY_DATA if one.key in raised else one.kind,
                )
                for one in self.fields
            ),
        )

    def _by_label(self) -> dict[str, Field]:
        return {header_form(one.label): one for one in self.fields}

    def _by_synonym(self) -> dict[str, Field]:
        return {header_form(word): one for one in self.fields for word in one.synonyms}


_NUMBERED = re.compile(r"^\d+[、.．]")
_BRACKETED = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")


def header_form(text: str) -> str:
    """A header as it is compared: width folded, no spaces, stars, numbering or bracketed hints."""
    folded = unicodedata.normalize("NFKC", text)
    bare = _BRACKETED.sub("", "".join(folded.split()))
    return _NUMBERED.sub("", re.sub("[★*☆]", "", bare)).upper()


@cache
def national() -> Catalogue:
    """The national catalogue."""
    text = files("shared.contracts").joinpath("data", "national_fields.json").read_text("utf-8")
    plain = json.loads(text)
    return Catalogue(
        fields=tuple(_field(one) for one in plain["fields"]),
        code_lists={name: _code_list(name, one) for name, one in plain["code_lists"].items()},
        import_only=tuple(plain["import_only"]),
    )


def _field(plain: dict[str, Any]) -> Field:
    return Field(
        key=plain["key"],
        number=plain["number"],
        label=plain["label"],
        short_label=plain.get("short_label", plain["label"]),
        block=Block(plain["block"]),
        type=FieldType(plain["type"]),
        required=Required(plain["required"]),
        kind=FieldKind(plain["kind"]),
        codes=plain.get("codes"),
        length=plain.get("length"),
        synonyms=tuple(plain["synonyms"]),
    )


def _code_list(name: str, plain: dict[str, Any]) -> CodeList:
    values = tuple((code, label) for code, label in plain["values"])
    return CodeList(name, plain["system"], bool(plain["verified"]), values)
