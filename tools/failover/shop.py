"""The shop of a trial: orders at every node in turn, notes what was acknowledged, and takes the webhooks.

An order that is not answered with 201 is sent again under its key, to another node, until it is. Once it is made, two nodes are asked
at the same time to check its payment. What is noted is one line each, and it is written before the next thing is done:

    acknowledged.log   when (s), the order's number here, its identifier, whether it was answered as made or as paid
    webhooks.log       when (s), webhook-id, the order's identifier, the event's type
    refused.log        when (s), what was said instead

Usage: shop.py FOLDER HOOK_PORT KEY ORDERS_PER_SECOND NODE...
"""

import http.client
import itertools
import json
import pathlib
import random
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler

from gateway import Server

THREADS = 24
# Longer than a node waits for its database and its gateway, so that it is the node that says how it went.
PATIENCE_S = 40
# Longer than a node takes until it says of a payment that its link is lost.
GIVEN_UP_S = 150


class Notes:
    """A file that lines are added to."""

    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
        self.lock = threading.Lock()

    def add(self, *words):
        with self.lock:
            self.file.write(" ".join([f"{time.time():.3f}", *map(str, words)]) + "\n")


class Node:
    """A connection to a node, for one thread."""

    def __init__(self, address, key):
        self.address, self.key, self.line = address, key, None

    def post(self, path, body=None, key=None):
        """The status and the body; OSError and HTTPException when there is no answer."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        if key:
            headers["idempotency-key"] = key
        try:
            if self.line is None:
                self.line = http.client.HTTPConnection(self.address, timeout=PATIENCE_S)
            self.line.request("POST", path, body=json.dumps(body) if body else None, headers=headers)
            answer = self.line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.line = None
            raise


class Shop:
    def __init__(self, folder, key, rate, nodes):
        folder = pathlib.Path(folder)
        self.acknowledged = Notes(folder / "acknowledged.log")
        self.refused = Notes(folder / "refused.log")
        self.webhooks = Notes(folder / "webhooks.log")
        self.key, self.rate, self.nodes = key, rate, nodes
        self.numbers = itertools.count(1)
        self.begun = time.monotonic()
        self.ended = threading.Event()

    def run(self):
        threads = [threading.Thread(target=self.orders, daemon=True) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        signal.signal(signal.SIGTERM, lambda *_: self.ended.set())
        self.ended.wait()
        for thread in threads:
            thread.join(GIVEN_UP_S)

    def orders(self):
        nodes = [Node(address, self.key) for address in self.nodes]
        other = [Node(address, self.key) for address in self.nodes]
        while not self.ended.is_set():
            number = next(self.numbers)
            self.ended.wait(max(0, self.begun + number / self.rate - time.monotonic()))
            order = self.made(nodes, number)
            if order:
                self.linked(nodes, number, order)
                self.settled(nodes, other, number, order["id"])

    def made(self, nodes, number):
        """The order, once a node has said 201."""
        reference = f"SHOP-{number:09}"
        body = {"reference": reference, "amount": 250_000, "currency": "DZD", "gateway": "ocpay", "title": reference}
        for attempt in itertools.count(number):
            said = self.asked(nodes[attempt % len(nodes)], "/v1/orders", body, reference)
            if said and said[0] == 201:
                order = json.loads(said[1])
                self.acknowledged.add(number, order["id"], "made")
                return order
            if self.ended.wait(random.uniform(0.2, 0.6)):
                return None

    def linked(self, nodes, number, order):
        """Asks for another payment while there is no link, as a customer does who is shown none: OCPay cannot be asked for one
        whose answer was lost."""
        path = f"/v1/orders/{order['id']}/payments"
        asked, deadline = itertools.count(number), time.monotonic() + GIVEN_UP_S
        while order["status"] == "pending" and not order["payment_url"] and time.monotonic() < deadline:
            attempt = next(asked)
            said = self.asked(nodes[attempt % len(nodes)], path, {"account": "ocpay"}, f"{order['id']}-{attempt}")
            if said and said[0] in (200, 201):
                order = json.loads(said[1])
            else:
                # While it is not known what became of the first, this one is refused.
                time.sleep(random.uniform(0.5, 1.5))

    def settled(self, nodes, other, number, order):
        """Asks two nodes at the same time; either may say that it is paid, and the worker finds it if none does."""
        path = f"/v1/orders/{order}/check"
        beside = threading.Thread(target=self.asked, args=(other[(number + 1) % len(other)], path))
        beside.start()
        said = self.asked(nodes[number % len(nodes)], path)
        beside.join()
        if said and said[0] == 200 and json.loads(said[1])["status"] == "paid":
            self.acknowledged.add(number, order, "paid")

    def asked(self, node, path, body=None, key=None):
        try:
            status, text = node.post(path, body, key)
        except (OSError, http.client.HTTPException) as error:
            self.refused.add(node.address, path, type(error).__name__)
            return None
        if status not in (200, 201):
            self.refused.add(node.address, path, status, text[:300])
        return status, text


class Hook(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    notes = None

    def log_message(self, *_):
        pass

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.notes.add(self.headers["webhook-id"], event["order"], event["type"])
        self.send_response(204)
        self.send_header("content-length", "0")
        self.end_headers()


if __name__ == "__main__":
    where, port, secret, rate, *addresses = sys.argv[1:]
    shop = Shop(where, secret, float(rate), addresses)
    Hook.notes = shop.webhooks
    hooks = Server(("0.0.0.0", int(port)), Hook)
    threading.Thread(target=hooks.serve_forever, daemon=True).start()
    shop.run()
    # The webhooks of what was made last still arrive, until the run ends this process.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pause()
