"""What is done to the roster, and what is refused, is said to the audit log."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.roster.importing import ImportOptions, commit_roster
from services.roster.taking import Desk, check, commit, register
from shared.contracts.actors import Actor
from shared.contracts.roster_commands import CheckRequest, CommitRequest, RegisterUnits
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, RosterNotCheckedError, UnitsFileError
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode
from shared.plumbing.actors import Actors, sign
from shared.plumbing.identity import Identity
from shared.plumbing.outbox import outbox_table
from tests.unit.roster.house import House

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def acts(house: House) -> list[tuple[str, str, str]]:
    outbox = outbox_table(sa.MetaData())
    mine = sa.select(outbox.c.body).where(outbox.c.fact == "act_done").order_by(outbox.c.id)
    with house.database.transaction() as tx:
        told = [json.loads(body)["data"] for body in tx.execute(mine).scalars()]
    return [(one["act"], one["actor"], one["outcome"]) for one in told]


def test_an_import_is_said_when_it_begins_and_when_it_is_done(house: House) -> None:
    house.take(house.write(house.rows()))

    assert acts(house)[1:] == [
        ("begin_import", "test", "done"),
        ("import_roster", "test", "done"),
    ]


def test_a_refused_import_is_said_as_well(house: House) -> None:
    path = house.write(house.rows())
    with pytest.raises(RosterNotCheckedError):
        commit_roster(house.database, house.vault, path, ImportOptions("test"), checked="another")

    assert acts(house)[1:] == [("import_roster", "test", "roster_not_checked")]


def token(role: Role, unit: str, path: str) -> ActorToken:
    who = (PersonId(f"{role.value}@{unit}"), AccountId(f"{unit}.01"), role, UnitCode(unit))
    return sign(Actor(*who, path, NOW + timedelta(minutes=5), NOW), ACCOUNTS)


def desk(house: House) -> Desk:
    actors = Actors([ACCOUNTS.public_key], clock=lambda: NOW)
    return Desk(house.database, house.vault, actors)


def registrar(house: House, school: int = 0) -> ActorToken:
    return token(Role.REGISTRAR, house.schools[school], path_of(house, school))


def path_of(house: House, school: int) -> str:
    code = house.schools[school]
    return next(one.path for one in house.province.tree.units if one.code == code)


def test_units_are_registered_by_the_province_and_only_if_any_changed(house: House) -> None:
    file = house.folder / "units.json"
    top = token(Role.UNIT_ADMINISTRATOR, "44", "44/")
    same = register(desk(house), file, RegisterUnits(file.name, top))
    file.write_text(file.read_text().replace("第", "新第", 1))
    other = register(desk(house), file, RegisterUnits(file.name, top))

    assert (same.changed, other.changed) == (0, 1)
    assert acts(house) == [
        ("register_units", "service:roster", "done"),
        ("register_units", "unit_administrator@44", "done"),
    ]


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.UNIT_ADMINISTRATOR])
def test_nobody_below_the_province_moves_units(house: House, role: Role) -> None:
    file = house.folder / "units.json"
    who = token(role, house.schools[0], path_of(house, 0))
    with pytest.raises(NotAllowedError):
        register(desk(house), file, RegisterUnits(file.name, who))

    assert acts(house)[1:] == [
        ("register_units", f"{role.value}@{house.schools[0]}", "not_allowed")
    ]


def test_units_of_another_province_are_refused_and_so_is_no_units_file(house: House) -> None:
    rows = [{"code": "45", "level": "province", "name": "n", "parent": None}]
    file = house.folder / "other.json"
    top = token(Role.UNIT_ADMINISTRATOR, "44", "44/")
    file.write_text(json.dumps({"units": rows}))
    with pytest.raises(UnitsFileError) as other:
        register(desk(house), file, RegisterUnits(file.name, top))
    file.write_text("no json")
    with pytest.raises(UnitsFileError) as broken:
        register(desk(house), file, RegisterUnits(file.name, top))

    assert (other.value.args[1], broken.value.args[1]) == ("other_province", "not_a_units_file")
    assert [outcome for *_, outcome in acts(house)[1:]] == ["units_file", "units_file"]


def test_a_registrar_takes_in_the_own_school_alone(house: House) -> None:
    own, other = house.rows(0), house.rows(1)
    file = house.write(own + other)
    seen = check(desk(house), file, CheckRequest(file.name, registrar(house)))
    request = CommitRequest(file.name, registrar(house), seen.file_hash, accept_large_changes=True)
    done = commit(desk(house), file, request)

    assert (seen.good, seen.wrong) == (len(own), len(other))
    assert {error.code for error in seen.errors} == {"other_school"}
    assert (done.good, done.committed) == (len(own), True)
    who = f"registrar@{house.schools[0]}"
    assert acts(house)[1:] == [
        ("check_roster", who, "done"),
        ("begin_import", who, "done"),
        ("import_roster", who, "done"),
    ]


def test_a_county_takes_in_its_schools_and_no_row_beyond_them(house: House) -> None:
    county = path_of(house, 0).split("/")[2]
    where = "/".join(path_of(house, 0).split("/")[:3]) + "/"
    beyond = next(
        place
        for place, _ in enumerate(house.schools)
        if not path_of(house, place).startswith(where)
    )
    file = house.write(house.rows(0) + house.rows(beyond))
    who = token(Role.UNIT_ADMINISTRATOR, county, where)

    seen = check(desk(house), file, CheckRequest(file.name, who))

    assert (seen.good, seen.wrong) == (len(house.rows(0)), len(house.rows(beyond)))
    assert {error.code for error in seen.errors} == {"not_below"}


def test_a_roster_is_refused_for_another_school_before_the_file_is_opened(house: House) -> None:
    of = house.schools[1]
    asked = CheckRequest("nothing.xlsx", registrar(house), of)
    with pytest.raises(NotAllowedError):
        check(desk(house), house.folder / "nothing.xlsx", asked)
    written = CommitRequest("nothing.xlsx", registrar(house), "0", of)
    with pytest.raises(NotAllowedError):
        commit(desk(house), house.folder / "nothing.xlsx", written)

    assert [(act, outcome) for act, _, outcome in acts(house)[1:]] == [
        ("check_roster", "not_allowed"),
        ("import_roster", "not_allowed"),
    ]


def test_what_one_saw_nobody_else_writes_as_their_own(house: House) -> None:
    """Rows that are wrong to a school are right to the province: each sees the own dry run."""
    file = house.write(house.rows(0))
    seen = check(desk(house), file, CheckRequest(file.name, registrar(house)))
    top = token(Role.UNIT_ADMINISTRATOR, "44", "44/")

    with pytest.raises(RosterNotCheckedError):
        commit(desk(house), file, CommitRequest(file.name, top, seen.file_hash))
