"""A house that runs already, on real servers: the demo does its job in it as in its own."""

import shlex
from pathlib import Path

from deploy.desk import Desk, DeskService
from shared.plumbing.runner import Runner, config_for

ENVIRONMENT = "environment"


class RunningHouse:
    """The house that `./run up` has started below a folder."""

    def __init__(self, folder: Path) -> None:
        """Read where it is.

        Raises:
            FileNotFoundError: nothing was started there.
        """
        lines = (folder / ENVIRONMENT).read_text("utf-8").splitlines()
        pairs = (line.partition("=") for line in lines if "=" in line)
        self.environment = {name: "".join(shlex.split(value)) for name, _, value in pairs}
        self.environment.setdefault("HECHA_GATEWAY_ADDRESS", "127.0.0.1:8000")
        self._runner: Runner | None = None

    def start(self) -> None:
        """Open a desk on the house's bus."""
        config = config_for(self.environment["HECHA_AMQP_URL"], self.environment, max_workers=2)
        self._runner = Runner([DeskService], config)
        self._runner.start()

    def stop(self) -> None:
        """Close the desk; the house goes on."""
        if self._runner is not None:
            self._runner.stop(within_s=10)

    @property
    def desk(self) -> Desk:
        """Where the services may be asked."""
        assert self._runner is not None
        return Desk(self._runner)

    @property
    def gateway_url(self) -> str:
        """The guardian's page."""
        return f"http://{self.environment['HECHA_GATEWAY_ADDRESS']}"
