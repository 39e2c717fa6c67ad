from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.actors import Actor, parts_of, token_of
from shared.kernel.authority import Act, Place, Role
from shared.kernel.errors import ActorRefusedError, NotAllowedError
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode
from shared.plumbing.actors import Actors, sign
from shared.plumbing.identity import Identity

NOW = datetime(2026, 10, 12, 11, 0, tzinfo=UTC)
ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
SOMEBODY_ELSE = Identity("gateway", Ed25519PrivateKey.generate())
COUNTY, SCHOOL = "44/4403/440305/", "44/4403/440305/440305-017/"


def an_actor(role: Role = Role.REVIEWER, *, factor: datetime | None = NOW) -> Actor:
    unit, path = UnitCode("440305"), COUNTY
    ends = NOW + timedelta(minutes=15)
    return Actor(PersonId("0f" * 8), AccountId("440305.01"), role, unit, path, ends, factor)


def at(moment: datetime) -> Actors:
    return Actors([ACCOUNTS.public_key], clock=lambda: moment)


def test_a_token_signed_by_accounts_names_its_actor() -> None:
    assert at(NOW).of(sign(an_actor(), ACCOUNTS)) == an_actor()


def test_a_token_signed_by_anybody_else_is_forged() -> None:
    with pytest.raises(ActorRefusedError, match="forged"):
        at(NOW).of(sign(an_actor(), SOMEBODY_ELSE))


def test_a_token_dies_at_its_end() -> None:
    token = sign(an_actor(), ACCOUNTS)

    with pytest.raises(ActorRefusedError, match="expired"):
        at(an_actor().expires_at).of(token)


def test_a_role_is_not_changed_under_the_same_signature() -> None:
    token = sign(an_actor(), ACCOUNTS)
    _, body, signature = parts_of(token)
    promoted = token_of(body.replace(b'"reviewer"', b'"operator"'), signature)

    with pytest.raises(ActorRefusedError, match="forged"):
        at(NOW).of(promoted)


@given(st.text(max_size=80) | st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")))
def test_whatever_is_no_token_is_refused_as_forged(text: str) -> None:
    with pytest.raises(ActorRefusedError, match="forged"):
        at(NOW).of(ActorToken(text))


def test_an_act_at_a_place_outside_the_table_is_refused() -> None:
    elsewhere = Place(SCHOOL, managed_by=UnitCode("4403"))

    with pytest.raises(NotAllowedError, match="decide_key_data"):
        an_actor().require(Act.DECIDE_KEY_DATA, elsewhere)


def test_a_reviewer_without_a_second_factor_decides_nothing() -> None:
    managed = Place(SCHOOL, managed_by=UnitCode("440305"))
    an_actor().require(Act.DECIDE_KEY_DATA, managed)

    with pytest.raises(ActorRefusedError, match="second_factor"):
        an_actor(factor=None).require(Act.DECIDE_KEY_DATA, managed)
