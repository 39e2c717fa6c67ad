import json
import re
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from deploy.compose.provision import MOUNTED, PARTS, PROVISION
from deploy.compose.servers import addresses_of, servers_of
from deploy.environment_file import NAME
from deploy.house import declared, health_variable
from deploy.services import SERVICES
from shared.plumbing.settings import SettingsError
from tests.contract.image import ROOT, owned_folders

TEXT = (ROOT / "docker-compose.yml").read_text()
SERVERS = ("bus", "databases", "objects")
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<mark>:[-?])?(?P<rest>[^}]*)\}")
WRITABLE = {"storage": ["manifests:/run/manifests"], "scan": ["parts:/parts"]}
GIVEN = {
    "HECHA_CAMPAIGNS": "44-2026a",
    "HECHA_HOST": "hecha.example.gov.cn",
    "HECHA_PASSPHRASE": "passphrase-of-the-test",
    "HECHA_BUS_ADMIN": "bus-admin",
    "HECHA_BUS_PASSWORD": "bus-secret",
    "HECHA_DATABASE_ADMIN": "database-admin",
    "HECHA_DATABASE_PASSWORD": "database-secret",
    "HECHA_OBJECTS_ADMIN": "objects-admin",
    "HECHA_OBJECTS_PASSWORD": "objects-secret",
}


class MissingVariableError(Exception):
    """What the engine says about a variable that must be given."""


def composed(given: dict[str, str] | None = None) -> dict[str, Any]:
    """The file as an engine sees it: variables filled in, merge keys resolved."""
    environment = GIVEN if given is None else given

    def value(match: re.Match[str]) -> str:
        name, mark = match["name"], match["mark"]
        if environment.get(name):
            return environment[name]
        if mark == ":-":
            return match["rest"]
        raise MissingVariableError(name)

    filled = VARIABLE.sub(value, TEXT.replace("$$", "\0")).replace("\0", "$$")
    document = yaml.safe_load(filled)
    return {key: part for key, part in document.items() if not key.startswith("x-")}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    parts: dict[str, Any] = composed()["services"]
    return parts


def spec(document: dict[str, Any]) -> Any:
    return PyCompose.from_json(json.dumps(document)).to_spec()


def test_the_file_is_a_compose_specification() -> None:
    assert set(spec(composed()).services) == {*SERVERS, "provision", "desk", *SERVICES}


def test_a_misspelt_key_would_be_found() -> None:
    document = composed()
    document["services"]["scan"]["helthcheck"] = {"disable": True}

    with pytest.raises(ValueError, match="helthcheck"):
        spec(document)


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_nothing_starts_without_a_name_and_a_password_of_ones_own(name: str) -> None:
    with pytest.raises(MissingVariableError, match=name):
        composed({key: value for key, value in GIVEN.items() if key != name})


def test_the_example_of_the_settings_names_all_of_them_and_fills_in_none() -> None:
    lines = (ROOT / "deploy/compose/env.example").read_text().splitlines()

    assert {f"{name}=" for name in GIVEN} == {line for line in lines if line and line[0] != "#"}


def test_every_service_of_the_house_is_there(services: dict[str, Any]) -> None:
    folders = {path.parent.name for path in (ROOT / "services").glob("*/service.py")}

    assert folders <= set(SERVICES) <= set(services)
    for name in SERVICES:
        assert services[name]["command"] == ["deploy.serve", name]


@pytest.mark.parametrize("name", [*SERVERS, *SERVICES])
def test_every_container_is_asked_whether_it_is_well(services: dict[str, Any], name: str) -> None:
    assert services[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_the_provision_and_that_for_the_servers(
    services: dict[str, Any], name: str
) -> None:
    assert services[name]["depends_on"]["provision"] == {
        "condition": "service_completed_successfully"
    }
    assert services["provision"]["depends_on"] == {
        server: {"condition": "service_healthy"} for server in SERVERS
    }
    assert services["provision"]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_with_nothing_it_does_not_need(services: dict[str, Any], name: str) -> None:
    service = services[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["volumes"][0] == f"{name}:/run/hecha:ro"
    assert not [one for one in service["volumes"] if one.startswith("house:")]
    writable = [one for one in service["volumes"] if not one.endswith(":ro")]
    assert writable == WRITABLE.get(name, [])


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_gets_no_address_or_secret_of_another(
    services: dict[str, Any], name: str
) -> None:
    variables = services[name]["environment"]
    foreign = [f"HECHA_{other.upper()}_" for other in SERVICES if other != name]

    assert not [one for one in variables if one.startswith(tuple(foreign))]
    assert variables["HECHA_ENVIRONMENT_FILE"] == "/run/hecha/environment"
    assert ("HECHA_PASSPHRASE" in variables) == (name == "storage")


def test_every_program_that_is_named_is_there(services: dict[str, Any]) -> None:
    for name in ("provision", "desk", *SERVICES):
        words = [*services[name].get("entrypoint", []), *services[name]["command"]]
        named = next(word for word in words if word.startswith("deploy."))
        package = find_spec(named)
        assert package is not None, named
        program = f"{named}.__main__" if package.submodule_search_locations else named

        assert callable(import_module(program).main), name
        if name in SERVICES:
            assert words[-1] in SERVICES


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_asked_for_its_health_where_it_tells_it(
    services: dict[str, Any], name: str
) -> None:
    *command, asked = services[name]["healthcheck"]["test"]
    told = services[name]["environment"][health_variable(name)]

    assert command == ["CMD", "python", "-m", "deploy.health"]
    assert find_spec("deploy.health")
    assert asked.rpartition(":")[2] == told.rpartition(":")[2]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_told_nothing_that_it_does_not_read(
    services: dict[str, Any], name: str
) -> None:
    known = declared(name) | {health_variable(name)}

    assert set(services[name]["environment"]) <= known


def test_the_provision_is_told_what_it_needs(services: dict[str, Any]) -> None:
    told = services["provision"]["environment"]

    assert addresses_of(servers_of(told)) == {
        "bus": ("bus", 5672),
        "bus's management": ("bus", 15672),
        "databases": ("databases", 5432),
        "objects": ("objects", 9000),
    }
    assert {host for host, _ in addresses_of(servers_of(told)).values()} == set(SERVERS)


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_the_provision_refuses_an_empty_setting_by_its_name(
    services: dict[str, Any], name: str
) -> None:
    with pytest.raises(SettingsError, match=name):
        servers_of({**services["provision"]["environment"], name: ""})


def test_everybody_finds_the_settings_where_the_provision_puts_them(
    services: dict[str, Any],
) -> None:
    mounts = services["provision"]["volumes"]

    assert services["desk"]["environment"]["HECHA_ENVIRONMENT_FILE"] == str(
        PROVISION / "house" / NAME
    )
    assert f"house:{PROVISION / 'house'}" in mounts
    for name in SERVICES:
        assert f"{name}:{PROVISION / name}" in mounts
        assert f"{name}:{MOUNTED}:ro" in services[name]["volumes"]
        assert services[name]["environment"]["HECHA_ENVIRONMENT_FILE"] == str(MOUNTED / NAME)


def test_the_image_makes_every_folder_that_a_volume_covers(services: dict[str, Any]) -> None:
    covered = {
        mount.split(":")[1]
        for name in ("provision", "desk", *SERVICES)
        for mount in services[name]["volumes"]
    }

    assert covered <= owned_folders()


def test_whoever_reads_the_manifests_shares_them_with_who_signs_them(
    services: dict[str, Any],
) -> None:
    signed_anew = f"manifests:{PROVISION / 'house' / 'keys' / 'manifests'}"
    assert signed_anew in services["provision"]["volumes"]

    for name in (*SERVICES, "desk"):
        if "HECHA_KEY_MANIFEST_FOLDER" in (told := services[name]["environment"]):
            shared = f"manifests:{told['HECHA_KEY_MANIFEST_FOLDER']}"
            assert {shared, f"{shared}:ro"} & set(services[name]["volumes"]), name


def test_only_the_gateway_is_published(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if service.get("ports")] == ["gateway"]
    assert [name for name in services if "edge" in services[name]["networks"]] == ["gateway"]
    assert composed()["networks"]["inside"] == {"internal": True}
    assert composed()["networks"]["door"] == {"internal": True}


def test_the_gateway_reaches_bus_and_objects_and_no_database(services: dict[str, Any]) -> None:
    reached = {
        name
        for name in services
        if name != "gateway"
        and set(services[name]["networks"]) & set(services["gateway"]["networks"])
    }

    assert reached == {"bus", "objects"}


def test_every_server_image_has_an_exact_version(services: dict[str, Any]) -> None:
    for name in SERVERS:
        version = services[name]["image"].rpartition(":")[2]

        assert re.search(r"\d+\.\d+|RELEASE\.\d{4}-\d\d-\d\d", version), name


def test_every_network_is_declared(services: dict[str, Any]) -> None:
    used = {network for one in services.values() for network in one["networks"]}

    assert used == set(composed()["networks"])


def test_every_volume_is_declared(services: dict[str, Any]) -> None:
    used = {mount.partition(":")[0] for one in services.values() for mount in one["volumes"]}

    assert used == set(composed()["volumes"])


def test_every_process_of_scan_finds_the_parts_of_an_upload(services: dict[str, Any]) -> None:
    assert f"parts:{PARTS}" in services["scan"]["volumes"]
    assert "parts" in composed()["volumes"]
