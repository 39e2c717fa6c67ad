"""`./run demo`: the whole job on a synthetic province, in one process."""

import deploy.quiet  # noqa: F401, I001  # before Eventlet
import eventlet

eventlet.monkey_patch()

import argparse
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from deploy.demo.delivery import Delivery, Sent, Unsettled, follow, looked_at
from deploy.demo.notes import Notes
from deploy.demo.paper import DemoError, PaperWork, Printed
from deploy.demo.phone import BACKOFF_S, Phone
from deploy.demo.plan import LEAST, Kind, plan_shots
from deploy.demo.proof import Outcome, expectations, object_expectations, school_rows
from deploy.demo.province.pupils import SEED, make_province
from deploy.demo.running import RunningHouse
from deploy.demo.staff import Staff
from deploy.demo.stopwatch import Stopwatch
from deploy.demo.summary import Expectation, Summary, as_plain, show
from deploy.embedded import EmbeddedHouse
from deploy.provision import DEFAULT_CAMPAIGN
from deploy.servers.weed import WeedError, WeedMissingError
from shared.contracts.scan_commands import PhotoState
from shared.kernel.ids import ProvinceCode, SheetId
from shared.plumbing import logs
from shared.plumbing.code_keys import load_code_keys
from shared.plumbing.identity import load_identity
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.settings import SettingsError
from shared.plumbing.web.server import AddressTakenError

House = EmbeddedHouse | RunningHouse

FOLDER = Path("var/demo")
PUPILS = 500
PHOTOS = 130
_NAMES = {
    "import": "导入名册 rosters",
    "print": "打印 printing",
    "send": "拍照上传 photos",
    "read": "识别 reading",
}


class Bars:
    """Progress bars on standard error, one per step."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, step: str, done: int, total: int) -> None:
        """Draw how far a step is."""
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(_NAMES.get(step, step), total=total)
        self._progress.update(self._tasks[step], completed=done, total=total)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the job is, and how long a phone tries to hand a photo in."""

    pupils: int
    photos: int
    patience_s: float


def run(house: House, folder: Path, size: Size, bars: Bars, watch: Stopwatch) -> Summary:
    """Do the whole job, and hold it against the ground truth."""
    province = make_province(size.pupils)
    notes = Notes(folder / "notes.json")
    uploads = Path(house.environment["HECHA_ROSTER_UPLOADS"])
    staff = Staff(house.desk, house.environment, notes, DEFAULT_CAMPAIGN)
    work = PaperWork(house.desk, staff, folder, uploads, notes)
    printed = work.do(province, bars)
    watch.lap("rosters and sheets")
    outcome = Outcome(province, printed, *_deliver(house, folder, (printed, size), bars))
    watch.lap("photos")
    held = _settled_expectations(house, outcome)
    watch.lap("counts")
    environment = house.environment
    identity = load_identity(Path(environment["HECHA_OPERATOR_IDENTITY_FILE"]))
    store = _store(environment)
    top = ProvinceCode(DEFAULT_CAMPAIGN.split("-", 1)[0])
    held += object_expectations(house.desk, store, top, identity, outcome)
    watch.lap("proof")
    return Summary(
        schools=tuple(school_rows(house.desk, DEFAULT_CAMPAIGN, outcome)),
        states=dict(Counter(state.state.value for state in outcome.states.values())),
        objects=len(outcome.sent),
        expectations=tuple(held),
        looked_at=looked_at(house.desk, outcome.states),
        steps=watch.laps,
    )


def _deliver(
    house: House, folder: Path, job: tuple[Sequence[Printed], Size], bars: Bars
) -> tuple[list[Sent], dict[int, PhotoState]]:
    printed, size = job
    keys = load_code_keys(Path(house.environment["HECHA_SHEET_CODE_KEYS_FILE"]))
    key = next(one.key for one in keys if one.key.campaign == DEFAULT_CAMPAIGN)
    sheets = sorted(sheet.sheet for one in printed for sheet in one.sheets)
    shots = plan_shots(sheets, wanted=min(len(sheets), size.photos), seed=SEED)
    # A copy is one only if the original came first.
    first = [shot for shot in shots if shot.kind is not Kind.DUPLICATE]
    copies = [shot for shot in shots if shot.kind is Kind.DUPLICATE]
    delivery = Delivery(printed, key, folder, workers=max(2, os.cpu_count() or 2))
    phone = Phone(house.gateway_url, patience_s=size.patience_s)
    try:
        sent = delivery.send(first, phone, lambda _, done, __: bars("send", done, len(shots)))
        states = follow(house.desk, sent, bars)
        sent += delivery.send(
            copies, phone, lambda _, done, __: bars("send", len(first) + done, len(shots))
        )
        states |= follow(house.desk, sent, bars)
        _note_examples(folder, delivery, sheets)
    finally:
        delivery.close()
    return sent, states


def _note_examples(folder: Path, delivery: Delivery, sheets: Sequence[SheetId]) -> None:
    codes = [delivery.code(sheet) for sheet in sheets[-3:]]
    (folder / "try.json").write_text(json.dumps(codes))


def _settled_expectations(house: House, outcome: Outcome) -> list[Expectation]:
    """Counts follow the states within moments; what stays wrong is reported as it is."""
    for _ in range(50):
        held = expectations(house.desk, DEFAULT_CAMPAIGN, outcome)
        if all(one.held for one in held):
            return held
        time.sleep(0.2)
    return held


def _store(environment: dict[str, str]) -> ObjectStore:
    return ObjectStore(
        StoreAccess(
            environment["HECHA_S3_ENDPOINT"],
            environment["HECHA_STORAGE_S3_ACCESS_KEY"],
            environment["HECHA_STORAGE_S3_SECRET_KEY"],
            environment.get("HECHA_S3_SECURE", "false") == "true",
            environment.get("HECHA_BUCKET_PREFIX", "hecha"),
        )
    )


def _addresses(house: House, folder: Path, console: Console) -> None:
    codes = json.loads((folder / "try.json").read_text())
    console.print("\n可以亲自试一试 try by hand:")
    for code in codes:
        console.print(f"  确认表页面 a sheet's page   {house.gateway_url}/s/{code}")
    console.print(f"  打印的PDF printed sheets     {folder / 'prints'}")
    console.print(f"  照片 photos taken            {folder / 'photos'}")
    if isinstance(house, EmbeddedHouse):
        console.print(
            f"  运行状况 health, metrics     http://{house.health_address}/readyz  /metrics"
        )
    console.print("按 Ctrl-C 结束 / Ctrl-C ends it; the data stays and a new start goes on.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="run demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the job; 0 = all held")
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    parser.add_argument("--pupils", type=int, default=PUPILS, help=f"default: {PUPILS}")
    parser.add_argument("--photos", type=int, default=PHOTOS, help=f"default: {PHOTOS}")
    parser.add_argument(
        "--patience", type=float, default=sum(BACKOFF_S), help="seconds a phone waits between tries"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    parser.add_argument(
        "--at", type=Path, metavar="FOLDER", help="in the house that ./run up keeps below FOLDER"
    )
    parser.add_argument("--keep", action="store_true", help="go on with what an earlier run left")
    options = parser.parse_args(arguments)
    if options.photos < LEAST:
        parser.error(f"--photos: at least {LEAST}, one of each kind")
    folder = _folder(options.folder.resolve(), keep=options.keep, pupils=options.pupils)
    console = Console(stderr=options.json)
    logs.configure("demo", level=os.environ.get("HECHA_LOG_LEVEL", "ERROR"))
    _interrupt_by_signal()
    house = RunningHouse(options.at) if options.at else EmbeddedHouse(folder)
    try:
        watch = Stopwatch()
        house.start()
        watch.lap("start")
        return _job(house, folder, options, (console, watch))
    except (DemoError, Unsettled, SettingsError, WeedError, WeedMissingError) as failure:
        print(f"demo: {type(failure).__name__}: {failure}", file=sys.stderr)
        return 1
    except AddressTakenError as taken:
        print(f"demo: {taken}: set HECHA_GATEWAY_ADDRESS to another address", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    finally:
        house.stop()


def _job(
    house: House, folder: Path, options: argparse.Namespace, told: tuple[Console, Stopwatch]
) -> int:
    console, watch = told
    size = Size(options.pupils, options.photos, options.patience)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        summary = run(house, folder, size, Bars(progress), watch)
    if options.json:
        print(json.dumps(as_plain(summary), ensure_ascii=False, indent=1))
    else:
        show(summary, console)
    (folder / "done").touch()
    if options.once:
        return 0 if summary.all_held else 1
    _addresses(house, folder, console)
    while True:
        time.sleep(3600)


def _interrupt_by_signal() -> None:
    """End in order, also where a shell told its background jobs to ignore SIGINT.

    The interrupt is thrown into the main greenlet: raised where the signal comes it would hit
    whichever greenlet happens to run.
    """
    main_greenlet = eventlet.getcurrent()

    def interrupt(_number: int, _frame: object) -> None:
        hub = eventlet.hubs.get_hub()
        hub.schedule_call_global(0, main_greenlet.throw, KeyboardInterrupt())

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, interrupt)


def _folder(folder: Path, *, keep: bool, pupils: int) -> Path:
    """The demo's folder: an unfinished run of the same size goes on, a finished one starts anew."""
    marker = folder / "pupils"
    is_same = marker.exists() and marker.read_text() == str(pupils)
    if folder.exists() and not keep and ((folder / "done").exists() or not is_same):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(str(pupils))
    logging.captureWarnings(True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
