"""`hecha scan cell`: what single cells seem to say, one JSON line per crop."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from deploy.cli.trouble import explained
from services.scan.hand.child import UNREADABLE, prepare, read_crop
from services.scan.hand.reading import CellKind, CellReading, Evidence
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout

DEADLINE_S = 15.0


def register(app: typer.Typer) -> None:
    """Add the command to `hecha scan`."""
    app.command("cell")(explained(cell))


def cell(
    files: Annotated[list[str], typer.Argument(help="pictures of one cell each")],
    kind: Annotated[CellKind, typer.Option(help="what the cell is for")],
    old: Annotated[str | None, typer.Option(help="the value printed beside it")] = None,
    born: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the pupil's birth date")
    ] = None,
    sex: Annotated[str | None, typer.Option(help="the pupil's sex: 1 男, 2 女")] = None,
) -> None:
    """Read cells: what is written, what may be suggested, and why not more."""
    evidence = Evidence(printed=old, birth_date=born.date() if born else None, sex=sex)
    for file, reading in zip(files, _readings(files, kind, evidence), strict=True):
        line = {"file": file, "kind": kind.value, **_plain(reading)}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _readings(files: Sequence[str], kind: CellKind, evidence: Evidence) -> Iterator[CellReading]:
    workers = max(1, min(len(files), os.cpu_count() or 2))
    pool = ProcessPool(workers, prepare)

    def read(file: str) -> CellReading:
        try:
            return pool.run(read_crop, file, kind.value, evidence, deadline_s=DEADLINE_S)
        except (WorkerCrashed, WorkerFailed, WorkerTimeout):
            return CellReading(reasons=(UNREADABLE,))

    try:
        with ThreadPoolExecutor(workers) as threads:
            yield from threads.map(read, files)
    finally:
        pool.close()


def _plain(reading: CellReading) -> dict[str, object]:
    values = asdict(reading)
    return {
        "raw": values["raw"],
        "suggestion": values["suggestion"],
        "candidates": list(values["candidates"]),
        "class": values["grade"],
        "reasons": list(values["reasons"]),
    }
