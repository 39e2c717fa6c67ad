"""The tables of support: questions with their way up, answers, the FAQ and its index."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from shared.plumbing.columns import UtcDateTime
from shared.plumbing.outbox import add_bus_tables

metadata = MetaData()

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("level", Text, nullable=False),
    Column("path", Text, nullable=False, index=True),
    Column("sequence", Integer, nullable=False),
)

sheets = Table(
    "sheets",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("sheet", Text, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("serial", Integer, nullable=False),
)

questions = Table(
    "questions",
    metadata,
    Column("question", Text, primary_key=True),
    Column("campaign", Text, nullable=False),
    Column("asker", Text, nullable=False),
    Column("person", Text),  # of staff; None for a guardian
    Column("unit", Text, nullable=False),
    Column("sheet", Text),
    Column("field", Text),
    Column("key", Text),  # of a guardian: the same for every repetition
    Column("sealed", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("lies_with", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("is_at_top", Boolean, nullable=False),  # nobody above: it cannot climb
    UniqueConstraint("campaign", "sheet", "key", name="questions_by_key"),
    Index("questions_by_due", "state", "is_at_top", "due_at"),
    Index("questions_by_person", "campaign", "person"),
    Index("questions_by_desk", "lies_with", "state", "due_at"),
)

steps = Table(
    "steps",
    metadata,
    Column("question", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("lies_with", Text, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("passed_by", Text, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("question", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

# Published texts are read by everybody, so they are not sealed; canned answers are for staff.
faq = Table(
    "faq",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("unit", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("is_retracted", Boolean, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
)

faq_grams = Table(
    "faq_grams",
    metadata,
    Column("gram", Text, primary_key=True),
    Column("entry", Integer, primary_key=True),
    Column("weight", Integer, nullable=False),
)

# Where trouble comes from, per class and field; "" is about no field.
troubles = Table(
    "troubles",
    metadata,
    Column("campaign", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("questions", Integer, nullable=False),
    Column("queried", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
)

# What was counted already, so that an entry returned once counts once.
counted = Table(
    "counted",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("what", Text, primary_key=True),  # "returned" or "queried"
    Column("number", Integer, primary_key=True),  # its revision, or the query's sequence
)

add_bus_tables(metadata)
