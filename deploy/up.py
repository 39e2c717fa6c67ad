"""`./run up` and `./run down`: the house on real servers, on one machine.

RabbitMQ, PostgreSQL and S3 are found by settings, or started from Debian's packages and the
`weed` of our environment on spare ports. Everything lies below one folder.
"""

import deploy.quiet  # noqa: F401, I001  # before anything imports Eventlet
import argparse
import os
import shlex
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from deploy.bus_management import ManagementError
from deploy.environment_file import NAME, write_environment
from deploy.house import READY_S, ROSTERS, UPLOADS, House, HouseNotReadyError, sweep
from deploy.provision import provision
from deploy.real_servers import RealServers, ServerError
from deploy.replicas import parse_scale
from deploy.scaling import follow, forget_wishes, has_become, wish
from deploy.servers.child import Child
from deploy.servers.ports import is_free, kept_port
from deploy.shared_credentials import shared_credentials
from services.storage.keyring import KeyringError
from shared.plumbing.dead import BusAwayError
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.plumbing.settings import SettingsError

FOLDER = Path("var/up")
GATEWAY = "HECHA_GATEWAY_ADDRESS"
PORTAL = "HECHA_PORTAL_ADDRESS"
DEFAULT_GATEWAY = "127.0.0.1:8000"
# Services finish their work (40 s), then the servers write everything down.
DOWN_S = 120
LOOK_S = 0.5
REFUSED, UNAVAILABLE = 1, 3


class Ending:
    """Whether SIGTERM or SIGINT came. A bare flag: a lock could be held when a signal comes."""

    def __init__(self) -> None:
        self.is_asked = False

    def listen(self) -> None:
        """Note the signals from now on."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._note)

    def _note(self, *_: object) -> None:
        self.is_asked = True


def up(folder: Path, scale: dict[str, int]) -> int:
    """Start everything and keep it running until somebody ends it."""
    myself = _record(folder)
    if myself.is_alive():
        return rescale(folder, scale)
    forget_wishes(folder)
    ending = Ending()
    ending.listen()
    myself.remember_self()
    servers = RealServers(folder, os.environ)
    try:
        sweep(folder)
        _say("starting RabbitMQ, PostgreSQL and S3")
        servers.start()
        _say("preparing databases, buckets, queues and rights")
        environment = provision(folder, {**_own(os.environ), **servers.settings()})
        environment = _doors(folder / "ports") | environment
        _check_free(environment[GATEWAY])
        write_environment(folder / NAME, environment)
        house = House(folder, {**os.environ, **environment}, scale=scale)
        _say(f"starting {len(house.processes)} processes")
        if not ending.is_asked:
            _run(house, servers, environment, ending)
    except _TROUBLE as failure:
        print(f"up: {failure}", file=sys.stderr)
        return UNAVAILABLE
    finally:
        servers.stop()
        myself.forget()
    return 0


def rescale(folder: Path, scale: dict[str, int]) -> int:
    """Let the house that runs have more or fewer processes of some services."""
    if not scale:
        print("up: runs already; ./run down ends it", file=sys.stderr)
        return REFUSED
    wish(folder, scale)
    if not has_become(folder, scale, within_s=READY_S):
        print(f"up: not ready after {READY_S} s; see {folder / 'logs'}", file=sys.stderr)
        return UNAVAILABLE
    told = ", ".join(f"{service} {count}" for service, count in scale.items())
    print(f"up: ready, processes: {told}")
    return 0


def _doors(ports: Path) -> dict[str, str]:
    """Where people find the house unless its settings say otherwise: on loopback."""
    scans = os.environ.get(UPLOADS) or f"127.0.0.1:{kept_port(ports / 'scans')}"
    rosters = os.environ.get(ROSTERS) or f"127.0.0.1:{kept_port(ports / 'rosters')}"
    return {
        GATEWAY: DEFAULT_GATEWAY,
        UPLOADS: scans,
        "HECHA_PORTAL_SCANS_ADDRESS": scans,
        ROSTERS: rosters,
        "HECHA_PORTAL_ROSTERS_ADDRESS": rosters,
        PORTAL: f"127.0.0.1:{kept_port(ports / 'portal')}",
        # Whoever sets an address puts a proxy that speaks TLS before it, and leaves this out.
        **({} if PORTAL in os.environ else {"HECHA_PORTAL_SECURE": "false"}),
    }


_TROUBLE = (
    HouseNotReadyError,
    ManagementError,
    KeyringError,
    BusAwayError,
    ServerError,
    SettingsError,
    StoreRefusedError,
    StoreUnavailableError,
    SQLAlchemyError,
    OperationalError,
)


def _run(
    house: House, servers: RealServers, environment: Mapping[str, str], ending: Ending
) -> None:
    house.start()
    try:
        for line in addresses(house, servers, environment):
            print(line, flush=True)
        while not ending.is_asked:
            follow(house.folder, house, _say)
            time.sleep(LOOK_S)
    finally:
        print("up: ending; work in hand is finished first", flush=True)
        house.stop()


def down(folder: Path) -> int:
    """End everything that `up` started, also what a killed `up` left behind."""
    myself = _record(folder)
    if myself.is_alive():
        myself.end(grace_s=DOWN_S)
    left = [*sweep(folder), *RealServers(folder, os.environ).sweep()]
    print(f"up: ended {', '.join(left)} as well" if left else "up: nothing runs any more")
    return 0


def status(folder: Path) -> int:
    """Which processes run; exit code 1 when `up` itself does not."""
    for record in sorted((folder / "run").glob("*.pid")):
        child = Child(record, folder / "logs" / f"{record.stem}.log")
        print(f"{record.stem:14} {'runs, process ' + str(child.pid) if child.pid else 'is down'}")
    runs = _record(folder).is_alive()
    print("up: runs" if runs else "up: does not run")
    return 0 if runs else REFUSED


def addresses(house: House, servers: RealServers, environment: Mapping[str, str]) -> list[str]:
    """Where everything is, as lines for people; no passwords."""
    lines = [f"{'process':14} {'id':>8}  health and metrics"]
    for name, process in house.processes.items():
        lines.append(f"{name:14} {process.child.pid or '':>8}  http://{house.health[name]}/readyz")
    lines.append(f"{'server':14} {'':>8}  address")
    for name, address in servers.settings().items():
        label = {
            "HECHA_AMQP_URL": "RabbitMQ",
            "HECHA_ADMIN_DATABASE_URL": "PostgreSQL",
            "HECHA_S3_ENDPOINT": "S3",
        }.get(name)
        if label:
            parts = urlsplit(address if "//" in address else f"//{address}")
            lines.append(f"{label:14} {'':>8}  {parts.hostname}:{parts.port or ''}")
    folder = house.folder
    return [
        *lines,
        *shared_credentials(servers.settings()),
        f"guardians' page  http://{environment[GATEWAY]}",
        f"staff pages      http://{environment[PORTAL]}",
        f"bulk scans       http://{environment[UPLOADS]}/scan/uploads",
        f"logs             {folder / 'logs'}",
        f"commands         set -a; . {shlex.quote(str(folder / NAME))}; set +a; ./run hecha ...",
        f"up: {len(house.processes)} processes are ready; ./run down ends everything",
    ]


def _say(what: str) -> None:
    """Where a start is; the addresses alone go to standard output."""
    print(f"up: {what}", file=sys.stderr, flush=True)


def _check_free(address: str) -> None:
    port = int(address.rpartition(":")[2])
    if not is_free(port):
        raise ServerError(
            f"somebody listens on port {port}: end that, or set {GATEWAY}=127.0.0.1:PORT"
        )


def _own(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("HECHA_")}


def _record(folder: Path) -> Child:
    return Child(folder / "up.pid", folder / "logs" / "up.log")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="run up", description=__doc__)
    parser.add_argument(
        "--scale",
        action="append",
        default=[],
        metavar="SERVICE=N",
        help="processes of a service; also while the house runs",
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--down", action="store_true", help="end everything (./run down)")
    act.add_argument("--status", action="store_true", help="say what runs")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    if options.down:
        return down(folder)
    if options.status:
        return status(folder)
    try:
        scale = parse_scale(options.scale)
    except ValueError as wrong:
        parser.error(str(wrong))
    return up(folder, scale)


if __name__ == "__main__":
    sys.exit(main())
