"""Which credentials the services of a house still share, told to whoever starts it."""

from collections.abc import Mapping

from deploy.real_servers import ACCESS, BUS, MANAGEMENT, WITH_CREDENTIAL


def shared_credentials(settings: Mapping[str, str]) -> list[str]:
    """A line for each credential that is not a service's own, with what would make it so.

    Args:
        settings: of the servers, as `RealServers.settings` gives them. Databases never appear:
            an administrator's address is all that a login per service needs.
    """
    lines = []
    if MANAGEMENT not in settings:
        lines.append(
            f"shared: every service uses the login of {BUS}; name the broker's management API"
            f" in {MANAGEMENT} and each gets its own"
        )
    sharing = [who for who in WITH_CREDENTIAL if settings.get(_key(who)) == settings.get(ACCESS)]
    if sharing:
        lines.append(
            f"shared: {', '.join(sharing)} may do everything at the object store, as its"
            f" administrator; set {', '.join(map(_key, sharing))} and their secret keys"
        )
    return lines


def _key(service: str) -> str:
    return f"HECHA_{service.upper()}_S3_ACCESS_KEY"
