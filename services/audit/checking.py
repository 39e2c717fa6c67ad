"""Verifies a log: every event, the order, the hashes above, the head and the checkpoints.

An event is held against its own leaf hash and against the one after it, which names its leaf
hash as `prev`; so one event that was changed, taken out, put in or moved is named by its place.
What was rewritten from some event to the end, hashes and all, is found by the checkpoints, and
named by the two between which it lies. A root that only repeats what an event was named for
already is not told again.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from services.audit import checkpoint_store, numbers, store
from services.audit.domain import NO_LEAF, EventError, Finding, Wrong, read_event
from services.audit.looking import Looked, Lookers
from services.audit.merkle import Compact, Node, compact_at, leaf_hash
from services.audit.notes import (
    Checkpoint,
    NoteError,
    VerifierKey,
    is_signed,
    read_checkpoint,
    read_note,
)
from services.audit.rows import PAGE, EventRow, PlainRow
from services.audit.store import Head
from services.audit.wholeness import are_whole
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database


class Checker:
    """Verifies one province's log, once."""

    def __init__(
        self,
        database: Database,
        province: ProvinceCode,
        key: VerifierKey | None,
        lookers: Lookers | None = None,
    ) -> None:
        """Say what is verified.

        Args:
            database: where the log lies.
            province: whose log.
            key: the log's; without it, what checkpoints say is verified and not who signed them.
            lookers: take the quick look off this process's hands.
        """
        self._database = database
        self._lookers = lookers
        self._province = province
        self._key = key
        self._compact = Compact()
        self._prev: bytes | None = NO_LEAF  # None: not known, the event before is gone
        self._flagged: set[int] = set()
        self._checkpoints: dict[int, Row[Any]] = {}
        self._last_good = 0  # size of the last checkpoint that holds
        self.checked = 0  # events looked at

    def run(self, start: Checkpoint | None = None) -> Iterator[Finding]:
        """Every finding; none when all is well.

        Args:
            start: how the log stood, as somebody else has kept it: that it still has that root
                is verified, and what came later. None verifies everything.
        """
        with self._database.transaction() as tx:
            head = store.head_of(tx, self._province)
            last = store.last_seq(tx, self._province)
            self._checkpoints = checkpoint_store.by_size(tx, self._province)
        size = head.compact.size
        if not self._is_plausible(head, last):
            yield self._wrong(Wrong.HEAD, size, f"a head of {last + 1} events", f"of {size}")
            size = last + 1
        found = self._begin_at(start, size) if start is not None else None
        if found is not None:
            yield found
            return
        yield from self._checkpoint_findings()
        yield from self._events(size)
        yield from self._end(size)
        yield from self._numbers()

    def _is_plausible(self, head: Head, last: int) -> bool:
        size = head.compact.size
        return (
            len(head.compact.peaks) == size.bit_count()
            and size >= max(self._checkpoints, default=0)
            and (size > 0 or last < 0)
        )

    def _begin_at(self, start: Checkpoint, size: int) -> Finding | None:
        if start.size > size:
            return Finding(Wrong.CUT, size, _events(start.size), _events(size), start.size - 1)
        with self._database.transaction() as tx:
            try:
                self._compact = compact_at(start.size, store.hash_of(tx, self._province))
            except LookupError:
                return Finding(Wrong.MISSING, 0, "a hash", "none", start.size - 1)
            before = store.event_at(tx, self._province, start.size - 1) if start.size else None
        if self._compact.root() != start.root:
            root = self._compact.root().hex()
            return Finding(Wrong.CHECKPOINT, 0, start.root.hex(), root, start.size - 1)
        self._last_good = start.size
        self._prev = bytes(before.leaf) if before is not None else NO_LEAF
        self._checkpoints = {at: one for at, one in self._checkpoints.items() if at > start.size}
        return None

    def _events(self, size: int) -> Iterator[Finding]:
        """The events up to `size`, and the hashes above them."""
        start = self._compact.size
        for looked in self._looked(start, size):
            # What a stretch was held against has to be what this process came to.
            is_next = (looked.start, looked.before) == (self._compact.size, self._prev)
            if looked.leaves and is_next:
                self._prev = looked.leaves[-1]
                self.checked += len(looked.leaves)
                yield from self._above(looked.leaves)
                continue
            for rows in store.pages_of(self._database, self._province, looked.start, looked.end):
                yield from self._page(rows)
        if self._compact.size < size:
            seq = self._compact.size
            self._flagged.update((seq, size - 1))
            yield Finding(Wrong.CUT, seq, _events(size), _events(seq), size - 1)

    def _looked(self, start: int, size: int) -> Iterable[Looked]:
        if self._lookers is None:
            return [Looked(start, size)]
        return self._lookers.over(self._province, start, size)

    def _page(self, rows: Sequence[PlainRow]) -> Iterator[Finding]:
        if self._are_whole(rows, self._compact.size):
            leaves = [row[1] for row in rows]
            self._prev = leaves[-1]
        else:
            leaves = []
            for row in rows:
                yield from self._event_at(EventRow._make(row), leaves)
        self.checked += len(rows)
        yield from self._above(leaves)

    def _event_at(self, row: EventRow, leaves: list[bytes]) -> Iterator[Finding]:
        """One event of a page that is not whole; its leaf hash is added to those before it."""
        at = self._compact.size + len(leaves)
        if row.seq != at or not self._are_whole([row], at):
            for seq in range(at, row.seq):
                yield self._wrong(Wrong.MISSING, seq, "an event", "none")
                self._prev = None
                leaves.append(NO_LEAF)
            yield from self._event(row)
        leaves.append(row.leaf)
        self._prev = row.leaf

    def _are_whole(self, rows: Sequence[PlainRow], first: int) -> bool:
        return are_whole(rows, first, self._prev, self._province)

    def _event(self, row: EventRow) -> Iterator[Finding]:
        """What is wrong with an event that is not whole; nothing where only the one before was."""
        body, leaf, seq, prev = row.body, row.leaf, row.seq, self._prev
        if (hash_ := leaf_hash(body)) != leaf:
            yield self._wrong(Wrong.EDITED, seq, leaf.hex(), hash_.hex())
            return
        try:
            event = read_event(body)
        except EventError:
            yield self._wrong(Wrong.INSERTED, seq, "an event", "other bytes")
            return
        if event.seq != seq or event.province != self._province:
            yield from self._misplaced(seq, event.seq)
        elif prev is not None and event.prev != prev.hex() and seq - 1 not in self._flagged:
            yield self._wrong(Wrong.REPLACED, max(seq - 1, 0), event.prev, prev.hex())
        if any(getattr(row, name) != value for name, value in store.columns_of(event).items()):
            yield self._wrong(Wrong.INDEX, seq, "the event's own words", "others")

    def _misplaced(self, seq: int, found: int) -> Iterator[Finding]:
        # An event that was put in pushes the others up: the first of them names its own old place.
        if 0 <= found < seq and found not in self._flagged:
            yield self._wrong(Wrong.INSERTED, found, "no event", "one")
        yield self._wrong(Wrong.MISPLACED, seq, f"event {seq}", f"event {found}")

    def _wrong(self, wrong: Wrong, seq: int, expected: str, found: str) -> Finding:
        self._flagged.add(seq)
        return Finding(wrong, seq, expected, found)

    def _is_explained(self, first: int, last: int) -> bool:
        return any(first <= seq <= last for seq in self._flagged)

    def _above(self, leaves: Sequence[bytes]) -> Iterator[Finding]:
        """Fold leaves into the tree, stopping where a checkpoint says how it stood."""
        start = self._compact.size
        end = start + len(leaves)
        kept: list[Node] = []
        for size in [*sorted(at for at in self._checkpoints if start < at < end), end]:
            part = leaves[self._compact.size - start : size - start]
            self._compact = self._compact.plus(part, kept)
            yield from self._checkpoint_findings()
        with self._database.transaction() as tx:
            stored = checkpoint_store.subtree_roots(tx, self._province, [one[:2] for one in kept])
        for level, index, root in kept:
            first = index << level
            last = first + (1 << level) - 1
            found = stored.get((level, index), b"")
            if found != root and not self._is_explained(first, last):
                yield Finding(Wrong.SUBTREE, first, root.hex(), found.hex(), last)

    def _checkpoint_findings(self) -> Iterator[Finding]:
        """Hold the tree against the checkpoint of its size, if there is one."""
        row = self._checkpoints.pop(self._compact.size, None)
        if row is None:
            return
        root, last = self._compact.root(), max(self._compact.size - 1, 0)
        try:
            note = read_note(row.note)
            said = read_checkpoint(note.text)
        except NoteError as error:
            yield Finding(Wrong.SIGNATURE, last, "a checkpoint", str(error))
            return
        if self._key is not None and not is_signed(note, self._key):
            yield Finding(Wrong.SIGNATURE, last, self._key.id.hex(), "another")
        elif (said.size, said.root) != (row.size, bytes(row.root)):
            yield Finding(Wrong.CHECKPOINT, last, said.root.hex(), bytes(row.root).hex())
        elif said.root == root:
            self._last_good = row.size
        elif not self._is_explained(self._last_good, last):
            yield Finding(Wrong.CHECKPOINT, self._last_good, said.root.hex(), root.hex(), last)

    def _end(self, known: int) -> Iterator[Finding]:
        """Hold the head against the events; what came meanwhile is verified first."""
        with self._database.transaction() as tx:
            head = store.lock_head(tx, self._province)
            beyond = store.page_of(tx, self._province, self._compact.size, PAGE)
        grown = max(known, head.compact.size)
        late = [row for row in beyond if row.seq < grown]
        if late:
            yield from self._page(late)
        for row in beyond[len(late) :]:
            yield from self._beyond(row)
        if not self._flagged:
            yield from self._head_findings(head)
        for size in self._checkpoints:
            told = _events(size), _events(self._compact.size)
            yield Finding(Wrong.CUT, self._compact.size, *told, size - 1)

    def _beyond(self, row: EventRow) -> Iterator[Finding]:
        """An event behind the last: put in, or pushed up by one that was."""
        try:
            claimed = read_event(bytes(row.body)).seq
        except EventError:
            claimed = row.seq
        if claimed < row.seq:
            yield from self._misplaced(row.seq, claimed)
        else:
            yield self._wrong(Wrong.INSERTED, row.seq, "no event", "one")

    def _head_findings(self, head: Head) -> Iterator[Finding]:
        last = max(self._compact.size - 1, 0)
        told = head.compact.root().hex(), self._compact.root().hex()
        is_other_leaf = self._prev is not None and head.leaf != self._prev
        if head.compact != self._compact and is_other_leaf and self._last_good <= last:
            # The chain vouches for every event but the last, and the head for that one.
            yield Finding(Wrong.REPLACED, last, *told)
        elif head.compact != self._compact or is_other_leaf:
            yield Finding(Wrong.HEAD, last, *told)

    def _numbers(self) -> Iterator[Finding]:
        with self._database.transaction() as tx:
            twice = numbers.numbers_twice(tx, self._province)
            gaps = numbers.gaps_beside(tx, self._province, [source for source, *_ in twice])
        for source, number, seq in twice:
            told = f"number {number} once", "twice"
            yield Finding(Wrong.NUMBER_TWICE, seq, *told, source=source)
        for gap in gaps:
            told = f"{gap.last - gap.first + 1} acts", "none"
            yield Finding(Wrong.NUMBER_MISSING, gap.first, *told, gap.last, gap.source)


def _events(count: int) -> str:
    return f"{count} events"
