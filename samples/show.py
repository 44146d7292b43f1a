#!/usr/bin/env python3
"""Outputs on stdin, a short line for each on the screen: time, severity, rule, message."""

import json
import sys

COLOURS = {"critical": "1;31", "high": "31", "medium": "33", "low": "36", "info": "2", "event": "2", "action": "35"}


def main():
    for line in sys.stdin:
        event = json.loads(line)
        if event["type"] == "tocsin.alert":
            data = event["data"]
            kind, name, text = data["severity"], data["rule"], data["message"]
            if data["state"] in ("updated", "resolved"):
                text = f"{data['state']}: {text}"
        else:
            action = event["type"] == "tocsin.action"
            fields = event["data"]["fields"] if action else event["data"]
            kind, name = ("action", event["data"]["action"]) if action else ("event", event["type"])
            text = ", ".join(f"{field}: {value}" for field, value in fields.items())
        if sys.stdout.isatty():
            kind = f"\033[{COLOURS[kind]}m{kind:8}\033[0m"
        print(f"{event['time'][11:19]}  {kind:8}  {name:20}  {text}", flush=True)


if __name__ == "__main__":
    main()
