"""How the switches stand in a part of the tree: a unit and those directly below it."""

from services.campaign import store
from services.campaign.domain import switch_at
from services.campaign.telling import province_of
from services.campaign.usecases import entry_of, known_campaign, known_path
from shared.contracts.actors import Actor
from shared.contracts.acts import act_of
from shared.contracts.campaign_commands import Region, Regions, ShowRegions
from shared.kernel.authority import Place
from shared.kernel.errors import UnknownUnitError
from shared.kernel.units import PATH_END, codes_up
from shared.kernel.windows import Action
from shared.plumbing.acting import Deed, acting
from shared.plumbing.database import Database


def show_regions(database: Database, actor: Actor, request: ShowRegions) -> Regions:
    """How the switches stand at a unit and directly below it; classes have none of their own.

    Raises:
        UnknownCampaignError, UnknownUnitError: no such campaign, or no such unit in its province.
        NotAllowedError: the actor sets no windows there.
    """
    with acting(database, actor, Deed("see_windows", request.campaign, request.unit)) as tx:
        row = known_campaign(tx, request.campaign)
        path = known_path(tx, request.unit)
        if not path.startswith(f"{province_of(request.campaign)}{PATH_END}"):
            raise UnknownUnitError(request.unit)
        actor.require(act_of(request), Place(path))
        places = [(request.unit, path), *store.regions_below(tx, path)]
        codes = [*codes_up(path), *(code for code, _ in places[1:])]
        holding = store.told_at(tx, request.campaign, codes)
        settings = store.settings_below(tx, request.campaign, path)
    now = database.clock()
    units = []
    for code, at in places:
        units.append(
            Region(
                unit=code,
                switches=tuple(switch_at(one, holding[one], at, now) for one in Action),
                own=tuple(entry_of(one) for where, one in settings if where == at),
                set_below=len({w for w, _ in settings if w.startswith(at) and w != at}),
            )
        )
    days = (row.cut_off, row.ends_on, row.regions_may_narrow)
    return Regions(request.campaign, row.name, *days, now, tuple(units))
