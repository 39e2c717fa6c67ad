"""What the demo proves at its end: every expectation of the ground truth, held or broken."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import eventlet
import numpy as np

from deploy.demo.delivery import Sent
from deploy.demo.paper import Printed
from deploy.demo.plan import ALLOWED_STATES, Kind
from deploy.demo.province.pupils import Province
from deploy.demo.staff import Staff
from deploy.demo.summary import Expectation, SchoolRow, expected
from deploy.desk import Desk
from shared.contracts.progress_commands import Counts, CountsRequest, UnitCounts
from shared.contracts.scan_commands import PageState, PhotoState
from shared.contracts.storage_commands import Grant, GrantRequest, Purpose
from shared.kernel.errors import DomainError
from shared.kernel.ids import ObjectId, ProvinceCode, UnitCode
from shared.kernel.units import Level
from shared.plumbing.grants import GrantClient
from shared.plumbing.identity import Identity
from shared.plumbing.objects import BucketKind, ObjectStore
from shared.sealing.body import is_sealed

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"%PDF")
_OPENED_AT_ONCE = 4
MIN_ENTROPY = 7.9  # bits per byte of 4 KB or more; a JPEG's headers and tables stay below


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the walk has come to."""

    province: Province
    printed: Sequence[Printed]
    sent: Sequence[Sent]
    states: Mapping[int, PhotoState]


def school_rows(desk: Desk, staff: Staff, outcome: Outcome) -> list[SchoolRow]:
    """One line per school, from the house's own counts."""
    managed = {unit.code: unit for unit in outcome.province.tree.units}
    wrong = _wrong_by_school(outcome)
    rows = []
    for one in outcome.printed:
        school = managed[one.school]
        counts = _counts(desk, staff, one.school)
        authority = managed[school.managed_by] if school.managed_by else school
        rows.append(
            SchoolRow(
                school.name,
                authority.level.value,
                counts.in_scope,
                counts.issued,
                counts.photographed,
                counts.unreadable,
                wrong.get(one.school, 0),
                counts.entered,
                counts.decided,
                counts.applied,
            )
        )
    return rows


def expectations(desk: Desk, staff: Staff, outcome: Outcome) -> list[Expectation]:
    """Everything the ground truth demands of the walk and its counts."""
    accepted = [one for one in outcome.sent if one.receipt.status == 202]
    broken = [
        one.shot.number
        for one in accepted
        if outcome.states[one.shot.number].state not in ALLOWED_STATES[one.shot.kind]
    ]
    kinds = Counter(one.shot.kind for one in outcome.sent)
    wrong = sum(_wrong_by_school(outcome).values())
    return [
        expected("every photo was accepted", len(accepted), len(outcome.sent)),
        Expectation(
            "every photo ended in a state its kind allows",
            not broken,
            f"{len(accepted) - len(broken)} of {len(accepted)}"
            + (f", not: {broken[:10]}" if broken else ""),
        ),
        expected("good photos read", _matched(outcome, Kind.GOOD), kinds[Kind.GOOD]),
        expected("wrong pupils", wrong, 0),
        *_count_expectations(desk, staff, outcome),
    ]


def object_expectations(
    desk: Desk,
    store: ObjectStore,
    province: ProvinceCode,
    identity: Identity,
    outcome: Outcome,
) -> list[Expectation]:
    """That what lies in the archive is ciphertext, and opens through a grant."""
    archive = store.bucket(province, BucketKind.ARCHIVE)
    objects = list(store.entries(archive, versions=True))
    plain = [one.key for one in objects if _looks_plain(store.get(archive, one.key, one.version))]
    client = GrantClient(_asking(desk), identity)
    ids = sorted({one.key.rpartition("/")[2] for one in objects})
    pool = eventlet.GreenPool(_OPENED_AT_ONCE)
    opened = sum(pool.imap(lambda id_: _opens(client, ObjectId(id_)), ids))
    accepted = {one.object for one in outcome.sent if one.receipt.status == 202}
    return [
        expected("objects in the archive that show a picture", len(plain), 0),
        expected("objects that open through a grant", opened, len(ids)),
        expected("accepted photos in the archive", len(accepted & set(ids)), len(accepted)),
    ]


def _count_expectations(desk: Desk, staff: Staff, outcome: Outcome) -> list[Expectation]:
    truth = sum(pupil.is_in_scope for pupil in outcome.province.pupils)
    top = next(one for one in outcome.province.tree.units if one.level is Level.PROVINCE)
    total = _counts(desk, staff, top.code)
    matched = {state.sheet for state in outcome.states.values() if state.state is PageState.MATCHED}
    printed = sum(len(one.sheets) for one in outcome.printed)
    return [
        expected("pupils in scope", total.in_scope, truth),
        expected("sheets printed", printed, truth),
        expected("sheets issued, as counted for the province", total.issued, printed),
        expected("sheets photographed, as counted", total.photographed, len(matched)),
        expected("sheets returned, as counted", total.returned, len(matched)),
    ]


def _wrong_by_school(outcome: Outcome) -> dict[str, int]:
    """Photos matched to a sheet that was not before the lens."""
    school_of = {sheet.sheet: one.school for one in outcome.printed for sheet in one.sheets}
    wrong: Counter[str] = Counter()
    for one in outcome.sent:
        state = outcome.states.get(one.shot.number)
        if state is not None and state.sheet is not None and state.sheet != one.shot.shown:
            wrong[school_of[one.shot.ticket]] += 1
    return dict(wrong)


def _matched(outcome: Outcome, kind: Kind) -> int:
    return sum(
        outcome.states[one.shot.number].state is PageState.MATCHED
        for one in outcome.sent
        if one.shot.kind is kind and one.shot.number in outcome.states
    )


def _counts(desk: Desk, staff: Staff, unit: UnitCode) -> Counts:
    request = CountsRequest(staff.administrator(), staff.campaign, unit)
    return desk.ask("progress", "counts", request, UnitCounts).counts


def _asking(desk: Desk) -> Callable[[GrantRequest], Grant]:
    def ask(request: GrantRequest) -> Grant:
        return desk.ask("storage", "grant", request, Grant)

    return ask


def _opens(client: GrantClient, object_: ObjectId) -> bool:
    """A body lies in the archive a moment before its row is written."""
    for wait_s in (0.2, 0.5, 1.0, 2.0, 0.0):
        try:
            return client.open(object_, Purpose.DRILL).data.startswith(_PICTURES)
        except DomainError:
            time.sleep(wait_s)
    return False


def _looks_plain(body: bytes) -> bool:
    if not is_sealed(body) or any(mark in body[:256] for mark in _PICTURES):
        return True
    return len(body) >= 4096 and _entropy(body[16:]) < MIN_ENTROPY


def _entropy(data: bytes) -> float:
    shares = np.bincount(np.frombuffer(data, np.uint8)) / len(data)
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())
