"""Figures for Prometheus: labels are codes and ids, never anything personal."""

from prometheus_client import Counter, Gauge, Histogram

FACTS_SAID = Counter("hecha_facts_said_total", "Facts that left an outbox.", ("service",))
FACTS_HEARD = Counter(
    "hecha_facts_heard_total", "Deliveries by what became of them.", ("queue", "outcome")
)
FACT_AGE = Gauge(
    "hecha_fact_age_seconds",
    "From being said to being done, of the fact that was done last.",
    ("queue",),
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
AUDIT_SIZE = Gauge("hecha_audit_events", "Events in the log.", ("province",))
AUDIT_GAPS = Gauge(
    "hecha_audit_acts_missing", "Acts that were numbered and have not come in time.", ("province",)
)
AUDIT_WITNESSED = Gauge(
    "hecha_audit_witnessed_timestamp_seconds", "When the log was last countersigned.", ("province",)
)
