#!/usr/bin/env python3
"""Writes the sample's events, CloudEvents one a line: an hour of a market and of a desk's orders.

Ordinary prices wander by less than half a percent, ordinary orders are small and filled at once; what fires a rule, and
what only nearly does, is written out below as scenarios, each with symbols and accounts of its own. The seed is fixed:
the same bytes every time.
"""

import datetime
import json
import random

START = datetime.datetime(2024, 5, 6, 13, 45, tzinfo=datetime.timezone.utc)  # a quarter to ten in New York
HOUR = 3600
SYMBOLS = {"ALPH": 120.0, "BETA": 48.0, "GAMM": 310.0, "DELT": 15.0}

chance = random.Random(1345)
events = []  # (second, type, data, attributes)


def add(second, kind, data, **attributes):
    events.append((second, kind, data, attributes))


# --- prices


def ticks(symbol, start, prices, every=20, venue="NYX", volume=100):
    for n, price in enumerate(prices):
        add(start + n * every, "market.tick", {"symbol": symbol, "venue": venue, "price": price, "volume": volume})


def dips():
    ticks("VEE1", 300, [50.0, 49.8, 49.5, 49.3, 49.1, 49.4, 49.8, 50.1])           # fires v_shape
    ticks("VEE2", 300, [50.0, 49.0, 48.0, 47.2, 47.0, 48.0, 49.2, 50.4])           # fires v_shape, high
    ticks("VEE3", 300, [50.0, 49.9, 49.8, 49.7, 49.6, 49.7, 49.8, 50.1])           # nearly: 0.8 percent
    ticks("VEE4", 300, [50.0, 49.5, 49.3, 49.4, 49.7, 50.1])                       # nearly: two ticks down
    ticks("VEE5", 300, [50.0, 49.8, 49.5, 49.3, 49.1, 49.2, 49.3, 49.4])           # nearly: not back
    ticks("VEE6", 300, [50.0, 49.8, 49.5, 49.3, 49.1, 49.4, 49.5, 50.1], every=130)  # nearly: too slow


def jumps():
    ticks("JMP1", 900, [20.0, 20.1, 20.9, 20.9])                                   # fires jump
    ticks("JMP2", 900, [20.0, 20.5, 20.0, 20.59, 20.0])                             # nearly: three percent at most
    ticks("JMP3", 900, [20.0, 20.1])                                               # nearly: a halt explains it
    add(930, "market.halt", {"symbol": "JMP3", "level": "high", "reason": "NEWS_PENDING"})
    add(950, "market.resume", {"symbol": "JMP3"})
    ticks("JMP3", 960, [24.0])
    ticks("JMP4", 900, [20.0, 21.0], every=61)                                     # nearly: over a minute


def venues():
    for symbol, higher in (("DE01", 10.08), ("DE02", 10.04)):                      # fires venues_apart; nearly: 0.4 percent
        ticks(f"{symbol}.FRA", 1200, [10.0] * 3, every=8, venue="FRA", volume=300)
        ticks(f"{symbol}.PAR", 1203, [higher] * 3, every=8, venue="PAR", volume=200)
    ticks("DE03.FRA", 1200, [10.0] * 3, every=14, venue="FRA")                     # nearly: 31 s
    ticks("DE03.PAR", 1203, [10.08] * 3, every=14, venue="PAR")


# --- orders


def order(second, name, account, symbol, side, quantity, **more):
    data = {"id": name, "account": account, "symbol": symbol, "side": side, "quantity": quantity, **more}
    add(second, "desk.order", data, subject=f"trader-{1 + len(name) % 3}")


def fill(second, name, account, quantity, price):
    add(second, "desk.fill", {"order": name, "account": account, "quantity": quantity, "price": price})


def cancel(second, name, account, **more):
    add(second, "desk.cancel", {"order": name, "account": account, **more})


def fills():
    order(1500, "F-1", "finch-1", "VEE1", "buy", 300)                  # fires filled, three slices
    for n in range(3):
        fill(1510 + 20 * n, "F-1", "finch-1", 100, 50.0)
    order(1500, "F-2", "finch-2", "VEE1", "buy", 100)                  # fires filled and overfilled
    fill(1510, "F-2", "finch-2", 60, 50.0)
    fill(1530, "F-2", "finch-2", 60, 50.0)
    order(1500, "F-3", "finch-3", "VEE1", "buy", 200)                  # nearly: one is missing
    fill(1510, "F-3", "finch-3", 199, 50.0)


def fat_fingers():
    ticks("FAT1", 1700, [8.0])
    order(1710, "G-1", "gull-1", "FAT1", "sell", 40, price=0.8, tags=["manual"])               # fires, and holds the order
    order(1720, "G-2", "gull-1", "FAT1", "sell", 41, price=8.8, tags=["manual"])               # nearly: a tenth
    ticks("FAT1", 1730, [8.0])
    order(1740, "G-3", "gull-1", "FAT1", "sell", 42, price=9.9, tags=["manual", "confirmed"])  # fires, holds nothing
    order(1750, "G-4", "gull-1", "FAT1", "sell", 43)                                           # nearly: no limit


def layers(account, start, count=4, quantity=800, every=25, filled=None, reason=None):
    for n in range(count):
        name = f"{account}-{n}"
        order(start + n * every, name, account, "VEE4", "buy", quantity)
        if n == filled:
            fill(start + n * every + 5, name, account, 10, 50.1)
        cancel(start + n * every + 10, name, account, **({"reason": reason} if reason else {}))


def layering():
    layers("heron-1", 2000, reason="by client")       # fires
    layers("heron-2", 2000, count=3)                  # nearly: three
    layers("heron-3", 2000, quantity=499)             # nearly: too small
    layers("heron-4", 2000, filled=2)                 # nearly: something was filled
    layers("heron-5", 2000, every=40)                 # nearly: 130 s
    layers("heron-6", 2000, reason="by exchange")     # nearly: not the client's wish


def wash_trades():
    for second, buyer, seller, sold in ((2500, "kite-1", "kite-2", 77),       # fires
                                        (2520, "lark-1", "lark-1", 77),       # nearly: one account
                                        (2540, "merl-1", "owl-2", 77),        # nearly: two owners
                                        (2560, "rook-1", "rook-2", 78)):      # nearly: another number
        order(second, f"W{second}-b", buyer, "VEE5", "buy", 77)
        order(second + 10, f"W{second}-s", seller, "VEE5", "sell", sold)


def news():
    order(1000, "N-1", "stork-1", "VEE6", "buy", 900)                          # fires before_news
    order(1010, "N-2", "stork-2", "VEE3", "buy", 900)                          # nearly: mild news
    order(1020, "N-3", "stork-3", "VEE4", "buy", 400)                          # nearly: a small order
    for symbols, headline, tone in ((["VEE6", "VEE5"], "Merger agreed", 0.9), (["VEE3"], "New chair", 0.3),
                                    (["VEE4"], "Plant burnt down", -0.9)):
        add(1900, "market.news", {"symbols": symbols, "headline": headline, "tone": tone})


def halts():
    add(3000, "market.halt", {"symbol": "HLT1", "level": "medium", "reason": "LULD_PAUSE"})
    order(3060, "H-1", "teal-1", "HLT1", "buy", 12)                            # fires order_in_halt
    add(3300, "market.resume", {"symbol": "HLT1"})                             # … resolved
    order(3310, "H-2", "teal-1", "HLT1", "buy", 13)                            # nearly: it goes on


def ordinary():
    for n, (symbol, price) in enumerate(SYMBOLS.items()):
        for second in range(3 * n, HOUR, 30):
            ticks(symbol, second, [round(price * (1 + 0.004 * (chance.random() - 0.5)), 2)], volume=int(50 + 400 * chance.random()))
        for k, second in enumerate(range(70 + 40 * n, HOUR, 240)):
            account, quantity = f"{symbol.lower()}{k}-1", int(10 + 90 * chance.random())
            order(second, f"{symbol}-{k}", account, symbol, "buy", quantity, price=price, tags=["algo"])
            fill(second + 4, f"{symbol}-{k}", account, quantity, price)


for part in (dips, jumps, venues, fills, fat_fingers, layering, wash_trades, news, halts, ordinary):
    part()
for number, (second, kind, data, attributes) in enumerate(sorted(events, key=lambda e: e[0]), 1):
    time = (START + datetime.timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {"specversion": "1.0", "id": f"t{number:04}", "source": "/desk/new-york", "type": kind, "time": time, **attributes, "data": data}
    print(json.dumps(event, separators=(",", ":")))
