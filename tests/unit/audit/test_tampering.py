"""Whoever changes one thing in the log, its guards taken off, is found, and the place is named.

A log of some hundred events with checkpoints at 120 and 256; every kind of change, at a sample of
places in the fast run and at every place in the slow one.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audit import store
from services.audit.appending import write
from services.audit.checking import Checker
from services.audit.domain import Finding, Told, Wrong, body_of, read_event
from services.audit.merkle import Compact, leaf_hash
from services.audit.tables import events, heads
from tests.unit.audit.house import GUANGDONG, LOG_KEY, NOON, an_act, an_id, new_house

SIZE = 300
CHECKPOINTS = (120, 256)
SAMPLE = (0, 1, 119, 120, 203, 255, 256, 298, 299)
Row = dict[str, Any]
MINE = events.c.province == GUANGDONG


class Attacker:
    """Changes a log; every change begins with the log as it was."""

    def __init__(self, folder: Path) -> None:
        self.house = new_house(folder)
        with closing(self.house.database.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA synchronous=OFF")  # thousands of changes to come
        for size in (*CHECKPOINTS, SIZE):
            with self.house.database.transaction() as tx:
                self.house_size = store.head_of(tx, GUANGDONG).compact.size
            self.house.fill(size - self.house_size)
            if size in CHECKPOINTS:
                self.house.checkpoint()
        with self.house.tampering() as tx:
            self.rows = [dict(row) for row in tx.execute(sa.select(events)).mappings()]
            self.head = dict(tx.execute(sa.select(heads)).mappings().one())

    def put(self, rows: list[Row]) -> None:
        with self.house.database.transaction() as tx:
            tx.execute(sa.delete(events))
            tx.insert_many(events, rows)

    def set_head(self, **values: object) -> None:
        with self.house.database.transaction() as tx:
            tx.execute(sa.update(heads).values(**values))

    def findings(self, rows: list[Row]) -> list[Finding]:
        """What is found in a log of these rows."""
        self.put(rows)
        return self.house.findings()

    def changed(self, seq: int, **values: object) -> list[Row]:
        """The rows with one of them changed."""
        return [*self.rows[:seq], {**self.rows[seq], **values}, *self.rows[seq + 1 :]]

    def other_body(self, seq: int) -> bytes:
        """The event with another outcome."""
        return bytes(self.rows[seq]["body"]).replace(b'"outcome":"done"', b'"outcome":"none"')

    def at(self, place: int, row: Row) -> Row:
        """A row moved to another place, its columns with it."""
        return {**row, "seq": place}


@pytest.fixture(scope="module")
def attacker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacker]:
    made = Attacker(tmp_path_factory.mktemp("log"))
    yield made
    made.house.database.dispose()


def edit_body(a: Attacker, n: int) -> list[Row]:
    return a.changed(n, body=a.other_body(n))


def edit_body_and_hash(a: Attacker, n: int) -> list[Row]:
    return a.changed(n, body=a.other_body(n), leaf=leaf_hash(a.other_body(n)))


def edit_hash(a: Attacker, n: int) -> list[Row]:
    return a.changed(n, leaf=leaf_hash(b"another"))


def edit_searched_column(a: Attacker, n: int) -> list[Row]:
    return a.changed(n, sheet="ba9876543210")


def delete(a: Attacker, n: int) -> list[Row]:
    return [*a.rows[:n], *a.rows[n + 1 :]]


def delete_and_close_up(a: Attacker, n: int) -> list[Row]:
    return [*a.rows[:n], *(a.at(row["seq"] - 1, row) for row in a.rows[n + 1 :])]


def insert(a: Attacker, n: int) -> list[Row]:
    event = read_event(a.rows[n]["body"])
    body = body_of(event).replace(b'"act":"print_sheets"', b'"act":"never_happened"')
    forged = {**a.rows[n], "body": body, "leaf": leaf_hash(body)}
    return [*a.rows[:n], forged, *(a.at(row["seq"] + 1, row) for row in a.rows[n:])]


def repeat(a: Attacker, n: int) -> list[Row]:
    return [*a.rows[: n + 1], *(a.at(row["seq"] + 1, row) for row in a.rows[n:])]


def swap_with_the_next(a: Attacker, n: int) -> list[Row]:
    other = n + 1 if n + 1 < SIZE else n - 1
    rows = list(a.rows)
    rows[n], rows[other] = a.at(n, a.rows[other]), a.at(other, a.rows[n])
    return rows


def swap_with_a_far_one(a: Attacker, n: int) -> list[Row]:
    other = (n + 137) % SIZE
    rows = list(a.rows)
    rows[n], rows[other] = a.at(n, a.rows[other]), a.at(other, a.rows[n])
    return rows


def move_to_the_end(a: Attacker, n: int) -> list[Row]:
    order = [*a.rows[:n], *a.rows[n + 1 :], a.rows[n]]
    return [a.at(place, row) for place, row in enumerate(order)]


def truncate(a: Attacker, n: int) -> list[Row]:
    return a.rows[:n]


CHANGES: dict[Callable[[Attacker, int], list[Row]], set[Wrong]] = {
    edit_body: {Wrong.EDITED},
    edit_body_and_hash: {Wrong.REPLACED},
    edit_hash: {Wrong.EDITED},
    edit_searched_column: {Wrong.INDEX},
    delete: {Wrong.MISSING, Wrong.CUT},
    delete_and_close_up: {Wrong.MISPLACED, Wrong.CUT},
    insert: {Wrong.INSERTED},
    repeat: {Wrong.MISPLACED, Wrong.INSERTED},
    swap_with_the_next: {Wrong.MISPLACED},
    swap_with_a_far_one: {Wrong.MISPLACED},
    move_to_the_end: {Wrong.MISPLACED},
    truncate: {Wrong.CUT},
}


def named(change: Callable[[Attacker, int], list[Row]], n: int) -> int:
    """The lowest place that a change touches."""
    if change is swap_with_the_next and n + 1 == SIZE:
        return n - 1
    if change is swap_with_a_far_one:
        return min(n, (n + 137) % SIZE)
    return n


def misses(attacker: Attacker, change: Callable[[Attacker, int], list[Row]], n: int) -> bool:
    """Whether a change was not found, or not named by its place and kind."""
    if change is move_to_the_end and n == SIZE - 1:
        return False  # nothing is moved
    found = attacker.findings(change(attacker, n))
    first = min(found, key=lambda one: one.seq, default=None)
    return first is None or first.seq != named(change, n) or first.wrong not in CHANGES[change]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_a_change_is_found_and_named_at_a_sample_of_places(
    attacker: Attacker, change: Callable[[Attacker, int], list[Row]]
) -> None:
    assert [n for n in SAMPLE if misses(attacker, change, n)] == []


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_a_change_is_found_and_named_at_every_place(
    attacker: Attacker, change: Callable[[Attacker, int], list[Row]]
) -> None:
    assert [n for n in range(SIZE) if misses(attacker, change, n)] == []


def test_a_log_that_nobody_touched_has_no_findings(attacker: Attacker) -> None:
    assert attacker.findings(attacker.rows) == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_any_single_byte_of_an_event_is_found(attacker: Attacker, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, SIZE - 1))
    body = bytearray(attacker.rows[n]["body"])
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    found = attacker.findings(attacker.changed(n, body=bytes(body)))

    assert [(one.wrong, one.seq) for one in found] == [(Wrong.EDITED, n)]


def rewritten(a: Attacker, n: int) -> list[Row]:
    """Everything from `n` on made anew, hashes and all, as the log itself would write it."""
    rows, prev = list(a.rows[:n]), a.rows[n - 1]["leaf"].hex() if n else "0" * 64
    for row in a.rows[n:]:
        body = a.other_body(row["seq"]) if row["seq"] == n else bytes(row["body"])
        old = read_event(body).prev.encode()
        body = body.replace(b'"prev":"' + old, b'"prev":"' + prev.encode())
        leaf = leaf_hash(body)
        rows.append({**row, "body": body, "leaf": leaf})
        prev = leaf.hex()
    return rows


@pytest.mark.parametrize("n", [0, 60, 119, 120, 200, 255])
def test_a_history_that_was_rewritten_to_its_end_lies_between_two_checkpoints(
    attacker: Attacker, n: int
) -> None:
    rows = rewritten(attacker, n)
    head = Compact().plus(row["leaf"] for row in rows)
    attacker.set_head(peaks=b"".join(head.peaks), leaf=rows[-1]["leaf"])
    found = next(one for one in attacker.findings(rows) if one.wrong is Wrong.CHECKPOINT)
    attacker.set_head(peaks=attacker.head["peaks"], leaf=attacker.head["leaf"])

    assert found.until is not None
    assert found.seq <= n <= found.until
    assert (found.seq, found.until) == ((0, 119) if n < 120 else (120, 255))


HEADS: list[dict[str, object]] = [
    {"size": 0, "peaks": b""},
    {"size": SIZE - 1},
    {"size": SIZE + 1},
    {"size": 128, "peaks": bytes(32)},
    {"peaks": bytes(4 * 32)},
    {"leaf": bytes(32)},
]


@pytest.mark.parametrize("values", HEADS, ids=str)
def test_a_head_that_was_changed_is_found(attacker: Attacker, values: dict[str, object]) -> None:
    attacker.set_head(**values)
    found = attacker.findings(attacker.rows)
    attacker.set_head(**{name: attacker.head[name] for name in values})

    assert found
    assert found[0].wrong in {Wrong.HEAD, Wrong.CUT, Wrong.INSERTED}


TABLES = {
    "UPDATE subtrees SET root = x'00' WHERE level = 8": (Wrong.SUBTREE, 0),
    "DELETE FROM subtrees": (Wrong.SUBTREE, 0),
    "UPDATE checkpoints SET root = x'00' WHERE size = 120": (Wrong.CHECKPOINT, 119),
    "UPDATE checkpoints SET note = 'none' WHERE size = 256": (Wrong.SIGNATURE, 255),
    "UPDATE checkpoints SET note = replace(note, '120', '121') WHERE size = 120": (
        Wrong.SIGNATURE,
        119,
    ),
}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Attacker]:
    made = Attacker(tmp_path)
    yield made
    made.house.database.dispose()


@pytest.mark.parametrize("statement", TABLES)
def test_what_stands_above_the_events_is_verified_as_well(fresh: Attacker, statement: str) -> None:
    with fresh.house.tampering() as tx:
        tx.execute(sa.text(statement))
    found = fresh.house.findings()

    assert [(one.wrong, one.seq) for one in found] == [TABLES[statement]]


def test_a_checkpoint_of_another_key_is_found(fresh: Attacker) -> None:
    with fresh.house.tampering() as tx:
        note = tx.execute(sa.text("SELECT note FROM checkpoints WHERE size = 120")).scalar_one()
        line = note.rpartition(" ")[2].strip()
        forged = note.replace(line, line[:20] + "AAAA" + line[24:])
        tx.execute(sa.text("UPDATE checkpoints SET note = :n WHERE size = 120"), {"n": forged})

    assert [one.wrong for one in fresh.house.findings()] == [Wrong.SIGNATURE]


def test_a_number_that_came_twice_hides_none_that_never_came(fresh: Attacker) -> None:
    add(fresh, [SIZE + 1, SIZE + 1, SIZE + 3])

    assert [(one.wrong, one.seq) for one in fresh.house.findings()] == [
        (Wrong.NUMBER_TWICE, SIZE + 1),
        (Wrong.NUMBER_MISSING, SIZE + 2),
    ]


def add(fresh: Attacker, numbers: list[int]) -> None:
    """Append acts of forms with these numbers."""
    with fresh.house.database.transaction() as tx:
        acts = [
            Told(an_act(number), an_id(1000 + place), NOON, GUANGDONG)
            for place, number in enumerate(numbers)
        ]
        write(tx, store.lock_head(tx, GUANGDONG), acts, NOON)


def test_numbers_that_never_came_and_that_came_twice_are_named(fresh: Attacker) -> None:
    add(fresh, [SIZE + 1, SIZE + 5, SIZE + 5])
    found = fresh.house.findings()

    assert [(one.wrong, one.source, one.seq, one.until) for one in found] == [
        (Wrong.NUMBER_TWICE, "forms", SIZE + 2, None),
        (Wrong.NUMBER_MISSING, "forms", SIZE + 2, SIZE + 4),
    ]


def test_acts_that_are_appended_meanwhile_are_no_finding(fresh: Attacker) -> None:
    run = Checker(fresh.house.database, GUANGDONG, LOG_KEY).run()
    fresh.house.fill(20)

    assert list(run) == []
