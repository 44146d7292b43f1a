#!/usr/bin/env python3
"""`tocsin fmt` through the built program ($TOCSIN).  usage: fmt_test.py [TESTS…], by name as unittest takes them."""

import os
import stat
import unittest

from running import Case

UGLY = "// a rule\nrule r{match A   by k   // key\n}\n"
GOOD = "// a rule\nrule r {\n  match  A\n  by     k  // key\n}\n"


class Fmt(Case):
    def test_stdout_leaves_the_file(self):
        path = self.file("ugly.rules", UGLY)
        self.assertEqual(self.tocsin("fmt", path).out.decode(), GOOD)
        self.assertEqual(path.read_text(), UGLY)
        self.assertEqual(self.tocsin("fmt", self.file("good.rules", GOOD)).out.decode(), GOOD)

    def test_check_names_what_differs(self):
        self.file("rules/a.rules", UGLY)
        self.file("rules/b.rules", GOOD)
        self.file("rules/c.txt", UGLY)
        self.assertEqual(self.tocsin("fmt", "--check", "rules", code=1).out, b"rules/a.rules\n")
        self.assertEqual(self.tocsin("fmt", "--check", "rules/b.rules").out, b"")

    def test_in_place_keeps_mode_and_links(self):
        path = self.file("rules/a.rules", UGLY)
        path.chmod(0o640)
        good = self.file("rules/b.rules", GOOD)
        before = good.stat()
        (self.folder / "link.rules").symlink_to(path)
        self.assertEqual(self.tocsin("fmt", "-w", "link.rules", "rules").out, b"")
        self.assertEqual(path.read_text(), GOOD)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
        self.assertTrue((self.folder / "link.rules").is_symlink())
        self.assertEqual(good.stat().st_mtime_ns, before.st_mtime_ns, "a file that is right is not written")
        self.assertEqual(sorted(os.listdir(path.parent)), ["a.rules", "b.rules"], "nothing is left beside the files")

    def test_problems(self):
        broken = self.file("rules/a.rules", "rule r { match A(\n")
        other = self.file("rules/b.rules", UGLY)
        done = self.tocsin("fmt", "-w", "rules", code=1)
        self.says(done, "a.rules:1:17", "E0101")
        self.assertEqual(broken.read_text(), "rule r { match A(\n")
        self.assertEqual(other.read_text(), GOOD, "a broken file does not stop the others")
        self.says(self.tocsin("fmt", "rules", code=2), "only one goes to stdout")
        self.says(self.tocsin("fmt", "-w", "--check", "rules", code=2), "--write excludes --check")
        self.says(self.tocsin("fmt", "nowhere", code=74), "cannot read `nowhere`")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_may_not_be_written(self):
        path = self.file("rules/a.rules", UGLY)
        path.parent.chmod(0o555)
        self.addCleanup(path.parent.chmod, 0o755)
        self.says(self.tocsin("fmt", "-w", path, code=74), "cannot write")
        self.assertEqual(path.read_text(), UGLY)


if __name__ == "__main__":
    unittest.main()
