"""Nameko's container with what every service has: a trace around each worker, and figures."""

from time import perf_counter
from typing import Any

from nameko.containers import ServiceContainer

from shared.plumbing import tracing
from shared.plumbing.metrics import ENTRYPOINT_ERRORS, ENTRYPOINT_RUNNING, ENTRYPOINT_SECONDS

CLASS_PATH = f"{__name__}.Container"


class Container(ServiceContainer):  # type: ignore[misc]  # nameko ships no types
    """Chosen by the runner through Nameko's setting SERVICE_CONTAINER_CLS."""

    def _run_worker(self, worker_ctx: Any, handle_result: Any) -> None:
        service, method = worker_ctx.service_name, worker_ctx.entrypoint.method_name
        started = perf_counter()
        with (
            tracing.traced(worker_ctx.data.get("traceparent")),
            ENTRYPOINT_RUNNING.labels(service, method).track_inprogress(),
        ):
            super()._run_worker(worker_ctx, handle_result)
        ENTRYPOINT_SECONDS.labels(service, method).observe(perf_counter() - started)

    def _worker_result(self, worker_ctx: Any, result: Any = None, exc_info: Any = None) -> None:
        if exc_info is not None:
            method = worker_ctx.entrypoint.method_name
            ENTRYPOINT_ERRORS.labels(worker_ctx.service_name, method).inc()
        super()._worker_result(worker_ctx, result, exc_info)
