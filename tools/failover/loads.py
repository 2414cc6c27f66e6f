"""What is written while the leader fails: orders at three nodes of Guichet, or rows by sessions of psql."""

import json
import os
import pathlib
import signal
import subprocess
import sys

from cluster import BINARIES, DATABASE, PASSWORD, ROLE
from machines import CLIENTS, until
from rows import TABLE

HERE = pathlib.Path(__file__).resolve().parent
GATEWAY_PORT, HOOK_PORT, NODE_PORTS = 9000, 9001, (8081, 8082, 8083)

SHOP = """
[[merchants]]
name = "trial"
title = "A shop on trial"

[[merchants.accounts]]
name = "ocpay"
gateway = "ocpay"
environment = "test"
base_url = "http://{address}:{gateway}"
checks_per_second = 1000000
secret = {{ access_token = "sk_sandbox_trial" }}

[[merchants.webhook_endpoints]]
url = "http://{address}:{hook}/hook"
environment = "test"
events = ["order.paid"]
"""


class Rows:
    """The load without Guichet."""

    paid = False

    def __init__(self, machine, rate):
        self.machine, self.rate, self.load = machine, rate, None

    def prepare(self, leader):
        leader.sql(f"SET ROLE {ROLE}; {TABLE}", DATABASE)

    def start(self):
        self.load = self.machine.start("load", [sys.executable, HERE / "rows.py", self.machine.folder, self.rate])

    def stop(self):
        self.load.send_signal(signal.SIGTERM)
        self.load.wait(60)

    def found(self, leader):
        """The identifiers in the database, each with whether it is paid."""
        return {row: False for row in leader.sql("SELECT id FROM orders", DATABASE).split()}


class Guichet:
    """Three nodes, and a shop that orders at them."""

    paid = True

    def __init__(self, machine, rate, binary):
        self.machine, self.rate, self.binary = machine, rate, binary
        self.address = machine.addresses[CLIENTS]
        self.nodes, self.load, self.key = [], None, None
        self.database = [
            "--database", f"postgres://{ROLE}@127.0.0.1/{DATABASE}?password_file={machine.folder}/password",
            "--key-file", machine.folder / "guichet.key", "--allow-network", "10.77.0.0/24",
        ]

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
        return {**kept, "GUICHET_CONFIG": "", "RUST_LOG": "info"}

    def command(self, *arguments):
        return self.machine.call([self.binary, *arguments, *self.database], env=self.environment(), timeout=120)

    def prepare(self, leader):
        folder = self.machine.folder
        (folder / "password").write_text(f"{PASSWORD}\n")
        self.machine.start("gateway", [sys.executable, HERE / "gateway.py", self.address, GATEWAY_PORT])
        shop = SHOP.format(address=self.address, gateway=GATEWAY_PORT, hook=HOOK_PORT)
        (folder / "shop.toml").write_text(shop)
        without = self.database[:-2]
        until("the way to the leader", 30, self.migrated)
        self.machine.call([self.binary, "key", "generate", *without], env=self.environment())
        self.command("apply", "shop.toml", "--yes")
        made = self.machine.call(
            [self.binary, "key", "create", "--merchant", "trial", "--environment", "test", "--json", *without],
            env=self.environment())
        self.key = json.loads(made)["secret"]

    def migrated(self):
        """Makes the tables, as soon as haproxy has found the leader."""
        migrate = self.machine.command([self.binary, "migrate", *self.database[:2]])
        return subprocess.run(migrate, capture_output=True, env=self.environment(), cwd=self.machine.folder).returncode == 0

    def start(self):
        for port in NODE_PORTS:
            url = f"{self.address}:{port}"
            serve = [self.binary, "serve", "--listen", url, "--public-url", f"http://{url}", *self.database]
            self.nodes.append(self.machine.start(f"node-{port}", serve, env=self.environment()))
        for port in NODE_PORTS:
            until(f"node {port} is ready", 60, lambda port=port: self.ready(port))
        addresses = [f"{self.address}:{port}" for port in NODE_PORTS]
        self.load = self.machine.start(
            "load", [sys.executable, HERE / "shop.py", self.machine.folder, HOOK_PORT, self.key, self.rate, *addresses])

    def ready(self, port):
        asked = self.machine.command(["curl", "-sf", "-m", "2", f"http://{self.address}:{port}/readyz"])
        return subprocess.run(asked, capture_output=True).returncode == 0

    def stop(self):
        """Ends the orders; webhooks still arrive."""
        self.load.send_signal(signal.SIGTERM)

    def found(self, leader):
        rows = leader.sql("SELECT id, CASE WHEN status IN ('paid', 'fulfilled') THEN 1 ELSE 0 END FROM orders", DATABASE)
        return {row.split("|")[0]: row.endswith("|1") for row in rows.splitlines()}

    def doctor(self):
        """What the doctor finds wrong."""
        asked = self.machine.command([self.binary, "doctor", "--json", *self.database[:-2]])
        told = subprocess.run(asked, capture_output=True, text=True, env=self.environment(), cwd=self.machine.folder).stdout
        return [finding for finding in map(json.loads, told.splitlines()) if not finding.get("good", True)]
