#!/usr/bin/env python3
"""Samples with one slip each: one error, of the right code, at the right place.  usage: mutated_samples_test.py ROOT

A row of SLIPS says which file of samples/ is changed, what is replaced (it stands there once) by what, the code that
must come of it and the text, in the changed line, at which it must point; or, where the slip shows elsewhere, that
line's own text. The built program is $TOCSIN.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOCSIN = os.path.abspath(os.environ["TOCSIN"])
ROOT = pathlib.Path(sys.argv[1])
SHORT = re.compile(r"^(.*?):(\d+):(\d+): (\w+)\[(\w+)\]: (.*)$")

SLIPS = [  # what is wrong, file, replaced, by, code, what it points at, the line where that is not the changed one
    ("a misspelt field", "factory/press.rules", "p: Pressure(bar > 8)", "p: Pressure(barr > 8)", "E0203", "barr", None),
    ("a missing brace", "factory/press.rules", "behind a shut valve\" { press, bar: p.bar }\n}\n", "behind a shut valve\" { press, bar: p.bar }\n", "E0101", "{",
     'rule shut_under_pressure "The pressure passes 8 bar while the valve is shut" {'),
    ("a text for a number", "security/accounts.rules", "bytes > 100000000", 'bytes > "100000000"', "E0212",
     "bytes", None),
    ("a misspelt event type", "security/logins.rules", "f: Failed{10}", "f: Faild{10}", "E0201", "Faild", None),
    ("a unit that is none", "security/logins.rules", "within  5m", "within  5min", "E0106", "5min", None),
    ("`=` for `==`", "security/accounts.rules", 'group == "sudo"', 'group = "sudo"', "E0101", "=", None),
    ("`&&` for `and`", "smart_home/intruders.rules", "Door(open and at_night", "Door(open && at_night", "E0105", "&&",
     None),
    ("a clause's word misspelt", "smart_home/comfort.rules", "within  6h", "witin   6h", "E0112", "witin", None),
    ("a key that not every type has", "security/accounts.rules", "by      user\n", "by      host\n", "E0308", "host",
     None),
    ("a loop's bare field", "security/logins.rules", "user: last(f.user)", "user: f.user", "E0304", "f.user", None),
    ("a test's rule misspelt", "factory/press.rules", 'test shut_under_pressure "opened', 'test shut_under_presure "opened',
     "E0202", "shut_under_presure", None),
    ("a severity misspelt", "smart_home/hazards.rules", 'alert   critical "Water in', 'alert   critcal "Water in', "E0112",
     "critcal", None),
    ("no severity", "smart_home/hazards.rules", 'alert   critical "Water in', 'alert   "Water in', "E0101", '"Water in',
     None),
    ("an open text", "factory/press.rules", 'behind a shut valve" {', "behind a shut valve {", "E0102", '"{press} has',
     None),
    ("a function's name misspelt", "smart_city/buses.rules", "upper(trim(line))", "uper(trim(line))", "E0206", "uper",
     None),
    ("a test's field misspelt", "factory/press.rules", 'at 1s  Pressure { press: "p2", bar: 0.2 }',
     'at 1s  Pressure { press: "p2", bra: 0.2 }', "E0203", "bra", None),
    ("a message's brace left open", "factory/press.rules", "{p.bar:.1f} bar behind", "{p.bar:.1f bar behind", "E0116",
     "{p.bar", None),
    ("a step that comes later", "security/logins.rules", "b: Failed(user != a.user) ->", "b: Failed(user != c.user) ->",
     "E0302", "c", None),
]


def errors_of(folder):
    done = subprocess.run([TOCSIN, "check", "--format", "short", "."], cwd=folder, capture_output=True, timeout=60)
    lines = [SHORT.match(line) for line in done.stdout.decode().splitlines()]
    return done.returncode, [line for line in lines if line and line[4] == "error"], done


def judge(slip, folder):
    what, file, old, new, code, points_at, elsewhere = slip
    path = folder / pathlib.Path(file).name
    text = path.read_text()
    if text.count(old) != 1:
        return f"`{old}` stands {text.count(old)} times in samples/{file}"
    begin = text.index(old)
    same = len(os.path.commonprefix([old, new]))
    path.write_text(text[:begin] + new + text[begin + len(old):])
    lines = path.read_text().splitlines()
    line = lines.index(elsewhere) + 1 if elsewhere else text[:begin + same].count("\n") + 1
    exit_code, errors, done = errors_of(folder)
    got = done.stdout.decode() + done.stderr.decode()
    if exit_code != 1 or len(errors) != 1:
        return f"expected one error and exit 1, got {len(errors)} and exit {exit_code}\n{got}"
    error = errors[0]
    there = lines[int(error[2]) - 1][int(error[3]) - 1:]
    if (pathlib.Path(error[1]).name, error[5], int(error[2])) != (path.name, code, line) or not there.startswith(points_at):
        return f"expected {code} at {path.name}:{line}, at `{points_at}`; it is at `{there}`\n{got}"
    return None


def main():
    failed = 0
    for slip in SLIPS:
        with tempfile.TemporaryDirectory(prefix="tocsin-slips-") as folder:
            folder = pathlib.Path(folder) / "set"
            shutil.copytree((ROOT / "samples" / slip[1]).parent, folder)
            problem = judge(slip, folder)
        if problem:
            failed += 1
            print(f"FAIL {slip[0]} (samples/{slip[1]}: `{slip[2]}` → `{slip[3]}`)\n{problem}\n")
    print(f"{len(SLIPS)} slips: {len(SLIPS) - failed} told right, {failed} not")
    return 1 if failed else 0


sys.exit(main())
