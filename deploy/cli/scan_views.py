"""`hecha scan view | cells`: what people look at when a machine could not decide alone."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import typer

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import REFUSED, explained
from deploy.cli.verdicts import said
from services.scan import batches
from services.scan.batch_report import report
from services.scan.cells.looking import view_of
from services.scan.cells.providers import vault_of as cell_vault_of
from services.scan.cells.store import flat_page, layout_of, texts_of
from services.scan.cells.vault import SealedTextError
from services.scan.cells.verdicts import polygons_of, verdict_of
from services.scan.flat.view import cut_out
from services.scan.holding import Desk, aim_of
from services.scan.piles import aim_of_photo, note_look
from services.scan.settings import ScanSettings
from services.scan.store import page_of
from services.storage.granting import grant
from services.storage.providers import vault_of
from services.storage.settings import StorageSettings
from shared.contracts.scan_commands import PageVerdict
from shared.contracts.storage_commands import Grant, GrantRequest, Purpose
from shared.kernel.ids import ObjectId, SheetId
from shared.layout.canonical import from_canonical
from shared.layout.model import Layout
from shared.plumbing.grants import GrantClient
from shared.plumbing.identity import load_identity
from shared.plumbing.settings import SettingsError

Page = Annotated[str, typer.Argument(help="id of a photo, or BATCH/NUMBER of a scanned page")]
_RED = (46, 16, 200)


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """Read from `HECHA_<NAME>`: a look is signed by the operator, not by a service."""

    operator_identity_file: Path = field(metadata={"help": "the operator's signing key"})


def register(app: typer.Typer) -> None:
    """Add the commands of looking to `hecha scan`."""
    commands: dict[str, Callable[..., None]] = {"view": view, "cells": cells}
    for name, command in commands.items():
        app.command(name)(explained(command))


def view(
    page: Page,
    out: Annotated[Path, typer.Option(help="JPEG file to write")],
    cell: Annotated[str, typer.Option(help="only this cell, by its field")] = "",
) -> None:
    """Write the page laid flat, with what is wrong outlined; every look is on record."""
    object_ = _object_of(page)
    row, layout = _seen(object_)
    if row is None:
        tell("这一页还没有视图，请稍候。", "this page has no view yet: try again in a moment")
        raise typer.Exit(REFUSED)
    _record(page, "look_at_page", (cell,) if cell else ())
    picture = _opened(view_of(object_, SheetId(row.sheet) if row.sheet else None))
    if cell:
        picture = _cell_of(picture, row, layout, cell)
    elif row.places_in_view != "[]":
        picture = _outlined(picture, row.places_in_view)
    out.write_bytes(picture)
    verdict = verdict_of(row) if row.sheet else PageVerdict.PENDING
    shown = f" ({said(verdict)})" if verdict is not PageVerdict.PENDING and not cell else ""
    tell(f"已写入 {out}{shown}", f"wrote {out}{shown}")


def cells(page: Page) -> None:
    """Print what is seen in the cells of a page, and what they seem to say, as JSON."""
    object_ = _object_of(page)
    row, _ = _seen(object_)
    if row is None:
        print("null")
        return
    vault = cell_vault_of(settings_of(ScanSettings))
    with database_of("scan") as database, database.transaction() as tx:
        try:
            texts = texts_of(tx, object_, 0, vault)
        except SealedTextError:
            raise SettingsError("HECHA_SCAN_COLUMN_KEY is not the key these rest under") from None
    _record(page, "read_cells", tuple(texts))
    found: dict[str, Any] = {name: dict(one) for name, one in json.loads(row.cells).items()}
    for name, text in texts.items():
        found[name] |= asdict(text)
    seen = {
        "object": object_,
        "legible": row.legible,
        "trouble": row.trouble,
        "registration": json.loads(row.quality),
        "signature": row.signature,
        "date": row.date,
        "cells": found,
    }
    print(json.dumps(seen, ensure_ascii=False))


def _object_of(page: str) -> ObjectId:
    batch, separator, number = page.partition("/")
    if not separator:
        return ObjectId(page)
    if not number.isdecimal():
        raise typer.BadParameter("BATCH/NUMBER, such as 3fa1/12", param_hint="PAGE")
    with database_of("scan") as database:
        return batches.page_object(report(database, batch).batch, int(number))


def _seen(object_: ObjectId) -> tuple[Any, Layout | None]:
    with database_of("scan") as database, database.transaction() as tx:
        row = flat_page(tx, object_, 0)
        known = page_of(tx, object_)
        canonical = None
        if row is not None and row.sheet and known is not None:
            canonical = layout_of(tx, SheetId(row.sheet), known.serial)
    return row, from_canonical(canonical) if canonical else None


def _opened(object_: ObjectId) -> bytes:
    signer = load_identity(settings_of(OperatorSettings).operator_identity_file)
    vault = vault_of(settings_of(StorageSettings))
    with database_of("storage") as database:

        def ask(request: GrantRequest) -> Grant:
            return grant(database, vault, request)

        return GrantClient(ask, signer).open(object_, Purpose.LOOK).data


def _record(page: str, act: str, fields: tuple[str, ...]) -> None:
    """Put the look of whoever is signed in on record.

    Raises:
        NotAllowedError: the page is not of their school or class.
    """
    batch, separator, number = page.partition("/")
    with database_of("scan") as database:
        whole = report(database, batch).batch if separator else ""
        with database.transaction() as tx:
            aim = aim_of(tx, whole, int(number)) if separator else aim_of_photo(tx, ObjectId(page))
        note_look(Desk(database, actors()), token(), aim, act, fields)


def _cell_of(picture: bytes, row: Any, layout: Layout | None, name: str) -> bytes:
    known = {one.field: one for one in layout.cells} if layout is not None else {}
    if not row.flat_view or name not in known:
        tell(
            "这一页没有铺平，或者没有这一栏；请看整页。",
            "this page is not flat, or has no such cell: look at the whole page",
        )
        raise typer.Exit(REFUSED)
    assert layout is not None
    return cut_out(picture, layout, known[name].change_rect)


def _outlined(picture: bytes, places: str) -> bytes:
    shown = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None  # it was sealed by us
    height, width = shown.shape[:2]
    for place in polygons_of(places):
        corners = np.round(np.array(place) / 1000 * [width, height]).astype(np.int32)
        cv2.polylines(shown, [corners], True, _RED, max(2, width // 250))
    return cv2.imencode(".jpg", shown)[1].tobytes()
