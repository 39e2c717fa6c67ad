"""Runs the benchmarks and writes what they measured into docs/benchmarks.md.

A benchmark is `tests/bench/bench_NAME.py` with a `main()` that prints one line per figure, its
parts apart by tabs: name, "ours ...", "peer ...", "ratio ...". Other lines are kept as remarks.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

BENCHES = Path("tests/bench")
REPORT = Path("docs/benchmarks.md")
LIMIT_S = 3600
_HEADING = re.compile(r"^## (\w+)\n", re.MULTILINE)
_INTRODUCTION = """# Benchmarks

Each figure is a ratio against a named peer measured in the same run on the same machine; trust
the ratio more than the figures. `./run bench [NAME...]` repeats them and rewrites its sections.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one benchmark printed, and whether it came to its end."""

    name: str
    lines: tuple[str, ...]
    failed: bool


def known_benches(folder: Path = BENCHES) -> list[str]:
    """The names of all benchmarks."""
    return sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))


def run(name: str, folder: Path = BENCHES) -> Outcome:
    """Run one benchmark in a process of its own, showing its lines as they come."""
    script = folder / f"bench_{name}.py"
    call = f"import runpy; runpy.run_path({str(script)!r})['main']()"
    lines = []
    with subprocess.Popen(
        [sys.executable, "-c", call], stdout=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.strip())
        failed = process.wait(LIMIT_S) != 0
    return Outcome(name, tuple(line for line in lines if line), failed)


def machine() -> str:
    """The machine in one line, without its name."""
    model = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpus.read_text(), re.MULTILINE)
        model = found[1].strip() if found else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    python = platform.python_version()
    return f"{os.cpu_count()} x {model}, {memory:.0f} GB, {platform.system()}, Python {python}"


def section(outcome: Outcome, *, machine: str, day: date) -> str:
    """One benchmark's part of the report."""
    rows = [parts for line in outcome.lines if (parts := _figure(line))]
    remarks = [line for line in outcome.lines if not _figure(line)]
    text = f"## {outcome.name}\n\n{day.isoformat()}, {machine}\n"
    if outcome.failed:
        text += "\n**It did not come to its end; what follows is incomplete.**\n"
    if rows:
        text += "\n| figure | ours | peer | ratio |\n|---|---|---|---|\n"
        text += "".join(f"| {' | '.join(row)} |\n" for row in rows)
    if remarks:
        text += "\n" + "".join(f"- {remark}\n" for remark in remarks)
    return text


def merge(report: str, sections: Mapping[str, str]) -> str:
    """The report with some sections replaced or added, the others as they were."""
    parts = _HEADING.split(report)
    known = {
        name: f"## {name}\n{body}" for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    known.update(sections)
    introduction = parts[0].strip() or _INTRODUCTION.strip()
    return "\n\n".join([introduction, *(known[name].strip() for name in sorted(known))]) + "\n"


def _figure(line: str) -> list[str] | None:
    parts = [part.strip() for part in line.split("\t")]
    if len(parts) != 4 or not all(parts):
        return None
    return [
        part.removeprefix(word).strip()
        for part, word in zip(parts, ("", "ours ", "peer ", "ratio "), strict=True)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all; exit code 1 when one did not come to its end."""
    parser = argparse.ArgumentParser(prog="run bench", description=__doc__)
    parser.add_argument("name", nargs="*", help="which ones; all without a name")
    names = parser.parse_args(arguments).name or known_benches()
    unknown = sorted(set(names) - set(known_benches()))
    if unknown:
        there = ", ".join(known_benches()) or "none"
        print(f"bench: unknown: {', '.join(unknown)}; there are: {there}", file=sys.stderr)
        return 2
    failed = False
    for name in names:
        print(f"== {name}", flush=True)
        outcome = run(name)
        failed |= outcome.failed
        report = REPORT.read_text(encoding="utf-8") if REPORT.exists() else _INTRODUCTION
        text = section(outcome, machine=machine(), day=date.today())
        REPORT.write_text(merge(report, {name: text}), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
