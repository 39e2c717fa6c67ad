"""Two halves of the tests at once: the ones that need nobody run in a second process.

Tests of integration, journeys, faults and the browser mostly wait for servers; the others mostly
compute. `--halves` gives the latter to a child and tells its reports here as if they had run here:
one list, one summary, one exit code. (pytest-xdist would be the library for this; its workers do
not start under a patched standard library.)
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

WAITING = ("integration", "journey", "fault", "browser")
TOLD_TO = "HECHA_TESTS_TOLD_TO"  # where a child writes its reports
_POLL_S = 0.2


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--halves", action="store_true", help="run two processes at once")


def pytest_configure(config: pytest.Config) -> None:
    if TOLD_TO in os.environ:
        config.pluginmanager.register(Telling(config, Path(os.environ[TOLD_TO])))
    elif config.getoption("--halves"):
        config.pluginmanager.register(Halves(config))


def half_of(tests: Mapping[Path, int]) -> set[Path]:
    """Files with about half of all tests: the largest first, each to whichever half has fewer."""
    halves: tuple[set[Path], set[Path]] = (set(), set())
    loads = [0, 0]
    for path, count in sorted(tests.items(), key=lambda one: (-one[1], one[0])):
        less = loads.index(min(loads))
        halves[less].add(path)
        loads[less] += count
    return halves[0]


class Telling:
    """In the child: writes every report down, a line each."""

    def __init__(self, config: pytest.Config, path: Path) -> None:
        self._config = config
        self._file = path.open("a")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._file.write(json.dumps(told) + "\n")
        self._file.flush()


class Halves:
    """In the parent: leaves the computing half to a child and tells what it reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._left: list[str] = []
        self._untold: set[str] = set()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what waits for servers; what is left out by `-m` or `-k` is gone already."""
        root = self._config.rootpath
        mine = {one for one in items if set(one.path.relative_to(root).parts[:2]) & set(WAITING)}
        if not mine:  # nothing waits
            files = half_of(Counter(one.path for one in items))
            mine = {one for one in items if one.path in files}
        self._left = [one.nodeid for one in items if one not in mine]
        self._untold = set(self._left)
        items[:] = [one for one in items if one in mine]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        if not self._left or self._config.option.collectonly:
            return (yield)
        session.testscollected += len(self._left)
        with tempfile.TemporaryDirectory() as folder:
            self._start(Path(folder))
            try:
                outcome = yield
                while self._child.poll() is None:
                    self._tell()
                    time.sleep(_POLL_S)
                self._tell()
            finally:
                self._child.terminate()
            self._check_whole((Path(folder) / "output").read_text(errors="replace"))
        return outcome

    def pytest_runtest_logfinish(self) -> None:
        """Between two tests of this process, tell what the other one has done."""
        if self._left:
            self._tell()

    def _start(self, folder: Path) -> None:
        (folder / "chosen").write_text("\n".join(self._left))
        (folder / "told").touch()
        self._told = (folder / "told").open("rb")
        plugins = ["-p", "tests.halves", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *plugins, f"@{folder}/chosen"]
        with (folder / "output").open("w") as output:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, TOLD_TO: str(folder / "told")},
            )

    def _tell(self) -> None:
        hook: Any = self._config.hook
        while (line := self._told.readline()).endswith(b"\n"):
            report = hook.pytest_report_from_serializable(
                config=self._config, data=json.loads(line)
            )
            if report.skipped and isinstance(report.longrepr, list):
                report.longrepr = tuple(report.longrepr)  # as it was before it was JSON
            if report.when == "setup":
                hook.pytest_runtest_logstart(nodeid=report.nodeid, location=report.location)
            hook.pytest_runtest_logreport(report=report)
            if report.when == "teardown":
                self._untold.discard(report.nodeid)
        self._told.seek(self._told.tell() - len(line))

    def _check_whole(self, output: str) -> None:
        """A child that died, or left tests out, is a failure and not silence."""
        if self._child.returncode in (0, 1) and not self._untold:
            return
        raise pytest.UsageError(
            f"the second process ended with {self._child.returncode} and told nothing of "
            f"{len(self._untold)} tests, among them {sorted(self._untold)[:3]}:\n{output[-4000:]}"
        )
