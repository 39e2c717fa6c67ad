"""The secrets of a house on one machine: made once, readable by their owner only.

In a real province each of these files lies on another machine: the keyring with storage, an
identity with its service, manifests and pinned roots with the edges.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from services.storage.enrolment import write_enrolled
from services.storage.keyring import write_keyring
from services.storage.provisioning import open_or_make, publish_manifest, with_campaign
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.kernel.units import province_of_campaign
from shared.plumbing.identity import make_identity

IDENTITIES = ("gateway", "scan", "portal", "operator")  # enrolled with storage
SIGNS_REPORTS = "progress"
SIGNS_ACTORS = "accounts"  # whose public key every service believes
# Signs the checkpoints of the audit log, and countersigns them where no level above does.
SIGN_THE_LOG = ("audit", "audit_witness")
SECRETS = (
    *("roster_column_key", "forms_column_key", "scan_column_key", "accounts_column_key"),
    "review_column_key",
    "support_column_key",
    *("scan_ticket_key", "ledger_key"),
)


def make_keys(
    folder: Path,
    provinces: Sequence[ProvinceCode],
    campaigns: Sequence[CampaignId],
    given_passphrase: str | None = None,
) -> dict[str, str]:
    """Make what is missing; gives the settings that name it all.

    Without a given passphrase one is drawn and kept beside the keyring: for one machine.

    Raises:
        KeyringError: there is a keyring, and the passphrase beside it does not open it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    codes = folder / "sheet-codes.json"
    add_code_keys(codes, campaigns)
    kept = folder / "passphrase"
    drawn = kept.exists() or given_passphrase is None
    passphrase = _kept(kept, lambda: secrets.token_urlsafe(24)) if drawn else given_passphrase or ""
    _make_keyring(folder, passphrase, provinces, campaigns)
    identities = {name: make_identity(name, folder / f"{name}.identity") for name in IDENTITIES}
    write_enrolled(
        folder / "enrolled.json", {name: one.public_key for name, one in identities.items()}
    )
    signer = make_identity(SIGNS_ACTORS, folder / f"{SIGNS_ACTORS}.identity")
    for name in SIGN_THE_LOG:
        make_identity(name, folder / f"{name}.identity")
    settings = {
        "HECHA_ACTOR_KEYS": signer.public_key.hex(),
        "HECHA_PROVINCES": ",".join(provinces),
        "HECHA_SHEET_CODE_KEYS_FILE": str(codes),
        "HECHA_KEYRING_FILE": str(folder / "keyring"),
        "HECHA_ENROLLED_FILE": str(folder / "enrolled.json"),
        "HECHA_KEY_MANIFEST_FOLDER": str(folder / "manifests"),
    }
    if drawn:
        settings["HECHA_PASSPHRASE_FILE"] = str(kept)
    make_identity(SIGNS_REPORTS, folder / f"{SIGNS_REPORTS}.identity")
    for name in (*IDENTITIES, SIGNS_ACTORS, SIGNS_REPORTS, *SIGN_THE_LOG):
        settings[f"HECHA_{name.upper()}_IDENTITY_FILE"] = str(folder / f"{name}.identity")
    for name in SECRETS:
        _kept(folder / name, lambda: secrets.token_hex(32))
        settings[f"HECHA_{name.upper()}_FILE"] = str(folder / name)
    return settings


def add_code_keys(path: Path, campaigns: Sequence[CampaignId]) -> None:
    """Draw a check key for every campaign that has none; the file is replaced as a whole."""
    kept = json.loads(path.read_text()) if path.exists() else {"campaigns": []}
    known = {entry["campaign"] for entry in kept["campaigns"]}
    fresh = [
        {
            "campaign": campaign,
            "province": campaign.split("-", 1)[0],
            "key": secrets.token_hex(32),
            "closed": None,
        }
        for campaign in campaigns
        if campaign not in known
    ]
    if fresh or not path.exists():
        _write(path, json.dumps({"campaigns": kept["campaigns"] + fresh}, indent=1))


def _make_keyring(
    folder: Path,
    passphrase: str,
    provinces: Sequence[ProvinceCode],
    campaigns: Sequence[CampaignId],
) -> None:
    path = folder / "keyring"
    keyring = before = open_or_make(path, passphrase)
    for campaign in campaigns:
        keyring = with_campaign(keyring, province_of_campaign(campaign), campaign)
    if keyring is not before:
        write_keyring(path, keyring, passphrase)
    for province in provinces:
        publish_manifest(folder / "manifests", keyring, province)


def _kept(path: Path, draw: Callable[[], str]) -> str:
    if not path.exists():
        _write(path, draw())
    return path.read_text().strip()


def _write(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.touch(mode=0o600)
    beside.write_text(text)
    beside.replace(path)
