"""Sealing a photo, against one-shot AES-GCM and against hashing the same bytes."""

import hashlib
import os
import time
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.kernel.ids import CampaignId, ProvinceCode, new_object_id
from shared.plumbing.opening import open_body
from shared.sealing.body import new_data_key, seal_body
from shared.sealing.context import ObjectContext, Rendition, Suite

PHOTO = os.urandom(3 << 20)
ROUNDS = 60


def main() -> None:
    """Print one line per figure."""
    one_shot = rate(lambda: AESGCM(bytes(32)).encrypt(bytes(12), PHOTO, None))
    hashing = rate(lambda: hashlib.sha256(PHOTO).digest())
    for suite in Suite:
        rounds = ROUNDS if suite is Suite.AES else 3
        context = ObjectContext(
            suite,
            ProvinceCode("44"),
            CampaignId("44-2026a"),
            new_object_id(),
            Rendition.ORIGINAL,
        )
        key = new_data_key(suite)
        body = seal_body(PHOTO, key, context)
        seal = rate(lambda key=key, context=context: seal_body(PHOTO, key, context), rounds)
        unseal = rate(
            lambda key=key, context=context, body=body: open_body(body, key, context), rounds
        )
        for name, ours in (("seal", seal), ("open", unseal)):
            print(
                f"seal: {name}, {suite}\tours {ours:,.0f} MB/s"
                f"\tpeer {one_shot:,.0f} MB/s (AES-256-GCM in one piece)\tratio {ours / one_shot:.2f}"
            )
            print(
                f"seal: {name}, {suite}, against SHA-256\tours {ours:,.0f} MB/s"
                f"\tpeer {hashing:,.0f} MB/s (hashlib)\tratio {ours / hashing:.2f}"
            )


def rate(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Megabytes a second of CPU time."""
    work()
    started = time.process_time()
    for _ in range(rounds):
        work()
    return rounds * len(PHOTO) / 1e6 / (time.process_time() - started)


if __name__ == "__main__":
    main()
