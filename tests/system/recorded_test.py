#!/usr/bin/env python3
"""Window rules on recorded events, against the same worked out here, in plain loops over all events.

usage: recorded_test.py [TESTS…], with the program in $TOCSIN and the recorded sets in $TOCSIN_TEST_DATA (default
../shared/data beside the project); without them all of it is skipped. With TOCSIN_FIGURES=1 it prints counts and rates.
"""

import bisect
import calendar
import collections
import fractions
import gzip
import json
import math
import os
import pathlib
import re
import time
import unittest

from running import Case

DATA = pathlib.Path(os.environ.get("TOCSIN_TEST_DATA", pathlib.Path(__file__).parents[3] / "shared" / "data"))
SECOND = 10**9  # times are whole nanoseconds since 1970
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86400 * SECOND
STAMP = re.compile(r"(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?Z")


def nanoseconds(stamp):
    *parts, decimals = STAMP.fullmatch(stamp).groups()
    return calendar.timegm(tuple(map(int, parts))) * SECOND + int((decimals or "0").ljust(9, "0"))


def events(name, *types):
    """(time, data, whole event) of the types, by time; those of one time as in the file."""
    with gzip.open(DATA / name, "rt") as lines:
        read = [json.loads(line) for line in lines]
    return sorted(((nanoseconds(e["time"]), e["data"], e) for e in read if e["type"] in types), key=lambda e: e[0])


def floor(time_, size):
    return time_ // size * size


def mean(values):
    return float(sum(map(fractions.Fraction, values)) / len(values))


def percentile(values, p):
    """Type 7 of Hyndman and Fan."""
    values, rank = sorted(values), fractions.Fraction(p, 100) * (len(values) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(values) - 1)
    return float(fractions.Fraction(values[low]) + (rank - low) * (fractions.Fraction(values[high]) - fractions.Fraction(values[low])))


def metres(lat1, lon1, lat2, lon2):
    """On a sphere of the earth's mean radius."""
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


@unittest.skipUnless(DATA.is_dir(), f"no recorded events: {DATA} isn't there, TOCSIN_TEST_DATA names another folder")
class Recorded(Case):
    def put_out(self, rules, name, *options):
        """{rule: [(time, fields), …]} of what it puts out."""
        file = self.file("recorded.rules", rules)
        began = time.monotonic()
        done = self.tocsin("run", file, "--in", DATA / name, *options)
        took = time.monotonic() - began
        self.assertNotIn("dead letters", done.err)
        found = collections.defaultdict(list)
        for line in done.lines:
            data = line["data"]
            row = {**data, **data.get("key", {}), **data.get("fields", {})}  # an action's or alert's
            found[line["source"].removeprefix("/tocsin/")].append((nanoseconds(line["time"]), row))
        if os.environ.get("TOCSIN_FIGURES"):
            with gzip.open(DATA / name) as lines:
                count = sum(1 for _ in lines)
            counts = ", ".join(f"{rule} {len(rows)}" for rule, rows in sorted(found.items()))
            print(f"{name}: {count} events in {took:.2f} s, {count / took:,.0f} a second: {counts}")
        return found

    def same(self, got, expected, key):
        """Rows as dicts: the same keys, and the same values; floats within 1e-9 of one another."""
        self.assertTrue(expected, "the script itself finds something")
        got = {key(row): row for row in got}
        self.assertEqual(sorted(got), sorted(expected))
        for each, row in expected.items():
            for name, value in row.items():
                told = got[each][name]
                if isinstance(value, float):
                    close = abs(told - value) <= max(1e-9 * abs(value), 1e-12)
                    self.assertTrue(close, f"{each}: {name} is {told}, not {value}")
                else:
                    self.assertEqual(told, value, f"{each}: {name}")

    def test_minute_bars(self):
        name = "finance-ticks/ticks.ndjson.gz"
        found = self.put_out("""
            event Tick  "stock.tick"   { symbol: string, price: float }
            event Trade "crypto.trade" { symbol: string, price: float, amount: float }
            rule bars {
              from Tick, Trade  by symbol  window tumbling 1m
              emit Bar {
                symbol, n: count(), open: first(price), high: max(price), low: min(price), close: last(price),
                mean: avg(price), start: @start
              }
            }
            """, name)["bars"]
        prices = collections.defaultdict(list)
        for at, data, _ in events(name, "stock.tick", "crypto.trade"):
            prices[data["symbol"], floor(at, MINUTE)].append(data["price"])
        expected = {key: {"n": len(p), "open": p[0], "high": max(p), "low": min(p), "close": p[-1], "mean": mean(p)}
                    for key, p in prices.items()}
        self.assertEqual({at for at, _ in found}, {start + MINUTE - 1 for _, start in expected})
        self.same([data for _, data in found], expected, lambda row: (row["symbol"], nanoseconds(row["start"])))

    def test_trades_with_the_latest_of_the_other_side(self):
        name = "finance-ticks/ticks.ndjson.gz"
        found = self.put_out("""
            event Trade "crypto.trade" { side: string, price: float }
            rule spread {
              from   Trade(side == "buy") as b left join last Trade(side == "sell") as s on s.price < b.price within 2s
              action spread { id: b.@id, sold: s.@id ?? "none", by: (b.price - s.price) ?? -1.0 }
            }
            """, name)["spread"]
        trades, expected = events(name, "crypto.trade"), {}
        for i, (at, data, event) in enumerate(trades):
            if data["side"] != "buy":
                continue
            expected[event["id"]] = {"sold": "none", "by": -1.0}
            for before, other, sold in reversed(trades[:i]):
                if before < at - 2 * SECOND:
                    break
                if other["side"] == "sell" and other["price"] < data["price"]:
                    expected[event["id"]] = {"sold": sold["id"], "by": data["price"] - other["price"]}
                    break
        self.same([data for _, data in found], expected, lambda row: row["id"])

    def test_hourly_means(self):
        name = "nab/cpu_utilization_asg_misconfiguration.ndjson.gz"
        found = self.put_out("""
            event Sample "metric.sample" { metric: string, value: float }
            rule hours {
              from Sample  by metric  window tumbling 1h
              emit Hour { metric, n: count(), mean: avg(value), spread: stddev(value), median: median(value), start: @start }
            }
            """, name)["hours"]
        values, expected = collections.defaultdict(list), {}
        for at, data, _ in events(name, "metric.sample"):
            values[floor(at, HOUR)].append(data["value"])
        for start, of in values.items():
            exact = list(map(fractions.Fraction, of))
            middle = sum(exact) / len(of)
            variance = sum((x - middle) ** 2 for x in exact) / len(of)
            expected[start] = {"n": len(of), "mean": float(middle), "spread": math.sqrt(variance), "median": percentile(of, 50)}
        self.same([data for _, data in found], expected, lambda row: nanoseconds(row["start"]))

    def test_statistics_of_the_latest(self):
        """What is judged at each event over the fifty latest."""
        name, seen, expected = "nab/cpu_utilization_asg_misconfiguration.ndjson.gz", [], {}
        found = self.put_out("""
            event Sample "metric.sample" { value: float }
            rule statistics {
              from Sample  window last 50
              action told {
                id: last(@id), z: zscore(value) ?? -1.0, odd: anomaly(value, 3.0) ?? false, mad: mad(value),
                slope: slope(value) ?? -1.0, smooth: ewma(value, 0.2), echo: autocorrelation(value, 2) ?? -9.0,
                p90: percentile(value, 90), different: distinct(value), least: min(value), spike: spike(value, 0.25) ?? false
              }
            }
            """, name)["statistics"]
        for at, data, event in events(name, "metric.sample"):
            seen = (seen + [(at / SECOND, data["value"])])[-50:]
            times, values = [t for t, _ in seen], [x for _, x in seen]
            others, n = values[:-1], len(values)
            away = values[-1] - math.fsum(others) / len(others) if len(others) > 2 else 0.0
            spread = math.sqrt(math.fsum((x - math.fsum(others) / len(others)) ** 2 for x in others) / len(others)) if others else 0.0
            middle, moment = math.fsum(values) / n, math.fsum(times) / n
            around = math.fsum((x - middle) ** 2 for x in values)
            lag = math.fsum((values[i] - middle) * (values[i + 2] - middle) for i in range(n - 2))
            smooth = values[0]
            for x in values[1:]:
                smooth = 0.2 * x + 0.8 * smooth
            median = percentile(values, 50)
            expected[event["id"]] = {
                "z": away / spread if len(others) > 2 and spread > 0 else -1.0,
                "odd": len(others) > 2 and abs(away) > 3 * spread,
                "spike": len(others) > 2 and abs(away) > 0.25 * abs(values[-1] - away),
                "mad": percentile([abs(x - median) for x in values], 50),
                "slope": math.fsum((t - moment) * (x - middle) for t, x in seen)
                / math.fsum((t - moment) ** 2 for t in times) if n > 1 else -1.0,
                "smooth": smooth, "echo": lag / around if n > 3 and around > 0 else -9.0, "p90": percentile(values, 90),
                "different": len(set(values)), "least": min(values)}
        self.same([data for _, data in found], expected, lambda row: row["id"])

    def test_busy_hours(self):
        """An alert's life over hourly means, held and kept."""
        name = "nab/cpu_utilization_asg_misconfiguration.ndjson.gz"
        found = self.put_out("""
            event Sample "metric.sample" { metric: string, value: float }
            rule busy {
              from Sample  by metric  window tumbling 1h  when avg(value) > 40
              alert high "{avg(value)}" hold 1h keep 2h
            }
            """, name)["busy"]
        values = collections.defaultdict(list)
        for at, data, _ in events(name, "metric.sample"):
            values[floor(at, HOUR)].append(data["value"])
        expected, firing, since = [], False, None
        for start in range(min(values), max(values) + HOUR, HOUR):
            busy = start in values and mean(values[start]) > 40
            at = start + HOUR - 1
            if busy == firing:
                since = None
                continue
            since = at if since is None else since
            if at - since == (2 if firing else 1) * HOUR:
                firing, since = busy, None
                expected.append((at, "firing" if firing else "resolved"))
        self.assertGreater(len(expected), 2, "the script itself finds something")
        self.assertEqual([(at, data["state"]) for at, data in found], expected)

    def test_sessions_of_clients(self):
        name = "apache-access/access.ndjson.gz"
        found = self.put_out("""
            event Request "http.request" { client_ip: string, path: string, status: int, bytes: int }
            rule sessions {
              from Request  by client_ip  window session 90m
              emit Session { client_ip, n: count(), bytes: sum(bytes), paths: distinct(path), start: @start, end: @end }
            }
            """, name, "--lateness", "60s")["sessions"]
        clients, expected = collections.defaultdict(list), {}
        for at, data, _ in events(name, "http.request"):
            clients[data["client_ip"]].append((at, data))
        for client, requests in clients.items():
            sessions = [[requests[0]]]
            for request in requests[1:]:
                if request[0] - sessions[-1][-1][0] > 90 * MINUTE:
                    sessions.append([])
                sessions[-1].append(request)
            for session in sessions:
                expected[client, session[0][0], session[-1][0] + 90 * MINUTE] = {
                    "n": len(session), "bytes": sum(data["bytes"] for _, data in session),
                    "paths": len({data["path"] for _, data in session})}
        self.same([data for _, data in found], expected,
                  lambda row: (row["client_ip"], nanoseconds(row["start"]), nanoseconds(row["end"])))

    def test_request_rates(self):
        name = "apache-access/access.ndjson.gz"
        found = self.put_out("""
            event Request "http.request" { status: int, bytes: int }
            rule rates {
              from Request  window sliding 15s every 5s
              emit Rate {
                n: count(), failed: sum(if status >= 400 then 1 else 0), p95: percentile(bytes, 95), start: @start
              }
            }
            """, name, "--lateness", "60s")["rates"]
        windows = collections.defaultdict(list)
        for at, data, _ in events(name, "http.request"):
            for start in range(floor(at, 5 * SECOND) - 10 * SECOND, at + 1, 5 * SECOND):
                windows[start].append(data)
        expected = {start: {"n": len(of), "failed": sum(d["status"] >= 400 for d in of),
                            "p95": percentile([d["bytes"] for d in of], 95)} for start, of in windows.items()}
        self.same([data for _, data in found], expected, lambda row: nanoseconds(row["start"]))

    def test_late_requests(self):
        """Without lateness most requests are late: in the end each window was told with all of them."""
        name = "apache-access/access.ndjson.gz"
        found = self.put_out("""
            event Request "http.request" { path: string, bytes: int }
            rule bytes {
              from Request  window tumbling 5s  late 1m
              action told { n: count(), bytes: sum(bytes), paths: distinct(path), median: median(bytes), start: @start }
            }
            """, name)["bytes"]
        windows, last = collections.defaultdict(list), {}
        for at, data, _ in events(name, "http.request"):
            windows[floor(at, 5 * SECOND)].append(data)
        for _, data in found:  # revisions go up by one, from 1 where the window had no row when it was over
            start = nanoseconds(data["start"])
            revision = data.get("revision", 0)
            self.assertIn(revision, [last[start].get("revision", 0) + 1] if start in last else [0, 1])
            last[start] = data
        self.assertGreater(len(found), len(windows), "some are told again")
        expected = {start: {"n": len(of), "bytes": sum(data["bytes"] for data in of),
                            "paths": len({data["path"] for data in of}),
                            "median": percentile([data["bytes"] for data in of], 50)} for start, of in windows.items()}
        self.same(last.values(), expected, lambda row: nanoseconds(row["start"]))

    def test_swarms_of_earthquakes(self):
        name = "earthquakes-ncedc/quakes.ndjson.gz"
        found = self.put_out("""
            event Quake "quake.event" { lat: float, lon: float, mag: float }
            rule near {
              from   Quake as a join Quake as b on a.@time < b.@time and distance(a.lat, a.lon, b.lat, b.lon) <= 50000
              window rolling 24h
              emit   Near { id: b.@id, mag: b.mag, other: a.mag }
            }
            rule swarm {
              from   Near  by id  window session 1s  when count() >= 20
              action swarm { n: count(), strongest: max(other) }
            }
            """, name)
        quakes, expected, pairs = events(name, "quake.event"), {}, 0
        times = [at for at, _, _ in quakes]
        for i, (at, data, event) in enumerate(quakes):
            near = []
            for j in range(bisect.bisect_right(times, at - DAY), i):
                before, other, _ = quakes[j]
                if before < at and abs(other["lat"] - data["lat"]) < 0.5 and metres(
                        other["lat"], other["lon"], data["lat"], data["lon"]) <= 50_000:
                    near.append(other["mag"])
            pairs += len(near)
            if len(near) >= 20:
                expected[event["id"]] = {"n": len(near), "strongest": max(near)}
        self.assertEqual(len(found["near"]), pairs)
        self.same([data for _, data in found["swarm"]], expected, lambda row: row["id"])


if __name__ == "__main__":
    unittest.main()
