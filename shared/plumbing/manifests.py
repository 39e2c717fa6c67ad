"""The key manifest of a province as an edge reads it: from a file, verified, never older."""

from pathlib import Path

from shared.kernel.clock import Clock, utc_now
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.plumbing.settings import SettingsError
from shared.sealing.context import Suite
from shared.sealing.manifest import KeyManifest, StaleManifestError, read_manifest
from shared.sealing.slot import Recipient


class NoManifestError(Exception):
    """No valid key for this province and campaign: nothing may be accepted for it."""


class Manifests:
    """The manifests of every province an edge serves: `<folder>/<province>.json`.

    Roots are pinned in `<folder>/<province>.root`, 64 hex digits. A file that changes is
    read anew; a broken or older one leaves the last good one in force until it expires.
    """

    def __init__(self, folder: Path, *, clock: Clock = utc_now) -> None:
        """Nothing is read yet.

        Raises:
            SettingsError: there is no such folder.
        """
        if not folder.is_dir():
            raise SettingsError(f"{folder.name}: no folder of key manifests: hecha storage init")
        self._folder = folder
        self._clock = clock
        self._known: dict[str, tuple[float, KeyManifest]] = {}

    def key_for(self, province: ProvinceCode, campaign: CampaignId) -> tuple[Recipient, Suite]:
        """Whom to seal to.

        Raises:
            NoManifestError: no key that is valid now.
        """
        manifest = self._manifest(province)
        try:
            return manifest.key_for(campaign, self._clock())
        except (StaleManifestError, LookupError):
            raise NoManifestError(province, campaign) from None

    def _manifest(self, province: ProvinceCode) -> KeyManifest:
        path = self._folder / f"{province}.json"
        known = self._known.get(province)
        try:
            stamp = path.stat().st_mtime
            if known is None or stamp != known[0]:
                seen = known[1].sequence if known else 0
                root = bytes.fromhex((self._folder / f"{province}.root").read_text())
                self._known[province] = (stamp, read_manifest(path.read_bytes(), root, seen=seen))
        except Exception:
            if known is None:
                raise NoManifestError(province) from None
            return known[1]
        return self._known[province][1]
