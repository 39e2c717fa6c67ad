import json
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shared.sealing.claim import decode_claim
from shared.sealing.signing import BadSignatureError
from shared.sealing.slot import BadSlotError, Sealed, StoredBody, build_slot, read_slot
from shared.sealing.wrapping import STORED, BadKeyError, claim_info, fingerprint, key_info, wrap
from tests.unit.sealing.keys import NOW, Edge, Holder, a_claim, a_context

BODY = StoredBody("original/202604/" + "a" * 32, "v1", "ab" * 32, 1000)
EDGE, HOLDER = Edge(), Holder()
SLOT = build_slot(Sealed(a_context(), b"k" * 32, BODY, a_claim()), HOLDER.recipient, EDGE, NOW)


def test_a_slot_reads_back_and_its_edge_is_known() -> None:
    slot = read_slot(SLOT)

    slot.check(EDGE.public)
    assert (slot.context, slot.body, slot.edge, slot.at) == (a_context(), BODY, "gateway", NOW)


def test_only_the_holder_learns_key_and_claim() -> None:
    slot = read_slot(SLOT)
    key = STORED.decrypt(slot.wrapped_key, HOLDER.private, info=key_info(slot.context, slot.holder))
    claim = STORED.decrypt(
        slot.sealed_claim, HOLDER.private, info=claim_info(slot.context, slot.holder)
    )

    assert key == b"k" * 32
    assert decode_claim(claim) == a_claim()
    with pytest.raises(InvalidTag):
        STORED.decrypt(slot.wrapped_key, Holder().private, info=key_info(slot.context, slot.holder))


def test_a_wrapped_key_is_bound_to_its_object_and_to_being_a_key() -> None:
    slot = read_slot(SLOT)
    for info in (
        key_info(replace(slot.context, object="f" * 32), slot.holder),
        key_info(slot.context, fingerprint(b"other")),
        claim_info(slot.context, slot.holder),
    ):
        with pytest.raises(InvalidTag):
            STORED.decrypt(slot.wrapped_key, HOLDER.private, info=info)


def test_the_sheet_code_is_not_readable_in_a_slot() -> None:
    assert a_claim().code.encode() not in SLOT


@given(st.sampled_from(sorted(json.loads(SLOT))), st.data())
def test_no_field_of_a_slot_can_be_changed(field: str, data: st.DataObject) -> None:
    document = json.loads(SLOT)
    old = document[field]
    if isinstance(old, dict):
        inner = data.draw(st.sampled_from(sorted(old)))
        document[field] = {**old, inner: _other(old[inner])}
    else:
        document[field] = _other(old)

    with pytest.raises((BadSignatureError, BadSlotError)):
        read_slot(json.dumps(document).encode()).check(EDGE.public)


def _other(value: object) -> object:
    if isinstance(value, int):
        return value + 1
    text = str(value)
    return ("1" if text[:1] != "1" else "2") + text[1:]


@given(st.binary(max_size=400))
def test_noise_is_no_slot(noise: bytes) -> None:
    with pytest.raises(BadSlotError):
        read_slot(noise)


def test_another_edge_cannot_sign_for_this_one() -> None:
    with pytest.raises(BadSignatureError):
        read_slot(SLOT).check(Edge().public)


@pytest.mark.parametrize("length", [0, 32, 1215, 1217])
def test_only_a_whole_public_key_is_wrapped_to(length: int) -> None:
    with pytest.raises(BadKeyError):
        wrap(b"k" * 32, bytes(length), b"")
