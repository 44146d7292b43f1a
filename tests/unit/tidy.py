#!/usr/bin/env python3
"""House style that no compiler checks: short files, finished work, plain names.  usage: tidy.py ROOT

The median source file has fewer than 200 lines and none more than 500; a source file opens with a comment that says what
it is, unless it is the other half of a header that does; nothing says of itself that it is unfinished; no type is called Manager, Helper, Util or Impl.
"""

import pathlib
import re
import statistics
import sys

FOLDERS = ["events", "rules", "matcher", "engine", "transports", "cli", "tests", "bench"]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
VAGUE = re.compile(r"\b(?:class|struct)\s+(\w*(?:Manager|Helper|Util|Utils|Impl))\b")
LONGEST = 500
MEDIAN = 200


def violations(path, text, has_header=False):
    found = [f"{path}: {text.count(chr(10))} lines, more than {LONGEST}"] if text.count("\n") > LONGEST else []
    if not text.startswith("//") and not has_header:
        found.append(f"{path}:1: a source file opens with a comment that says what it is")
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            found.append(f"{path}:{number}: unfinished: {line.strip()}")
        if VAGUE.search(line):
            found.append(f"{path}:{number}: a vague name: {VAGUE.search(line).group(1)}")
    return found


# Text of a file, how many violations it has.
CASES = [
    ("// Says what it is.\nint x;\n", 0),
    ("int x;\n", 1),
    ("// a\n// TO" + "DO: the rest\n", 1),
    ("// a\nclass RuleManager {};\n", 1),
    ("// a\nclass Manager2 {};\n", 0),
    ("// a\n" * 501, 1),
]


def main():
    for text, expected in CASES:
        if len(violations("case", text)) != expected:
            sys.exit(f"the check itself is wrong: expected {expected}, got {violations('case', text)} for {text[:60]!r}")

    root = pathlib.Path(sys.argv[1])
    texts = {str(f.relative_to(root)): f.read_text() for d in FOLDERS for f in (root / d).rglob("*.[ch]pp")}
    if not texts:
        sys.exit(f"no sources under {root}")
    found = [v for path in sorted(texts)
             for v in violations(path, texts[path], path.endswith(".cpp") and path.replace(".cpp", ".hpp") in texts)]
    lines = {path: text.count("\n") for path, text in texts.items()}
    median = statistics.median(lines.values())
    if median >= MEDIAN:
        found.append(f"the median file has {median:g} lines, not under {MEDIAN}")
    longest = sorted(lines, key=lambda path: -lines[path])[:5]
    print("\n".join(found))
    print(f"{len(lines)} files, median {median:g} lines, longest: " + ", ".join(f"{p} {lines[p]}" for p in longest))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
