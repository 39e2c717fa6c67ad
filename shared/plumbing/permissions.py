"""What a service may do at the broker: hear its own queues, say its own facts, ask and answer.

Patterns as RabbitMQ's permissions have them. Services declare nothing but their own queues
for questions and answers; everything else is there before they start (`declare`).
"""

import re
from dataclasses import dataclass

from shared.contracts.askers import ASKS
from shared.contracts.facts import all_facts
from shared.plumbing.topology import DEAD_EXCHANGE, RPC_EXCHANGE, all_delays

# Answers are routed to a random word that only the asker and the asked have seen.
_ANSWER = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NOTHING = "^$"


@dataclass(frozen=True, slots=True)
class TopicRights:
    """Patterns of the routing keys that may be used on one exchange."""

    exchange: str
    write: str
    read: str  # of bindings, wildcards as they are written


@dataclass(frozen=True, slots=True)
class Permissions:
    """Patterns of names, whole names each; and of routing keys, per exchange."""

    configure: str
    write: str
    read: str
    topics: tuple[TopicRights, ...]


def permissions_of(service: str) -> Permissions:
    """The least that a service can work with."""
    own = re.escape(service)
    questions = rf"rpc-{own}|rpc\.reply-{own}-.*"
    rpc, dead = re.escape(RPC_EXCHANGE), re.escape(DEAD_EXCHANGE)
    return Permissions(
        configure=f"^({questions})$",
        write=rf"^({own}\.facts|{rpc}|{dead}|hecha\.retry\..*|{questions})$",
        # Its dead letters too: an operator asks the service itself for them (`operations`).
        read=rf"^({own}\..*|{rpc}|{questions})$",
        topics=tuple(_topics(service)),
    )


def _topics(service: str) -> list[TopicRights]:
    own = re.escape(service)
    facts = "|".join(fact.NAME for fact in all_facts() if service in fact.SPEAKERS)
    asked = "|".join([*map(re.escape, ASKS.get(service, ())), _ANSWER])
    # A message that waits, or is dead, is routed by the name of the queue it was taken from.
    own_queues = [DEAD_EXCHANGE, *(name for name, _ in all_delays())]
    return [
        TopicRights(f"{service}.facts", rf"^({facts})\.v[0-9]+\.[0-9]{{2}}(\..*)?$", _NOTHING),
        # Bound to everything, it would hear every question and answer of the house.
        TopicRights(RPC_EXCHANGE, f"^({asked})$", rf"^({own}\.\*|{_ANSWER})$"),
        *(TopicRights(exchange, rf"^{own}\..*$", _NOTHING) for exchange in own_queues),
    ]
