"""Nameko's dangerous defaults, each mended once; imported before any service runs.

- A message that cannot be decoded was acknowledged, lost, and its raw bytes were logged:
  it becomes a dead letter, and only its content type is logged.
- A broker that is away for some seconds made publishers give up and services die: they
  wait up to two minutes. Consumers looked for it ever more seldom, up to half a minute
  apart, and could not be stopped meanwhile: they look every two seconds, and can.
- Stopping took a second per layer: the consumers look up more often.
- An acknowledgement on a dead connection killed the service: the broker delivers again.
- Every service declared the exchange of questions, for which it would need permission.
- Answers were written to the broker's disk: they may hold record values, so they are not.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection, Exchange
from kombu.mixins import ConsumerMixin
from nameko import constants, rpc
from nameko.amqp import publish
from nameko.messaging import QueueConsumer
from nameko.rpc import Responder

from shared.plumbing.embedded import SCHEME
from shared.plumbing.topology import RPC_EXCHANGE

_log = logging.getLogger(__name__)

STOP_LOOKUP_S = 0.2
RETRY = {"max_retries": 60, "interval_start": 0.2, "interval_step": 0.2, "interval_max": 2.0}
VOLATILE = 1  # AMQP's delivery mode of what is not written to disk


class VolatilePublisher(publish.Publisher):  # type: ignore[misc]  # nameko ships no types
    """Publishes what must not outlive the broker's memory."""

    delivery_mode = VOLATILE


class _StoppedWhileAwayError(Exception):
    """The service was stopped while its broker was away."""


def mend() -> None:
    """Apply all of it; doing so twice changes nothing."""
    constants.DEFAULT_TRANSPORT_OPTIONS.update(RETRY)
    publish.Publisher.retry_policy = dict(RETRY)
    publish.Publisher.transport_options = {**constants.DEFAULT_TRANSPORT_OPTIONS}
    Responder.publisher_cls = VolatilePublisher
    rpc.get_rpc_exchange = _rpc_exchange
    QueueConsumer.run = _run
    QueueConsumer.establish_connection = _establish_connection
    QueueConsumer.on_connection_error = _on_connection_error
    QueueConsumer.on_decode_error = _on_decode_error
    QueueConsumer.ack_message = _ack_message
    QueueConsumer.requeue_message = _requeue_message


def _rpc_exchange(config: Mapping[str, Any]) -> Exchange:
    # The memory bus forgets it with the process; at a broker the topology command made it.
    is_there = not str(config["AMQP_URI"]).startswith(SCHEME)
    return Exchange(RPC_EXCHANGE, type="topic", durable=True, no_declare=is_there)


def _run(self: Any, _tokens: int = 1, **kwargs: Any) -> None:
    # kombu's own loop, only with a shorter look-up; the embedded bell makes waiting free.
    try:
        ConsumerMixin.run(self, _tokens, safety_interval=STOP_LOOKUP_S, **kwargs)
    except _StoppedWhileAwayError:
        _log.warning("stopped while the broker was away")


@contextmanager
def _establish_connection(self: Any) -> Iterator[Connection]:
    with self.create_connection() as connection:
        connection.ensure_connection(
            self.on_connection_error,
            None,
            interval_start=RETRY["interval_start"],
            interval_step=RETRY["interval_step"],
            interval_max=RETRY["interval_max"],
        )
        yield connection


def _on_connection_error(self: Any, error: Exception, _interval: float) -> None:
    _log.warning("no broker", extra={"code": type(error).__name__})
    # Stopping waits for the consumers to be cancelled; those of a dead connection are.
    leaving, self._pending_remove_providers = self._pending_remove_providers, {}
    for provider, removed in leaving.items():
        self._consumers.pop(provider, None)
        removed.send()
    if self.should_stop or (leaving and not self._consumers):
        raise _StoppedWhileAwayError


def _on_decode_error(_self: Any, message: Any, error: Exception) -> None:
    _log.error(
        "undecodable message",
        extra={"content_type": message.content_type, "code": type(error).__name__},
    )
    message.reject(requeue=False)


def _ack_message(_self: Any, message: Any) -> None:
    if message.channel.connection:
        try:
            message.ack()
        except (OSError, AMQPError):
            _log.warning("not acknowledged: connection lost")


def _requeue_message(_self: Any, message: Any) -> None:
    if message.channel.connection:
        try:
            message.requeue()
        except (OSError, AMQPError):
            _log.warning("not given back: connection lost")
