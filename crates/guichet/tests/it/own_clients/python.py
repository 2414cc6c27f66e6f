"""What a shop does with the Python client, against a real server."""

import asyncio
import os
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx

from guichet import AsyncGuichet, ConnectionFailed, Guichet, GuichetError, WebhookInvalid, verify_webhook

URL, KEY = os.environ["GUICHET"], os.environ["KEY"]
ORDER = {"amount": 250_000, "currency": "DZD"}


def shop(**more):
    return Guichet(f"{URL}/", more.pop("api_key", KEY), retries=2, **more)


class Unreliable(httpx.HTTPTransport):
    """A connection that does this first, and keeps the idempotency keys."""

    def __init__(self, first):
        super().__init__()
        self.first, self.seen = first, []

    def handle_request(self, request):
        self.seen.append(request.headers.get("idempotency-key"))
        answer = super().handle_request
        return self.first(request, answer) if len(self.seen) == 1 else answer(request)


def through(first):
    unreliable = Unreliable(first)
    return unreliable, shop(http_client=httpx.Client(transport=unreliable))


class Shop(unittest.TestCase):
    def test_an_order_is_made_paid_for_read_found_and_cancelled(self):
        made = shop().orders.create(reference="py-1", metadata={"cart": 7}, **ORDER)
        self.assertEqual((made["status"], made["metadata"]), ("pending", {"cart": 7}))
        opened = shop().orders.open_payment(made["id"], gateway="ocpay")
        self.assertTrue(opened["payment_url"].startswith("http"))
        self.assertEqual(shop().orders.retrieve(made["id"])["id"], made["id"])
        self.assertEqual([order["id"] for order in shop().orders.list(reference="py-1")], [made["id"]])
        self.assertEqual(shop().orders.cancel(made["id"])["status"], "cancelled")
        story = shop().orders.events(made["id"])
        self.assertIn("order.cancelled", [event["type"] for event in story["data"]])
        self.assertEqual(shop().orders.reopen(made["id"])["status"], "pending")

    def test_a_list_goes_on_by_itself(self):
        for number in range(5):
            shop().orders.create(reference=f"py-page-{number}", **ORDER)
        page = shop().orders.list(limit=2, q="py-page", needs_you=False)
        self.assertEqual((len(page.data), page.has_more), (2, True))
        self.assertEqual([order["reference"] for order in page], [f"py-page-{number}" for number in (4, 3, 2, 1, 0)])

    def test_an_error_says_what_was_wrong_where_and_under_which_name_the_log_has_it(self):
        with self.assertRaises(GuichetError) as raised:
            shop().orders.create(reference="py-bad", amount=-1, currency="DZD")
        error = raised.exception
        self.assertEqual((error.status, error.code, error.field), (422, "amount_out_of_range", "amount"))
        self.assertTrue(error.request_id and len(str(error)) > 20)
        with self.assertRaises(GuichetError) as raised:
            shop(api_key="sk_test_nobody").orders.list()
        self.assertEqual((raised.exception.status, raised.exception.code), (401, "key_unknown"))
        with self.assertRaises(ValueError):
            shop(api_key="secret")

    def test_what_got_lost_on_the_way_is_asked_for_again_and_happens_once(self):
        def lost(request, answer):
            answer(request).read()
            raise httpx.ReadError("the connection broke off")

        unreliable, client = through(lost)
        made = client.orders.create(reference="py-lost", **ORDER)
        self.assertEqual(len(unreliable.seen), 2)
        self.assertTrue(unreliable.seen[0] and unreliable.seen[0] == unreliable.seen[1], "under the same key")
        self.assertEqual(shop().orders.list(reference="py-lost").data[0]["id"], made["id"])
        unreliable, client = through(lambda *_: httpx.Response(503, headers={"retry-after": "0"}))
        client.orders.create(reference="py-busy", **ORDER)
        self.assertEqual(len(unreliable.seen), 2)

    def test_what_must_not_happen_twice_is_not_asked_for_again(self):
        def away(request, answer):
            raise httpx.ConnectError("nobody is there")

        unreliable, client = through(away)
        with self.assertRaises(ConnectionFailed):
            client.webhook_endpoints.rotate_secret("whe_x")
        self.assertEqual(len(unreliable.seen), 1)
        taken = {"code": "reference_taken", "detail": "Taken."}
        unreliable, client = through(lambda *_: httpx.Response(409, json=taken))
        with self.assertRaises(GuichetError) as raised:
            client.orders.create(reference="py-refused", **ORDER)
        self.assertEqual((raised.exception.code, len(unreliable.seen)), ("reference_taken", 1))

    def test_webhooks_are_verified(self):
        came = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                came.append((self.headers, self.rfile.read(int(self.headers["content-length"]))))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = f"http://127.0.0.1:{server.server_port}/hook"
        endpoint = shop().webhook_endpoints.create(url=url, events=["order.*"])
        told = shop().webhook_endpoints.test(endpoint["id"])
        self.assertEqual((told["arrived"], told["status_code"], told["answer"]), (True, 200, "ok"))
        [(headers, body)] = came
        secret, given = endpoint["secret"], dict(headers)
        self.assertEqual(verify_webhook(secret, headers, body)["type"], "endpoint.test")
        given = {name.lower(): value for name, value in headers.items()}
        for forged in (
            (secret, given, body + b" "),
            ("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", given, body),
            (secret, {**given, "webhook-id": "evt_other"}, body),
            (secret, {**given, "webhook-signature": ""}, body),
            (secret, {**given, "webhook-signature": "v1,AAAA v2,é"}, body),
            (secret, {**given, "webhook-timestamp": "٣"}, body),
        ):
            with self.assertRaises(WebhookInvalid):
                verify_webhook(*forged)
        signed_at = int(given["webhook-timestamp"])
        with self.assertRaises(WebhookInvalid):
            verify_webhook(secret, given, body, now=signed_at + 301)
        rotated = {**given, "webhook-signature": f"v1,AAAA {given['webhook-signature']}"}
        self.assertEqual(verify_webhook(secret, rotated, body)["id"], given["webhook-id"])
        shop().webhook_endpoints.delete(endpoint["id"])

    def test_links_events_refunds_and_the_book(self):
        link = shop().payment_links.create(reference="py-link", title="Coffee", amount=90_000, currency="DZD")
        self.assertEqual(link["status"], "active")
        self.assertEqual(shop().payment_links.retrieve(link["id"])["url"], link["url"])
        self.assertEqual([each["id"] for each in shop().payment_links.list()], [link["id"]])
        self.assertEqual(shop().payment_links.end(link["id"])["status"], "ended")
        first = shop().events.list(limit=1).data[0]["id"]
        self.assertIsNone(shop().events.acknowledge(first))
        self.assertNotEqual(shop().events.list(limit=1).data[0]["id"], first)
        self.assertEqual(shop().refunds.list().data, [])
        self.assertIsInstance(shop().reports.days()["data"], list)


class AsyncShop(unittest.IsolatedAsyncioTestCase):
    async def test_the_same_without_waiting(self):
        async with AsyncGuichet(URL, KEY) as guichet:
            orders = (guichet.orders.create(reference=f"py-async-{number}", **ORDER) for number in range(5))
            made = await asyncio.gather(*orders)
            page = await guichet.orders.list(limit=2, q="py-async")
            found = [order["id"] async for order in page]
            self.assertEqual(sorted(found), sorted(order["id"] for order in made))
            with self.assertRaises(GuichetError):
                await guichet.orders.retrieve("ord_01kaqwm3v0e9r8t7y6v5w4x3z1")


if __name__ == "__main__":
    unittest.main()
