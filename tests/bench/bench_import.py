"""A roster of 100,000 rows into SQLite, against openpyxl with one insert per row."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = int(os.environ.get("HECHA_BENCH_ROWS", "100000"))
PEER_ROWS = 5_000


def main() -> None:
    """Print one line per figure; each side runs in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rosters(folder)
        ours = child("ours", folder)
        again = child("again", folder)
        peer = child("peer", folder)
        print(
            f"import: {ROWS:,} rows, check and commit\tours {ours[0]:,.0f} rows/s"
            f"\tpeer {peer[0]:,.0f} rows/s (openpyxl read-only, an insert per row, {PEER_ROWS:,} rows)"
            f"\tratio {ours[0] / peer[0]:.1f}"
        )
        print(f"import: the dry run\tours {ours[2]:,.0f} rows/s\tpeer -\tratio -")
        print(f"import: the writing\tours {ours[3]:,.0f} rows/s\tpeer -\tratio -")
        print(f"import: the same file again\tours {again[0]:,.0f} rows/s\tpeer -\tratio -")
        print(f"import: memory at most\tours {ours[1]:.0f} MB\tpeer {peer[1]:.0f} MB\tratio -")


def write_rosters(folder: Path) -> None:
    """The roster, and a short one for the slow peer."""
    from deploy.demo.province.pupils import make_province
    from deploy.demo.province.workbook import write_roster, write_units

    province = make_province(ROWS)
    write_units(province, folder / "units.json")
    write_roster(folder / "roster.xlsx", (pupil.values for pupil in province.pupils))
    few = province.pupils[:PEER_ROWS]
    write_roster(folder / "few.xlsx", (pupil.values for pupil in few))


def child(what: str, folder: Path) -> list[float]:
    """Rows a second, peak memory in MB, and more, as a fresh process measured them."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [float(word) for word in done.stdout.split()]


def ours(folder: Path) -> None:
    """The service's own import, dry run and writing."""
    from services.roster.importing import ImportOptions, check_roster, commit_roster
    from services.roster.tree import read_units_file, register_units
    from services.roster.vault import Vault
    from shared.plumbing.database import Database
    from shared.plumbing.migrations import upgrade

    url = f"sqlite:///{folder / 'roster.db'}"
    upgrade("roster", url)
    database, vault = Database("roster", url), Vault(bytes(32))
    register_units(database, read_units_file(folder / "units.json"))
    options = ImportOptions("bench")
    started = time.perf_counter()
    report = check_roster(database, vault, folder / "roster.xlsx", options)
    checked = time.perf_counter() - started
    started = time.perf_counter()
    commit_roster(
        database,
        vault,
        folder / "roster.xlsx",
        options,
        checked=report.file_hash,
        accept_large_changes=True,
    )
    written = time.perf_counter() - started
    assert report.rows == ROWS, report.rows
    assert report.wrong == 0, report.errors[:3]
    tell(ROWS / (checked + written), ROWS / checked, ROWS / written)


def peer(folder: Path) -> None:
    """What one writes first: openpyxl, and an insert per row."""
    import openpyxl

    database = sqlite3.connect(folder / "peer.db")
    started = time.perf_counter()
    sheet = openpyxl.load_workbook(folder / "few.xlsx", read_only=True).active
    rows = sheet.iter_rows(min_row=2, values_only=True)
    header = [str(cell) for cell in next(rows)]
    names = ", ".join(f"c{place}" for place in range(len(header)))
    database.execute(f"CREATE TABLE pupils ({names})")
    marks = ", ".join("?" * len(header))
    count = 0
    for row in rows:
        database.execute(f"INSERT INTO pupils VALUES ({marks})", row)
        count += 1
    database.commit()
    tell(count / (time.perf_counter() - started))


def tell(rate: float, *more: float) -> None:
    """One line for the parent."""
    print(rate, high_water(), *more)


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
        peer(Path(sys.argv[2]))
    else:
        ours(Path(sys.argv[2]))
