"""The administration of MinIO as its own client speaks it, against a server that notes it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from minio.crypto import decrypt
from urllib3 import HTTPResponse

from deploy.compose.minio_users import make_users
from deploy.servers.ports import free_port
from deploy.servers.weed import RIGHTS
from shared.plumbing.objects import StoreRefusedError

LOGIN = ("objects-admin", "objects-secret")


class Noting(ThreadingHTTPServer):
    """Takes every request and keeps it; or refuses every one."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", free_port()), Notes)
        self.policies: dict[str, dict] = {}
        self.users: dict[str, dict] = {}
        self.policy_of: dict[str, str] = {}

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def note(self, command: str, query: dict[str, str], body: bytes) -> None:
        if command == "add-canned-policy":
            self.policies[query["name"]] = json.loads(body)
        elif command == "add-user":
            sealed = HTTPResponse(BytesIO(body), preload_content=False)
            self.users[query["accessKey"]] = json.loads(decrypt(sealed, LOGIN[1]))
        elif command == "set-user-or-group-policy":
            self.policy_of[query["userOrGroup"]] = query["policyName"]


class Notes(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        server: Noting = self.server
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if server.status == 200:
            server.note(parts.path.rpartition("/")[2], query, body)
        self.send_response(server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Noting]:
    with Noting() as noting:
        threading.Thread(target=noting.serve_forever, daemon=True).start()
        yield noting
        noting.shutdown()


def test_every_service_with_rights_gets_a_user_with_a_policy_of_its_own(
    server: Noting, tmp_path: Path
) -> None:
    settings = make_users(server.endpoint, LOGIN, "hecha", tmp_path)

    for service in RIGHTS:
        access = settings[f"HECHA_{service.upper()}_S3_ACCESS_KEY"]
        secret = settings[f"HECHA_{service.upper()}_S3_SECRET_KEY"]
        assert server.users[access] == {"status": "enabled", "secretKey": secret}
        assert server.policy_of[access] == f"hecha-{service}"
    assert len(server.users) == len(RIGHTS)
    assert set(server.policies) == set(server.policy_of.values())


def test_the_edges_policy_puts_and_nothing_else(server: Noting, tmp_path: Path) -> None:
    make_users(server.endpoint, LOGIN, "province", tmp_path)

    statements = server.policies["hecha-gateway"]["Statement"]
    assert {action for one in statements for action in one["Action"]} == {"s3:PutObject"}
    assert {where for one in statements for where in one["Resource"]} == {
        "arn:aws:s3:::province-*-landing/*",
        "arn:aws:s3:::province-*-slots/incoming/*",
    }


def test_storages_policy_neither_lifts_a_lock_nor_makes_or_drops_a_bucket(
    server: Noting, tmp_path: Path
) -> None:
    make_users(server.endpoint, LOGIN, "hecha", tmp_path)

    actions = {
        action for one in server.policies["hecha-storage"]["Statement"] for action in one["Action"]
    }
    assert not actions & {"s3:*", "s3:BypassGovernanceRetention"}
    assert not [one for one in actions if one.endswith(("CreateBucket", "DeleteBucket"))]


def test_made_again_every_secret_stays(server: Noting, tmp_path: Path) -> None:
    first = make_users(server.endpoint, LOGIN, "hecha", tmp_path)

    assert make_users(server.endpoint, LOGIN, "hecha", tmp_path) == first
    assert [path for path in tmp_path.iterdir() if path.stat().st_mode & 0o077] == []


def test_a_refusal_is_told_by_its_status_alone(server: Noting, tmp_path: Path) -> None:
    server.status = 403

    with pytest.raises(StoreRefusedError) as told:
        make_users(server.endpoint, LOGIN, "hecha", tmp_path)
    assert told.value.args == ("403",)
