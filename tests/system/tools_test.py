#!/usr/bin/env python3
"""What is around checking and testing rules: forms for machines, selection, watching, completion, man pages, installation.

usage: tools_test.py [TESTS…], by name as unittest takes them.  The built program is $TOCSIN.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import unittest
import xml.etree.ElementTree

from running import DEADLINE, RULES, TOCSIN, Case

BUILD = pathlib.Path(TOCSIN).parent.parent
BAD = RULES.replace("h: Hot(celsius", "h: Hot(celcius")
WARNED = 'event A { x: int }\nrule r { match a: A -> b: A alert low "m" }\n'
TESTED = RULES + '''
test hot "it fires" { at 0s Hot { device: "a", celsius: 90.0 } expect at 0s alert hot { at: 90.0 } expect nothing else }
test hot "it does not" { at 0s Hot { device: "b", celsius: 90.0 } expect no alert hot }
test twice "two are enough" { at 0s Hot { device: "c", celsius: 1.0 } x 2 every 1s expect alert twice { n: 2 } }
'''


class Diagnostics(Case):
    """`check --format`, and `explain` of a code."""

    def check(self, form, text, code=1):
        self.file("é x.rules", text)
        return self.tocsin("check", "é x.rules", "--format", form, code=code)

    def test_short(self):
        done = self.check("short", BAD + "\nrule é { }")
        lines = done.out.decode().splitlines()
        self.assertRegex(lines[0], r"^é x\.rules:4:27: error\[E0203\]: event type `Hot` has no field `celcius`$")
        self.assertTrue(all(re.match(r"é x\.rules:\d+:\d+: (error|warning)\[[EW]\d{4}\]: .", line) for line in lines), lines)
        self.assertRegex(done.err, r"^checked 1 file: \d+ errors, \d+ warnings? \(.* s\)\. `tocsin explain E0203` tells more\.\n$")
        self.assertEqual(self.check("short", RULES, code=0).out, b"")

    def test_json(self):
        text = BAD.replace("event Hot", "/* é */ event Hot")
        report = json.loads(self.check("json", text).out)
        self.assertEqual((report["version"], report["files"], report["errors"], report["warnings"], report["rules"]),
                         (1, 1, 1, 0, []))
        found, = report["diagnostics"]
        self.assertEqual((found["code"], found["level"], found["title"], found["label"]),
                         ("E0203", "error", "a field that isn't there", "unknown field"))
        data = text.encode()
        for place in [found["place"], found["related"][0]["place"], found["helps"][0]["place"]]:
            for point in (place["begin"], place["end"]):
                before = data[:point["offset"]].decode()
                self.assertEqual((point["line"], point["column"]),
                                 (before.count("\n") + 1, len(before) - before.rfind("\n")), place)
        begin, end = (found["place"][side]["offset"] for side in ("begin", "end"))
        self.assertEqual(data[begin:end], b"celcius")
        # What it says to write instead mends it.
        place, replacement = found["helps"][0]["place"], found["helps"][0]["replacement"].encode()
        mended = data[:place["begin"]["offset"]] + replacement + data[place["end"]["offset"]:]
        report = json.loads(self.check("json", mended, code=0).out)
        self.assertEqual(report["diagnostics"], [])
        self.assertEqual([(rule["rule"], rule["class"], rule["reads"], rule["key"]) for rule in report["rules"]],
                         [("hot", "stateless", ["Hot"], ["device"]), ("twice", "bounded", ["Hot"], ["device"])])

    def test_sarif(self):
        """What the schema of SARIF 2.1.0 requires, and that indices and regions lead where they should."""
        log = json.loads(self.check("sarif", BAD + WARNED).out)
        self.assertEqual((log["version"], len(log["runs"])), ("2.1.0", 1))
        run = log["runs"][0]
        driver = run["tool"]["driver"]
        self.assertEqual(driver["name"], "tocsin")
        self.assertEqual([artifact["location"]["uri"] for artifact in run["artifacts"]], ["%C3%A9%20x.rules"])
        self.assertEqual({result["ruleId"] for result in run["results"]}, {rule["id"] for rule in driver["rules"]})
        for rule in driver["rules"]:
            self.assertTrue(rule["shortDescription"]["text"] and rule["help"]["text"], rule)
            self.assertEqual(rule["defaultConfiguration"]["level"], "error" if rule["id"][0] == "E" else "warning")
        fixes = 0
        for result in run["results"]:
            self.assertEqual(driver["rules"][result["ruleIndex"]]["id"], result["ruleId"])
            self.assertTrue(result["message"]["text"])
            self.assertIn(result["level"], ("error", "warning"))
            for place in result["locations"] + result.get("relatedLocations", []):
                self.region(run, place["physicalLocation"], "region")
            for fix in result.get("fixes", []):
                fixes += 1
                self.assertTrue(fix["description"]["text"])
                for change in fix["artifactChanges"]:
                    for replacement in change["replacements"]:
                        self.region(run, {**change, **replacement}, "deletedRegion")
                        self.assertIn("text", replacement["insertedContent"])
        self.assertGreater(fixes, 0)
        self.assertEqual(json.loads(self.check("sarif", RULES, code=0).out)["runs"][0]["results"], [])

    def region(self, run, place, name):
        artifact = place["artifactLocation"]
        self.assertEqual(run["artifacts"][artifact["index"]]["location"]["uri"], artifact["uri"])
        region = place[name]
        begin, end = ((region[f"{side}Line"], region[f"{side}Column"]) for side in ("start", "end"))
        self.assertTrue((1, 1) <= begin <= end, region)

    def test_no_more_than_twenty(self):
        for what, text, code, last in [
                ("errors of meaning", "".join(f"event A{n} {{ x: nit }}\n" for n in range(50)), 1, "E0115"),
                ("errors of reading", "".join(f"event A{n} {{ x: }}\n" for n in range(50)), 1, "E0115"),
                ("warnings", "".join(WARNED.replace("rule r", f"rule r{n}").replace("event A", f"event A{n}")
                                     .replace(": A", f": A{n}") for n in range(50)), 0, "W0115")]:
            with self.subTest(what):
                found = json.loads(self.check("json", text, code).out)["diagnostics"]
                self.assertEqual((len(found), found[-1]["code"]), (20, last))
                self.assertIn("more than 19 problems", found[-1]["message"])

    def test_hostile_text_does_not_write_to_the_terminal(self):
        done = self.tocsin("check", self.file("x.rules", 'event A { x: int }\nrule r { match a: A(x == "\x1b[31m\u202e") alert low "m" }\n'), code=1)
        self.assertNotRegex(done.err, "[\x1b\u202e]")

    def test_underlines_under_wide_characters(self):
        done = self.tocsin("check", self.file("x.rules", 'event A { s: string }\nrule r { match a: A(s == "温度" and x > 1) alert low "m" }\n'), code=1)
        lines = done.err.splitlines()
        shown = next(i for i, line in enumerate(lines) if "温度" in line)
        self.assertEqual(lines[shown + 1].index("^"), lines[shown].index("x > 1") + 2)

    def test_table_of_rules(self):
        out = self.tocsin("check", self.rules).out.decode().splitlines()
        self.assertEqual([line.split()[0] for line in out], ["rule", "hot", "twice"])
        self.assertRegex(out[1], r"^hot    stateless  Hot    device  nothing +0 runs$")
        self.assertRegex(out[2], r"^twice  bounded    Hot    device  at most \d+ runs? ")

    def test_explain_of_a_code(self):
        for word in ("E0203", "e0203"):
            out = self.tocsin("explain", word).out.decode()
            self.assertTrue(out.startswith("E0203: a field that isn't there\n\n"), out)
            self.assertIn("\n    rule hot {\n", out)
            self.assertNotIn("```", out)
            self.assertTrue(all(len(line) <= 100 for line in out.splitlines() if not line.startswith("    ")), out)
        done = self.tocsin("explain", "E0299", code=2)
        self.says(done, "there is no diagnostic `E0299`", "E0203")
        self.says(self.tocsin("explain", "W9999", code=2), "there is no diagnostic `W9999`")
        self.file("E0203", RULES)  # a file of that name is a file
        self.assertIn("rule hot", self.tocsin("explain", "E0203").out.decode())


class RuleTests(Case):
    """`test` with its options."""

    def setUp(self):
        super().setUp()
        self.tested = self.file("t.rules", TESTED)

    def titles(self, *words, code=0):
        return re.findall(r"(?m)^(?:PASS|FAIL) \S+  (.*?)\s+\d+ ms$", self.tocsin("test", *words, code=code).out.decode())

    def test_selection(self):
        self.assertEqual(self.titles("t.rules", code=1), ["hot: it fires", "hot: it does not", "twice: two are enough"])
        self.assertEqual(self.titles("t.rules", "-r", "fires"), ["hot: it fires"])
        self.assertEqual(self.titles("t.rules", "--regex=^twice$"), ["twice: two are enough"])
        self.says(self.tocsin("test", "t.rules", "-r", "nothing", code=2), "of 3 tests none has `nothing` in its title or rule")
        self.says(self.tocsin("test", "t.rules", "-r", "(", code=2), "`(` is no regular expression")
        self.says(self.tocsin("test", "r.rules"), "no `test` blocks")

    def test_verbose(self):
        out = self.tocsin("test", "t.rules", "-v", "-r", "it fires").out.decode()
        self.assertRegex(out, r'(?m)^    0s  alert hot  device=a  at=90(\.0)?  high "a has 90(\.0)?"$')

    def test_json(self):
        report = json.loads(self.tocsin("test", "t.rules", "--format", "json", code=1).out)
        self.assertEqual((report["version"], report["tests"], report["passed"], report["failed"], report["diagnostics"]),
                         (1, 3, 2, 1, []))
        good, bad, _ = report["results"]
        self.assertEqual((good["rule"], good["title"], good["file"], good["line"], good["passed"], good["failures"]),
                         ("hot", "it fires", "t.rules", 7, True, []))
        self.assertEqual(good["outputs"][0]["at"], "0s")
        self.assertEqual(good["outputs"][0]["message"]["data"]["fields"], {"at": 90.0})
        self.assertEqual((bad["passed"], bad["failures"][0]["line"]), (False, 8))
        self.assertIn("expected no alert", bad["failures"][0]["message"])
        report = json.loads(self.tocsin("test", self.file("b.rules", BAD), "--format", "json", code=1).out)
        self.assertEqual((report["tests"], report["diagnostics"][0]["code"]), (0, "E0203"))

    def test_junit(self):
        suites = xml.etree.ElementTree.fromstring(self.tocsin("test", "t.rules", "--format", "junit", code=1).out)
        self.assertEqual((suites.tag, suites.get("tests"), suites.get("failures")), ("testsuites", "3", "1"))
        suite, = suites
        self.assertEqual((suite.tag, suite.get("name"), suite.get("errors")), ("testsuite", "t.rules", "0"))
        self.assertEqual([(case.get("classname"), case.get("name"), [child.tag for child in case]) for case in suite],
                         [("hot", "it fires", []), ("hot", "it does not", ["failure"]), ("twice", "two are enough", [])])
        self.assertIn("expected no alert", suite[1][0].get("message"))
        self.assertTrue(all(float(case.get("time")) >= 0 for case in suite))
        odd = self.file("o.rules", TESTED.replace('"it fires"', '"<&> \\" \x01 é"'))
        suites = xml.etree.ElementTree.fromstring(self.tocsin("test", odd, "--format", "junit", code=1).out)
        self.assertEqual(suites[0][0].get("name"), '<&> " \ufffd é')
        suites = xml.etree.ElementTree.fromstring(
            self.tocsin("test", self.file("b.rules", BAD), "--format", "junit", code=1).out)
        self.assertEqual((suites.get("errors"), suites[0][0][0].tag), ("1", "error"))
        self.assertIn("E0203", suites[0][0][0].text)

    def test_a_file_is_loaded(self):
        text = RULES + 'test hot "recorded" { load "e.ndjson" expect 2 alert hot }\n'
        event = '{"id":"%d","source":"/t","type":"plant.hot","time":"2024-05-06T06:00:0%dZ","data":{"device":"d","celsius":90}}\n'
        rules = self.file("set/l.rules", text)
        self.assertIn("e.ndjson", self.tocsin("test", rules, code=1).out.decode())
        self.file("set/e.ndjson", event % (1, 1) + event % (2, 2))
        self.tocsin("test", rules)

    def test_watch(self):
        folder = self.folder / "w"
        folder.mkdir()
        (folder / "t.rules").write_text(TESTED)
        process = self.start("test", "--watch", folder)
        process.line(holding="3 tests: 2 passed, 1 failed")
        process.line("err", "watching")
        # As editors save: another file, renamed over the old one.
        (folder / "new").write_text(TESTED.replace("expect no alert hot", "expect alert hot"))
        os.rename(folder / "new", folder / "t.rules")
        process.line(holding="3 tests: 3 passed, 0 failed")
        process.line("err", "watching")
        (folder / "t.rules").write_text(BAD)
        process.line("err", "E0203")
        process.line("err", "watching")
        (folder / "other.rules").write_text(RULES)
        (folder / "t.rules").unlink()
        process.line("err", "no `test` blocks")
        process.line("err", "watching")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait().code, 0)
        self.says(self.tocsin("test", "--watch", "nope", code=74), "no such file or folder")
        self.says(self.tocsin("test", "--watch", "t.rules", "--format", "json", code=2), "--format human only")


class Shells(Case):
    """Completion scripts, driven where their shell is there."""

    def complete(self, *words):
        """What bash offers for the last of `words`."""
        self.file("tocsin.bash", self.tocsin("completion", "bash").out)
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words)
        script = (f"source ./tocsin.bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; COMP_LINE='' COMP_POINT=0; "
                  "$(complete -p tocsin | sed 's/.*-F \\([^ ]*\\) .*/\\1/'); printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "--norc", "-c", script], cwd=self.folder, capture_output=True, timeout=DEADLINE)
        self.assertEqual((done.returncode, done.stderr), (0, b""), words)
        return sorted(done.stdout.decode().split())

    def test_bash(self):
        self.file("types.rules", RULES)
        self.file("events.ndjson", "")
        (self.folder / "sub").mkdir()
        commands = re.findall(r"^  ([a-z]+) ", self.tocsin("--help").out.decode().split("Subcommands:")[1], re.MULTILINE)
        self.assertEqual([word for word in self.complete("tocsin", "") if not word.startswith("-")], sorted(commands))
        for words, offered in [
                (["tocsin", "ch"], ["check"]),
                (["tocsin", "--color", ""], ["always", "auto", "never"]),
                (["tocsin", "--color", "=", "n"], ["never"]),
                (["tocsin", "--color", "never", "ch"], ["check"]),
                (["tocsin", "--color", "=", "never", "ch"], ["check"]),
                (["tocsin", "check", "--deny"], ["--deny-warnings"]),
                (["tocsin", "check", "--format", ""], ["human", "json", "sarif", "short"]),
                (["tocsin", "check", "--format", "=", "s"], ["sarif", "short"]),
                (["tocsin", "check", ""], ["r.rules", "sub", "types.rules"]),
                (["tocsin", "test", "--format", "j"], ["json", "junit"]),
                (["tocsin", "test", "-r", ""], []),
                (["tocsin", "run", "types.rules", "--in", "ev"], ["events.ndjson"]),
                (["tocsin", "explain", "--stage", "n"], ["nfa"]),
                (["tocsin", "completion", ""], ["bash", "fish", "zsh"]),
                (["tocsin", "nosuch", ""], [])]:
            with self.subTest(words=words):
                self.assertEqual(self.complete(*words), offered)

    def test_syntax(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.file(f"script.{shell}", self.tocsin("completion", shell).out)
            self.assertIn("deny-warnings", script.read_text())
            if shutil.which(shell) is None:
                print(f"{shell} is not installed: its script is not tried")
                continue
            done = subprocess.run([shell, "-n", script], capture_output=True, timeout=DEADLINE)
            self.assertEqual((done.returncode, done.stderr), (0, b""), shell)
        self.says(self.tocsin("completion", "csh", code=2), "`csh` is none of bash, zsh, fish")

    @unittest.skipIf(shutil.which("fish") is None, "fish is not installed")
    def test_fish(self):
        script = self.file("tocsin.fish", self.tocsin("completion", "fish").out)
        def offered(line):
            done = subprocess.run(["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"], cwd=self.folder,
                                  capture_output=True, timeout=DEADLINE)
            return sorted(text.split("\t")[0] for text in done.stdout.decode().splitlines())
        self.assertEqual(offered("tocsin che"), ["check"])
        self.assertEqual(offered("tocsin check --format s"), ["sarif", "short"])


class Pages(Case):
    """Manual pages, and what an installation has."""

    def commands(self):
        return re.findall(r"^  ([a-z]+) ", self.tocsin("--help").out.decode().split("Subcommands:")[1], re.MULTILINE)

    def test_man_pages(self):
        pages = {"tocsin": self.tocsin("--help-man").out}
        pages.update((f"tocsin-{command}", self.tocsin("--help-man", command).out) for command in self.commands())
        for name, page in pages.items():
            text = page.decode()
            self.assertTrue(text.startswith(".TH "), name)
            self.assertTrue(all(f".SH {section}" in text for section in ("NAME", "SYNOPSIS", "OPTIONS", "EXIT STATUS")), name)
            if shutil.which("mandoc"):
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, capture_output=True, timeout=DEADLINE)
                self.assertEqual((done.returncode, done.stdout), (0, b""), name)
        if not shutil.which("mandoc"):
            print("mandoc is not installed: the pages are not tried")
        for option in re.findall(r"^ +(?:-\w,)?(--[a-z-]+)", self.tocsin("test", "--help").out.decode(), re.MULTILINE):
            self.assertIn(option.replace("-", "\\-"), pages["tocsin-test"].decode())
        self.says(self.tocsin("--help-man", "nosuch", code=2), "takes a command")

    @unittest.skipIf(shutil.which("cmake") is None, "cmake is not installed")
    def test_installation(self):
        prefix = self.folder / "prefix"
        done = subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], capture_output=True, timeout=DEADLINE)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        found = {str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()}
        wanted = {"bin/tocsin", "share/bash-completion/completions/tocsin", "share/zsh/site-functions/_tocsin",
                  "share/fish/vendor_completions.d/tocsin.fish", "share/man/man1/tocsin.1"}
        wanted |= {f"share/man/man1/tocsin-{command}.1" for command in self.commands()}
        self.assertEqual(found, wanted)
        version = subprocess.run([prefix / "bin/tocsin", "--version"], capture_output=True, timeout=DEADLINE)
        self.assertTrue(version.stdout.startswith(b"tocsin "), version)


if __name__ == "__main__":
    unittest.main()
