import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHELL = shutil.which("dash") or "/bin/sh"
# Stands for Python: makes what `-m venv` makes, and writes down how it was called.
FAKE_PYTHON = """#!/bin/sh
echo "$*" >> "{log}"
case "$*" in
  *version_info*) exit {version} ;;
  *"import ensurepip"*) exit {ensurepip} ;;
  *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"-m pip --version"*) exit 0 ;;
  *"pip install"*) exit {pip} ;;
esac
"""


class Clone:
    """A fresh clone with a stand-in for Python, and nothing else on the path."""

    def __init__(self, folder: Path, *, version: int = 0, ensurepip: int = 0, pip: int = 0) -> None:
        self.folder = folder
        self.log = folder / "calls"
        shutil.copy(ROOT / "run", folder / "run")
        for lock in ("requirements.lock", "requirements-dev.lock"):
            (folder / lock).write_text(f"{lock} 1\n")
        tools = folder / "tools"
        tools.mkdir()
        python = tools / "python3"
        python.write_text(
            FAKE_PYTHON.format(log=self.log, version=version, ensurepip=ensurepip, pip=pip)
        )
        python.chmod(0o755)
        for tool in ("cat", "cmp", "cp", "mkdir", "dirname", "basename"):
            (tools / tool).symlink_to(shutil.which(tool) or tool)
        identity = tools / "id"  # nobody is root here, so nothing is installed on this machine
        identity.write_text("#!/bin/sh\necho 1000\n")
        identity.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.folder / "tools"), "HOME": os.environ.get("HOME", "/")}
        return subprocess.run(
            [SHELL, str(self.folder / "run"), *arguments],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    def calls(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def forget(self) -> None:
        self.log.unlink()


def test_a_cold_start_installs_the_hashed_lock_and_a_warm_one_nothing(tmp_path: Path) -> None:
    clone = Clone(tmp_path)

    assert clone.run("hecha", "--help").returncode == 0
    assert "--require-hashes -r requirements.lock" in clone.calls()

    clone.forget()
    assert clone.run("hecha", "--help").returncode == 0
    assert clone.calls() == "-m deploy.cli --help\n"


def test_a_changed_lock_is_installed_again(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    clone.run("hecha")
    clone.forget()

    (tmp_path / "requirements.lock").write_text("requirements.lock 2\n")
    clone.run("hecha")

    assert "--require-hashes -r requirements.lock" in clone.calls()


def test_after_the_lock_for_development_nothing_more_is_needed(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    clone.run("bench")
    clone.forget()

    clone.run("hecha")

    assert clone.calls() == "-m deploy.cli\n"


def test_an_older_python_is_refused_with_the_way_out(tmp_path: Path) -> None:
    refused = Clone(tmp_path, version=1).run("demo")

    assert refused.returncode == 3
    assert "Python 3.11 or later is needed" in refused.stderr
    assert "HECHA_PYTHON" in refused.stderr


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    (tmp_path / "tools" / "python3").unlink()

    refused = clone.run("demo")

    assert refused.returncode == 3
    assert "python3 is missing" in refused.stderr


def test_a_missing_venv_package_is_named(tmp_path: Path) -> None:
    clone = Clone(tmp_path, ensurepip=1)

    refused = clone.run("demo")

    assert refused.returncode == 3
    assert "apt-get install python3-venv" in refused.stderr


def test_a_failed_installation_starts_nothing_and_is_tried_again(tmp_path: Path) -> None:
    clone = Clone(tmp_path, pip=1)

    refused = clone.run("hecha")

    assert refused.returncode == 3
    assert "deploy.cli" not in clone.calls()
    assert not list((tmp_path / ".venv").glob("*.stamp"))


@pytest.mark.parametrize(("arguments", "code"), [(["help"], 0), ([], 0), (["nonsense"], 2)])
def test_every_command_is_explained(tmp_path: Path, arguments: list[str], code: int) -> None:
    answer = Clone(tmp_path).run(*arguments)

    assert answer.returncode == code
    for command in ("demo", "test", "up", "down", "bench", "doctor", "hecha"):
        assert command in answer.stdout + answer.stderr


def test_the_landing_check_is_the_one_test_command() -> None:
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("exec ./run test")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_version_of_a_lock_has_a_hash_and_no_address(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    versions = [index for index, line in enumerate(lines) if "==" in line]

    assert versions
    assert all("--hash=sha256:" in lines[index + 1] for index in versions)
    assert not [line for line in lines if "://" in line]
