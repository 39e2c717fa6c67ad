"""Names of pupils: told inside the school, and to nobody above it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from services.roster import store
from services.roster.naming import pupil_names
from services.roster.tables import metadata
from shared.contracts.actors import Actor
from shared.contracts.roster_commands import NamesPurpose, PupilNames, PupilNamesRequest
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import AccountId, PersonId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.actors import Actors, sign
from shared.plumbing.identity import Identity
from shared.plumbing.outbox import outbox_table
from tests.unit.roster.house import House

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    made = House(Path(tmp_path_factory.mktemp("roster")))
    made.take(made.write(made.rows()))
    return made


def a_class(house: House) -> tuple[UnitCode, str]:
    """A class of the first school, and its path."""
    with house.database.transaction() as tx:
        for code in store.class_codes(tx):
            unit = store.unit_of(tx, code)
            if (
                unit is not None
                and unit.parent == house.schools[0]
                and store.rows_of_class(tx, code)
            ):
                return code, unit.path
    raise AssertionError("no class with pupils")


def names(
    house: House, role: Role, path: str, unit: UnitCode, purpose: NamesPurpose | None = None
) -> PupilNames:
    actor = Actor(
        person=PersonId("ab" * 8),
        account=AccountId("a.01"),
        role=role,
        unit=codes_up(path)[0],
        path=path,
        expires_at=NOW + timedelta(minutes=15),
        second_factor_at=NOW,
    )
    actors = Actors([ACCOUNTS.public_key], clock=lambda: NOW)
    request = PupilNamesRequest(sign(actor, ACCOUNTS), unit, purpose)
    return pupil_names(house.database, house.vault, actors, request)


@pytest.mark.parametrize(
    ("role", "up"), [(Role.HOMEROOM_TEACHER, 0), (Role.REGISTRAR, 1), (Role.SCHOOL_LEADER, 1)]
)
def test_the_staff_of_a_school_see_the_names_of_a_class(house: House, role: Role, up: int) -> None:
    unit, path = a_class(house)
    own = "/".join(path.rstrip("/").split("/")[: -up or None]) + "/"

    found = names(house, role, own, unit).pupils

    assert {one.name for one in found} <= {row["name"] for row in house.rows()}
    assert len(found) > 0


@pytest.mark.parametrize(
    "role",
    [Role.UNIT_ADMINISTRATOR, Role.REVIEWER, Role.SUPPORT_STAFF, Role.ENTRY_CLERK, Role.AUDITOR],
)
def test_nobody_above_the_school_sees_a_name(house: House, role: Role) -> None:
    unit, _ = a_class(house)

    with pytest.raises(NotAllowedError):
        names(house, role, "44/", unit)


def test_nobody_of_another_school_sees_a_name(house: House) -> None:
    unit, path = a_class(house)
    elsewhere = path.replace(house.schools[0], house.schools[1])

    with pytest.raises(NotAllowedError):
        names(house, Role.HOMEROOM_TEACHER, elsewhere, unit)


def test_a_school_is_no_class(house: House) -> None:
    _, path = a_class(house)

    with pytest.raises(UnknownUnitError):
        names(house, Role.REGISTRAR, path, house.schools[0])


def test_why_somebody_reads_names_in_full_is_in_the_audit_log(house: House) -> None:
    unit, path = a_class(house)
    names(house, Role.HOMEROOM_TEACHER, path, unit, NamesPurpose.CALL_GUARDIAN)
    outbox = outbox_table(metadata)
    question = select(outbox.c.body).where(outbox.c.fact == "act_done")
    with house.database.transaction() as tx:
        acts = [json.loads(body)["data"] for body in tx.execute(question).scalars()]

    assert ("see_names", "call_guardian") in {(one["act"], one["purpose"]) for one in acts}
