"""The ledger: one record for each exchange, whatever becomes of the process and of the database."""

from __future__ import annotations

import json
import os
import pathlib
import random
import statistics
import subprocess
import time
from typing import Any, Callable, Iterator

import httpx
import pytest

from harness.gateway import Gateway
from harness.ledger import LedgerDatabase, Load
from harness.waiting import PATIENCE, eventually

KILLS = 20
QUESTION = {"model": "mock", "messages": [{"role": "user", "content": "hello"}]}


def configuration(database: LedgerDatabase, **over: Any) -> dict[str, Any]:
    return {"storage": {"database": database.location}, "providers": {"mock": {}}, "models": {"mock": "mock"}, **over}


def is_stored(gateway: Gateway) -> bool:
    """Whether nothing waits for the database."""
    metrics = gateway.metrics()
    waiting = ("journal_unstored_bytes", "memory_bytes", "delayed")
    return all(metrics.total(f"sluice_ledger_{name}") == 0 for name in waiting)


def assert_sums_agree(database: LedgerDatabase) -> None:
    """Hours and days say what the records say."""
    columns = "COUNT(*), SUM(uncached_input), SUM(output), SUM(cost), SUM(duration)"
    sums = columns.replace("COUNT(*)", "SUM(requests)")
    records = database.rows(f"SELECT {columns} FROM ledger_records")
    assert records == database.rows(f"SELECT {sums} FROM ledger_hours")
    assert records == database.rows(f"SELECT {sums} FROM ledger_days")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_record_is_lost_when_the_process_is_killed(kind: str, tmp_path: pathlib.Path) -> None:
    """Twenty times: load, SIGKILL at a random moment, start again. What a client saw complete has exactly one record."""
    database = LedgerDatabase(kind, tmp_path)
    moments = random.Random(6)
    complete: set[str] = set()
    for number in range(KILLS):
        gateway = Gateway(tmp_path, configuration(database))
        with Load(gateway.port, gateway.key, name=f"round{number}") as load:
            eventually(lambda: load.complete, "a first answer")
            time.sleep(moments.uniform(0.05, 0.5))
            gateway.process.kill()
        complete |= load.complete
    last = Gateway(tmp_path, configuration(database))
    with last.client() as client:
        assert client.post("/v1/chat/completions", headers={"x-request-id": "last"}, json=QUESTION).status_code == 200
    eventually(lambda: is_stored(last), "all records are stored", seconds=30)
    last.stop()
    assert not list((tmp_path / "data" / "journal").iterdir()), "nothing is left in the journal"
    counts = database.counts()
    lost = complete - counts.keys()
    assert not lost, f"{len(lost)} of {len(complete)} complete answers have no record: {sorted(lost)[:5]}"
    doubles = {name for name, count in counts.items() if count != 1}
    assert not doubles, f"{len(doubles)} requests have more than one record: {sorted(doubles)[:5]}"
    assert counts["last"] == 1
    assert_sums_agree(database)


def test_the_database_stops_under_load(tmp_path: pathlib.Path) -> None:
    """No request fails while PostgreSQL is away; all records arrive when it is back, and none twice."""
    database = LedgerDatabase("postgresql", tmp_path, unsteady=True)
    script = os.environ["SLUICE_TEST_SERVERS_SCRIPT"]
    gateway = Gateway(tmp_path, configuration(database))
    with Load(gateway.port, gateway.key, pause=0.002) as load:
        eventually(lambda: len(load.complete) > 50, "answers")
        subprocess.run([script, "stop", "postgres-unsteady"], check=True, timeout=60)
        try:
            eventually(lambda: gateway.metrics().total("sluice_ledger_delayed") == 1, "the outage is noticed", seconds=20)
            begun = len(load.complete)
            eventually(lambda: len(load.complete) > begun + 200, "answers during the outage")
        finally:
            subprocess.run([script, "start", "postgres-unsteady"], check=True, timeout=60)
        eventually(lambda: gateway.metrics().total("sluice_ledger_delayed") == 0, "the end is noticed", seconds=30)
        begun = len(load.complete)
        eventually(lambda: len(load.complete) > begun + 50, "answers after the outage")
    assert not load.failed, load.failed[:3]
    eventually(lambda: is_stored(gateway), "all records are stored", seconds=30)
    gateway.stop()
    assert database.counts() == {name: 1 for name in load.complete}
    assert_sums_agree(database)


def test_a_slow_database_slows_no_request(tmp_path: pathlib.Path) -> None:
    """With 100 ms for each insert the gateway answers as fast as without, and stores everything."""
    database = LedgerDatabase("postgresql", tmp_path)
    gateway = Gateway(tmp_path, configuration(database))
    with Load(gateway.port, gateway.key, name="fast", clients=2, pause=0.002) as fast:
        eventually(lambda: len(fast.complete) > 300, "answers")
    database.execute(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$;"
        + "".join(
            f"CREATE TRIGGER slow_{table} BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION slow();"
            for table in ("ledger_records", "ledger_hours", "ledger_days"))
    )
    with Load(gateway.port, gateway.key, name="slow", clients=2, pause=0.002) as slow:
        eventually(lambda: len(slow.complete) > 300, "answers")
    assert not fast.failed and not slow.failed, (fast.failed + slow.failed)[:3]
    # Noise of a shared machine is far below the hundred milliseconds that one statement takes.
    before, during = (statistics.quantiles(load.latencies, n=100)[98] for load in (fast, slow))
    assert during < before + 0.05 * PATIENCE, f"p99 {before * 1000:.1f} ms before, {during * 1000:.1f} ms with it slow"
    eventually(lambda: is_stored(gateway), "all records are stored", seconds=60)
    gateway.stop()
    assert database.counts() == {name: 1 for name in fast.complete | slow.complete}
    assert_sums_agree(database)


def test_every_end_of_an_exchange_is_recorded(tmp_path: pathlib.Path, start_gateway: Callable[..., Gateway]) -> None:
    """Success, refusals, and a provider that cannot be reached: each with its attempts, and with whose fault it was."""
    database = LedgerDatabase("sqlite", tmp_path)
    gateway = start_gateway({
        "storage": {"database": database.location},
        "providers": {"gone": {"kind": "openai", "base_url": "http://127.0.0.1:9/v1", "api_key": "sk-x"}},
        "models": {"fallen": {"targets": ["gone"], "retry": {"attempts": 2, "on": ["connect"]}, "fallback": {"default": ["mock"]}},
                   "down": {"targets": ["gone"], "retry": {"attempts": 1}}},
    })

    def ask(name: str, model: str, **options: Any) -> int:
        with gateway.client(**options) as client:
            return client.post("/v1/chat/completions", headers={"x-request-id": name}, json={**QUESTION, "model": model}).status_code

    assert ask("good", "mock") == 200
    assert ask("fallen", "fallen") == 200
    assert ask("down", "down") == 502
    assert ask("unknown", "no-such-model") == 404
    assert ask("nobody", "mock", headers={}) == 401
    with gateway.client() as client:
        assert client.get("/v1/models", headers={"x-request-id": "list"}).status_code == 200
    gateway.stop()
    rows = {row[0]: row[1:] for row in database.rows(
        "SELECT request_id, status, error_type, fault, key_id, uncached_input > 0, request_bytes > 0, response_bytes > 0, details"
        " FROM ledger_records JOIN ledger_subjects ON ledger_subjects.id = subject")}
    assert rows.keys() == {"good", "fallen", "down", "unknown", "nobody"}
    assert rows["good"][:7] == ("200", "", "", "test", "1", "1", "1")
    assert rows["unknown"][:4] == ("404", "model_not_found", "client", "test")
    assert rows["nobody"][:4] == ("401", "invalid_api_key", "client", "")
    assert rows["down"][:4] == ("502", "upstream_connect", "provider", "test")
    attempts = json.loads(rows["fallen"][7])
    assert [attempt["provider"] for attempt in attempts][-1] == "mock"
    assert all(attempt["provider"] == "gone" and attempt["end"] == "failed" for attempt in attempts[:-1])
    assert attempts[-1]["why"] == "fallback" and attempts[-1]["source"] == "vendor"
    earlier = database.rows("SELECT COUNT(*) FROM ledger_attempts")
    assert earlier == [(str(len(attempts) - 1),)]


def test_a_client_that_leaves_is_recorded(tmp_path: pathlib.Path, start_gateway: Callable[..., Gateway]) -> None:
    """499 is the client's: no provider is blamed for it."""
    database = LedgerDatabase("sqlite", tmp_path)
    gateway = start_gateway({"storage": {"database": database.location}})
    with gateway.client(timeout=0.3) as client:
        with pytest.raises(httpx.TimeoutException):
            client.post("/v1/chat/completions", headers={"x-request-id": "left"}, json={**QUESTION, "model": "mock-delay-5s"})
    gateway.log_line("left")
    gateway.stop()
    assert database.rows("SELECT request_id, status, fault FROM ledger_records") == [("left", "499", "client")]


@pytest.fixture
def small_disk(tmp_path: pathlib.Path) -> Iterator[pathlib.Path]:
    """A file system of 4 MiB; skipped where none may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True).returncode != 0:
        pytest.skip("no small file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("policy", ["serve", "refuse"])
def test_without_room_on_the_disk_requests_are_served_or_refused(
    policy: str, small_disk: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """The database is away and the disk is filled by others: said in the log, and over as soon as there is room."""
    gateway = Gateway(tmp_path, {
        "server": {"threads": 1},
        "storage": {"database": "postgres://127.0.0.1:9/none"},
        "ledger": {"directory": str(small_disk / "journal"), "when_disk_full": policy},
        "providers": {"mock": {}}, "models": {"mock": "mock"},
    })
    filler = small_disk / "filler"
    # The first segment has its room; the second, which is made when the first is half full, finds less than its 1 MiB.
    filler.write_bytes(b"x" * (2300 << 10))
    # No model has such a name, so that the record is long and nothing else is.
    long_name = {**QUESTION, "model": "m" * 500}
    statuses: list[int] = []
    try:
        with gateway.client() as client:
            def ask() -> int:
                statuses.append(client.post("/v1/chat/completions", json=long_name).status_code)
                return statuses[-1]

            def is_full() -> bool:
                for _ in range(50):
                    ask()
                return gateway.metrics().total("sluice_ledger_disk_full") == 1

            eventually(is_full, "the disk is full", seconds=30, every=0)
            assert ask() == (404 if policy == "serve" else 503)
            assert "the ledger's disk is full" in gateway.process.output
            filler.unlink()
            eventually(lambda: gateway.metrics().total("sluice_ledger_disk_full") == 0, "there is room again")
            assert ask() == 404
            assert gateway.metrics().total("sluice_ledger_records_lost_total") == 0
    finally:
        gateway.process.kill()
