#!/usr/bin/env python3
"""The sample clients feed an engine.  usage: clients_test.py ROOT PUSH, with the built program in $TOCSIN

PUSH is the built samples/clients/push.cpp. What comes out is the same, to the byte, as from the file.
"""

import pathlib
import subprocess
import sys
import unittest

from running import DEADLINE, Case

ROOT, PUSH = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
PYTHON = [sys.executable, ROOT / "samples/clients/push.py"]


class Clients(Case):
    def feeds(self, *client):
        sample = ROOT / "samples" / "security"
        events = sample / "events.ndjson"
        expected = self.tocsin("run", sample, "--in", events).out
        self.assertGreater(expected.count(b"\n"), 20)
        engine = self.start("run", sample, "--in", "zmq+pull://127.0.0.1:*")
        endpoint = engine.endpoint()
        with events.open("rb") as data:
            sent = subprocess.run([*client, endpoint], stdin=data, capture_output=True, timeout=DEADLINE)
        self.assertEqual((sent.returncode, sent.stderr), (0, b""))
        for _ in range(expected.count(b"\n")):
            engine.line()
        done = engine.stop()
        self.assertEqual(done.code, 0, str(done))
        self.assertEqual(done.out, expected)

    def test_python(self):
        self.feeds(*PYTHON)

    def test_cpp(self):
        self.feeds(PUSH)

    def test_cpp_needs_an_endpoint(self):
        for words, code in (([], 2), (["nowhere"], 74)):
            with self.subTest(words):
                done = subprocess.run([PUSH, *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertTrue(done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
