"""The tables of accounts: units, campaigns, accounts, who holds them, people, sessions."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("level", Text, nullable=False),
    # Compared byte by byte: a subtree is one range of the index on every server.
    Column("path", Text(collation="C").with_variant(Text(), "sqlite"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Index("units_by_path", "path"),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("ends_at", UtcDateTime),  # None: nobody has given it an end
    Column("sequence", Integer, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("campaign", Text),  # None: of no campaign, made on the machine
    Column("issued_at", UtcDateTime, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("reason", LargeBinary),  # sealed: of the last disabling, restoring, reset, handing over
    Index("accounts_by_unit", "unit", "number", unique=True),
)

people = Table(
    "people",
    metadata,
    Column("person", Text, primary_key=True),
    Column("name", LargeBinary),  # sealed; None before the first sign-in
    Column("same_name", LargeBinary),
    Index("people_by_name", "same_name"),
)

holders = Table(
    "holders",
    metadata,
    Column("account", Text, ForeignKey("accounts.account"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("person", Text, ForeignKey("people.person"), nullable=False),
    Column("password", Text, nullable=False),  # argon2id, or the digest of a one-time one
    Column("must_change", Boolean, nullable=False),
    Column("seed", LargeBinary),  # sealed
    Column("has_second_step", Boolean, nullable=False),  # the seed was confirmed by a code
    Column("last_step", Integer, nullable=False),  # 30 s since 1970; never taken again
    Column("tries", Integer, nullable=False),  # wrong ones in a row
    Column("locked_until", UtcDateTime),
    Column("is_used", Boolean, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("holders_by_person", "person"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", Text, primary_key=True),  # SHA-256 of it
    Column("account", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("second_step_at", UtcDateTime),
    Index("sessions_by_holder", "account", "number"),
)

add_bus_tables(metadata)
