"""The load without Guichet: sessions of psql that write a row each time, and a note of every one that was acknowledged.

Usage: rows.py FOLDER ROWS_PER_SECOND
"""

import itertools
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

from cluster import BINARIES, DATABASE, PASSWORD, ROLE
from shop import Notes

SESSIONS = 16
TABLE = "CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY)"


class Rows:
    def __init__(self, folder, rate):
        self.acknowledged = Notes(pathlib.Path(folder) / "acknowledged.log")
        self.refused = Notes(pathlib.Path(folder) / "refused.log")
        self.rate, self.numbers, self.begun = rate, itertools.count(1), time.monotonic()
        self.ended = threading.Event()

    def run(self):
        threads = [threading.Thread(target=self.session, daemon=True) for _ in range(SESSIONS)]
        for thread in threads:
            thread.start()
        signal.signal(signal.SIGTERM, lambda *_: self.ended.set())
        self.ended.wait()

    def session(self):
        url = f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1/{DATABASE}"
        line = [f"{BINARIES}/psql", "-X", "-d", url, "-v", "ON_ERROR_STOP=1"]
        while not self.ended.is_set():
            psql = subprocess.Popen(
                line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                env={**os.environ, "PGCONNECT_TIMEOUT": "3"})
            try:
                self.write(psql)
            except OSError:
                pass
            psql.kill()
            psql.wait()
            time.sleep(0.5)

    def write(self, psql):
        while not self.ended.is_set():
            number = next(self.numbers)
            self.ended.wait(max(0, self.begun + number / self.rate - time.monotonic()))
            psql.stdin.write(f"INSERT INTO orders VALUES ('{number}');\n")
            psql.stdin.flush()
            said = psql.stdout.readline()
            # A warning beside it would mean that nobody knows.
            if said != "INSERT 0 1\n":
                self.refused.add(number, said.strip())
                return
            self.acknowledged.add(number, number, "made")


if __name__ == "__main__":
    rows = Rows(sys.argv[1], float(sys.argv[2]))
    rows.run()
