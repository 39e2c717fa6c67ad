"""`hecha rehearse`: photos, scans and cells with their truth, and scores against it."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

from deploy.cli.sentences import tell
from deploy.rehearse.hands.faces import faces
from deploy.rehearse.hands.texts import TextKind
from deploy.rehearse.making import (
    CellOrder,
    Container,
    Order,
    make,
    photo_orders,
    scan_orders,
)
from deploy.rehearse.photos.recipe import Level
from deploy.rehearse.score import Tally, as_plain, figures, read_results, score
from deploy.rehearse.seeds import admit
from deploy.rehearse.sheets import PrintedPage, made_up_pages, printed_pages
from deploy.rehearse.troubles import NotEmptyError
from deploy.rehearse.truth import TRUTH, read_lines

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

_MADE_UP = 40  # sheets at most that are printed where none are given
_MILLION = 1_000_000

Out = Annotated[Path, typer.Argument(help="a new or empty folder for pictures and truth.jsonl")]
Count = Annotated[int, typer.Option(min=1, max=100_000, help="pictures")]
Seed = Annotated[int, typer.Option(min=0, help="of the first; the others count on from it")]
Levels = Annotated[
    list[Level] | None, typer.Option("--level", help="how bad; may be given again, in turn")
]
Source = Annotated[
    Path | None,
    typer.Option("--from", help="a kit's folder, or a manifest; without it sheets are made up"),
]
Workers = Annotated[int, typer.Option(min=0, help="processes; 0 = every core")]


@app.command()
def photos(  # noqa: PLR0913, PLR0917  # the options of a command
    out: Out,
    count: Count = 20,
    seed: Seed = 1,
    level: Levels = None,
    source: Source = None,
    megapixels: Annotated[int, typer.Option(min=2, max=50, help="of a photo at most")] = 50,
    workers: Workers = 0,
) -> None:
    """Photograph sheets as guardians do."""
    _prepare(out, range(seed, seed + count))
    pages = _pages(out, source, count, seed)
    levels = level or [Level.NORMAL]
    most_px = (megapixels + 1) * _MILLION
    _make(out, photo_orders(out, pages, levels, range(seed, seed + count), most_px), workers)


@app.command()
def scans(  # noqa: PLR0913, PLR0917  # the options of a command
    out: Out,
    count: Count = 20,
    seed: Seed = 1,
    level: Levels = None,
    source: Source = None,
    format_: Annotated[Container, typer.Option("--format", help="what it writes")] = Container.PDF,
    pages_per_file: Annotated[int, typer.Option(min=1, max=200, help="of PDF and TIFF")] = 30,
    workers: Workers = 0,
) -> None:
    """Scan sheets as an office machine does."""
    _prepare(out, range(seed, seed + count))
    pages = _pages(out, source, count, seed)
    levels = level or [Level.NORMAL]
    seeds = range(seed, seed + count)
    _make(out, scan_orders(out, pages, levels, seeds, format_, pages_per_file), workers)


@app.command()
def cells(
    out: Out,
    kind: Annotated[TextKind, typer.Option(help="what stands in them")],
    count: Count = 20,
    seed: Seed = 1,
    workers: Workers = 0,
) -> None:
    """Cut single cells out, one of sixteen of them blank."""
    _prepare(out, range(seed, seed + count))
    orders = [
        CellOrder(out / f"{kind.value}-{number:06d}.jpg", kind, seed + number - 1)
        for number in range(1, count + 1)
    ]
    _make(out, orders, workers)


@app.command(name="score")
def score_(
    out: Annotated[Path, typer.Argument(help="the folder of a rehearsal")],
    results: Annotated[Path, typer.Argument(help="what kit read --cells or scan cell printed")],
    as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Hold results against the truth: by level, as percentages with counts."""
    tallies = score(read_lines(out / TRUTH), read_results(results))
    if as_json:
        sys.stdout.write(json.dumps(as_plain(tallies), ensure_ascii=False, indent=1) + "\n")
        return
    Console(width=None if sys.stdout.isatty() else 160).print(_table(tallies))


def _prepare(out: Path, seeds: range) -> None:
    """A folder for the pictures; seeds and fonts are looked at before anything is made."""
    admit(seeds)
    faces()
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise NotEmptyError(str(out))


def _pages(out: Path, source: Path | None, count: int, seed: int) -> tuple[PrintedPage, ...]:
    if source is not None:
        return printed_pages(source)
    return made_up_pages(out, min(count, _MADE_UP), seed)


def _make(out: Path, orders: Sequence[Order], workers: int) -> None:
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=len(orders))

        def tick(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        done = make(out, orders, workers or os.cpu_count() or 1, tick)
    tell(
        f"已生成 {done} 张，标准答案见 {out / TRUTH}（{faces().source}）",
        f"{done} pictures; their truth is in {out / TRUTH} (hands: {faces().source})",
    )


def _table(tallies: dict[str, Tally]) -> Table:
    order = [*(one.value for one in Level), "cells"]
    levels = sorted(tallies, key=order.index)
    table = Table("", *levels)
    said = {
        level: {one.name: one.text for one in figures(tally)} for level, tally in tallies.items()
    }
    names = dict.fromkeys(name for level in levels for name in said[level])
    for name in names:
        table.add_row(name, *(said[level].get(name, "-") for level in levels))
    return table
