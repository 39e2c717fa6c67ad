"""A house of its own on real servers, started as an operator starts one."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.servers.ports import free_port
from tests.coming_up import await_up

_UP = [sys.executable, "-m", "deploy.up"]
_READY_S, _END_S = 300, 120


@contextmanager
def a_house_up(folder: Path, *scale: str) -> Iterator[None]:
    """RabbitMQ, PostgreSQL, S3 and a process per service below `folder / "up"`, ready.

    Args:
        folder: which the accounts of the servers can walk to, unlike pytest's own.
        scale: more processes of a service, as "scan=2".

    Raises:
        NotUpError: it did not come up in time.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": ".",
        "HECHA_GATEWAY_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    more = [word for one in scale for word in ("--scale", one)]
    place = ["--folder", str(folder / "up")]
    said = folder / "up.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [*_UP, *place, *more], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            await_up(process, said, lambda: "processes are ready" in said.read_text(), _READY_S)
            yield
        finally:
            subprocess.run([*_UP, "--down", *place], env=environment, check=False)
            process.wait(timeout=_END_S)
