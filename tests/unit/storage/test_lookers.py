"""A service looks for people: each grant names one, and storage writes down that it was they."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from services.storage import granting, usecases
from shared.contracts.actors import Actor
from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.storage_commands import GrantRequest, Purpose
from shared.kernel.authority import TABLE, Act, Role
from shared.kernel.errors import GrantRefusedError
from shared.kernel.ids import AccountId, ActorToken, FactId, ObjectId, PersonId, UnitCode
from shared.plumbing.actors import Actors, sign
from shared.plumbing.grants import signed_part
from shared.plumbing.hears import Heard
from shared.plumbing.identity import Identity
from shared.plumbing.outbox import outbox_table
from tests.unit.storage.bench import PROVINCE, SHEET, Bench

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
PERSON = PersonId("0f" * 8)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    fact = CheckpointWitnessed(10, "00" * 32, "witness", bench.clock())
    usecases.keep_word_of_witness(
        Heard(fact, FactId("1"), bench.clock(), PROVINCE, 1, "storage", bench.database)
    )
    return bench


@pytest.fixture
def kept(bench: Bench) -> ObjectId:
    object_ = bench.hand_in()
    usecases.keep(bench.database, bench.vault, object_, PROVINCE, bench.database.transaction)
    return object_


def a_token(bench: Bench, role: Role = Role.REGISTRAR, **changed: Any) -> ActorToken:
    path, ends = "44/4403/440305/440305-017/", bench.clock() + timedelta(minutes=5)
    who = PERSON, AccountId("440305-017.03"), role, UnitCode("440305-017")
    return sign(replace(Actor(*who, path, ends, bench.clock()), **changed), ACCOUNTS)


def ask(
    bench: Bench, object_: ObjectId, looker: ActorToken | None, swapped: ActorToken | None = None
) -> None:
    public = X25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    until = bench.clock() + timedelta(seconds=60)
    bare = GrantRequest(object_, Purpose.LOOK, "portal", public, "1" * 32, until, looker=looker)
    request = replace(bare, signature=bench.portal.sign(signed_part(bare)).hex())
    if swapped is not None:
        request = replace(request, looker=swapped)
    actors = Actors([ACCOUNTS.public_key], clock=bench.clock)
    granting.grant(bench.database, bench.vault, request, actors)


def refused(
    bench: Bench, object_: ObjectId, looker: ActorToken | None, swapped: ActorToken | None = None
) -> str:
    with pytest.raises(GrantRefusedError) as refusal:
        ask(bench, object_, looker, swapped)
    return str(refusal.value.args[1])


def last_act(bench: Bench) -> dict[str, Any]:
    outbox = outbox_table(sa.MetaData())
    with bench.database.transaction() as tx:
        bodies = tx.execute(sa.select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
    acts = [one for one in map(msgspec.json.decode, bodies) if one["fact"] == "act_done"]
    found: dict[str, Any] = acts[-1]["data"]
    return found


def test_who_looked_is_the_person_and_not_the_portal(bench: Bench, kept: ObjectId) -> None:
    ask(bench, kept, a_token(bench))
    told = last_act(bench)

    assert (told["act"], told["actor"], told["role"]) == ("open_object", PERSON, "registrar")
    assert (told["sheet"], told["purpose"], told["outcome"]) == (SHEET, "look", "done")


def test_the_portal_alone_opens_nothing(bench: Bench, kept: ObjectId) -> None:
    assert refused(bench, kept, None) == "no_actor"
    assert last_act(bench)["actor"] == "service:portal"


def test_a_token_that_accounts_did_not_sign_opens_nothing(bench: Bench, kept: ObjectId) -> None:
    assert refused(bench, kept, ActorToken("e30.e30")) == "no_actor"


def test_an_expired_token_opens_nothing(bench: Bench, kept: ObjectId) -> None:
    assert refused(bench, kept, a_token(bench, expires_at=bench.clock())) == "no_actor"


@pytest.mark.parametrize("role", [one for one in Role if one not in TABLE[Act.SEE_PAGE]])
def test_roles_that_see_no_page_open_none(bench: Bench, kept: ObjectId, role: Role) -> None:
    assert refused(bench, kept, a_token(bench, role)) == "no_actor"


def test_a_person_of_another_province_opens_nothing(bench: Bench, kept: ObjectId) -> None:
    assert refused(bench, kept, a_token(bench, path="45/4501/")) == "no_actor"


def test_a_reviewer_opens_nothing_without_a_second_factor(bench: Bench, kept: ObjectId) -> None:
    bare = a_token(bench, Role.REVIEWER, second_factor_at=None)

    assert refused(bench, kept, bare) == "no_actor"


def test_another_person_cannot_be_put_into_a_signed_request(bench: Bench, kept: ObjectId) -> None:
    other = a_token(bench, person=PersonId("aa" * 8))

    assert refused(bench, kept, a_token(bench), other) == "bad_signature"
