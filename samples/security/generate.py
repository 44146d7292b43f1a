#!/usr/bin/env python3
"""Writes the sample's events, CloudEvents one a line: two hours of logins on a few hosts.

Ordinary users have one address each, mistype now and then, and log out; what fires a rule, and what only nearly does, is
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


def accepted(second, user, src_ip):
    add(second, "sshd.accepted", user=user, src_ip=src_ip)


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


def ordinary():
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


for part in (brute_force, hammering, spray, two_places, new_admin, big_upload, ordinary):
    part()
for number, (second, kind, data) in enumerate(sorted(events, key=lambda e: e[0]), 1):
    time = (START + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {"specversion": "1.0", "id": f"s{number:04}", "source": "/hosts/gate", "type": kind, "time": time, "data": data}
    print(json.dumps(event, separators=(",", ":")))
