"""The servers of the composition, from what its settings file gives."""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from deploy.real_servers import ACCESS, BUS, DATABASES, ENDPOINT, MANAGEMENT, SECRET
from shared.plumbing.settings import SettingsError

# As docker-compose.yml names them; elsewhere than in a composition, settings name others.
HOSTS = {
    "HECHA_BUS_HOST": "bus:5672",
    "HECHA_BUS_MANAGEMENT_HOST": "bus:15672",
    "HECHA_DATABASES_HOST": "databases:5432",
    ENDPOINT: "objects:9000",
}


def servers_of(env: Mapping[str, str]) -> dict[str, str]:
    """The servers and the house's own settings, as `deploy.provision` takes them.

    Raises:
        SettingsError: a name or password is not given.
    """
    bus = f"{_quoted(env, 'HECHA_BUS_ADMIN')}:{_quoted(env, 'HECHA_BUS_PASSWORD')}"
    login = f"{_quoted(env, 'HECHA_DATABASE_ADMIN')}:{_quoted(env, 'HECHA_DATABASE_PASSWORD')}"
    hosts = {name: env.get(name, usual) for name, usual in HOSTS.items()}
    return {
        BUS: f"amqp://{bus}@{hosts['HECHA_BUS_HOST']}/%2F",
        MANAGEMENT: f"http://{bus}@{hosts['HECHA_BUS_MANAGEMENT_HOST']}",
        DATABASES: f"postgresql+psycopg://{login}@{hosts['HECHA_DATABASES_HOST']}/postgres",
        ENDPOINT: hosts[ENDPOINT],
        ACCESS: _given(env, "HECHA_OBJECTS_ADMIN"),
        SECRET: _given(env, "HECHA_OBJECTS_PASSWORD"),
        "HECHA_BUCKET_PREFIX": env.get("HECHA_BUCKET_PREFIX", "hecha"),
        "HECHA_PASSPHRASE": _given(env, "HECHA_PASSPHRASE"),
        "HECHA_HOST": _given(env, "HECHA_HOST"),
        "HECHA_CAMPAIGNS": _given(env, "HECHA_CAMPAIGNS"),
    }


def addresses_of(servers: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Host and port of each server, by the name it has in messages."""
    urls = {
        "bus": servers[BUS],
        "bus's management": servers[MANAGEMENT],
        "databases": servers[DATABASES],
        "objects": f"//{servers[ENDPOINT]}",
    }
    parts = {name: urlsplit(url) for name, url in urls.items()}
    return {name: (one.hostname or "", one.port or 0) for name, one in parts.items()}


def _given(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set: see deploy/compose/env.example")
    return value


def _quoted(env: Mapping[str, str], name: str) -> str:
    return quote(_given(env, name), safe="")
