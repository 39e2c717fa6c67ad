"""What review keeps of what the others said: one function for each fact it hears."""

import json

from services.review import store
from services.review.reconciling.standing import tell_standing
from shared.contracts.audit_events import CheckpointWitnessed
from shared.contracts.events import (
    CampaignOpened,
    CellsRead,
    How,
    RecordChanged,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
    WindowClosed,
    WindowOpened,
)
from shared.kernel.windows import Action
from shared.plumbing.hears import Heard


def keep_unit(heard: Heard[UnitRegistered]) -> None:
    """A unit exists or was moved, or another authority manages it."""
    fact = heard.fact
    values = {"level": fact.level.value, "path": fact.path, "managed_by": fact.managed_by}
    with heard.transaction() as tx:
        store.save_unit(tx, fact.unit, values, fact.sequence)


def keep_campaign(heard: Heard[CampaignOpened]) -> None:
    """A campaign exists, with what it asks of its schools; what is submitted from now on follows."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.save_campaign(tx, fact.campaign, fact.endorses_key_data, fact.sequence)


def keep_window(heard: Heard[WindowOpened]) -> None:
    """A unit's switch for entering was set; the one for printing is not review's."""
    fact = heard.fact
    values = {"opens_at": fact.opens_at, "closes_at": fact.closes_at, "ended_at": None}
    values["started_until"] = fact.started_until
    with heard.transaction() as tx:
        if fact.action is Action.ENTER_CHANGES:
            store.save_window(tx, fact.campaign, fact.unit, values, fact.sequence)


def end_window(heard: Heard[WindowClosed]) -> None:
    """A unit's own setting was taken away."""
    fact = heard.fact
    values = {"opens_at": None, "closes_at": None, "ended_at": heard.at}
    values["started_until"] = fact.started_until
    with heard.transaction() as tx:
        if fact.action is Action.ENTER_CHANGES:
            store.save_window(tx, fact.campaign, fact.unit, values, fact.sequence)


def keep_sheets(heard: Heard[SheetIssued]) -> None:
    """Sheets of a class were printed; the newest print of each counts."""
    fact = heard.fact
    with heard.transaction() as tx:
        # In one order, so that two prints never wait for each other in a circle.
        for issued in sorted(fact.sheets, key=lambda one: one.sheet):
            known = store.known_sheet(tx, issued.sheet, fact.campaign)
            if known.serial is not None and known.serial >= issued.serial:
                continue
            store.change_sheet(
                tx,
                issued.sheet,
                student=issued.student,
                unit=fact.unit,
                serial=issued.serial,
                record_version=issued.record_version,
                sides=len(issued.numbers),
                number_in_class=issued.number_in_class,
            )
            tell_standing(tx, issued.sheet)


def keep_cells(heard: Heard[CellsRead]) -> None:
    """What can be seen on a page that counts."""
    fact = heard.fact
    ticked = set(fact.ticked)
    seen = {name: ink.value for name, ink in fact.cells.items()}
    # A mark beside a field asks for a change as much as ink in its cell does.
    seen |= {name: "unsure" for name in ticked if seen.get(name) == "blank"}
    values = {
        "object": fact.object,
        "page": fact.page,
        "is_legible": fact.is_legible,
        "cells": json.dumps(seen),
        "signature": None if fact.signature is None else fact.signature.value,
    }
    with heard.transaction() as tx:
        store.known_sheet(tx, fact.sheet, fact.campaign)
        age = store.Age(fact.sequence, fact.serial, heard.at)
        if store.save_cells(tx, fact.sheet, fact.side.value, age, values):
            tell_standing(tx, fact.sheet)


def keep_return(heard: Heard[SheetReturned]) -> None:
    """A sheet is back at school or was declined; or what it was back by was taken back."""
    fact = heard.fact
    with heard.transaction() as tx:
        known = store.known_sheet(tx, fact.sheet, fact.campaign)
        if fact.sequence >= known.returned_sequence:
            # Of two words under one sequence, which older facts have, a refusal holds.
            same = known.is_declined and fact.sequence == known.returned_sequence
            is_declined = same or (fact.is_returned and fact.how is How.DECLINED)
            told = {"is_returned": fact.is_returned, "is_declined": is_declined}
            store.change_sheet(tx, fact.sheet, **told, returned_sequence=fact.sequence)
        tell_standing(tx, fact.sheet)


def keep_photo(heard: Heard[SheetPhotographed]) -> None:
    """A page of a sheet was matched, or taken back with what was seen in its cells."""
    fact = heard.fact
    with heard.transaction() as tx:
        known = store.known_sheet(tx, fact.sheet, fact.campaign)
        if fact.sequence >= known.photographed_sequence:
            told = {"is_photographed": fact.is_photographed}
            store.change_sheet(tx, fact.sheet, **told, photographed_sequence=fact.sequence)
        if fact.is_withdrawn:
            age = store.Age(fact.sequence, fact.serial, heard.at)
            unseen = {"is_legible": False, "cells": "{}", "signature": None}
            values = {"object": fact.object, "page": fact.page, **unseen}
            store.save_cells(tx, fact.sheet, fact.side.value, age, values)
        tell_standing(tx, fact.sheet)


def keep_word_of_witness(heard: Heard[CheckpointWitnessed]) -> None:
    """The audit log was countersigned: key data may be approved for another while."""
    with heard.transaction() as tx:
        store.save_witnessed(tx, heard.province, heard.fact.at)


def keep_record_change(heard: Heard[RecordChanged]) -> None:
    """A record got a new version: sheets printed before it are stale in these fields."""
    fact = heard.fact
    with heard.transaction() as tx:
        store.save_record_change(tx, fact.student, fact.version, fact.fields)
