"""The published vectors of docs/spec/sealed-object.md, as another implementation would run them."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from services.storage.keyring import CampaignKey
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode
from shared.plumbing.opening import open_body
from shared.sealing import chunked
from shared.sealing.body import header
from shared.sealing.claim import decode_claim
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.manifest import read_manifest
from shared.sealing.slot import read_slot
from shared.sealing.wrapping import STORED, claim_info, key_info

VECTORS = json.loads(Path("tests/vectors/sealed-object.json").read_text())
INSTANCES = {Suite.AES: chunked.AES256_SHA512, Suite.SM: chunked.SM4_SM3}
CAMPAIGN = CampaignId("44-2026a")
OBJECT = ObjectId("0123456789abcdef" * 2)


@pytest.mark.parametrize(
    "vector", VECTORS["bodies"], ids=lambda one: f"{one['suite']}-{one['length']}"
)
def test_a_body_is_sealed_and_opened_as_published(vector: dict) -> None:
    suite = Suite(vector["suite"])
    context = ObjectContext(suite, ProvinceCode("44"), CAMPAIGN, OBJECT, Rendition.ORIGINAL)
    plain = bytes(place % 251 for place in range(vector["length"]))
    key = bytes.fromhex(vector["data_key"])

    sealed = header(suite) + chunked.encrypt_with(
        INSTANCES[suite], key, context.encoded(), plain, salt=bytes.fromhex(vector["salt"])
    )

    assert context.encoded().hex() == vector["context"]
    assert hashlib.sha256(sealed).hexdigest() == vector["sealed_sha256"]
    assert len(sealed) == vector["sealed_length"]
    assert sealed.hex() == vector.get("sealed", sealed.hex())
    assert open_body(sealed, key, context) == plain


def test_the_slot_verifies_and_opens_as_published() -> None:
    holder = VECTORS["holder"]
    key = CampaignKey(
        ProvinceCode("44"),
        CAMPAIGN,
        Suite.AES,
        bytes.fromhex(holder["mlkem_seed"]),
        bytes.fromhex(holder["x25519"]),
    )
    vector = VECTORS["slot"]
    slot = read_slot(vector["text"].encode())

    slot.check(bytes.fromhex(vector["edge_public_key"]))
    assert slot.holder == key.fingerprint == holder["fingerprint"]
    data_key = STORED.decrypt(
        slot.wrapped_key, key.private, info=key_info(slot.context, slot.holder)
    )
    claim = STORED.decrypt(
        slot.sealed_claim, key.private, info=claim_info(slot.context, slot.holder)
    )
    assert data_key.hex() == vector["data_key"]
    assert msgspec.to_builtins(decode_claim(claim)) == vector["claim"]


def test_the_manifest_verifies_as_published() -> None:
    vector = VECTORS["manifest"]

    manifest = read_manifest(vector["text"].encode(), bytes.fromhex(vector["root_public_key"]))

    recipient, suite = manifest.key_for(CampaignId(vector["campaign"]), manifest.not_before)
    assert (recipient.fingerprint, suite) == (vector["fingerprint"], Suite.AES)
