import io
import json
import logging
from collections.abc import Iterator

import pytest

from shared.plumbing import logs, tracing
from shared.plumbing.logs import JsonLines


def line_of(action: object, name: str = "services.scan") -> dict[str, str]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines("scan"))
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        action(logger)  # type: ignore[operator]
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
    return json.loads(stream.getvalue())


def test_a_line_is_json_with_its_codes() -> None:
    line = line_of(lambda log: log.warning("not ready", extra={"code": "bus"}))

    assert (line["message"], line["code"], line["service"]) == ("not ready", "bus", "scan")


def test_a_line_names_the_trace_of_the_work_at_hand() -> None:
    with tracing.traced("00-" + "a" * 32 + "-" + "b" * 16 + "-01"):
        line = line_of(lambda log: log.warning("x"))

    assert line["trace"] == "a" * 32


def test_an_error_is_named_by_class_and_place_and_never_by_its_text() -> None:
    def fail(log: logging.Logger) -> None:
        try:
            raise ValueError("王小明")
        except ValueError:
            log.exception("failed")

    line = line_of(fail)

    assert line["error"] == "ValueError"
    assert line["where"].startswith("test_logs.py:")
    assert "王小明" not in json.dumps(line, ensure_ascii=False)


def test_a_library_may_not_put_its_arguments_into_a_line() -> None:
    line = line_of(lambda log: log.error("error handling %s", "王小明"), "nameko.containers")

    assert "王小明" not in json.dumps(line, ensure_ascii=False)


@pytest.fixture
def untouched() -> Iterator[None]:
    """Put the process's own logging back afterwards."""
    named = [logging.getLogger(), *map(logging.getLogger, logs._QUIET)]
    levels, handlers = [one.level for one in named], list(logging.getLogger().handlers)
    yield
    for logger, level in zip(named, levels, strict=True):
        logger.setLevel(level)
    logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize(("level", "lines"), [("ERROR", 0), ("INFO", 1)])
def test_a_library_is_never_louder_than_the_process(
    untouched: None, level: str, lines: int
) -> None:
    stream = io.StringIO()
    logs.configure("demo", stream=stream, level=level)
    logging.getLogger("nameko.containers").warning("killing %s managed thread(s)", 1)

    assert len(stream.getvalue().splitlines()) == lines
