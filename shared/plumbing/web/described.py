"""What an app's JSON endpoints take and answer: told beside their views, written down as OpenAPI.

The description is made from the app's own routes and the dataclasses its views answer, so that it
cannot say anything else than the code does; what is answered is held against it on the way out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from flask import Flask, Response, current_app, jsonify, request
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter, NumberConverter

_TOLD = "__told__"
_METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")
_NAMED = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_REF = "#/components/schemas/{name}"

View = TypeVar("View", bound=Callable[..., Any])
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was done: a stable code, what happened, and what to do."""

    code: str
    title: str
    advice: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a view says of itself.

    Attributes:
        summary: one line.
        answers: status -> the dataclass that is answered as JSON.
        refuses: statuses answered with `refused`.
        refused: the dataclass of a refusal.
        takes: media types of the body; none, and it takes no body.
        largest: the body's bytes at most.
        asks: names of query parameters -> their schemas; none of them is needed.
        pages: whether some get a page for people at the same address.
    """

    summary: str
    answers: Mapping[int, type]
    refuses: tuple[int, ...] = ()
    refused: type = Refused
    takes: tuple[str, ...] = ()
    largest: int = 0
    asks: Mapping[str, Schema] = field(default_factory=dict)
    pages: bool = False


def tells(told: Told) -> Callable[[View], View]:
    """Mark a view as a JSON endpoint; stands between the route and the function."""

    def marked(view: View) -> View:
        setattr(view, _TOLD, told)
        return view

    return marked


def json_answer(body: Any, status: int = 200) -> Response:
    """The answer of a described view.

    Raises:
        TypeError: the view's description does not say so: mark it with `tells`.
    """
    told = _told_of(current_app, request.endpoint or "")
    if told is None or told.answers.get(status) is not type(body):
        raise TypeError(f"{request.endpoint} does not tell that it answers {status}")
    answer = jsonify(msgspec.to_builtins(body))
    answer.status_code = status
    return answer


def openapi(app: Flask, title: str, parameters: Mapping[str, Schema]) -> dict[str, Any]:
    """The description of every JSON endpoint of an app, as OpenAPI 3.1.

    Args:
        app: with all its routes.
        title: what the app is called.
        parameters: schemas of what stands in addresses, by name; others are texts.
    """
    paths: dict[str, dict[str, Any]] = {}
    types: list[type] = [Refused]
    for rule, method, told in described(app):
        types += [one for one in (*told.answers.values(), told.refused) if one not in types]
        path = _path(rule)
        operation = _operation(rule, told, parameters)
        operation["operationId"] = f"{rule.endpoint}_{method.lower()}"
        paths.setdefault(path, {})[method.lower()] = operation
    _, schemas = msgspec.json.schema_components(types, ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas},
    }


def described(app: Flask) -> Iterator[tuple[Rule, str, Told]]:
    """Every route and method that tells what it answers."""
    for rule in app.url_map.iter_rules():
        told = _told_of(app, rule.endpoint)
        for method in _METHODS:
            if told is not None and method in (rule.methods or ()):
                yield rule, method, told


def _told_of(app: Flask, endpoint: str) -> Told | None:
    told: Told | None = getattr(app.view_functions.get(endpoint), _TOLD, None)
    return told


def _path(rule: Rule) -> str:
    return _NAMED.sub(r"{\1}", rule.rule)


def _operation(rule: Rule, told: Told, parameters: Mapping[str, Schema]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": told.summary,
        "parameters": [
            *(
                {
                    "name": name,
                    "in": "path",
                    "required": True,
                    "schema": _schema(rule, name, parameters),
                }
                for name in sorted(rule.arguments)
            ),
            *(
                {"name": name, "in": "query", "required": False, "schema": schema}
                for name, schema in told.asks.items()
            ),
        ],
        "responses": {
            **{str(status): _answer(kind, told) for status, kind in told.answers.items()},
            **{str(status): _answer(told.refused, told) for status in told.refuses},
        },
    }
    if told.takes:
        body = {"type": "string", "format": "binary", "maxLength": told.largest}
        content = {media_type: {"schema": body} for media_type in told.takes}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _schema(rule: Rule, name: str, parameters: Mapping[str, Schema]) -> Schema:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return {"type": "string", "enum": sorted(converter.items)}
    if isinstance(converter, NumberConverter):
        return {"type": "integer", "minimum": 0}
    return parameters.get(name, {"type": "string", "minLength": 1})


def _answer(kind: type, told: Told) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    content: dict[str, Any] = {"application/json": {"schema": schema}}
    if told.pages:
        content["text/html"] = {}
    words = (kind.__doc__ or kind.__name__).splitlines()[0]
    return {"description": words, "content": content}
