"""`hecha storage`: keys are made once, and exchanged only for a campaign that has some."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Terminal, acts_of


def secrets_of(folder: Path) -> dict[str, bytes]:
    made = ("keyring", "sheet-codes.json", "passphrase", "ledger_key")
    return {name: (folder / name).read_bytes() for name in made}


def test_init_prints_settings_that_name_what_it_made(bare: Terminal, tmp_path: Path) -> None:
    said = bare.run("storage", "init", tmp_path / "keys", "--campaign", "44-2026a")

    settings = dict(line.split("=", 1) for line in said.out.splitlines())
    assert said.code == 0
    assert settings["HECHA_PROVINCES"] == "44"
    files = [value for name, value in settings.items() if name.endswith("_FILE")]
    secret = [one for one in files if not one.endswith("enrolled.json")]
    assert len(files) > 6
    assert all(Path(one).is_file() for one in files)
    assert all(Path(one).stat().st_mode & 0o077 == 0 for one in secret)
    assert "no buckets were made: set HECHA_S3_ENDPOINT" in said.told


def test_init_again_keeps_every_secret_and_adds_a_campaign(bare: Terminal, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    bare.run("storage", "init", keys, "--campaign", "44-2026a")
    before = secrets_of(keys)

    assert bare.run("storage", "init", keys, "--campaign", "44-2026a").code == 0
    again = secrets_of(keys)
    assert bare.run("storage", "init", keys, "--campaign", "44-2026b").code == 0
    more = secrets_of(keys)

    assert again == before
    assert (more["passphrase"], more["ledger_key"]) == (before["passphrase"], before["ledger_key"])
    assert b"44-2026a" in more["sheet-codes.json"]
    assert b"44-2026b" in more["sheet-codes.json"]


def test_a_passphrase_that_does_not_fit_is_told_and_nothing_changes(
    bare: Terminal, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    bare.run("storage", "init", keys, "--campaign", "44-2026a")
    (keys / "passphrase").write_text("another one")
    before = secrets_of(keys)

    said = bare.run("storage", "init", keys, "--campaign", "44-2026b")

    assert (said.code, said.out) == (1, "")
    assert "passphrase" in said.told
    assert secrets_of(keys)["keyring"] == before["keyring"]


def test_a_rotation_makes_a_new_pair_and_a_new_manifest(terminal: Terminal, tmp_path: Path) -> None:
    keyring, manifests = tmp_path / "keys" / "keyring", tmp_path / "keys" / "manifests"
    before = keyring.read_bytes(), sorted(one.read_bytes() for one in manifests.iterdir())

    said = terminal.run("storage", "rotate", "44-2026a")

    assert said.code == 0
    assert "the new key is in force, 0 objects were rewrapped" in said.told
    assert keyring.read_bytes() != before[0]
    assert sorted(one.read_bytes() for one in manifests.iterdir()) != before[1]
    assert acts_of(terminal, "storage") == [
        ("begin_rotation", "44-2026a", "done"),
        ("rotate_keys", "44-2026a", "done"),
    ]


@pytest.mark.parametrize("campaign", ["44-1999z", "51-2026a", "spring"])
def test_a_campaign_without_keys_gets_none_by_a_rotation(
    terminal: Terminal, tmp_path: Path, campaign: str
) -> None:
    before = secrets_of(tmp_path / "keys")

    said = terminal.run("storage", "rotate", campaign)

    assert (said.code, said.out) == (1, "")
    assert "unknown_campaign" in said.told
    assert secrets_of(tmp_path / "keys") == before
