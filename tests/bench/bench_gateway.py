"""200 uploads of 5 MB at once: memory and pace, against a plain Flask upload that seals too.

Both put what they seal into the same S3 server. Ours is the service in a process of its own;
the peer is Werkzeug's threaded server, the whole body read, one AES-GCM call, one PUT.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import urllib3
from PIL import Image

from deploy.provision import DEFAULT_CAMPAIGN, provision
from deploy.servers.ports import free_port
from deploy.servers.weed import RIGHTS, Weed
from shared.kernel.ids import SheetId
from shared.kernel.sheet_code import CodeHead, CodeType, Side, make_code
from shared.plumbing import embedded
from shared.plumbing.code_keys import load_code_keys

UPLOADS = int(os.environ.get("HECHA_BENCH_UPLOADS", "200"))
BYTES = 5_000_000
READY_S = 60


def main() -> None:
    """Print one line per figure."""
    photo = a_photo()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        weed = Weed(folder / "s3")
        weed.start()
        try:
            environment = provision(folder, servers(weed))
            ours = measure(
                serve_ours(environment),
                environment["HECHA_GATEWAY_ADDRESS"],
                photo,
                paths(environment),
            )
            address = f"127.0.0.1:{free_port()}"
            peer = measure(
                serve_peer(weed, address),
                address,
                photo,
                [f"/upload/{number}" for number in range(UPLOADS)],
            )
        finally:
            weed.kill()
    size = len(photo) / 1e6
    print(
        f"gateway: memory at most, {UPLOADS} uploads of {size:.1f} MB at once\tours {ours[1]:.0f} MB"
        f"\tpeer {peer[1]:.0f} MB (Flask threaded, body in memory)\tratio {ours[1] / peer[1]:.2f}"
    )
    print(
        f"gateway: uploads a second\tours {ours[0]:.1f}/s"
        f"\tpeer {peer[0]:.1f}/s (the same server)\tratio {ours[0] / peer[0]:.2f}"
    )
    print(f"gateway: accepted\tours {ours[2]}/{UPLOADS}\tpeer {peer[2]}/{UPLOADS}\tratio -")


def a_photo() -> bytes:
    """A JPEG of about 5 MB: noise does not shrink."""
    random = np.random.default_rng(1)
    side = 2000
    while True:
        noise = random.integers(0, 255, (side, side, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(noise).save(buffer, "JPEG", quality=90)
        if buffer.tell() >= BYTES:
            return buffer.getvalue()
        side += 100


def servers(weed: Weed) -> dict[str, str]:
    """What `provision` needs."""
    access, secret = weed.credentials()
    found = {
        "HECHA_AMQP_URL": embedded.URL,
        "HECHA_S3_ENDPOINT": weed.endpoint,
        "HECHA_S3_ADMIN_ACCESS_KEY": access,
        "HECHA_S3_ADMIN_SECRET_KEY": secret,
        "HECHA_GATEWAY_ADDRESS": f"127.0.0.1:{free_port()}",
        "HECHA_LOG_LEVEL": "ERROR",
    }
    for who in RIGHTS:
        access, secret = weed.credentials(who)
        found[f"HECHA_{who.upper()}_S3_ACCESS_KEY"] = access
        found[f"HECHA_{who.upper()}_S3_SECRET_KEY"] = secret
    return found


def paths(environment: dict[str, str]) -> list[str]:
    """An upload address for each of so many sheets."""
    keys = load_code_keys(Path(environment["HECHA_SHEET_CODE_KEYS_FILE"]))
    key = next(one.key for one in keys if one.key.campaign == DEFAULT_CAMPAIGN)
    codes = [
        make_code(CodeHead(CodeType.SHEET, 1, Side.FRONT, 1, SheetId(f"{number:012x}")), key)
        for number in range(UPLOADS)
    ]
    return [f"/s/{code}/photos/{number:032x}" for number, code in enumerate(codes)]


def serve_ours(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """The gateway in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.serve", "gateway"],
        env={**os.environ, **environment, "PYTHONPATH": "."},
        stderr=subprocess.DEVNULL,
    )


def serve_peer(weed: Weed, address: str) -> subprocess.Popen[bytes]:
    """The peer in a process of its own."""
    access, secret = weed.credentials()
    return subprocess.Popen(
        [sys.executable, __file__, "peer", address, weed.endpoint, access, secret],
        env={**os.environ, "PYTHONPATH": "."},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def peer(address: str, endpoint: str, access: str, secret: str) -> None:
    """A plain upload."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from flask import Flask, request
    from minio import Minio

    app = Flask("peer")
    store = Minio(endpoint, access, secret, secure=False, region="cn")

    @app.put("/upload/<name>")
    def upload(name: str) -> tuple[str, int]:
        sealed = AESGCM(bytes(32)).encrypt(os.urandom(12), request.get_data(), None)
        store.put_object("hecha-44-landing", f"peer/{name}", io.BytesIO(sealed), len(sealed))
        return "", 202

    host, _, port = address.partition(":")
    app.run(host, int(port), threaded=True)


def measure(
    process: subprocess.Popen[bytes], address: str, photo: bytes, where: list[str]
) -> tuple[float, float, int]:
    """Uploads a second, peak memory in MB, and how many were accepted."""
    try:
        await_listening(address)
        http = urllib3.PoolManager(maxsize=UPLOADS, timeout=120, retries=False)

        def put(path: str) -> int:
            for _ in range(30):
                try:
                    answer = http.request(
                        "PUT",
                        f"http://{address}{path}",
                        body=photo,
                        headers={"Content-Type": "image/jpeg"},
                    )
                except urllib3.exceptions.HTTPError:
                    time.sleep(1)
                    continue
                if answer.status != 503:
                    return int(answer.status)
                time.sleep(float(answer.headers.get("Retry-After", "1")))
            return 0

        started = time.perf_counter()
        with ThreadPoolExecutor(UPLOADS) as threads:
            statuses = list(threads.map(put, where))
        seconds = time.perf_counter() - started
        return UPLOADS / seconds, high_water(process.pid), statuses.count(202)
    finally:
        process.terminate()
        process.wait(30)


def high_water(pid: int) -> float:
    """The largest resident size a process has had, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmHWM")


def await_listening(address: str) -> None:
    """Wait until somebody answers."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        try:
            urllib3.PoolManager(retries=False).request("GET", f"http://{address}/", timeout=2)
        except urllib3.exceptions.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(address)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        peer(*sys.argv[2:])
    else:
        main()
