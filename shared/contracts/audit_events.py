"""The facts of the audit log."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.facts import Fact, fact


@fact("checkpoint_witnessed", said_by="audit")
@dataclass(frozen=True, slots=True)
class CheckpointWitnessed(Fact):
    """The level above countersigned how the province's log stands; without new events as well.

    Who hears it stops what must not go on unwatched when the last `at` is too long ago
    (`shared.kernel.witness`). An older `at` than the known one is ignored.
    """

    size: int  # events
    root: str  # hex
    witness: str  # name of the key
    at: datetime  # by the witness's clock
