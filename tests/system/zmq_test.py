#!/usr/bin/env python3
"""`tocsin run` and `tocsin send` over real sockets, against pyzmq peers.  The built program is $TOCSIN.

usage: zmq_test.py [TESTS…], by name as unittest takes them: Sockets.test_silence
Recorded events are read from $TOCSIN_TEST_DATA (default ../shared/data) where that is there; else from a generator.
"""

import datetime
import fcntl
import gzip
import itertools
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import termios
import time
import unittest

try:
    import zmq
except ImportError:
    sys.exit(f"{sys.executable} has no zmq (apt install python3-zmq)")

from running import DEADLINE, Case, event, stream

ROOT = pathlib.Path(__file__).resolve().parents[2]
IDLE = float(os.environ.get("TOCSIN_TEST_IDLE", "3"))  # seconds
DATA = pathlib.Path(os.environ.get("TOCSIN_TEST_DATA", ROOT / ".." / "shared" / "data"))

RECORDED = [  # file, rules, options, ways
    ("auth-elastic/auth.ndjson.gz", """
event Failed "sshd.failed_password" { user: string, src_ip: string }
rule brute { match f: Failed{5} by src_ip within 60s alert high "{src_ip}" { user: last(f.user) } }
""", [], ["tocsin send", "Python, a message an event", "Python, 64 lines a message", "Python, arrays"]),
    ("cowrie-sessions/sessions.ndjson.gz", """
event Opened "session.opened" { src_ip: string, src_port: int }
rule burst { match o: Opened{10} by src_ip within 60s alert medium "{src_ip}" }
""", [], ["tocsin send, 64 lines a message", "Python, a message an event"]),
    ("apache-access/access.ndjson.gz", """
event Request "http.request" { client_ip: string, status: int, path: string }
rule probing { match r: Request(status == 404){3} by client_ip within 60s alert low "{client_ip} {last(r.path)}" }
""", ["--lateness", "60s"], ["tocsin send", "Python, 64 lines a message"]),
]


def generated():
    """Failed logins from few addresses, somewhat out of order, always the same."""
    chance = random.Random(7)
    seconds = sorted(range(4000), key=lambda second: second + chance.uniform(0, 20))
    return b"".join(event(s, s, f"d{chance.randrange(40)}", chance.randrange(60, 120)) for s in seconds)


def now_event(number, ahead=0.0, device="d0", **more):
    """An event of `ahead` seconds from now."""
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=ahead)
    fields = {"device": device, "celsius": 90}
    return json.dumps({"id": f"e{number}", "type": "plant.hot", "time": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                       "data": fields, **more}).encode()


class SocketCase(Case):
    """The engine binds a free port and tells which; peers are pyzmq sockets that end with the test."""

    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, linger=0)

    def peer(self, kind, endpoint=None, bind=None, topic=b""):
        socket = self.context.socket(kind)
        self.addCleanup(socket.close, 0)
        socket.setsockopt(zmq.SNDTIMEO, DEADLINE * 1000)
        socket.setsockopt(zmq.RCVTIMEO, DEADLINE * 1000)
        if kind == zmq.PUSH:
            socket.setsockopt(zmq.IMMEDIATE, 1)
        if kind == zmq.SUB:
            socket.setsockopt(zmq.SUBSCRIBE, topic)
        if endpoint:
            socket.connect(endpoint)
        until = time.monotonic() + DEADLINE
        while bind:  # a socket that was there before may not be quite gone
            try:
                socket.bind(bind)
                break
            except zmq.ZMQError as error:
                if error.errno != zmq.EADDRINUSE or time.monotonic() > until:
                    raise
                time.sleep(0.01)
        return socket

    def engine(self, *words, rules=None, source="zmq+pull://127.0.0.1:*"):
        """A running engine and where it listens."""
        process = self.start("run", rules or self.rules, "--in", source, *words)
        return process, process.endpoint()

    def send(self, endpoint, messages):
        socket = self.peer(zmq.PUSH, endpoint)
        for message in messages:
            socket.send(message)
        socket.close(DEADLINE * 1000)  # lingers in the background until all is sent

    def sink(self):
        socket = self.peer(zmq.PULL)
        return socket, f"zmq+push://127.0.0.1:{socket.bind_to_random_port('tcp://127.0.0.1')}"

    def receive(self, socket, count):
        """`count` messages as lines; a deadline that is over raises."""
        return b"".join(socket.recv() + b"\n" for _ in range(count))


class SameBytes(SocketCase):
    """Over sockets as through stdin, byte for byte and in the same order."""

    def feeds(self, lines, endpoint, file):
        events = [json.loads(line) for line in lines]
        groups = [lines[i:i + 64] for i in range(0, len(lines), 64)]
        arrays = [json.dumps(events[i:i + 100]).encode() for i in range(0, len(events), 100)]
        uri = endpoint.replace("tcp://", "zmq+push://")
        return {
            "tocsin send": lambda: self.tocsin("send", uri, file),
            "tocsin send, 64 lines a message": lambda: self.tocsin("send", uri, file, "--batch", "64"),
            "Python, a message an event": lambda: self.send(endpoint, lines),
            "Python, 64 lines a message": lambda: self.send(endpoint, [b"".join(group) for group in groups]),
            "Python, arrays": lambda: self.send(endpoint, arrays),
        }

    def compare(self, rules, options, data, feeds):
        """Runs `data` through stdin and through each feed; gives the number of outputs."""
        if options:  # lateness: an event of a type that nobody declares moves time on, so that no output waits
            data += b'{"type":"none","time":"2026-01-01T00:00:00Z"}\n'
        file = self.file("events.ndjson", data)
        expected = self.tocsin("run", rules, *options, stdin=data).out
        count = len(expected.splitlines())
        self.assertGreater(count, 10)
        lines = data.splitlines(keepends=True)
        for feed in feeds:
            with self.subTest(feed):
                socket, uri = self.sink()
                process, endpoint = self.engine(*options, "--out", uri, rules=rules)
                self.feeds(lines, endpoint, file)[feed]()
                self.assertEqual(self.receive(socket, count), expected)
                done = process.stop()
                self.assertEqual(done.code, 0, done)
                self.assertEqual(socket.poll(0), 0, "more than was expected")
                socket.close(0)
        return count

    def test_generated_events(self):
        names = list(self.feeds([b"{}"], "tcp://127.0.0.1:1", ""))
        self.compare(self.rules, [], b"".join(stream(2000)), names)
        self.compare(self.rules, ["--lateness", "20s"], generated(), [names[0], names[3]])

    def test_recorded_events(self):
        if not DATA.is_dir():
            self.skipTest(f"no recorded events at {DATA} (TOCSIN_TEST_DATA)")
        for name, rules, options, feeds in RECORDED:
            with self.subTest(name), gzip.open(DATA / name) as file:
                data = file.read()
                count = self.compare(self.file("recorded.rules", rules), options, data, feeds)
                print(f"\n{name}: {len(data.splitlines())} events, {count} alerts, by {len(feeds)} ways", file=sys.stderr)


class Sockets(SocketCase):
    def test_topics(self):
        publisher = self.peer(zmq.XPUB)  # tells when somebody subscribes
        port = publisher.bind_to_random_port("tcp://127.0.0.1")
        process = self.start("run", self.rules, "--in", f"zmq+sub://127.0.0.1:{port}?topic=plant",
                             "--out", "zmq+pub://127.0.0.1:*?topic=alerts", "--out", "-")
        self.assertEqual(publisher.recv(), b"\x01plant")
        reader = self.peer(zmq.SUB, process.endpoint("out"), topic=b"alerts")
        reader.setsockopt(zmq.RCVTIMEO, 100)
        until = time.monotonic() + DEADLINE
        for number in itertools.count():  # until the engine's publisher knows its reader
            publisher.send_multipart([b"plant/hall", event(number, number)])
            publisher.send_multipart([b"office", event(number, number, "office")])
            try:
                topic, payload = reader.recv_multipart()
                break
            except zmq.Again:
                self.assertLess(time.monotonic(), until, "nothing was published")
        self.assertEqual(topic, b"alerts")
        self.assertEqual(json.loads(payload)["type"], "tocsin.alert")
        done = process.stop()
        self.assertEqual(done.code, 0, done)
        self.assertIn(payload + b"\n", done.out)
        self.assertNotIn(b"office", done.out)

    def test_several_pushers_and_one_that_comes_back(self):
        process, endpoint = self.engine("--partitions", "4")
        pushers = [self.peer(zmq.PUSH, endpoint) for _ in range(4)]
        seen = []
        for number in range(100):
            if number == 50:
                pushers[0].close(DEADLINE * 1000)
                pushers[0] = self.peer(zmq.PUSH, endpoint)
            pushers[number % 4].send(event(number, number, f"d{number}"))
            seen.append(json.loads(process.line())["data"]["key"]["device"])
        self.assertEqual(seen, [f"d{number}" for number in range(100)])
        self.assertEqual(process.stop().code, 0)

    def test_a_reader_that_comes_back(self):
        socket, uri = self.sink()
        port = uri.rpartition(":")[2]
        process, endpoint = self.engine("--out", uri)
        self.send(endpoint, [event(0, 0, "d0")])
        self.assertIn(b"d0 has 90", socket.recv())
        socket.close(0)
        self.send(endpoint, [event(1, 1, "d1")])
        # What is sent into a connection just as it ends is lost, so others follow until one arrives.
        socket = self.peer(zmq.PULL, bind=f"tcp://127.0.0.1:{port}")
        for number in range(2, DEADLINE):
            self.send(endpoint, [event(number, number, f"d{number}")])
            if socket.poll(1000):
                break
        self.assertRegex(socket.recv().decode(), r"d\d+ has 90")
        self.assertEqual(process.stop().code, 0)

    def test_what_was_received_is_processed_before_the_end(self):
        """Everything waits for an hour of event time: only the end can bring it."""
        lines = stream(3000)
        expected = self.tocsin("run", self.rules, stdin=b"".join(lines)).out
        socket, uri = self.sink()
        letters = self.folder / "letters.ndjson"
        process, endpoint = self.engine("--out", uri, "--lateness", "1h", "--dead-letters", letters)
        pusher = self.peer(zmq.PUSH, endpoint)
        for line in [*lines, b"no JSON"]:
            pusher.send(line)
        until = time.monotonic() + DEADLINE
        while not letters.read_bytes():  # then all before it has been received
            self.assertLess(time.monotonic(), until, "the last message didn't arrive")
            time.sleep(0.01)
        process.signal(signal.SIGTERM)
        self.assertEqual(self.receive(socket, expected.count(b"\n")), expected)
        self.assertEqual(process.wait().code, 0)

    def test_the_end_reads_what_lies_in_queues(self):
        """The first alert has no reader and waits, so that what comes behind it lies in queues when the signal comes."""
        lines = stream(3000)
        expected = self.tocsin("run", self.rules, stdin=b"".join(lines)).out
        process, endpoint = self.engine("--out", "zmq+push://127.0.0.1:*?bind=true")
        out = process.endpoint("out")
        pusher = self.peer(zmq.PUSH, endpoint)
        for begin in range(0, len(lines), 50):
            pusher.send(b"".join(lines[begin:begin + 50]))
        self.wait_until_taken(int(endpoint.rpartition(":")[2]))
        process.signal(signal.SIGTERM)
        reader = self.peer(zmq.PULL, out)
        self.assertEqual(self.receive(reader, expected.count(b"\n")), expected)
        self.assertEqual(process.wait().code, 0)

    def wait_until_taken(self, port):
        """Until the kernel holds nothing any more of what was sent to a port of this machine."""
        hexadecimal = f"{port:04X}"
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            rows = [row.split() for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
            open_rows = [row for row in rows if row[3] == "01" and hexadecimal in (row[1][-4:], row[2][-4:])]
            if open_rows and all(row[4] == "00000000:00000000" for row in open_rows):
                return
            time.sleep(0.01)
        self.fail("the engine doesn't take what is sent")

    def test_silence(self):
        process, endpoint = self.engine("--lateness", "1s")
        pusher = self.peer(zmq.PUSH, endpoint)
        pusher.send(event(0, 0))
        # Nothing else is sent: only silence can bring it.
        self.assertIn("d0 has 90", process.line())
        self.assertEqual(process.stop().code, 0)

    def test_times_of_sockets(self):
        letters = self.folder / "letters.ndjson"
        process, endpoint = self.engine("--dead-letters", letters)
        pusher = self.peer(zmq.PUSH, endpoint)
        before = datetime.datetime.now(datetime.timezone.utc)
        pusher.send(b'{"type":"plant.hot","data":{"device":"untimed","celsius":90}}')
        alert = json.loads(process.line())
        at = datetime.datetime.fromisoformat(alert["time"][:26].rstrip("Z") + "+00:00")
        self.assertLess(abs((at - before).total_seconds()), DEADLINE)
        pusher.send(now_event(1, ahead=120, device="tomorrow"))
        pusher.send(now_event(2, ahead=1, device="today"))
        self.assertIn("today has 90", process.line())
        self.assertEqual(process.stop().code, 0)
        letter, = map(json.loads, letters.read_text().splitlines())
        self.assertEqual((letter["reason"], json.loads(letter["bytes"])["id"], letter["line"]), ("future", "e1", 2))

    def test_bad_messages_among_good_ones(self):
        letters = self.folder / "letters.ndjson"
        process, endpoint = self.engine("--dead-letters", letters)
        pusher = self.peer(zmq.PUSH, endpoint)
        bad = [b"no JSON", b'{"type":"\xff\xfe"}', b"[1, 2]", b'{"type":"plant.hot","time":"2024', b'{"type":"plant.hot"}', b""]
        for number, message in enumerate(bad):
            pusher.send(message)
            pusher.send(event(number, number, f"d{number}"))
            self.assertIn(f"d{number} has 90", process.line())
        pusher.send_multipart([event(7, 7, "first part"), event(8, 8, "second part")])
        self.assertIn("first part has 90", process.line())
        self.assertIn("second part has 90", process.line())
        done = process.stop()
        self.assertEqual(done.code, 0, done)
        reasons = [json.loads(line)["reason"] for line in letters.read_text().splitlines()]
        self.assertEqual(reasons, ["not_json", "not_utf8", "not_an_event", "not_an_event", "truncated", "missing_field"])

    def test_a_message_over_the_limit(self):
        process, endpoint = self.engine()
        self.send(endpoint, [event(0, 0, "before")])
        self.assertIn("before has 90", process.line())
        over = self.peer(zmq.PUSH, endpoint)
        over.send(event(1, 1, "over", padding="x" * (18 << 20)))  # libzmq cuts that connection
        large = event(2, 2, "large", padding="x" * (16 << 20))  # read, and refused as an event
        self.send(endpoint, [large, event(3, 3, "after")])
        self.assertIn("after has 90", process.line())
        over.close(0)
        done = process.stop()
        self.assertEqual(done.code, 0, done)
        self.says(done, "1  too_large")

    def test_sending_where_nobody_reads(self):
        place = f"ipc://{self.folder}/nobody"
        process = self.start("send", place.replace("ipc", "zmq+push+ipc"), stdin=subprocess.PIPE)
        self.assertEqual(process.line("err"), f"sending to {place} (waits while nobody reads there)\n")
        process.write(b"".join(stream(3)))
        until = time.monotonic() + DEADLINE
        while fcntl.ioctl(process.popen.stdin, termios.FIONREAD, b"1234") != bytes(4):  # until it has read them
            self.assertLess(time.monotonic(), until, "it doesn't read")
            time.sleep(0.01)
        process.signal(signal.SIGTERM)  # then it tries for five more seconds
        done = process.wait()
        self.assertEqual(done.code, 74, done)
        self.says(done, f" of 3 messages could not be sent: nobody took them at {place}\n")
        self.assertNotIn("sent 3", done.err)

    def test_a_port_in_use(self):
        _, endpoint = self.engine()
        done = self.tocsin("run", self.rules, "--in", endpoint.replace("tcp", "zmq+pull"), code=74)
        self.says(done, f"cannot bind to `{endpoint}`: Address already in use", "choose another")

    def test_what_is_told_at_start(self):
        _, endpoint = self.engine(source="zmq+pull://127.0.0.1:*?hwm=5")
        self.assertRegex(endpoint, r"^tcp://127\.0\.0\.1:\d+$")
        process = self.start("run", self.rules, "--in", "zmq+pull://0.0.0.0:*?insecure=true")
        self.assertIn("plain tcp: every machine that reaches", process.line("err", "warning"))

    def test_nothing_to_do_takes_no_time(self):
        process, endpoint = self.engine()
        pusher = self.peer(zmq.PUSH, endpoint)
        pusher.send(event(0, 0))
        process.line()
        statistics = pathlib.Path(f"/proc/{process.popen.pid}/stat")

        def spent():  # user and system time of all threads, in ms
            fields = statistics.read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
        before = spent()
        begin = time.monotonic()
        time.sleep(IDLE)  # the span that is measured, no wait for anything
        used, span = spent() - before, time.monotonic() - begin
        print(f"\nidle with a peer: {used:.0f} ms of CPU in {span:.1f} s", file=sys.stderr)
        self.assertLessEqual(used, 50)


if __name__ == "__main__":
    unittest.main()
