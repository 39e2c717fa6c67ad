"""What a service may do at the broker: hear its own queues, say its own facts, ask and answer.

Patterns as RabbitMQ's permissions have them. Services declare nothing but their own queues
for questions and answers; everything else is there before they start (`declare`).
"""

import re
from dataclasses import dataclass

from shared.contracts.facts import all_facts
from shared.plumbing.topology import DEAD_EXCHANGE, RPC_EXCHANGE


@dataclass(frozen=True, slots=True)
class Permissions:
    """Patterns of names, whole names each; `says` of routing keys on the service's exchange."""

    configure: str
    write: str
    read: str
    exchange: str
    says: str


def permissions_of(service: str) -> Permissions:
    """The least that a service can work with."""
    own = re.escape(service)
    questions = rf"rpc-{own}|rpc\.reply-{own}-.*"
    rpc, dead = re.escape(RPC_EXCHANGE), re.escape(DEAD_EXCHANGE)
    facts = "|".join(fact.NAME for fact in all_facts() if service in fact.SPEAKERS)
    return Permissions(
        configure=f"^({questions})$",
        write=rf"^({own}\.facts|{rpc}|{dead}|hecha\.retry\..*|{questions})$",
        # Dead letters are an operator's.
        read=rf"^({own}\.(?!.*\.dead$).*|{rpc}|{questions})$",
        exchange=f"{service}.facts",
        says=rf"^({facts})\.v[0-9]+\.[0-9]{{2}}(\..*)?$",
    )
