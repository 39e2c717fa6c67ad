"""Nameko's dangerous defaults, each mended once; imported before any service runs.

- A message that cannot be decoded was acknowledged, lost, and its raw bytes were logged:
  it becomes a dead letter, and only its content type is logged.
- A broker that is away for some seconds made publishers give up and services die: they
  wait up to two minutes.
- Stopping took a second per layer: the consumers look up more often.
- An acknowledgement on a dead connection killed the service: the broker delivers again.
"""

import logging
from typing import Any

from kombu.mixins import ConsumerMixin
from nameko import constants
from nameko.amqp import publish
from nameko.messaging import QueueConsumer

_log = logging.getLogger(__name__)

STOP_LOOKUP_S = 0.2
RETRY = {"max_retries": 60, "interval_start": 0.2, "interval_step": 0.2, "interval_max": 2.0}


def mend() -> None:
    """Apply all of it; doing so twice changes nothing."""
    constants.DEFAULT_TRANSPORT_OPTIONS.update(RETRY)
    publish.Publisher.retry_policy = dict(RETRY)
    publish.Publisher.transport_options = {**constants.DEFAULT_TRANSPORT_OPTIONS}
    QueueConsumer.run = _run
    QueueConsumer.on_decode_error = _on_decode_error
    QueueConsumer.ack_message = _ack_message
    QueueConsumer.requeue_message = _requeue_message


def _run(self: Any, _tokens: int = 1, **kwargs: Any) -> None:
    # kombu's own loop, only with a shorter look-up; the embedded bell makes waiting free.
    ConsumerMixin.run(self, _tokens, safety_interval=STOP_LOOKUP_S, **kwargs)


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
        except OSError:
            _log.warning("not acknowledged: connection lost")


def _requeue_message(_self: Any, message: Any) -> None:
    if message.channel.connection:
        try:
            message.requeue()
        except OSError:
            _log.warning("not given back: connection lost")
