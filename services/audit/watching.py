"""What audit does by the clock: checkpoints, and the alarm about acts that never came."""

import logging

from services.audit import checkpoints, numbers, store
from services.audit.domain import GAP_PATIENCE
from services.audit.numbers import Gap
from services.audit.providers import Room
from shared.kernel.errors_audit import WitnessRefusedError
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.metrics import AUDIT_GAPS, AUDIT_SIZE, AUDIT_WITNESSED
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError

_log = logging.getLogger(__name__)


def keep_checkpoints(database: Database, room: Room, province: ProvinceCode) -> None:
    """Sign how a log stands, have it countersigned, put it into the bucket; each when it is due.

    What one of the three lacks holds the others up as little as the log itself.
    """
    checkpoints.make_checkpoint(database, province, room.logs[province])
    with database.transaction() as tx:
        AUDIT_SIZE.labels(province).set(store.head_of(tx, province).compact.size)
    _have_witnessed(database, room, province)
    try:
        checkpoints.put_into_bucket(database, room.objects, province, room.keep)
    except (StoreUnavailableError, StoreRefusedError) as away:
        _log.warning("checkpoint not in the bucket", extra={"code": type(away).__name__})


def look_for_gaps(database: Database, province: ProvinceCode) -> list[Gap]:
    """The gaps that have been open for too long; each is told in the log of the process."""
    with database.transaction() as tx:
        gaps = numbers.gaps_of(tx, province)
    late = [gap for gap in gaps if database.clock() - gap.since > GAP_PATIENCE]
    AUDIT_GAPS.labels(province).set(sum(gap.last - gap.first + 1 for gap in late))
    for gap in late:
        _log.error(
            "acts never came",
            extra={"of": gap.source, "first": gap.first, "last": gap.last, "province": province},
        )
    return late


def _have_witnessed(database: Database, room: Room, province: ProvinceCode) -> None:
    if room.witness is None:
        return
    try:
        if checkpoints.have_witnessed(database, province, room.witness):
            AUDIT_WITNESSED.labels(province).set(database.clock().timestamp())
    except checkpoints.WitnessAwayError as away:
        _log.warning("the witness is away", extra={"code": str(away), "province": province})
    except WitnessRefusedError as refusal:
        # Nothing mends itself here: either the log or the witness has another past.
        code = refusal.reason
        _log.error("the witness refuses", extra={"code": code, "province": province})
