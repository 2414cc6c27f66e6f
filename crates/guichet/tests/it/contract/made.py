"""What a shop does with a client that a program made of the description."""

import asyncio
import os
import sys

sys.path.insert(0, os.getcwd())

from made import AuthenticatedClient, models
from made.api.events import list_events
from made.api.orders import create_order, list_orders, read_order
from made.api.payments import check_order

URL, KEY, ORDERS = os.environ["GUICHET"], os.environ["KEY"], os.environ["ORDERS"].split()
client = AuthenticatedClient(base_url=URL, token=KEY)


def order(reference, amount=250_000):
    return models.OrderRequest(reference=reference, amount=amount, currency="DZD")


made = create_order.sync_detailed(client=client, body=order("made-py"))
assert (made.status_code, made.parsed.status.value) == (201, "pending"), made
listed = list_orders.sync_detailed(client=client, limit=1)
assert listed.parsed.data[0].id == made.parsed.id, listed
wrong = create_order.sync_detailed(client=client, body=order("made-wrong", -1))
assert (wrong.status_code, wrong.parsed.code.value, wrong.parsed.field) == (422, "amount_out_of_range", "amount"), wrong
stranger = list_orders.sync_detailed(client=AuthenticatedClient(base_url=URL, token="sk_test_nobody"))
assert (stranger.status_code, stranger.parsed.code.value) == (401, "key_unknown"), stranger
# The gateway account has one check in a second.


async def many_checks():
    return await asyncio.gather(*(check_order.asyncio_detailed(order, client=client) for order in ORDERS))


spent = next(check for check in asyncio.run(many_checks()) if check.status_code != 200)
assert (spent.status_code, spent.parsed.code.value) == (429, "check_budget_spent"), spent
assert int(spent.headers["retry-after"]) > 0
gone = read_order.sync_detailed("ord_01kaqwm3v0e9r8t7y6v5w4x3z1", client=client)
assert (gone.status_code, gone.parsed.code.value) == (404, "not_found"), gone
events = list_events.sync_detailed(client=client)
assert any(event.type_.value == "order.created" for event in events.parsed.data), events
