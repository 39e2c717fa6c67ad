"""The Merkle tree of RFC 6962: compact ranges, proofs, and how they are checked. Pure.

A complete subtree is named by its level (it has 2**level leaves) and its index at that level.
Whoever makes a proof asks for the ranges it needs and looks their hashes up; whoever checks
one needs nothing but this file. Words and figures: docs/spec/audit-log.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
# Roots of complete subtrees of 256, 65,536, ... leaves are kept, so that a proof reads few rows.
KEPT_EVERY = 8

Node = tuple[int, int, bytes]  # level, index at that level, hash
HashOf = Callable[[int, int], bytes]  # level, index at that level -> hash


@dataclass(frozen=True, slots=True)
class Range:
    """Leaves from `start` to before `end`, as RFC 6962 splits them."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Compact:
    """The least that a log of `size` leaves goes on from: roots of its complete subtrees."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()  # largest first, one per bit of `size`

    def root(self) -> bytes:
        """The tree's root, 32 bytes."""
        return folded(self.peaks) if self.peaks else EMPTY_ROOT

    def plus(self, leaves: Iterable[bytes], kept: list[Node] | None = None) -> "Compact":
        """The range with more leaf hashes; subtrees worth keeping are added to `kept`."""
        row = list(leaves)
        size, first, level = self.size + len(row), self.size, 0
        peaks, new = list(self.peaks), []  # new: smallest first
        while row:
            if first & 1:
                row.insert(0, peaks.pop())  # the smallest peak waits for its right half
                first -= 1
            if len(row) & 1:
                new.append(row.pop())
            halves = iter(row)
            pairs = zip(halves, halves, strict=True)
            row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            first, level = first >> 1, level + 1
            if kept is not None and level % KEPT_EVERY == 0:
                kept += ((level, index, hash_) for index, hash_ in enumerate(row, first))
        return Compact(size, (*peaks, *reversed(new)))


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an interior node."""
    return sha256(b"\x01" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root above neighbouring complete subtrees, largest first; at least one."""
    root = hashes[-1]
    for hash_ in reversed(hashes[:-1]):
        root = node_hash(hash_, root)
    return root


def complete_root(hashes: Sequence[bytes]) -> bytes:
    """The root of a complete subtree: over 1, 2, 4, ... hashes of equal height."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The fewest complete subtrees that cover leaves from `start` to before `end`, in order."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def root_of(where: Range, hash_of: HashOf) -> bytes:
    """The hash of a range of `inclusion_ranges` or `consistency_ranges`."""
    return folded([hash_of(level, index) for level, index in subtrees(where.start, where.end)])


def compact_at(size: int, hash_of: HashOf) -> Compact:
    """The compact range of the first `size` leaves."""
    return Compact(size, tuple(hash_of(level, index) for level, index in subtrees(0, size)))


def inclusion_ranges(seq: int, size: int) -> list[Range]:
    """What proves that leaf `seq` is in a log of `size` leaves (PATH of RFC 6962, 2.1.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= seq < size:
        raise ValueError(seq)
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if seq < middle:
            path.append(Range(middle, end))
            end = middle
        else:
            path.append(Range(start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """What proves that a log of `size` leaves only added to `old` ones (PROOF, 2.1.2).

    Raises:
        ValueError: `old` is larger.
    """
    if not 0 <= old <= size:
        raise ValueError(old)
    if old in (0, size):
        return []
    proof, start, end = [], 0, size
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(Range(middle, end))
            end = middle
        else:
            proof.append(Range(start, middle))
            start = middle
    # The old root is known to whoever asks, where it is a subtree of the new one.
    return ([Range(start, end)] if start else []) + proof[::-1]


def is_included(leaf: bytes, seq: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path proves leaf hash `leaf` at `seq` under `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= seq < size:
        return False
    at, last, hash_ = seq, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            hash_ = node_hash(sibling, hash_)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and hash_ == root


def is_consistent(
    old: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> bool:
    """Whether a log of `size` leaves only added to an earlier one (RFC 9162, 2.1.4.2)."""
    if old > size or old < 0:
        return False
    if old in (0, size):
        # Nothing was added, or there was nothing: no proof is needed, and none may be given.
        return not proof and (old_root == root if old == size else old_root == EMPTY_ROOT)
    nodes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not nodes:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _proves(nodes, (at, last), old_root, root)


def _proves(nodes: Sequence[bytes], place: tuple[int, int], old_root: bytes, root: bytes) -> bool:
    at, last = place
    older = newer = nodes[0]
    for hash_ in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(hash_, older), node_hash(hash_, newer)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, hash_)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == root


def _split(count: int) -> int:
    """The largest power of two below `count`, which is at least 2."""
    return 1 << (count - 1).bit_length() - 1
