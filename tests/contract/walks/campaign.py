"""Campaign: one county's switch is what everything is about."""

from datetime import date, timedelta
from pathlib import Path

from services.campaign.service import CampaignService
from shared.contracts.campaign_commands import (
    CloseWindow,
    CreateCampaign,
    InheritWindow,
    RehearseWindow,
    SetWindow,
    ShowRegions,
)
from shared.kernel.authority import Place
from shared.kernel.ids import UnitCode
from tests.contract.walks.stage import Row, Stage, bare, believing
from tests.unit.campaign.house import CAMPAIGN, EXPORT, NOW, PATHS, FakeDrafts, House

COUNTY = UnitCode("449101")


def stage(folder: Path) -> Stage:
    house = House(folder)
    house.database.engine.raw_connection().execute("PRAGMA synchronous=OFF")
    house.create(regions_may_narrow=True)
    house.set("44", end=9)
    of = (CAMPAIGN, COUNTY, EXPORT)
    span = (NOW + timedelta(hours=1), NOW + timedelta(hours=2))
    at = Place(PATHS[COUNTY])
    service = bare(
        CampaignService, database=house.database, actors=believing(NOW), drafts=FakeDrafts()
    )
    rows = {
        CreateCampaign: Row(
            lambda token: CreateCampaign(
                CAMPAIGN, "核查", date(2026, 3, 31), token, regions_may_narrow=True
            ),
            Place("44/"),
        ),
        SetWindow: Row(lambda token: SetWindow(*of, *span, token, "why"), at),
        CloseWindow: Row(lambda token: CloseWindow(*of, token, "why"), at),
        InheritWindow: Row(lambda token: InheritWindow(*of, token, "why"), at),
        RehearseWindow: Row(lambda token: RehearseWindow(*of, token), at),
        ShowRegions: Row(lambda token: ShowRegions(CAMPAIGN, COUNTY, token), at),
    }
    return Stage(service, PATHS, NOW, rows)
