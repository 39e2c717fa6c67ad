import io

from rich.console import Console

from deploy.demo.summary import Expectation, SchoolRow, Summary, as_plain, show

SUMMARY = Summary(
    schools=(SchoolRow("第一小学", "county", 20, 20, 12, 1, 0, 11, 10, 9),),
    states={"matched": 12, "unreadable": 1},
    objects=13,
    expectations=(Expectation("wrong pupils", True, "0"),),
    looked_at=4,
    steps={"start": 1.5, "photos": 20.0, "confirming and records": 4.0},
)


def shown(summary: Summary) -> str:
    stream = io.StringIO()
    show(summary, Console(file=stream, width=100))
    return stream.getvalue()


def test_the_summary_says_where_the_time_went() -> None:
    whole, job = shown(SUMMARY).splitlines()[-2:]

    assert whole == "whole walk 25.5 s: start 1.5, photos 20.0, confirming and records 4.0"
    assert job.endswith("21.5 s")


def test_the_summary_says_how_far_the_second_look_is() -> None:
    assert "4 of 12" in shown(SUMMARY)


def test_one_broken_expectation_breaks_the_whole() -> None:
    broken = Expectation("wrong pupils", False, "1")
    summary = Summary((), {}, 0, (*SUMMARY.expectations, broken), 0, {})

    assert as_plain(summary)["all_held"] is False
    assert "BROKEN wrong pupils" in shown(summary)
