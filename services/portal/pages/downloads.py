"""Files that people take away: made off the hub, named by the house, kept by nobody."""

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(body: bytes | str, name: str, content_type: str) -> Response:
    """A file as an answer; `name` is made of codes, never of what somebody typed."""
    answer = Response(body, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
