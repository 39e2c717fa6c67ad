"""Who asks at the door: somebody who is signed in, by their actor token, or who holds a ticket.

An operator's scanner holds a ticket; the staff pages send the token of whoever sits at them.
"""

import re
from datetime import datetime

from services.scan.submitting import Origin
from services.scan.uploads.domain import RefusedError
from services.scan.uploads.ticket import Tickets
from shared.contracts.actors import Actor
from shared.kernel.authority import Act, Place
from shared.kernel.errors import ActorRefusedError, NotAllowedError
from shared.kernel.ids import ActorToken, CampaignId, ProvinceCode
from shared.kernel.units import province_of
from shared.plumbing.actors import Actors

CAMPAIGN_HEADER = "Hecha-Campaign"
_CAMPAIGN = re.compile(r"[0-9]{2}-[a-z0-9]{1,24}")


def origin_of(
    bearer: str, campaign: str, at: datetime, believed: tuple[Tickets, Actors | None]
) -> Origin | None:
    """Whose bulk scan it is; None when nobody we believe says who asks.

    Args:
        bearer: a ticket or an actor token.
        campaign: of an actor token, the campaign that is scanned for; a ticket names its own.
        at: now.
        believed: what reads tickets, and whose word on actors counts.

    Raises:
        RefusedError: 403 for a role that hands no scans in, 400 without a campaign.
    """
    tickets, actors = believed
    held = tickets.read(bearer, at)
    if held is not None or actors is None:
        return held
    try:
        actor = actors.of(ActorToken(bearer))
        actor.require(Act.COMMIT_BULK_SCAN, Place(actor.path))
    except ActorRefusedError:
        return None
    except NotAllowedError:
        raise RefusedError(403, "not_allowed") from None
    return _of_school(actor, campaign)


def checked_campaign(campaign: str, province: ProvinceCode) -> CampaignId:
    """A campaign of a province.

    Raises:
        RefusedError: 400, it is none.
    """
    if not _CAMPAIGN.fullmatch(campaign) or not campaign.startswith(f"{province}-"):
        raise RefusedError(400, "campaign_required")
    return CampaignId(campaign)


def _of_school(actor: Actor, campaign: str) -> Origin:
    province = province_of(actor.path)
    return Origin(checked_campaign(campaign, province), province, actor.unit, actor.person)
