import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import eventlet
import pytest

from shared.kernel.errors import UnknownSheetError
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout, thread
from tests.unit.plumbing_offload import jobs


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPool]:
    pool = ProcessPool(2, jobs.prepare, jobs_per_child=5)
    yield pool
    pool.close()


def test_a_result_comes_back_as_the_type_the_function_declares(pool: ProcessPool) -> None:
    body = os.urandom(3_000_000)

    assert pool.run(jobs.double, jobs.Parcel("a", body), deadline_s=20) == jobs.Parcel(
        "a", body * 2
    )
    assert pool.run(jobs.parent_of, Path("/a/b"), deadline_s=20) == Path("/a")


def test_the_initializer_runs_once_before_the_first_job(pool: ProcessPool) -> None:
    assert pool.run(jobs.is_prepared, deadline_s=20)


def test_a_job_past_its_deadline_is_killed_and_the_next_one_runs(pool: ProcessPool) -> None:
    started = time.monotonic()

    with pytest.raises(WorkerTimeout):
        pool.run(jobs.sleep, 60.0, deadline_s=0.3)

    assert time.monotonic() - started < 10
    assert pool.run(jobs.sleep, 0.0, deadline_s=20) == 0


def test_a_dying_child_costs_one_job(pool: ProcessPool) -> None:
    with pytest.raises(WorkerCrashed):
        pool.run(jobs.die, deadline_s=20)

    assert pool.run(jobs.pid, deadline_s=20) != os.getpid()


def test_a_failure_tells_type_and_place_but_never_the_value(pool: ProcessPool) -> None:
    with pytest.raises(WorkerFailed) as caught:
        pool.run(jobs.fail, "secret", deadline_s=20)

    assert caught.value.args[0] == "KeyError"
    assert "secret" not in str(caught.value)


def test_a_domain_error_is_raised_as_itself(pool: ProcessPool) -> None:
    with pytest.raises(UnknownSheetError, match="0123456789ab"):
        pool.run(jobs.refuse, "0123456789ab", deadline_s=20)


def test_a_result_of_another_type_counts_as_a_crash(pool: ProcessPool) -> None:
    with pytest.raises(WorkerCrashed):
        pool.run(jobs.liar, deadline_s=20)


def test_a_child_is_replaced_after_its_share_of_jobs() -> None:
    pool = ProcessPool(1, jobs_per_child=3)

    pids = [pool.run(jobs.pid, deadline_s=20) for _ in range(6)]
    pool.close()

    assert pids[:3] == [pids[0]] * 3
    assert pids[3] != pids[0]


def test_no_secret_of_the_environment_reaches_a_child(
    pool: ProcessPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HECHA_PASSPHRASE", "correct horse")
    fresh = ProcessPool(1)

    environment = fresh.run(jobs.environment, deadline_s=20)
    fresh.close()

    assert not any(name.startswith("HECHA") for name in environment)


def test_the_hub_runs_on_while_children_work(pool: ProcessPool) -> None:
    ticks = 0

    def tick() -> None:
        nonlocal ticks
        while True:
            eventlet.sleep(0.01)
            ticks += 1

    pool.run(jobs.pid, deadline_s=20)
    ticker = eventlet.spawn(tick)
    workers = [eventlet.spawn(lambda: pool.run(jobs.sleep, 0.5, deadline_s=20)) for _ in range(2)]
    for worker in workers:
        worker.wait()
    ticker.kill()

    assert ticks > 20


def test_more_jobs_than_children_wait_for_their_turn(pool: ProcessPool) -> None:
    workers = [
        eventlet.spawn(lambda n=n: pool.run(jobs.sleep, n / 100, deadline_s=20)) for n in range(12)
    ]

    assert [worker.wait() for worker in workers] == [n / 100 for n in range(12)]


def test_an_inner_function_is_refused_before_anything_starts(pool: ProcessPool) -> None:
    with pytest.raises(TypeError, match="top-level"):
        pool.run(lambda: 1, deadline_s=1)


def test_a_thread_gives_the_result_and_raises_the_error() -> None:
    assert thread(sorted, [2, 1]) == [1, 2]
    with pytest.raises(ZeroDivisionError):
        thread(divmod, 1, 0)


def test_without_eventlet_nothing_of_it_is_imported() -> None:
    code = (
        "import sys\n"
        "from shared.plumbing.offload import ProcessPool, thread\n"
        "from tests.unit.plumbing_offload import jobs\n"
        "assert thread(abs, -1) == 1\n"
        "pool = ProcessPool(1)\n"
        "assert pool.run(jobs.sleep, 0.0, deadline_s=20) == 0\n"
        "pool.close()\n"
        "assert 'eventlet' not in sys.modules\n"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr


def test_children_that_give_way_leave_the_cores_to_others() -> None:
    pool = ProcessPool(1, niceness=7)
    pool.warm()
    niceness = [os.getpriority(os.PRIO_PROCESS, pid) for pid in pool.child_pids]
    pool.close()

    assert niceness == [os.getpriority(os.PRIO_PROCESS, 0) + 7]


def test_a_job_waits_for_the_child_that_is_being_started() -> None:
    pool = ProcessPool(1)
    starting = eventlet.spawn(pool.warm_one)
    eventlet.sleep(0)  # it has the only place now

    child = pool.run(jobs.pid, deadline_s=20)

    starting.wait()
    assert pool.child_pids == (child,)
    pool.close()


def test_children_that_start_side_by_side_are_all_there_at_the_end() -> None:
    pool = ProcessPool(3)

    pool.warm()

    assert len(set(pool.child_pids)) == 3
    pool.close()
    assert pool.child_pids == ()


def test_a_child_that_cannot_start_is_told_to_whoever_starts_it() -> None:
    with pytest.raises(WorkerFailed):
        ProcessPool(2, jobs.fail_to_prepare).warm()
    with pytest.raises(WorkerFailed):
        ProcessPool(2, jobs.fail_to_prepare).warm_one()
