import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.compose.provision import MOUNTED, hand_out
from deploy.environment_file import NAME, read_environment
from deploy.house import allowed
from deploy.keys import make_keys
from deploy.services import SERVICES
from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, CampaignId, PersonId, ProvinceCode, UnitCode
from shared.plumbing.actors import Actors, ActorSettings, sign
from shared.plumbing.identity import load_identity
from shared.plumbing.settings import load

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
ACTOR = Actor(
    *(PersonId("0123456789abcdef"), AccountId("44.01"), Role.UNIT_ADMINISTRATOR),
    *(UnitCode("44"), "44/", NOW.replace(hour=9)),
)


def keys(folder: Path) -> dict[str, str]:
    return make_keys(folder / "keys", [ProvinceCode("44")], [CampaignId("44-2026a")])


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_believes_what_accounts_has_signed(tmp_path: Path, service: str) -> None:
    settings = keys(tmp_path)
    token = sign(ACTOR, load_identity(Path(settings["HECHA_ACCOUNTS_IDENTITY_FILE"])))
    believed = load(ActorSettings, allowed(service, settings)).actor_keys

    assert Actors(map(bytes.fromhex, believed), clock=lambda: NOW).of(token) == ACTOR


def test_a_second_start_believes_the_same_key(tmp_path: Path) -> None:
    assert keys(tmp_path)["HECHA_ACTOR_KEYS"] == keys(tmp_path)["HECHA_ACTOR_KEYS"]


def test_who_signs_actors_opens_no_photo(tmp_path: Path) -> None:
    enrolled = json.loads(Path(keys(tmp_path)["HECHA_ENROLLED_FILE"]).read_text())

    assert "accounts" not in json.dumps(enrolled)


def test_a_container_gets_the_key_to_believe_and_only_accounts_the_one_to_sign_with(
    tmp_path: Path,
) -> None:
    hand_out(keys(tmp_path / "house"), tmp_path / "house", tmp_path, MOUNTED)

    for service in SERVICES:
        told = read_environment(tmp_path / service / NAME)
        assert len(bytes.fromhex(told["HECHA_ACTOR_KEYS"])) == 32
        assert ("HECHA_ACCOUNTS_IDENTITY_FILE" in told) == (service == "accounts")
