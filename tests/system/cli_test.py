#!/usr/bin/env python3
"""The `tocsin` command as its users meet it: words, files, pipes, terminals, signals.  The built program is $TOCSIN.

usage: cli_test.py [TESTS…], by name as unittest takes them: Streams.test_late_events
"""

import base64
import gzip
import json
import os
import pty
import re
import signal
import subprocess
import time
import unittest

from running import DEADLINE, RULES, TOCSIN, Case, event, stream

BAD = [  # reason, line; all at 06:00:30 where they have a time
    ("not_json", b"this is no JSON"),
    ("not_utf8", b'{"type":"plant.hot","time":"2024-05-06T06:00:30Z","data":{"device":"\xff\xfe","celsius":9}}'),
    ("not_an_event", b"17"),
    ("no_type", b'{"time":"2024-05-06T06:00:30Z","data":{}}'),
    ("no_time", b'{"type":"plant.hot","data":{"device":"d","celsius":9}}'),
    ("bad_time", b'{"type":"plant.hot","time":"6 May","data":{"device":"d","celsius":9}}'),
    ("bad_attribute", b'{"type":"plant.hot","id":5,"time":"2024-05-06T06:00:30Z","data":{"device":"d","celsius":9}}'),
    ("missing_field", b'{"type":"plant.hot","time":"2024-05-06T06:00:30Z","data":{"device":"d"}}'),
    ("wrong_field", b'{"type":"plant.hot","time":"2024-05-06T06:00:30Z","data":{"device":"d","celsius":"9"}}'),
    ("duplicate_field", b'{"type":"plant.hot","time":"2024-05-06T06:00:30Z","data":{"device":"d","device":"e","celsius":9}}'),
    ("out_of_range", b'{"type":"plant.hot","time":"2024-05-06T06:00:30Z","data":{"device":"d","celsius":1e999}}'),
    ("out_of_range", b'{"type":"plant.hot","time":"2024-05-06T06:00:30Z","data":{"device":"d","celsius":9,"count":1e30}}'),
    ("too_deep", b'{"type":"plant.hot","time":"2024-05-06T06:00:30Z","data":{"device":"d","celsius":9,"x":' + b"[" * 70
     + b"]" * 70 + b"}}"),
    ("late", b'{"type":"plant.hot","time":"2024-05-06T06:00:01Z","data":{"device":"d","celsius":9}}'),
]


class Words(Case):
    """Command lines: exit codes, and whether the message helps."""

    def test_exit_codes_and_messages(self):
        self.file("bad.rules", RULES.replace("h: Hot(celsius", "h: Hot(celcius"))
        self.file("warned.rules", 'event A { x: int }\nrule r { match a: A -> b: A alert low "m" }\n')
        self.file("events.ndjson", b"".join(stream(3)))
        (self.folder / "empty").mkdir()
        cases = [  # words, exit code, what the message has to hold
            ("", 2, "a command is missing: run, check, test, "),
            ("rnu r.rules", 2, "there is no command `rnu`, did you mean `run`?"),
            ("--color never chekc r.rules", 2, "did you mean `check`?"),
            ("frobnicate", 2, "the commands are run, check, test, "),
            ("--colour never check r.rules", 2, "there is no option `--colour`, did you mean `--color`?"),
            ("run", 2, "RULES is required"),
            ("run r.rules --latness 5s", 2, "there is no option `--latness`, did you mean `--lateness`?"),
            ("run r.rules --inn events.ndjson", 2, "there is no option `--inn`, did you mean `--in`?"),
            ("run r.rules --in events.ndjson --out events.ndjson", 2, "`--out events.ndjson` would overwrite what"),
            ("run r.rules --out r.rules", 2, "`--out r.rules` would overwrite rules"),
            ("run . --out r.rules", 2, "`--out r.rules` would overwrite rules"),
            ("run r.rules --out a --dead-letters ./a", 2, "would write to one file"),
            ("run r.rules --in - --in -", 2, "`-` is given twice by --in"),
            ("run r.rules --latness=5s", 2, "did you mean `--lateness`?"),
            ("run r.rules --watch", 2, "there is no option `--watch`\n`tocsin run --help`"),
            ("run r.rules --lateness 5", 2, "write for example 500ms, 5s or 1m30s"),
            ("run r.rules --lateness -5s", 2, "`-5s` is no duration"),
            ("run r.rules --partitions 300", 2, "`300` is no whole number from 0 to 256"),
            ("run r.rules --partitions two", 2, "`two` is no whole number from 0 to 256"),
            ("run r.rules --in", 2, "--in"),
            ("run r.rules events.ndjson", 2, "to read events from it: --in events.ndjson"),
            ("run r.rules --in zmq+pul://127.0.0.1:5", 2, "did you mean `zmq+pull`?"),
            ("run r.rules --in zmq+push://127.0.0.1:5", 2, "an input is zmq+pull:// or zmq+sub://"),
            ("run r.rules --in zmq+pull://127.0.0.1", 2, "write host:port"),
            ("run r.rules --in tcp://127.0.0.1:5", 2, "unknown scheme `tcp`"),
            ("run r.rules --in zmq+pull://0.0.0.0:5", 2, "insecure=true"),
            ("run r.rules --out zmq+pull://127.0.0.1:5", 2, "an output is zmq+push:// or zmq+pub://"),
            ("run nope.rules", 74, "cannot read `nope.rules`: no such file or folder"),
            ("run empty", 74, "folder `empty` has no `*.rules` files"),
            ("run bad.rules", 1, "error[E0203]"),
            ("run r.rules --in nope.ndjson", 74, "cannot read `nope.ndjson`"),
            ("run r.rules --in event.ndjson", 74, "did you mean `events.ndjson`?"),
            ("run r.rules --in empty", 74, "cannot read `empty`: Is a directory"),
            ("run r.rules --out nodir/x", 74, "there is no folder `nodir`"),
            ("run r.rules --dead-letters nodir/x", 74, "cannot write dead letters to `nodir/x`"),
            ("check", 2, "RULES is required"),
            ("check r.rules", 0, "checked 1 file, 2 rules: 0 errors, 0 warnings ("),
            ("check bad.rules", 1, "checked 1 file: 1 error, 0 warnings ("),
            ("check warned.rules", 0, "0 errors, "),
            ("check warned.rules --deny-warnings", 3, "warning["),
            ("test bad.rules", 1, "help: a field with a similar name exists"),
            ("test r.rules", 0, "no `test` blocks"),
            ("explain r.rules hott", 2, "no rule `hott` in `r.rules`, did you mean `hot`?"),
            ("explain r.rules hott --stage tree", 2, "did you mean `hot`?"),
            ("explain r.rules --stage ast", 2, "`ast` is none of tree, plan, nfa"),
            ("explain r.rules --format dot", 2, "dot shows --stage nfa only"),
            ("explain r.rules --format mermaid", 2, "mermaid shows --stage nfa only"),
            ("explain r.rules hot twice", 2, "`twice` is one word too many"),
            ("send", 2, "URI is required"),
            ("send tcp://127.0.0.1:5", 2, "write for example zmq+push://127.0.0.1:5555"),
            ("send zmq+pull://127.0.0.1:5", 2, "an output is zmq+push:// or zmq+pub://"),
            ("send zmq+push://127.0.0.1:5 nope", 74, "cannot read `nope`"),
        ]
        for words, code, text in cases:
            with self.subTest(words=words):
                done = self.tocsin(*words.split(), code=code)
                self.assertIn(text, done.err)
                if code == 2:
                    self.assertEqual(done.out, b"")

    def test_help_offers_what_works(self):
        top = self.tocsin("--help").out.decode()
        commands = re.findall(r"^  ([a-z]+) ", top[top.index("Subcommands:"):], re.MULTILINE)
        self.assertLessEqual({"run", "check", "test", "explain", "send", "completion"}, set(commands))
        for command in commands:
            done = self.tocsin(command, "--help")
            self.assertEqual(done.err, "")
            self.assertTrue(f"Usage: tocsin {command} " in done.out.decode(), done)
            # Each option that is offered is known: with it, nobody says that there is no such option.
            for option in re.findall(r"^ +(--[a-z-]+)", done.out.decode(), re.MULTILINE):
                done = subprocess.run([TOCSIN, command, option], capture_output=True, timeout=DEADLINE)
                self.assertNotIn(b"there is no option", done.stderr, (command, option))
        self.assertRegex(self.tocsin("--version").out.decode(), r"^tocsin \d+\.\d+\.\d+\n$")

    def test_colors(self):
        self.file("bad.rules", RULES.replace("h: Hot(celsius", "h: Hot(celcius"))
        self.assertNotIn("\033", self.tocsin("check", "bad.rules", code=1).err)
        self.assertIn("\033[", self.tocsin("--color", "always", "check", "bad.rules", code=1).err)
        terminal = {**os.environ, "TERM": "xterm"}
        terminal.pop("NO_COLOR", None)
        self.assertIn("\033[", on_terminal(["check", self.folder / "bad.rules"], terminal))
        self.assertNotIn("\033[", on_terminal(["check", self.folder / "bad.rules"], {**terminal, "NO_COLOR": "1"}))
        self.assertNotIn("\033[", on_terminal(["--color=never", "check", self.folder / "bad.rules"], terminal))

    def test_verdicts_of_rule_tests(self):
        passing = RULES + ('test hot "it fires" { at 0s Hot { device: "a", celsius: 90.0 } '
                           'expect at 0s alert hot { at: 90.0 } expect nothing else }\n')
        failing = passing + 'test hot "it does not" { at 0s Hot { device: "b", celsius: 90.0 } expect no alert hot }\n'
        done = self.tocsin("test", self.file("p.rules", passing))
        self.assertRegex(done.out.decode(), r"^PASS .*p\.rules:6  hot: it fires +\d+ ms\n1 test: 1 passed, 0 failed\n$")
        self.assertEqual(done.err, "")
        done = self.tocsin("test", self.file("f.rules", failing), code=1)
        out = done.out.decode()
        self.assertRegex(out, r"(?m)^FAIL .*f\.rules:7  hot: it does not +\d+ ms$")
        self.assertRegex(out, r"(?m)^  \+ 0s  alert hot  device=b  at=90(\.0)?  high \"b has 90(\.0)?\"$")
        self.assertIn("2 tests: 1 passed, 1 failed\n", out)

    def test_explain(self):
        plan = self.tocsin("explain", "r.rules").out.decode()
        self.assertEqual(re.findall(r"(?m)^rule (\w+)", plan), ["hot", "twice"])
        self.assertEqual(re.findall(r"(?m)^rule (\w+)", self.tocsin("explain", "r.rules", "twice").out.decode()), ["twice"])
        tree = self.tocsin("explain", "r.rules", "twice", "--stage", "tree").out.decode()
        self.assertRegex(tree, r"^rule twice  5:1\n")
        self.assertNotIn("hot", tree)
        self.assertIn("event Hot", self.tocsin("explain", "r.rules", "--stage", "tree").out.decode())
        self.assertRegex(self.tocsin("explain", "r.rules", "twice", "--stage", "nfa").out.decode(), "^automaton of twice")
        dot = self.tocsin("explain", "r.rules", "twice", "--stage", "nfa", "--format", "dot").out.decode()
        self.assertRegex(dot, r'(?s)^digraph "twice" \{.*\}\n$')
        mermaid = self.tocsin("explain", "r.rules", "twice", "--stage", "nfa", "--format", "mermaid").out.decode()
        self.assertRegex(mermaid, r"^---\ntitle: twice\n---\nflowchart LR\n")

    def test_rules_of_a_folder(self):
        types, rules = RULES.split("\n\n", 1)
        self.file("set/types.rules", types)
        self.file("set/a.rules", rules)
        self.file("set/notes.txt", "not read")
        self.assertEqual(self.tocsin("run", "set", stdin=b"".join(stream(60))).out,
                         self.tocsin("run", self.rules, stdin=b"".join(stream(60))).out)
        self.assertIn("checked 2 files, 2 rules", self.tocsin("check", "set", "set/a.rules").err)


def on_terminal(words, env=None, typed=None):
    """What the program writes to a terminal that is its stderr; with `typed` its stdin too, where that is typed."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([TOCSIN, *map(str, words)], stdin=subprocess.DEVNULL if typed is None else follower,
                               stdout=subprocess.DEVNULL, stderr=follower, env=env)
    os.close(follower)
    if typed is not None:
        os.write(leader, typed)
    text = b""
    try:
        while chunk := os.read(leader, 65536):
            text += chunk
    except OSError:
        pass  # how Linux tells that the other end is gone
    finally:
        os.close(leader)
        process.wait(DEADLINE)
    return text.decode()


class Streams(Case):
    """Where events come from and outputs go to."""

    def setUp(self):
        super().setUp()
        self.events = stream(60)
        self.input = self.file("in.ndjson", b"".join(self.events))
        self.expected = self.tocsin("run", self.rules, "--in", self.input).out
        self.assertEqual(len(self.expected.splitlines()), 57)

    def outputs(self, *words, **more):
        return self.tocsin("run", self.rules, *words, **more).out

    def test_inputs(self):
        everything = b"".join(self.events)
        gz = self.file("in.ndjson.gz", gzip.compress(everything))
        shown = b"\n".join(json.dumps(json.loads(e), indent=2).encode() for e in self.events)
        array = json.dumps([json.loads(e) for e in self.events]).encode()
        for what, words, stdin in [
            ("a pipe", [], everything),
            ("a pipe by name", ["--in", "-"], everything),
            ("no newline at the end", [], everything[:-1]),
            ("Windows line ends", [], everything.replace(b"\n", b"\r\n")),
            ("gzip", ["--in", gz], b""),
            ("gzip in two members", ["--in", self.file("two.gz", gzip.compress(everything[:3000]) + gzip.compress(everything[3000:]))], b""),
            ("a URI", ["--in", self.input.as_uri()], b""),
            ("one array", [], array),
            ("one array, no newline, in a file", ["--in", self.file("array.json", array)], b""),
            ("pretty-printed", [], shown),
            ("one partition", ["--partitions", "1"], everything),
            ("eight partitions", ["--partitions", "8"], everything),
            ("with lateness", ["--lateness", "20s"], everything),
        ]:
            with self.subTest(what):
                self.assertEqual(self.outputs(*words, stdin=stdin), self.expected)

    def test_zstd_and_gzip_out_and_in_again(self):
        for end in ("gz", "zst"):
            packed = self.folder / f"out.{end}"
            # Alerts are events too, of a type that these rules don't declare: all are ignored, none is a dead letter.
            self.assertEqual(self.outputs("--in", self.input, "--out", packed), b"")
            done = self.tocsin("run", self.rules, "--in", packed)
            self.assertEqual((done.out, done.err),
                             (b"", "ignored: 57 events of types that no rule file declares (tocsin.alert 57)\n"))
        self.assertEqual(gzip.decompress((self.folder / "out.gz").read_bytes()), self.expected)

    def test_damaged_archive(self):
        whole = gzip.compress(b"".join(stream(5000)))
        done = self.tocsin("run", self.rules, "--in", self.file("cut.gz", whole[:-2000]), code=74)
        self.says(done, "error: cannot read", "cut.gz`: the compressed data is cut off")
        self.assertGreater(len(done.lines), 1000)

    def test_several_outputs(self):
        file = self.folder / "out.ndjson"
        self.assertEqual(self.outputs("--in", self.input, "--out", file, "--out", "-"), self.expected)
        self.assertEqual(file.read_bytes(), self.expected)

    def test_several_inputs_by_event_time(self):
        odd = self.file("odd.ndjson", b"".join(self.events[1::2]))
        even = self.file("even.ndjson", b"".join(self.events[::2]))
        for words in ([odd, even], [even, odd]):
            done = self.tocsin("run", self.rules, "--in", words[0], "--in", words[1])
            self.assertEqual((done.out, done.err), (self.expected, ""))

    def test_empty_input(self):
        for text in (b"", b"\n\n", b"[]"):
            done = self.tocsin("run", self.rules, stdin=text)
            self.assertEqual((done.out, done.err), (b"", ""), text)

    def test_late_events(self):
        shuffled = list(self.events)
        shuffled[20:24] = reversed(shuffled[20:24])
        letters = self.folder / "letters.ndjson"
        done = self.tocsin("run", self.rules, "--dead-letters", letters, stdin=b"".join(shuffled))
        late = [json.loads(line) for line in letters.read_text().splitlines()]
        self.assertEqual([(d["reason"], d["line"], d["bytes"] + "\n") for d in late],
                         [("late", n + 1, shuffled[n].decode()) for n in (21, 22, 23)])
        self.assertEqual(late[0]["offset"], len(b"".join(shuffled[:21])))
        self.assertEqual(late[0]["input"], "stdin")
        self.says(done, "dead letters: 3\n", "3  late", "stdin:22: 1s behind")
        self.assertEqual(self.outputs("--lateness", "3s", stdin=b"".join(shuffled)), self.expected)

    def test_bad_events_never_stop_the_stream(self):
        lines = [e.rstrip() for e in self.events]
        lines[31:31] = [line for _, line in BAD]
        cut = b'{"type":"plant.hot","time":"2024-05-06T06:02:00Z","da'
        for name, words in (("file", ["--in", self.file("bad.ndjson", b"\n".join(lines + [cut]))]), ("pipe", [])):
            letters = self.folder / f"letters-{name}.ndjson"
            done = self.tocsin("run", self.rules, "--dead-letters", letters, *words, stdin=b"\n".join(lines + [cut]))
            self.assertEqual(done.out, self.expected)
            found = [json.loads(line) for line in letters.read_text().splitlines()]
            expected = [(reason, 32 + n, line) for n, (reason, line) in enumerate(BAD)] + [("truncated", len(lines) + 1, cut)]
            got = [(d["reason"], d["line"], base64.b64decode(d["bytes_base64"]) if "bytes_base64" in d else d["bytes"].encode())
                   for d in found]
            self.assertEqual(sorted(got), sorted(expected))
            self.assertTrue(all(d["detail"] and d["size"] == len(e[2]) for d, e in zip(found, expected)
                                if d["reason"] == e[0]), found)
            self.says(done, f"dead letters: {len(BAD) + 1}\n", "2  out_of_range", ":32: the text is not JSON")
        done = self.tocsin("run", self.rules, "--in", self.folder / "bad.ndjson")
        self.says(done, "(keep them with --dead-letters FILE)")

    def test_an_event_over_16_mib(self):
        large = event(0, 30, padding="x" * (16 << 20))
        letters = self.folder / "letters.ndjson"
        file = self.file("large.ndjson", b"".join([*self.events[:31], large, *self.events[31:]]))
        self.assertEqual(self.outputs("--in", file, "--dead-letters", letters), self.expected)
        letter, = map(json.loads, letters.read_text().splitlines())
        self.assertEqual((letter["reason"], letter["line"], letter["size"], letter["bytes"].encode()),
                         ("too_large", 32, len(large) - 1, large[:64 << 10]))

    def test_undeclared_types_are_counted(self):
        other = [event(i, 60 + i, type=f"other.{i % 2}") for i in range(5)]
        done = self.tocsin("run", self.rules, stdin=b"".join(self.events + other))
        self.assertEqual(done.out, self.expected)
        self.says(done, "ignored: 5 events of types that no rule file declares (other.0 3, other.1 2)\n")

    def test_the_end_of_input_and_no_drain(self):
        rules = self.file("after.rules", RULES + 'rule calm { match a: Hot{3,} -> not Hot(celsius > 85) -> b: Hot within 5s alert low "m" }\n')
        one = self.tocsin("run", rules, "--in", self.input).out
        self.assertEqual(self.tocsin("run", rules, "--in", self.input, "--no-drain").out, one)

    def test_stats(self):
        late = event(99, 1)
        done = self.tocsin("run", self.rules, "--stats", stdin=b"".join(self.events) + late + b"no\n" + event(7, 59, type="x"))
        self.says(done, "events 62  ignored 1  late 1  dead letters 2  alerts 57  derived 0\n", " ns/event", "peak memory")
        rows = {line.split()[0]: line.split()[1:] for line in done.err.splitlines() if line.startswith(("hot ", "twice "))}
        self.assertEqual((rows["hot"][0], rows["twice"][0], rows["twice"][2]), ("27", "30", "30"))
        self.assertEqual(done.out, self.expected)

    def test_nobody_reads_stdout(self):
        many = self.file("many.ndjson", b"".join(event(i, i // 100) for i in range(20_000)))
        process = subprocess.Popen([TOCSIN, "run", self.rules, "--in", many], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            json.loads(process.stdout.readline())
            process.stdout.close()
            _, err = process.communicate(timeout=DEADLINE)
        finally:
            process.kill()
        self.assertEqual((process.returncode, err), (74, b""))

    def test_nobody_reads_anything(self):
        many = self.file("many.ndjson", b"".join(event(i, i // 100) for i in range(20_000)))
        reading, writing = os.pipe()
        process = subprocess.Popen([TOCSIN, "run", self.rules, "--in", many, "--stats"], stdout=writing, stderr=writing)
        os.close(writing)
        os.close(reading)
        self.assertEqual(process.wait(DEADLINE), 74)

    def test_a_full_disk(self):
        for words in (["run", self.rules, "--in", self.input, "--out", "/dev/full"],
                      ["run", self.rules, "--in", self.input, "--dead-letters", "/dev/full"]):
            self.input.write_bytes(b"".join(self.events) + b"no\n")
            self.says(self.tocsin(*words, code=74), "/dev/full`: No space left on device")
        for words in (["run", self.rules, "--in", self.input], ["explain", self.rules], ["test", self.rules], ["--help"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run([TOCSIN, *map(str, words)], stdout=full, stderr=subprocess.PIPE, timeout=DEADLINE)
            self.assertEqual(done.returncode, 74, words)
            self.assertIn(b"error: cannot write `stdout`: No space left on device", done.stderr)

    def test_streams_that_are_closed(self):
        def without(*closed):
            return self.tocsin("run", self.rules, "--in", self.input, "--stats", code=74 if 1 in closed else 0,
                               preexec_fn=lambda: [os.close(fd) for fd in closed])
        self.assertEqual(without(0).out, self.expected)
        self.assertEqual(without(2).out, self.expected)
        self.says(without(0, 1), "cannot write `stdout`")

    def test_progress_on_a_terminal_only(self):
        many = self.file("many.ndjson", b"".join(event(i, i // 100) for i in range(150_000)))
        text = on_terminal(["run", self.rules, "--in", many])
        if text:  # less than one period of the line is no error
            self.assertRegex(text, r"^\r\x1b\[K[\d,]+ events  [\d.]+ [kM]?events/s  \d+ %  [\d,]+ alerts")
            self.assertTrue(text.endswith("\r\x1b[K"), text[-80:])
        self.assertEqual(self.tocsin("run", self.rules, "--in", many, "--out", "/dev/null").err, "")


class Live(Case):
    """Pipes that stay open, and signals."""

    def test_an_alert_is_out_before_the_next_event_is_in(self):
        process = self.start("run", self.rules, stdin=subprocess.PIPE)
        for number in range(20):
            process.write(event(number, number, f"d{number}"))
            self.assertIn(f'"message":"d{number} has 90', process.line())
        process.popen.stdin.close()
        self.assertEqual(process.wait().code, 0)

    def test_a_terminal_is_read_until_ctrl_d(self):
        text = on_terminal(["run", self.rules, "--stats"], typed=event(1, 1) + b"\x04")
        self.assertIn("reading events from the terminal, a line each; Ctrl-D ends them", text)
        self.assertIn("events 1 ", text)
        self.assertNotIn("events/s  ", text.split("\r\n")[0])

    def test_dead_letters_of_a_live_pipe_can_be_followed(self):
        letters = self.folder / "letters.ndjson"
        process = self.start("run", self.rules, "--dead-letters", letters, stdin=subprocess.PIPE)
        process.write(b"no JSON\n" + event(1, 1))
        process.line()
        self.assertEqual(json.loads(letters.read_text())["reason"], "not_json")

    def test_a_signal_ends_it_in_good_order(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("run", self.rules, "--stats", "--lateness", "5s", stdin=subprocess.PIPE)
            process.write(b"".join(event(i, i) for i in range(10)) + b'{"unfinished":')
            process.line(holding="e4")  # the others wait for five more seconds of event time
            process.signal(number)
            done = process.wait()
            self.assertEqual(done.code, 0, done)
            self.assertEqual(sum(line["source"] == "/tocsin/hot" for line in done.lines), 10)
            self.says(done, "events 10  ignored 0  late 0  dead letters 0  alerts 15")

    def test_a_second_signal_ends_it_at_once(self):
        # It has begun to write more than a pipe holds, and nobody reads on: after the first signal it waits.
        many = self.file("many.ndjson", b"".join(event(i, i // 100) for i in range(5000)))
        process = subprocess.Popen([TOCSIN, "run", self.rules, "--in", many], stdout=subprocess.PIPE)
        with process.stdout:
            try:
                process.stdout.read(1)
                until = time.monotonic() + DEADLINE
                while process.poll() is None and time.monotonic() < until:  # two that come at once count as one
                    process.send_signal(signal.SIGINT)
                self.assertEqual(process.poll(), 128 + signal.SIGINT)
            finally:
                process.kill()
                process.wait()


if __name__ == "__main__":
    unittest.main()
