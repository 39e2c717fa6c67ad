"""`hecha bus dead`: facts that a handler could not take, waiting for a decision.

They hold ids and codes only, so nothing is hidden. Look at the error, mend its cause, then
replay; drop only what nobody needs.
"""

import dataclasses
import json
from typing import Annotated, Any

import typer

from deploy.cli.bus_house import BusHouse
from deploy.cli.moments import parse_moment
from deploy.cli.sentences import tell
from deploy.cli.trouble import REFUSED, explained
from shared.kernel.clock import utc_now
from shared.kernel.ids import FactId
from shared.plumbing.dead import UNREADABLE, Choice, DeadLetter

dead = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

Queue = Annotated[str | None, typer.Option(help="only of this queue, such as scan.read.44")]
FactName = Annotated[str | None, typer.Option("--fact", help="only this fact; ? is unreadable")]
Id = Annotated[str | None, typer.Option("--id", help="only the fact with this id")]
Older = Annotated[str | None, typer.Option(help="only what died before: 2026-10-12, 90m, 36h")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object per line")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only say what would be done")]
All = Annotated[bool, typer.Option("--all", help="really every dead letter")]


@dead.command("list")
@explained
def list_(
    queue: Queue = None,
    fact: FactName = None,
    id_: Id = None,
    older: Older = None,
    as_json: Json = False,
) -> None:
    """List dead letters, oldest first; exit code 1 when there are any."""
    letters = _look(_choice(queue, fact, id_, older))
    for letter in letters:
        print(json.dumps(_plain(letter)) if as_json else _line(letter))
    if not letters:
        tell("没有死信。", "There are no dead letters.")
        return
    tell(
        f"共 {len(letters)} 条死信。排除原因后用 hecha bus dead replay 重新处理。",
        f"{len(letters)} dead letters. Mend the cause, then hecha bus dead replay.",
    )
    raise typer.Exit(REFUSED)


@dead.command()
@explained
def show(fact_id: Annotated[str, typer.Argument(help="id of the fact, from the list")]) -> None:
    """Show a dead letter whole, as JSON: it holds ids and codes only."""
    letters = _look(Choice(id=FactId(fact_id)))
    for letter in letters:
        body = letter.body.decode("utf-8", "replace")
        print(json.dumps({**_plain(letter), "body": _json_or_text(body)}, indent=2))
    if not letters:
        tell(f"没有编号为 {fact_id} 的死信。", f"No dead letter has the id {fact_id}.")
        raise typer.Exit(REFUSED)


@dead.command()
@explained
def replay(
    queue: Queue = None,
    fact: FactName = None,
    id_: Id = None,
    older: Older = None,
    everything: All = False,
    dry_run: DryRun = False,
) -> None:
    """Bring dead letters back into their queue, as if said for the first time."""
    choice = _choice(queue, fact, id_, older)
    _refuse_everything(choice, everything=everything)
    with BusHouse().dead_letters() as letters:
        found = letters.look(choice) if dry_run else letters.replay(choice)
    _print_ids(found)
    if dry_run:
        tell(f"将重新处理 {len(found)} 条。", f"{len(found)} would be replayed.")
    else:
        tell(f"已重新处理 {len(found)} 条。", f"{len(found)} replayed.")


@dead.command()
@explained
def drop(  # noqa: PLR0913, PLR0917  # the options of a command
    reason: Annotated[str, typer.Option(help="why nobody needs them; it is written to the log")],
    queue: Queue = None,
    fact: FactName = None,
    id_: Id = None,
    older: Older = None,
    everything: All = False,
    dry_run: DryRun = False,
) -> None:
    """Remove dead letters for good."""
    if not reason.strip():
        raise typer.BadParameter("say why nobody needs them", param_hint="--reason")
    choice = _choice(queue, fact, id_, older)
    _refuse_everything(choice, everything=everything)
    with BusHouse().dead_letters() as letters:
        found = letters.look(choice) if dry_run else letters.drop(choice, reason=reason.strip())
    _print_ids(found)
    if dry_run:
        tell(f"将删除 {len(found)} 条。", f"{len(found)} would be dropped.")
    else:
        tell(
            f"已删除 {len(found)} 条，原因已记入日志。", f"{len(found)} dropped; the log says why."
        )


def _choice(queue: str | None, fact: str | None, id_: str | None, older: str | None) -> Choice:
    before = parse_moment(older, now=utc_now()) if older else None
    return Choice(queue, fact, FactId(id_) if id_ else None, before)


def _refuse_everything(choice: Choice, *, everything: bool) -> None:
    if choice == Choice() and not everything:
        raise typer.BadParameter("choose by --queue, --fact, --id or --older, or say --all")


def _look(choice: Choice) -> list[DeadLetter]:
    with BusHouse().dead_letters() as letters:
        return letters.look(choice)


def _print_ids(letters: list[DeadLetter]) -> None:
    for letter in letters:
        print(f"{letter.queue}\t{letter.id or UNREADABLE}")


def _line(letter: DeadLetter) -> str:
    died = letter.died_at.astimezone().isoformat(timespec="seconds") if letter.died_at else "-"
    return "\t".join(
        (
            died,
            letter.queue,
            letter.fact,
            letter.id or UNREADABLE,
            letter.error,
            f"x{letter.attempts}",
        )
    )


def _plain(letter: DeadLetter) -> dict[str, Any]:
    values = dataclasses.asdict(letter)
    del values["body"]
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
    }


def _json_or_text(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
