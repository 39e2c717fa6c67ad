"""Counts of a province of 1,000,000 sheets on PostgreSQL, against counting the flags live."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

from sqlalchemy import Select, text, update

from deploy.servers.postgres import PostgreSQL
from services.progress import changes, counting, recounting, usecases
from services.progress.domain import Change, roll_up
from services.progress.tables import metadata, sheets
from shared.contracts.change_events import ChangeEntered
from shared.contracts.events import SheetPhotographed
from shared.contracts.facts import Fact
from shared.contracts.fields import FieldKind
from shared.contracts.progress_commands import UnitCounts
from shared.kernel.ids import CampaignId, EntryId, ObjectId, ProvinceCode, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.kernel.working_days import beijing_day
from shared.plumbing.database import Database, Tx
from shared.plumbing.hears import Heard

WRITERS, WRITTEN = 4, 500
SHEETS = int(os.environ.get("HECHA_BENCH_SHEETS", "1000000"))
PER_CLASS, CLASSES, SCHOOLS, COUNTIES, CITIES = 40, 25, 10, 5, 20  # each per the next larger
CAMPAIGN = CampaignId("44-2026a")
PROVINCE = ProvinceCode("44")
BOUND_MS = 50
ASKED = 200

UNITS = """
insert into units (code, level, parent, path, sequence)
select code, level, parent, path, 1 from (
  select '44' as code, 'province' as level, null as parent, '44/' as path
  union all
  select 'c' || c, 'city', '44', '44/c' || c || '/' from generate_series(0, :cities - 1) c
  union all
  select 'n' || n, 'county', 'c' || n / :counties, '44/c' || n / :counties || '/n' || n || '/'
  from generate_series(0, :cities * :counties - 1) n
  union all
  select 's' || s, 'school', 'n' || s / :schools,
         '44/c' || s / (:schools * :counties) || '/n' || s / :schools || '/s' || s || '/'
  from generate_series(0, :cities * :counties * :schools - 1) s
  union all
  select 'k' || k, 'class', 's' || k / :classes,
         '44/c' || k / (:classes * :schools * :counties) || '/n' || k / (:classes * :schools)
         || '/s' || k / :classes || '/k' || k || '/'
  from generate_series(0, :cities * :counties * :schools * :classes - 1) k
) tree
"""
FLAGS = """
insert into sheets
  (campaign, sheet, unit, serial, photographed, returned, declined, unreadable_pages, confirmed,
   entered, entered_sequence)
select :campaign, lpad(to_hex(i), 12, '0'), 'k' || (i / :per_class), 1,
       i % 3 > 0, i % 4 > 0, i % 97 = 0, (i % 50 = 0)::int, i % 5 > 1,
       case when i % 5 = 0 then true end, case when i % 5 = 0 then 1 else -1 end
from generate_series(0, :sheets - 1) i
"""
# A fifth of the sheets ask for a change; a fifth of those changes wait for their decision.
ENTRIES = """
insert into entries (entry, campaign, sheet, revision, stage, due, is_queried, query_sequence)
select lpad(to_hex(i), 32, '0'), :campaign, lpad(to_hex(i), 12, '0'), 1,
       case when i % 25 = 0 then 1 else 5 end, date '2026-11-02' + (i / 25) % 12, false, -1
from generate_series(0, :sheets - 1, 5) i
"""
LIVE = text("""
select count(*) filter (where serial > 0), count(*) filter (where photographed),
       count(*) filter (where returned), count(*) filter (where declined), sum(unreadable_pages),
       count(*) filter (where unreadable_pages > 0 and not photographed),
       count(*) filter (where coalesce(entered, confirmed)),
       count(*) filter (where coalesce(entered, confirmed) and coalesce(undecided, 0) = 0),
       sum(coalesce(undecided, 0))
from sheets join units on units.code = sheets.unit
left join (
  select campaign, sheet, count(*) filter (where stage in (1, 2)) as undecided
  from entries group by 1, 2
) told on told.campaign = sheets.campaign and told.sheet = sheets.sheet
where sheets.campaign = :campaign and path like :below
""")
# What the same page would ask: each child of the unit with its counts.
LIVE_CHILDREN = text("""
select split_part(path, '/', 2) as child, count(*) filter (where serial > 0),
       count(*) filter (where photographed), count(*) filter (where returned)
from sheets join units on units.code = sheets.unit
where campaign = :campaign and path like '44/%' group by 1 order by 1
""")


def milliseconds(act: Callable[[], object], times: int) -> list[float]:
    """How long an act took, each time."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        took.append((time.perf_counter() - start) * 1000)
    return took


def fill(database: Database) -> None:
    """Units, flags, and the counters that the flags make."""
    classes = CITIES * COUNTIES * SCHOOLS * CLASSES
    sizes = {"cities": CITIES, "counties": COUNTIES, "schools": SCHOOLS, "classes": CLASSES}
    with database.transaction() as tx:
        tx.execute(text("set local statement_timeout = 0"))
        tx.execute(text(UNITS), sizes)
        per_class = max(1, -(-SHEETS // classes))
        flags = {"campaign": CAMPAIGN, "per_class": per_class, "sheets": SHEETS}
        tx.execute(text(FLAGS), flags)
        tx.execute(text(ENTRIES), flags)
        own = recounting.own_counts(tx)
        changes = [Change(unit, tally) for (_, unit), tally in own.items()]
        counting.add_to_counters(tx, CAMPAIGN, roll_up(changes, recounting.all_paths(tx)))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def told_of(database: Database, units: Select[Any]) -> list[UnitCounts]:
    """As a page is answered, without the look at who asks."""
    with database.transaction() as tx:
        found = counting.tallies_of(tx, CAMPAIGN, units)
    today = beijing_day(database.clock())
    return [usecases.told(one, today) for one in found]


def report_level(database: Database, level: str, unit: str, path: str) -> None:
    """One line for one level."""

    def live() -> object:
        with database.transaction() as tx:
            return tx.execute(LIVE, {"campaign": CAMPAIGN, "below": f"{path}%"}).all()

    ours = milliseconds(lambda: told_of(database, counting.the_unit(UnitCode(unit))), ASKED)
    theirs = statistics.median(milliseconds(live, 5))
    print(
        f"counts of a {level} (median; worst {max(ours):.1f} ms, bound {BOUND_MS} ms)"
        f"\tours {statistics.median(ours):.2f} ms\tpeer {theirs:.1f} ms (live COUNT)"
        f"\tratio {theirs / statistics.median(ours):.0f}"
    )


def report_children(database: Database) -> None:
    """One line for a page of children."""

    def live() -> object:
        with database.transaction() as tx:
            return tx.execute(LIVE_CHILDREN, {"campaign": CAMPAIGN}).all()

    ours = statistics.median(
        milliseconds(lambda: told_of(database, counting.children_of(UnitCode("44"))), ASKED)
    )
    theirs = statistics.median(milliseconds(live, 3))
    print(
        f"the {CITIES} cities of a province\tours {ours:.2f} ms"
        f"\tpeer {theirs:.1f} ms (live GROUP BY)\tratio {theirs / ours:.0f}"
    )


@dataclass(frozen=True)
class Told:
    """A fact as a handler gets it."""

    fact: Fact
    database: Database
    province: ProvinceCode = PROVINCE
    at: datetime = datetime(2026, 11, 2, tzinfo=UTC)

    def transaction(self) -> AbstractContextManager[Tx]:
        """A transaction of the database."""
        return self.database.transaction()


def per_second(act: Callable[[SheetId], object], first: int) -> float:
    """How often per second `WRITERS` threads do an act, each time for another sheet."""

    def work(writer: int) -> None:
        for number in range(WRITTEN):
            act(SheetId(f"{first + 3 * (number * WRITERS + writer):012x}"))

    start = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))
    return WRITERS * WRITTEN / (time.perf_counter() - start)


def roll_ups_per_second(database: Database) -> tuple[float, float]:
    """Facts of entries, and of photos, that are counted up to the province a second."""

    def ours(sheet: SheetId) -> None:
        fact = SheetPhotographed(CAMPAIGN, sheet, 1, Side.FRONT, ObjectId("0" * 32), 0)
        usecases.mark_photographed(cast(Heard[SheetPhotographed], Told(fact, database)))

    def entered(sheet: SheetId) -> None:
        fact = ChangeEntered(
            *(CAMPAIGN, EntryId(f"{sheet:0>32}e"[1:]), sheet, UnitCode("k1"), "phone"),
            *(FieldKind.MAINTENANCE, UnitCode("s1"), 1, date(2026, 11, 16)),
        )
        changes.note_stage(cast(Heard[ChangeEntered], Told(fact, database)))

    submitted = per_second(entered, SHEETS // 4 // 3 * 3)
    return submitted, per_second(ours, 0)


def report_writes(database: Database) -> None:
    """What the counters cost: a flag with five counters, against the flag alone."""

    def plain(sheet: SheetId) -> None:
        mine = (sheets.c.campaign == CAMPAIGN) & (sheets.c.sheet == sheet)
        with database.transaction() as tx:
            tx.execute(update(sheets).where(mine).values(photographed=True))

    submitted, flagged = roll_ups_per_second(database)
    alone = per_second(plain, SHEETS // 2 // 3 * 3)
    print(
        f"photographed facts of one province a second ({WRITERS} writers, fsync on)"
        f"\tours {flagged:.0f}/s\tpeer {alone:.0f}/s (the flag without counters)"
        f"\tratio {flagged / alone:.2f}"
    )
    print(
        f"change_entered facts of one province a second ({WRITERS} writers, fsync on)"
        f"\tours {submitted:.0f}/s\tpeer {alone:.0f}/s (the flag without counters)"
        f"\tratio {submitted / alone:.2f}"
    )


def report_recount(database: Database) -> None:
    """How long the proof takes, and that it holds."""
    start = time.perf_counter()
    differences = usecases.recount(database)
    took_s = time.perf_counter() - start
    print(f"recount of {SHEETS:,} sheets: {took_s:.1f} s and {len(differences)} differences")


def main() -> None:
    """Measure on a server of our own."""
    with tempfile.TemporaryDirectory(prefix="hecha-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server = PostgreSQL(folder / "postgres")
        server.start()
        try:
            database = Database("progress", server.url("progress"))
            metadata.create_all(database.engine)
            fill(database)
            print(f"{SHEETS:,} sheets in {CITIES * COUNTIES * SCHOOLS * CLASSES:,} classes")
            report_level(database, "class", "k1", "44/c0/n0/s0/k1/")
            report_level(database, "school", "s1", "44/c0/n0/s1/")
            report_level(database, "county", "n1", "44/c0/n1/")
            report_level(database, "city", "c1", "44/c1/")
            report_level(database, "province", "44", "44/")
            report_children(database)
            report_recount(database)
            report_writes(database)
            database.engine.dispose()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
