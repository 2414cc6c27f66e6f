"""Webhooks: whether one is the server's, and what it says."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import cast

from .errors import WebhookInvalid
from .contract import WebhookEvent

__all__ = ["verify_webhook"]


def verify_webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, tolerance_s: float = 300, now: float | None = None
) -> WebhookEvent:
    """The event in a webhook, once it is known to be the server's.

    :param body: The bytes as they came, before anything read them.
    :raises WebhookInvalid: It is not, or it is more than ``tolerance_s`` seconds old or early.
    """
    given = {name.lower(): value for name, value in headers.items()}
    event, timestamp, signatures = (given.get(f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    if not event or not timestamp or not signatures:
        raise WebhookInvalid("A header of the webhook is missing.")
    at = time.time() if now is None else now
    if not (timestamp.isascii() and timestamp.isdigit()) or abs(at - int(timestamp)) > tolerance_s:
        raise WebhookInvalid("The webhook is too old, or from a clock that is ahead.")
    right = hmac.new(_key(secret), f"{event}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(right).decode()
    if not any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures.split(" ")):
        raise WebhookInvalid("No signature of the webhook is right: is it the secret of this endpoint?")
    return _event(body)


def _event(body: bytes) -> WebhookEvent:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict) or "type" not in said:
        raise WebhookInvalid("The webhook is rightly signed, but no event.")
    return cast(WebhookEvent, said)


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ValueError("secret must be a signing secret of a webhook endpoint, such as whsec_….") from error
