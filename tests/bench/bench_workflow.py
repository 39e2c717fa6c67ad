"""Entry, decision and roll-up on PostgreSQL, as ratios to the database's own commit rate."""

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

from sqlalchemy import text

from deploy.servers.postgres import PostgreSQL
from services.progress.tables import metadata
from shared.contracts.actors import Actor
from shared.contracts.review_commands import TaskShown
from shared.kernel.authority import Role
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade
from tests.bench.bench_progress import SHEETS as SHEETS_COUNTED
from tests.bench.bench_progress import fill, roll_ups_per_second
from tests.bench.open_decisions import add_open_decisions, add_province
from tests.unit.review.house import House, a_return, an_actor, an_issue

WRITERS, EACH = 4, int(os.environ.get("HECHA_BENCH_ENTRIES", "60"))
OPEN = int(os.environ.get("HECHA_BENCH_OPEN", "10000"))
SHEETS = int(os.environ.get("HECHA_BENCH_SHEETS", "1000000"))
REVIEWERS = 50
BOUND_MS = 50
FIRST_CLERK, FIRST_REVIEWER = 100, 1000


def per_second(act: Callable[[int, int], object], each: int = EACH) -> float:
    """How often per second `WRITERS` threads do an act; it gets the writer and its number."""

    def work(writer: int) -> None:
        for number in range(each):
            act(writer, number)

    start = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))
    return WRITERS * each / (time.perf_counter() - start)


def commits_per_second(database: Database) -> float:
    """What the database does when there is nothing to do but commit a row."""
    with database.transaction() as tx:
        tx.execute(text("create table if not exists bare (writer int, number int)"))

    def commit(writer: int, number: int) -> None:
        with database.transaction() as tx:
            tx.execute(text("insert into bare values (:w, :n)"), {"w": writer, "n": number})

    commit(0, 0)
    return per_second(commit)


def say(name: str, ours: float, peer: float, what: str) -> None:
    """One line of the report."""
    print(f"{name}\tours {ours:.0f}/s\tpeer {peer:.0f}/s ({what})\tratio {ours / peer:.3f}")


def report_entry(house: House, commits: float) -> None:
    """A field typed and submitted: two commands, two transactions each, acts audited."""
    sheets = range(1, WRITERS * EACH + 1)
    house.hear(*(an_issue(*sheets[start : start + 100]) for start in range(0, len(sheets), 100)))
    house.hear(*(a_return(sheet) for sheet in sheets))
    clerks = [an_actor(Role.ENTRY_CLERK, "s1", FIRST_CLERK + writer) for writer in range(WRITERS)]

    def enter(writer: int, number: int) -> None:
        sheet = 1 + writer * EACH + number
        draft = house.enter(f"1380013{number:04}", who=clerks[writer], sheet=sheet)
        house.submit(draft, who=clerks[writer])

    say(
        f"changes typed and submitted a second ({WRITERS} clerks, fsync on)",
        per_second(enter),
        commits,
        "bare commits",
    )


def report_decisions(house: House, commits: float) -> None:
    """A task handed out and decided, from a queue that holds ten thousand."""
    people = [an_actor(Role.REVIEWER, "440305", FIRST_REVIEWER + one) for one in range(WRITERS)]

    def decide(writer: int, _number: int) -> None:
        task = house.next(people[writer]).task
        assert task is not None
        house.decide(task, who=people[writer])

    say(
        f"decisions a second out of {OPEN:,} open ({WRITERS} reviewers at once, fsync on)",
        per_second(decide),
        commits,
        "bare commits",
    )


def report_next(house: House) -> None:
    """How long the next task takes while fifty people have one in hands each."""
    people = [an_actor(Role.REVIEWER, "440305", 2000 + one) for one in range(REVIEWERS)]
    for person in people:
        house.next(person)
    peer, ours, cores = [], [], []
    for number in range(100):
        person = people[number % REVIEWERS]
        task = house.next(person).task
        assert task is not None
        house.decide(task, who=person)
        ours.append(milliseconds(lambda person=person: house.next(person)))
        start = time.process_time()
        house.next(person)
        cores.append((time.process_time() - start) * 1000)
        peer.append(milliseconds(lambda: bare(house.database)))
    median, alone = statistics.median(ours), statistics.median(peer)
    worst = sorted(ours)[94]
    print(
        f"next task of {OPEN:,} open, {REVIEWERS} reviewers (median; 95 of 100 under {worst:.0f} ms,"
        f" on a core {statistics.median(cores):.0f} ms, bound {BOUND_MS} ms)"
        f"\tours {median:.1f} ms\tpeer {alone:.1f} ms (a bare commit)\tratio {median / alone:.1f}"
    )


def report_held_once(house: House) -> None:
    """Fifty people ask at once, again and again: nothing is in two hands."""
    people = [an_actor(Role.REVIEWER, "440305", 3000 + one) for one in range(REVIEWERS)]
    seen: list[str] = []
    lock = threading.Lock()
    free = threading.BoundedSemaphore(8)

    def work(person: Actor) -> None:
        for _ in range(3):
            with free:
                shown: TaskShown = house.next(person)
                assert shown.task is not None
                house.decide(shown.task, who=person)
            with lock:
                seen.append(shown.task.entry)

    start = time.perf_counter()
    with ThreadPoolExecutor(REVIEWERS) as pool:
        list(pool.map(work, people))
    took = time.perf_counter() - start
    print(
        f"{len(seen)} decisions by {REVIEWERS} people at once over 8 workers: "
        f"{len(seen) - len(set(seen))} twice, {len(seen) / took:.0f}/s"
    )


def report_roll_up(server: PostgreSQL, commits: float) -> None:
    """What each of these facts costs where they are counted up to the province."""
    database = Database("progress", server.url("bench_workflow_progress"))
    metadata.create_all(database.engine)
    fill(database)
    entered, photographed = roll_ups_per_second(database)
    of = f"{SHEETS_COUNTED:,} sheets, {WRITERS} writers, fsync on"
    say(f"entries counted up a second ({of})", entered, commits, "bare commits")
    say(f"photos counted up a second ({of})", photographed, commits, "bare commits")
    database.dispose()


def settle(database: Database) -> None:
    """Let the server know what lies where, as it would by the next night."""
    engine = database.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def milliseconds(act: Callable[[], object]) -> float:
    """How long an act took."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def bare(database: Database) -> None:
    """One commit of one row."""
    with database.transaction() as tx:
        tx.execute(text("insert into bare values (0, 0)"))


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="hecha-bench-", dir="/var/tmp") as folder:
        Path(folder).chmod(0o711)
        server = PostgreSQL(Path(folder) / "postgres")
        server.start()
        try:
            url = server.url("bench_workflow")
            upgrade("review", url)
            house = House.on(url)
            commits = commits_per_second(house.database)
            add_province(house, SHEETS)
            print(
                f"{SHEETS:,} sheets are back and entered, every third with a change that is applied"
            )
            settle(house.database)
            report_entry(house, commits)
            add_open_decisions(house, OPEN)
            settle(house.database)
            report_next(house)
            report_decisions(house, commits)
            report_held_once(house)
            house.database.dispose()
            report_roll_up(server, commits)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
