from deploy.real_servers import WITH_CREDENTIAL
from deploy.shared_credentials import shared_credentials

OWN = {f"HECHA_{who.upper()}_S3_ACCESS_KEY": who for who in WITH_CREDENTIAL}
SERVERS = {"HECHA_S3_ADMIN_ACCESS_KEY": "admin", "HECHA_AMQP_MANAGEMENT_URL": "http://bus"} | OWN


def test_nothing_is_told_where_every_service_has_its_own() -> None:
    assert shared_credentials(SERVERS) == []


def test_a_bus_without_its_management_is_told_with_the_setting_that_helps() -> None:
    servers = {name: text for name, text in SERVERS.items() if name != "HECHA_AMQP_MANAGEMENT_URL"}

    [line] = shared_credentials(servers)
    assert "HECHA_AMQP_MANAGEMENT_URL" in line


def test_only_those_who_use_the_administrators_credential_are_named() -> None:
    [line] = shared_credentials(SERVERS | {"HECHA_SCAN_S3_ACCESS_KEY": "admin"})

    assert "HECHA_SCAN_S3_ACCESS_KEY" in line
    assert "gateway" not in line
