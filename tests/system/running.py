"""Runs the built program for the system tests: to its end, or beside the test with its streams at hand.

Nothing here waits for a fixed time: a wait is for a condition, and a deadline is far beyond what a loaded machine needs.
"""

import json
import os
import pathlib
import queue
import signal
import subprocess
import tempfile
import threading
import time
import unittest

TOCSIN = os.environ["TOCSIN"]
DEADLINE = 60  # seconds; only ever spent by a test that fails

RULES = """
event Hot "plant.hot" { device: string, celsius: float, count: int? }

rule hot   { match h: Hot(celsius > 80) by device alert high "{device} has {h.celsius}" { at: h.celsius } }
rule twice { match a: Hot{2} by device within 10s alert low "{device} twice" { n: count(a) } }
"""


def event(number, second, device="d0", celsius=90, **more):
    """A line of JSON, `second` seconds after 06:00."""
    at = f"2024-05-06T{6 + second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"
    fields = {"device": device, "celsius": celsius}
    return (json.dumps({"id": f"e{number}", "source": "/t", "type": "plant.hot", "time": at, "data": fields, **more})
            + "\n").encode()


def stream(count):
    """`count` events, a second apart, of three devices."""
    return [event(i, i, f"d{i % 3}", 70 + i % 20) for i in range(count)]


class Done:
    """A program that ended: exit code, and what it wrote."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err.decode()

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out[:4000].decode(errors='replace')}\n--- stderr\n{self.err[:4000]}"


class Process:
    """A program that runs beside the test. Whatever it writes is taken at once, so that it never waits for us."""

    def __init__(self, *words, stdin=subprocess.DEVNULL, env=None):
        self.popen = subprocess.Popen([TOCSIN, *map(str, words)], stdin=stdin, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, env=env, start_new_session=True)
        self.seen = {"out": [], "err": []}
        self.new = {"out": queue.Queue(), "err": queue.Queue()}
        self.readers = [threading.Thread(target=self._read, args=(name, pipe), daemon=True)
                        for name, pipe in (("out", self.popen.stdout), ("err", self.popen.stderr))]
        for reader in self.readers:
            reader.start()

    def _read(self, name, pipe):
        for line in pipe:
            self.seen[name].append(line)
            self.new[name].put(line)
        self.new[name].put(None)

    def line(self, name="out", holding=""):
        """The next line of a stream that holds a text."""
        until = time.monotonic() + DEADLINE
        while True:
            try:
                line = self.new[name].get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"no line with {holding!r} on std{name}; it wrote {self.seen}")
            if holding.encode() in line:
                return line.decode()

    def endpoint(self, direction="in"):
        """Where a socket is bound, as the program tells at start."""
        return self.line("err", f"{direction:3} zmq+").split(": ")[1].split(" ")[0]

    def write(self, data):
        self.popen.stdin.write(data)
        self.popen.stdin.flush()

    def signal(self, number=signal.SIGTERM):
        self.popen.send_signal(number)

    def wait(self):
        try:
            self.popen.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it goes on; it wrote {self.seen}") from None
        for reader in self.readers:
            reader.join(DEADLINE)
        return Done(self.popen.returncode, b"".join(self.seen["out"]), b"".join(self.seen["err"]))

    def stop(self):
        """SIGTERM, and what came of it."""
        self.signal()
        return self.wait()

    def close(self):
        if self.popen.stdin:
            try:
                self.popen.stdin.close()
            except BrokenPipeError:
                pass
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        for reader in self.readers:
            reader.join(DEADLINE)
        self.popen.stdout.close()
        self.popen.stderr.close()


class Case(unittest.TestCase):
    """Each test has a folder of its own, with RULES in r.rules, and no process outlives it."""

    maxDiff = 4000

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tocsin-system-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.rules = self.file("r.rules", RULES)

    def file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def tocsin(self, *words, stdin=b"", code=0, **more):
        """Runs it to its end; it has to exit with `code`."""
        done = subprocess.run([TOCSIN, *map(str, words)], input=stdin, capture_output=True, timeout=DEADLINE,
                              cwd=self.folder, **more)
        done = Done(done.returncode, done.stdout, done.stderr)
        self.assertEqual(done.code, code, f"exit code of tocsin {' '.join(map(str, words))}\n{done}")
        return done

    def start(self, *words, **more):
        process = Process(*words, **more)
        self.addCleanup(process.close)
        return process

    def says(self, done, *texts):
        for text in texts:
            self.assertIn(text, done.err)
