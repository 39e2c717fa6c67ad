"""`python -m deploy.serve SERVICE`: one service in this process, on real servers.

Exit codes: 0 stopped in order, 1 workers had to be killed, 3 the settings are wrong or
something the service leans on is away at start.
"""

import deploy.quiet  # noqa: F401, I001  # before Eventlet
import eventlet

eventlet.monkey_patch()

import os
import signal
import sys

from deploy.environment_file import load_environment_file
from deploy.health import health_variable
from deploy.services import SERVICES, service_class
from shared.plumbing import logs
from shared.plumbing.health import HealthServer
from shared.plumbing.runner import Runner, StopTimedOutError, config_for
from shared.plumbing.settings import SettingsError, value_of

# Acts that arrive together are appended in one transaction: audit takes many at once.
MAX_WORKERS = {"scan": 4, "audit": 50}
_LOOK_S = 0.1


def serve(service: str) -> int:
    """Run until SIGTERM or SIGINT."""
    load_environment_file()
    logs.configure(service, level=os.environ.get("HECHA_LOG_LEVEL", "INFO"))
    amqp_url = value_of("HECHA_AMQP_URL", os.environ)
    if not amqp_url:
        raise SettingsError("HECHA_AMQP_URL is not set: the address of the bus")
    config = config_for(amqp_url, os.environ, max_workers=MAX_WORKERS.get(service, 10))
    runner = Runner([service_class(service)], config)
    over = eventlet.event.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        # The handler only leaves a note: stopping yields, and a signal may come anywhere.
        signal.signal(name, lambda *_: eventlet.spawn_n(_note, over))
    if not _started(runner, over):
        return 0
    address = os.environ.get(health_variable(service))
    health = HealthServer(address, [runner.container(service)], amqp_url) if address else None
    if health is not None:
        health.start()
    crashed = eventlet.spawn(_watch, runner, over)
    over.wait()
    crashed.kill()
    try:
        runner.stop()
    except StopTimedOutError:
        return 1
    finally:
        if health is not None:
            health.stop()
    return 0


def _started(runner: Runner, over: eventlet.event.Event) -> bool:
    """Start everything; False when a signal came first, while the bus was away for instance."""
    starting = eventlet.spawn(runner.start)
    while not starting.dead:
        if over.ready():
            return False
        eventlet.sleep(_LOOK_S)
    starting.wait()  # raises what the start raised
    return True


def _note(over: eventlet.event.Event) -> None:
    if not over.ready():
        over.send()


def _watch(runner: Runner, over: eventlet.event.Event) -> None:
    """A container that died takes the process with it: the supervisor starts a fresh one."""
    runner.wait()
    _note(over)


def main() -> int:
    """Read the command line."""
    if len(sys.argv) != 2 or sys.argv[1] not in SERVICES:
        print(f"usage: python -m deploy.serve {{{'|'.join(SERVICES)}}}", file=sys.stderr)
        return 2
    try:
        return serve(sys.argv[1])
    except SettingsError as wrong:
        print(f"serve: {wrong}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
