"""What progress does with each fact it hears of paper, and what it answers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from services.progress import counting, recounting, store
from services.progress.domain import (
    EMPTY,
    Change,
    Difference,
    Printed,
    Tally,
    UnitTally,
    minus,
    moved,
    roll_up,
)
from services.progress.entries import ages_of
from services.progress.saving import count, home_of, save
from services.progress.store import Place, Scope
from shared.contracts.events import (
    ActDone,
    PhotoUnreadable,
    ScopeCounted,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
)
from shared.contracts.progress_commands import (
    Counts,
    UnitCounts,
)
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.units import province_of_campaign
from shared.kernel.working_days import beijing_day, working_days
from shared.plumbing.database import Database
from shared.plumbing.hears import Heard


def register_unit(heard: Heard[UnitRegistered]) -> None:
    """Keep where a unit lies; what it counted already moves under its new units above."""
    fact = heard.fact
    with heard.transaction() as tx:
        before = store.lock_unit(tx, fact.unit)
        if fact.sequence <= before.sequence:
            return
        after = Place(fact.path, fact.sequence)
        store.save_unit(tx, fact.unit, after, level=fact.level, parent=fact.parent)
        last = counting.moved_on(tx, fact.unit)
        for (campaign, _), own in recounting.own_counts(tx, fact.unit).items():
            gains = moved(own, before.path, after.path)
            counting.add_to_counters(tx, campaign, gains, last.get(campaign))


def count_scope(heard: Heard[ScopeCounted]) -> None:
    """Keep how many pupils of a class are in scope; an older count is ignored."""
    fact = heard.fact
    told = Counts(in_scope=fact.in_scope, out_of_scope=sum(fact.out_of_scope.values()))
    with heard.transaction() as tx:
        before = store.lock_scope(tx, fact.campaign, fact.unit)
        if fact.sequence <= before.sequence:
            return
        store.save_scope(tx, fact.campaign, fact.unit, Scope(told, fact.sequence))
        gained = Tally(minus(told, before.counts))
        count(tx, fact.campaign, [Change(fact.unit, gained)], on=None)


def issue_sheets(heard: Heard[SheetIssued]) -> None:
    """Flag sheets as issued, for the class the newest print was made for."""
    fact = heard.fact
    with heard.transaction() as tx:
        wanted = {issued.sheet for issued in fact.sheets}
        before = store.lock_sheets(tx, fact.campaign, wanted, home_of(heard.province))
        after = dict(before)
        for issued in fact.sheets:
            printed = Printed(issued.serial, issued.student, issued.number_in_class)
            after[issued.sheet] = after[issued.sheet].issued_for(fact.unit, printed)
        save(tx, fact.campaign, before, after, on=beijing_day(heard.at))


def mark_photographed(heard: Heard[SheetPhotographed]) -> None:
    """Flag a sheet as photographed, or as not so any more."""
    fact = heard.fact
    with heard.transaction() as tx:
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], home_of(heard.province))
        told = before[fact.sheet].told_photographed(
            fact.sequence, is_photographed=fact.is_photographed
        )
        on = beijing_day(heard.at) if fact.is_photographed else None
        save(tx, fact.campaign, before, {fact.sheet: told}, on=on)


def mark_returned(heard: Heard[SheetReturned]) -> None:
    """Flag a sheet as returned or not, and as declined when that is how it came back."""
    fact = heard.fact
    with heard.transaction() as tx:
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], home_of(heard.province))
        flags = before[fact.sheet]
        told = flags.told_returned(fact.sequence, fact.how, is_returned=fact.is_returned)
        on = beijing_day(heard.at) if fact.is_returned else None
        save(tx, fact.campaign, before, {fact.sheet: told}, on=on)


def mark_unreadable(heard: Heard[PhotoUnreadable]) -> None:
    """Count a page nothing could be read on: with its sheet, else in the province."""
    fact = heard.fact
    home = home_of(heard.province)
    with heard.transaction() as tx:
        unit = home if fact.sheet is None else None
        by = store.weigh_unreadable(tx, fact, unit)
        if not by:
            return
        if fact.sheet is None:
            change = Change(home, Tally(Counts(unreadable=by)))
            count(tx, fact.campaign, [change], on=None)
            return
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], home)
        flags = before[fact.sheet]
        after = {fact.sheet: replace(flags, unreadable_pages=flags.unreadable_pages + by)}
        save(tx, fact.campaign, before, after, on=beijing_day(heard.at))


def told(one: UnitTally, today: date) -> UnitCounts:
    """A unit's counts as they are told on a day: entries in decision by their age."""
    ages = ages_of(one.tally.waiting, today, working_days())
    return UnitCounts(one.unit, one.level, one.tally.counts, ages)


def recount(database: Database) -> tuple[Difference, ...]:
    """Every counter that does not agree with the flags: none, when all is well.

    Counts from the flags and the tree alone. Facts that arrive meanwhile could look like
    a difference on PostgreSQL, so it is read in one snapshot there.
    """
    with database.transaction() as tx:
        if database.engine.dialect.name == "postgresql":
            recounting.freeze(tx)
        own, counted = recounting.own_counts(tx), recounting.all_counters(tx)
        paths = recounting.all_paths(tx)
    expected: dict[CampaignId, list[Change]] = {}
    for (campaign, unit), flags in own.items():
        expected.setdefault(campaign, []).append(Change(unit, flags))
    recounted = {
        (campaign, unit): total
        for campaign, changes in expected.items()
        for unit, total in roll_up(changes, paths).items()
    }
    return tuple(
        Difference(campaign, unit, mine, proof)
        for campaign, unit in sorted(counted.keys() | recounted.keys())
        if (mine := counted.get((campaign, unit), EMPTY))
        != (proof := recounted.get((campaign, unit), EMPTY))
    )


def mend(database: Database, differences: Iterable[Difference], *, by: str | None = None) -> None:
    """Add to each counter what it lacks; what is counted meanwhile stays counted.

    `by` is who sits at the machine, for the audit log.
    """
    lacking: dict[CampaignId, dict[UnitCode, Tally]] = {}
    for one in differences:
        lacking.setdefault(one.campaign, {})[one.unit] = one.recounted - one.counted
    with database.transaction() as tx:
        for campaign, gains in lacking.items():
            counting.add_to_counters(tx, campaign, gains)
            if by is not None:
                act = ActDone("mend_counts", campaign, by, "done")
                tx.say(act, province=province_of_campaign(campaign))
