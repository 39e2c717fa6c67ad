"""A house of its own on real servers, started as an operator starts one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.servers.ports import free_port

_UP = [sys.executable, "-m", "deploy.up"]
_READY_S, _END_S = 300, 120
_LOOK_S = 0.3


class HouseNotUpError(RuntimeError):
    """The house did not come up; the message is what it said."""


@contextmanager
def a_house_up(folder: Path, *scale: str) -> Iterator[None]:
    """RabbitMQ, PostgreSQL, S3 and a process per service below `folder / "up"`, ready.

    Args:
        folder: which the accounts of the servers can walk to, unlike pytest's own.
        scale: more processes of a service, as "scan=2".

    Raises:
        HouseNotUpError: it did not come up in time.
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
            _await_ready(process, said)
            yield
        finally:
            subprocess.run([*_UP, "--down", *place], env=environment, check=False)
            process.wait(timeout=_END_S)


def _await_ready(process: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while "processes are ready" not in said.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise HouseNotUpError(said.read_text())
        time.sleep(_LOOK_S)
