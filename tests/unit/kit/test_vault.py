from pathlib import Path

import pytest

from deploy.kit import vault as vault_module
from deploy.kit.vault import KitExistsError, NoKitError, Vault, WrongPassphraseError


@pytest.fixture(autouse=True)
def cheap_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "SCRYPT_N", 2**4)


def test_what_was_sealed_opens_with_the_passphrase(tmp_path: Path) -> None:
    Vault.create(tmp_path, "open sesame").write("state", b"content")

    assert Vault.open(tmp_path, "open sesame").read("state") == b"content"


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    Vault.create(tmp_path, "open sesame")

    with pytest.raises(WrongPassphraseError):
        Vault.open(tmp_path, "open barley")


def test_nothing_lies_in_the_folder_in_clear(tmp_path: Path) -> None:
    Vault.create(tmp_path, "p").write("state", b"canary-canary")

    assert all(b"canary" not in file.read_bytes() for file in tmp_path.iterdir())


def test_two_sealed_files_cannot_be_swapped(tmp_path: Path) -> None:
    vault = Vault.create(tmp_path, "p")
    vault.write("a", b"1")
    (tmp_path / "b.sealed").write_bytes((tmp_path / "a.sealed").read_bytes())

    with pytest.raises(WrongPassphraseError):
        vault.read("b")


def test_an_existing_kit_is_never_overwritten(tmp_path: Path) -> None:
    Vault.create(tmp_path, "p")

    with pytest.raises(KitExistsError):
        Vault.create(tmp_path, "q")


def test_a_folder_without_a_kit_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoKitError):
        Vault.open(tmp_path, "p")
