"""A token of somebody who has signed in, made with the keys of a house under test."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode
from shared.kernel.units import codes_up
from shared.plumbing.actors import sign
from shared.plumbing.identity import load_identity

LIFE = timedelta(minutes=10)
PERSON = PersonId("ab" * 8)


def token_for(settings: Mapping[str, str], role: Role, path: str) -> ActorToken:
    """Somebody in a role at the unit of a path, with both factors shown."""
    unit, now = codes_up(path)[0], utc_now()
    who = (PERSON, AccountId(f"{unit}.77"), role, UnitCode(unit), path)
    keys = Path(settings["HECHA_ACCOUNTS_IDENTITY_FILE"])
    return sign(Actor(*who, now + LIFE, now), load_identity(keys))
