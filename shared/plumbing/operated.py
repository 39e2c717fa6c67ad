"""What every service answers its operator: how it stands, and its dead letters moved.

What is moved is said to the audit log first, letter by letter: what was begun and never came to
an end stands there, and the letter still lies where it was.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.events import ActDone
from shared.contracts.operate_commands import (
    MAX_LETTERS,
    DeadLetterShown,
    DeadMoved,
    DeadShown,
    DropDead,
    ListDead,
    ReplayDead,
)
from shared.kernel.authority import Place
from shared.kernel.errors_operate import ActOfLogError, UnknownQueueError
from shared.kernel.units import province_of
from shared.plumbing.acting import telling_refusal
from shared.plumbing.database import Database
from shared.plumbing.dead import UNREADABLE, Choice, DeadLetter
from shared.plumbing.operations import Operations, OperationsProvider, bus_answering
from shared.plumbing.rpc import serves
from shared.plumbing.standing import Shown

LONGEST_BODY = 2000
# Whoever runs the machines takes no act out of the audit log (GB/T 22239: separate administrators).
NEVER_REMOVED = frozenset({ActDone.NAME})


class Operated(Shown):
    """A service that hears facts: its operator moves its dead letters."""

    database: Database
    operations = OperationsProvider()

    @serves
    def list_dead(self, request: ListDead) -> DeadShown:
        """Its dead letters, oldest first."""
        with self._operator(request, "list_dead", self._name) as actor:
            found = self._operations.dead_letters().look(Choice(province=province_of(actor.path)))
            self._say(actor, "list_dead", [self._name])
            letters = tuple(shown(letter) for letter in found[:MAX_LETTERS])
            return DeadShown(self._name, letters, len(found))

    @serves
    def replay_dead(self, request: ReplayDead) -> DeadMoved:
        """Bring dead letters back into their queue."""
        with self._operator(request, "replay_dead", request.queue) as actor:
            choice = self._choice(actor, request)
            letters = self._operations.dead_letters()
            self._say(actor, "replay_dead", [one.id for one in letters.look(choice) if one.id])
            return DeadMoved(len(letters.replay(choice)))

    @serves
    def drop_dead(self, request: DropDead) -> DeadMoved:
        """Remove dead letters for good."""
        with self._operator(request, "drop_dead", request.queue) as actor:
            choice = self._choice(actor, request)
            letters = self._operations.dead_letters()
            meant, reason = letters.look(choice), request.reason.value
            _check_removable(meant)
            self._say(actor, "drop_dead", [one.id or one.queue for one in meant], reason)
            return DeadMoved(len(letters.drop(choice, reason=reason)))

    @contextmanager
    def _operator(
        self, request: ListDead | ReplayDead | DropDead, act: str, about: str
    ) -> Iterator[Actor]:
        """Who asks, if they may; a refusal, of whatever kind, is said to the log.

        Raises:
            ActorRefusedError, NotAllowedError: not this actor.
            BusNotAnsweringError: the bus is away.
        """
        actor = self.actors.of(request.actor)
        told = ActDone(act, about, actor.person, "done", role=actor.role)
        with telling_refusal(self.database, told, province_of(actor.path)), bus_answering():
            actor.require(act_of(request), Place(""))
            yield actor

    def _choice(self, actor: Actor, request: ReplayDead | DropDead) -> Choice:
        """The letters that are meant: never another province's.

        Raises:
            UnknownQueueError: this service hears no such queue.
        """
        if self._operations.plan_of(request.queue) is None:
            raise UnknownQueueError(request.queue)
        is_rest = isinstance(request, DropDead) and request.id is None
        fact = UNREADABLE if is_rest else None
        return Choice(request.queue, fact, request.id, province=province_of(actor.path))

    def _say(
        self, actor: Actor, act: str, objects: Sequence[str], purpose: str | None = None
    ) -> None:
        said = [
            ActDone(act, one, actor.person, "done", None, purpose, role=actor.role)
            for one in objects
        ]
        with self.database.transaction() as tx:
            tx.say_all(said, province=province_of(actor.path))

    @property
    def _operations(self) -> Operations:
        operations: Operations = self.operations
        return operations

    @property
    def _name(self) -> str:
        return self._operations.service


def _check_removable(letters: Sequence[DeadLetter]) -> None:
    """Refuse to lose an act.

    Raises:
        ActOfLogError: one of the letters is one.
    """
    for letter in letters:
        if letter.fact in NEVER_REMOVED:
            raise ActOfLogError(letter.fact)


def shown(letter: DeadLetter) -> DeadLetterShown:
    """A dead letter as its operator sees it."""
    return DeadLetterShown(
        letter.queue,
        letter.id,
        letter.fact,
        letter.province,
        letter.said_at,
        letter.died_at,
        letter.error,
        letter.attempts,
        letter.body.decode("utf-8", "replace")[:LONGEST_BODY],
        letter.fact in NEVER_REMOVED,
    )
