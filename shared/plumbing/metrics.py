"""Figures for Prometheus: labels are codes and ids, never anything personal."""

from prometheus_client import Counter, Gauge, Histogram

FACTS_SAID = Counter("hecha_facts_said_total", "Facts that left an outbox.", ("service",))
FACTS_HEARD = Counter(
    "hecha_facts_heard_total", "Deliveries by what became of them.", ("queue", "outcome")
)
OUTBOX_WAITING = Gauge("hecha_outbox_waiting", "Facts not yet said.", ("service",))
OUTBOX_AGE = Gauge("hecha_outbox_oldest_seconds", "Age of the oldest unsaid fact.", ("service",))
ENTRYPOINT_SECONDS = Histogram(
    "hecha_entrypoint_seconds", "Time in a handler or command.", ("service", "method")
)
ENTRYPOINT_ERRORS = Counter(
    "hecha_entrypoint_errors_total", "Handlers and commands that raised.", ("service", "method")
)
ENTRYPOINT_RUNNING = Gauge(
    "hecha_entrypoint_running", "Handlers and commands at work.", ("service", "method")
)
RPC_DEADLINES = Counter(
    "hecha_rpc_deadlines_total", "Calls that were given up.", ("service", "method")
)
HUB_STALL = Gauge("hecha_hub_stall_seconds", "Longest stall of the hub in the last minute.")
