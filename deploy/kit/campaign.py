"""What a kit holds: a campaign of its own, its keys, and the pupils of its roster."""

import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

from deploy.kit.vault import Vault
from shared.contracts.roster_commands import ClassSnapshot
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId
from shared.kernel.sheet_code import KEY_BYTES, CodeKey

# No province: a kit's codes are nobody's but its own.
PROVINCE = ProvinceCode("00")
_CAMPAIGN, _CLASSES, _ISSUED = "campaign", "classes", "issued"


@dataclass(frozen=True, slots=True)
class KitCampaign:
    """The campaign of one kit."""

    campaign: CampaignId
    name: str
    host: str
    cut_off: date
    key: str = field(repr=False)  # hex
    ledger_key: str = field(repr=False)  # hex

    @property
    def code_key(self) -> CodeKey:
        """The check key of its sheet codes."""
        return CodeKey(self.campaign, PROVINCE, bytes.fromhex(self.key))


@dataclass(frozen=True, slots=True)
class KitSheet:
    """A printed copy of a sheet, and whose it is."""

    sheet: SheetId
    serial: int
    student: str
    student_number: str
    class_name: str
    number_in_class: int | None
    generation: int = 1


@dataclass(slots=True)
class Kit:
    """An opened kit folder."""

    folder: Path
    vault: Vault
    campaign: KitCampaign
    classes: tuple[ClassSnapshot, ...]
    issued: tuple[KitSheet, ...] = ()

    def issue(self, sheets: tuple[KitSheet, ...]) -> None:
        """Add printed copies; kept before anybody sees the paper."""
        self.issued = (*self.issued, *sheets)
        self.vault.write(_ISSUED, msgspec.json.encode(self.issued))


def new_campaign(name: str, host: str, cut_off: date) -> KitCampaign:
    """A campaign with fresh keys."""
    id_ = CampaignId(f"{PROVINCE}-{secrets.token_hex(4)}")
    key, ledger_key = secrets.token_hex(KEY_BYTES), secrets.token_hex(KEY_BYTES)
    return KitCampaign(id_, name, host, cut_off, key, ledger_key)


def create_kit(
    folder: Path, passphrase: str, campaign: KitCampaign, classes: tuple[ClassSnapshot, ...]
) -> Kit:
    """Write a new kit folder, everything in it sealed.

    Raises:
        KitExistsError: there is one already.
    """
    vault = Vault.create(folder, passphrase)
    vault.write(_CAMPAIGN, msgspec.json.encode(campaign))
    vault.write(_CLASSES, msgspec.json.encode(classes))
    return Kit(folder, vault, campaign, classes)


def open_kit(folder: Path, passphrase: str) -> Kit:
    """Open a kit folder.

    Raises:
        NoKitError: there is none.
        WrongPassphraseError: the passphrase does not fit, or a file was altered.
    """
    vault = Vault.open(folder, passphrase)
    campaign = msgspec.json.decode(vault.read(_CAMPAIGN), type=KitCampaign)
    classes = msgspec.json.decode(vault.read(_CLASSES), type=tuple[ClassSnapshot, ...])
    issued: tuple[KitSheet, ...] = ()
    if vault.has(_ISSUED):
        issued = msgspec.json.decode(vault.read(_ISSUED), type=tuple[KitSheet, ...])
    return Kit(folder, vault, campaign, classes, issued)
