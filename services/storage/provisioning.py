"""Sets a province up: root, key pairs, manifest, buckets. Every step may be repeated."""

import os
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.storage.keyring import Keyring, new_campaign_key, open_keyring, write_keyring
from services.storage.vault import Unwrapping
from shared.kernel.clock import Clock, utc_now
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.plumbing.identity import Identity
from shared.plumbing.objects import BucketKind, ObjectStore
from shared.sealing.context import Suite
from shared.sealing.manifest import KeyManifest, ManifestKey, build_manifest

# Signed anew several times a day; acceptance goes on this long with everything else down.
MANIFEST_LIFE = timedelta(days=30)
_BACKDATED = timedelta(minutes=5)  # an edge's clock may run behind


def open_or_make(path: Path, passphrase: str) -> Keyring:
    """The keyring of a file; a fresh one with a new root when there is none.

    Raises:
        KeyringError: there is one, and it does not open.
    """
    if path.exists():
        return open_keyring(path, passphrase)
    keyring = Keyring(os.urandom(32), 1, ())
    write_keyring(path, keyring, passphrase)
    return keyring


def with_campaign(
    keyring: Keyring, province: ProvinceCode, campaign: CampaignId, suite: Suite = Suite.AES
) -> Keyring:
    """The keyring with a pair for this campaign; unchanged when it has one."""
    if keyring.current(campaign) is not None:
        return keyring
    fresh = new_campaign_key(province, campaign, suite)
    return Keyring(keyring.root, keyring.generation + 1, (*keyring.keys, fresh))


def publish_manifest(
    folder: Path, keyring: Unwrapping, province: ProvinceCode, *, clock: Clock = utc_now
) -> None:
    """Sign the manifest of a province, and pin its root beside it, for the edges."""
    root = Identity(f"root-{province}", Ed25519PrivateKey.from_private_bytes(keyring.root))
    now = clock()
    keys = tuple(
        ManifestKey(key.campaign, key.fingerprint, key.public_key, key.suite)
        for key in keyring.keys
        if key.province == province and key.is_current
    )
    # Seconds since 1970 only ever rise, and a second daily signing never needs a counter kept.
    manifest = KeyManifest(
        province, int(now.timestamp()), now - _BACKDATED, now + MANIFEST_LIFE, keys
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{province}.root").write_text(root.public_key.hex())
    beside = folder / f"{province}.json.new"
    beside.write_bytes(build_manifest(manifest, root))
    beside.replace(folder / f"{province}.json")


def make_buckets(store: ObjectStore, province: ProvinceCode) -> None:
    """The buckets of a province, with their settings."""
    for kind in BucketKind:
        store.make_bucket(
            store.bucket(province, kind),
            # Overwriting must never change what a slot names; slots themselves must be erasable.
            versions=kind in (BucketKind.LANDING, BucketKind.ARCHIVE, BucketKind.AUDIT),
            lock=kind in (BucketKind.ARCHIVE, BucketKind.AUDIT),
        )
