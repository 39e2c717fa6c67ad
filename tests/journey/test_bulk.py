"""Two hundred mixed pages go through, killed twice on the way, and each ends as it should."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.demo.province.pupils import make_province
from deploy.environment_file import read_environment
from deploy.servers.ports import free_port
from shared.kernel.authority import Role
from tests.journey.piles import Pile, make_pile
from tests.journey.signed import token_for

PAGES, PUPILS = 200, 1000
ENVIRONMENT = {**os.environ, "PYTHONPATH": ".", "LANG": "C.UTF-8"}
READY_S, ENOUGH_S = 240, 400
DEMO = [sys.executable, "-m", "deploy.demo"]
UP = [sys.executable, "-m", "deploy.up"]


@dataclass
class Office:
    """A house with sheets on paper, and the hand that kills it."""

    settings: Path
    prints: Path
    kill: Callable[[], None]  # SIGKILL of what reads pages; it comes back

    def hecha(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=ENOUGH_S,
            check=False,
        )

    def data(self, *arguments: str) -> Any:
        done = self.hecha(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "deploy.cli", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Of a terminal where a registrar of the school that hands in has signed in."""
        settings = read_environment(self.settings)
        token = token_for(settings, Role.REGISTRAR, self.school_path)
        signed = {"HECHA_ENVIRONMENT_FILE": str(self.settings), "HECHA_ACTOR_TOKEN": token}
        return {**ENVIRONMENT, **signed}

    @property
    def schools(self) -> tuple[str, str]:
        """Two that have sheets on paper: the first one hands the pile in."""
        one, other = sorted(file.stem for file in self.prints.glob("*.pdf"))[:2]
        return one, other

    @property
    def school_path(self) -> str:
        units = make_province(PUPILS).tree.units
        return next(unit.path for unit in units if unit.code == self.schools[0])


def ended(process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()[-3000:]
    return False


def wait_for(condition: Callable[[], bool], within_s: float = READY_S) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.3)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Office]:
    folder = tmp_path / "demo"
    size = ["--pupils", str(PUPILS), "--photos", "12", "--folder", str(folder)]
    running: list[subprocess.Popen[bytes]] = []

    def start(*more: str) -> None:
        log = (tmp_path / "demo.log").open("ab")
        with log:
            command = [*DEMO, *size, *more]
            process = subprocess.Popen(command, env=ENVIRONMENT, stdout=log, stderr=log)
        running.append(process)

    def kill() -> None:
        running[-1].send_signal(signal.SIGKILL)
        running[-1].wait()
        start("--keep")

    start()
    log = tmp_path / "demo.log"
    wait_for(lambda: (folder / "done").exists() or ended(running[-1], log), ENOUGH_S)
    yield Office(folder / "environment", folder / "prints", kill)
    running[-1].terminate()
    running[-1].wait(timeout=60)


@pytest.fixture
def real(rabbitmq: object, postgres: object, s3: object) -> Iterator[Office]:
    """The fixtures only say that the servers are installed."""
    folder = Path(tempfile.mkdtemp(prefix="hecha-bulk-"))
    folder.chmod(0o711)
    environment = {**ENVIRONMENT, "HECHA_GATEWAY_ADDRESS": f"127.0.0.1:{free_port()}"}
    up, log = ["--folder", str(folder / "up")], folder / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen([*UP, *up], env=environment, stdout=out, stderr=out)
    try:
        wait_for(lambda: "processes are ready" in log.read_text())
        job = ["--once", "--at", str(folder / "up"), "--folder", str(folder / "demo")]
        size = ["--pupils", str(PUPILS), "--photos", "12"]
        subprocess.run([*DEMO, *job, *size], env=environment, check=True, capture_output=True)
        prints = folder / "demo" / "prints"
        yield Office(folder / "up" / "environment", prints, lambda: kill_reader(process.pid))
    finally:
        subprocess.run([*UP, "--down", *up], env=environment, check=False)
        process.wait(timeout=120)
        shutil.rmtree(folder, ignore_errors=True)


def kill_reader(supervisor: int) -> None:
    for child in psutil.Process(supervisor).children(recursive=True):
        # A child that ends between the listing and the look has no command line any more.
        with suppress(psutil.NoSuchProcess):
            if child.cmdline()[-2:] == ["deploy.serve", "scan"]:
                child.kill()


def hand_in_with_kills(office: Office, pile: Pile, school: str) -> str:
    """The hand-in is killed, then the house while it reads; gives the batch."""
    submit = ("scan", "submit", str(pile.file), "--school", school)
    first = subprocess.Popen(
        office.command(*submit, "--no-wait"), env=office.environment, stderr=subprocess.PIPE
    )

    def listed() -> list[dict[str, Any]]:
        return office.data("scan", "batches")

    def has_begun() -> bool:
        """Looked at while it stands still: asking takes longer than handing twenty pages in."""
        time.sleep(0.3)
        first.send_signal(signal.SIGSTOP)
        done = office.hecha("scan", "batches", "--json")
        # It may stand still in a transaction, and then nobody gets an answer.
        found = json.loads(done.stdout) if done.returncode == 0 else []
        if found and len(found[0]["listed"]) >= 5:
            return True
        first.send_signal(signal.SIGCONT)
        return False

    wait_for(has_begun)
    first.kill()
    first.communicate()
    assert listed()[0]["state"] == "arriving"

    office.kill()
    wait_for(lambda: office.hecha(*submit, "--no-wait").returncode == 0)  # the house is back
    (batch,) = [one["batch"] for one in listed()]
    wait_for(lambda: read(office, batch) > PAGES // 3, ENOUGH_S)
    office.kill()
    wait_for(lambda: read(office, batch) == PAGES, ENOUGH_S)
    return str(batch)


def read(office: Office, batch: str) -> int:
    found = office.data("scan", "show", batch)
    return int(found["pages"]) - found["counts"].get("waiting", 0)


def check(office: Office, pile: Pile, batch: str, came_before: int) -> None:
    """Every page ended as it should, once, and only the right ones are matched."""
    found = office.data("scan", "show", batch)
    assert found["state"] == "read"
    assert [one["number"] for one in found["listed"]] == list(range(1, PAGES + 1))
    wrong = [
        (page["number"], kind, page["state"], page["reason"])
        for (kind, sheet), page in zip(pile.truth, found["listed"], strict=True)
        if not ends_well(kind, sheet.sheet if sheet else "", page)
    ]
    assert wrong == []
    by_sheet: dict[str, Counter[str]] = defaultdict(Counter)
    for page in found["listed"]:
        by_sheet[page["sheet"]][page["state"]] += 1
    for kind, sheet in pile.truth:
        if kind == "twice" and sheet:
            assert by_sheet[sheet.sheet]["duplicate"] >= 1
    # Of some pupils a photo came before: there the scanned page is the second one.
    own = {sheet.sheet for kind, sheet in pile.truth if kind in {"matched", "twice"} and sheet}
    only_again = [sheet for sheet in own if not by_sheet[sheet]["matched"]]
    assert len(only_again) <= came_before
    assert all(by_sheet[sheet]["matched"] <= 1 for sheet in own)


def ends_well(kind: str, sheet: str, page: dict[str, Any]) -> bool:
    if kind in {"matched", "twice"}:
        return page["state"] in {"matched", "duplicate"} and page["sheet"] == sheet
    if kind == "misfiled":
        return page["state"] == "misfiled" and page["reason"] == "other_school"
    return bool(page["state"] == kind)


def walk(office: Office, folder: Path) -> None:
    school, other = office.schools
    pile = make_pile(office.prints, school, other, folder / "pile.pdf", PAGES)
    before = returned(office, school)
    batch = hand_in_with_kills(office, pile, school)
    check(office, pile, batch, before)
    assert returned(office, school) == before

    own = {sheet.sheet for kind, sheet in pile.truth if kind == "matched" and sheet}
    done = office.hecha("scan", "commit", batch)
    assert done.returncode == 0, done.stderr
    wait_for(lambda: returned(office, school) >= len(own))
    assert office.hecha("progress", "recount").returncode == 0
    letters = sum(kind == "unmatched" for kind, _ in pile.truth)
    assert len(office.data("scan", "queue", "--school", school)) == letters
    assert office.hecha("scan", "discard", batch, "--open", "--reason", "letters").returncode == 0
    assert office.hecha("scan", "commit", batch).returncode == 0
    assert office.hecha("scan", "commit", batch).returncode == 1


def returned(office: Office, school: str) -> int:
    return int(office.data("progress", "show", school)[0]["counts"]["returned"])


@pytest.mark.slow
def test_a_pile_goes_through_the_embedded_house(embedded: Office, tmp_path: Path) -> None:
    walk(embedded, tmp_path)


@pytest.mark.slow
def test_a_pile_goes_through_real_servers(real: Office, tmp_path: Path) -> None:
    walk(real, tmp_path)
