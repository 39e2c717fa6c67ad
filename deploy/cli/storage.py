"""`hecha storage`: keys, buckets and the sealed archive of a province."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.actor import at_machine
from deploy.cli.rooms import database_of, settings_of
from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from deploy.keys import make_keys
from deploy.provision import administrator_of
from services.storage import auditing
from services.storage.keyring import Keyring, KeyringError, open_keyring, write_keyring
from services.storage.providers import vault_of
from services.storage.provisioning import make_buckets, publish_manifest, with_campaign
from services.storage.settings import StorageSettings
from services.storage.vault import Vault
from shared.contracts.events import ActDone
from shared.kernel.errors import UnknownCampaignError
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.kernel.units import province_of_campaign
from shared.plumbing.database import Database
from shared.plumbing.settings import SettingsError, value_of

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
_ADMINISTRATOR = (
    "HECHA_S3_ENDPOINT",
    "HECHA_S3_ADMIN_ACCESS_KEY",
    "HECHA_S3_ADMIN_SECRET_KEY",
)
Province = Annotated[str, typer.Option(help="default: the first of HECHA_PROVINCES")]


@app.command()
@explained
def init(
    folder: Annotated[Path, typer.Argument(help="for keyring, identities and manifests")],
    campaign: Annotated[list[str], typer.Option(help="id of a campaign; may be repeated")],
) -> None:
    """Make keys, identities and manifests, and the buckets where a store is set; prints settings."""
    campaigns = [CampaignId(one) for one in campaign]
    provinces = sorted({province_of_campaign(one) for one in campaigns})
    try:
        settings = make_keys(folder, provinces, campaigns)
    except KeyringError as error:
        tell(str(error), str(error))
        raise typer.Exit(1) from None
    for name, value in sorted(settings.items()):
        print(f"{name}={value}")
    administrator = {name: value_of(name, os.environ) or "" for name in _ADMINISTRATOR}
    if not all(administrator.values()):
        tell(
            f"未创建存储桶：请设置 {'、'.join(_ADMINISTRATOR)} 后再次运行。",
            f"no buckets were made: set {', '.join(_ADMINISTRATOR)} and run this again",
        )
        return
    store = administrator_of({**os.environ, **administrator})
    for province in provinces:
        make_buckets(store, province)
    tell("存储桶已就绪。", "the buckets are there")


@app.command()
@explained
def verify(province: Province = "") -> None:
    """Read and open every object; name each that is cut, altered, swapped or missing."""
    vault, code = _open(province)
    with database_of("storage") as database:
        checked, wrong = _told(auditing.verify(database, vault, code))
        _note(database, "verify_archive", code, outcome="damaged" if wrong else "done")
    if wrong:
        tell(
            f"{checked} 个对象中有 {wrong} 个不完好，请从备份恢复上列对象。",
            f"{wrong} of {checked} objects are not as they were kept: restore them from a backup",
        )
        raise typer.Exit(1)
    tell(f"{checked} 个对象全部完好，均可打开。", f"all {checked} objects are whole and open")


@app.command()
@explained
def capacity(province: Province = "") -> None:
    """How full the archive is, and how many objects wait to be kept."""
    vault, code = _open(province)
    with database_of("storage") as database:
        print(json.dumps(asdict(auditing.capacity(database, vault, code))))


@app.command()
@explained
def rotate(
    campaign: Annotated[str, typer.Argument(help="whose key pair is exchanged")],
) -> None:
    """Make a new key pair for a campaign and rewrap every data key; old photos stay readable.

    A running storage takes the new pair up by itself. Rewrapping does not undo a leak of what
    was copied before.
    """
    settings = settings_of(StorageSettings)
    province = province_of_campaign(CampaignId(campaign))
    try:
        before = open_keyring(settings.keyring_file, settings.passphrase)
    except KeyringError as error:
        raise SettingsError(f"HECHA_KEYRING_FILE: {error}") from None
    if before.current(CampaignId(campaign)) is None:
        raise UnknownCampaignError(campaign)
    with database_of("storage") as database:
        _note(database, "begin_rotation", province, campaign)
    keyring = _exchanged(before, province, CampaignId(campaign))
    write_keyring(settings.keyring_file, keyring, settings.passphrase)
    folder = value_of("HECHA_KEY_MANIFEST_FOLDER", os.environ)
    if folder:
        publish_manifest(Path(folder), keyring, province)
    vault = replace(vault_of(settings), keyring=keyring)
    with database_of("storage") as database:
        checked, wrong = _told(auditing.rotate(database, vault, CampaignId(campaign)))
        outcome = "not_rewrapped" if wrong else "done"
        _note(database, "rotate_keys", province, campaign, outcome=outcome)
    if wrong:
        tell(
            f"新密钥已启用，但上列 {wrong} 个对象的旧密钥无法打开，未作改动：请恢复较早的密钥文件。",
            f"the new key is in force, but the old keys of the {wrong} objects above do not open "
            "them; they were left as they are: restore an earlier keyring",
        )
        raise typer.Exit(1)
    tell(
        f"新密钥已启用，{checked} 个对象的密钥已重新封装。",
        f"the new key is in force, {checked} objects were rewrapped",
    )


def _note(
    database: Database,
    act: str,
    province: ProvinceCode,
    object_: str = "",
    *,
    outcome: str = "done",
) -> None:
    """Say to the audit log what whoever sits at the machine has done to a province's archive."""
    with database.transaction() as tx:
        done = ActDone(act, object_ or province, at_machine(), outcome)
        tx.say(done, province=province)


def _exchanged(keyring: Keyring, province: ProvinceCode, campaign: CampaignId) -> Keyring:
    retired = tuple(
        replace(key, is_current=False) if key.campaign == campaign else key for key in keyring.keys
    )
    return with_campaign(replace(keyring, keys=retired), province, campaign)


def _open(province: str) -> tuple[Vault, ProvinceCode]:
    settings = settings_of(StorageSettings)
    return vault_of(settings), ProvinceCode(province or settings.provinces[0])


def _told(findings: Iterator[auditing.Finding]) -> tuple[int, int]:
    """Print what is wrong, one line each; gives how many there were, and how many wrong."""
    checked, wrong = 0, 0
    for finding in findings:
        checked += 1
        if finding.wrong is not None:
            wrong += 1
            print(json.dumps({"object": finding.object, "wrong": finding.wrong.value}))
        if sys.stderr.isatty():
            print(f"\r{checked}", end="", file=sys.stderr)
    return checked, wrong
