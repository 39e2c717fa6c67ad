"""A user with the rights of its service at a MinIO server, for each service that has any."""

import json
import secrets
from pathlib import Path

from minio import MinioAdmin
from minio.credentials.providers import StaticProvider

from deploy.servers.weed import RIGHTS, rights_of


def make_users(endpoint: str, login: tuple[str, str], prefix: str, folder: Path) -> dict[str, str]:
    """Make users and policies, or bring them up to date; gives the services' settings.

    Args:
        endpoint: HOST:PORT.
        login: access and secret key of the administrator.
        prefix: of the buckets' names.
        folder: where the users' secrets are kept.
    """
    server = MinioAdmin(endpoint=endpoint, credentials=StaticProvider(*login), secure=False)
    settings: dict[str, str] = {}
    for service in RIGHTS:
        access, secret = _kept(folder / f"{service}.objects", service)
        server.policy_add(f"hecha-{service}", policy=rights_of(service, f"{prefix}-*"))
        server.user_add(access, secret)
        server.policy_set(f"hecha-{service}", user=access)
        start = f"HECHA_{service.upper()}_S3"
        settings |= {f"{start}_ACCESS_KEY": access, f"{start}_SECRET_KEY": secret}
    return settings


def _kept(path: Path, service: str) -> tuple[str, str]:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        fresh = {"access": f"hecha-{service}", "secret": secrets.token_hex(20)}
        path.write_text(json.dumps(fresh))
    kept = json.loads(path.read_text())
    return kept["access"], kept["secret"]
