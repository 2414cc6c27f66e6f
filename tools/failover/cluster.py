"""Three machines with PostgreSQL, Patroni and etcd each, and the haproxy through which clients reach the leader.

The settings are those that the chapter about growing recommends, with two exceptions that only a trial may make: passwords that
everybody knows, and no TLS. etcd is spoken to by its API of version 2, because Patroni 3.0.2 breaks strict synchrony by itself over
version 3: a leader that wakes up writes over the key of its successor.
"""

import json
import os
import shutil
import signal
import time

from machines import CLIENTS, CLUSTER, send, until

BINARIES = "/usr/lib/postgresql/15/bin"
DATABASE, ROLE, PASSWORD = "guichet", "guichet", "trial"

# Seconds, and the least that Patroni takes for the first.
TTL, LOOP_WAIT, RETRY_TIMEOUT = 20, 5, 5


def needed():
    """What is not installed."""
    programs = ["ip", "setpriv", "etcd", "patroni", "haproxy", "curl", f"{BINARIES}/postgres", f"{BINARIES}/psql"]
    return [program for program in programs if not shutil.which(program)]


class Database:
    """One of the three machines."""

    def __init__(self, network, number, strict):
        self.name = f"db{number}"
        self.number = number
        self.machine = network.machine(self.name, {CLIENTS: f"10.77.0.1{number}", CLUSTER: f"10.77.1.1{number}"})
        self.address = self.machine.addresses[CLUSTER]
        self.data = self.machine.folder / "data"
        self.etcd = self.patroni = None
        self.settings = self.machine.folder / "patroni.json"
        self.settings.write_text(json.dumps(self.patroni_settings(strict), indent=1))
        for path in (self.machine.folder, self.settings):
            shutil.chown(path, "postgres", "postgres")

    def patroni_settings(self, strict):
        synchrony = {"synchronous_mode": True, "synchronous_mode_strict": True}
        lossy = {"synchronous_mode": False}
        here = self.machine.folder
        return {
            "scope": "trial",
            "name": self.name,
            "restapi": {"listen": "0.0.0.0:8008", "connect_address": f"{self.address}:8008"},
            "etcd": {"hosts": [f"10.77.1.1{number}:2379" for number in (1, 2, 3)]},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL, "loop_wait": LOOP_WAIT, "retry_timeout": RETRY_TIMEOUT,
                    "maximum_lag_on_failover": 1 << 30,
                    **(synchrony if strict else lossy),
                    "postgresql": {
                        "use_pg_rewind": True,
                        "use_slots": True,
                        "parameters": {
                            "synchronous_commit": "on", "wal_log_hints": "on", "max_connections": 200,
                            "shared_buffers": "64MB", "max_wal_size": "512MB", "wal_keep_size": "256MB",
                        },
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
                "users": {ROLE: {"password": PASSWORD, "options": ["createdb"]}},
            },
            "postgresql": {
                "listen": "0.0.0.0:5432",
                "connect_address": f"{self.address}:5432",
                "data_dir": str(self.data),
                "bin_dir": BINARIES,
                "use_unix_socket": True,
                "pgpass": str(here / "pgpass"),
                "parameters": {"unix_socket_directories": str(here)},
                "pg_hba": [
                    "local all all trust",
                    "host replication replicator 10.77.1.0/24 scram-sha-256",
                    # Patroni asks the machine's own PostgreSQL for its timeline before it lets it follow another.
                    "host replication replicator 127.0.0.1/32 scram-sha-256",
                    "host all postgres 10.77.1.0/24 scram-sha-256",
                    f"host {DATABASE} {ROLE} 10.77.0.0/24 scram-sha-256",
                ],
                "authentication": {
                    "superuser": {"username": "postgres", "password": PASSWORD},
                    "replication": {"username": "replicator", "password": PASSWORD},
                },
                "remove_data_directory_on_rewind_failure": True,
                "remove_data_directory_on_diverged_timelines": True,
            },
        }

    def start_etcd(self):
        members = ",".join(f"db{number}=http://10.77.1.1{number}:2380" for number in (1, 2, 3))
        here = f"http://{self.address}"
        # A trial shares its disk and its cores, so that a heartbeat may come late.
        self.etcd = self.machine.start("etcd", [
            "etcd", "--name", self.name, "--enable-v2", "--data-dir", self.machine.folder / "etcd",
            "--listen-peer-urls", f"{here}:2380", "--initial-advertise-peer-urls", f"{here}:2380",
            "--listen-client-urls", f"{here}:2379", "--advertise-client-urls", f"{here}:2379",
            "--initial-cluster", members, "--initial-cluster-state", "new", "--logger", "zap",
            "--heartbeat-interval", "250", "--election-timeout", "2500",
        ], user="postgres")

    def start_patroni(self):
        self.patroni = self.machine.start("patroni", ["patroni", self.settings], user="postgres")

    def postmaster(self):
        """The number of its first process, if there is one."""
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n")[0])
        except (FileNotFoundError, ValueError):
            return None

    def kill(self):
        """SIGKILL to Patroni and to the postmaster; PostgreSQL's other processes end because of that."""
        for pid in (self.patroni.pid, self.postmaster()):
            if pid:
                send(pid, signal.SIGKILL)
        self.patroni.wait()

    def freeze(self):
        """SIGSTOP to all that runs on the machine."""
        for _ in range(3):
            for pid in self.machine.pids():
                send(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.machine.pids():
            send(pid, signal.SIGCONT)

    def sql(self, text, database="postgres"):
        """What a statement of the superuser answers, over the socket of the machine."""
        return self.machine.call(
            [f"{BINARIES}/psql", "-X", "-h", self.machine.folder, "-U", "postgres", "-d", database, "-Atq", "-c", text],
            user="postgres", timeout=120).strip()


class Cluster:
    """The three of them."""

    def __init__(self, network, strict):
        self.strict = strict
        self.databases = [Database(network, number, strict) for number in (1, 2, 3)]
        for database in self.databases:
            database.start_etcd()
        until("etcd has a leader", 60, lambda: self.asked(self.databases[0], "2379/health").get("health") == "true")
        for database in self.databases:
            database.start_patroni()
        until("a leader with two standbys", 180, lambda: self.running() and self.whole())
        self.leader().sql(f"CREATE DATABASE {DATABASE} OWNER {ROLE} LOCALE 'C.UTF-8' TEMPLATE template0")

    def asked(self, database, place):
        """What a machine answers about itself, looked at from there; nothing while it does not."""
        try:
            told = database.machine.call(["curl", "-sf", "-m", "2", f"http://{database.address}:{place}"])
            return json.loads(told)
        except (RuntimeError, json.JSONDecodeError):
            return {}

    def running(self):
        """True; where a Patroni has ended by itself, nothing is waited for."""
        for database in self.databases:
            if database.patroni.poll() is not None:
                raise RuntimeError(f"{database.name}: Patroni has ended, see {database.machine.folder / 'patroni.log'} (--keep)")
        return True

    def leads(self, database):
        """Whether a machine is the primary and holds the leader's key."""
        return bool(self.asked(database, "8008/primary"))

    def leader(self):
        return until("a leader", 120, lambda: next(filter(self.leads, self.databases), None))

    def whole(self):
        """Whether there is a leader to which both standbys stream, one of them synchronous where that is asked for. The leader is
        asked: what Patroni has of a machine that just came back may be what it was before."""
        leader = next(filter(self.leads, self.databases), None)
        if not leader:
            return False
        try:
            states = leader.sql("SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming' ORDER BY 1").split()
        except RuntimeError:
            return False
        return states == (["async", "sync"] if self.strict else ["async", "async"])

    def heal_patroni(self, database):
        """Starts Patroni again on a machine that lost it, once nothing of the old PostgreSQL is left."""
        postmaster = database.postmaster()
        until("the end of the old PostgreSQL", 60, lambda: not postmaster or not os.path.exists(f"/proc/{postmaster}"))
        time.sleep(1)
        database.start_patroni()


HAPROXY = """
global
  maxconn 1000
defaults
  mode tcp
  timeout connect 2s
  timeout check 1s
  timeout client 1h
  timeout server 1h
listen postgresql
  bind 127.0.0.1:5432
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
"""


def start_haproxy(machine):
    """On the machine of the clients: it leads to the leader, and closes sessions of one that is none any more."""
    servers = "".join(f"  server db{n} 10.77.0.1{n}:5432 maxconn 300 check port 8008\n" for n in (1, 2, 3))
    (machine.folder / "haproxy.cfg").write_text(HAPROXY + servers)
    return machine.start("haproxy", ["haproxy", "-db", "-f", machine.folder / "haproxy.cfg"])
