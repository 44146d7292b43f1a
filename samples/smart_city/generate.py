#!/usr/bin/env python3
"""Writes the sample's events, CloudEvents one a line: a Monday morning of roads and buses. With the argument air.csv:
what the air stations measured meanwhile, as their own logger writes it.

Ordinary cars move, ordinary buses keep apart, ordinary air is good; what fires a rule, and what only nearly does, is
written out below as scenarios. The seed is fixed: the same bytes every time.
"""

import csv
import datetime
import json
import random
import sys

START = datetime.datetime(2024, 5, 6, 5, 0, tzinfo=datetime.timezone.utc)  # seven in Berlin
MINUTE, HOUR = 60, 3600
ROADS = ["B1", "B2", "B96", "A100", "A113"]
BUSES = {"b11": "M29", "b12": "M29", "b21": "M48", "b22": "M48", "b31": "100", "b32": "100"}
STATIONS = ["park", "port", "ring", "hill", "lake", "tower"]

chance = random.Random(6524)
events = []  # (second, type, data)
air = []     # (second, station, no2, pm25)


def between(low, high, digits=1):
    return round(low + (high - low) * chance.random(), digits)


# --- roads


def speeds(road, start, values, cars=24, every=MINUTE, lane=1):
    for n, kmh in enumerate(values):
        events.append((start + n * every, "city.speed", {"road": road, "lane": lane, "kmh": kmh, "cars": cars}))


def incident(road, second, kind, level, **more):
    events.append((second, "city.incident", {"road": road, "kind": kind, "level": level, **more}))


def jams():
    speeds("S1", 600, [18.0, 11.5, 6.0, 7.0, 25.0, 39.0, 45.0])       # fires congestion, low: rush hour; resolved
    speeds("S2", 3 * HOUR, [18.0, 11.5, 6.0, 7.0, 25.0, 42.0])        # fires congestion, medium, and the sign; resolved
    speeds("S3", 3 * HOUR, [18.0, 11.5, 6.0, 20.0, 26.0])             # nearly: 20 itself
    speeds("S4", 3 * HOUR, [3.0, 3.0, 3.0, 3.0], cars=9)              # nearly: no cars
    speeds("S5", 3 * HOUR, [12.0, 9.0, 8.0, 12.0], every=101)         # nearly: 303 s
    incident("S6", 2 * HOUR, "accident", "high", lanes=[2, 3])        # fires congestion, high, and jam_behind_incident
    speeds("S6", 2 * HOUR + 300, [6.0, 5.0, 5.0, 4.0, 4.0, 44.0])
    incident("S7", 2 * HOUR, "parade", "high")                        # congestion; nearly: a parade
    speeds("S7", 2 * HOUR + 300, [6.0, 5.0, 5.0, 4.0, 44.0])
    incident("S8", HOUR, "breakdown", "medium")                       # congestion; nearly: over an hour before
    speeds("S8", 2 * HOUR, [6.0, 5.0, 5.0, 4.0, 44.0])


def wrong_way():
    speeds("A10", 1500, [-92.0, 118.0], cars=1, every=15)             # fires
    speeds("A11", 1500, [-92.0], cars=1)                              # nearly: another lane
    speeds("A11", 1520, [118.0], cars=1, lane=2)
    speeds("A12", 1500, [-92.0, 118.0], cars=1, every=121)            # nearly: too late


# --- buses


def bus(second, name, line, lat, lon, kmh=28.0):
    events.append((second, "city.bus", {"bus": name, "line": line, "pos": {"lat": lat, "lon": lon}, "speed": {"kmh": kmh}}))


def geofence():
    for name in ("x1", "x2"):
        bus(1000, name, f"{name}-line", 52.500, 13.400)
        bus(1300, name, f"{name}-line", 52.465, 13.400)
        bus(1600, name, f"{name}-line", 52.410, 13.400)               # x1 fires left_city; x2 nearly: it has a permit
        bus(2200, name, f"{name}-line", 52.490, 13.400)               # … resolved
    events.append((1400, "city.permit", {"bus": "x2", "until": "2024-05-06T22:00:00Z"}))
    bus(1000, "x3", "x3-line", 52.500, 13.400)                        # nearly: not seen for over an hour
    bus(1000 + HOUR + 1, "x3", "x3-line", 52.410, 13.400)


def school():
    for second, name, lat, kmh in ((2000, "x4", 52.5203, 41.0), (2400, "x4", 52.5201, 39.0), (2600, "x5", 52.5201, 30.0),
                                   (2800, "x6", 52.5230, 48.0), (2 * HOUR + 60, "x7", 52.5203, 41.0)):
        bus(second, name, f"{name}-line", lat, 13.4049, kmh)          # x4 fires once; nearly: again, 30, too far, after nine


def bunches():
    for n in range(3):                                                # fires bunched
        bus(5000 + 40 * n, "y1", "M85", round(52.500 + n * 0.0005, 4), 13.350)
        bus(5010 + 40 * n, "y2", "m85 ", round(52.5004 + n * 0.0005, 4), 13.350)
    bus(5000, "y3", "M19", 52.500, 13.380)                            # nearly: they meet once
    bus(5010, "y4", "M19", 52.5004, 13.380)
    bus(5070, "y4", "M19", 52.507, 13.380)


# --- air


def hours(station, no2=None, pm25=None):
    """Readings every ten minutes from the first on; None: ordinary."""
    for n in range(24):
        value = {"no2": between(15, 60), "pm25": between(6, 24)}
        for name, given in (("no2", no2), ("pm25", pm25)):
            if given and n < len(given) and given[n] is not None:
                value[name] = given[n]
        if not no2 and chance.random() < 0.1:
            value["no2"] = ""
        air.append((n * 10 * MINUTE + 7 * STATIONS.index(station), station, value["no2"], value["pm25"]))


def stations():
    good = [None] * 6
    hours("park", pm25=good + [52.0, 58.1, 71.3, 104.8, 61.0])                  # fires bad_air; resolved
    hours("port", pm25=good + [None, None, 66.0, 54.0, 51.2])                   # fires bad_air
    hours("ring", no2=good + [None, None, None, 240.0, 310.5, 455.0])           # fires bad_air, high; and smog
    hours("hill", pm25=good + [50.0, 50.0, 50.0, 50.0])                         # nearly: 50 itself
    hours("lake", pm25=good + [77.0, None, None, None, 80.0, None, None, None, 90.0])   # nearly: too far apart
    hours("tower", no2=[33.0] * 6 + [34.0], pm25=[12.0] * 7)                    # fires stuck_sensor


def ordinary():
    for n, road in enumerate(ROADS):
        for second in range(20 * n, 4 * HOUR, 4 * MINUTE):
            speeds(road, second, [between(38, 64) if road[0] == "B" else between(70, 98)], cars=4 + int(20 * chance.random()),
                   lane=1 + int(2 * chance.random()))
    for n, (name, line) in enumerate(BUSES.items()):
        for second in range(9 * n, 4 * HOUR, 5 * MINUTE):
            bus(second, name, line, between(52.485 + 0.011 * n, 52.490 + 0.011 * n, 5), between(13.33, 13.38, 5), between(5, 48))


def stamp(second):
    return (START + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")


for part in (jams, wrong_way, geofence, school, bunches, stations, ordinary):
    part()
if sys.argv[1:] == ["air.csv"]:
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(["measured", "station", "no2", "pm25", "operator"])
    table.writerows([stamp(second), station, no2, pm25, "city lab, unit 4"] for second, station, no2, pm25 in sorted(air))
    sys.exit()
for number, (second, kind, data) in enumerate(sorted(events, key=lambda e: e[0]), 1):
    event = {"specversion": "1.0", "id": f"c{number:04}", "source": "/city/desk", "type": kind, "time": stamp(second), "data": data}
    print(json.dumps(event, separators=(",", ":")))
