#!/usr/bin/env python3
"""The samples do what they say.  usage: samples_test.py ROOT, with the built program in $TOCSIN

For each folder of samples/ with a generate.py: the generator writes its data byte for byte, `tocsin check` finds
nothing, `tocsin fmt` changes nothing, the rules' own tests pass, and each rule puts out as often as the table in the
folder's README says, with any number of partitions. And what the table of samples/README.md says of a construct stands
in the files that it names.
"""

import collections
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

TOCSIN = os.path.abspath(os.environ["TOCSIN"])
ROOT = pathlib.Path(sys.argv[1])
COMMAND = re.compile(r"^tocsin run (.*)$", re.MULTILINE)  # in a README: what to run in its folder
CODE = re.compile(r"`([^`]+)`")
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \|", re.MULTILINE)


def run(*command, cwd=None):
    done = subprocess.run([str(c) for c in command], capture_output=True, timeout=120, cwd=cwd)
    return done.returncode, done.stdout, done.stderr.decode()


def problems(sample):
    for data, arguments in [("events.ndjson", [])] + [(path.name, [path.name]) for path in sample.glob("*.csv")]:
        code, written, talk = run(sys.executable, sample / "generate.py", *arguments)
        if code != 0 or written != (sample / data).read_bytes():
            yield f"generate.py does not write {data} (exit {code}) {talk}"
    for verb in (("check", "--deny-warnings"), ("test",), ("fmt", "--check")):
        code, out, talk = run(TOCSIN, *verb, sample)
        if code != 0:
            yield f"tocsin {' '.join(verb)}: exit {code}\n{out.decode()}{talk}"
    readme = (sample / "README.md").read_text()
    command = COMMAND.search(readme)
    arguments = shlex.split(command[1]) if command else [".", "--in", "events.ndjson"]
    code, out, talk = run(TOCSIN, "run", *arguments, cwd=sample)
    if code != 0 or talk:
        yield f"tocsin run: exit {code}\n{talk}"
    for partitions in (1, 3):
        if run(TOCSIN, "run", *arguments, "--partitions", partitions, cwd=sample)[1] != out:
            yield f"other outputs with --partitions {partitions}"
    rows = {rule: int(times) for rule, times in ROW.findall(readme)}
    got = collections.Counter(json.loads(line)["source"].removeprefix("/tocsin/") for line in out.splitlines())
    if not rows or got != collections.Counter({rule: times for rule, times in rows.items() if times > 0}):
        yield f"outputs by rule\n  expected {rows}\n  got      {dict(got)}"
    declared = set(re.findall(r"^rule (\w+)", "\n".join(p.read_text() for p in sample.glob("*.rules")), re.MULTILINE))
    if declared != set(rows):
        yield f"rules without a row, or rows without a rule: {sorted(declared ^ set(rows))}"


def missing_constructs():
    """The last cell of a row names files, the one before texts that each stand in one of them at least."""
    rows = [line for line in (ROOT / "samples" / "README.md").read_text().splitlines() if line.count("` |") > 1]
    if not rows:
        yield "no table of constructs"
    for row in rows:
        _, _, written, files, _ = re.split(r"(?<!\\)\|", row)
        paths = [ROOT / "samples" / name for name in CODE.findall(files)]
        rules = " ".join(" ".join(path.read_text() for path in paths if path.exists()).split())
        yield from (f"{path.relative_to(ROOT)}: no such file" for path in paths if not path.exists())
        for text in CODE.findall(written.replace("\\|", "|")):
            if text not in rules:
                yield f"`{text}` is not in {files.strip()}"


def main():
    samples = sorted(path.parent for path in ROOT.glob("samples/*/generate.py"))
    if not samples:
        sys.exit(f"no samples under {ROOT}")
    failed = False
    found_in = [(sample.name, list(problems(sample))) for sample in samples] + [("README.md", list(missing_constructs()))]
    for name, found in found_in:
        failed = failed or bool(found)
        print(f"{'FAIL' if found else 'ok  '} {name}", *found, sep="\n  ")
    if failed:
        print(f"run it again: TOCSIN={TOCSIN} {' '.join(sys.argv)}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
