#!/usr/bin/env python3
"""Includes go one way: the table of docs/architecture.md, checked over the tree.

Each include of a project's file is written "folder/file.hpp" from the root of the tree, names a file that is there, and
its folder is one that the including folder may know.  usage: include_table.py ROOT
"""

import pathlib
import re
import sys

EVERYTHING = ["events", "rules", "matcher", "engine", "transports", "cli"]
TABLE = {
    "events": ["events"],
    "rules": ["events", "rules"],
    "matcher": ["events", "rules", "matcher"],
    "engine": ["events", "rules", "matcher", "engine"],
    "transports": ["events", "transports"],
    "cli": EVERYTHING,
    # The reference matcher shares nothing with the engine, so that it can judge all of it.
    "tests/oracle": ["rules/plan.hpp", "events/value.hpp", "tests/oracle"],
    "tests": EVERYTHING + ["tests"],
    "bench": EVERYTHING + ["bench"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def violations(path, text, exists):
    """What is wrong with the includes of `text`, the file at `path` (from the root); `exists` tells if a path is there."""
    folder = next((f for f in TABLE if path.startswith(f + "/")), None)
    if folder is None:
        return [f"{path}: stands in no folder of the table"]
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        quote, name = include.groups()
        if quote == "<":
            if name.split("/")[0] in EVERYTHING:
                found.append(f'{path}:{number}: <{name}> is the project\'s own: write "{name}"')
        elif not exists(name):
            found.append(f'{path}:{number}: "{name}" is no path from the root of the tree')
        elif not any(name == allowed or name.startswith(allowed + "/") for allowed in TABLE[folder]):
            found.append(f'{path}:{number}: {folder}/ may not include "{name}"')
    return found


# Path, include line, whether it is refused.
CASES = [
    ("rules/a.cpp", '#include "events/value.hpp"', False),
    ("rules/a.cpp", '#include "matcher/program.hpp"', True),
    ("events/a.cpp", '#include "rules/plan.hpp"', True),
    ("events/a.cpp", '#include "value.hpp"', True),
    ("events/a.cpp", "#include <events/value.hpp>", True),
    ("events/a.cpp", "#include <vector>", False),
    ("engine/a.cpp", '#include "transports/transport.hpp"', True),
    ("transports/a.cpp", '  #  include "engine/ports.hpp"', True),
    ("matcher/a.cpp", '#include "engine/ports.hpp"', True),
    ("cli/a.cpp", '#include "engine/ports.hpp"', False),
    ("tests/oracle/a.cpp", '#include "rules/plan.hpp"', False),
    ("tests/oracle/a.cpp", '#include "rules/compile.hpp"', True),
    ("tests/oracle/a.cpp", '#include "matcher/program.hpp"', True),
    ("tests/unit/a.cpp", '#include "matcher/program.hpp"', False),
    ("elsewhere/a.cpp", '#include "events/value.hpp"', True),
]


def main():
    for path, line, refused in CASES:
        got = violations(path, line, lambda name: name != "value.hpp")
        if bool(got) != refused:
            sys.exit(f"the check itself is wrong: {path}: {line}\n  expected refused={refused}, got {got}")

    root = pathlib.Path(sys.argv[1])
    files = sorted(f for top in {t.split("/")[0] for t in TABLE} for f in (root / top).rglob("*.[ch]pp"))
    if not files:
        sys.exit(f"no sources under {root}")
    found = [v for f in files for v in violations(str(f.relative_to(root)), f.read_text(), lambda n: (root / n).is_file())]
    print("\n".join(found + [f"{len(files)} files, {len(found)} wrong includes"]))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
