"""`./run up --scale` while the house runs: what is wished for lies in a file that `up` reads."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.health import is_ready
from deploy.house import House, health_record
from deploy.replicas import Replica, parse_scale, service_of

WISHES = "scale.json"
_LOOK_S = 0.2


def wish(folder: Path, scale: Mapping[str, int]) -> None:
    """Say how many processes services shall have; those that are not named keep theirs."""
    path = folder / WISHES
    whole = {**wished(folder), **scale}
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(whole))
    beside.replace(path)  # never half a file for whoever reads it just now


def wished(folder: Path) -> dict[str, int]:
    """What was wished for last; nothing where nobody wished, or the file is none of ours."""
    try:
        plain = json.loads((folder / WISHES).read_text())
        return parse_scale([f"{service}={count}" for service, count in plain.items()])
    except (FileNotFoundError, ValueError, AttributeError):
        return {}


def forget_wishes(folder: Path) -> None:
    """Begin anew: what counts is what this start was told."""
    (folder / WISHES).unlink(missing_ok=True)


def follow(folder: Path, house: House, say: Callable[[str], None]) -> None:
    """Let the house have what is wished for; asked again and again while it runs."""
    for service, count in wished(folder).items():
        before = house.count(service)
        if count != before:
            say(f"{service}: from {before} to {count} processes")
            house.rescale(service, count)


def has_become(folder: Path, scale: Mapping[str, int], *, within_s: float) -> bool:
    """Wait until every wished process is ready and the others of its service are gone."""
    wanted = {Replica(one, n).name for one, count in scale.items() for n in range(1, count + 1)}
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        kept = {path.stem for path in (folder / "run").glob("*.pid")}
        of_these = {name for name in kept if service_of(name) in scale}
        if of_these == wanted and all(_answers(folder, name) for name in wanted):
            return True
        time.sleep(_LOOK_S)
    return False


def _answers(folder: Path, name: str) -> bool:
    try:
        port = int((folder / "ports" / health_record(name)).read_text())
    except (FileNotFoundError, ValueError):
        return False
    return is_ready(f"127.0.0.1:{port}")
