import pytest

from deploy.replicas import Replica, parse_scale, replicas
from deploy.services import SERVICES


def test_every_service_runs_once_unless_it_is_scaled() -> None:
    names = [replica.name for replica in replicas({"scan": 2})]

    assert {f"{service}-1" for service in SERVICES} <= set(names)
    assert "scan-2" in names
    assert len(names) == len(SERVICES) + 1


def test_the_scale_is_read_from_the_command_line() -> None:
    assert parse_scale(["scan=4", "progress=2"]) == {"scan": 4, "progress": 2}
    assert Replica("scan", 4) in replicas(parse_scale(["scan=4"]))


@pytest.mark.parametrize("text", ["scan", "scan=", "scan=0", "scan=-1", "scan=x", "scan=65"])
def test_a_number_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write SERVICE=N"):
        parse_scale([text])


def test_an_unknown_service_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"the services are .*scan"):
        parse_scale(["scanner=2"])
