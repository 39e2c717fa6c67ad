import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from services.storage import granting, usecases
from services.storage.domain import NEED_NO_WITNESS
from services.storage.tables import objects
from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.storage_commands import GrantRequest, Purpose
from shared.kernel.errors import GrantRefusedError
from shared.kernel.ids import FactId, ObjectId
from shared.plumbing import grants
from shared.plumbing.grants import GrantClient, signed_part
from shared.plumbing.hears import Heard
from shared.plumbing.outbox import outbox_table
from shared.sealing.body import NotSealedError
from tests.unit.storage.bench import PHOTO, PROVINCE, SHEET, Bench


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


def looking(bench: Bench, object_: ObjectId) -> GrantRequest:
    """A person looks: the operator's identity asks for them."""
    public = X25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    until = bench.clock() + timedelta(seconds=60)
    nonce = f"{int(bench.clock().timestamp()):032x}"
    request = GrantRequest(object_, Purpose.LOOK, "operator", public, nonce, until)
    return replace(request, signature=bench.operator.sign(signed_part(request)).hex())


def witness(bench: Bench, number: int = 1) -> None:
    """Storage hears that the audit log was countersigned just now."""
    fact = CheckpointWitnessed(10, "00" * 32, "hecha.example.gov.cn/witness", bench.clock())
    id_ = FactId(str(UUID(int=number)))
    queue = "storage.on_checkpoint_witnessed"
    usecases.keep_word_of_witness(
        Heard(fact, id_, bench.clock(), PROVINCE, 1, queue, bench.database)
    )


def test_nobody_looks_at_a_photo_while_the_audit_log_has_no_witness(
    bench: Bench, kept: ObjectId
) -> None:
    assert refused(bench, looking(bench, kept)) == "unwatched"

    witness(bench)
    assert granting.grant(bench.database, bench.vault, looking(bench, kept)).object == kept


def test_viewing_stops_four_hours_after_the_last_word_of_the_witness(
    bench: Bench, kept: ObjectId
) -> None:
    witness(bench)
    bench.clock.now += timedelta(hours=4, seconds=1)

    assert refused(bench, looking(bench, kept)) == "unwatched"


def test_an_older_word_of_the_witness_changes_nothing(bench: Bench, kept: ObjectId) -> None:
    witness(bench, 1)
    bench.clock.now -= timedelta(days=1)
    witness(bench, 2)
    bench.clock.now += timedelta(days=1, hours=3)

    assert granting.grant(bench.database, bench.vault, looking(bench, kept)).object == kept


def test_reading_goes_on_without_a_witness(bench: Bench, kept: ObjectId) -> None:
    assert granting.grant(bench.database, bench.vault, a_request(bench, kept)).object == kept


def test_every_purpose_but_reading_and_the_drill_needs_a_witness() -> None:
    assert {one for one in Purpose if one not in NEED_NO_WITNESS} == {Purpose.LOOK}


def acts(bench: Bench) -> list[dict[str, Any]]:
    outbox = outbox_table(sa.MetaData())
    with bench.database.transaction() as tx:
        found = sa.select(outbox.c.body).where(outbox.c.fact == "act_done").order_by(outbox.c.id)
        return [json.loads(body)["data"] for body in tx.execute(found).scalars()]


def test_handing_in_and_opening_are_acts_of_the_sheet(bench: Bench, kept: ObjectId) -> None:
    granting.grant(bench.database, bench.vault, a_request(bench, kept))
    told = acts(bench)

    assert [(one["act"], one["actor"], one["sheet"]) for one in told] == [
        ("hand_in", "guardian", SHEET),
        ("open_object", "service:scan", SHEET),
    ]


def test_asking_for_an_object_that_is_nowhere_is_an_act_as_well(bench: Bench) -> None:
    refused(bench, a_request(bench, ObjectId("0" * 32)))

    assert [(one["act"], one["outcome"]) for one in acts(bench)] == [("open_object", "not_kept")]
