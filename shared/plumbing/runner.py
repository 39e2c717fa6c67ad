"""Runs service classes in this process: one of them, or the whole embedded house."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import eventlet
from nameko.runners import ServiceRunner

from shared.plumbing import container, nameko_mended
from shared.plumbing.providers import ENVIRONMENT

_log = logging.getLogger(__name__)

STOP_S = 30.0


class StopTimedOutError(Exception):
    """Workers did not end in time and were killed."""


def config_for(
    amqp_url: str, environment: Mapping[str, str], *, max_workers: int = 10
) -> dict[str, Any]:
    """Nameko's config dict for our services."""
    return {
        "AMQP_URI": amqp_url,
        "serializer": "json",
        "ACCEPT": ["json"],
        "max_workers": max_workers,
        "SERVICE_CONTAINER_CLS": container.CLASS_PATH,
        ENVIRONMENT: environment,
    }


class Runner:
    """Started services, until stopped."""

    def __init__(self, classes: Iterable[type[Any]], config: Mapping[str, Any]) -> None:
        nameko_mended.mend()
        self._runner = ServiceRunner(dict(config))
        for cls in classes:
            self._runner.add_service(cls)

    def start(self) -> None:
        """Start all; returns when every one is ready."""
        self._runner.start()

    def stop(self, *, within_s: float = STOP_S) -> None:
        """Let workers end, then stop; after `within_s` seconds kill what is left.

        Raises:
            StopTimedOutError: something had to be killed.
        """
        try:
            with eventlet.Timeout(within_s, StopTimedOutError()):
                self._runner.stop()
        except StopTimedOutError:
            _log.warning("workers did not end in time")
            self._runner.kill()
            raise

    def wait(self) -> None:
        """Block until every service has stopped."""
        self._runner.wait()

    def container(self, service: str) -> Any:
        """The container of one service, for the composition root."""
        return self._runner.service_map[service]


def run_services(classes: Iterable[type[Any]], config: Mapping[str, Any]) -> Runner:
    """Start services and return their runner."""
    runner = Runner(classes, config)
    runner.start()
    return runner
