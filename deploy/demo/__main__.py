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
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TaskID

from deploy.demo.delivery import Unsettled
from deploy.demo.door.app import Door, NoDoorError
from deploy.demo.door.opening import open_door
from deploy.demo.job import House, Size, run
from deploy.demo.notes import Notes
from deploy.demo.paper import DemoError
from deploy.demo.phone import BACKOFF_S
from deploy.demo.plan import LEAST
from deploy.demo.running import RunningHouse
from deploy.demo.staff import Staff, sign_ins
from deploy.demo.stopwatch import Stopwatch
from deploy.demo.summary import as_plain, show
from deploy.demo.tour import lay_out, noted_tour
from deploy.embedded import EmbeddedHouse
from deploy.provision import DEFAULT_CAMPAIGN
from deploy.servers.weed import WeedError, WeedMissingError
from shared.plumbing import logs
from shared.plumbing.settings import SettingsError
from shared.plumbing.web.server import AddressTakenError
from shared.workbooks.role_names import ROLE_NAMES

FOLDER = Path("var/demo")
PUPILS = 500
PHOTOS = 130
TABLE_WIDTH = 110
BARS_PER_S = 3  # drawing them costs the house's own core
STOP_S = 5.0  # whoever pressed Ctrl-C waits; what is cut off is done again after the next start
_NAMES = {
    "import": "导入名册 rosters",
    "print": "打印 printing",
    "send": "拍照上传 photos",
    "read": "识别 reading",
    "enter": "录入变更 entry",
    "decide": "逐条审核 decisions",
    "look": "识读变更栏 cells",
    "confirm": "核对与确认 confirming",
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


def _addresses(house: House, folder: Path, door: Door | None, console: Console) -> None:
    codes = json.loads((folder / "try.json").read_text())
    console.print("\n可以亲自试一试 try by hand:")
    for number, code in enumerate(codes, start=1):
        console.print(f"  确认表页面 a sheet's page   {house.gateway_url}/s/{code}")
        console.print(f"    它的照片 its photo        {folder / 'try' / f'photo-{number}.jpg'}")
    console.print(f"  班级扫描件 a class's pile    {folder / 'try' / 'pile.pdf'}")
    if door is not None:
        (folder / "door").write_text(door.address)
        line = f"  一键登录 sign in by a click  {door.address}"
        console.print(line, style="bold", soft_wrap=True)
    console.print(f"  工作人员页面 staff pages     {house.portal_url}")
    for role, (login, password) in sign_ins(Notes(folder / "notes.json")).items():
        console.print(f"    {ROLE_NAMES[role]} {role.value:16} {login}   {password}")
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
        "--patience",
        type=float,
        default=sum(BACKOFF_S),
        help="seconds a phone, and staff, try again for",
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    parser.add_argument(
        "--leave-work",
        action="store_true",
        help="leave the returned sheets of one school to be entered by hand",
    )
    parser.add_argument(
        "--at", type=Path, metavar="FOLDER", help="in the house that ./run up keeps below FOLDER"
    )
    parser.add_argument("--keep", action="store_true", help="go on with what an earlier run left")
    options = parser.parse_args(arguments)
    if options.photos < LEAST:
        parser.error(f"--photos: at least {LEAST}, one of each kind")
    folder = _folder(options.folder.resolve(), keep=options.keep, pupils=options.pupils)
    # A file has no width of its own: the table gets the one it is made for.
    console = Console(stderr=options.json, width=None if sys.stdout.isatty() else TABLE_WIDTH)
    logs.configure("demo", level=os.environ.get("HECHA_LOG_LEVEL", "ERROR"))
    _interrupt_by_signal()
    house = RunningHouse(options.at) if options.at else EmbeddedHouse(folder)
    try:
        watch = Stopwatch(folder / "laps.json")
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
        with suppress(KeyboardInterrupt):  # the second Ctrl-C ends what the first one waits for
            house.stop(within_s=STOP_S)


def _job(
    house: House, folder: Path, options: argparse.Namespace, told: tuple[Console, Stopwatch]
) -> int:
    console, watch = told
    size = Size(options.pupils, options.photos, options.patience, options.leave_work)
    bars = Console(stderr=True)
    with Progress(console=bars, transient=True, refresh_per_second=BARS_PER_S) as progress:
        summary = run(house, folder, size, Bars(progress), watch)
    if options.json:
        print(json.dumps(as_plain(summary), ensure_ascii=False, indent=1))
    else:
        show(summary, console)
    if options.once:
        (folder / "done").touch()
        return 0 if summary.all_held else 1
    _stay_up(house, folder, options.pupils, console)
    return 0


def _stay_up(house: House, folder: Path, pupils: int, console: Console) -> None:
    """Lay out what there is to try, open the door to the staff pages, and wait for Ctrl-C."""
    notes = Notes(folder / "notes.json")
    tour = noted_tour(notes)
    lay_out(folder, tour, pupils)
    try:
        staff = Staff(house.desk, house.environment, notes, DEFAULT_CAMPAIGN)
        door: Door | None = open_door(house, staff, tour)
    except NoDoorError:
        door = None
    _addresses(house, folder, door, console)
    (folder / "done").touch()
    try:
        while True:
            time.sleep(3600)
    finally:
        if door is not None:
            door.stop()


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
