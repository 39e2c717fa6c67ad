from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from services.storage import granting, usecases
from services.storage.tables import objects
from shared.contracts.storage_commands import GrantRequest, Purpose
from shared.kernel.errors import GrantRefusedError
from shared.kernel.ids import ObjectId
from shared.plumbing import grants
from shared.plumbing.grants import GrantClient, signed_part
from shared.plumbing.outbox import outbox_table
from shared.sealing.body import NotSealedError
from tests.unit.storage.bench import PHOTO, PROVINCE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def kept(bench: Bench) -> ObjectId:
    object_ = bench.hand_in()
    usecases.keep(bench.database, bench.vault, object_, PROVINCE, bench.database.transaction)
    return object_


def a_request(bench: Bench, object_: ObjectId, **changes: object) -> GrantRequest:
    public = X25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    request = GrantRequest(
        object_, Purpose.READ, "scan", public, "0" * 32, bench.clock() + timedelta(seconds=60)
    )
    request = replace(request, **changes)
    signer = bench.edge if request.caller == "gateway" else bench.reader
    return replace(request, signature=signer.sign(signed_part(request)).hex())


def client(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> GrantClient:
    def fetch(url: str) -> bytes:
        where, _, rest = url.removeprefix("memory:").partition("?")
        bucket, _, key = where.partition("/")
        return bench.store.get(bucket, key, rest.partition("&")[0])

    monkeypatch.setattr(grants, "fetch", fetch)
    return GrantClient(
        lambda request: granting.grant(bench.database, bench.vault, request),
        bench.reader,
        clock=bench.clock,
    )


def refused(bench: Bench, request: GrantRequest) -> str:
    with pytest.raises(GrantRefusedError) as caught:
        granting.grant(bench.database, bench.vault, request)
    return str(caught.value.args[1])


def test_a_granted_object_opens_and_is_the_photo(
    bench: Bench, kept: ObjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = client(bench, monkeypatch).open(kept, Purpose.READ)

    assert (opened.data, opened.media_type, opened.orientation) == (PHOTO, "image/jpeg", 6)


def test_the_edge_can_open_nothing_not_even_what_it_took(bench: Bench, kept: ObjectId) -> None:
    assert refused(bench, a_request(bench, kept, caller="gateway")) == "not_allowed"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"caller": "nobody"}, "unknown_caller"),
        ({"purpose": Purpose.DRILL}, "not_allowed"),
        ({"object": ObjectId("f" * 32)}, "not_kept"),
    ],
)
def test_a_grant_names_why_it_is_refused(
    bench: Bench, kept: ObjectId, changes: dict[str, object], reason: str
) -> None:
    assert refused(bench, a_request(bench, kept, **changes)) == reason


@pytest.mark.parametrize("seconds", [0, -1, 100])
def test_a_request_is_good_for_a_minute(bench: Bench, kept: ObjectId, seconds: int) -> None:
    expires = bench.clock() + timedelta(seconds=seconds)

    assert refused(bench, a_request(bench, kept, expires_at=expires)) == "expired"


def test_a_request_is_good_once(bench: Bench, kept: ObjectId) -> None:
    request = a_request(bench, kept)
    granting.grant(bench.database, bench.vault, request)

    assert refused(bench, request) == "used_before"


@pytest.mark.parametrize("field", ["object", "public_key", "nonce"])
def test_a_request_changed_on_its_way_is_refused(bench: Bench, kept: ObjectId, field: str) -> None:
    request = a_request(bench, kept)
    forged = replace(request, **{field: "ab" * 32 if field == "public_key" else "f" * 32})

    assert refused(bench, forged) == "bad_signature"


def test_an_erased_object_is_named_as_such(bench: Bench, kept: ObjectId) -> None:
    with bench.database.transaction() as tx:
        tx.execute(sa.update(objects).values(wrapped_key=None))

    assert refused(bench, a_request(bench, kept)) == "erased"


def test_grants_and_refusals_are_both_on_record(bench: Bench, kept: ObjectId) -> None:
    granting.grant(bench.database, bench.vault, a_request(bench, kept))
    refused(bench, a_request(bench, kept, purpose=Purpose.DRILL))

    outbox = outbox_table(sa.MetaData())
    with bench.database.transaction() as tx:
        bodies = [str(body) for body in tx.execute(sa.select(outbox.c.body)).scalars()]
    acts = [body for body in bodies if "open_object" in body]
    assert len(acts) == 2
    assert ["not_allowed" in act for act in acts] == [False, True]


def test_a_key_for_one_request_does_not_serve_another(
    bench: Bench, kept: ObjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = granting.grant(bench.database, bench.vault, a_request(bench, kept))
    reader = client(bench, monkeypatch)
    monkeypatch.setattr(reader, "_ask", lambda _request: first)

    with pytest.raises(NotSealedError):
        reader.open(kept, Purpose.READ)


def test_a_body_swapped_in_the_archive_is_noticed_by_the_reader(
    bench: Bench, kept: ObjectId, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bench.hand_in(b"\xff\xd8 another photo")
    usecases.keep(bench.database, bench.vault, other, PROVINCE, bench.database.transaction)
    first, second = bench.store.keys("archive")
    archive = bench.store.bucket(PROVINCE, "archive")
    bench.store.objects[archive, first], bench.store.objects[archive, second] = (
        bench.store.objects[archive, second],
        bench.store.objects[archive, first],
    )

    with pytest.raises(NotSealedError):
        client(bench, monkeypatch).open(kept, Purpose.READ)
