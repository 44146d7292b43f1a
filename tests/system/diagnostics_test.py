#!/usr/bin/env python3
"""docs/diagnostics.md is true.  usage: diagnostics_test.py ROOT, with the program in $TOCSIN

Each code's section has an example that gives that code: a block `rules refused` or `rules warned` that gives it and
nothing else, or a block `sh` that writes and checks a file. After it stands how to mend it. `tocsin explain` knows it.
A code that is no longer given says so instead.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOCSIN = pathlib.Path(os.environ["TOCSIN"])
ROOT = pathlib.Path(sys.argv[1])
SECONDS = 60


def run(words, folder):
    path = f"{TOCSIN.parent}:/usr/bin:{os.environ['PATH']}"
    return subprocess.run(words, cwd=folder, capture_output=True, timeout=SECONDS, env={**os.environ, "PATH": path})


def codes_of(fence, body, folder):
    """The codes that an example gives, in order of place."""
    if fence[0] == "sh":
        done = run(["bash", "-euo", "pipefail", "-c", body], folder)
    else:
        (folder / "example.rules").write_text(body)
        done = run([TOCSIN, "check", "example.rules", "--format", "short"], folder)
    return re.findall(r"\b(?:error|warning)\[([EW]\d{4})\]", (done.stdout + done.stderr).decode(errors="replace"))


def wrong_with(code, section, folder):
    block = re.search(r"^```([^\n]*)\n(.*?)^```\n(.*)", section, re.MULTILINE | re.DOTALL)
    if "\n\nNo longer given. " in section:
        return None
    if not block:
        return "has no example"
    fence, body, mending = block.group(1).split(), block.group(2), block.group(3)
    wanted = {"E": ["rules", "refused"], "W": ["rules", "warned"]}[code[0]]
    if fence[0] != "sh" and fence != wanted:
        return f"its example is `{' '.join(fence)}`, not `{' '.join(wanted)}`"
    got = codes_of(fence, body, folder)
    if code not in got or (fence[0] == "rules" and set(got) != {code}):
        return f"its example gives {got or 'nothing'}:\n{body}"
    if not mending.strip():
        return "does not say how to mend it"
    done = run([TOCSIN, "explain", code.lower()], folder)
    title = section.splitlines()[0]
    if done.returncode != 0 or not done.stdout.decode().startswith(f"{code}: {title}\n\n"):
        return f"`tocsin explain` says\n{(done.stdout + done.stderr).decode()}"
    return None


def main():
    text = (ROOT / "docs/diagnostics.md").read_text()
    sections = re.findall(r"^## ([EW]\d{4}) (.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="tocsin-diagnostics-") as folder:
        for code, section in sections:
            wrong = wrong_with(code, section, pathlib.Path(folder))
            if wrong:
                failed += 1
                print(f"{code}: {wrong}")
    print(f"{len(sections)} codes, {failed} problems")
    sys.exit(1 if failed or not sections else 0)


if __name__ == "__main__":
    main()
