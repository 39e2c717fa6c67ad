"""What people do with photos that nothing names: see whose they may be, settle them, undo it."""

import json
from typing import Any

from sqlalchemy import Row

from services.scan import store
from services.scan.cells.looking import view_of
from services.scan.cells.store import flat_page
from services.scan.domain import Decision, Match, school_of
from services.scan.likeliest import Around, Likeliest
from services.scan.open_photos import store as photos
from services.scan.page_acts import BY_PERSON, match_of
from services.scan.papers import against_others, ask_for_look, paper_of, tell
from services.scan.places import place_of
from services.scan.taking_back import withdraw
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.photo_commands import (
    AssignPhoto,
    DiscardPhoto,
    ListOpenPhotos,
    OpenPhoto,
    OpenPhotos,
    PhotoSettled,
    ShowOpenPhoto,
    UndoPhoto,
)
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import (
    NothingToUndoError,
    PageEnteredError,
    PagePlacedError,
    UnknownPageError,
)
from shared.kernel.ids import ObjectId, SheetId, UnitCode
from shared.kernel.sheet_code import Side
from shared.plumbing.acting import Deed, acting, looking
from shared.plumbing.database import Database, Tx

MOST = 8
# Taken for a class and without a digit that could be read: whoever is missing there.
MOST_OF_A_CLASS = 60
_ACTED_ON = ("state", "reason", "sheet", "serial", "side")
Command = ShowOpenPhoto | AssignPhoto | DiscardPhoto | UndoPhoto


def list_open_photos(database: Database, actor: Actor, request: ListOpenPhotos) -> OpenPhotos:
    """The photos of a school or class that only a person can place, oldest first.

    Raises:
        UnknownUnitError: nobody has told of the unit.
        NotAllowedError: pages there are not the actor's to fix.
    """
    deed = Deed("list_open_photos", request.campaign, request.unit)
    with looking(database, actor, deed) as tx:
        place = place_of(tx, request.unit)
        actor.require(act_of(request), place)
        waiting = photos.waiting_below(tx, request.campaign, place.path)
        most = 1 if request.with_likeliest else 0
        return OpenPhotos(tuple(_shown(tx, row, most=most) for row in waiting))


def show_open_photo(database: Database, actor: Actor, request: ShowOpenPhoto) -> OpenPhoto:
    """A photo with the sheets it may be, and where its view lies.

    Raises:
        UnknownPageError: there is none, or it was sent for no sheet and no class.
        NotAllowedError: it is not the actor's to fix.
    """
    deed = _deed(database, "show_open_photo", request.object)
    with acting(database, actor, deed) as tx:
        row = _row(tx, actor, request)
        return _shown(tx, row, most=MOST if row.ticket else MOST_OF_A_CLASS)


def assign_photo(database: Database, actor: Actor, request: AssignPhoto) -> PhotoSettled:
    """A person says whose page a photo is; it counts from now on, unless a better one does.

    Raises:
        UnknownPageError, NotAllowedError: no such photo, or not the actor's to fix.
        PagePlacedError: it waits for nobody.
        UnknownSheetError, NoSuchSideError: no such sheet or side was printed for this school.
    """
    deed = _deed(database, "assign_photo", request.object)
    with acting(database, actor, deed) as tx:
        row = _waiting(tx, actor, request)
        school = school_of(UnitCode(row.unit))
        match = match_of(tx, request, row.campaign, school)
        target = store.sheet_of(tx, match.sheet)
        assert target is not None
        actor.require(act_of(request), place_of(tx, UnitCode(target.unit)))
        matched = Decision(PageState.MATCHED, BY_PERSON, match)
        decision = against_others(tx, matched, row.digest or "", row.quality, None)
        values = {"sheet": match.sheet, "serial": match.serial, "side": match.side.value}
        _change(tx, row, values | {"state": decision.state.value, "reason": decision.reason})
        paper = paper_of(row)
        tell(tx, paper, decision, row.ticket)
        ask_for_look(tx, paper, decision)
        return PhotoSettled(request.object, decision.state.value, decision.reason)


def discard_photo(database: Database, actor: Actor, request: DiscardPhoto) -> PhotoSettled:
    """Throw a photo away: its guardian is asked for another one.

    Raises:
        UnknownPageError, NotAllowedError, PagePlacedError: as for `assign_photo`.
    """
    deed = _deed(database, "discard_photo", request.object)
    with acting(database, actor, deed) as tx:
        row = _waiting(tx, actor, request)
        state = PageState.DISCARDED.value
        _change(tx, row, {"state": state, "reason": request.reason.value})
        return PhotoSettled(request.object, state, request.reason.value)


def undo_photo(database: Database, actor: Actor, request: UndoPhoto) -> PhotoSettled:
    """Take back what a person did to a photo: it waits again.

    Raises:
        UnknownPageError, NotAllowedError: no such photo, or not the actor's to fix.
        NothingToUndoError: nobody did anything to it.
        PageEnteredError: something was entered from the sheet it was assigned to.
    """
    deed = _deed(database, "undo_photo", request.object)
    with acting(database, actor, deed) as tx:
        row = _row(tx, actor, request)
        if row.before is None:
            raise NothingToUndoError(request.object, row.page)
        before = json.loads(row.before)
        if row.state == PageState.MATCHED:
            store.lock_sheet(tx, SheetId(row.sheet))
            if store.entered_of(tx, [SheetId(row.sheet)]):
                raise PageEnteredError(request.object, row.page)
        photos.change(tx, row.object, before, before=None)
        if row.state == PageState.MATCHED:
            match = Match(SheetId(row.sheet), row.serial, Side(row.side))
            withdraw(tx, paper_of(row), match)
        return PhotoSettled(request.object, before["state"], before["reason"])


def _deed(database: Database, act: str, object_: ObjectId) -> Deed:
    """The act as the audit log hears of it: at the class the photo was sent for."""
    with database.transaction() as tx:
        row = photos.photo_of(tx, object_)
    return Deed(act, object_, UnitCode(row.unit) if row is not None else None)


def _row(tx: Tx, actor: Actor, request: Command) -> Row[Any]:
    """A photo that this actor may fix."""
    row = photos.photo_of(tx, request.object, lock=True)
    if row is None:
        raise UnknownPageError(request.object, 0)
    actor.require(act_of(request), place_of(tx, UnitCode(row.unit)))
    return row


def _waiting(tx: Tx, actor: Actor, request: Command) -> Row[Any]:
    row = _row(tx, actor, request)
    if row.state != PageState.UNMATCHED:
        raise PagePlacedError(request.object, row.state)
    return row


def _change(tx: Tx, row: Row[Any], values: dict[str, Any]) -> None:
    before = {name: getattr(row, name) for name in _ACTED_ON}
    photos.change(tx, row.object, values, before=before)


def _shown(tx: Tx, row: Row[Any], *, most: int) -> OpenPhoto:
    object_ = ObjectId(row.object)
    is_looked_at = flat_page(tx, object_, row.page) is not None
    return OpenPhoto(
        object_,
        UnitCode(row.unit),
        row.number_in_class,
        PageState(row.state),
        row.reason,
        row.before is not None,
        is_looked_at,
        row.read_at,
        view_of(object_, None) if is_looked_at else None,
        Likeliest(tx, _around(row)).candidates_of(row.object, row.page, most=most) if most else (),
    )


def _around(row: Row[Any]) -> Around:
    unit = UnitCode(row.unit)
    if row.ticket:
        return Around(row.campaign, school_of(unit), ticket=SheetId(row.ticket))
    return Around(row.campaign, school_of(unit), declared=frozenset({unit}), declared_by="class")
