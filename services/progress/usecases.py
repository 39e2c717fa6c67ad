"""What progress does with each fact it hears, and what it answers."""

from collections.abc import Iterable
from dataclasses import replace

from services.progress import counting, store
from services.progress.domain import (
    NOTHING,
    Change,
    Difference,
    SheetFlags,
    changes_between,
    minus,
    moved,
    roll_up,
)
from services.progress.store import Place, Scope
from shared.contracts.events import (
    How,
    PhotoUnreadable,
    ScopeCounted,
    SheetIssued,
    SheetPhotographed,
    SheetReturned,
    UnitRegistered,
)
from shared.contracts.progress_commands import (
    Children,
    ChildrenRequest,
    Counts,
    CountsRequest,
    UnitCounts,
)
from shared.kernel.errors import UnknownUnitError
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId, UnitCode
from shared.plumbing.database import Database, Tx
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
        for (campaign, _), own in counting.own_counts(tx, fact.unit).items():
            gains = moved(own, before.path, after.path)
            counting.add_to_counters(tx, campaign, gains)


def count_scope(heard: Heard[ScopeCounted]) -> None:
    """Keep how many pupils of a class are in scope; an older count is ignored."""
    fact = heard.fact
    told = Counts(in_scope=fact.in_scope, out_of_scope=sum(fact.out_of_scope.values()))
    with heard.transaction() as tx:
        before = store.lock_scope(tx, fact.campaign, fact.unit)
        if fact.sequence <= before.sequence:
            return
        store.save_scope(tx, fact.campaign, fact.unit, Scope(told, fact.sequence))
        paths = store.paths_of(tx, [fact.unit])
        _count(tx, fact.campaign, [Change(fact.unit, minus(told, before.counts))], paths)


def issue_sheets(heard: Heard[SheetIssued]) -> None:
    """Flag sheets as issued, for the class the newest print was made for."""
    fact = heard.fact
    serials: dict[SheetId, int] = {}
    for issued in fact.sheets:
        serials[issued.sheet] = max(issued.serial, serials.get(issued.sheet, 0))
    with heard.transaction() as tx:
        before = store.lock_sheets(tx, fact.campaign, serials, _home(heard.province))
        after = {
            sheet: flags.issued_for(fact.unit, serials[sheet]) for sheet, flags in before.items()
        }
        _save(tx, fact.campaign, before, after)


def mark_photographed(heard: Heard[SheetPhotographed]) -> None:
    """Flag a sheet as photographed."""
    fact = heard.fact
    with heard.transaction() as tx:
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], _home(heard.province))
        after = {fact.sheet: replace(before[fact.sheet], photographed=True)}
        _save(tx, fact.campaign, before, after)


def mark_returned(heard: Heard[SheetReturned]) -> None:
    """Flag a sheet as returned, and as declined when that is how it came back."""
    fact = heard.fact
    with heard.transaction() as tx:
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], _home(heard.province))
        flags = before[fact.sheet]
        declined = flags.declined or fact.how is How.DECLINED
        after = {fact.sheet: replace(flags, returned=True, declined=declined)}
        _save(tx, fact.campaign, before, after)


def mark_unreadable(heard: Heard[PhotoUnreadable]) -> None:
    """Count a page nothing could be read on: with its sheet, else in the province."""
    fact = heard.fact
    home = _home(heard.province)
    with heard.transaction() as tx:
        unit = home if fact.sheet is None else None
        if not store.add_unreadable(tx, fact.campaign, fact.object, fact.page, unit):
            return
        if fact.sheet is None:
            change = Change(home, Counts(unreadable=1))
            _count(tx, fact.campaign, [change], store.paths_of(tx, [home]))
            return
        before = store.lock_sheets(tx, fact.campaign, [fact.sheet], home)
        flags = before[fact.sheet]
        after = {fact.sheet: replace(flags, unreadable_pages=flags.unreadable_pages + 1)}
        _save(tx, fact.campaign, before, after)


def counts(database: Database, request: CountsRequest) -> UnitCounts:
    """The counts of one unit.

    Raises:
        UnknownUnitError: roster has not told of this unit.
    """
    with database.transaction() as tx:
        level = store.level_of(tx, request.unit)
        if level is None:
            raise UnknownUnitError(request.unit)
        return UnitCounts(
            request.unit, level, counting.counts_of(tx, request.campaign, request.unit)
        )


def children(database: Database, request: ChildrenRequest) -> Children:
    """The counts of every unit directly below one.

    Raises:
        UnknownUnitError: roster has not told of this unit.
    """
    with database.transaction() as tx:
        if store.level_of(tx, request.unit) is None:
            raise UnknownUnitError(request.unit)
        return Children(counting.children_of(tx, request.campaign, request.unit))


def recount(database: Database) -> tuple[Difference, ...]:
    """Every counter that does not agree with the flags: none, when all is well.

    Counts from the flags and the tree alone. Facts that arrive meanwhile could look like
    a difference on PostgreSQL, so it is read in one snapshot there.
    """
    with database.transaction() as tx:
        if database.engine.dialect.name == "postgresql":
            counting.freeze(tx)
        own, counted = counting.own_counts(tx), counting.all_counters(tx)
        paths = counting.all_paths(tx)
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
        if (mine := counted.get((campaign, unit), NOTHING))
        != (proof := recounted.get((campaign, unit), NOTHING))
    )


def mend(database: Database, differences: Iterable[Difference]) -> None:
    """Add to each counter what it lacks; what is counted meanwhile stays counted."""
    lacking: dict[CampaignId, dict[UnitCode, Counts]] = {}
    for one in differences:
        lacking.setdefault(one.campaign, {})[one.unit] = minus(one.recounted, one.counted)
    with database.transaction() as tx:
        for campaign, gains in lacking.items():
            counting.add_to_counters(tx, campaign, gains)


def _home(province: ProvinceCode) -> UnitCode:
    return UnitCode(province)


def _save(
    tx: Tx,
    campaign: CampaignId,
    before: dict[SheetId, SheetFlags],
    after: dict[SheetId, SheetFlags],
) -> None:
    changed = {sheet: flags for sheet, flags in after.items() if flags != before[sheet]}
    if not changed:
        return
    store.save_sheets(tx, campaign, changed)
    changes = [
        change
        for sheet, flags in changed.items()
        for change in changes_between(before[sheet], flags)
    ]
    paths = store.paths_of(tx, {change.unit for change in changes})
    _count(tx, campaign, changes, paths)


def _count(
    tx: Tx,
    campaign: CampaignId,
    changes: Iterable[Change],
    paths: dict[UnitCode, str | None],
) -> None:
    counting.add_to_counters(tx, campaign, roll_up(changes, paths))
