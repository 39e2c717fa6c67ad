"""Examples, names and tables of everything on the bus; writes the golden files anew.

`python -m tests.contract.messages` rewrites tests/vectors/messages and the tables of
docs/spec/messages.md. A difference in the former is a change of a contract: a new optional
field is fine, anything else is a new version; a queue's name that changes is a migration.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Iterator
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from deploy.services import SERVICES, service_class
from shared.contracts import audit_events, change_events, events, progress_events, support_events
from shared.contracts.facts import Fact, all_facts
from shared.contracts.hearers import HEARERS
from shared.contracts.wire import seal_envelope
from shared.plumbing.database import routing_key
from shared.plumbing.topology import QueuePlan, plans_of
from tests.contract.examples import AT, EXAMPLES, FACT_ID, GUANGDONG

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests/vectors/messages"
QUEUES = VECTORS / "queues.json"
DOCUMENT = ROOT / "docs/spec/messages.md"
REMEDY = "if this is meant: python -m tests.contract.messages, and look at the difference"

# The rooms facts are written in, in the order of the walk.
ROOMS = (events, change_events, progress_events, audit_events, support_events)


def house_facts() -> tuple[type[Fact], ...]:
    """Every fact of the house, in the order of the walk; toys of other tests are left out."""
    written = [value for room in ROOMS for value in vars(room).values() if _is_fact(value)]
    place = {cls: number for number, cls in enumerate(written)}
    ours = [cls for cls in all_facts() if cls.__module__.startswith("shared.contracts")]
    return tuple(sorted(ours, key=lambda cls: place.get(cls, len(place))))


def example_of(cls: type[Fact]) -> Fact | None:
    """The example of a fact; None when nobody wrote one."""
    return next((one for one in EXAMPLES if type(one) is cls), None)


def golden_path(cls: type[Fact]) -> Path:
    """Where the golden message of a fact lies."""
    return VECTORS / f"{cls.NAME}.v{cls.VERSION}.json"


def message_of(fact: Fact) -> dict[str, Any]:
    """What leaves for the bus when the first of its speakers says a fact."""
    body = seal_envelope(fact, id_=FACT_ID, at=AT, province=GUANGDONG)
    return {
        "exchange": f"{fact.SPEAKERS[0]}.facts",
        "routing_key": routing_key(fact, GUANGDONG),
        "body": json.loads(body),
    }


def service_classes() -> dict[str, type[Any]]:
    """The classes of the services that are written, by name."""
    return {name: service_class(name) for name in SERVICES if find_spec(f"services.{name}.service")}


def queue_rows(plans: tuple[QueuePlan, ...]) -> list[dict[str, Any]]:
    """The names of queues and what is bound to them."""
    return [
        {
            "queue": plan.name,
            "dead": plan.dead,
            "exchanges": list(plan.exchanges),
            "binding": plan.routing_key,
            "max_attempts": plan.hearing.max_attempts,
        }
        for plan in plans
    ]


def all_queue_rows() -> list[dict[str, Any]]:
    """The queues of every service in one province."""
    return queue_rows(plans_of(service_classes().values(), [GUANGDONG]))


def strings_of(cls: type[Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a fact: its path and its type."""
    for name, hint in typing.get_type_hints(cls).items():
        if name in ("NAME", "VERSION", "SPEAKERS", "LANES", "KEPT"):
            continue
        for leaf in _leaves(hint):
            if dataclasses.is_dataclass(leaf):
                yield from strings_of(leaf, f"{path}{name}.")  # type: ignore[arg-type]
            else:
                yield f"{path}{name}", leaf


def table_of_facts() -> str:
    """The table of the document."""
    rows = ["| fact | said by | heard by | data | |", "|---|---|---|---|---|"]
    for cls in house_facts():
        heard = [
            f"`{key}` {', '.join(by)}" if "." in key else ", ".join(by) for key, by in _hearers(cls)
        ]
        meaning = (cls.__doc__ or "").split("\n")[0]
        speakers = "every service" if len(cls.SPEAKERS) > 2 else ", ".join(cls.SPEAKERS)
        kept = " Kept for good." if cls.KEPT else ""
        rows.append(
            f"| `{cls.NAME}` v{cls.VERSION} | {speakers} | {'; '.join(heard) or '-'} "
            f"| {_fields(cls)} | {meaning}{kept} |"
        )
    return "\n".join(rows)


def table_of_queues() -> str:
    """The table of the document."""
    rows = ["| queue | exchange | binding | attempts |", "|---|---|---|---|"]
    for row in all_queue_rows():
        exchanges = ", ".join(f"`{name}`" for name in row["exchanges"])
        rows.append(
            f"| `{row['queue']}` | {exchanges} | `{row['binding']}` | {row['max_attempts']} |"
        )
    return "\n".join(rows)


def with_table(document: str, name: str, table: str) -> str:
    """The document with what stands between two markers replaced."""
    start, end = (
        f"<!-- {name}: written by tests/contract/messages.py -->\n",
        f"<!-- end of {name} -->",
    )
    head, _, rest = document.partition(start)
    _, _, tail = rest.partition(end)
    return f"{head}{start}\n{table}\n\n{end}{tail}"


def documented() -> str:
    """The document as it must be."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return with_table(with_table(text, "facts", table_of_facts()), "queues", table_of_queues())


def _is_fact(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Fact)


def _hearers(cls: type[Fact]) -> list[tuple[str, tuple[str, ...]]]:
    return [(key, by) for key, by in HEARERS.items() if key.split(".")[0] == cls.NAME]


def _fields(cls: type[Any]) -> str:
    hints = typing.get_type_hints(cls)
    names = [field.name for field in dataclasses.fields(cls)]
    return ", ".join(f"`{name}` {_word(hints[name])}" for name in names)


def _word(hint: Any) -> str:
    arguments = [one for one in typing.get_args(hint) if one is not Ellipsis]
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return " or ".join("null" if one is type(None) else _word(one) for one in arguments)
    if typing.get_origin(hint) is tuple:
        return f"list of {_word(arguments[0])}"
    if typing.get_origin(hint) is dict:
        return f"{_word(arguments[1])} by code"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " / ".join(f"`{one.value}`" for one in hint)
    if dataclasses.is_dataclass(hint):
        return f"({_fields(hint)})"  # type: ignore[arg-type]
    return str(getattr(hint, "__name__", hint))


def _leaves(hint: Any) -> Iterator[Any]:
    arguments = [one for one in typing.get_args(hint) if one is not Ellipsis]
    if not arguments:
        yield hint
    for one in arguments:
        yield from _leaves(one)


def write() -> None:
    """Write every golden file and table anew."""
    VECTORS.mkdir(parents=True, exist_ok=True)
    for cls in house_facts():
        example = example_of(cls)
        if example is not None:
            golden_path(cls).write_text(json.dumps(message_of(example), indent=2) + "\n")
    QUEUES.write_text(json.dumps(all_queue_rows(), indent=2) + "\n")
    DOCUMENT.write_text(documented(), encoding="utf-8")


if __name__ == "__main__":
    write()
