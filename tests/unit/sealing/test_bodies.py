import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from shared.plumbing.opening import open_body
from shared.sealing import chunked
from shared.sealing.body import HEADER, NotSealedError, new_data_key, seal_body, sealed_length
from shared.sealing.context import Suite
from tests.unit.sealing.keys import a_context

BORDERS = [0, 1, 16_383, 16_384, 16_385, 32_767, 32_768, 40_000]
BOTH = list(Suite)


@pytest.mark.parametrize("suite", BOTH)
@pytest.mark.parametrize("length", BORDERS)
def test_what_is_sealed_opens_again_whatever_its_length(suite: Suite, length: int) -> None:
    key, plain = new_data_key(suite), bytes(index % 251 for index in range(length))

    body = seal_body(plain, key, a_context(suite))

    assert open_body(body, key, a_context(suite)) == plain
    assert len(body) == sealed_length(length)


@pytest.mark.parametrize("suite", BOTH)
@given(st.integers(0, 40_000 + 16 + 56 + 48 - 1), st.integers(0, 7))
def test_no_bit_of_a_body_can_be_changed(suite: Suite, place: int, bit: int) -> None:
    key = new_data_key(suite)
    body = bytearray(seal_body(bytes(40_000), key, a_context(suite)))
    body[place] ^= 1 << bit

    with pytest.raises(NotSealedError):
        open_body(bytes(body), key, a_context(suite))


@pytest.mark.parametrize("suite", BOTH)
@given(st.data())
def test_a_body_cut_anywhere_does_not_open(suite: Suite, data: st.DataObject) -> None:
    key = new_data_key(suite)
    body = seal_body(bytes(33_000), key, a_context(suite))
    borders = [HEADER, HEADER + 56, HEADER + 56 + 16_400, HEADER + 56 + 2 * 16_400]
    cut = data.draw(st.one_of(st.sampled_from(borders), st.integers(0, len(body) - 1)))

    with pytest.raises(NotSealedError):
        open_body(body[:cut], key, a_context(suite))


@pytest.mark.parametrize("suite", BOTH)
def test_chunks_cannot_be_swapped_repeated_or_added(suite: Suite) -> None:
    key = new_data_key(suite)
    body = seal_body(bytes(40_000), key, a_context(suite))
    head, rest = body[: HEADER + 56], body[HEADER + 56 :]
    first, second, last = rest[:16_400], rest[16_400:32_800], rest[32_800:]

    for forged in (second + first + last, first + first + last, rest + last, first + last):
        with pytest.raises(NotSealedError):
            open_body(head + forged, key, a_context(suite))


@pytest.mark.parametrize("suite", BOTH)
@pytest.mark.parametrize(
    "other",
    [
        {"object": "f" * 32},
        {"province": "51"},
        {"campaign": "44-2025a"},
        {"rendition": "view"},
    ],
)
def test_a_body_opens_only_where_it_belongs(suite: Suite, other: dict[str, str]) -> None:
    key = new_data_key(suite)
    body = seal_body(b"photo", key, a_context(suite))

    with pytest.raises(NotSealedError):
        open_body(body, key, a_context(suite, **other))


def test_a_body_of_one_suite_does_not_pass_for_the_other() -> None:
    key = new_data_key(Suite.SM)
    body = seal_body(b"photo", key, a_context(Suite.SM))

    with pytest.raises(NotSealedError):
        open_body(body, key * 2, a_context(Suite.AES))


def test_another_key_does_not_open() -> None:
    body = seal_body(b"photo", new_data_key(Suite.AES), a_context())

    with pytest.raises(NotSealedError):
        open_body(body, new_data_key(Suite.AES), a_context())


@given(st.binary(max_size=70_000), st.binary(max_size=40))
def test_our_construction_reads_what_the_library_writes_and_the_other_way(
    plain: bytes, context: bytes
) -> None:
    key = Cobblestone256Encryptor.generate_key()
    theirs = Cobblestone256Encryptor(key, context=context)
    written = theirs.update(plain) + theirs.finalize()

    assert chunked.decrypt(chunked.AES256_SHA512, key, context, written) == plain

    ours = chunked.encrypt(chunked.AES256_SHA512, key, context, plain)
    reader = Cobblestone256Decryptor(key, context=context)
    assert reader.update(ours) + reader.finalize() == plain


@given(st.binary(max_size=200))
def test_noise_never_opens_and_never_raises_anything_else(noise: bytes) -> None:
    with pytest.raises(InvalidTag):
        chunked.decrypt(chunked.SM4_SM3, bytes(16), b"", noise)
