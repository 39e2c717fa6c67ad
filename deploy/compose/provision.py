"""`python -m deploy.compose.provision`: makes everything ready, and hands each service its own.

Runs once before the services, and again whenever the house is brought up: what is there is kept.
The house's folder holds every secret and is mounted here and at the desk alone. Each service
gets a folder with the settings it may see and the files they name, and nothing of another's.

Exit codes: 0 ready, 3 a setting is missing, or a server is away or refuses.
"""

import deploy.quiet  # noqa: F401, I001  # before anything imports Eventlet
import argparse
import os
import shutil
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from deploy.bus_management import ManagementError
from deploy.compose.minio_users import make_users
from deploy.compose.servers import addresses_of, servers_of
from deploy.environment_file import NAME, write_environment
from deploy.house import allowed
from deploy.logins import close_to_strangers
from deploy.provision import provision
from deploy.real_servers import ACCESS, DATABASES, ENDPOINT, SECRET
from deploy.services import SERVICES
from services.storage.keyring import KeyringError
from shared.plumbing.dead import BusAwayError
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.plumbing.settings import SettingsError

PROVISION = Path("/provision")  # one folder below for each service, and one for the house
MOUNTED = Path("/run/hecha")  # where a service finds its folder
UPLOADS = Path("/uploads")
PARTS = Path("/parts")  # of bulk scans that are being uploaded: shared by the processes of scan
WAIT_S = 120
ASK_S = 0.5
UNAVAILABLE = 3


def make_ready(env: Mapping[str, str], folder: Path, mounted: Path) -> None:
    """Wait for the servers, make what is missing in them, hand out.

    Args:
        env: what the composition tells, see `deploy.compose.servers`.
        folder: the house's folder and the services' lie below it.
        mounted: where each service will find its own.

    Raises:
        SettingsError: a name or password is not given, or a server does not answer.
    """
    house = folder / "house"
    servers = servers_of(env)
    await_answers(addresses_of(servers))
    close_to_strangers(servers[DATABASES])
    environment = provision(house, servers | _object_users(env, servers, house / "keys"))
    environment["HECHA_ROSTER_UPLOADS"] = str(UPLOADS)
    environment["HECHA_SCAN_UPLOADS_FOLDER"] = str(PARTS)
    write_environment(house / NAME, environment)
    hand_out(environment, house, folder, mounted)


def await_answers(addresses: Mapping[str, tuple[str, int]], *, within_s: float = WAIT_S) -> None:
    """Wait until somebody listens at every address.

    Raises:
        SettingsError: nobody does in time; names the server.
    """
    deadline = time.monotonic() + within_s
    for name, address in addresses.items():
        while not _answers(address):
            if time.monotonic() > deadline:
                raise SettingsError(f"{name}: nobody answers at {address[0]}:{address[1]}")
            time.sleep(ASK_S)


def hand_out(environment: Mapping[str, str], house: Path, folders: Path, mounted: Path) -> None:
    """Give each service its settings and the files they name, under the paths it will see."""
    for service in SERVICES:
        own = folders / service
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = {
            name: _handed(value, house, own, mounted)
            for name, value in allowed(service, environment).items()
        }
        write_environment(own / NAME, settings)


def _handed(value: str, house: Path, own: Path, mounted: Path) -> str:
    source = Path(value)
    if not value.startswith(f"{house}/") or not source.exists():
        return value
    _copy(source, own / source.name)
    return str(mounted / source.name)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        beside = target.with_name(target.name + ".new")
        beside.touch(mode=0o600)
        beside.write_bytes(source.read_bytes())
        beside.replace(target)


def _object_users(env: Mapping[str, str], servers: Mapping[str, str], keys: Path) -> dict[str, str]:
    """Credentials that are given, for a store of another make; else users made at MinIO."""
    given = {name: value for name, value in env.items() if "_S3_" in name and "_ADMIN_" not in name}
    if "HECHA_GATEWAY_S3_ACCESS_KEY" in given:
        return given
    login = servers[ACCESS], servers[SECRET]
    return make_users(servers[ENDPOINT], login, servers["HECHA_BUCKET_PREFIX"], keys)


def _answers(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, ASK_S).close()
    except OSError:
        return False
    return True


# Whose words hold no address and no password; of the others only the class is told.
_OURS: tuple[type[Exception], ...] = (SettingsError, KeyringError, ManagementError)
_AT: tuple[tuple[type[Exception], str], ...] = (
    (SQLAlchemyError, "databases"),
    (BusAwayError, "bus"),
    (StoreRefusedError, "objects"),
    (StoreUnavailableError, "objects"),
    (OSError, "files"),
)
_TROUBLE: tuple[type[Exception], ...] = (*_OURS, *(kind for kind, _ in _AT))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="provision", description=__doc__)
    parser.add_argument("--folder", type=Path, default=PROVISION, help=f"default: {PROVISION}")
    parser.add_argument("--mounted", type=Path, default=MOUNTED, help=f"default: {MOUNTED}")
    options = parser.parse_args(arguments)
    try:
        make_ready(os.environ, options.folder, options.mounted)
    except _TROUBLE as trouble:
        print(f"provision: {_told(trouble)}", file=sys.stderr)
        return UNAVAILABLE
    print(f"provision: ready for {', '.join(SERVICES)}")
    return 0


def _told(trouble: Exception) -> str:
    if isinstance(trouble, _OURS):
        return str(trouble)
    where = next(name for kind, name in _AT if isinstance(trouble, kind))
    return f"{where}: {type(trouble).__name__}"


if __name__ == "__main__":
    sys.exit(main())
