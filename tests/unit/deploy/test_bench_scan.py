"""Which pictures the benchmark of the reader may draw."""

import pytest

from deploy.rehearse.seeds import REPORT, REPORT_RUN, ReportSeedError, seeded
from tests.bench.bench_scan import main


@pytest.mark.parametrize(
    "arguments",
    [
        ("--count", "5"),  # a part of the report is no report
        ("--only", "hand"),
        ("--levels", "easy"),
        ("--develop", "--seed", str(REPORT.start)),
        ("--develop", "--seed", str(REPORT.start - 3)),  # counts on into them
    ],
)
def test_the_report_is_run_whole_and_its_seeds_serve_nothing_else(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(REPORT_RUN, raising=False)
    with pytest.raises(SystemExit) as refused:
        main(arguments)

    assert refused.value.code == 2
    with pytest.raises(ReportSeedError):
        seeded(1, REPORT.start)
