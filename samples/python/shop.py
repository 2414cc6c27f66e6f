"""A shop of one product, paid through Guichet: flask --app shop run --port 3000"""

import os
import secrets
from pathlib import Path
from urllib.parse import quote

from flask import Flask, abort, redirect, request, url_for
from guichet import Guichet, WebhookInvalid, verify_webhook

app = Flask(__name__)
guichet = Guichet(os.environ["GUICHET_URL"], os.environ["GUICHET_API_KEY"])
packed = Path(__file__).parent / "packed"
packed.mkdir(exist_ok=True)


@app.get("/")
def product():
    return page("Dates, 1 kg: 2,500 DA", '<form method="post" action="/buy"><button>Buy</button></form>')


@app.post("/buy")
def buy():
    """The customer buys: an order is made, and the customer sent to where it can be paid."""
    reference = f"ORD-{secrets.token_hex(6)}"
    order = guichet.orders.create(
        reference=reference,
        amount=250_000,  # 2,500.00 dinars
        currency="DZD",
        title="Dates, 1 kg",
        return_url=url_for("order", reference=reference, _external=True),
    )
    return redirect(order["checkout_url"], 303)


@app.get("/orders/<reference>")
def order(reference):
    """The customer comes back. What the address says is believed of nobody: Guichet knows."""
    found = guichet.orders.list(reference=reference).data
    if not found:
        abort(404)
    if found[0]["status"] in ("paid", "fulfilled"):
        return page("Paid. Thank you!", "We are packing your dates.")
    if found[0]["status"] in ("pending", "failed"):
        return page("Not paid yet", f'<a href="{found[0]["checkout_url"]}">Pay</a>')
    return page("Closed unpaid", '<a href="/">Start again</a>')


@app.post("/webhooks")
def webhook():
    """Guichet tells what happened, more than once if need be, and nobody else does."""
    try:
        event = verify_webhook(os.environ["GUICHET_WEBHOOK_SECRET"], request.headers, request.get_data())
    except WebhookInvalid:
        return "", 401
    if event["type"] == "order.paid" and event["data"]:
        pack_once(event["data"]["reference"])
    return "", 204


def pack_once(reference):
    """A file can be made once: however often the event comes, the goods are packed once."""
    try:
        (packed / quote(reference, safe="")).touch(exist_ok=False)
    except FileExistsError:
        return
    with (packed / ".list").open("a") as list_of_all:
        list_of_all.write(f"{reference}\n")


@app.get("/packed/<reference>")
def times_packed(reference):
    """For `guichet webhook certify --count`."""
    list_of_all = packed / ".list"
    return str(list_of_all.read_text().splitlines().count(reference) if list_of_all.exists() else 0)


def page(title, html):
    head = f"<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>"
    return f"{head}<h1>{title}</h1><p>{html}</p>"
