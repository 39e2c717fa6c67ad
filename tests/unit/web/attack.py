"""Attacks an app by its own description: every described operation, with requests drawn from it."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared.plumbing.web.server import WSGIApp

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.specs.openapi import checks as held

EXAMPLES = 15
# A server error is an answer that no description holds; 503 is told where it may come.
HELD = [
    held.status_code_conformance,
    held.content_type_conformance,
    held.response_schema_conformance,
]

Prepared = Callable[[Any], Mapping[str, Any]]
"""Puts right codes, keys and cookies into a drawn request; gives more options of the call."""


def a_body(*starts: bytes) -> st.SearchStrategy[bytes]:
    """Bodies that begin like pictures, or like nothing."""
    return st.builds(
        lambda start, rest, size: start + rest.ljust(size, b"\0"),
        st.sampled_from((b"", *starts)),
        st.binary(max_size=64),
        st.sampled_from((0, 1023, 1024, 4096)),
    )


def take_media_types(*names: str) -> None:
    """Tell how bodies of these types are drawn."""
    pictures = (
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x18ftypheic",
    )
    for name in names:
        schemathesis.openapi.media_type(name, a_body(*pictures))


def attack(app: WSGIApp, prepared: Prepared, path: str = "/api/openapi.json") -> set[str]:
    """Send what hypothesis draws, the same every time; gives the operations that were attacked.

    Raises:
        AssertionError: an answer is a server error, or not what the description says.
    """
    headers = dict(prepared(None)).get("headers", {})
    schema = schemathesis.openapi.from_wsgi(path, app, headers=headers)
    attacked = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        _attack_one(operation, prepared)
        attacked.add(operation.label)
    return attacked


def _attack_one(operation: Any, prepared: Prepared) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        case.call_and_validate(checks=HELD, **prepared(case))

    send()
