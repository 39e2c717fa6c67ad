"""The tree of RFC 6962: the vectors of Certificate Transparency, and proofs of every size."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.merkle import (
    EMPTY_ROOT,
    Compact,
    Node,
    compact_at,
    complete_root,
    consistency_ranges,
    inclusion_ranges,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/audit-log.json").read_text())["rfc6962"]
LEAVES = [bytes.fromhex(one) for one in VECTORS["leaves"]]
ROOTS = [bytes.fromhex(one) for one in VECTORS["roots"]]
SIZES = st.integers(1, 300)


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def slow_root(hashes: list[bytes]) -> bytes:
    """MTH as RFC 6962 writes it."""
    if len(hashes) == 1:
        return hashes[0]
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    return node_hash(slow_root(hashes[:middle]), slow_root(hashes[middle:]))


def hash_of(hashes: list[bytes]):  # type: ignore[no-untyped-def]
    return lambda level, index: complete_root(hashes[index << level : (index + 1) << level])


def inclusion(hashes: list[bytes], seq: int) -> list[bytes]:
    return [root_of(one, hash_of(hashes)) for one in inclusion_ranges(seq, len(hashes))]


def consistency(hashes: list[bytes], old: int) -> list[bytes]:
    return [root_of(one, hash_of(hashes)) for one in consistency_ranges(old, len(hashes))]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert Compact().plus(map(leaf_hash, LEAVES[:size])).root() == ROOTS[size - 1]


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert Compact().root() == EMPTY_ROOT == bytes.fromhex(VECTORS["empty_root"])


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_consistency_proofs_are_those_of_certificate_transparency(
    vector: dict[str, object],
) -> None:
    old, size = int(str(vector["old"])), int(str(vector["size"]))
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]

    assert [one.hex() for one in consistency(hashes, old)] == vector["proof"]


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_inclusion_proofs_are_those_of_certificate_transparency(vector: dict[str, object]) -> None:
    seq, size = int(str(vector["seq"])), int(str(vector["size"]))
    hashes = [leaf_hash(leaf) for leaf in LEAVES[:size]]

    assert [one.hex() for one in inclusion(hashes, seq)] == vector["proof"]


@given(SIZES)
def test_a_compact_range_has_the_root_of_the_definition(size: int) -> None:
    assert Compact().plus(leaves_of(size)).root() == slow_root(leaves_of(size))


@given(SIZES, st.data())
def test_a_range_may_be_made_in_two_goes(size: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, size))
    hashes = leaves_of(size)
    whole = Compact().plus(hashes)

    assert Compact().plus(hashes[:cut]).plus(hashes[cut:]) == whole
    assert compact_at(size, hash_of(hashes)) == whole


@given(SIZES, st.data())
def test_every_leaf_is_proven_by_its_path(size: int, data: st.DataObject) -> None:
    seq = data.draw(st.integers(0, size - 1))
    hashes = leaves_of(size)

    assert is_included(hashes[seq], seq, size, inclusion(hashes, seq), slow_root(hashes))


@given(SIZES, st.data())
def test_a_path_proves_no_other_leaf_place_size_or_root(size: int, data: st.DataObject) -> None:
    seq = data.draw(st.integers(0, size - 1))
    hashes, wrong = leaves_of(size), leaf_hash(b"another")
    path, root = inclusion(hashes, seq), slow_root(hashes)

    assert not is_included(wrong, seq, size, path, root)
    assert not is_included(hashes[seq], seq, size, path, wrong)
    assert not is_included(hashes[seq], seq, size, [*path, wrong], root)
    if path:
        assert not is_included(hashes[seq], seq, size, path[:-1], root)
        assert not is_included(hashes[seq], seq ^ 1, size, path, root)


@given(SIZES, st.data())
def test_a_log_that_only_grew_is_proven_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    hashes = leaves_of(size)
    old_root = slow_root(hashes[:old]) if old else EMPTY_ROOT

    assert is_consistent(old, size, consistency(hashes, old), old_root, slow_root(hashes))


@given(SIZES, st.data())
def test_a_log_that_was_rewritten_is_not(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    before = leaves_of(size)
    after = [*before[:changed], leaf_hash(b"another"), *before[changed + 1 :]]

    proof = consistency(after, old)
    assert not is_consistent(old, size, proof, slow_root(before[:old]), slow_root(after))


@given(st.integers(1, 1500))
def test_kept_subtrees_are_those_of_every_eighth_level(size: int) -> None:
    hashes, kept = leaves_of(size), list[Node]()
    Compact().plus(hashes, kept)

    assert [(level, index) for level, index, _ in kept] == [(8, at) for at in range(size // 256)]
    assert all(root == hash_of(hashes)(level, index) for level, index, root in kept)
