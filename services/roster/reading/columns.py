"""Which column of a file means what: by label first, by synonym else, or as a person says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from shared.contracts.fields import Catalogue, FieldType, header_form
from shared.contracts.roster_commands import ColumnChoice, MatchedColumn
from shared.kernel.errors import UnreadableRosterError

# Columns that an import understands although no sheet shows them, with their headers.
ORIGINAL_ROW = "original_row"
ERROR_TEXT = "error_text"
REGISTERED_ON = "registered_on"
EXTRA_COLUMNS: Mapping[str, tuple[str, ...]] = {
    ORIGINAL_ROW: ("原行号",),
    ERROR_TEXT: ("错误说明",),
    REGISTERED_ON: (
        "学籍注册日期",
        "学籍注册时间",
        "注册日期",
        "注册时间",
        "建籍日期",
        "建籍时间",
        "学籍建立日期",
    ),
}
MAX_COLUMNS = 300


class Column(msgspec.Struct, frozen=True):
    """One column of a file that is kept."""

    place: int  # from 0
    key: str
    header: str


class Top(Protocol):
    """The first rows of a sheet as text, with their numbers."""

    @property
    def name(self) -> str:
        """The sheet's."""
        ...

    @property
    def rows(self) -> Sequence[tuple[int, Sequence[str]]]:
        """Numbered as the spreadsheet does."""
        ...


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a sheet."""

    row: int  # as the spreadsheet numbers it
    texts: tuple[str, ...]
    columns: tuple[Column, ...]  # those that are kept
    matches: tuple[MatchedColumn, ...]  # of every column with a header

    @property
    def is_correction(self) -> bool:
        """Whether the file holds rows that came back, and nobody vanishes who is not in it."""
        return any(column.key == ORIGINAL_ROW for column in self.columns)

    @property
    def keys(self) -> frozenset[str]:
        """What the file says of every pupil."""
        return frozenset(one.key for one in self.columns) - {ORIGINAL_ROW, ERROR_TEXT}


class ColumnMatcher:
    """Knows the headers of one catalogue."""

    def __init__(self, catalogue: Catalogue, choices: Iterable[ColumnChoice] = ()) -> None:
        fields = [field for field in catalogue.fields if field.type is not FieldType.IMAGE]
        self._by_label = {header_form(field.label): field.key for field in fields}
        self._by_label |= {header_form(label): label for label in catalogue.import_only}
        self._by_synonym = {
            header_form(word): field.key for field in fields for word in field.synonyms
        }
        for key, headers in EXTRA_COLUMNS.items():
            self._by_label |= {header_form(header): key for header in headers}
        self._choices = {header_form(choice.header): choice.field for choice in choices}

    def match(self, headers: Sequence[str]) -> tuple[MatchedColumn, ...]:
        """What each header means; of two columns for one field, the better one is kept."""
        found = [self._match(header) for header in headers]
        # Labels are settled before synonyms, so that 学号 never takes the place of 班内学号.
        taken: set[str] = set()
        for is_guess in (False, True):
            for place, one in enumerate(found):
                if one.field is None or one.guessed is not is_guess:
                    continue
                if one.field in taken:
                    found[place] = MatchedColumn(one.header, None, guessed=one.guessed)
                taken.add(one.field)
        return tuple(found)

    def _match(self, header: str) -> MatchedColumn:
        form = header_form(header)
        if form in self._choices:
            return MatchedColumn(header, self._choices[form], guessed=False)
        if form in self._by_label:
            return MatchedColumn(header, self._by_label[form], guessed=False)
        return MatchedColumn(header, self._by_synonym.get(form), guessed=True)


def find_header(tops: Iterable[Top], matcher: ColumnMatcher) -> tuple[str, Header]:
    """The first sheet with a header row that names pupils, and that row.

    Raises:
        UnreadableRosterError: no_header, too_many_columns.
    """
    for top in tops:
        best: tuple[int, int, tuple[MatchedColumn, ...]] | None = None
        for number, row in top.rows:
            matches = matcher.match([text.strip() for text in row])
            known = sum(one.field is not None for one in matches)
            if is_roster(matches) and (best is None or known > best[0]):
                best = (known, number, matches)
        if best is not None:
            if len(best[2]) > MAX_COLUMNS:
                raise UnreadableRosterError("too_many_columns")
            return top.name, _header(best[1], best[2])
    raise UnreadableRosterError("no_header")


def is_roster(matches: Iterable[MatchedColumn]) -> bool:
    """Whether these columns can tell pupils apart: a name, and a number to know them by."""
    fields = {one.field for one in matches}
    return "name" in fields and not fields.isdisjoint({"student_number", "id_number"})


def _header(number: int, matches: tuple[MatchedColumn, ...]) -> Header:
    columns = tuple(
        Column(place, one.field, one.header)
        for place, one in enumerate(matches)
        if one.field is not None
    )
    return Header(
        row=number,
        texts=tuple(one.header for one in matches),
        columns=columns,
        matches=tuple(one for one in matches if one.header),
    )
