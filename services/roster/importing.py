"""A roster file comes in: dry run first, then the good rows are written.

One pass over the file each, in batches with a short transaction each, so that neither the
database nor anybody else waits for a large file. Every row is matched by its numbers, so a
file that comes twice, or half, changes nothing the second time.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from services.roster import store
from services.roster.domain import is_large
from services.roster.matching import Candidate, Matcher
from services.roster.reading.columns import ColumnMatcher
from services.roster.reading.jobs import Reading
from services.roster.reading.rows import ParsedRow
from services.roster.reading.table import MAX_ROWS, file_hash, open_table
from services.roster.sentences import row_sentence
from services.roster.tree import ClassBook
from services.roster.vault import Vault
from services.roster.writing import Writer
from shared.contracts.events import ActDone
from shared.contracts.fields import Catalogue, national
from shared.contracts.roster_commands import (
    MAX_SHOWN_ERRORS,
    ColumnChoice,
    ImportReport,
    LargeChange,
    RowError,
)
from shared.kernel.authority import Role
from shared.kernel.clock import BEIJING
from shared.kernel.errors import (
    LargeChangeError,
    RosterNotCheckedError,
    UnknownUnitError,
    UnreadableRosterError,
)
from shared.kernel.ids import ProvinceCode, StudentId, UnitCode
from shared.kernel.units import Level, province_of
from shared.plumbing.acting import telling_refusal
from shared.plumbing.collecting import collecting_seldom
from shared.plumbing.database import Database, Tx

BATCH_ROWS = 3_000
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be taken.

    With `school`, rows that name no school belong to it and rows of others are refused; so are
    rows of schools outside the path `within`. `role` is the actor's, where a person acts.
    With `adopt_under`, schools that the tree lacks are added below that unit: for the
    offline kit, which has no tree but its own.
    """

    actor: str
    school: UnitCode | None = None
    columns: tuple[ColumnChoice, ...] = ()
    adopt_under: UnitCode | None = None
    catalogue: Catalogue = field(default_factory=national)
    role: Role | None = None
    within: str = ""
    tick: Tick = field(default=lambda _rows: None, compare=False)  # told how many rows were read

    def digest(self) -> str:
        """What tells two ways of taking a file apart."""
        said = repr((self.school, self.columns, self.adopt_under, self.within))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class WrongRows(Protocol):
    """Takes the wrong rows of a file, for the workbook that goes back."""

    def begin(self, headers: Sequence[str], keys: Sequence[str | None]) -> None:
        """The header of the file, and what each column was taken for."""
        ...

    def add(self, row: int, cells: Sequence[str], errors: Sequence[RowError]) -> None:
        """One wrong row."""
        ...


def check_roster(
    database: Database,
    vault: Vault,
    path: Path,
    options: ImportOptions,
    wrong_rows: WrongRows | None = None,
) -> ImportReport:
    """The dry run: what the file would do. Writes nothing but that it was checked.

    Raises:
        UnreadableRosterError: the file as a whole cannot be taken.
        UnknownUnitError: `options` name a unit that is not there.
    """
    return _Import(database, vault, path, options, wrong_rows, is_dry=True).run()


def commit_roster(
    database: Database,
    vault: Vault,
    path: Path,
    options: ImportOptions,
    *,
    checked: str,
    accept_large_changes: bool = False,
) -> ImportReport:
    """Write the good rows of a file whose dry run was seen.

    It is written in many transactions, so that it began is an act of its own, said before them.

    Raises:
        RosterNotCheckedError: `checked` is not this file, or it was not checked like this.
        LargeChangeError: the guard found something and nobody has accepted it.
    """
    act = ActDone(
        "import_roster", checked, options.actor, "done", options.school, role=options.role
    )
    home = _home(database, options)
    with telling_refusal(database, act, home):
        _check_seen(database, path, options, checked, accept_large_changes=accept_large_changes)
        writing = _Import(database, vault, path, options, None, is_dry=False)
        _say(database, replace(act, act="begin_import"), home)
        report = writing.run()
    _say(database, act, home)
    return report


def _check_seen(
    database: Database,
    path: Path,
    options: ImportOptions,
    checked: str,
    *,
    accept_large_changes: bool,
) -> None:
    if not path.is_file():
        raise UnreadableRosterError("no_such_file")
    if file_hash(path) != checked:
        raise RosterNotCheckedError(checked)
    with database.transaction() as tx:
        known = store.import_of(tx, checked, options.digest())
    if known is None:
        raise RosterNotCheckedError(checked)
    if known.large_units and not accept_large_changes:
        raise LargeChangeError(*known.large_units.split(","))


def _say(database: Database, act: ActDone, province: ProvinceCode | None) -> None:
    if province is not None:
        with database.transaction() as tx:
            tx.say(act, province=province)


def _home(database: Database, options: ImportOptions) -> ProvinceCode | None:
    """Whose log tells of a roster; None while there is no tree at all."""
    if options.within:
        return province_of(options.within)
    school = options.school
    with database.transaction() as tx:
        unit = store.unit_of(tx, school) if school is not None else None
        above = [unit] if unit is not None else store.units_below(tx, "", Level.PROVINCE)
    return province_of(above[0].path) if above else None


class _Import:
    def __init__(
        self,
        database: Database,
        vault: Vault,
        path: Path,
        options: ImportOptions,
        wrong_rows: WrongRows | None,
        *,
        is_dry: bool,
    ) -> None:
        if not path.is_file():
            raise UnreadableRosterError("no_such_file")
        self._database = database
        self._options = options
        self._wrong_rows = wrong_rows
        self._hash = file_hash(path)
        self._table = open_table(path, ColumnMatcher(options.catalogue, options.columns))
        self._header = self._table.header
        self._book = self._class_book()
        self._matcher = Matcher(vault, self._book, options.school, options.within)
        self._writer = Writer(
            vault, self._header.keys, self._hash, actor=options.actor, is_dry=is_dry
        )
        self._is_dry = is_dry
        self._rows = 0
        self._counts: Counter[str] = Counter()
        self._warnings: Counter[str] = Counter()
        self._appearing: Counter[UnitCode] = Counter()
        self._touched: set[UnitCode] = set()
        self._errors: list[RowError] = []

    def run(self) -> ImportReport:
        if self._wrong_rows is not None:
            keys = {column.place: column.key for column in self._header.columns}
            self._wrong_rows.begin(
                self._header.texts, [keys.get(i) for i in range(len(self._header.texts))]
            )
        with self._database.transaction() as tx:
            is_empty = not store.has_pupils(tx)
        # Into an empty register nothing is said before the end, and the end lasts: then so does
        # everything before it. After a power cut the file is simply taken again.
        with collecting_seldom():
            for batch in _batches(self._parsed()):
                with self._database.transaction(lasting=not is_empty) as tx:
                    candidates = self._matcher.place(tx, batch, is_empty=is_empty)
                    self._take(tx, candidates)
                self._options.tick(self._rows)
        return self._finish()

    def _parsed(self) -> Iterator[ParsedRow]:
        reading = Reading(
            self._header.row,
            self._header.columns,
            self._options.catalogue,
            self._database.clock().astimezone(BEIJING).date(),
            wants_cells=self._wrong_rows is not None,
        )
        for piece in self._table.read(reading):
            self._rows += len(piece.rows)
            if self._rows > MAX_ROWS:
                raise UnreadableRosterError("too_many_rows")
            self._warnings.update(piece.warnings)
            yield from piece.rows

    def _class_book(self) -> ClassBook:
        with self._database.transaction() as tx:
            named = [self._options.school, self._options.adopt_under]
            found = {code: store.unit_of(tx, code) for code in named if code}
        for code, unit in found.items():
            if unit is None:
                raise UnknownUnitError(code)
        under = self._options.adopt_under
        return ClassBook(self._options.catalogue, found[under] if under else None)

    def _take(self, tx: Tx, candidates: Iterable[Candidate]) -> None:
        good = []
        for candidate in candidates:
            if candidate.parsed.findings:
                self._refuse(candidate.parsed)
                continue
            good.append(candidate)
            assert candidate.unit is not None
            self._touched.add(candidate.unit)
            known = candidate.known
            if known is None or not known.is_listed or known.unit != candidate.unit:
                self._appearing[candidate.unit] += 1
        if not self._is_dry:
            self._book.settle(tx, {one.unit for one in good if one.unit is not None})
        self._counts.update(self._writer.write(tx, good, self._database.clock()))

    def _refuse(self, parsed: ParsedRow) -> None:
        self._counts["wrong"] += 1
        if self._wrong_rows is None and len(self._errors) >= MAX_SHOWN_ERRORS:
            return
        errors = [
            RowError(
                parsed.row,
                finding.field,
                finding.code,
                row_sentence(
                    finding.code, self._options.catalogue, finding.field, finding.other_row
                ),
            )
            for finding in parsed.findings
        ]
        self._errors += errors[: MAX_SHOWN_ERRORS - len(self._errors)]
        if self._wrong_rows is not None:
            self._wrong_rows.add(parsed.row, parsed.cells or (), errors)

    def _finish(self) -> ImportReport:
        with self._database.transaction() as tx:
            listed = store.listed_in(tx, self._touched)
            vanished = {} if self._header.is_correction else self._vanished(tx, listed)
            large = self._large_changes(listed, vanished) if self._is_dry else ()
            if self._writer.conflicts:
                self._warnings["older_than_change"] = len(self._writer.conflicts)
            if store.was_committed(tx, self._hash):
                self._warnings["imported_before"] = 1
            if not self._is_dry:
                store.unlist(tx, [one for gone in vanished.values() for one in gone])
            self._remember(tx, large)
        return ImportReport(
            file_hash=self._hash,
            committed=not self._is_dry,
            rows=self._rows,
            good=self._counts["new"],
            changed=self._counts["changed"],
            unchanged=self._counts["unchanged"],
            wrong=self._counts["wrong"],
            vanished=sum(map(len, vanished.values())),
            columns=self._header.matches,
            warnings=dict(self._warnings),
            errors=tuple(self._errors),
            large_changes=large,
            classes=tuple(sorted(self._touched)),
            conflicts=tuple(self._conflicts()),
        )

    def _conflicts(self) -> Iterator[RowError]:
        for row, field_ in self._writer.conflicts[:MAX_SHOWN_ERRORS]:
            code = "older_than_change"
            sentence = row_sentence(code, self._options.catalogue, field_, None)
            yield RowError(row, field_, code, sentence)

    def _vanished(
        self, tx: Tx, listed: dict[UnitCode, set[StudentId]]
    ) -> dict[UnitCode, set[StudentId]]:
        # Where a wrong row could be anybody of the class, nobody is taken off the list.
        seen = self._matcher.seen
        vanished = {}
        for unit, students in listed.items():
            gone = students - seen.students - self._writer.added
            if not gone:
                continue
            if (
                seen.has_lost_rows
                or unit in seen.unsure_classes
                or any(unit.startswith(f"{school}-") for school in seen.unsure_schools)
            ):
                self._warnings["vanish_unsure"] += 1
            else:
                vanished[unit] = gone
        return vanished

    def _large_changes(
        self,
        listed: dict[UnitCode, set[StudentId]],
        vanished: dict[UnitCode, set[StudentId]],
    ) -> tuple[LargeChange, ...]:
        found = []
        for unit, students in sorted(listed.items()):
            appearing, gone = self._appearing[unit], len(vanished.get(unit, ()))
            if is_large(len(students), appearing) or is_large(len(students), gone):
                found.append(LargeChange(unit, len(students), appearing, gone))
        return tuple(found)

    def _remember(self, tx: Tx, large: tuple[LargeChange, ...]) -> None:
        now = self._database.clock()
        values: dict[str, object] = {
            "actor": self._options.actor,
            "rows": self._rows,
            "wrong": self._counts["wrong"],
        }
        if self._is_dry:
            values |= {
                "checked_at": now,
                "large_units": ",".join(change.unit for change in large),
            }
        else:
            values["committed_at"] = now
        store.save_import(tx, self._hash, self._options.digest(), values)


def _batches(rows: Iterable[ParsedRow]) -> Iterator[list[ParsedRow]]:
    batch: list[ParsedRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch
