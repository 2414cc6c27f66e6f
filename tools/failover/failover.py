#!/usr/bin/python3
"""Fails the leader of a PostgreSQL cluster under load, and counts what was acknowledged and what is still there.

Three machines (network namespaces) with PostgreSQL 15, Patroni and etcd, one with haproxy, three nodes of Guichet, a gateway and a
shop. The leader is killed, frozen and cut off; each time the run waits until another one leads, heals the old one and waits until
the cluster is whole. Once with strict synchronous replication, which must lose nothing, and once asynchronously, which must lose
something: otherwise the trial would not see a loss either.

It needs root, Debian's postgresql-15, patroni, etcd-server, haproxy, iproute2 and curl, two cores, 1 GB of memory and of disk, and
about 15 minutes. Everything it starts is in namespaces of its own, and ends with it.

Examples:
    cargo build --release -p guichet && sudo tools/failover/failover.py
    sudo tools/failover/failover.py --modes strict --faults kill,kill,kill --json
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import count
import machines
from cluster import Cluster, needed, start_haproxy
from faults import FAULTS
from loads import Guichet, Rows
from machines import CLIENTS, KEPT, PREFIX, Network, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODES = ("strict", "asynchronous")
BEGUN = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - BEGUN:5.0f} s] {text}", file=sys.stderr, flush=True)


def options():
    about, _, rest = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(description=about, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modes", default=",".join(MODES), help="which, with a comma between them (default: %(default)s)")
    parser.add_argument("--faults", default="kill,freeze,partition",
                        help=f"what is done to the leader, in turn: {', '.join(FAULTS)} (default: %(default)s)")
    parser.add_argument("--load", choices=("orders", "rows"), default="orders",
                        help="orders at Guichet, or rows by psql without it (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=60, help="orders or rows a second (default: %(default)s)")
    parser.add_argument("--steady", type=float, default=10, help="seconds of load before each fault (default: %(default)s)")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/guichet",
                        help="Guichet (default: target/release/guichet)")
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object for each mode")
    chosen = parser.parse_args()
    chosen.modes, chosen.faults = chosen.modes.split(","), chosen.faults.split(",")
    for name, known in (("modes", MODES), ("faults", FAULTS)):
        for one in getattr(chosen, name):
            if one not in known:
                parser.error(f"--{name}: “{one}” is none of {', '.join(known)}")
    if chosen.load == "orders" and not chosen.binary.is_file():
        parser.error(f"there is no {chosen.binary}: build it with `cargo build --release -p guichet`, or name one with --binary")
    if os.geteuid() != 0:
        parser.error("namespaces are made by root: run it with sudo")
    if needed():
        parser.error(f"not installed: {', '.join(needed())}")
    return chosen


def acknowledged(shop):
    path = shop.folder / "acknowledged.log"
    return path.stat().st_size if path.exists() else 0


def one_fault(fault, cluster, shop):
    """Strikes, waits for the service, heals, waits for the cluster; how long nothing was acknowledged."""
    old = cluster.leader()
    begun = time.time()
    say(f"  {fault.name}: {old.name} leads")
    fault.strike(old)
    new = until("another leader", 120, lambda: next(
        (database for database in cluster.databases if database is not old and cluster.leads(database)), None))
    before = acknowledged(shop)
    until("writes at the new leader", 120, lambda: acknowledged(shop) > before + 2000)
    say(f"    {new.name} leads and takes writes, {time.time() - begun:.0f} s after")
    fault.heal(cluster, old)
    until("a whole cluster", 240, cluster.whole)
    until("writes after that", 60, lambda: acknowledged(shop) > before + 4000)
    ended = time.time()
    quiet = count.silence(shop.folder / "acknowledged.log", begun, ended)
    say(f"    whole again after {ended - begun:.0f} s; without service for {quiet:.1f} s")
    return {"fault": fault.name, "leader": old.name, "successor": new.name, "seconds_without_service": round(quiet, 1)}


def one_mode(mode, chosen, folder):
    """A cluster from nothing to its end; its figures."""
    network = Network(folder)
    try:
        say(f"{mode}: three machines with PostgreSQL")
        cluster = Cluster(network, strict=mode == "strict")
        shop = network.machine("shop", {CLIENTS: "10.77.0.100"})
        start_haproxy(shop)
        load = Rows(shop, chosen.rate) if chosen.load == "rows" else Guichet(shop, chosen.rate, chosen.binary.resolve())
        load.prepare(cluster.leader())
        load.start()
        faults = []
        for name in chosen.faults:
            until("writes", 60, lambda: acknowledged(shop) > 2000)
            time.sleep(chosen.steady)
            faults.append(one_fault(FAULTS[name], cluster, shop))
        time.sleep(chosen.steady)
        load.stop()
        figures = settled(load, cluster, shop)
        return {"mode": mode, "load": chosen.load, **figures, "faults": faults}
    finally:
        network.close()


def settled(load, cluster, shop):
    """The figures, once all is paid and told that ever will be, or two minutes have passed."""
    say("  all faults are healed; what was acknowledged is counted")
    deadline = time.monotonic() + 120
    while True:
        figures = count.counted(shop.folder, load.found(cluster.leader()), load.paid)
        open_still = figures.get("not_paid_yet", 0) + figures.get("paid_without_webhook", 0)
        if not open_still or time.monotonic() > deadline:
            break
        time.sleep(2)
    if load.paid:
        figures["doctor"] = load.doctor()
    return figures


def table(runs):
    """The figures side by side."""
    names = [name for name in runs[0] if name not in ("mode", "faults", "doctor", "load")]
    rows = [["", *[run["mode"] for run in runs]]]
    rows += [[name.replace("_", " "), *[f"{run[name]:,}" for run in runs]] for name in names]
    for at, fault in enumerate(runs[0]["faults"]):
        seconds = [f"{run['faults'][at]['seconds_without_service']} s" for run in runs]
        rows.append([f"without service: {fault['fault']}", *seconds])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def verdict(runs):
    """What is not as it must be."""
    wrong = []
    for run in runs:
        must_be_none = ["made_twice", "not_paid_yet", "paid_without_webhook"]
        # What was lost is decided again, and told under another identifier.
        if run["mode"] == "strict":
            must_be_none += ["lost", "paid_lost", "settled_twice", "webhook_without_order"]
        wrong += [f"{run['mode']}: {name.replace('_', ' ')}: {run[name]}" for name in must_be_none if run.get(name)]
        if run["mode"] == "asynchronous" and not run["lost"] and any(one["fault"] == "partition" for one in run["faults"]):
            wrong.append("asynchronous: nothing was lost, so this trial would not see a loss")
    return wrong


def main():
    chosen = options()
    # Where a shell started it in the background, it would pass an interrupt over.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    machines.remove_what_was_left()
    place = pathlib.Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    # PostgreSQL's user passes through it.
    place.chmod(0o755)
    runs = []
    try:
        for mode in chosen.modes:
            folder = place / mode
            folder.mkdir()
            runs.append(one_mode(mode, chosen, folder))
            if chosen.json:
                print(json.dumps(runs[-1]), flush=True)
    except KeyboardInterrupt:
        say("interrupted; nothing is left running")
        return 130
    finally:
        if chosen.keep:
            (place / KEPT).touch()
            say(f"the logs are in {place}")
        else:
            shutil.rmtree(place, ignore_errors=True)
    wrong = verdict(runs)
    if not chosen.json:
        print(table(runs))
    for sentence in wrong:
        print(f"WRONG  {sentence}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
