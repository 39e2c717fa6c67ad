"""What the services wrote down in a walk, read from their databases and held against each other."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, text

from deploy.services import WITH_DATABASE
from shared.kernel.units import codes_up
from shared.plumbing.database import Database

# A number of a service, and the fact that carried it to the log.
Numbered = tuple[str, int, str]


class Decision(NamedTuple):
    """A verdict, who gave it from which post, and whose it was to give."""

    entry: str
    maker: str
    decider: str
    post: tuple[str, str]  # role and unit
    due_post: tuple[str, str]


class Books:
    """The databases of a house that is at rest."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._urls = {
            name: environment[f"HECHA_{name.upper()}_DATABASE_URL"] for name in WITH_DATABASE
        }

    def applied(self) -> list[tuple[str, str]]:
        """Entry and revision of each change that roster wrote into a record, each time it did."""
        causes = self._rows("roster", "select cause from field_history where cause like 'change:%'")
        return sorted(_entry_and_revision(row.cause) for row in causes)

    def approved(self) -> list[tuple[str, str]]:
        """Entry and revision of each approval that review knows to be applied."""
        rows = self._rows(
            "review",
            "select entry, revision from revisions join entries using (entry, revision)"
            " where verdict = 'approve' and state = 'applied'",
        )
        return sorted((row.entry, str(row.revision)) for row in rows)

    def states(self) -> Counter[str]:
        """How many entries are in each state."""
        return Counter(row.state for row in self._rows("review", "select state from entries"))

    def decisions(self) -> list[Decision]:
        """Every verdict that was given."""
        posts = {
            row.person: (row.role, row.unit)
            for row in self._rows(
                "accounts", "select person, role, unit from holders join accounts using (account)"
            )
        }
        places = {
            row.code: (codes_up(row.path)[1:2], row.managed_by)
            for row in self._rows("review", "select code, path, managed_by from units")
        }
        found = []
        for row in self._rows(
            "review",
            "select r.entry, submitted_by, decided_by, unit, kind from revisions r"
            " join entries e on e.entry = r.entry where verdict is not null",
        ):
            (school,), _ = places[row.unit]
            due = {
                "maintenance": ("school_leader", school),
                "key_data": ("reviewer", places[row.unit][1] or places[school][1]),
            }
            found.append(
                Decision(
                    row.entry,
                    row.submitted_by,
                    row.decided_by,
                    posts[row.decided_by],
                    due[row.kind],
                )
            )
        return found

    def said_acts(self) -> list[Numbered]:
        """Every act that a service said, from its outbox."""
        found = []
        for service in self._urls:
            for row in self._rows(service, "select body from outbox where fact = 'act_done'"):
                told = json.loads(bytes(row.body))
                found.append((service, told["data"]["source_seq"], told["id"]))
        return sorted(found)

    def logged_acts(self) -> list[Numbered]:
        """Every event of the audit log that a service numbered."""
        rows = self._events()
        return sorted((one["source"], one["source_seq"], one["id"]) for one in rows)

    def verdicts_logged(self) -> Counter[tuple[str, str]]:
        """Entry and person of each verdict in the audit log."""
        acts = {"approve_change", "return_change", "reject_change"}
        return Counter(
            (one["object"], one["actor"])
            for one in self._events()
            if one["act"] in acts and one["outcome"] == "done"
        )

    def last_numbers(self) -> dict[str, int]:
        """The number of the last act of each service that said any."""
        heads = {one: self._rows(one, "select last from act_heads") for one in self._urls}
        return {service: rows[0].last for service, rows in heads.items() if rows}

    def unsaid(self) -> dict[str, int]:
        """Facts that have not left, by service."""
        question = "select count(*) as facts from outbox where said_at is null"
        counts = {one: self._rows(one, question)[0].facts for one in self._urls}
        return {service: count for service, count in counts.items() if count}

    def _events(self) -> Iterator[dict[str, Any]]:
        for row in self._rows("audit", "select body from events order by seq"):
            yield json.loads(bytes(row.body))

    def _rows(self, service: str, question: str) -> Sequence[Row[Any]]:
        database = Database(service, self._urls[service])
        try:
            with database.transaction() as tx:
                return tx.execute(text(question)).all()
        finally:
            database.dispose()


def _entry_and_revision(cause: str) -> tuple[str, str]:
    entry, _, revision = cause.removeprefix("change:").rpartition(".")
    return entry, revision
