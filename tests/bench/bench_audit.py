"""The audit log: a million events appended and verified on one core, against SQLite and hashlib.

Time is that of one core, so that what else the machine does matters little; waiting for the disk,
which both sides do once per transaction, is left out.

Peers, in the same run on the same machine: SQLite itself, writing the same bytes as bare rows in
transactions of the same size; hashlib, hashing the same events and as many interior nodes, read from
the same table.
"""

import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from time import perf_counter, process_time

EVENTS = 1_000_000
BULK, BURST, SINGLES = 5_000, 50, 2_000


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="hecha-bench-") as folder:
        measure(Path(folder))


def measure(folder: Path) -> None:
    """Append, verify, prove."""
    from tests.unit.audit.house import House

    house = House(f"sqlite:///{folder}/audit.db")
    append_rates(house, folder)
    missing = EVENTS - size_of(house)
    started = process_time()
    for left in range(missing, 0, -BULK):
        house.fill(min(BULK, left))
    bulk = process_time() - started
    bodies = events_of(house)
    rate(
        "append, transactions of 5,000",
        missing / bulk,
        bare_inserts(folder / "bulk.db", bodies, BULK, missing),
    )
    house.checkpoint()
    verify(house, folder)
    prove(house)


def append_rates(house, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """One act at a time, and bursts as the bus delivers them."""
    for count, times, name in ((1, SINGLES, "one by one"), (BURST, 400, "transactions of 50")):
        started = process_time()
        for _ in range(times):
            house.fill(count)
        took = process_time() - started
        peer = bare_inserts(folder / f"{count}.db", events_of(house), count, count * times)
        rate(f"append, {name}", count * times / took, peer)


def rate(name: str, ours: float, peer: float) -> None:
    """One line of a rate."""
    print(
        f"{name}\tours {ours:,.0f} events per second of one core"
        f"\tpeer SQLite, bare rows: {peer:,.0f}"
        f"\tratio {ours / peer:.2f}",
        flush=True,
    )


def size_of(house) -> int:  # type: ignore[no-untyped-def]
    """Events in the log."""
    from services.audit import store
    from tests.unit.audit.house import GUANGDONG

    with house.database.transaction() as tx:
        return int(store.head_of(tx, GUANGDONG).compact.size)


def events_of(house) -> Iterator[tuple[int, bytes, bytes]]:  # type: ignore[no-untyped-def]
    """Place, leaf hash and bytes of every event, by a connection of their own."""
    with sqlite3.connect(house.database.url.removeprefix("sqlite:///")) as connection:
        yield from connection.execute("SELECT seq, leaf, body FROM events ORDER BY seq")


def bare_inserts(
    path: Path, rows: Iterator[tuple[int, bytes, bytes]], group: int, count: int
) -> float:
    """Rows that SQLite takes in a second of one core: same pragmas, transactions of the same size."""
    held = [row for row, _ in zip(rows, range(min(count, 100_000)), strict=False)]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE rows (seq INTEGER PRIMARY KEY, leaf BLOB, body BLOB)")
    started = process_time()
    for start in range(0, len(held), group):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO rows VALUES (?, ?, ?)", held[start : start + group])
        connection.execute("COMMIT")
    took = process_time() - started
    connection.close()
    return len(held) / took


def verify(house, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """The whole log, as `hecha audit verify` reads it."""
    from services.audit.checking import Checker
    from services.audit.looking import lookers_for
    from tests.unit.audit.house import GUANGDONG, LOG_KEY

    wall, cpu = perf_counter(), process_time()
    with lookers_for(house.database, GUANGDONG) as lookers:
        checker = Checker(house.database, GUANGDONG, LOG_KEY, lookers)
        findings = list(checker.run())
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = perf_counter() - wall
    cpu = process_time() - cpu + children.ru_utime + children.ru_stime
    assert findings == []
    assert checker.checked == EVENTS
    peer = process_time()
    for _, leaf, body in events_of(house):
        sha256(b"\0" + body).digest()
        sha256(b"\1" + leaf + leaf).digest()
    peer = process_time() - peer
    print(
        f"verify {EVENTS:,} events\tours {wall:.1f} s by the clock, {cpu:.1f} s of all cores"
        f"\tpeer hashlib over the same bytes: {peer:.1f} s\tratio {cpu / peer:.1f}",
        flush=True,
    )
    size = (folder / "audit.db").stat().st_size
    print(f"The log takes {size / EVENTS:,.0f} bytes an event in SQLite, indexes and all.")


def prove(house) -> None:  # type: ignore[no-untyped-def]
    """Inclusion proofs all over the log."""
    from services.audit.reading import proof_of
    from tests.unit.audit.house import GUANGDONG

    cpu, hashes = process_time(), []
    for seq in range(0, EVENTS, EVENTS // 100):
        with house.database.transaction() as tx:
            hashes.append(len(proof_of(tx, GUANGDONG, seq).path))
    cpu = (process_time() - cpu) / len(hashes)
    most = max(hashes)
    print(
        f"inclusion proof\tours {most} hashes, {most * 32} bytes, {cpu * 1000:.1f} ms"
        f"\tpeer every leaf hash of the log: {EVENTS * 32:,} bytes"
        f"\tratio 1 / {EVENTS // most:,}",
        flush=True,
    )
