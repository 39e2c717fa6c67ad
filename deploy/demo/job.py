"""The whole job, step by step, held against the ground truth."""

import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.closing import Reporting, audit_expectation
from deploy.demo.delivery import Delivery, Sent, code_of, follow, looked_at
from deploy.demo.notes import Notes
from deploy.demo.office import Walk, decide_changes
from deploy.demo.paper import PaperWork, Printed, Tick
from deploy.demo.patience import persistently
from deploy.demo.phone import Phone
from deploy.demo.plan import Kind, plan_shots
from deploy.demo.proof import Outcome, expectations, object_expectations, school_rows
from deploy.demo.province.pupils import SEED, make_province
from deploy.demo.running import RunningHouse
from deploy.demo.staff import Staff
from deploy.demo.stopwatch import Stopwatch
from deploy.demo.summary import Expectation, Summary
from deploy.demo.tour import choose_tour, note_tour
from deploy.embedded import EmbeddedHouse
from deploy.provision import DEFAULT_CAMPAIGN
from shared.contracts.scan_commands import PhotoState
from shared.kernel.sheet_code import CodeKey
from shared.kernel.units import province_of_campaign
from shared.plumbing.code_keys import load_code_keys
from shared.plumbing.identity import load_identity
from shared.plumbing.objects import ObjectStore, StoreAccess

House = EmbeddedHouse | RunningHouse
COUNTED_S = 10.0


@dataclass(frozen=True, slots=True)
class Size:
    """How large the job is, and how long phones and staff try again while nobody answers."""

    pupils: int
    photos: int
    patience_s: float
    leaves_work: bool = False  # the last school's returned sheets stay to be entered by hand


def run(house: House, folder: Path, size: Size, bars: Tick, watch: Stopwatch) -> Summary:
    """Do the whole job, and hold it against the ground truth."""
    province = make_province(size.pupils)
    notes = Notes(folder / "notes.json")
    uploads = Path(house.environment["HECHA_ROSTER_UPLOADS"])
    staff = Staff(house.desk, house.environment, notes, DEFAULT_CAMPAIGN)
    work = PaperWork(house.desk, staff, folder, uploads, notes)
    printed = work.do(province, bars)
    watch.lap("rosters and sheets")
    outcome = Outcome(province, printed, *_deliver(house, folder, (printed, size), bars))
    _choose_tour(house, folder, notes, outcome)
    watch.lap("photos")
    counted = persistently(lambda: _counted(house, staff, outcome, size), size.patience_s)
    watch.lap("counts")
    walk = Walk(house.desk, staff, folder, size.patience_s, size.leaves_work)
    held = counted + decide_changes(walk, outcome, bars, watch)
    held += Reporting(house.desk, staff, province, size.patience_s).do()
    watch.lap("reports")
    environment = house.environment
    identity = load_identity(Path(environment["HECHA_OPERATOR_IDENTITY_FILE"]))
    store = _store(environment)
    top = province_of_campaign(DEFAULT_CAMPAIGN)
    held += persistently(
        lambda: object_expectations(house.desk, store, top, identity, outcome), size.patience_s
    )
    held.append(audit_expectation(environment, top))
    watch.lap("proof")
    rows = persistently(lambda: school_rows(house.desk, staff, outcome), size.patience_s)
    return Summary(
        schools=tuple(rows),
        states=dict(Counter(state.state.value for state in outcome.states.values())),
        objects=len(outcome.sent),
        expectations=tuple(held),
        looked_at=looked_at(house.desk, outcome.states),
        steps=watch.laps,
    )


def _deliver(
    house: House, folder: Path, job: tuple[Sequence[Printed], Size], bars: Tick
) -> tuple[list[Sent], dict[int, PhotoState]]:
    printed, size = job
    sheets = sorted(sheet.sheet for one in printed for sheet in one.sheets)
    shots = plan_shots(sheets, wanted=min(len(sheets), size.photos), seed=SEED)
    # A copy is one only if the original came first.
    first = [shot for shot in shots if shot.kind is not Kind.DUPLICATE]
    copies = [shot for shot in shots if shot.kind is Kind.DUPLICATE]
    delivery = Delivery(printed, _code_key(house), folder, workers=max(2, os.cpu_count() or 2))
    phone = Phone(house.gateway_url, patience_s=size.patience_s)
    try:
        sent = delivery.send(first, phone, lambda _, done, __: bars("send", done, len(shots)))
        states = follow(house.desk, sent, bars, within_s=size.patience_s)
        sent += delivery.send(
            copies, phone, lambda _, done, __: bars("send", len(first) + done, len(shots))
        )
        states |= follow(house.desk, sent, bars, within_s=size.patience_s)
    finally:
        delivery.close()
    return sent, states


def _choose_tour(house: House, folder: Path, notes: Notes, outcome: Outcome) -> None:
    shots = [one.shot for one in outcome.sent]
    used = {sheet for shot in shots for sheet in (shot.ticket, shot.shown) if sheet is not None}
    tour = choose_tour(outcome.printed, used)
    note_tour(notes, tour)
    known = {sheet.sheet: sheet for one in outcome.printed for sheet in one.sheets}
    codes = [code_of(known[sheet], _code_key(house)) for sheet in tour.examples]
    (folder / "try.json").write_text(json.dumps(codes))


def _code_key(house: House) -> CodeKey:
    keys = load_code_keys(Path(house.environment["HECHA_SHEET_CODE_KEYS_FILE"]))
    return next(one.key for one in keys if one.key.campaign == DEFAULT_CAMPAIGN)


def _counted(house: House, staff: Staff, outcome: Outcome, size: Size) -> list[Expectation]:
    """Counts follow the states within moments, and within retries where nobody answered."""
    deadline = time.monotonic() + max(COUNTED_S, size.patience_s)
    while True:
        held = expectations(house.desk, staff, outcome)
        if all(one.held for one in held) or time.monotonic() > deadline:
            return held
        time.sleep(0.2)


def _store(environment: dict[str, str]) -> ObjectStore:
    return ObjectStore(
        StoreAccess(
            environment["HECHA_S3_ENDPOINT"],
            environment["HECHA_STORAGE_S3_ACCESS_KEY"],
            environment["HECHA_STORAGE_S3_SECRET_KEY"],
            environment.get("HECHA_S3_SECURE", "false") == "true",
            environment.get("HECHA_BUCKET_PREFIX", "hecha"),
        )
    )
