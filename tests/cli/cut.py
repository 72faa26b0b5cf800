"""A wire that breaks, for the tests: cut.py TARGET MODE COUNT PORT. It writes the port that it took into the file PORT.

Hands every connection on to the port TARGET of this computer. What becomes of the bytes stands in the file MODE, read anew whenever it changes:

    pass                  all of them go through
    cut up|down N         after N bytes to the server (up) or from it (down), both ends are closed
    silent up|down N      after those, nothing goes through any more, and nothing is closed

Bytes are counted from the last change of MODE on, over all connections; COUNT holds "UP DOWN" when a connection has ended.
"""
import os
import select
import socket
import sys
import threading
import time

TARGET, MODE, COUNT, PORT = int(sys.argv[1]), *sys.argv[2:5]


class Wire:
    """What is common to all connections."""

    def __init__(self):
        self.lock = threading.Lock()
        self.changed = None
        self.mode = ["pass"]
        self.passed = {"up": 0, "down": 0}

    def look(self):
        changed = os.stat(MODE).st_mtime_ns
        if changed != self.changed:
            with open(MODE, encoding="ascii") as f:
                self.mode = f.read().split()
            self.changed = changed
            self.passed = {"up": 0, "down": 0}

    def room(self, way):
        """How many bytes may still go that way; None: as many as there are."""
        with self.lock:
            self.look()
            if self.mode[0] == "pass" or self.mode[1] != way:
                return None
            return max(0, int(self.mode[2]) - self.passed[way])

    def count(self, way, n):
        with self.lock:
            self.passed[way] += n

    def silent(self):
        return self.mode[0] == "silent"

    def write(self):
        with self.lock:
            with open(COUNT + ".new", "w", encoding="ascii") as f:
                print(self.passed["up"], self.passed["down"], file=f)
            os.rename(COUNT + ".new", COUNT)


wire = Wire()


def hand_on(near, far, way):
    """False: it is over."""
    data = near.recv(65536)
    room = wire.room(way)
    far.sendall(data if room is None else data[:room])
    wire.count(way, len(data) if room is None else min(room, len(data)))
    if room is not None and len(data) >= room:
        if wire.silent():
            time.sleep(60)
        return False
    return len(data) > 0


def connect(client):
    with client, socket.create_connection(("127.0.0.1", TARGET)) as server:
        ways = {client: (server, "up"), server: (client, "down")}
        try:
            while all([hand_on(near, *ways[near]) for near in select.select(list(ways), [], [])[0]]):
                pass
        except OSError:
            pass
    wire.write()


listener = socket.create_server(("127.0.0.1", 0))
with open(PORT + ".new", "w", encoding="ascii") as out:
    print(listener.getsockname()[1], file=out)
os.rename(PORT + ".new", PORT)
while True:
    threading.Thread(target=connect, args=(listener.accept()[0],), daemon=True).start()
