"""Makes the identity that progress signs reports with."""

from nameko.extensions import DependencyProvider

from services.progress.settings import ProgressSettings
from shared.plumbing.environment import environment_of
from shared.plumbing.identity import Identity, load_identity
from shared.plumbing.settings import load


class IdentityProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects the service's `Identity`; refuses to start without one."""

    def setup(self) -> None:
        """Read the key once.

        Raises:
            SettingsError: the file is missing or no identity.
        """
        settings = load(ProgressSettings, environment_of(self.container.config))
        self._identity = load_identity(settings.progress_identity_file)

    def get_dependency(self, _worker: object) -> Identity:
        """The service's one object."""
        return self._identity
