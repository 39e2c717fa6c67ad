"""The check keys of the sheet codes, from the file that `HECHA_SHEET_CODE_KEYS_FILE` names.

    {"campaigns": [{"campaign": "44-2026a", "province": "44", "key": "<64 hex digits>",
                    "closed": null, "suite": "sha256"}]}

`closed` is the campaign's last day ("2026-06-30"); true closes without a date; null, false
or a day to come leaves it open. Keys of closed campaigns stay in the file, so that an old
sheet is told from a forged one.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import msgspec

from shared.kernel.clock import BEIJING, Clock, utc_now
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.kernel.sheet_code import KEY_BYTES, CodeKey, CodeSuite


class CodeKeysError(Exception):
    """The key file cannot be used; the message names the file and what to do, never a key."""


@dataclass(frozen=True, slots=True)
class CampaignKey:
    """One campaign's key and, when it is closed, its last day if the file tells it."""

    key: CodeKey
    last_day: date | None = None


class _Entry(msgspec.Struct):
    campaign: str
    province: str
    key: str
    closed: bool | date | None = None
    suite: CodeSuite = CodeSuite.SHA256


class _File(msgspec.Struct):
    campaigns: list[_Entry]


class CodeKeyFile:
    """Keys read anew when the file changes, so that closing a campaign needs no restart."""

    def __init__(self, path: Path, *, clock: Clock = utc_now):
        """Read the file once.

        Raises:
            CodeKeysError: it is missing or broken.
        """
        self._path = path
        self._clock = clock
        self._stamp = self._stamp_of_file()
        self._entries = load_code_keys(path)

    def campaigns(self) -> tuple[CampaignKey, ...]:
        """Every campaign, open and closed as of today; a broken new file leaves the last good one."""
        stamp = self._stamp_of_file()
        if stamp != self._stamp:
            self._stamp = stamp
            self._reload()
        today = self._clock().astimezone(BEIJING).date()
        return tuple(_as_of(entry, today) for entry in self._entries)

    def keys(self) -> tuple[CodeKey, ...]:
        """The keys alone, for `verify_code`."""
        return tuple(campaign.key for campaign in self.campaigns())

    def last_day(self, campaign: CampaignId) -> date | None:
        """A campaign's last day; None when the file does not tell it."""
        return next((e.last_day for e in self._entries if e.key.campaign == campaign), None)

    def _reload(self) -> None:
        try:
            self._entries = load_code_keys(self._path)
        except CodeKeysError:
            return  # half written or damaged: what was read before still holds

    def _stamp_of_file(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def load_code_keys(path: Path) -> tuple[CampaignKey, ...]:
    """Read a key file.

    Raises:
        CodeKeysError: missing, not of the form, or a campaign twice.
    """
    try:
        plain = msgspec.json.decode(path.read_bytes(), type=_File)
        entries = tuple(_campaign_key(entry) for entry in plain.campaigns)
    except OSError as error:
        raise CodeKeysError(f"{path}: {error.strerror}; name a readable file") from None
    except (msgspec.DecodeError, ValueError):
        # The error's text could quote a key.
        raise CodeKeysError(
            f"{path}: not a sheet code key file; write it anew with `hecha keys`"
        ) from None
    if len({entry.key.campaign for entry in entries}) != len(entries):
        raise CodeKeysError(f"{path}: a campaign is listed twice; keep one entry of each")
    return entries


def _campaign_key(entry: _Entry) -> CampaignKey:
    key = bytes.fromhex(entry.key)
    if len(key) != KEY_BYTES:
        raise ValueError("key length")
    return CampaignKey(
        CodeKey(
            CampaignId(entry.campaign),
            ProvinceCode(entry.province),
            key,
            is_closed=entry.closed is True,
            suite=entry.suite,
        ),
        None if isinstance(entry.closed, bool) else entry.closed,
    )


def _as_of(entry: CampaignKey, today: date) -> CampaignKey:
    if entry.last_day is None or today <= entry.last_day:
        return entry
    return replace(entry, key=replace(entry.key, is_closed=True))
