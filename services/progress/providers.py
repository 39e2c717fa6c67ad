"""Makes the signer of reports."""

from nameko.extensions import DependencyProvider

from services.progress.settings import ProgressSettings
from services.progress.signing import Signer, signer_of
from shared.plumbing.environment import environment_of
from shared.plumbing.settings import load


class SignerProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the service's `Signer`; refuses to start without its key."""

    def setup(self) -> None:
        """Read the keys once.

        Raises:
            SettingsError: one is missing or wrong.
        """
        self._signer = signer_of(load(ProgressSettings, environment_of(self.container.config)))

    def get_dependency(self, _worker: object) -> Signer:
        """The service's one object."""
        return self._signer
