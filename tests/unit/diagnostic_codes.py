#!/usr/bin/env python3
"""Every code of a diagnostic is documented and shown.  usage: diagnostic_codes.py ROOT

The codes and titles of rules/codes.hpp are, in order, the headings of docs/diagnostics.md, each with text below it; and
each code stands in a test.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])


def main():
    codes = re.findall(r'\{"([EW]\d{4})", "(.*)"\}', (ROOT / "rules/codes.hpp").read_text())
    headings = re.findall(r"^## ([EW]\d{4}) (.*)\n\n[^#\s]", (ROOT / "docs/diagnostics.md").read_text(), re.MULTILINE)
    tests = "".join(f.read_text(errors="replace") for pattern in ("golden/**/*.expected", "unit/rules/*.cpp")
                    for f in (ROOT / "tests").glob(pattern))
    wrong = [f"{code} {title}: no such heading with a paragraph in docs/diagnostics.md" for code, title in codes
             if (code, title) not in headings]
    wrong += [f"{code} {title}: documented, but not in rules/codes.hpp" for code, title in headings
              if (code, title) not in codes]
    wrong += [f"{code} {title}: in no test" for code, title in codes if code not in tests]
    if codes != sorted(codes):
        wrong.append("rules/codes.hpp is not in order")
    print("\n".join(wrong + [f"{len(codes)} codes, {len(wrong)} problems"]))
    sys.exit(1 if wrong or not codes else 0)


if __name__ == "__main__":
    main()
