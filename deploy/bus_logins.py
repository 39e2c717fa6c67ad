"""One login per service on a RabbitMQ server, with the least that it can work with."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from deploy.bus_management import Ask
from deploy.logins import kept_password
from shared.plumbing.permissions import permissions_of


def bus_variable(service: str) -> str:
    """The setting that holds the bus's address for one service alone."""
    return f"HECHA_{service.upper()}_AMQP_URL"


def bus_addresses(ask: Ask, admin: str, services: Sequence[str], folder: Path) -> dict[str, str]:
    """A login for each service, as settings; passwords are kept in the folder."""
    return {
        bus_variable(name): service_url(ask, admin, name, kept_password(folder / f"{name}.bus"))
        for name in services
    }


def service_url(ask: Ask, admin: str, service: str, password: str) -> str:
    """The address of the bus for one service; its login is made, or brought up to date.

    Args:
        ask: as an administrator of the server.
        admin: the address of the bus as that administrator; names the virtual host.
        service: names the login: `hecha_<service>`.
        password: letters and digits.
    """
    name = f"hecha_{service}"
    address = urlsplit(admin)
    vhost = quote(unquote(address.path.removeprefix("/")) or "/", safe="")
    own = permissions_of(service)
    ask("PUT", f"/api/users/{name}", {"password": password, "tags": ""})
    ask(
        "PUT",
        f"/api/permissions/{vhost}/{name}",
        {"configure": own.configure, "write": own.write, "read": own.read},
    )
    for topic in own.topics:
        ask("PUT", f"/api/topic-permissions/{vhost}/{name}", asdict(topic))
    host = address.netloc.rpartition("@")[2]
    return urlunsplit(address._replace(netloc=f"{name}:{quote(password, safe='')}@{host}"))
