"""Acts said to the audit log are numbered without gaps, per service and province.

The numbers come from a head row that is raised as the last statement before the commit, so
that nobody waits for it longer than a commit takes, and a row that is taken out of an outbox
before it leaves shows at audit as a number that never came.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, MetaData
from sqlalchemy.dialects import postgresql, sqlite

from shared.contracts.events import ActDone
from shared.kernel.ids import FactId, ProvinceCode
from shared.plumbing import tracing
from shared.plumbing.outbox import act_heads_table

_HEADS = act_heads_table(MetaData())


def _raising(insert_of: Any) -> Any:
    """One statement: a new head row, or the known one raised; gives its number."""
    statement = insert_of(_HEADS)
    raised = _HEADS.c.last + statement.excluded.last
    return statement.on_conflict_do_update(
        index_elements=[_HEADS.c.province], set_={"last": raised}
    ).returning(_HEADS.c.last)


# Made once: building it anew would cost as much as running it.
_RAISE = {"sqlite": _raising(sqlite.insert), "postgresql": _raising(postgresql.insert)}


@dataclass(frozen=True, slots=True)
class SaidAct:
    """An act on its way into the outbox."""

    id: FactId
    fact: ActDone
    province: ProvinceCode


def numbered(connection: Connection, service: str, acts: Iterable[SaidAct]) -> list[SaidAct]:
    """The acts with their numbers, in their order; holds the head rows until the commit."""
    acts = list(acts)
    counts = Counter(act.province for act in acts)
    # In one order, so that two transactions never wait for one another.
    last = {
        province: _raise(connection, province, counts[province]) - counts[province]
        for province in sorted(counts)
    }
    request = tracing.trace_id(tracing.current())
    told = []
    for act in acts:
        last[act.province] += 1
        fact = replace(
            act.fact,
            request=act.fact.request or request,
            source=service,
            source_seq=last[act.province],
        )
        told.append(replace(act, fact=fact))
    return told


def _raise(connection: Connection, province: ProvinceCode, by: int) -> int:
    """Raise a province's head row, made where there is none; gives its new number."""
    row = {"province": province, "last": by}
    return int(connection.execute(_RAISE[connection.dialect.name], row).scalar_one())
