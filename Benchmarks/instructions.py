#!/usr/bin/env python3
"""Counts the instructions of the gateway's own process for each request and each streamed event, by callgrind.

Two runs on one binary agree within two hundredths, whatever else the machine does, so that a change of a few percent can be
seen. The kernel's part is not in it: what counts in the end is bench.py. Each count leaves the first requests out.

Needs valgrind and a C compiler. `--keep FOLDER` keeps the profiles, for callgrind_annotate.
"""

from __future__ import annotations

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from typing import Optional

import bench

# What is loaded: its name, its model for whole replies and for streams, its path.
LOADS = [
    ("OpenAI", "bench", "bench-fast", bench.PATH),
    ("OpenAI to Anthropic", "messages", "messages-fast", bench.PATH),
    ("Anthropic to OpenAI", "bench", "bench-fast", bench.MESSAGES_PATH),
    ("Anthropic", "messages", "messages-fast", bench.MESSAGES_PATH),
]


class Counter:
    """The gateway under callgrind."""

    def __init__(self, arguments: argparse.Namespace, work: pathlib.Path):
        self.work = work
        self.keep: Optional[pathlib.Path] = arguments.keep
        self.bench = bench.Bench(arguments, work)
        # Valgrind gives up on the debug information of this compiler; the names of functions stay.
        binary = work / "sluice"
        subprocess.run(["strip", "--strip-debug", "-o", binary, arguments.binary], check=True)
        wrapper = work / "sluice-under-callgrind"
        wrapper.write_text(
            f"#!/bin/sh\nexec valgrind --tool=callgrind --callgrind-out-file={work}/profile.%p {binary} \"$@\"\n"
        )
        wrapper.chmod(0o755)
        arguments.binary = wrapper
        self.child, self.port = self.bench.sluice()
        bench.wait_for_port(self.port, "sluice", seconds=120)

    def control(self, *words: str) -> None:
        subprocess.run(
            ["callgrind_control", *words, str(self.child.pid)], check=True, capture_output=True, timeout=120
        )

    def count(self, name: str, mode: str, unit: str, connections: int, requests: int, model: str, path: str) -> float:
        """Instructions for each answer or event of one load."""
        options = dict(port=self.port, connections=connections, model=model, path=path)
        self.bench.load(mode, requests=max(connections, requests // 5), **options)
        self.control("--zero")
        report = self.bench.load(mode, requests=requests, **options)
        if report["errors"] or not report[unit]:
            raise SystemExit(f"{name}, {mode}: {report}")
        before = set(self.work.glob("profile.*"))
        self.control("--dump")
        (profile,) = set(self.work.glob("profile.*")) - before
        if self.keep is not None:
            self.keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(profile, self.keep / f"{mode}-{name.lower().replace(' ', '-')}.callgrind")
        total = re.search(r"^(?:totals|summary): (\d+)", profile.read_text(errors="replace"), re.MULTILINE)
        return int(total[1]) / report[unit]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=bench.ROOT / ".build" / "release" / "sluice")
    parser.add_argument("--requests", type=int, default=1000, help="whole replies of each count")
    parser.add_argument("--streams", type=int, default=20, help="streams of 100 events of each count")
    parser.add_argument("--only", default="", help="whole or stream")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the profiles")
    arguments = parser.parse_args()
    if not shutil.which("valgrind"):
        raise SystemExit("valgrind is missing")
    work = pathlib.Path(tempfile.mkdtemp(prefix="sluice-instructions-"))
    counter = Counter(arguments, work)
    try:
        print("| | instructions a request | a streamed event |\n|---|---|---|", flush=True)
        for name, whole, stream, path in LOADS:
            request = event = "-"
            if arguments.only != "stream":
                request = f"{counter.count(name, 'whole', 'answers', 8, arguments.requests, whole, path):,.0f}"
            if arguments.only != "whole":
                event = f"{counter.count(name, 'stream', 'events', 4, arguments.streams, stream, path):,.0f}"
            print(f"| {name} | {request} | {event} |", flush=True)
    finally:
        counter.bench.children.stop_all()
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
