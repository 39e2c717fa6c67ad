"""How many processes of which service: `--scale scan=2`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.services import SERVICES

MOST = 64


@dataclass(frozen=True, slots=True)
class Replica:
    """One process of a service; the first one has number 1."""

    service: str
    number: int

    @property
    def name(self) -> str:
        """What it is called in messages, records and logs."""
        return f"{self.service}-{self.number}"


def service_of(name: str) -> str:
    """The service of a process, by the name of its replica."""
    return name.rpartition("-")[0]


def parse_scale(texts: Sequence[str]) -> dict[str, int]:
    """How many processes each named service gets.

    Raises:
        ValueError: not SERVICE=N, no such service, or a number that makes no sense.
    """
    scale = {}
    for text in texts:
        service, _, number = text.partition("=")
        if service not in SERVICES:
            raise ValueError(f"--scale {text}: the services are {', '.join(SERVICES)}")
        if not number.isdigit() or not 1 <= int(number) <= MOST:
            raise ValueError(f"--scale {text}: write SERVICE=N with N from 1 to {MOST}")
        scale[service] = int(number)
    return scale


def replicas(scale: Mapping[str, int]) -> list[Replica]:
    """Every process of the house; a service that is not named gets one."""
    return [
        Replica(service, number)
        for service in SERVICES
        for number in range(1, scale.get(service, 1) + 1)
    ]
