"""A house that runs already, on real servers: the demo does its job in it as in its own."""

from pathlib import Path

from deploy.desk import Desk, DeskService
from deploy.environment_file import NAME, read_environment
from shared.plumbing.runner import Runner, config_for


class RunningHouse:
    """The house that `./run up` has started below a folder."""

    def __init__(self, folder: Path) -> None:
        """Read where it is.

        Raises:
            FileNotFoundError: nothing was started there.
        """
        self.environment = read_environment(folder / NAME)
        self.environment.setdefault("HECHA_GATEWAY_ADDRESS", "127.0.0.1:8000")
        self._runner: Runner | None = None

    def start(self) -> None:
        """Open a desk on the house's bus."""
        config = config_for(self.environment["HECHA_AMQP_URL"], self.environment, max_workers=2)
        self._runner = Runner([DeskService], config)
        self._runner.start()

    def stop(self, *, within_s: float) -> None:
        """Close the desk; the house goes on."""
        if self._runner is not None:
            self._runner.stop(within_s=within_s)

    @property
    def desk(self) -> Desk:
        """Where the services may be asked."""
        assert self._runner is not None
        return Desk(self._runner)

    @property
    def gateway_url(self) -> str:
        """The guardian's page."""
        return f"http://{self.environment['HECHA_GATEWAY_ADDRESS']}"

    @property
    def portal_url(self) -> str:
        """The staff pages."""
        return f"http://{self.environment['HECHA_PORTAL_ADDRESS']}"
