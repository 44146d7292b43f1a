#!/usr/bin/env python3
"""Writes the sample's events, CloudEvents one a line: an hour of a plant with six ovens, four presses and five robots.

Ordinary readings stay far from every rule's limits; what fires a rule, and what only nearly does, is written out below
as scenarios. The seed is fixed: the same bytes every time.
"""

import datetime
import json
import random

START = datetime.datetime(2024, 5, 6, 6, 0, tzinfo=datetime.timezone.utc)
HOUR = 3600
OVENS = [f"oven-{n}" for n in range(1, 7)]
PRESSES = {"press-1": "A", "press-2": "A", "press-3": "B", "press-4": "B"}

chance = random.Random(20240506)
events = []  # (second, type, data)
busy = []    # (machine, from, to): a scenario has it to itself


def add(second, kind, **data):
    events.append((second, f"plant.{kind}", data))


def scenario(machine, start, seconds):
    busy.append((machine, start - 60, start + seconds))


def free(machine, second):
    return not any(m == machine and start <= second <= end for m, start, end in busy)


def between(low, high):
    return round(low + (high - low) * chance.random(), 1)


# --- ovens


def readings(oven, start, celsius, every=30):
    scenario(oven, start, len(celsius) * every)
    for n, value in enumerate(celsius):
        add(start + n * every, "temperature", device=oven, celsius=value, hall=21.5)


def overheat():
    readings("oven-1", 620, [58.0, 80.1, 59.0])          # fires
    readings("oven-2", 905, [57.5, 80.0, 58.0])          # nearly: 80 itself
    readings("oven-5", 2400, [59.5, 92.3, 88.8, 57.0])   # fires twice


def runaway():
    readings("oven-3", 1200, [61.0, 64.5, 69.0, 75.5, 59.0])   # fires
    readings("oven-4", 1500, [61.0, 64.5, 63.0, 69.0, 79.0])   # fires: a lower one in between is skipped
    readings("oven-6", 1810, [62.0, 66.0, 70.0, 76.0, 58.0])   # nearly: the cooling comes on
    add(1885, "cooling", device="oven-6", on=True)
    readings("oven-1", 2100, [62.0, 66.0, 70.0, 74.9, 58.0])   # nearly: stays under 75
    readings("oven-2", 2700, [62.0, 66.0, 70.0, 76.0, 58.0], every=101)   # nearly: takes 303 s


# --- presses


def valve(press, second, is_open):
    add(second, "valve", press=press, open=is_open)


def pressure(press, second, bar):
    add(second, "pressure", press=press, reading={"bar": bar, "sensor": "s1"})


def shut_under_pressure():
    scenario("press-1", 400, 120)   # fires
    valve("press-1", 400, False)
    pressure("press-1", 420, 7.9)
    pressure("press-1", 440, 8.6)
    scenario("press-2", 700, 120)   # nearly: opened in time
    valve("press-2", 700, False)
    valve("press-2", 730, True)
    pressure("press-2", 740, 8.4)
    scenario("press-3", 1000, 120)  # nearly: 61 s later
    valve("press-3", 1000, False)
    pressure("press-3", 1061, 8.4)


def leak():
    scenario("press-4", 1300, 120)  # fires
    valve("press-4", 1300, True)
    pressure("press-4", 1310, 0.4)
    scenario("press-1", 1600, 120)  # nearly: the next one is good, the one after isn't
    valve("press-1", 1600, True)
    pressure("press-1", 1610, 3.2)
    pressure("press-1", 1620, 0.6)


def faults(press, start, code, count=3, every=20):
    for n in range(count):
        add(start + n * every, "fault", press=press, line=PRESSES[press], code=code)


def failing_presses():
    faults("press-1", 300, "E17")             # fires failing_press
    faults("press-2", 640, "E04")             # fires failing_press, and line_down
    faults("press-3", 1700, "E17", every=61)  # nearly: 122 s
    faults("press-4", 2000, "E30", count=6)   # fires failing_press twice; one press is no line
    faults("press-1", 3000, "E17", count=2)   # nearly: two


# --- robots


def robot(second, name, kind, **data):
    events.append((second, f"robot.{kind}", {"robot": name, **data}))


def errors(name, start, codes, every=60, reset=None, part=None, **more):
    for n, code in enumerate(codes):
        robot(start + n * every, name, "error", code=code, **more)
        if reset:
            robot(start + n * every + 20, name, "reset", by=reset)
        if part == n:
            cycle(start + n * every + 30, name, 4)


def cycle(second, name, took, parts=1):
    robot(second, name, "cycle", parts=parts, took=f"{took}s" if isinstance(took, int) else took)


def robots():
    errors("A/r1", 400, [410], text="arm in the way", joints=[3, 4])     # fires device_error and stop_line
    cycle(500, "A/r1", 4, parts=0)                                       # nearly: no parts yet
    cycle(520, "A/r1", 4)                                                # … resolved
    errors("A/r2", 800, [399, 500], text="self test")                    # nearly: beside 400 … 499
    errors("B/r1", 1000, [450, 450, 452], reset="ann")                   # fires reset_in_circles, and device_error
    cycle(1300, "B/r1", 4)
    errors("B/r2", 1400, [450, 450, 452], reset="ann", part=1)           # nearly: a part in between
    cycle(1700, "B/r2", 4)
    for n, name in enumerate(("A/r1", "A/r2", "A/r3")):                  # fires spreading
        errors(name, 2000 + 30 * n, [431])
        cycle(2200, name, 4)
    for n, name in enumerate(("B/r1", "A/r2", "B/r2", "B/r1")):          # nearly: two robots of a line
        errors(name, 2400 + 20 * n, [431])
    for n, name in enumerate(("B/r1", "A/r2", "B/r2")):
        cycle(2600, name, 4)
    for n, name in enumerate(("A/r1", "A/r2", "A/r3")):                  # nearly: 122 s
        errors(name, 3000 + 61 * n, [431])
        cycle(3200, name, 4)


def wear():
    for n, factor in enumerate((1.0, 1.2, 1.25, 1.6, 2.3)):              # fires worn_bearing
        robot(600 + 300 * n, "A/r3", "vibration", mm_s=[round(axis * factor, 2) for axis in (1.4, 1.8, 0.9)])
    for n, factor in enumerate((1.0, 1.2, 1.25, 1.6, 1.7)):              # nearly: one step too small
        robot(610 + 300 * n, "B/r2", "vibration", mm_s=[round(axis * factor, 2) for axis in (1.4, 1.8, 0.9)])
    for n, took in enumerate(("4s100ms", "4s600ms", "5s", "5s400ms", "6s200ms")):   # fires slow_cycles
        cycle(2650 + 40 * n, "A/r2", took)
    for n, took in enumerate(("4s100ms", "4s600ms", "4s600ms", "4s500ms", "5s")):   # nearly: four
        cycle(2650 + 40 * n, "B/r1", took)


# --- heartbeats


def maintenance(second, machine, on):
    add(second, "maintenance", machine=machine, on=on, by="ann")


def heartbeats():
    silent = {"press-2": (1500, 2700), "press-3": (2000, 3000), "press-4": (1600, 1930)}
    maintenance(1990, "press-3", True)                                   # nearly: somebody is at it
    maintenance(3100, "press-3", False)
    for n, press in enumerate(PRESSES):
        first, end = silent.get(press, (0, 0))                           # press-2 fires silent, and is resolved
        for second in range(5 * n, HOUR, 60):                            # press-4 nearly: no five minutes of the clock
            if not first <= second < end:
                add(second, "beat", machine=press)


# --- an ordinary hour


def ordinary():
    for n, oven in enumerate(OVENS):
        for second in range(2 + n, HOUR, 30):
            if free(oven, second):
                hall = {"hall": between(20.5, 22.5)} if chance.random() < 0.7 else {}
                add(second, "temperature", device=oven, celsius=between(38, 52), **hall)
        for second in range(300 + 10 * n, HOUR, 900):
            add(second, "cooling", device=oven, on=False)
    for n, press in enumerate(PRESSES):
        for second in range(7 + 11 * n, HOUR - 120, 150):
            if free(press, second) and free(press, second + 90):
                valve(press, second, True)
                pressure(press, second + 15, between(2, 6))
                valve(press, second + 60, False)
                pressure(press, second + 85, between(2, 7))


for part in (overheat, runaway, shut_under_pressure, leak, failing_presses, robots, wear, heartbeats, ordinary):
    part()
for number, (second, kind, data) in enumerate(sorted(events, key=lambda e: e[0]), 1):
    time = (START + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {"specversion": "1.0", "id": f"f{number:04}", "source": "/plant/hall-2", "type": kind, "time": time, "data": data}
    print(json.dumps(event, separators=(",", ":")))
