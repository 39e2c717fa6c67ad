"""Makes a house ready to run: keys, buckets, databases with their newest schema, topology.

Every step may be repeated, and is, at every start: what is there is kept.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.bus_logins import bus_addresses
from deploy.bus_management import asker
from deploy.keys import make_keys
from deploy.logins import service_url
from deploy.real_servers import MANAGEMENT
from deploy.services import SERVICES, WITH_DATABASE, all_classes
from services.storage.provisioning import make_buckets
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.kernel.units import province_of_campaign
from shared.plumbing import embedded
from shared.plumbing.database import Database
from shared.plumbing.declare import declare
from shared.plumbing.migrations import upgrade
from shared.plumbing.objects import ObjectStore, StoreAccess
from shared.plumbing.recovery import say_unsettled_again
from shared.plumbing.topology import QueuePlan, plans_of

DEFAULT_CAMPAIGN = CampaignId("44-2026a")
DEFAULT_HOST = "XJ.GDEDU.GOV.CN"
SPEAKERS = ("gateway", "portal")


def provision(folder: Path, servers: Mapping[str, str]) -> dict[str, str]:
    """Make everything that is missing; gives the environment of every service.

    Args:
        folder: keys, uploads, parts of scans and, without a database server, the databases lie below it.
        servers: HECHA_AMQP_URL, HECHA_S3_ENDPOINT, HECHA_S3_ADMIN_ACCESS_KEY,
            HECHA_S3_ADMIN_SECRET_KEY, HECHA_<SERVICE>_S3_ACCESS_KEY and _SECRET_KEY for
            gateway, scan, storage, forms and audit; HECHA_ADMIN_DATABASE_URL of a PostgreSQL server, or
            none for SQLite. HECHA_AMQP_MANAGEMENT_URL of the bus, for a login per service; without
            it all share HECHA_AMQP_URL. HECHA_CAMPAIGNS, HECHA_HOST and HECHA_PASSPHRASE, or
            their defaults.
    """
    campaigns = _campaigns(servers)
    provinces = _provinces(campaigns)
    environment = {
        **{name: value for name, value in servers.items() if not _is_secret(name)},
        **make_keys(folder / "keys", provinces, campaigns, servers.get("HECHA_PASSPHRASE")),
        "HECHA_SESSION_FILE": str(folder / "session"),
        "HECHA_CAMPAIGNS": ",".join(campaigns),
        "HECHA_HOST": servers.get("HECHA_HOST", DEFAULT_HOST),
        "HECHA_ROSTER_UPLOADS": str(_made(folder / "uploads")),
        "HECHA_SCAN_UPLOADS_FOLDER": str(_made(folder / "scan-parts")),
    }
    for service in WITH_DATABASE:
        url = _database(service, folder, servers)
        upgrade(service, url)
        environment[f"HECHA_{service.upper()}_DATABASE_URL"] = url
    for province in provinces:
        make_buckets(administrator_of(servers), province)
    plans = plans_of(all_classes(), provinces)
    declare(servers["HECHA_AMQP_URL"], plans, speakers=SPEAKERS)
    if servers["HECHA_AMQP_URL"].startswith(embedded.SCHEME):
        _say_again(environment, plans)
    if MANAGEMENT in servers:
        ask, admin = asker(servers[MANAGEMENT]), servers["HECHA_AMQP_URL"]
        environment |= bus_addresses(ask, admin, tuple(SERVICES), folder / "keys")
    return environment


def _is_secret(name: str) -> bool:
    return "_ADMIN_" in name or name in (MANAGEMENT, "HECHA_PASSPHRASE")


def _campaigns(servers: Mapping[str, str]) -> tuple[CampaignId, ...]:
    named = servers.get("HECHA_CAMPAIGNS", DEFAULT_CAMPAIGN)
    return tuple(CampaignId(one.strip()) for one in named.split(",") if one.strip())


def _provinces(campaigns: Sequence[CampaignId]) -> tuple[ProvinceCode, ...]:
    return tuple(sorted({province_of_campaign(one) for one in campaigns}))


def _database(service: str, folder: Path, servers: Mapping[str, str]) -> str:
    admin = servers.get("HECHA_ADMIN_DATABASE_URL")
    if admin:
        return service_url(admin, service, folder / "keys" / f"{service}.database")
    return f"sqlite:///{_made(folder / 'databases') / f'{service}.db'}"


def administrator_of(servers: Mapping[str, str]) -> ObjectStore:
    """The object store as its administrator, who alone makes buckets.

    Raises:
        KeyError: a setting is missing.
    """
    return ObjectStore(
        StoreAccess(
            servers["HECHA_S3_ENDPOINT"],
            servers["HECHA_S3_ADMIN_ACCESS_KEY"],
            servers["HECHA_S3_ADMIN_SECRET_KEY"],
            servers.get("HECHA_S3_SECURE", "false") == "true",
            servers.get("HECHA_BUCKET_PREFIX", "hecha"),
        )
    )


def _say_again(environment: Mapping[str, str], plans: Sequence[QueuePlan]) -> None:
    """The embedded bus starts empty; whatever was not done before is said again."""
    databases = {
        service: Database(service, environment[f"HECHA_{service.upper()}_DATABASE_URL"])
        for service in WITH_DATABASE
    }
    try:
        say_unsettled_again(databases, plans)
    finally:
        for database in databases.values():
            database.dispose()


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
