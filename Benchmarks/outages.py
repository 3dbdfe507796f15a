#!/usr/bin/env python3
"""Measures what requests feel of a PostgreSQL that is slow or stopped: latencies in turns, and whether every record arrives.

One gateway with its ledger on PostgreSQL; whole replies, a few connections. In each round the database is as usual, then takes
100 ms for each statement that inserts, then is stopped. At the end every answer must have one record.

    scripts/test-servers.sh run python3 Benchmarks/outages.py

Needs PostgreSQL and a C compiler.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import tempfile
import time

from bench import KEY, ROOT, Bench, cpu_seconds, free_port, median, wait_for_port

sys.path.insert(0, str(ROOT / "Tests" / "BlackBox"))
from harness.servers import PostgreSQL  # noqa: E402

TABLES = ("ledger_records", "ledger_attempts", "ledger_hours", "ledger_days")
SLOW = (
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$;"
    + "".join(
        f"CREATE TRIGGER slow_{table} BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION slow();"
        for table in TABLES
    )
)
FAST = "".join(f"DROP TRIGGER slow_{table} ON {table};" for table in TABLES) + "DROP FUNCTION slow();"


class OutageBench(Bench):
    def start(self, database: PostgreSQL) -> tuple[int, int]:
        """Starts the gateway; its process and its port."""
        port = free_port()
        configuration = {
            "server": {"listen": f"127.0.0.1:{port}", "threads": 1},
            "logging": {"level": "warning"},
            "auth": {"keys": [{"name": "bench", "key": KEY}]},
            "providers": {
                "whole": {
                    "kind": "openai",
                    "base_url": f"http://127.0.0.1:{self.upstreams.whole}/v1",
                    "api_key": "sk-up",
                }
            },
            "models": {"bench": "whole"},
            "prices": {"bench": {"input": 1, "output": 2}},
            "storage": {"database": database.url},
            "ledger": {"directory": f"{self.work}/journal"},
        }
        path = self.work / "sluice.yaml"
        path.write_text(json.dumps(configuration))
        log = (self.work / "sluice.log").open("ab")
        child = self.children.start([self.arguments.binary, "serve", "--config", path], stdout=log, stderr=log)
        wait_for_port(port, "sluice")
        return child.pid, port


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build" / "release" / "sluice")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="of each load")
    parser.add_argument("--connections", type=int, default=8)
    arguments = parser.parse_args()
    database = PostgreSQL(is_unsteady=True)
    answers = 0
    figures: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory(prefix="sluice-outages-") as folder:
        bench = OutageBench(arguments, pathlib.Path(folder))
        try:
            pid, port = bench.start(database)

            def measure(state: str) -> None:
                nonlocal answers
                before = cpu_seconds([pid])
                report = bench.load(
                    "whole", port=port, connections=arguments.connections, seconds=arguments.seconds, model="bench")
                if report["errors"] or not report["answers"]:
                    raise SystemExit(f"{state}: {report['errors']} x {report.get('first_error')}")
                answers += report["answers"]
                row = figures.setdefault(state, {"p50": [], "p99": [], "cpu": []})
                row["p50"].append(report["whole_us"]["p50"])
                row["p99"].append(report["whole_us"]["p99"])
                row["cpu"].append((cpu_seconds([pid]) - before) / report["answers"] * 1e6)

            for _ in range(arguments.rounds):
                measure("as usual")
                database.query(SLOW)
                measure("100 ms a statement")
                database.query(FAST)
                database.act("stop")
                measure("stopped")
                database.act("start")
            deadline = time.monotonic() + 180
            while True:
                rows, requests = database.query("SELECT COUNT(*), COUNT(DISTINCT request_id) FROM ledger_records")[0]
                if int(rows) >= answers or time.monotonic() > deadline:
                    break
                time.sleep(0.2)
        finally:
            bench.children.stop_all()
    print("| PostgreSQL | p50 | p99 | CPU a request |\n|---|---|---|---|")
    for state, row in figures.items():
        print(
            f"| {state} | {median(row['p50']) / 1000:.2f} ms | {median(row['p99']) / 1000:.2f} ms "
            f"| {median(row['cpu']):.1f} us |")
    print(f"\n{answers} answers, {rows} records of {requests} requests")
    return 0 if int(rows) == int(requests) == answers else 1


if __name__ == "__main__":
    raise SystemExit(main())
