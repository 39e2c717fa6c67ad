"""`python -m tests.fault.decider_process URL PERSON`: decides whatever is handed out, until killed."""

import sys
import time
from datetime import timedelta

from services.review.deciding import tasks, verdicts
from services.review.office import Office, Rules
from services.review.vault import Vault
from shared.contracts.review_commands import DecideChange, NextTask, Verdict
from shared.kernel.authority import Role
from shared.kernel.errors_review import NotLeasedError
from shared.plumbing.database import Database
from tests.unit.review.house import CAMPAIGN, TOKEN, FakeRecords, an_actor

LEASE = timedelta(seconds=4)
THINKING_S = 0.05


def main() -> None:
    """Work until nothing waits and nothing is in anybody's hands."""
    url, person = sys.argv[1], int(sys.argv[2])
    rules = Rules(lease=LEASE)
    office = Office(Database("review", url), Vault(bytes(32)), FakeRecords(), rules)
    reviewer = an_actor(Role.REVIEWER, "440305", person)
    while True:
        handed = tasks.next_task(office, reviewer, NextTask(TOKEN, CAMPAIGN))
        if handed.task is None:
            if not handed.waiting:
                return
            time.sleep(THINKING_S)
            continue
        time.sleep(THINKING_S)
        task = handed.task
        said = DecideChange(TOKEN, task.entry, task.revision, Verdict.APPROVE)
        try:
            verdicts.decide_change(office, reviewer, said)
        except NotLeasedError:
            continue  # too slow: somebody else has it by now


if __name__ == "__main__":
    main()
