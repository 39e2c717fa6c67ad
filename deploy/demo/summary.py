"""What the demo has to show for itself: a table per school and every expectation."""

from dataclasses import asdict, dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school's line of the table."""

    school: str
    run_by: str  # level of the managing authority
    in_scope: int
    issued: int
    photographed: int
    unreadable: int
    wrong: int
    entered: int
    decided: int
    applied: int


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something the ground truth demands, and whether it held."""

    name: str
    held: bool
    detail: str


def expected(name: str, found: int, wanted: int) -> Expectation:
    """That a count is what the truth says."""
    return Expectation(name, found == wanted, f"{found} of {wanted}" if wanted else str(found))


# The steps that bring a roster to counted photos that are proven sealed; the others follow the
# changes written on them.
_MAIN_JOB = ("start", "rosters and sheets", "photos", "counts", "proof")


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole job in figures."""

    schools: tuple[SchoolRow, ...]
    states: dict[str, int]  # page state -> photos
    objects: int
    expectations: tuple[Expectation, ...]
    looked_at: int  # matched photos whose cells were looked at by now; nobody waits for them
    steps: dict[str, float]  # step -> seconds

    @property
    def seconds(self) -> float:
        """The whole job's time."""
        return sum(self.steps.values())

    @property
    def main_job_seconds(self) -> float:
        """From starting up to counted photos, each proven sealed: without what clerks decide."""
        return sum(self.steps.get(step, 0.0) for step in _MAIN_JOB)

    @property
    def all_held(self) -> bool:
        """Whether every expectation held; the exit code of `--once`."""
        return all(expectation.held for expectation in self.expectations)


def as_plain(summary: Summary) -> dict[str, Any]:
    """The summary for `--json`."""
    return {
        **asdict(summary),
        "seconds": summary.seconds,
        "main_job_seconds": summary.main_job_seconds,
        "all_held": summary.all_held,
    }


def show(summary: Summary, console: Console) -> None:
    """Print the summary for a person."""
    console.print(_table(summary))
    states = "  ".join(f"{state} {count}" for state, count in sorted(summary.states.items()))
    console.print(f"photos by state: {states}")
    for expectation in summary.expectations:
        mark = "[green]held  [/]" if expectation.held else "[red]BROKEN[/]"
        console.print(f"{mark} {expectation.name}: {expectation.detail}")
    matched = summary.states.get("matched", 0)
    console.print(
        f"cells looked at so far, in a queue of their own: {summary.looked_at} of {matched}"
    )
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in summary.steps.items())
    console.print(f"whole walk {summary.seconds:.1f} s: {steps}")
    console.print(f"of it, roster to counted and sealed photos: {summary.main_job_seconds:.1f} s")


# Of the columns after school and authority: heading, and the row's count.
_COLUMNS = {
    "范围\nscope": "in_scope",
    "下发\nissued": "issued",
    "拍照\nphotos": "photographed",
    "看不清\nunread": "unreadable",
    "错配\nwrong": "wrong",
    "录入\nentered": "entered",
    "审核\ndecided": "decided",
    "生效\napplied": "applied",
}


def _table(summary: Summary) -> Table:
    table = Table(title="学籍核查 · 分校统计", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("学校\nschool", overflow="fold")
    table.add_column("主管\nrun by")
    for column in _COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    rows = summary.schools
    for row in rows:
        counts = [str(getattr(row, name)) for name in _COLUMNS.values()]
        table.add_row(row.school, row.run_by, *counts)
    totals = [str(sum(getattr(row, name) for row in rows)) for name in _COLUMNS.values()]
    table.add_section()
    table.add_row("合计 total", "", *totals)
    return table
