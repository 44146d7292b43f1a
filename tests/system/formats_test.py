#!/usr/bin/env python3
"""Events that aren't CloudEvents, and declarations made of samples, through the built program ($TOCSIN).

usage: formats_test.py [TESTS…], by name as unittest takes them: Csv.test_bad_rows

Sets of recorded events lie in $TOCSIN_TEST_DATA; tests of them are skipped where there are none.
"""

import gzip
import json
import os
import pathlib
import random
import re
import unittest

from running import Case

RULES = """
event Sensor "sensor" { device: string, celsius: float, open: bool?, at: time? }
rule hot { match s: Sensor(celsius > 80) by device alert high "{s.device} {s.celsius}" { device: s.device, celsius: s.celsius } }
rule subject { match s: Sensor(celsius < 0) alert low "{s.@id} {s.@source}" }
"""
DATA = pathlib.Path(os.environ.get("TOCSIN_TEST_DATA", pathlib.Path(__file__).parents[3] / "shared" / "data"))
FLAT = "?format=json&type_field=kind&time_field=ts&time_unit=ms&id_field=nr&source_field=host"


def alerts(done):
    return [(line["time"], line["data"]["rule"], line["data"]["message"]) for line in done.lines]


class Json(Case):
    """Other JSON objects, by a mapping."""

    def setUp(self):
        super().setUp()
        self.file("r.rules", RULES)

    def test_flat_and_nested_objects(self):
        flat = b'{"kind":"sensor","ts":1700000000123,"nr":7,"host":"h1","device":"a","celsius":90}\n' \
               b'{"kind":"sensor","ts":"1700000001000","nr":8,"host":"h1","device":"b","celsius":-1.5}\n' \
               b'{"kind":"other","ts":1700000001001}\n'
        nested = b'{"meta":{"type":"sensor","at":"2023-11-14 22:13:20.123"},"payload":{"device":"a","celsius":90}}\n'
        self.file("flat.json", flat)
        done = self.tocsin("run", "r.rules", "--in", "flat.json" + FLAT)
        self.assertEqual(alerts(done), [("2023-11-14T22:13:20.123Z", "hot", "a 90"), ("2023-11-14T22:13:21Z", "subject", "8 h1")],
                         str(done))
        self.assertIn("ignored: 1 event of types that no rule file declares (other 1)", done.err)
        self.assertEqual(done.lines[0]["data"]["causes"], [{"source": "h1", "id": "7"}])
        uri = "-?format=json&type_field=/meta/type&time_field=/meta/at&data=/payload"
        done = self.tocsin("run", "r.rules", "--in", uri, stdin=nested)
        self.assertEqual(alerts(done), [("2023-11-14T22:13:20.123Z", "hot", "a 90")], str(done))

    def test_bad_events(self):
        events = b'{"ts":1,"device":"a","celsius":1}\n{"kind":"sensor","device":"a","celsius":1}\n' \
                 b'{"kind":"sensor","ts":"noon","device":"a","celsius":1}\nnonsense\n' \
                 b'{"kind":"sensor","ts":2,"device":"a"}\n{"kind":"sensor","ts":3,"device":"a","celsius":99}\n'
        done = self.tocsin("run", "r.rules", "--in", "-" + FLAT, "--dead-letters", "dead", stdin=events)
        letters = [json.loads(line) for line in (self.folder / "dead").read_text().splitlines()]
        self.assertEqual([(each["line"], each["reason"]) for each in letters],
                         [(1, "no_type"), (2, "no_time"), (3, "bad_time"), (4, "not_json"), (5, "missing_field")], str(done))
        self.assertEqual(len(done.lines), 1, str(done))

    def test_options_are_judged_before_anything_is_read(self):
        for uri, want in (("x.ndjson?fromat=json", "did you mean `format`?"), ("-?format=json", "type_field=FIELD"),
                          ("x.csv", "?format=csv&type=NAME&time_field=COLUMN"), ("-?delimiter=;", "needs `format=json`")):
            done = self.tocsin("run", "r.rules", "--in", uri, code=2)
            self.assertIn(want, done.err)

    def test_send_passes_lines_on_as_they_are(self):
        done = self.tocsin("send", "zmq+push://127.0.0.1:1", "x.json" + FLAT, code=2)
        self.assertIn("the format belongs where they are read", done.err)


class Csv(Case):
    """Tables with a header line."""

    CSV = b'\xef\xbb\xbfdevice,celsius,open,when,comment\r\n"a ""1""",90,true,2024-01-01 00:00:00,"two\r\nlines"\r\n' \
          b'b,x,,2024-01-01 00:00:01,\r\nc,"91\r\nd,92,0,2024-01-01 00:00:02,\r\n\r\n,93,,2024-01-01 00:00:03,\r\n' \
          b'e,94,,2024-01-01 00:00:04,more,cells\r\nf,95,,2024-01-01 00:00:05,\r\n'
    URI = "?format=csv&type=sensor&time_field=when"

    def setUp(self):
        super().setUp()
        self.file("r.rules", RULES)

    def test_bad_rows_are_dead_letters_with_their_place(self):
        self.file("t.csv", self.CSV)
        self.file("t.csv.gz", gzip.compress(self.CSV))
        for name in ("t.csv", "t.csv.gz"):
            done = self.tocsin("run", "r.rules", "--in", name + self.URI, "--dead-letters", name + ".dead")
            self.assertEqual([message for _, _, message in alerts(done)], ['a "1" 90', "d 92", "f 95"], str(done))
            letters = [json.loads(line) for line in (self.folder / (name + ".dead")).read_text().splitlines()]
            self.assertEqual([(each["line"], each["reason"], each["bytes"]) for each in letters],
                             [(4, "wrong_field", "b,x,,2024-01-01 00:00:01,"), (5, "truncated", 'c,"91'),
                              (8, "missing_field", ",93,,2024-01-01 00:00:03,"),
                              (9, "not_csv", "e,94,,2024-01-01 00:00:04,more,cells")], str(done))
            for letter in letters:
                at = letter["offset"]
                self.assertEqual(self.CSV[at:at + letter["size"]].decode(), letter["bytes"])

    def test_delimiters_types_in_a_column_and_stdin(self):
        table = b"kind;id;device;celsius;when\nsensor;1;a;90;1700000000.5\nother;2;b;;1700000001\n"
        uri = "-?format=csv&type_field=kind&id_field=id&time_field=when&time_unit=s&delimiter=;"
        done = self.tocsin("run", "r.rules", "--in", uri, stdin=table)
        self.assertEqual(alerts(done), [("2023-11-14T22:13:20.500Z", "hot", "a 90")], str(done))
        self.assertEqual(done.lines[0]["data"]["causes"], [{"source": "", "id": "1"}])

    def test_a_header_that_lacks_columns_is_told_at_once(self):
        for table, want in ((b"device,celsius\na,90\n", "no column `when`, which is the time_field; it has `device`, `celsius`"),
                            (b"device,when\na,2024-01-01\n", "no column `celsius`, which Sensor declares without `?`"),
                            (b"", "there is no header line")):
            self.file("t.csv", table)
            done = self.tocsin("run", "r.rules", "--in", "t.csv" + self.URI, code=74)
            self.assertEqual(done.out, b"", str(done))
            self.assertIn(want, done.err)


class Infer(Case):
    """Declarations of a sample read that sample."""

    def round_trip(self, sample, *more):
        """Infers, runs with nothing else; what the declarations are."""
        made = self.tocsin("infer", sample)
        self.file("inferred.rules", made.out)
        done = self.tocsin("run", "inferred.rules", "--in", sample, "--lateness", "365d", "--stats", *more)
        self.assertRegex(done.err, r"ignored 0  late 0  dead letters 0 ", f"{sample}\n{done}\n{made}")
        self.assertNotIn("warning", done.err)
        return made.out.decode()

    def test_each_format(self):
        text = b'{"id":"1","type":"a.b","time":"2024-01-01T00:00:00Z","data":{"n":1,"s":["x"],"o":{"in":true}}}\n'
        self.file("c.ndjson", text)
        self.assertIn("n: int,\n  s: list<string>,\n  o: {\n    in_: bool from \"/o/in\",\n  },\n", self.round_trip("c.ndjson"))
        self.file("m.json", b'{"kind":"x","ts":1,"nr":1,"host":"h","v":1.5}\n{"kind":"x","ts":2,"nr":2,"host":"h"}\n')
        self.assertIn("--in 'm.json" + FLAT + "'", self.round_trip("m.json" + FLAT))
        self.file("t.csv", b"at,n,geo lat\n2024-01-01,1,2\n2024-01-02,,3.5\n")
        made = self.round_trip("t.csv?format=csv&type=row&time_field=at")
        self.assertIn('event Row "row" {', made)
        self.assertIn('n: int?,\n  geo_lat: float from "/geo lat",\n', made)

    def test_stdin_and_the_first_events(self):
        text = b"".join(b'{"type":"t%d","time":"2024-01-01T00:00:00Z","data":{}}\n' % i for i in range(5))
        made = self.tocsin("infer", "-", "--events", "2", stdin=text)
        self.assertEqual(re.findall(rb"^event (\w+)", made.out, re.M), [b"T0", b"T1"], str(made))

    def test_what_is_no_event_is_told(self):
        made = self.tocsin("infer", "-", stdin=b'nonsense\n{"type":"t","data":{}}\n'
                               b'{"type":"t","time":"2024-01-01T00:00:00Z"}\n')
        self.assertIn(b"// 1 could not be read as an event; the first: line 1: the text is not JSON\n", made.out, str(made))
        self.assertIn(b"// 1 have no time, or none that can be read, and are dead letters in a run\n", made.out)
        done = self.tocsin("infer", "-", stdin=b"", code=1)
        self.assertIn("there is no event in `-`", done.err)

    def test_generated_samples(self):
        for seed in range(40):
            with self.subTest(seed=seed):
                self.one_generated_sample(random.Random(seed), seed)

    def one_generated_sample(self, rng, seed):
        keys = ["a", "b c", "in", "x/y", "z~", "0", "", "ü", "event", "match", "rule", "true", "list", "A", "a_", "_"]
        shapes = {}

        def scalar(kind):
            return {"int": lambda: rng.randint(-2**63, 2**63 - 1), "big": lambda: rng.randint(2**63, 2**70),
                    "float": lambda: rng.uniform(-1e9, 1e9), "bool": lambda: rng.random() < 0.5,
                    "text": lambda: rng.choice(["", "GET", "a\"b\n", "ü", "null"]), "null": lambda: None,
                    "time": lambda: f"20{rng.randint(10, 60)}-01-01T00:00:00Z", "duration": lambda: f"{rng.randint(0, 9)}m",
                    "number": lambda: rng.choice([1, 2.5, -0.0])}[kind]()

        def shape(depth):
            kind = rng.choice(["int", "big", "float", "bool", "text", "null", "time", "duration", "number", "mixed", "list", "object"])
            if kind == "mixed":
                return ("mixed", [shape(depth + 1) for _ in range(2)])
            if kind == "list":
                return ("list", shape(depth + 1))
            if kind == "object" and depth < 3:
                return ("object", {key: (shape(depth + 1), rng.choice([1, 1, 0.7])) for key in rng.sample(keys, 4)})
            return kind if kind != "object" else "int"

        def value(of):
            if isinstance(of, str):
                return scalar(of)
            if of[0] == "mixed":
                return value(rng.choice(of[1]))
            if of[0] == "list":
                return [value(of[1]) for _ in range(rng.randint(0, 3))]
            return {key: value(inner) for key, (inner, chance) in of[1].items() if rng.random() <= chance}

        for wire in rng.sample(["t", "T", "a.b", "a-b", "1", "x \"y\"", "if", "ü"], 3):
            shapes[wire] = ("object", {key: (shape(1), rng.choice([1, 1, 0.7])) for key in rng.sample(keys, 6)})
        lines = []
        for i in range(30):
            wire = rng.choice(list(shapes))
            event = {"id": str(i), "type": wire, "time": f"2024-01-01T00:00:{i:02d}Z", "data": value(shapes[wire])}
            if rng.random() < 0.05:
                event.pop("data")
            lines.append(json.dumps(event, ensure_ascii=rng.random() < 0.5) + "\n")
        name = f"s{seed}.ndjson"
        self.file(name, "".join(lines))
        self.round_trip(name)

    def test_generated_tables(self):
        for seed in range(20):
            with self.subTest(seed=seed):
                rng = random.Random(seed)
                kinds = {"n": lambda: str(rng.randint(-5, 5)), "f": lambda: rng.choice(["1", "2.5", "-1e3"]), "z": lambda: "007",
                         "b": lambda: rng.choice(["true", "False", "0"]), "s": lambda: rng.choice(["x", '"a,""b"', '"\r\n"', "é"]),
                         "t": lambda: "2024-02-03", "d": lambda: "5m", "m": lambda: rng.choice(["1", "x", "true"])}
                columns = [rng.choice(list(kinds)) + rng.choice(["", " 1", ".x", "_"]) + str(i) for i in range(6)]
                rows = [",".join(["at"] + columns)]
                for i in range(20):
                    cells = [kinds[name[0]]() if rng.random() < 0.9 else "" for name in columns]
                    rows.append(",".join([f"2024-01-01T00:00:{i:02d}Z"] + cells))
                self.file(f"t{seed}.csv", rng.choice(["\n", "\r\n"]).join(rows) + rng.choice(["", "\n"]))
                self.round_trip(f"t{seed}.csv?format=csv&type=row&time_field=at")

    @unittest.skipUnless(DATA.is_dir(), f"no recorded events: {DATA} isn't there, TOCSIN_TEST_DATA names another folder")
    def test_recorded_sets(self):
        for sample in sorted(DATA.glob("*/*.ndjson*")):
            with self.subTest(sample=sample.name):
                self.round_trip(str(sample))

    @unittest.skipUnless((DATA / "nab").is_dir(), f"no recorded events: {DATA}/nab isn't there")
    def test_recorded_tables(self):
        for sample in sorted((DATA / "nab").glob("*.csv")):
            with self.subTest(sample=sample.name):
                self.round_trip(f"{sample}?format=csv&type=sample&time_field=timestamp")


if __name__ == "__main__":
    unittest.main()
