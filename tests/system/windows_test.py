#!/usr/bin/env python3
"""Window rules through the built program ($TOCSIN): the end of input, late events, what messages tell, tables' paths.

usage: windows_test.py [TESTS…], by name as unittest takes them.
"""

import json
import unittest

from running import Case

TYPES = "event A { k: string, x: int }\n"


def event(second, x, key="a", number=None, ms=0):
    at = f"2024-05-06T06:{second // 60:02d}:{second % 60:02d}.{ms:03d}Z"
    name = f"e{second}-{x}-{key}" if number is None else number
    return (json.dumps({"id": name, "source": "/t", "type": "A", "time": at, "data": {"k": key, "x": x}}) + "\n").encode()


class Windows(Case):
    def put_out(self, rules, events, *options, err=()):
        """(time within the hour, kind or state, its fields) of each line."""
        file = self.file("w.rules", TYPES + rules)
        done = self.tocsin("run", file, *options, stdin=b"".join(events))
        self.says(done, *err)
        return [self.row(line) for line in done.lines]

    def row(self, line):
        data = line["data"]
        at = line["time"].removeprefix("2024-05-06T06:").removesuffix("Z")
        if line["type"] == "tocsin.alert":
            return at, data["state"], data["fields"]
        return at, data.get("action", "emit"), data.get("fields", data)

    def test_the_end_of_input_ends_windows_with_rows(self):
        rules = """rule r { from A  by k  window tumbling 10s  when sum(x) > 5
                   alert low "m" { sum: sum(x) }  action told { sum: sum(x) } }"""
        events = [event(1, 9), event(12, 8), event(13, 1, "b"), event(15, 9, "b")]
        self.assertEqual(self.put_out(rules, events), [
            ("00:09.999999999", "firing", {"sum": 9}), ("00:09.999999999", "told", {"sum": 9}),
            ("00:19.999999999", "told", {"sum": 8}),
            ("00:19.999999999", "firing", {"sum": 10}), ("00:19.999999999", "told", {"sum": 10})])
        self.assertEqual(self.put_out(rules, events, "--no-drain"), [
            ("00:09.999999999", "firing", {"sum": 9}), ("00:09.999999999", "told", {"sum": 9})])

    def test_the_end_of_input_of_sessions_and_early_results(self):
        rules = "rule r { from A  by k  window session 20s  every 10s  action told { sum: sum(x) } }"
        self.assertEqual(self.put_out(rules, [event(1, 1), event(5, 2)]),
                         [("00:10", "told", {"sum": 3}), ("00:25", "told", {"sum": 3})])

    def test_the_end_of_input_lets_holds_come_due_and_resolves_nothing(self):
        held = 'rule r { from A  by k  window last 2  when avg(x) > 5  alert low "m" { avg: avg(x) } hold 10s }'
        self.assertEqual(self.put_out(held, [event(1, 9)]), [("00:11", "firing", {"avg": 9.0})])
        kept = 'rule r { from A  by k  window last 1  when avg(x) > 5  alert low "m" { avg: avg(x) } keep 10s }'
        self.assertEqual(self.put_out(kept, [event(1, 9), event(3, 1)]), [("00:01", "firing", {"avg": 9.0})])
        rolled = 'rule r { from A  by k  window rolling 10s  when count() < 2  alert low "m" { n: count() } }'
        self.assertEqual(self.put_out(rolled, [event(1, 9), event(3, 1)]),
                         [("00:01", "firing", {"n": 1}), ("00:03", "resolved", {"n": 1}), ("00:11", "firing", {"n": 1})])

    def test_late_events_are_taken_or_dead(self):
        rules = """rule late  { from A  by k  window tumbling 10s  late 20s  action late { n: count() } }
                   rule plain { from A  by k  window tumbling 10s  action plain { n: count() } }"""
        got = self.put_out(rules, [event(1, 1), event(25, 1), event(2, 1), event(45, 1), event(3, 1)],
                           err=["dead letters: 1", "late"])
        self.assertEqual([row for row in got if row[1] == "late"], [
            ("00:09.999999999", "late", {"n": 1}), ("00:25", "late", {"n": 2}), ("00:29.999999999", "late", {"n": 1}),
            ("00:49.999999999", "late", {"n": 1})])
        self.assertEqual([row for row in got if row[1] == "plain"], [
            ("00:09.999999999", "plain", {"n": 1}), ("00:29.999999999", "plain", {"n": 1}),
            ("00:49.999999999", "plain", {"n": 1})])

    def test_what_messages_tell(self):
        file = self.file("w.rules", TYPES + """
            rule r { from A  by k  window tumbling 30s  every 10s  late 1m
              emit Sum { k, sum: sum(x) }  action told { sum: sum(x) }  alert low "m" }""")
        events = [event(1, 1, number="one"), event(2, 2, number="two"), event(3, 4, number="three"), event(35, 1),
                  event(4, 8, number="four")]
        lines = self.tocsin("run", file, stdin=b"".join(events)).lines
        emits = [line for line in lines if line["type"] == "Sum"]
        self.assertEqual([(e["data"]["sum"], e.get("early"), e.get("revision")) for e in emits],
                         [(7, 1, None), (7, None, None), (15, None, 1), (1, 1, None), (1, None, None)])
        acts = [line["data"] for line in lines if line["type"] == "tocsin.action"]
        self.assertEqual([(d["fields"]["sum"], d.get("early"), d.get("revision")) for d in acts],
                         [(7, 1, None), (7, None, None), (15, None, 1), (1, 1, None), (1, None, None)])
        closed = acts[1]
        self.assertEqual((closed["start"], closed["end"]), ("2024-05-06T06:00:00Z", "2024-05-06T06:00:30Z"))
        self.assertEqual([cause["id"] for cause in closed["causes"]], ["one", "three"])
        self.assertEqual(closed["causes_total"], 3)
        self.assertEqual(len({line["id"] for line in lines}), len(lines), "each message has an id of its own")

    def test_each_message_has_an_id_of_its_own(self):
        """Also where windows of one key begin and end at one time."""
        events = b"".join(event(1, i, number=f"e{i}") for i in range(7)) + event(30, 1)
        for window in ("batch 2  every 1 event", "tumbling 10s  every 1 event", "session 5s  every 2 events", "last 2",
                       "rolling 5s", "rolling 10s step 5s", "sliding 10s every 5s  every 3 events", "global  every 1 event"):
            file = self.file("w.rules", TYPES + f"""
                rule r {{ from A  by k  window {window}  emit E {{ k, n: count() }}  action a {{ n: count() }}
                  alert low "m" if (count() % 2 == 0) }}""")
            lines = self.tocsin("run", file, stdin=events).lines
            self.assertGreater(len(lines), 4, window)
            self.assertEqual(len({line["id"] for line in lines}), len(lines), window)
        joined = self.file("w.rules", TYPES + """
            rule r { from A as a join A as b on a.x < b.x  window rolling 10s  emit P { a: a.x, b: b.x } }""")
        lines = self.tocsin("run", joined, stdin=events).lines
        self.assertEqual(len({line["id"] for line in lines}), 21)

    def test_sessions_withdrawn(self):
        file = self.file("w.rules", TYPES + "rule r { from A  by k  window session 5s  late 1m  emit Visit { k, n: count() } }")
        lines = self.tocsin("run", file, stdin=event(0, 1) + event(8, 1) + event(30, 1) + event(4, 1)).lines
        self.assertEqual([(e["data"]["n"], e.get("revision"), e.get("withdrawn")) for e in lines],
                         [(1, None, None), (1, None, None), (3, 1, None), (1, 1, True), (1, None, None)])

    def test_partitions_change_nothing(self):
        file = self.file("w.rules", TYPES + """
            rule minutes { from A  by k  window sliding 20s every 5s  late 20s  emit M { k, n: count(), mean: avg(x) } }
            rule all     { from M  window rolling 15s  when count() > 6  alert low "{count()}" hold 2s keep 3s }
            rule pairs   { from A as a join A as b on a.k == b.k and a.x < b.x  window rolling 10s  action p { k: a.k, a: a.x, b: b.x } }
            rule hot     { from A  by k  window tumbling 10s  when max(x) > 7  alert low "{k}" dedup by max(x) % 2 }
            """)
        events = b"".join(event((i * 7) // 3 - (9 if i % 11 == 0 and i else 0), i * i % 10, "abcdef"[i * 5 % 6], f"e{i}")
                          for i in range(300))
        one = self.tocsin("run", file, stdin=events)
        self.assertGreater(len(one.lines), 500)
        for partitions in (2, 3, 8):
            many = self.tocsin("run", file, "--partitions", partitions, stdin=events)
            self.assertEqual(many.out, one.out, f"{partitions} partitions")

    def test_a_tables_file_lies_beside_its_rules(self):
        self.file("rules/limits/limits.csv", "k,max\na,5\n")
        self.file("rules/types.rules", TYPES)
        self.file("rules/limits/r.rules", """
            table limits from "limits.csv" key k { k: string, max: int }
            rule r { match a: A(x > limits[k].max)  alert low "m" { x: a.x } }""")
        done = self.tocsin("run", "rules/types.rules", "rules/limits/r.rules", stdin=event(0, 5) + event(1, 6) + event(2, 9, "b"))
        self.assertEqual([self.row(line) for line in done.lines], [("00:01", "once", {"x": 6})])

    def test_a_table_that_is_broken_refuses_the_rules(self):
        self.file("limits.csv", "k,max\na,5\nb,many\na,7\n")
        rules = self.file("r.rules", TYPES + """
            table limits from "limits.csv" key k { k: string, max: int }
            rule r { match a: A(x > limits[k].max)  alert low "m" { x: a.x } }""")
        done = self.tocsin("check", rules, code=1)
        told = done.out.decode() + done.err
        self.assertIn("limits.csv:3:3", told)
        self.assertIn("limits.csv:4", told)


if __name__ == "__main__":
    unittest.main()
