"""`hecha audit`: verify the log, prove an event, see how it stands; auditors read and export it.

Whoever has the machine may verify and prove and sees ids and codes; who did what is told to an
auditor alone, who has signed in (`hecha sign-in`) and says `--auditor`.
"""

import getpass
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import actor
from deploy.cli.audit_sentences import advice_of, sentence_of
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.sentences import speaks_chinese, tell
from deploy.cli.signed_in import NO_TOKEN
from deploy.cli.trouble import REFUSED, explained
from services.audit import checkpoint_store, numbers, reading, store
from services.audit.checking import Checker
from services.audit.checkpoints import signed_note
from services.audit.domain import Finding
from services.audit.exporting import ExportAsked, Keys, export_for
from services.audit.looking import lookers_for
from services.audit.notes import (
    Checkpoint,
    NoteError,
    VerifierKey,
    is_signed,
    read_checkpoint,
    read_note,
)
from services.audit.providers import logs_of, own_witness_key, witness_key
from services.audit.settings import AuditSettings
from shared.contracts.actors import Actor
from shared.contracts.audit_commands import ProveEvent, SheetLedger, ShowEvents
from shared.contracts.events import ActDone
from shared.contracts.wire import to_plain
from shared.kernel.ids import ActorToken, ProvinceCode, SheetId, UnitCode
from shared.plumbing.database import Database
from shared.plumbing.settings import SettingsError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
MOST_TOLD = 100

Province = Annotated[str, typer.Option(help="default: the first of HECHA_PROVINCES")]
AsAuditor = Annotated[bool, typer.Option("--auditor", help="as the auditor who signed in here")]


@app.command()
@explained
def verify(
    province: Province = "",
    from_checkpoint: Annotated[
        str, typer.Option("--from-checkpoint", help="a checkpoint's file: verify what came later")
    ] = "",
) -> None:
    """Verify every event, the order, the hashes and the checkpoints; exit code 1 names what is wrong."""
    code, key = _log(province)
    start = _checkpoint(from_checkpoint, key) if from_checkpoint else None
    with database_of("audit") as database, lookers_for(database, code) as lookers:
        checker = Checker(database, code, key, lookers)
        wrong = _tell(checker.run(start))
    if wrong is None:
        tell(
            f"日志完好：核验 {checker.checked} 条事件，没有发现改动。",
            f"The log is whole: {checker.checked} events verified, nothing was changed.",
        )
        return
    tell(
        f"首个问题：{sentence_of(wrong, chinese=True)}。{advice_of(wrong, chinese=True)}",
        f"First: {sentence_of(wrong, chinese=False)}. {advice_of(wrong, chinese=False)}",
    )
    raise typer.Exit(REFUSED)


@app.command()
@explained
def prove(
    seq: Annotated[int, typer.Argument(help="place of the event, from 0")],
    province: Province = "",
    auditor: AsAuditor = False,
) -> None:
    """The proof that an event is in the log: its leaf, about 20 hashes and a checkpoint, as JSON.

    Without --auditor the leaf is told by its hash alone.
    """
    code, _ = _log(province)
    with database_of("audit") as database:
        if auditor:
            who, text = _auditor()
            proof = to_plain(reading.prove_event(database, who, ProveEvent(text, code, seq)))
        else:
            with database.transaction() as tx:
                tx.say(_operator("prove_event", f"{code}:{seq}"), province=code)
                proof = to_plain(reading.proof_of(tx, code, seq))
            del proof["body"]
    print(json.dumps(proof, ensure_ascii=False, indent=1))


@app.command()
@explained
def show(  # the options of a command
    unit: Annotated[str, typer.Argument(help="a unit; its own and everything below it")] = "",
    limit: Annotated[int, typer.Option(help="how many, the newest first")] = 50,
    sheet: Annotated[str, typer.Option(help="id of a sheet")] = "",
    act: Annotated[str, typer.Option(help="only this act")] = "",
    before: Annotated[int, typer.Option(help="only events before this place")] = -1,
    auditor: AsAuditor = False,
) -> None:
    """Events of a unit, one JSON line each; without --auditor, ids and outcomes alone."""
    wanted = UnitCode(unit or settings_of(AuditSettings).provinces[0])
    request = ShowEvents(
        NO_TOKEN,
        wanted,
        SheetId(sheet) if sheet else None,
        act or None,
        before=before if before >= 0 else None,
        limit=limit,
    )
    with database_of("audit") as database:
        if auditor:
            found = reading.show_events(database, _auditor()[0], request)
            rows = [to_plain(event) for event in found.events]
        else:
            rows = _ids_alone(database, wanted, request)
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))
    if not rows:
        tell("没有符合条件的事件。", "No event is like that.")


@app.command()
@explained
def state(province: Province = "") -> None:
    """How the log stands: size, root, newest checkpoint, last word of the witness, gaps; as JSON."""
    code, key = _log(province)
    with database_of("audit") as database, database.transaction() as tx:
        head = store.head_of(tx, code).compact
        last = checkpoint_store.last(tx, code)
        word = checkpoint_store.last_witnessed(tx, code)
        gaps = numbers.gaps_of(tx, code)
    told = {
        "province": code,
        "verifier_key": key.text(),
        "own_witness_key": _own_witness_key(),
        "size": head.size,
        "root": head.root().hex(),
        "checkpoint": None if last is None else {"size": last.size, "at": last.at.isoformat()},
        "witnessed": None if word is None else {"size": word.size, "at": word.at.isoformat()},
        "missing": [{**asdict(gap), "since": gap.since.isoformat()} for gap in gaps],
    }
    print(json.dumps(told, ensure_ascii=False, indent=1))


@app.command()
@explained
def checkpoint(province: Province = "") -> None:
    """The newest checkpoint, signed and countersigned: keep it somewhere else."""
    code, _ = _log(province)
    with database_of("audit") as database, database.transaction() as tx:
        last = checkpoint_store.last(tx, code)
        note = signed_note(tx, code, last) if last is not None else ""
    if not note:
        tell(
            "日志还没有检查点，请稍后再试。",
            "The log has no checkpoint yet: try again in a minute.",
        )
        raise typer.Exit(REFUSED)
    sys.stdout.write(note)


@app.command()
@explained
def export(  # the options of a command
    out: Annotated[Path, typer.Argument(help="the zip to write; python3 -I ZIP verifies it")],
    first: Annotated[int, typer.Option("--from", help="the first event")] = 0,
    to: Annotated[
        int, typer.Option("--to", help="the last event; default: to the newest checkpoint")
    ] = -1,
    unit: Annotated[str, typer.Option(help="only events at or below this unit")] = "",
    province: Province = "",
) -> None:
    """Events for somebody else, with a verifier beside them that needs Python alone.

    For an auditor who has signed in: an export tells who did what.
    """
    settings = settings_of(AuditSettings)
    code, key = _log(province)
    keys = Keys(key, witness_key(settings))
    asked = ExportAsked(code, UnitCode(unit or code), first, None if to < 0 else to + 1)
    with database_of("audit") as database:
        count = export_for(database, _auditor()[0], asked, keys, out)
    tell(
        f"已导出 {count} 条事件至 {out}；用 python3 -I {out} 核验。",
        f"{count} events are in {out}; python3 -I {out} verifies them.",
    )


@app.command()
@explained
def ledger(
    sheet: Annotated[str, typer.Argument(help="id of the sheet, from its code")],
    code: Annotated[str, typer.Option(help="the eight digits printed on the sheet")],
    serial: Annotated[int, typer.Option(help="the print serial")] = 1,
    province: Province = "",
) -> None:
    """What was done about a sheet, as its guardian sees it."""
    settings = settings_of(AuditSettings)
    where = ProvinceCode(province or settings.provinces[0])
    request = SheetLedger(where, SheetId(sheet), serial, code)
    with database_of("audit") as database:
        found = reading.sheet_ledger(database, bytes.fromhex(settings.ledger_key), request)
    for entry in found.entries:
        print(json.dumps(to_plain(entry), ensure_ascii=False))
    if not found.entries:
        tell("这张确认表还没有任何记录。", "Nothing has been done about this sheet yet.")


def _log(province: str) -> tuple[ProvinceCode, VerifierKey]:
    logs = logs_of(settings_of(AuditSettings))
    code = ProvinceCode(province or next(iter(logs)))
    if code not in logs:
        raise SettingsError(f"HECHA_PROVINCES does not name {code}")
    return code, logs[code].public


def _own_witness_key() -> str | None:
    """Of this house's own witness: the level below sets it in HECHA_AUDIT_WITNESS_KEY."""
    own = own_witness_key(settings_of(AuditSettings))
    return own.text() if own is not None else None


def _checkpoint(path: str, key: VerifierKey) -> Checkpoint:
    try:
        note = read_note(Path(path).read_text("utf-8"))
        found = read_checkpoint(note.text)
    except (NoteError, UnicodeDecodeError):
        tell(f"{path} 不是检查点。", f"{path} is no checkpoint.")
        raise typer.Exit(2) from None
    if found.origin != key.name or not is_signed(note, key):
        tell(f"{path} 不是本日志签发的检查点。", f"{path} is not signed by this log.")
        raise typer.Exit(REFUSED)
    return found


def _tell(findings: Iterator[Finding]) -> Finding | None:
    """Print what is wrong, one line each; gives the first by place."""
    first: Finding | None = None
    count = 0
    for finding in findings:
        count += 1
        if first is None or (finding.source is None, -finding.seq) > (
            first.source is None,
            -first.seq,
        ):
            first = finding
        if count <= MOST_TOLD:
            sentence = sentence_of(finding, chinese=speaks_chinese())
            print(json.dumps({**asdict(finding), "told": sentence}, ensure_ascii=False))
    if count > MOST_TOLD:
        tell(f"另有 {count - MOST_TOLD} 处未列出。", f"{count - MOST_TOLD} more are not listed.")
    return first


def _ids_alone(database: Database, unit: UnitCode, request: ShowEvents) -> list[dict[str, object]]:
    with database.transaction() as tx:
        path = reading.path_of(tx, unit)
        found = reading.shown(tx, path, request)
        tx.say(_operator("read_audit_ids", unit), province=ProvinceCode(path[:2]))
    return [
        {
            "seq": one.seq,
            "at": one.at.isoformat(),
            "act": one.act,
            "object": one.object,
            "outcome": one.outcome,
            "unit": one.unit,
        }
        for one in found.events
    ]


def _operator(act: str, object_: str) -> ActDone:
    return ActDone(act, object_, f"operator:{getpass.getuser()}", "done")


def _auditor() -> tuple[Actor, ActorToken]:
    text = actor.token()
    return actor.actors().of(text), text
