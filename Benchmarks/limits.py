#!/usr/bin/env python3
"""Measures what limits and budgets cost a request: none, in memory, over Redis, and with shares held in advance.

The same load as bench.py: whole replies, CPU time per request from /proc, all gateways in turns, medians. Redis is a private
one on loopback, on the same machine. Needs redis-server and a C compiler.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import tempfile
from typing import Any

from bench import KEY, ROOT, Bench, Contender, cpu_seconds, free_port, median, wait_for_port

#: Five limits and a budget, none of which is ever reached.
FULL: dict[str, Any] = {
    "requests": ["6000000/minute", "100000000/hour"],
    "tokens": ["2000000000/minute", "100000000000/day"],
    "concurrency": 10000,
    "budget": "1000000 USD/month",
}
#: What shares can be held of.
REQUESTS: dict[str, Any] = {"requests": "6000000/minute"}


class LimitsBench(Bench):
    def start_redis(self) -> int:
        port = free_port()
        child = self.children.start(
            ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", self.work]
        )
        wait_for_port(port, "redis")
        self.redis = (child.pid, port)
        return port

    def start_limited(self, name: str, limits: dict[str, Any], storage: dict[str, Any]) -> Contender:
        port = free_port()
        key = {"name": "bench", "key": KEY} | ({"limits": limits} if limits else {})
        configuration = {
            "server": {"listen": f"127.0.0.1:{port}", "threads": 1},
            "logging": {"level": "info", "format": "json"},
            "auth": {"keys": [key]},
            "providers": {
                "whole": {
                    "kind": "openai",
                    "base_url": f"http://127.0.0.1:{self.upstreams.whole}/v1",
                    "api_key": "sk-up",
                }
            },
            "models": {"bench": "whole"},
            "prices": {"bench": {"input": 1, "output": 2}},
            "storage": {"database": "off", "deployment": f"bench-{port}", **storage},
        }
        path = self.work / f"sluice-{port}.yaml"
        path.write_text(json.dumps(configuration))
        log = (self.work / f"sluice-{port}.log").open("ab")
        child = self.children.start([self.arguments.binary, "serve", "--config", path], stdout=log, stderr=log)
        wait_for_port(port, name)
        return Contender(name, port, port, child.pid, child.pid)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build" / "release" / "sluice")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each load in each round")
    parser.add_argument("--connections", type=int, default=64)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sluice-limits-") as folder:
        bench = LimitsBench(arguments, pathlib.Path(folder))
        try:
            redis = {"redis": f"redis://127.0.0.1:{bench.start_redis()}"}
            contenders = [
                bench.start_limited("no limits", {}, {}),
                bench.start_limited("five limits and a budget, in memory", FULL, {}),
                bench.start_limited("five limits and a budget, over Redis", FULL, redis),
                bench.start_limited("one limit of requests, over Redis", REQUESTS, redis),
                bench.start_limited("one limit of requests, with shares of 1%", REQUESTS, redis | {"redis_share": "1%"}),
            ]
            redis_cpu: dict[str, list[float]] = {contender.name: [] for contender in contenders}
            for number in range(arguments.rounds):
                shift = number % len(contenders)
                for contender in contenders[shift:] + contenders[:shift]:
                    before = cpu_seconds([contender.whole_pid]), cpu_seconds([bench.redis[0]])
                    report = bench.load(
                        "whole",
                        port=contender.whole_port,
                        connections=arguments.connections,
                        seconds=arguments.seconds,
                        model="bench",
                    )
                    after = cpu_seconds([contender.whole_pid]), cpu_seconds([bench.redis[0]])
                    if report["errors"] or not report["answers"]:
                        raise SystemExit(f"{contender.name}: {report['errors']} x {report.get('first_error')}")
                    contender.request_cpu.append((after[0] - before[0]) / report["answers"] * 1e6)
                    redis_cpu[contender.name].append((after[1] - before[1]) / report["answers"] * 1e6)
                    contender.request_rate.append(report["answers"] / report["seconds"])
                    contender.request_p50.append(report["whole_us"]["p50"])
                    contender.request_p99.append(report["whole_us"]["p99"])
            print("| | CPU a request | Redis' CPU a request | requests a second | p50 | p99 |")
            print("|---|---|---|---|---|---|")
            for each in contenders:
                print(
                    f"| {each.name} | {median(each.request_cpu):.1f} us | {median(redis_cpu[each.name]):.1f} us "
                    f"| {median(each.request_rate):,.0f} | {median(each.request_p50) / 1000:.2f} ms "
                    f"| {median(each.request_p99) / 1000:.2f} ms |"
                )
        finally:
            bench.children.stop_all()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
