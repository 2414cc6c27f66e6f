"""A client of a Guichet server. It is thin: what a method sends and answers is the server's own contract, in Python's types."""

from ._async.client import AsyncGuichet
from ._async.page import AsyncPage
from ._sync.client import Guichet
from ._sync.page import Page
from .errors import ConnectionFailed, GuichetError, WebhookInvalid
from .webhook import verify_webhook

__all__ = [
    "AsyncGuichet",
    "AsyncPage",
    "ConnectionFailed",
    "Guichet",
    "GuichetError",
    "Page",
    "WebhookInvalid",
    "verify_webhook",
]
