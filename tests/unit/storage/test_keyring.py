import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.storage.keyring import KeyringError, KeyringFile, open_keyring, write_keyring
from services.storage.provisioning import open_or_make, publish_manifest, with_campaign
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.plumbing.manifests import Manifests, NoManifestError
from shared.sealing.context import Suite

PROVINCE, CAMPAIGN = ProvinceCode("44"), CampaignId("44-2026a")


def test_a_keyring_opens_under_its_passphrase_with_every_key(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    made = with_campaign(open_or_make(path, "correct horse"), PROVINCE, CAMPAIGN, Suite.SM)
    write_keyring(path, made, "correct horse")

    opened = open_keyring(path, "correct horse")

    assert opened == made
    assert opened.current(CAMPAIGN).suite is Suite.SM
    assert oct(path.stat().st_mode)[-3:] == "600"


def test_a_campaign_gets_one_key_however_often_it_is_asked_for(tmp_path: Path) -> None:
    once = with_campaign(open_or_make(tmp_path / "keyring", "correct horse"), PROVINCE, CAMPAIGN)

    assert with_campaign(once, PROVINCE, CAMPAIGN) is once
    assert once.current(CAMPAIGN).mlkem_seed.hex() not in (tmp_path / "keyring").read_text()


def test_a_wrong_passphrase_or_an_altered_file_says_what_to_check(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    open_or_make(path, "correct horse")

    with pytest.raises(KeyringError, match="HECHA_PASSPHRASE"):
        open_keyring(path, "battery staple")

    document = json.loads(path.read_text())
    document["salt"] = "00" * 16
    path.write_text(json.dumps(document))
    with pytest.raises(KeyringError, match="HECHA_PASSPHRASE"):
        open_keyring(path, "correct horse")


def test_a_missing_keyring_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="hecha storage init"):
        open_keyring(tmp_path / "none", "correct horse")


@pytest.mark.slow
def test_a_running_storage_takes_a_rotated_key_up_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "keyring"
    first = with_campaign(open_or_make(path, "correct horse"), PROVINCE, CAMPAIGN)
    write_keyring(path, first, "correct horse")
    running = KeyringFile(path, "correct horse")
    second = with_campaign(first, PROVINCE, CampaignId("44-2026b"))

    write_keyring(path, second, "correct horse")

    assert running.keys == second.keys
    path.write_text("damaged")
    assert running.keys == second.keys


def test_a_manifest_signed_anew_from_the_running_keyring_is_accepted_by_the_edge(
    tmp_path: Path,
) -> None:
    path, folder = tmp_path / "keyring", tmp_path / "manifests"
    first = with_campaign(open_or_make(path, "correct horse"), PROVINCE, CAMPAIGN)
    write_keyring(path, first, "correct horse")
    now = datetime(2026, 4, 1, 8, tzinfo=UTC)
    running = KeyringFile(path, "correct horse")
    publish_manifest(folder, running, PROVINCE, clock=lambda: now)
    later = now + timedelta(days=31)
    edge = Manifests(folder, clock=lambda: later)
    with pytest.raises(NoManifestError):
        edge.key_for(PROVINCE, CAMPAIGN)

    publish_manifest(folder, running, PROVINCE, clock=lambda: later)
    os.utime(folder / "44.json", (later.timestamp(), later.timestamp()))

    recipient, _ = edge.key_for(PROVINCE, CAMPAIGN)
    assert recipient.fingerprint == first.current(CAMPAIGN).fingerprint
