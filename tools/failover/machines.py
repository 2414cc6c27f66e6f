"""Machines that are network namespaces: what runs on them, and the cables between them.

Each machine has one cable to the network of the clients, and those of the database a second one to a network of their own. A cable
that is cut swallows what is sent, as a broken switch would, and nobody is told. Whatever runs in a namespace was started here, so
the end of a run ends all of it by its number.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

PREFIX = "guichet-failover-"

# A folder with this file in it was kept on purpose.
KEPT = "kept"

CLIENTS, CLUSTER = "clients", "cluster"


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def namespaces():
    told = subprocess.run(["ip", "netns", "list"], check=True, capture_output=True, text=True).stdout
    return [line.split()[0] for line in told.splitlines() if line.startswith(PREFIX)]


def pids(namespace):
    told = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True).stdout
    return [int(pid) for pid in told.split()]


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def until(what, seconds, done):
    """Waits until `done()` is true, and returns what it said."""
    deadline = time.monotonic() + seconds
    while True:
        said = done()
        if said:
            return said
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.25)


class Network:
    """The switches, in a namespace that no process is in, and the machines that were attached."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.switches = f"{PREFIX}{os.getpid()}-switches"
        self.machines = []
        ip("netns", "add", self.switches)
        for switch in (CLIENTS, CLUSTER):
            ip("-n", self.switches, "link", "add", switch, "type", "bridge")
            ip("-n", self.switches, "link", "set", switch, "up")

    def machine(self, name, addresses):
        """A machine with one address on each of the networks that are named."""
        made = Machine(self, name, addresses)
        self.machines.append(made)
        return made

    def close(self):
        """Ends everything that runs there, and removes what there was."""
        remove([machine.namespace for machine in self.machines] + [self.switches])


def remove(gone):
    """Ends what runs in these namespaces, first by asking, and removes them."""
    def alive():
        reap()
        return [pid for namespace in gone for pid in pids(namespace)]

    for number, patience in ((signal.SIGCONT, 0), (signal.SIGTERM, 8), (signal.SIGKILL, 8)):
        for pid in alive():
            send(pid, number)
        deadline = time.monotonic() + patience
        while alive() and time.monotonic() < deadline:
            time.sleep(0.1)
    for namespace in gone:
        ip("netns", "del", namespace)


def reap():
    """Takes note of children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def remove_what_was_left():
    """Removes the namespaces and folders of runs that were killed outright; those of a run that goes on are left alone."""
    goes_on = lambda name: pathlib.Path("/proc", name.removeprefix(PREFIX).split("-")[0]).exists()
    remove([namespace for namespace in namespaces() if not goes_on(namespace)])
    for folder in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not goes_on(folder.name) and not (folder / KEPT).exists():
            shutil.rmtree(folder, ignore_errors=True)


class Machine:
    """One machine."""

    def __init__(self, network, name, addresses):
        self.network, self.name, self.addresses = network, name, addresses
        self.namespace = f"{PREFIX}{os.getpid()}-{name}"
        self.folder = network.folder / name
        self.folder.mkdir()
        ip("netns", "add", self.namespace)
        ip("-n", self.namespace, "link", "set", "lo", "up")
        for switch, address in addresses.items():
            far = self.plug(switch)
            ip("-n", network.switches, "link", "add", far, "type", "veth", "peer", "name", switch, "netns", self.namespace)
            ip("-n", self.namespace, "addr", "add", f"{address}/24", "dev", switch)
            ip("-n", self.namespace, "link", "set", switch, "up")
            ip("-n", network.switches, "link", "set", far, "up")
            self.join(switch)

    def plug(self, switch):
        return f"{self.name}-{switch}"[:15]

    def cut(self, switch):
        """From now on nothing that is sent over this cable arrives, and no side hears of that."""
        ip("-n", self.network.switches, "link", "set", self.plug(switch), "nomaster")

    def join(self, switch):
        ip("-n", self.network.switches, "link", "set", self.plug(switch), "master", switch)

    def command(self, arguments, user=None):
        line = ["ip", "netns", "exec", self.namespace]
        if user:
            line += ["setpriv", "--reuid", user, "--regid", user, "--init-groups", "env", f"HOME={self.folder}"]
        return line + [str(argument) for argument in arguments]

    def start(self, name, arguments, user=None, **options):
        """Starts a program that stays; what it prints goes to a file of its own."""
        with open(self.folder / f"{name}.log", "ab") as log:
            return subprocess.Popen(
                self.command(arguments, user), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                start_new_session=True, **options)

    def call(self, arguments, user=None, **options):
        """Runs a program to its end; what it printed."""
        done = subprocess.run(
            self.command(arguments, user), capture_output=True, text=True, cwd=self.folder, **options)
        if done.returncode:
            line = " ".join(str(argument) for argument in arguments)
            raise RuntimeError(f"{self.name}: “{line}” ended with {done.returncode}: {done.stderr.strip()[-1000:]}")
        return done.stdout

    def pids(self):
        return pids(self.namespace)
