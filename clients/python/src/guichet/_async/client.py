"""A Guichet server, as a shop calls it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import cast
from urllib.parse import quote

import httpx
from typing_extensions import Self, Unpack

from .. import contract as t
from .._call import Call
from .page import AsyncPage
from .transport import AsyncTransport


class AsyncGuichet:
    """A Guichet server, with the key of one shop."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        timeout_s: float = 30,
        retries: int = 3,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """
        :param base_url: Where the server is, such as ``https://pay.example``.
        :param api_key: A secret key (``sk_…``) or a restricted one (``rk_…``). It belongs on a server, never in a page.
        :param timeout_s: How long one try may wait for the server, unless ``http_client`` says it.
        :param retries: How often a call that did not get through is made again, where that is safe.
        :param http_client: What makes requests, where it is to have a proxy or certificates of its own.
        """
        if not re.match(r"[prs]k_(test|live)_", api_key):
            raise ValueError("api_key must be a key of Guichet, such as sk_test_….")
        client = http_client if http_client is not None else httpx.AsyncClient(timeout=timeout_s)
        self._transport = AsyncTransport(base_url, api_key, retries, client)
        self.orders = Orders(self._transport)
        self.payment_links = PaymentLinks(self._transport)
        self.refunds = Refunds(self._transport)
        self.reports = Reports(self._transport)
        self.events = Events(self._transport)
        self.webhook_endpoints = WebhookEndpoints(self._transport)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


class Orders:
    """What is to be paid."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, *, idempotency_key: str | None = None, **order: Unpack[t.OrderRequest]) -> t.Order:
        """Makes an order; the same reference with the same content is the order there is."""
        return cast(t.Order, await self._transport.change("/v1/orders", order, idempotency_key))

    async def retrieve(self, id: str) -> t.Order:
        return cast(t.Order, await self._transport.read(f"/v1/orders/{part(id)}"))

    async def list(self, **query: Unpack[t.ListOrdersQuery]) -> AsyncPage[t.Order]:
        return await self._transport.list("/v1/orders", query, by_id)

    async def open_payment(
        self, id: str, *, idempotency_key: str | None = None, **payment: Unpack[t.PaymentRequest]
    ) -> t.Order:
        """Opens a payment at a gateway: ``payment_url`` is where to send the customer."""
        return cast(t.Order, await self._transport.change(f"/v1/orders/{part(id)}/payments", payment, idempotency_key))

    async def check(self, id: str) -> t.Order:
        """Asks the gateways now."""
        return cast(t.Order, await self._transport.call(Call("POST", f"/v1/orders/{part(id)}/check", is_safe=True)))

    async def cancel(self, id: str, *, idempotency_key: str | None = None) -> t.Order:
        return cast(t.Order, await self._transport.change(f"/v1/orders/{part(id)}/cancel", None, idempotency_key))

    async def fulfil(self, id: str, *, idempotency_key: str | None = None) -> t.Order:
        return cast(t.Order, await self._transport.change(f"/v1/orders/{part(id)}/fulfil", None, idempotency_key))

    async def reopen(self, id: str, *, idempotency_key: str | None = None, **terms: Unpack[t.ReopenRequest]) -> t.Order:
        """Lets an order that closed without money wait again."""
        return cast(t.Order, await self._transport.change(f"/v1/orders/{part(id)}/reopen", terms, idempotency_key))

    async def resolve(
        self, id: str, *, idempotency_key: str | None = None, **decision: Unpack[t.ResolveRequest]
    ) -> t.Order:
        """Decides about money that does not fit."""
        return cast(t.Order, await self._transport.change(f"/v1/orders/{part(id)}/resolve", decision, idempotency_key))

    async def record_refund(
        self, id: str, *, idempotency_key: str | None = None, **refund: Unpack[t.RecordRefundRequest]
    ) -> t.Order:
        """Records money that went back to the payer. Guichet moves none."""
        return cast(t.Order, await self._transport.change(f"/v1/orders/{part(id)}/refunds", refund, idempotency_key))

    async def events(self, id: str) -> t.EventPage:
        return cast(t.EventPage, await self._transport.read(f"/v1/orders/{part(id)}/events"))

    async def deliveries(self, id: str) -> t.DeliveryPage:
        return cast(t.DeliveryPage, await self._transport.read(f"/v1/orders/{part(id)}/deliveries"))


class PaymentLinks:
    """Addresses to hand out, at which customers make orders themselves."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, **link: Unpack[t.PaymentLinkRequest]) -> t.PaymentLink:
        # The same reference is the same link; without one, a link that is made twice is two.
        is_safe = link.get("reference") is not None
        call = Call("POST", "/v1/payment_links", body=link, is_safe=is_safe)
        return cast(t.PaymentLink, await self._transport.call(call))

    async def retrieve(self, id: str) -> t.PaymentLink:
        return cast(t.PaymentLink, await self._transport.read(f"/v1/payment_links/{part(id)}"))

    async def list(self, **query: Unpack[t.ListPaymentLinksQuery]) -> AsyncPage[t.PaymentLink]:
        return await self._transport.list("/v1/payment_links", query, by_id)

    async def end(self, id: str) -> t.PaymentLink:
        call = Call("POST", f"/v1/payment_links/{part(id)}/end", is_safe=True)
        return cast(t.PaymentLink, await self._transport.call(call))


class Refunds:
    """What went back to payers."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **query: Unpack[t.ListRefundsQuery]) -> AsyncPage[t.ListedRefund]:
        return await self._transport.list("/v1/refunds", query, by_id)


class Reports:
    """What came and went, summed up."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def days(self, **query: Unpack[t.ReadDaysQuery]) -> t.BookPage:
        """The book of days: what came and went at each account, in each currency."""
        return cast(t.BookPage, await self._transport.read("/v1/reports/days", query))


class Events:
    """What happened, to be pulled by a shop without a public address."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **query: Unpack[t.ListEventsQuery]) -> AsyncPage[t.Event]:
        return await self._transport.list("/v1/events", query, by_id)

    async def acknowledge(self, *ids: str) -> None:
        """Takes events off the list."""
        await self._transport.call(Call("POST", "/v1/events/ack", body={"ids": ids}, is_safe=True))


class WebhookEndpoints:
    """Where events are sent."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, **endpoint: Unpack[t.WebhookEndpointRequest]) -> t.WebhookEndpoint:
        call = Call("POST", "/v1/webhook_endpoints", body=endpoint, is_safe=True)
        return cast(t.WebhookEndpoint, await self._transport.call(call))

    async def list(self) -> t.WebhookEndpointPage:
        return cast(t.WebhookEndpointPage, await self._transport.read("/v1/webhook_endpoints"))

    async def delete(self, id: str) -> None:
        await self._transport.call(Call("DELETE", f"/v1/webhook_endpoints/{part(id)}", is_safe=True))

    async def rotate_secret(self, id: str) -> t.WebhookEndpoint:
        call = Call("POST", f"/v1/webhook_endpoints/{part(id)}/rotate_secret")
        return cast(t.WebhookEndpoint, await self._transport.call(call))

    async def test(self, id: str) -> t.WebhookTest:
        """Sends an event that says that it is a test, and tells what came of it."""
        call = Call("POST", f"/v1/webhook_endpoints/{part(id)}/test", is_safe=True)
        return cast(t.WebhookTest, await self._transport.call(call))

    async def resend(self, delivery: str) -> t.Delivery:
        """Sends a delivery again."""
        call = Call("POST", f"/v1/deliveries/{part(delivery)}/resend", is_safe=True)
        return cast(t.Delivery, await self._transport.call(call))


def part(id: str) -> str:
    """An identifier as a part of a path."""
    return quote(id, safe="")


def by_id(last: t.Order | t.PaymentLink | t.ListedRefund | t.Event) -> str:
    """Where the next page of a list begins."""
    return last["id"]
