"""What came of a run, from the notes of the shop and the rows of the database."""

import collections


def lines(path):
    """The lines of a file of notes that were written whole."""
    if not path.exists():
        return []
    return [line.split(" ") for line in path.read_text().splitlines()]


def silence(path, begun, ended):
    """The longest time without an acknowledged write between two moments (s)."""
    moments = sorted(float(line[0]) for line in lines(path))
    within = [begun, *[at for at in moments if begun < at < ended], ended]
    return max(later - earlier for earlier, later in zip(within, within[1:]))


def counted(folder, found, pays):
    """The figures; `found` is what the database has, each with whether it is paid."""
    made, paid = {}, set()
    numbers = collections.defaultdict(set)
    for _, number, order, what in lines(folder / "acknowledged.log"):
        made.setdefault(order, number)
        numbers[number].add(order)
        if what == "paid":
            paid.add(order)
    told = collections.defaultdict(set)
    for _, webhook, order, _ in lines(folder / "webhooks.log"):
        told[order].add(webhook)
    figures = {
        "acknowledged": len(made),
        "found": sum(order in found for order in made),
        "lost": sum(order not in found for order in made),
        "refused": len(lines(folder / "refused.log")),
    }
    if pays:
        figures |= {
            "acknowledged_paid": len(paid),
            "paid_lost": sum(not found.get(order, False) for order in paid),
            # An order that nobody was told of may have lost its link, which is then handed out to nobody.
            "not_paid_yet": sum(not found.get(order, True) for order in made),
            "made_twice": sum(len(orders) > 1 for orders in numbers.values()),
            "settled_twice": sum(len(webhooks) > 1 for webhooks in told.values()),
            "webhooks": sum(map(len, told.values())),
            "paid_without_webhook": sum(paid and order not in told for order, paid in found.items()),
            "webhook_without_order": sum(order not in found for order in told),
        }
    return figures
