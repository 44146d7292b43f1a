#!/usr/bin/env python3
"""`tocsin generate`, and what `tocsin run` makes of its events.  usage: generate_test.py ROOT, with the program in $TOCSIN

For the rules of every sample, and of every block of docs/ that isn't wrong on purpose: the table says that each rule
that runs fires, and run on what was printed each does. At least 95 of 100 rules of docs/ do.
"""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

TOCSIN = os.path.abspath(os.environ["TOCSIN"])
ROOT = pathlib.Path(sys.argv.pop(1))
BLOCK = re.compile(r"^```rules[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
TYPES = re.compile(r"`types\.rules`:\n\n?```rules\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^(\w+) +(\d+) +(\d+)(  no events found)?", re.MULTILINE)


def tocsin(*words, stdin=None):
    done = subprocess.run([TOCSIN, *map(str, words)], input=stdin, capture_output=True, timeout=300)
    return done.returncode, done.stdout, done.stderr.decode()


class Generate(unittest.TestCase):
    def generated(self, *words, code=0):
        """(events as text, {rule: (fires, near misses)})"""
        exit_code, out, talk = tocsin("generate", *words)
        self.assertEqual(exit_code, code, talk)
        return out, {row[1]: (int(row[2]), int(row[3])) for row in ROW.finditer(talk)}

    def check_stream(self, rules, text, table):
        events = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(len({event["id"] for event in events}), len(events), "ids are unique")
        # nanoseconds are written with as many decimals as they need, which text doesn't compare
        times = [(event["time"][:19], event["time"][19:-1].ljust(10, "0")) for event in events]
        self.assertEqual([t[0] for t in times], sorted(t[0] for t in times), "in order of time")
        code, out, talk = tocsin("run", *rules, stdin=text)
        self.assertEqual(code, 0, talk)
        self.assertNotIn("dead letter", talk)
        fired = collections.Counter()
        for line in out.splitlines():
            fired[json.loads(line)["source"].removeprefix("/tocsin/")] += 1
        for rule, (fires, _) in table.items():
            self.assertGreaterEqual(fired[rule], fires, rule)

    def test_samples(self):
        for sample in sorted({path.parent for path in ROOT.glob("samples/*/*.rules")}):
            with self.subTest(sample=sample.name):
                text, table = self.generated(sample)
                self.check_stream([sample], text, table)
                self.assertTrue(table)

    def test_blocks_of_docs(self):
        found = missing = 0
        with tempfile.TemporaryDirectory() as folder:
            for document in sorted(ROOT.glob("docs/*.md")) + [ROOT / "README.md"]:
                if document.name == "diagnostics.md":
                    continue  # what is there is wrong on purpose
                text = document.read_text()
                types = TYPES.search(text)
                for number, block in enumerate(BLOCK.findall(text)):
                    path = pathlib.Path(folder, f"{document.stem}-{number}.rules")
                    path.write_text(block)
                    rules = [path]
                    if types and types[1] != block:
                        rules.append(pathlib.Path(folder, "types.rules"))
                        rules[1].write_text(types[1])
                    if tocsin("check", *rules)[0] != 0:
                        continue  # one that is to be refused, or stands with other files of its document
                    code, out, talk = tocsin("generate", *rules)
                    table = {row[1]: (int(row[2]), int(row[3])) for row in ROW.finditer(talk)}
                    none = talk.count("no events found")
                    self.assertEqual(code, 1 if none else 0, talk)
                    found += len(table) - none
                    missing += none
                    if none:
                        print(document.name, talk)
                    self.check_stream(rules, out, table)
        print(f"{found} of {found + missing} rules of the documents fire")
        self.assertGreater(found, 20)
        self.assertGreaterEqual(found, 0.95 * (found + missing))

    def test_options(self):
        sample = ROOT / "samples" / "security"
        text, table = self.generated(sample, "--rule", "spray", "--no-near")
        self.assertEqual(list(table), ["spray"])
        self.assertEqual(table["spray"][1], 0)
        self.assertEqual(text, self.generated(sample, "--rule", "spray", "--no-near")[0])
        self.assertNotEqual(text, self.generated(sample, "--rule", "two_places", "--no-near")[0])
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder, "events.ndjson")
            self.assertEqual(self.generated(sample, "--rule", "spray", "--no-near", "--out", out)[0], b"")
            self.assertEqual(out.read_bytes(), text)
        code, _, talk = tocsin("generate", sample, "--rule", "sprey")
        self.assertEqual(code, 2)
        self.assertIn("did you mean `spray`?", talk)

    def test_what_cannot_be_met(self):
        with tempfile.NamedTemporaryFile("w", suffix=".rules") as rules:
            rules.write('event A { n: int }\nrule never { match a: A(n > 5 and n * 2 < 8) alert low "x" }\n'
                        'rule ever { match a: A(n > 5) alert low "x" }\n')
            rules.flush()
            text, table = self.generated(rules.name, code=1)
            self.assertEqual(table["never"], (0, 0))
            self.assertGreaterEqual(table["ever"][0], 1)
            self.check_stream([rules.name], text, {"ever": table["ever"]})


if __name__ == "__main__":
    unittest.main()
