"""The tree of units: read from a file, kept, told; classes come into being by import."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.roster import store
from services.roster.domain import class_code, class_key, class_name
from shared.contracts.events import ActDone, UnitRegistered
from shared.contracts.fields import Catalogue
from shared.kernel.errors import UnitsFileError, UnknownUnitError
from shared.kernel.ids import ProvinceCode, UnitCode
from shared.kernel.units import LEVELS, Level, Unit, path_below, province_of
from shared.plumbing.database import Database, Tx

# One transaction each: a province has some ten thousand schools.
_UNITS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as a units file names it."""

    code: UnitCode
    level: Level
    name: str
    parent: UnitCode | None
    managed_by: UnitCode | None = None


def read_units_file(path: Path) -> tuple[UnitRow, ...]:
    """The rows of a units file: JSON, `{"units": [{code, level, name, parent, managed_by}]}`.

    Raises:
        UnitsFileError: not such a file.
    """
    try:
        rows = json.loads(path.read_text("utf-8"))["units"]
        return tuple(_unit_row(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UnitsFileError("", "not_a_units_file") from None


def register_units(
    database: Database, rows: Sequence[UnitRow], *, by: ActDone | None = None, within: str = ""
) -> int:
    """Write units, parents first, and tell of each that is new or different.

    Answers how many were. `by` is the act of who had them registered; none outside `within`
    are taken, a path.

    Raises:
        UnitsFileError: unknown_parent, wrong_level, unknown_authority, no_authority,
            other_province.
    """
    ordered = sorted(rows, key=lambda row: LEVELS.index(row.level))
    told = 0
    for start in range(0, len(ordered), _UNITS_AT_ONCE):
        with database.transaction() as tx:
            some = ordered[start : start + _UNITS_AT_ONCE]
            placed = [_placed_and_kept(tx, row, within) for row in some]
            changed = [unit for unit, is_changed in placed if is_changed]
            told += len(changed)
            for province in sorted({province_of(unit.path) for unit in changed}):
                tx.say(by or _by_itself(province), province=province)
    return told


class ClassBook:
    """Finds the class of a roster row; new ones get a code, and are written by `settle`."""

    def __init__(self, catalogue: Catalogue, adopt_under: Unit | None = None) -> None:
        self._grades = catalogue.code_lists["grade"]
        self._adopt_under = adopt_under
        self._schools: dict[str, Unit | None] = {}
        self._classes: dict[str, dict[str, UnitCode]] = {}
        self._new: dict[UnitCode, tuple[Unit, str | None]] = {}

    def school(self, tx: Tx, code: str, name: str) -> Unit | None:
        """The school of a code; None when the tree has none and none may be adopted."""
        if code not in self._schools:
            found = store.unit_of(tx, UnitCode(code))
            if found is not None and found.level is not Level.SCHOOL:
                found = None
            elif found is None and self._adopt_under is not None:
                found = self._adopted(code, name, self._adopt_under)
            self._schools[code] = found
        return self._schools[code]

    def class_of(self, tx: Tx, school: Unit, grade: str, label: str) -> UnitCode:
        """The class of a school with this grade and label."""
        if school.code not in self._classes:
            self._classes[school.code] = store.classes_of(tx, school.code)
        classes = self._classes[school.code]
        key = class_key(grade, label)
        if key not in classes:
            code = class_code(school.code, grade, label, set(classes.values()))
            name = class_name(self._grades.label_of(grade) or "", label)
            path = path_below(school.path, code)
            self._new[code] = (Unit(code, Level.CLASS, name, school.code, path), key)
            classes[key] = code
        return classes[key]

    def settle(self, tx: Tx, wanted: Iterable[UnitCode]) -> None:
        """Write those of the new classes that got a pupil, and tell of them."""
        new = []
        for code in wanted:
            if code not in self._new:
                continue
            unit, key = self._new.pop(code)
            if unit.parent in self._new:
                new.append(self._new.pop(unit.parent))
            new.append((unit, key))
        _register_all(tx, new)

    def _adopted(self, code: str, name: str, above: Unit) -> Unit:
        path = path_below(above.path, UnitCode(code))
        school = Unit(
            UnitCode(code), Level.SCHOOL, name or code, above.code, path, managed_by=above.code
        )
        self._new[school.code] = (school, None)
        return school


def school_of(tx: Tx, code: UnitCode) -> Unit:
    """The school that a unit is, or lies in.

    Raises:
        UnknownUnitError: no such unit, or one above schools.
    """
    unit = store.unit_of(tx, code)
    if unit is not None and unit.level is Level.CLASS and unit.parent is not None:
        unit = store.unit_of(tx, unit.parent)
    if unit is None or unit.level is not Level.SCHOOL:
        raise UnknownUnitError(code)
    return unit


def _by_itself(province: ProvinceCode) -> ActDone:
    return ActDone("register_units", province, "service:roster", "done")


def _placed_and_kept(tx: Tx, row: UnitRow, within: str) -> tuple[Unit, bool]:
    """A unit of a file in its place, written if it is new or different; and whether it was."""
    unit = _placed(tx, row)
    if not unit.path.startswith(within):
        raise UnitsFileError(row.code, "other_province")
    return unit, _register_all(tx, [(unit, None)]) > 0


def _register_all(tx: Tx, units: Sequence[tuple[Unit, str | None]]) -> int:
    """Write those units that are new or different, and tell of them; answers how many."""
    known = store.units_by_code(tx, [unit.code for unit, _ in units])
    told = defaultdict(list)
    new = []
    for unit, key in units:
        before, sequence = known.get(unit.code, (None, 0))
        if before == unit:
            continue
        if before is None:
            new.append((unit, key))
        else:
            store.change_unit(tx, unit, sequence + 1)
        told[province_of(unit.path)].append(
            UnitRegistered(
                unit.code, unit.level, unit.parent, unit.path, unit.managed_by, sequence + 1
            )
        )
    store.add_units(tx, new)
    for province, facts in told.items():
        tx.say_all(facts, province=province)
    return sum(map(len, told.values()))


def _placed(tx: Tx, row: UnitRow) -> Unit:
    if row.level is Level.PROVINCE:
        return Unit(row.code, row.level, row.name, None, path_below("", row.code))
    above = store.unit_of(tx, row.parent) if row.parent else None
    if above is None:
        raise UnitsFileError(row.code, "unknown_parent")
    if LEVELS.index(above.level) >= LEVELS.index(row.level) or above.level is Level.SCHOOL:
        raise UnitsFileError(row.code, "wrong_level")
    unit = Unit(row.code, row.level, row.name, above.code, path_below(above.path, row.code))
    if row.level is not Level.SCHOOL:
        return unit
    return replace(unit, managed_by=_authority(tx, row))


def _authority(tx: Tx, row: UnitRow) -> UnitCode:
    # Never guessed from the place: city-run and province-run schools stand in counties.
    if row.managed_by is None:
        raise UnitsFileError(row.code, "no_authority")
    authority = store.unit_of(tx, row.managed_by)
    if authority is None or authority.level is Level.SCHOOL:
        raise UnitsFileError(row.code, "unknown_authority")
    return authority.code


def _unit_row(row: dict[str, Any]) -> UnitRow:
    code, level = UnitCode(str(row["code"])), Level(row["level"])
    if level is Level.CLASS or not code or "/" in code:
        raise ValueError(code)
    parent, authority = row.get("parent"), row.get("managed_by")
    return UnitRow(
        code,
        level,
        str(row["name"]),
        UnitCode(str(parent)) if parent else None,
        UnitCode(str(authority)) if authority else None,
    )


def units_of(rows: Iterable[Unit]) -> tuple[UnitRow, ...]:
    """Units made elsewhere, as rows to register."""
    return tuple(
        UnitRow(unit.code, unit.level, unit.name, unit.parent, unit.managed_by) for unit in rows
    )
