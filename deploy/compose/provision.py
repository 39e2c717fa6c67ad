"""`python -m deploy.compose.provision`: makes everything ready, and hands each service its own.

Runs once before the services, and again whenever the house is brought up: what is there is kept.
The house's folder holds every secret and is mounted here alone. Each service gets a folder with
the settings it may see and the files they name, and sees nothing of another's.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from kombu.exceptions import OperationalError
from sqlalchemy.exc import SQLAlchemyError

from deploy.bus_management import ManagementError
from deploy.compose.minio_users import make_users
from deploy.environment_file import NAME, write_environment
from deploy.house import allowed
from deploy.provision import provision
from deploy.services import SERVICES
from services.storage.keyring import KeyringError
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError

MOUNTED = Path("/run/hecha")  # where a service finds its folder
PROVISION = Path("/provision")
UNAVAILABLE = 3
_ADDRESS = ("_HEALTH_ADDRESS", "_GATEWAY_ADDRESS", "_PASSPHRASE")


def servers_of(env: Mapping[str, str], house: Path) -> dict[str, str]:
    """The servers of the composition as `deploy.provision` takes them.

    Raises:
        KeyError: a name or password is not given.
    """
    bus = f"{_quoted(env['HECHA_BUS_ADMIN'])}:{_quoted(env['HECHA_BUS_PASSWORD'])}"
    login = f"{_quoted(env['HECHA_DATABASE_ADMIN'])}:{_quoted(env['HECHA_DATABASE_PASSWORD'])}"
    databases = env.get("HECHA_DATABASES_HOST", "databases:5432")
    objects = env.get("HECHA_S3_ENDPOINT", "objects:9000")
    return {
        "HECHA_AMQP_URL": f"amqp://{bus}@{env.get('HECHA_BUS_HOST', 'bus:5672')}/%2F",
        "HECHA_AMQP_MANAGEMENT_URL": (
            f"http://{bus}@{env.get('HECHA_BUS_MANAGEMENT_HOST', 'bus:15672')}"
        ),
        "HECHA_ADMIN_DATABASE_URL": f"postgresql+psycopg://{login}@{databases}/postgres",
        "HECHA_S3_ENDPOINT": objects,
        "HECHA_S3_ADMIN_ACCESS_KEY": env["HECHA_OBJECTS_ADMIN"],
        "HECHA_S3_ADMIN_SECRET_KEY": env["HECHA_OBJECTS_PASSWORD"],
        "HECHA_BUCKET_PREFIX": env.get("HECHA_BUCKET_PREFIX", "hecha"),
        "HECHA_PASSPHRASE": env["HECHA_PASSPHRASE"],
        "HECHA_HOST": env["HECHA_HOST"],
        "HECHA_CAMPAIGNS": env["HECHA_CAMPAIGNS"],
        **_object_users(env, objects, house),
    }


def hand_out(environment: Mapping[str, str], house: Path, folders: Path, mounted: Path) -> None:
    """Give each service its settings and the files they name, under the paths it will see."""
    for service in SERVICES:
        own = folders / service
        own.mkdir(parents=True, exist_ok=True)
        settings = {}
        for name, value in allowed(service, environment).items():
            source = Path(value)
            if value.startswith(f"{house}/") and source.exists() and name != "HECHA_ROSTER_UPLOADS":
                _copy(source, own / source.name)
                value = str(mounted / source.name)  # noqa: PLW2901  # the path as the service sees it
            if not name.endswith(_ADDRESS):
                settings[name] = value
        write_environment(own / NAME, settings)


def main() -> int:
    """Make everything ready; exit code 3 when a server is away or a setting is missing."""
    house = PROVISION / "house"
    try:
        environment = provision(house, servers_of(os.environ, house))
        environment["HECHA_ROSTER_UPLOADS"] = os.environ.get("HECHA_ROSTER_UPLOADS", "/uploads")
        write_environment(house / NAME, environment)
        hand_out(environment, house, PROVISION, MOUNTED)
    except KeyError as missing:
        print(f"provision: {missing} is not set", file=sys.stderr)
        return UNAVAILABLE
    except _TROUBLE as trouble:
        # Never the whole error of a driver: it may hold an address with its password.
        known = isinstance(trouble, KeyringError | ManagementError)
        print(f"provision: {trouble if known else type(trouble).__name__}", file=sys.stderr)
        return UNAVAILABLE
    print(f"provision: ready for {', '.join(SERVICES)}")
    return 0


_TROUBLE = (
    KeyringError,
    ManagementError,
    OperationalError,
    SQLAlchemyError,
    StoreRefusedError,
    StoreUnavailableError,
    OSError,
)


def _object_users(env: Mapping[str, str], objects: str, house: Path) -> dict[str, str]:
    """Credentials that are given, for a store of another make; else users made at MinIO."""
    given = {name: value for name, value in env.items() if "_S3_" in name and "_ADMIN_" not in name}
    if "HECHA_GATEWAY_S3_ACCESS_KEY" in given:
        return given
    login = env["HECHA_OBJECTS_ADMIN"], env["HECHA_OBJECTS_PASSWORD"]
    prefix = env.get("HECHA_BUCKET_PREFIX", "hecha")
    return make_users(objects, login, prefix, house / "keys")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        beside = target.with_name(target.name + ".new")
        beside.touch(mode=0o600)
        beside.write_bytes(source.read_bytes())
        beside.replace(target)


def _quoted(text: str) -> str:
    return quote(text, safe="")


if __name__ == "__main__":
    sys.exit(main())
