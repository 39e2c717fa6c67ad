"""A roster of 100,000 rows into SQLite, against openpyxl with one insert per row."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROWS = int(os.environ.get("HECHA_BENCH_ROWS", "100000"))
PEER_ROWS = 5_000


# What a list out of a school's own spreadsheet holds; the other file has every column there is.
SHORT = (
    *("student_number", "school_code", "school_name", "enrolment_status", "name", "sex"),
    *("birth_date", "id_type", "id_number", "number_in_class", "grade", "class"),
    *("guardian1_name", "guardian1_phone", "registered_on"),
)


def main() -> None:
    """Print one line per figure; each side runs in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rosters(folder)
        for file, columns in (("short", "15 columns"), ("full", "77 columns")):
            report(folder, file, columns)


def report(folder: Path, file: str, columns: str) -> None:
    """Print the figures of one file."""
    checked, written, again, memory = child("ours", folder, file)
    rate, peer_memory, *_ = child("peer", folder, file)
    about = f"import: {ROWS:,} rows of {columns}"
    print(
        f"{about}, written\tours {written:,.0f} rows/s\tpeer {rate:,.0f} rows/s"
        f" (openpyxl read-only, an insert per row, {PEER_ROWS:,} rows)\tratio {written / rate:.1f}"
    )
    print(f"{about}, dry run\tours {checked:,.0f} rows/s\tpeer -\tratio -")
    print(f"{about}, the same file again\tours {again:,.0f} rows/s\tpeer -\tratio -")
    print(
        f"{about}, memory with its readers\tours {memory:.0f} MB"
        f"\tpeer {peer_memory:.0f} MB\tratio -"
    )


def write_rosters(folder: Path) -> None:
    """Two rosters, and a short piece of each for the slow peer."""
    from deploy.demo.province.pupils import make_province
    from deploy.demo.province.workbook import write_roster, write_units

    province = make_province(ROWS)
    write_units(province, folder / "units.json")
    for name, pupils in (("", province.pupils), ("-few", province.pupils[:PEER_ROWS])):
        write_roster(folder / f"full{name}.xlsx", (pupil.values for pupil in pupils))
        write_roster(
            folder / f"short{name}.xlsx",
            ({key: pupil.values.get(key, "") for key in SHORT} for pupil in pupils),
            only=SHORT,
        )


def child(what: str, folder: Path, file: str) -> list[float]:
    """What a fresh process measured."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(folder), file],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [float(word) for word in done.stdout.split()]


def ours(folder: Path, file: str) -> None:
    """The service's own import: dry run, writing, and writing the same file again."""
    from services.roster.importing import ImportOptions, check_roster, commit_roster
    from services.roster.tree import read_units_file, register_units
    from services.roster.vault import Vault
    from shared.plumbing.database import Database
    from shared.plumbing.migrations import upgrade

    url = f"sqlite:///{folder / file}.db"
    upgrade("roster", url)
    database, vault = Database("roster", url), Vault(bytes(32))
    register_units(database, read_units_file(folder / "units.json"))
    options, path = ImportOptions("bench"), folder / f"{file}.xlsx"
    watch = Watch()
    report = check_roster(database, vault, path, options)
    assert report.rows == ROWS, report.rows
    assert report.wrong == 0, report.errors[:3]

    def commit() -> None:
        commit_roster(
            database, vault, path, options, checked=report.file_hash, accept_large_changes=True
        )

    rates = [ROWS / watch.lap()]
    for _ in range(2):
        commit()
        rates.append(ROWS / watch.lap())
    print(*rates, watch.peak_mb)


class Watch:
    """Takes laps, and looks ten times a second how much memory this process and its children have."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._processes = psutil.Process()
        threading.Thread(target=self._look, daemon=True).start()
        self._at = time.perf_counter()

    def lap(self) -> float:
        """Seconds since the last one."""
        before, self._at = self._at, time.perf_counter()
        return self._at - before

    def _look(self) -> None:
        while True:
            total = 0
            for process in (self._processes, *self._processes.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
            self.peak_mb = max(self.peak_mb, total / 2**20)
            time.sleep(0.1)


def peer(folder: Path, file: str) -> None:
    """What one writes first: openpyxl, and an insert per row."""
    import openpyxl

    database = sqlite3.connect(folder / f"{file}-peer.db")
    started = time.perf_counter()
    sheet = openpyxl.load_workbook(folder / f"{file}-few.xlsx", read_only=True).active
    rows = sheet.iter_rows(min_row=1, values_only=True)
    width = max(len(next(rows)) for _ in range(2))
    names = ", ".join(f"c{place}" for place in range(width))
    database.execute(f"CREATE TABLE pupils ({names})")
    marks = ", ".join("?" * width)
    count = 0
    for row in rows:
        database.execute(f"INSERT INTO pupils VALUES ({marks})", row)
        count += 1
    database.commit()
    print(count / (time.perf_counter() - started), high_water())


def high_water() -> float:
    """The largest resident size of this process, in MB; `getrusage` would count the parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "peer":
        peer(Path(sys.argv[2]), sys.argv[3])
    else:
        ours(Path(sys.argv[2]), sys.argv[3])
