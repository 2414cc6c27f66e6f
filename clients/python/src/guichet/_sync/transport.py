"""Calls that are made, and made again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from .._call import Call, keyed, pause_s, read
from ..errors import ConnectionFailed, GuichetError
from .page import Page


class Transport:
    """A server, with the key of one shop."""

    def __init__(self, base_url: str, api_key: str, retries: int, client: httpx.Client) -> None:
        self._address = base_url.rstrip("/")
        self._api_key = api_key
        self._retries = retries
        self.client = client

    def read(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        return self.call(Call("GET", path, query or {}))

    def change(self, path: str, body: Any, idempotency_key: str | None) -> Any:
        """What makes or changes an order: under an idempotency key."""
        return self.call(Call("POST", path, body=body, idempotency_key=keyed(idempotency_key)))

    def list(self, path: str, query: Mapping[str, Any], cursor: Callable[[Any], str]) -> Page[Any]:
        def behind(last: Any) -> Page[Any]:
            return self.list(path, {**query, "cursor": cursor(last)}, cursor)

        listed = self.read(path, query)
        return Page(listed["data"], listed["has_more"], behind)

    def call(self, call: Call) -> Any:
        """Makes a call, again where that is safe and may help, and reads the answer."""
        tries = 0
        while True:
            try:
                return self._once(call)
            except (ConnectionFailed, GuichetError) as error:
                again = pause_s(error, tries) if tries < self._retries and call.may_go_again else None
                if again is None:
                    raise
            time.sleep(again)
            tries += 1

    def _once(self, call: Call) -> Any:
        request = call.request(self.client, self._address, self._api_key)
        try:
            answer = self.client.send(request, follow_redirects=False)
        except httpx.TransportError as error:
            raise ConnectionFailed(f"No answer to {call.method} {call.path} came.") from error
        return read(answer)
