"""One call of the API: what is sent, how an answer is read, and when it is made again. Whoever uses this does the waiting."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from .errors import ConnectionFailed, GuichetError


@dataclass(frozen=True)
class Call:
    """One call."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    idempotency_key: str | None = None
    """The key under which the server keeps its answer."""
    is_safe: bool = False
    """Whether doing it twice does what doing it once does."""

    @property
    def may_go_again(self) -> bool:
        return self.is_safe or self.method == "GET" or self.idempotency_key is not None

    def request(self, client: httpx.Client | httpx.AsyncClient, address: str, api_key: str) -> httpx.Request:
        headers = {"authorization": f"Bearer {api_key}", "accept": "application/json"}
        if self.idempotency_key is not None:
            headers["idempotency-key"] = self.idempotency_key
        content = None
        if self.body is not None:
            headers["content-type"] = "application/json"
            content = json.dumps(self.body).encode()
        query = {name: _text(value) for name, value in self.query.items() if value is not None}
        return client.build_request(self.method, address + self.path, params=query, headers=headers, content=content)


def keyed(key: str | None) -> str:
    """The caller's idempotency key, or one for this call alone."""
    return key if key is not None else str(uuid.uuid4())


def read(answer: httpx.Response) -> Any:
    """What an answer says.

    :raises GuichetError: It is a refusal.
    """
    if answer.is_success:
        return answer.json() if answer.content else None
    raise GuichetError(answer.status_code, _problem(answer), answer.headers)


def pause_s(error: GuichetError | ConnectionFailed, tries: int) -> float | None:
    """How long to wait before the call is made again; nothing where that would not help."""
    usual: float = 0.5 * 2**tries * random.uniform(0.75, 1.25)
    if isinstance(error, ConnectionFailed):
        return usual
    may_pass = error.status >= 500 or error.status == 429 or error.code == "idempotency_in_progress"
    return max(usual, error.retry_after_s or 0.0) if may_pass else None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    """What an error says; nothing where something before the server answered."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
