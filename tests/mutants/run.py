#!/usr/bin/env python3
"""Breaks the engine in many small ways and sees whether the property tests find each.

tests/mutants/*.patch → a line for each: name, found or not, after how many seconds of the test. The first line of a
patch says which clause of the semantics it breaks. The sources are copied to FOLDER/tree, built there once, and after
each patch again, which is one file and a link; nothing of the checkout is touched. A mutant is found when engine and
reference differ on a random case, or an assertion fails, within a minute: `window-*` on a random window rule, the others
on a random pattern. Ends with 1 when one survives, when a
patch no longer applies or doesn't compile, or when there are differences without any patch.

Usage: run.py FOLDER [JOBS] [NAME …]     names of patches or beginnings of them; all if none is given
"""
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys
import time

SECONDS = 60
DIFFERENCE = "engine and reference differ in the case"
SOURCES = pathlib.Path(__file__).resolve().parents[2]
PATCHES = pathlib.Path(__file__).resolve().parent
SKIPPED = {"build", ".git", "__pycache__"}
PATTERNS = ("property_random", "RandomRules.Engines*")
WINDOWS = ("property_windows", "RandomWindows.Engines*")


def copy(source, target):
    """Makes `target` the same as `source`; files that are the same keep their times, so that they aren't built again."""
    target.mkdir(parents=True, exist_ok=True)
    names = {name for name in os.listdir(source) if name not in SKIPPED}
    for name in set(os.listdir(target)) - names:
        gone = target / name
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    for name in names:
        if (source / name).is_dir():
            copy(source / name, target / name)
        elif not (target / name).exists() or not filecmp.cmp(source / name, target / name, shallow=False):
            shutil.copyfile(source / name, target / name)


def patch(tree, file, *options):
    """Tells what is wrong with the patch; empty: nothing."""
    done = subprocess.run(["patch", "-p1", "--batch", "--forward", "--no-backup-if-mismatch", "-r", "-", "-i", str(file), *options], cwd=tree,
                          capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_for(file):
    return WINDOWS if file.name.startswith("window-") else PATTERNS


class Property:
    def __init__(self, folder, jobs):
        self.tree = folder / "tree"
        self.build_folder = folder / "build"
        self.jobs = jobs
        copy(SOURCES, self.tree)
        subprocess.run(["cmake", "-S", self.tree, "-B", self.build_folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                        "-DCMAKE_CXX_FLAGS_RELEASE=-O1"], check=True, stdout=subprocess.DEVNULL)

    def build(self, tests):
        """Tells why they can't be built; empty: they are."""
        done = subprocess.run(["ninja", "-C", self.build_folder, "-j", str(self.jobs), *(name for name, _ in tests)],
                              capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stdout[-3000:]

    def differs(self, test, seconds):
        """Whether engine and reference differ on a random case, and what was printed."""
        name, tests = test
        environment = dict(os.environ, TOCSIN_CASES="100000000", TOCSIN_SECONDS=str(seconds))
        test = [self.build_folder / "tests/property" / name, f"--gtest_filter={tests}"]
        try:
            done = subprocess.run(test, env=environment, capture_output=True, text=True, timeout=seconds + 30)
        except subprocess.TimeoutExpired as late:
            text = (late.stdout or b"").decode()
            return DIFFERENCE in text, text
        text = done.stdout + done.stderr
        return done.returncode < 0 or DIFFERENCE in text, text


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    jobs = int(sys.argv[2]) if len(sys.argv) > 2 else os.cpu_count()
    names = sys.argv[3:]
    files = [file for file in sorted(PATCHES.glob("*.patch"))
             if not names or any(file.name.startswith(name) for name in names)]
    if not files:
        sys.exit("no such mutant")
    bad = [file for file in files if patch(SOURCES, file, "--dry-run")]
    for file in bad:
        print(f"{file.stem}: no longer applies")
    used = sorted({test_for(file) for file in files})
    tests = Property(folder, jobs)
    problem = tests.build(used)
    if problem:
        sys.exit(f"can't be built:\n{problem}")
    for test in used:
        found, text = tests.differs(test, 5)
        if found:
            sys.exit(f"engine and reference differ without a mutant:\n{text}")
    survived = 0
    for file in files:
        if file in bad:
            continue
        patch(tests.tree, file)
        problem = tests.build([test_for(file)])
        if problem:
            print(f"{file.stem}: doesn't compile\n{problem}")
            survived += 1
        else:
            begin = time.monotonic()
            found, _ = tests.differs(test_for(file), SECONDS)
            survived += 0 if found else 1
            print(f"{file.stem}: {'found' if found else 'NOT FOUND'}, {time.monotonic() - begin:.1f} s", flush=True)
        copy(SOURCES, tests.tree)
    print(f"{len(files)} mutants, {survived} not found, {len(bad)} that no longer apply")
    sys.exit(1 if survived or bad else 0)


main()
