import json
from datetime import timedelta

import pytest

from shared.kernel.ids import CampaignId, ProvinceCode
from shared.sealing.context import Suite
from shared.sealing.manifest import (
    BadManifestError,
    KeyManifest,
    ManifestKey,
    StaleManifestError,
    build_manifest,
    read_manifest,
)
from shared.sealing.signing import BadSignatureError
from tests.unit.sealing.keys import NOW, Edge, Holder

ROOT, HOLDER = Edge("root"), Holder()
CAMPAIGN = CampaignId("44-2026a")


def a_manifest(sequence: int = 3) -> KeyManifest:
    recipient = HOLDER.recipient
    key = ManifestKey(CAMPAIGN, recipient.fingerprint, recipient.public_key, Suite.AES)
    return KeyManifest(ProvinceCode("44"), sequence, NOW, NOW + timedelta(days=1), (key,))


def test_an_edge_learns_whom_to_seal_to() -> None:
    manifest = read_manifest(build_manifest(a_manifest(), ROOT), ROOT.public)

    assert manifest == a_manifest()
    assert manifest.key_for(CAMPAIGN, NOW) == (HOLDER.recipient, Suite.AES)


def test_a_manifest_of_another_root_is_refused() -> None:
    with pytest.raises(BadSignatureError):
        read_manifest(build_manifest(a_manifest(), Edge()), ROOT.public)


def test_an_older_manifest_is_refused_once_a_newer_one_was_seen() -> None:
    with pytest.raises(StaleManifestError):
        read_manifest(build_manifest(a_manifest(3), ROOT), ROOT.public, seen=4)


@pytest.mark.parametrize("at", [NOW - timedelta(seconds=1), NOW + timedelta(days=1)])
def test_nothing_is_sealed_under_a_manifest_out_of_its_time(at: object) -> None:
    with pytest.raises(StaleManifestError):
        a_manifest().key_for(CAMPAIGN, at)


def test_a_campaign_without_a_key_is_named() -> None:
    with pytest.raises(LookupError):
        a_manifest().key_for(CampaignId("44-2031a"), NOW)


def test_a_key_under_anothers_fingerprint_is_refused() -> None:
    document = json.loads(build_manifest(a_manifest(), ROOT))
    document["keys"][0]["fingerprint"] = "0" * 64

    with pytest.raises(BadManifestError):
        read_manifest(json.dumps(document).encode(), ROOT.public)
