"""The whole walk, from photo to applied record, while services and servers are killed.

Guardians photograph sheets with seeded changes, clerks type them, leaders and reviewers decide
them one by one, roster applies them, and all the while processes of every service, RabbitMQ,
PostgreSQL and the object store end by SIGKILL and are started again. In the end every record is
what the seeds say, and the books of the services agree about how it came to be.
"""

import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from deploy.real_servers import ServerError
from tests.conftest import lacking
from tests.fault.books import Books
from tests.fault.standing import Pace, Standing, a_standing_house, wait_for

pytestmark = pytest.mark.real

# How fast it is killed until a step of the job is over, phase by phase.
Phases = tuple[tuple[str, Pace], ...]
PHOTOS_COUNTED, LAST_STEP_UNDER_KILLS = "counts", "confirming and records"

# The long form is for a machine that has nothing else to do; the short one runs every time.
SHORT = ("--pupils", "60", "--photos", "20"), ((LAST_STEP_UNDER_KILLS, Pace(2, 6)),)
# Photos come while a service dies every second; people at desks work through a slower evening.
LONG = (
    ("--pupils", "560", "--photos", "500"),
    ((PHOTOS_COUNTED, Pace(1, 30)), (LAST_STEP_UNDER_KILLS, Pace(4, 8))),
)
PATIENCE_S = "900"  # guardians press "again", and so does everybody else
ENOUGH_S, LONG_S = 1200, 7200
READY_S, LATE_S = 240, 400


@dataclass(frozen=True, slots=True)
class Walked:
    """A walk that is over."""

    summary: dict
    kills: Counter[str]
    servers: set[str]
    books: Books
    standing: Standing


@pytest.fixture(scope="module")
def walked(request: pytest.FixtureRequest) -> Iterator[Walked]:
    is_long = request.config.getoption("--fault-long")
    size, phases = LONG if is_long else SHORT
    enough_s = LONG_S if is_long else ENOUGH_S
    folder = Path(tempfile.mkdtemp(prefix="hecha-fault-"))
    folder.chmod(0o711)
    try:
        with a_standing_house(folder) as standing:
            summary = walk_under_kills(standing, size, phases, enough_s)
            books = Books(standing.environment)
            await_quiet(books)
            yield Walked(summary, standing.kills, set(standing.servers.kept), books, standing)
    except ServerError as missing:
        lacking(str(missing))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def walk_under_kills(
    standing: Standing, size: tuple[str, ...], phases: Phases, enough_s: float
) -> dict:
    with standing.start_job([*size, "--patience", PATIENCE_S]) as job:
        try:
            # Paper is printed in peace; the first photo opens the season.
            wait_for(lambda: any((standing.demo / "photos").glob("*.jpg")), job, enough_s)
            for step, pace in phases:
                with standing.killing(pace):
                    wait_for(partial(is_over, standing, step), job, enough_s)
            standing.house.await_ready(ready_s=READY_S)
            out, errors = job.communicate(timeout=enough_s)
        finally:
            job.kill()
    # One is also the end of a job that gave up before its summary; what it said tells why.
    assert out, errors[-3000:]
    assert job.returncode in (0, 1)
    return json.loads(out)


def is_over(standing: Standing, step: str) -> bool:
    """Whether the job has a step behind it."""
    return step in standing.steps_done()


def await_quiet(books: Books) -> None:
    """Wait until the last acts are in the log; a fact that failed thrice comes after minutes."""
    deadline = time.monotonic() + LATE_S
    while books.unsaid() or books.logged_acts() != books.said_acts():
        if time.monotonic() > deadline:
            return  # the tests tell what is missing
        time.sleep(1)


def test_every_server_and_most_services_were_killed(walked: Walked) -> None:
    services = set(walked.kills) - walked.servers

    assert walked.servers <= set(walked.kills)
    assert len(services) >= 6


def test_every_record_is_what_the_seeds_say(walked: Walked) -> None:
    """The job's own proof: photos, counts, every field of every record, reports, the log."""
    broken = [one for one in walked.summary["expectations"] if not one["held"]]

    assert broken == [], walked.kills


def test_each_approved_change_was_applied_once(walked: Walked) -> None:
    approved = walked.books.approved()

    assert approved
    assert walked.books.applied() == approved
    assert set(walked.books.states()) <= {"applied", "rejected", "dropped", "withdrawn"}


def test_each_decision_was_given_from_the_post_that_decides_it(walked: Walked) -> None:
    decisions = walked.books.decisions()

    assert decisions
    assert [one for one in decisions if one.post != one.due_post] == []
    assert [one for one in decisions if one.maker == one.decider] == []


def test_each_decision_is_one_event_of_the_log_by_who_gave_it(walked: Walked) -> None:
    given = Counter((one.entry, one.decider) for one in walked.books.decisions())

    assert walked.books.verdicts_logged() == given


def test_every_act_said_is_one_event_of_the_log_and_no_number_is_missing(walked: Walked) -> None:
    said = walked.books.said_acts()
    last = walked.books.last_numbers()

    assert {"accounts", "review", "forms", "storage"} <= set(last)
    assert walked.books.logged_acts() == said
    assert [(source, number) for source, number, _ in said] == sorted(
        (source, number) for source in last for number in range(1, last[source] + 1)
    )


def test_nothing_is_left_on_the_way(walked: Walked) -> None:
    assert walked.books.unsaid() == {}
    assert walked.standing.hecha("bus", "dead", "list").returncode == 0


@pytest.mark.parametrize("command", ["progress recount", "audit verify", "storage verify"])
def test_the_house_finds_nothing_wrong_with_itself(walked: Walked, command: str) -> None:
    done = walked.standing.hecha(*command.split())

    assert done.returncode == 0, done.stdout + done.stderr
