#!/usr/bin/env python3
"""Sends events, JSON one a line on stdin, to an engine that listens with `--in zmq+pull://…`.

usage: push.py tcp://127.0.0.1:5555 < events.ndjson

Up to 64 events go in one frame. A push socket waits while the engine is slow, and at the end until all is sent.
"""

import itertools
import sys

import zmq


def main():
    context = zmq.Context()
    socket = context.socket(zmq.PUSH)
    socket.setsockopt(zmq.IMMEDIATE, 1)  # queue for peers that are there, not for those that may come
    socket.connect(sys.argv[1])
    while frame := b"".join(itertools.islice(sys.stdin.buffer, 64)):
        socket.send(frame)
    socket.close()
    context.term()


if __name__ == "__main__":
    main()
