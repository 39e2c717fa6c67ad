"""The tests' own second process: nothing it ran is lost, and its death is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.halves import TOLD_TO, half_of

WAITS = "def test_waits():\n    pass\n"
COMPUTES = """
import os
import pytest

def test_fails():
    assert 1 == 2

@pytest.mark.parametrize("text", ["a b", "中文", "x[1]"])
def test_holds(text):
    pass

def test_is_left_out():
    pytest.skip("for a reason")

@pytest.fixture
def torn():
    yield
    raise ValueError

def test_breaks_after(torn):
    pass
"""
DIES = "import os\n\ndef test_dies():\n    os._exit(9)\n"


def run(folder: Path, computing: str) -> subprocess.CompletedProcess[str]:
    for half, text in (("integration", WAITS), ("unit", computing)):
        (folder / "tests" / half).mkdir(parents=True)
        (folder / "tests" / half / f"test_{half}.py").write_text(text)
    return in_halves(folder)


def in_halves(folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "tests.halves", "--halves", "tests"]
    root = str(Path(__file__).parents[3])
    environment = {**os.environ, "PYTHONPATH": root, "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop(TOLD_TO, None)  # these halves are not those of the run they are tested in
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.slow
def test_both_halves_end_in_one_list_and_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, COMPUTES)

    assert "1 failed, 5 passed, 1 skipped, 1 error" in done.stdout.splitlines()[-1]
    assert "SKIPPED [1] tests/unit/test_unit.py" in done.stdout
    assert done.returncode == 1


@pytest.mark.slow
def test_where_nothing_waits_the_files_are_shared_out(tmp_path: Path) -> None:
    (tmp_path / "tests/unit").mkdir(parents=True)
    for number in range(3):
        (tmp_path / f"tests/unit/test_{number}.py").write_text(WAITS)
    done = in_halves(tmp_path)

    assert "3 passed" in done.stdout.splitlines()[-1]
    assert done.returncode == 0


@pytest.mark.slow
def test_a_second_process_that_dies_is_a_failure(tmp_path: Path) -> None:
    done = run(tmp_path, DIES)

    assert done.returncode not in (0, 5)
    assert "told nothing of 1 tests" in done.stderr


def test_files_are_shared_out_so_that_both_halves_have_as_much_to_do() -> None:
    sizes = {Path("a"): 90, Path("b"): 40, Path("c"): 30, Path("d"): 10, Path("e"): 10}

    mine = half_of(sizes)

    assert sum(sizes[one] for one in mine) == 90
