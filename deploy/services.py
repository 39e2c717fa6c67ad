"""Which services there are, and where their classes live: the only list of all of them."""

from importlib import import_module
from typing import Any

SERVICES = {
    "roster": "services.roster.service:RosterService",
    "campaign": "services.campaign.service:CampaignService",
    "accounts": "services.accounts.service:AccountsService",
    "forms": "services.forms.service:FormsService",
    "gateway": "services.gateway.service:GatewayService",
    "portal": "services.portal.service:PortalService",
    "storage": "services.storage.service:StorageService",
    "scan": "services.scan.service:ScanService",
    "progress": "services.progress.service:ProgressService",
    "review": "services.review.service:ReviewService",
    "audit": "services.audit.service:AuditService",
    "support": "services.support.service:SupportService",
}
WITH_DATABASE = (
    *("roster", "campaign", "accounts", "forms", "storage", "scan", "progress"),
    *("review", "audit", "support"),
)


def service_class(name: str) -> type[Any]:
    """The Nameko class of a service.

    Raises:
        KeyError: no service has this name.
    """
    module, _, attribute = SERVICES[name].partition(":")
    cls: type[Any] = getattr(import_module(module), attribute)
    return cls


def all_classes() -> list[type[Any]]:
    """Every service's class: importing them fills the registry of hearers."""
    return [service_class(name) for name in SERVICES]
