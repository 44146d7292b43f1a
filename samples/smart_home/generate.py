#!/usr/bin/env python3
"""Writes the sample's events, CloudEvents one a line: a day and a half of four homes, from a Monday noon on.

Ordinary people come and go, shut their doors and air their rooms; what fires a rule, and what only nearly does, is
written out below as scenarios. The seed is fixed: the same bytes every time.
"""

import datetime
import json
import random

START = datetime.datetime(2024, 5, 6, 10, 0, tzinfo=datetime.timezone.utc)  # noon in Berlin
MINUTE, HOUR = 60, 3600
HOMES = ["elm-1", "elm-2", "oak-7", "ash-3"]
ROOMS = {"kitchen": 20.5, "bath": 21.5, "cellar": 11.0}

chance = random.Random(60524)
events = []  # (second, type, data)
busy = []    # (home, room, from, to): a scenario has the room's climate to itself


def add(second, kind, home, **data):
    events.append((second, f"home.{kind}", {"home": home, **data}))


def clock(hours, minutes=0, day=0):
    """The second at which Berlin's clocks show this, on the first day or the one after."""
    return (day * 24 + hours - 12) * HOUR + minutes * MINUTE


def intruders():
    night = clock(23, 10)
    add(clock(14), "presence", "oak-7", mode="holiday")
    add(night, "glass", "oak-7", room="kitchen", pane="left")      # fires intruder, critical
    add(night + 40, "motion", "oak-7", room="kitchen")             # … still the same
    add(night + 2 * HOUR, "presence", "oak-7", mode="home")        # … resolved
    add(night + 2 * HOUR + 60, "motion", "oak-7", room="hall")     # nearly: somebody is at home
    add(clock(15), "presence", "ash-3", mode="away")
    add(clock(16), "motion", "ash-3", room="hall")                 # fires intruder, high
    add(clock(17), "presence", "ash-3", mode="home")               # … resolved
    add(clock(18), "presence", "elm-1", mode="evening")
    add(clock(18, 5), "motion", "elm-1", room="hall")              # nearly: no mode of absence


def doors():
    add(clock(21, 59), "door", "elm-2", door="front", open=True)   # nearly: a minute to ten
    add(clock(22, 0), "door", "elm-2", door="front", open=True)    # fires night_door
    add(clock(22, 20), "door", "elm-2", door="front", open=True)   # nearly: once an hour
    add(clock(22, 30), "door", "elm-2", door="garden", open=True)  # fires night_door: another door
    add(clock(22, 40), "door", "elm-2", door="bath", open=True)    # nearly: not an outer one
    add(clock(22, 50), "door", "elm-2", door="front", open=False)
    add(clock(22, 51), "door", "elm-2", door="garden", open=False)
    add(clock(22, 52), "door", "elm-2", door="bath", open=False)
    add(clock(8, 0, 1), "door", "elm-1", door="cellar", open=True)
    add(clock(8, 10, 1), "presence", "elm-1", mode="away")         # fires left_open, and the lock
    add(clock(9, 0, 1), "door", "elm-1", door="cellar", open=False)
    add(clock(8, 0, 1), "door", "elm-2", door="front", open=True)
    add(clock(8, 1, 1), "door", "elm-2", door="front", open=False)
    add(clock(8, 2, 1), "presence", "elm-2", mode="away")          # nearly: it is shut
    add(clock(10, 0, 1), "presence", "elm-1", mode="home")
    add(clock(10, 0, 1), "presence", "elm-2", mode="home")


def climate(home, room, start, readings, every=10 * MINUTE):
    busy.append((home, room, start - HOUR, start + len(readings) * every + HOUR))
    for n, (celsius, humidity) in enumerate(readings):
        add(start + n * every, "climate", home, room=room, air={"celsius": celsius, "humidity": humidity})


def comfort():
    climate("ash-3", "cellar", clock(2, 0, 1), [(6.0, 60), (3.8, 61), (2.1, 61), (-0.4, 60), (5.5, 58), (7.5, 55), (9.0, 55), (9.0, 55)])
    climate("elm-1", "cellar", clock(2, 0, 1), [(6.0, 60), (4.0, 61), (6.0, 60)])                 # nearly: 4 itself
    climate("elm-2", "bath", clock(19), [(21.0, 60), (22.0, 84), (21.5, 88), (21.0, 90), (20.5, 65)])   # fires mould
    climate("oak-7", "bath", clock(19), [(21.0, 60), (22.0, 84), (21.5, 88), (21.0, 66)])         # nearly: two
    for home, opened, heated, shut in (("elm-1", 13, 14, 15), ("elm-2", 13, 15, 14)):             # fires; nearly: shut before
        add(clock(opened), "window", home, room="kitchen", open=True)
        add(clock(heated, 30), "heating", home, room="kitchen", on=True)
        add(clock(shut), "window", home, room="kitchen", open=False)


def hazards():
    for second, wet in ((0, True), (20, True), (1200, True), (5400, False)):   # fires, says nothing, updated, resolved
        add(clock(11, 0, 1) + second, "leak", "oak-7", room="bath", wet=wet)
    add(clock(4, 0, 1), "leak", "ash-3", room="cellar", wet=True)              # fires water, and burst_pipe
    add(clock(5, 0, 1), "leak", "ash-3", room="cellar", wet=False)             # … water resolved
    add(clock(12, 0, 1), "smoke", "elm-1", room="kitchen", level="low")        # nearly: a toast
    add(clock(12, 1, 1), "smoke", "elm-1", room="kitchen", level="medium")
    add(clock(13, 0, 1), "smoke", "elm-2", room="kitchen", level="medium")     # fires, and calls
    add(clock(13, 2, 1), "smoke", "elm-2", room="hall", level="critical")
    add(clock(14, 0, 1), "smoke", "ash-3", room="kitchen", level="high")       # nearly: 121 s
    add(clock(14, 2, 1) + 1, "smoke", "ash-3", room="hall", level="high")


def device(second, home, name, online, battery=None):
    power = {} if battery is None else {"power": {"battery": battery}}
    add(second, "device", home, device=name, online=online, **power)


def devices():
    for n in range(3):                                             # fires flaky_device
        device(clock(17) + 8 * n * MINUTE, "elm-1", "lamp-2", False)
        device(clock(17) + (8 * n + 3) * MINUTE, "elm-1", "lamp-2", True, 71)
    for n in range(3):                                             # nearly: 31 minutes
        device(clock(17) + 14 * n * MINUTE, "elm-2", "lamp-2", False)
        device(clock(17) + (14 * n + 3) * MINUTE, "elm-2", "lamp-2", True, 71)
    device(clock(13), "oak-7", "smoke-1", True, 14)                # fires battery
    device(clock(20), "oak-7", "smoke-1", True, 4)                 # … updated
    device(clock(9, 0, 1), "oak-7", "smoke-1", False)              # fires blind
    device(clock(10, 0, 1), "oak-7", "smoke-1", True, 100)         # … battery resolved
    device(clock(13), "ash-3", "remote", True, 12)                 # fires battery; a remote is no detector
    device(clock(21), "ash-3", "remote", False)


def warm():
    climate("elm-2", "attic", clock(13), [(27.0 + n / 10, 40) for n in range(14)] + [(22.0, 45)] * 12)   # fires hot_room; resolved
    climate("elm-1", "attic", clock(13), [(27.0, 40)] * 4 + [(22.0, 45)] * 6)                            # nearly: too short


def meters():
    for n, home in enumerate(HOMES):
        for second in range(60 * n, 30 * HOUR, 30 * MINUTE):
            hour = (12 + second // HOUR) % 24
            add(second, "meter", home, wh=round((400 if hour in (7, 8, 18, 19, 20) else 120) * (0.8 + 0.4 * chance.random()), 1))


def free(home, room, second):
    return not any(h == home and r == room and start <= second <= end for h, r, start, end in busy)


def ordinary():
    for n, home in enumerate(HOMES):
        for room, celsius in ROOMS.items():
            for second in range(90 * n, 30 * HOUR, 25 * MINUTE):
                if free(home, room, second):
                    air = {"celsius": round(celsius + 2 * chance.random(), 1), "humidity": 42 + int(14 * chance.random())}
                    if chance.random() < 0.1:
                        del air["humidity"]
                    add(second, "climate", home, room=room, air=air)
        for hour in range(0, 30, 6):
            device(hour * HOUR + 60 * n, home, "hub", True, 90 - hour)
        for hour in (1, 2, 4, 7):
            add(hour * HOUR + 45 * MINUTE + n, "door", home, door="front", open=True)
            add(hour * HOUR + 46 * MINUTE + n, "door", home, door="front", open=False)


for part in (intruders, doors, comfort, hazards, devices, warm, ordinary, meters):
    part()
for number, (second, kind, data) in enumerate(sorted(events, key=lambda e: e[0]), 1):
    time = (START + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {"specversion": "1.0", "id": f"h{number:04}", "source": f"/hubs/{data['home']}", "type": kind, "time": time, "data": data}
    print(json.dumps(event, separators=(",", ":")))
