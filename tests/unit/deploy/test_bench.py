import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from deploy import bench
from deploy.bench import Outcome, known_benches, machine, merge, run, section

DAY = date(2026, 11, 2)


def a_section(*lines: str, failed: bool = False) -> str:
    return section(Outcome("print", lines, failed), machine="2 x CPU", day=DAY)


def test_a_figure_becomes_a_row_and_everything_else_a_remark() -> None:
    text = a_section(
        "sheets a second, v4\tours 1,900\tpeer 200 (canvas)\tratio 4.5", "3,000 sheets of layout 1"
    )

    assert "| sheets a second, v4 | 1,900 | 200 (canvas) | 4.5 |" in text
    assert "- 3,000 sheets of layout 1" in text
    assert "2026-11-02, 2 x CPU" in text


def test_a_benchmark_that_broke_off_is_called_incomplete() -> None:
    assert "incomplete" in a_section("a, 1, 2, 3", failed=True)
    assert "incomplete" not in a_section("a, 1, 2, 3")


def test_a_repeated_benchmark_replaces_its_own_section_only() -> None:
    first = merge("# Benchmarks\n\nHow.\n", {"print": "## print\n\nold\n", "bus": "## bus\n\nb\n"})

    again = merge(first, {"print": "## print\n\nnew\n"})

    assert again == "# Benchmarks\n\nHow.\n\n## bus\n\nb\n\n## print\n\nnew\n"
    assert merge(again, {"print": "## print\n\nnew\n"}) == again


def test_a_benchmark_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "bench_good.py").write_text("def main():\n    print('a, 1, 2, 0.5')\n")
    (tmp_path / "bench_bad.py").write_text("def main():\n    print('b')\n    raise SystemExit(3)\n")

    assert known_benches(tmp_path) == ["bad", "good"]
    assert run("good", tmp_path) == Outcome("good", ("a, 1, 2, 0.5",), False)
    assert run("bad", tmp_path) == Outcome("bad", ("b",), True)


def test_an_unknown_name_is_refused_with_the_known_ones(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "known_benches", lambda: ["bus", "print"])

    assert bench.main(["prnt"]) == 2
    assert capsys.readouterr().err == "bench: unknown: prnt; there are: bus, print\n"


def test_the_machine_is_described_without_its_name() -> None:
    assert "GB" in machine()
    assert platform.node() not in machine()


@pytest.mark.slow
@pytest.mark.parametrize("name", known_benches())
def test_every_benchmark_finds_what_it_needs_to_start(name: str) -> None:
    call = f"import runpy; runpy.run_path('tests/bench/bench_{name}.py')['main']"

    assert subprocess.run([sys.executable, "-c", call], check=False).returncode == 0
