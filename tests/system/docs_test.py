#!/usr/bin/env python3
"""Every fenced block of README.md and docs/ is run.  usage: docs_test.py ROOT [DOCUMENT…], with the program in $TOCSIN

A document's blocks run from top to bottom in one folder of its own that holds a copy of samples/. The fence says how:

  sh              run by bash -euo pipefail with tocsin on the PATH; `sh fails`: has to exit with something but 0.
                  Lines `./dev VERB` are not run: the verb has to be there. Port 5555 is taken to be one that is free
  rules           `tocsin check` finds nothing to warn of in it, and `tocsin test` passes; `rules refused`: check says
                  why not; `rules warned`: check warns and nothing else. A block other than types.rules is checked
                  together with the document's types.rules of that folder, where it has one
  ndjson          each line is an event, or of a type that types.rules doesn't declare; `ndjson refused`: none is
  python          run; when it is named, only saved
  toml            read by tomllib
  cpp             compiled against the project's headers and libraries, with its warnings as errors, and run
  output          is what the block before it wrote, stdout and stderr together; `…` stands for anything in a line, and
                  alone on a line for any lines
  mermaid         the same, of a diagram

A line before a fence that ends in a file name in backticks and a colon names the block: it is saved under that name.
In rows of tables `EXPRESSION` is `VALUE` is an example of the rule language, and is computed, in the document's
`let zone`. `PATTERN` on `a1 x2 b3` takes `a1 b3` is one of patterns: events of type A at second 1, X at 2 and B at 3,
each with its second as `n`, and the causes of the alerts that come of them, in order: `a1 b3; a4 b5`, or `nothing`;
`a1 at 6` is complete at second 6.
Links lead to files, and to headings in them.

The libraries are those of the build that the program is in, or of the folder in $TOCSIN_BUILD.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import tomllib

TOCSIN = pathlib.Path(os.environ["TOCSIN"])
ROOT = pathlib.Path(sys.argv[1]).resolve()
BUILD = pathlib.Path(os.environ.get("TOCSIN_BUILD", TOCSIN.parent.parent))
SECONDS = 120
VERBS = set(re.findall(r"^verb_(\w+)\(\)", (ROOT / "dev").read_text(), re.MULTILINE))
NAMED = re.compile(r"`([\w./-]+\.\w+)`:$")
EXAMPLE = re.compile(r"`([^`]+)` is `([^`]+)`")
PATTERN = re.compile(r"`([^`]+)` on `([^`]+)` takes `([^`]+)`")


def blocks(text):
    """(line number, words of the fence, name or None, body) of each fenced block."""
    fence = None
    before = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence is None:
            if line.lstrip().startswith("```"):
                name = NAMED.search(before)
                fence, start, body = line.strip("` \t").split(), number, []
                indent = len(line) - len(line.lstrip())
            elif line.strip():
                before = line.rstrip()
        elif line.strip() == "```":
            yield start, fence, name and name.group(1), "".join(line + "\n" for line in body)
            fence, before = None, ""
        else:
            body.append(line[indent:])
    if fence is not None:
        yield start, ["unclosed"], None, ""


def fits(expected, got):
    """Whether the lines of an `output` block say what was written."""
    pattern = ""
    for line in expected.rstrip().splitlines():
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += "[^\n]*".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n"
    return re.fullmatch(pattern, got.rstrip() + "\n") is not None


def linking():
    """The compiler and what the program is linked from, as the build does it, but for its own main."""
    commands = subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "cli/tocsin"], capture_output=True, text=True)
    if commands.returncode != 0:
        sys.exit(f"no build in {BUILD}: {commands.stderr}{commands.stdout}")
    words = shlex.split(re.fullmatch(r": && (.*) && :", commands.stdout.splitlines()[-1])[1])
    out = words.index("-o")
    words = [word for word in words[:out] + words[out + 2:] if not word.endswith(".o")]
    return [str(BUILD / word) if word.endswith(".a") and not word.startswith("/") else word for word in words]


class Document:
    """Runs the blocks of one document; a check is a method that gives what is wrong, or None."""

    def __init__(self, folder):
        self.folder = folder
        self.written = ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = f":{probe.getsockname()[1]}"

    def run(self, command, expect_zero=True):
        path = f"{TOCSIN.parent}:/usr/bin:{os.environ['PATH']}"
        process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True, env={**os.environ, "PATH": path})
        try:
            out, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, _ = process.communicate()
            return f"not done after {SECONDS} s; it wrote\n{out.decode()}"
        self.written = out.decode().replace(self.port, ":5555")
        if (process.returncode == 0) != expect_zero:
            return f"exit code {process.returncode}; it wrote\n{self.written}"
        return None

    def sh(self, body, name, fails):
        lines = body.splitlines()
        unknown = [line for line in lines if line.startswith("./dev ") and line.split()[1] not in VERBS]
        if unknown:
            return f"no such verb: {unknown[0]}"
        script = "\n".join(line for line in lines if not line.startswith("./dev ")).replace(":5555", self.port)
        return self.run(["bash", "-euo", "pipefail", "-c", script], not fails) if script.strip() else None

    def rules(self, body, name, adverb):
        refused, warned = adverb == "refused", adverb == "warned"
        file = pathlib.Path(name or "block.rules")
        types = file.parent / "types.rules"
        together = [types] if (self.folder / types).exists() and file != types else []
        (self.folder / file).write_text(body)
        wrong = self.run([TOCSIN, "check", *together, file], not refused)
        if warned and not wrong and "warning[" not in self.written:
            return f"no warning:\n{self.written}"
        own = re.search(rf"^warning.*\n *--> {re.escape(str(file))}:", self.written, re.MULTILINE)
        if own and not warned and not refused:
            return f"warned of:\n{self.written}"
        if not wrong and not refused and re.search(r"^test ", body, re.MULTILINE):
            wrong = self.run([TOCSIN, "test", *together, file])
        return wrong

    def ndjson(self, body, name, refused):
        file = self.folder / (name or "block.ndjson")
        file.write_text(body)
        rules, letters = file.parent / "types.rules", self.folder / "letters.ndjson"
        if not rules.exists():
            rules = self.folder / "any.rules"
            rules.write_text("event Any { x: int? }\n")
        letters.unlink(missing_ok=True)
        wrong = self.run([TOCSIN, "run", rules, "--in", file, "--dead-letters", letters, "--out", "/dev/null"])
        bad = len(letters.read_text().splitlines()) if letters.exists() else 0
        expected = len(body.splitlines()) if refused else 0
        return wrong or (f"{bad} dead letters, expected {expected}:\n{letters.read_text()}" if bad != expected else None)

    def python(self, body, name, fails):
        file = self.folder / (name or "block.py")
        file.write_text(body)
        return self.run(["python3", "-B", "-m", "py_compile" if name else "block.py", *([file] if name else [])], not fails)

    def toml(self, body, name, other):
        try:
            tomllib.loads(body)
        except tomllib.TOMLDecodeError as problem:
            return str(problem)
        if name:
            (self.folder / name).write_text(body)
        return None

    def cpp(self, body, name, fails):
        file, program = self.folder / (name or "block.cpp"), self.folder / "block.bin"
        file.write_text(body)
        flags = ["-std=c++20", "-O0", "-Wall", "-Wextra", "-Werror", "-I", ROOT, file, "-o", program]
        return self.run([*linking()[:1], *flags, *linking()[1:]]) or self.run([program], not fails)

    def output(self, body, name, other):
        return None if fits(body, self.written) else f"expected\n{body}got\n{self.written}"

    def mermaid(self, body, name, other):
        return self.output(body, name, other)

    def examples(self, pairs, zone):
        """Each is what an alert says."""
        lines = [f"let zone = {zone}", "event Any { x: int? }"]
        for number, (expression, value) in enumerate(pairs):
            lines += [f"rule r{number} {{ match Any alert info \"m\" {{ value: {expression} }} }}",
                      f"test r{number} \"t\" {{ at 0s Any {{ }}", f"  expect alert r{number} {{ value: {value} }} }}"]
        (self.folder / "examples.rules").write_text("\n".join(lines) + "\n")
        return self.run([TOCSIN, "test", "examples.rules"])

    def pattern(self, pattern, events, expected):
        """What is wrong with an example of a pattern, or None."""
        pattern = pattern.replace(r"\|", "|")
        words = ("" if pattern.startswith("match ") else "match ") + pattern
        within = "" if " within " in words else "within 1m"
        types = "".join(f"event {letter} {{ n: int }}\n" for letter in "ABCX")
        (self.folder / "pattern.rules").write_text(
            f'{types}rule r {{\n {words}\n from A, B, C, X\n {within}\n alert info "m"\n}}\n')
        lines = [f'{{"specversion":"1.0","id":"{event}","source":"s","type":"{event[0].upper()}",'
                 f'"time":"2024-01-01T00:00:{int(event[1:]):02}Z","data":{{"n":{event[1:]}}}}}\n'
                 for event in events.split()]
        (self.folder / "pattern.ndjson").write_text("".join(lines))
        done = subprocess.run([TOCSIN, "run", "pattern.rules", "--in", "pattern.ndjson"], cwd=self.folder,
                              capture_output=True, text=True, timeout=SECONDS)
        taken = []
        for line in done.stdout.splitlines():
            message = json.loads(line)
            ids = [cause["id"] for cause in message["data"]["causes"]]
            second = int(message["time"][17:19])
            taken.append(" ".join(ids) + (f" at {second}" if second != int(ids[-1][1:]) else ""))
        got = "; ".join(taken) or "nothing"
        return None if done.returncode == 0 and got == expected else f"{words} on {events}: got {got}\n{done.stderr}"

    def check(self, fence, name, body):
        language, *words = fence or ["(none)"]
        adverbs = {"sh": ["fails"], "rules": ["refused", "warned"], "ndjson": ["refused"], "python": [], "toml": [],
                   "cpp": ["fails"], "output": [], "mermaid": []}
        if language not in adverbs or any(word not in adverbs[language] for word in words) or len(words) > 1:
            return f"nothing knows how to run a block of `{' '.join(fence)}`"
        if name:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        return getattr(self, language)(body, name, words[0] if words else None)


def problems(text):
    """How many blocks and examples there are, and what is wrong with the first that is: later ones build on it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-docs-") as folder:
        shutil.copytree(ROOT / "samples", pathlib.Path(folder) / "samples")
        document, count = Document(pathlib.Path(folder)), 0
        for count, (line, fence, name, body) in enumerate(blocks(text), 1):
            wrong = document.check(fence, name, body)
            if wrong:
                return count, f"{line}: {' '.join(fence)}: {wrong}"
        rows = "\n".join(line for line in text.splitlines() if line.startswith("|"))
        examples = EXAMPLE.findall(rows)
        zone = re.search(r"^let zone = (.*)", text, re.MULTILINE)
        wrong = document.examples(examples, zone[1] if zone else '"UTC"') if examples else None
        patterns = PATTERN.findall(rows)
        for example in patterns:
            wrong = wrong or document.pattern(*example)
        return count + len(examples) + len(patterns), wrong and f"examples: {wrong}"


def headings(text):
    """The names by which headings are linked to, as code hosts make them."""
    lines = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line).lower().replace(" ", "-") for line in lines}


def broken_link(text, folder):
    """The first link to a file or heading that isn't there, or None."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)]+)\)", prose):
        file, _, heading = link.partition("#")
        if "://" in link:
            continue
        if not (folder / file).exists():
            return f"no such file: {link}"
        if heading and heading not in headings((folder / file).read_text() if file else text):
            return f"no such heading: {link}"
    return None


# A document, whether something is wrong with it.
CASES = [
    ("```sh\necho a\n```\n```output\na\n```\n", False),
    ("```sh\necho a\n```\n```output\nb\n```\n", True),
    ("```sh\nprintf '1\\n2\\n3 x\\n'\n```\n```output\n1\n…\n3 …\n```\n", False),
    ("```sh\nfalse\n```\n", True),
    ("```sh fails\nfalse\n```\n", False),
    ("```sh fails\ntrue\n```\n", True),
    ("```sh\n./dev demo\n```\n", False),
    ("```sh\n./dev dmeo\n```\n", True),
    ("```\na\n```\n", True),
    ("```cobol\na\n```\n", True),
    ("```sh\nno end\n", True),
    ("Into `a/b.py`:\n\n```python\nprint(1)\n```\n```sh\npython3 a/b.py\n```\n```output\n1\n```\n", False),
    ("```python\nraise SystemExit(1)\n```\n", True),
    ("```toml\na = 1\n```\n", False),
    ("```toml\na = = 1\n```\n", True),
    ('```cpp\n#include "events/time.hpp"\nint main() { return tocsin::events::parse_rfc3339("x").has_value(); }\n```\n', False),
    ("```cpp\nint main() { return 1; }\n```\n", True),
    ("```cpp\nint main() { return x; }\n```\n", True),
    ("| `1 + 1` is `2` |\n", False),
    ("| `1 + 1` is `3` |\n", True),
    ("| `A -> B` on `a1 x2 b3` takes `a1 b3` |\n", False),
    ("| `A -> B` on `a1 x2 b3` takes `a1 x2` |\n", True),
    ("| `A -> not X for 5s` on `a1 x7 a8` takes `a1 at 6; a8 at 13`, `A` on `b1` takes `nothing` |\n", False),
    ("| `A ->` on `a1` takes `nothing` |\n", True),
    ("```rules\nevent A { x: int }\n```\n", False),
    ("```rules\nevent A { x: nit }\n```\n", True),
    ("```rules refused\nevent A { x: nit }\n```\n", False),
    ("`types.rules`:\n```rules\nevent A { x: int }\n```\n```rules\nrule r { match A(x > 1)\n alert low \"m\" }\n```\n", False),
    ("```rules warned\nevent A { x: int }\nrule r { match a: A -> b: A alert low \"m\" }\n```\n", False),
    ("```rules warned\nevent A { x: int }\n```\n", True),
    ("```rules\nevent A { x: int }\nrule r { match a: A -> b: A alert low \"m\" }\n```\n", True),
    ("```rules warned\nevent A { x: nit }\n```\n", True),
    ("```rules warned refused\nevent A { x: nit }\n```\n", True),
    ('```ndjson\n{"type":"A","time":"2024-01-01T00:00:00Z","data":{}}\n```\n', False),
    ('```ndjson\n{"time":"2024-01-01T00:00:00Z"}\n```\n', True),
    ('```ndjson refused\n{"time":"2024-01-01T00:00:00Z"}\n```\n', False),
]


def main():
    for text, bad in CASES:
        _, wrong = problems(text)
        if bool(wrong) != bad:
            sys.exit(f"the runner itself is wrong:\n{text}\n  expected {'a' if bad else 'no'} problem, got {wrong}")
    good = "# A b's\n[a](dev) [b](https://example.org) [c](#a-bs)"
    if broken_link(good, ROOT) or not broken_link("[a](no/such.md)", ROOT) or not broken_link("# A\n[a](#b)", ROOT):
        sys.exit("the runner itself is wrong about links")

    documents = [ROOT / d for d in sys.argv[2:]] or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    failed = False
    for document in documents:
        count, wrong = problems(document.read_text())
        wrong = wrong or broken_link(document.read_text(), document.parent)
        failed = failed or bool(wrong)
        told = f":{wrong}" if wrong else f" ({count} blocks and examples)"
        print(f"{'FAIL' if wrong else 'ok  '} {document.relative_to(ROOT)}{told}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
