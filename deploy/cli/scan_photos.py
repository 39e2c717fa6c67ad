"""`hecha scan photos | photo | place-photo | drop-photo | undo-photo`: photos that people place."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.cli.actor import actors, token
from deploy.cli.rooms import database_of
from deploy.cli.scan_batches import AsJson, Campaign
from deploy.cli.scan_pages import candidate_table, reason_of, share_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from services.scan.open_photos import usecases
from shared.contracts.photo_commands import (
    AssignPhoto,
    Discarded,
    DiscardPhoto,
    ListOpenPhotos,
    OpenPhoto,
    ShowOpenPhoto,
    UndoPhoto,
)
from shared.kernel.clock import BEIJING
from shared.kernel.ids import CampaignId, ObjectId, SheetId, UnitCode
from shared.kernel.sheet_code import Side

Photo = Annotated[str, typer.Argument(metavar="PHOTO", help="id of the photo, 32 characters")]


def register(app: typer.Typer) -> None:
    """Add the commands of waiting photos to `hecha scan`."""
    for name, command in _COMMANDS.items():
        app.command(name)(explained(command))


def photos(
    unit: Annotated[str, typer.Argument(help="code of the school or class")],
    campaign: Campaign = "44-2026a",
    as_json: AsJson = False,
) -> None:
    """List the photos that neither a code nor two signals name, with whose each may be."""
    with database_of("scan") as database:
        own = token()
        request = ListOpenPhotos(own, CampaignId(campaign), UnitCode(unit))
        found = usecases.list_open_photos(database, actors().of(own), request).photos
    if as_json:
        print(json.dumps([_plain(one) for one in found], ensure_ascii=False))
        return
    if not found:
        tell("没有需要人工指定的照片。", "No photo waits for somebody to place it.")
        return
    columns = ("照片 photo", "班级 class", "班内学号 no.", "原因 reason", "最可能 likeliest")
    table = Table(*columns, "时间 at")
    for one in found:
        number = "" if one.number_in_class is None else str(one.number_in_class)
        reason = reason_of(one.reason, is_looked_at=one.is_looked_at)
        at = f"{one.read_at.astimezone(BEIJING):%m-%d %H:%M}"
        table.add_row(one.object, one.unit, number, reason, _likeliest(one), at)
    Console().print(table)
    tell(
        "查看候选：hecha scan photo 照片；看图：hecha scan view 照片 --out 文件",
        "hecha scan photo PHOTO says whose it may be; hecha scan view PHOTO shows it",
    )


def photo(photo: Photo, as_json: AsJson = False) -> None:
    """Show whose a photo may be, the likeliest first; nobody is matched by it."""
    with database_of("scan") as database:
        own = token()
        request = ShowOpenPhoto(own, ObjectId(photo))
        found = usecases.show_open_photo(database, actors().of(own), request)
    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False))
        return
    if not found.candidates:
        tell(
            "没有候选：号码无法辨认。请看图后按表号查找，或请家长重拍。",
            "No candidate: no digit could be read. Look at it and type its number, or have it "
            "taken again.",
        )
        return
    Console().print(candidate_table(found.candidates))


def place_photo(
    photo: Photo,
    sheet: Annotated[str, typer.Argument(help="id of the sheet")],
    back: Annotated[bool, typer.Option("--back", help="it is the back")] = False,
) -> None:
    """Say whose page a photo is: it counts, and its guardian is told so."""
    with database_of("scan") as database:
        own, side = token(), Side.BACK if back else Side.FRONT
        request = AssignPhoto(own, ObjectId(photo), SheetId(sheet), side)
        found = usecases.assign_photo(database, actors().of(own), request)
    if found.state == "matched":
        tell("已指定，已计入。", "placed: it counts")
    else:
        tell(
            "已指定；此前已有照片或扫描件，仍以原来的为准。",
            "placed; a photo or scan of this side came before, and still counts",
        )


def drop_photo(
    photo: Photo,
    reason: Annotated[Discarded, typer.Option(help="why; its guardian is asked for another")],
) -> None:
    """Throw a photo away: its guardian is asked for another one."""
    with database_of("scan") as database:
        own = token()
        request = DiscardPhoto(own, ObjectId(photo), reason)
        usecases.discard_photo(database, actors().of(own), request)
    tell("已作废，家长会看到“请重拍”。", "thrown away; its guardian is asked for another one")


def undo_photo(photo: Photo) -> None:
    """Take back what somebody did to a photo: it waits again."""
    with database_of("scan") as database:
        own = token()
        usecases.undo_photo(database, actors().of(own), UndoPhoto(own, ObjectId(photo)))
    tell("已撤销，照片重新等待人工指定。", "taken back: the photo waits again")


_COMMANDS: dict[str, Callable[..., None]] = {
    "photos": photos,
    "photo": photo,
    "place-photo": place_photo,
    "drop-photo": drop_photo,
    "undo-photo": undo_photo,
}


def _likeliest(one: OpenPhoto) -> str:
    if not one.candidates:
        return "-"
    best = one.candidates[0]
    return f"{best.unit} {best.number_in_class or '?'} ({share_of(best)})"


def _plain(one: OpenPhoto) -> dict[str, object]:
    return asdict(one) | {"read_at": one.read_at.isoformat()}
