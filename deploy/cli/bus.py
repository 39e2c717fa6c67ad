"""`hecha bus`: the topology, dead letters, and saying facts again.

Works on every bus: HECHA_AMQP_URL names it, HECHA_PROVINCES the provinces; the embedded bus
and `say-again` need the addresses of the databases as well.
"""

import json
from typing import Annotated

import typer

from deploy import services
from deploy.cli.bus_dead import dead
from deploy.cli.bus_house import BusHouse
from deploy.cli.moments import parse_moment
from deploy.cli.sentences import tell
from deploy.cli.trouble import REFUSED, explained
from shared.kernel.clock import utc_now
from shared.plumbing import declare as declaring
from shared.plumbing.retention import say_again as say_facts_again

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.add_typer(dead, name="dead")


@app.command()
@explained
def declare() -> None:
    """Declare every exchange and queue at the broker; run before any service starts."""
    house = BusHouse()
    if house.is_embedded:
        tell("内置总线自行建立队列。", "The embedded bus declares itself.")
        return
    declaring.declare(house.url, house.plans, speakers=house.speakers)
    tell(
        f"已声明 {len(house.plans)} 个队列及其死信、延迟队列。",
        f"{len(house.plans)} queues are declared, with their dead letters and delays.",
    )


@app.command()
@explained
def topology(
    check: Annotated[bool, typer.Option(help="name what the broker lacks")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object per line")] = False,
) -> None:
    """List every queue with what is bound to it; with --check, what the broker lacks."""
    house = BusHouse()
    if check and not house.is_embedded:
        _check(house)
        return
    for plan in house.plans:
        row = {"queue": plan.name, "exchanges": plan.exchanges, "binding": plan.routing_key}
        line = f"{plan.name}\t{','.join(plan.exchanges)}\t{plan.routing_key}"
        print(json.dumps(row) if as_json else line)


@app.command("say-again")
@explained
def say_again(
    service: Annotated[str, typer.Option(help="whose facts")],
    since: Annotated[str, typer.Option(help="said since: 2026-10-12T08:00, or 90m, 36h, 14d")],
    fact: Annotated[str | None, typer.Option(help="only this fact")] = None,
) -> None:
    """Say facts again, after a broker lost its data; whoever heard them already knows."""
    if service not in services.WITH_DATABASE:
        names = ", ".join(services.WITH_DATABASE)
        raise typer.BadParameter(f"{service} keeps no facts; these do: {names}")
    moment = parse_moment(since, now=utc_now())
    with BusHouse().database(service) as database:
        count = say_facts_again(database, since=moment, fact=fact)
    tell(
        f"{service} 将重新发出 {count} 条消息。",
        f"{service} says {count} facts again, as soon as it runs.",
    )


def _check(house: BusHouse) -> None:
    missing = declaring.missing(house.url, house.plans, speakers=house.speakers)
    for name in missing:
        print(name)
    if missing:
        tell(
            f"总线上缺少以上 {len(missing)} 项。请运行 hecha bus declare。",
            f"The broker lacks these {len(missing)}. Run hecha bus declare.",
        )
        raise typer.Exit(REFUSED)
    tell("总线上的队列齐全。", "The broker has everything.")
