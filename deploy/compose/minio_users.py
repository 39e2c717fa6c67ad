"""A user with the rights of its service at a MinIO server, for each service that has any."""

import json
import secrets
from pathlib import Path

from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioAdminException
from urllib3.exceptions import HTTPError

from deploy.servers.weed import RIGHTS, rights_of
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError


def make_users(endpoint: str, login: tuple[str, str], prefix: str, folder: Path) -> dict[str, str]:
    """Make users and policies, or bring them up to date; gives the services' settings.

    Args:
        endpoint: HOST:PORT.
        login: access and secret key of the administrator.
        prefix: of the buckets' names.
        folder: where the users' secrets are kept.

    Raises:
        StoreRefusedError: the server refused; args: the HTTP status.
        StoreUnavailableError: it does not answer.
    """
    server = MinioAdmin(endpoint=endpoint, credentials=StaticProvider(*login), secure=False)
    settings: dict[str, str] = {}
    for service in RIGHTS:
        access, secret = _kept(folder / f"{service}.objects", service)
        try:
            _make(server, service, (access, secret), prefix)
        except MinioAdminException as refusal:
            raise StoreRefusedError(refusal._code) from None
        except HTTPError as away:
            raise StoreUnavailableError(type(away).__name__) from None
        start = f"HECHA_{service.upper()}_S3"
        settings |= {f"{start}_ACCESS_KEY": access, f"{start}_SECRET_KEY": secret}
    return settings


def _make(server: MinioAdmin, service: str, login: tuple[str, str], prefix: str) -> None:
    policy = f"hecha-{service}"
    server.policy_add(policy, policy=rights_of(service, f"{prefix}-*"))
    server.user_add(*login)
    server.policy_set(policy, user=login[0])


def _kept(path: Path, service: str) -> tuple[str, str]:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = {"access": f"hecha-{service}", "secret": secrets.token_hex(20)}
        beside = path.with_name(path.name + ".new")
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(fresh))
        beside.replace(path)
    kept = json.loads(path.read_text())
    return kept["access"], kept["secret"]
