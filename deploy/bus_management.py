"""RabbitMQ's management API: the one place that speaks to it."""

import base64
import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

ASK_S = 20
# One request: method, path, body; gives the decoded answer, None when it is empty.
Ask = Callable[[str, str, object], Any]


class ManagementError(RuntimeError):
    """The server refused, or is away; the message holds no body and no password."""


def asker(url: str) -> Ask:
    """Asks as the administrator that a URL names: `http://NAME:PASSWORD@HOST:PORT`."""
    parts = urlsplit(url)
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    headers = {
        "Authorization": f"Basic {base64.b64encode(login.encode()).decode()}",
        "Content-Type": "application/json",
    }
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection

    def ask(method: str, path: str, body: object = None) -> Any:
        connection = connect(parts.hostname or "", parts.port, timeout=ASK_S)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise ManagementError(f"{method} {path}: {type(error).__name__}") from None
        finally:
            connection.close()
        if answer.status >= http.client.BAD_REQUEST:
            raise ManagementError(f"{method} {path}: {answer.status}")
        return json.loads(content) if content else None

    return ask
