"""What counts as an outage, and how long a fact waits for its end."""

import pytest
from amqp.exceptions import ConnectionForced
from kombu.exceptions import OperationalError as BrokerAwayError
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

import shared.plumbing.database  # noqa: F401  # its driver's failures count from then on
from shared.kernel.errors import UnknownSheetError
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.plumbing.outages import MOST_OUTAGES, delay_after, is_outage
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError, ServiceAwayError
from shared.plumbing.topology import delay_s

CAUSE = Exception()


@pytest.mark.parametrize(
    "error",
    [
        RpcDeadlineError("storage", "grant"),
        ServiceAwayError("storage", "grant", "OperationalError"),
        StoreUnavailableError(),
        OperationalError("select", {}, CAUSE),
        BrokerAwayError(),
        ConnectionForced(),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
)
def test_somebody_else_was_away(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        RpcFailedError("storage", "grant", "KeyError"),
        StoreRefusedError("AccessDenied"),
        IntegrityError("insert", {}, CAUSE),
        ProgrammingError("select", {}, CAUSE),
        UnknownSheetError("ab"),
        FileNotFoundError(),
        KeyError("field"),
        None,
    ],
)
def test_it_was_nobodys_absence(error: Exception | None) -> None:
    assert not is_outage(error)


def test_a_fact_comes_back_soon_in_a_short_outage_and_for_a_day_in_a_long_one() -> None:
    waits = [delay_s(delay_after(outages)) for outages in range(1, MOST_OUTAGES + 1)]

    assert waits == sorted(waits)
    assert (waits[0], waits[1], waits[-1]) == (5, 30, 300)
    assert 24 * 3600 < sum(waits) < 25 * 3600
