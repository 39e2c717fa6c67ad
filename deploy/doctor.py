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


@dataclass(frozen=True, slots=True)
class Need:
    """Something from outside Python that a part of the house needs."""

    name: str
    package: str  # Debian's
    why: str
    groups: tuple[str, ...]  # "demo" works without it, "test" and "up" do not
    is_there: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Finding:
    """One need, as found."""

    name: str
    found: bool
    why: str
    remedy: str


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _any_file(pattern: str, root: str) -> Callable[[], bool]:
    return lambda: next(Path(root).glob(pattern), None) is not None


NEEDS = (
    Need(
        "libzbar",
        "libzbar0",
        "the last rescue engine for codes",
        ("test", "up"),
        lambda: find_library("zbar") is not None,
    ),
    Need(
        "Noto CJK",
        "fonts-noto-cjk",
        "Chinese text in browser pages",
        ("test",),
        _any_file("**/NotoSansCJK*", "/usr/share/fonts"),
    ),
    Need(
        "Hanazono",
        "fonts-hanazono",
        "rare characters on sheets",
        ("test", "up"),
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
    Need("Chromium", "chromium", "pages in a real browser", ("test",), _program("chromium")),
    Need("poppler", "poppler-utils", "a second PDF reader", ("test",), _program("pdftoppm")),
)


def examine(needs: Sequence[Need] = NEEDS) -> list[Finding]:
    """Look for every need on this machine."""
    return [
        Finding(need.name, need.is_there(), need.why, f"apt-get install {need.package}")
        for need in needs
    ]


def mend(group: str) -> list[str]:
    """Install what a group lacks, where this may be done: root on a machine with apt-get.

    Returns the packages that were installed.
    """
    missing = [need.package for need in NEEDS if group in need.groups and not need.is_there()]
    if not missing or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return []
    with _services_stay_down():
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=True, env=environment)
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
        subprocess.run([*install, *missing], check=True, env=environment)
    return missing


class _services_stay_down:  # noqa: N801  # reads as a statement
    """Keeps Debian's maintainer scripts from starting servers on the standard ports."""

    _policy = Path("/usr/sbin/policy-rc.d")

    def __enter__(self) -> None:
        self._mine = not self._policy.exists()
        if self._mine:
            self._policy.write_text("#!/bin/sh\nexit 101\n")
            self._policy.chmod(0o755)

    def __exit__(self, *_: object) -> None:
        if self._mine:
            self._policy.unlink(missing_ok=True)


def main() -> int:
    """Print the findings; exit code 1 when something is missing."""
    parser = argparse.ArgumentParser(prog="run doctor", description=__doc__)
    parser.add_argument("--json", action="store_true", help="findings as JSON")
    parser.add_argument("--mend", metavar="GROUP", help="install what GROUP (test, up) lacks")
    arguments = parser.parse_args()
    if arguments.mend:
        mend(arguments.mend)
    findings = examine()
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            word = "ok      " if finding.found else "missing "
            print(
                word,
                finding.name,
                "-",
                finding.why,
                "" if finding.found else f"-> {finding.remedy}",
            )
    if arguments.mend:
        return 0
    return 0 if all(finding.found for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
