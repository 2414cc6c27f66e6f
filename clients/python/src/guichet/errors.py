"""What may go wrong in a call or with a webhook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class GuichetError(Exception):
    """The server refused a call, or could not do it: what was wrong, where, and what to do."""

    status: int
    """The HTTP status."""
    code: str
    """The kind of problem in one word, which programs may rely on; ``unknown`` where something before the server answered."""
    field: str | None
    """The field that was wrong, as a path such as ``items[0].quantity``."""
    request_id: str | None
    """The call's name in the server's log: tell it whoever runs the server."""
    retry_after_s: float | None
    """After how many seconds it is worth asking again."""

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        super().__init__(problem.get("detail") or f"The server answered {status}.")
        self.status = status
        self.code = problem.get("code") or "unknown"
        self.field = problem.get("field")
        self.request_id = headers.get("request-id")
        self.retry_after_s = _seconds(headers.get("retry-after"))


class ConnectionFailed(Exception):
    """No answer came. What was asked for may have been done: the same call with the same idempotency key is safe."""


class WebhookInvalid(Exception):
    """A webhook is not the server's, too old, or no event: answer it with 401 and do nothing."""


def _seconds(value: str | None) -> float | None:
    return float(value) if value and value.isascii() and value.isdigit() else None
