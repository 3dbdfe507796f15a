"""Long random load: clients that leave at random, a mock that fails at random, and nothing left over at the end."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import threading
from typing import Callable

import pytest
from harness.gateway import ROOT, Gateway
from harness.raw import RawConnection, chat_body, request_bytes
from harness.upstream import FakeUpstream
from harness.waiting import PATIENCE, eventually

REQUESTS = int(os.environ.get("SLUICE_SOAK_REQUESTS", "200000"))
STREAMS = int(os.environ.get("SLUICE_SOAK_STREAMS", "2000"))
SEED = int(os.environ.get("SLUICE_SOAK_SEED", "20261121"))
PARTS = 6

#: weight|kind|expectation|model|headers; `loadgen chaos` draws from it.
PLAN = """\
# Most requests are good, so that the number is reached in minutes.
900|whole|ok|mock|
60|whole|ok|mock-tokens-3|
20|whole|ok|mock|x-mock-close: 1
20|whole|ok|mock|x-mock-close-idle: 1
20|whole|ok|mock|x-mock-no-content-length: 1
10|whole|ok|mock|x-mock-reply-bytes: 200KiB
10|whole|ok|mock|x-mock-gzip: 1
5|whole|ok|mock|x-mock-header-delay: 30ms
5|whole|ok|mock|x-mock-one-byte: 1; x-mock-tokens: 2
5|whole|ok|mock|x-mock-set-cookie: 1; x-mock-ratelimit: 1
10|both|fail|mock|x-mock-status: 500
10|both|fail|mock|x-mock-status: 429; x-mock-retry-after: 1
5|both|fail|mock|x-mock-status: 503; x-mock-error-body: html
5|both|fail|mock|x-mock-status: 400; x-mock-error-body: truncated
5|both|fail|mock|x-mock-status: 401; x-mock-error-body: echo-key
5|both|fail|mock|x-mock-status: 500; x-mock-error-body: empty
5|both|fail|mock|x-mock-drop: 1
5|both|fail|no-such-model|
5|both|any|mock|x-mock-error-in-200: 1
400|stream|ok|mock|
100|stream|ok|mock|x-mock-token-delay: 2ms; x-mock-tokens: 40
40|stream|ok|mock|x-mock-crlf: 1
40|stream|ok|mock|x-mock-one-byte: 1; x-mock-tokens: 5
40|stream|ok|mock|x-mock-no-done: 1
40|stream|ok|mock|x-mock-comments: 1
40|stream|ok|mock|x-mock-close-idle: 1
40|stream|ok|mock|x-mock-event-bytes: 20KiB; x-mock-tokens: 20
40|stream|fail|mock|x-mock-cut-after: 3
40|stream|fail|mock|x-mock-reset-after: 3
40|stream|fail|mock|x-mock-end-after: 3
40|stream|fail|mock|x-mock-error-after: 3
20|stream|fail|mock|x-mock-bad-framing-after: 3
20|stream|fail|mock|x-mock-stall-after: 3
"""


@pytest.fixture(scope="session")
def loadgen(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The load program, compiled for this run."""
    program = tmp_path_factory.mktemp("loadgen") / "loadgen"
    sources = sorted(str(path) for path in (ROOT / "Benchmarks" / "loadgen").glob("*.c"))
    compiler = os.environ.get("CC") or "cc"
    subprocess.run([compiler, "-std=gnu17", "-O2", "-D_GNU_SOURCE", "-o", str(program), *sources], check=True)
    return program


@pytest.mark.soak
def test_nothing_leaks_and_every_answer_is_well_formed(
    start_gateway: Callable[..., Gateway], upstream: FakeUpstream, loadgen: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(PLAN)
    gateway = start_gateway(
        {
            "server": {"timeouts": {"idle": "1s"}},
            "logging": {"level": "info"},
        }
    )
    stop = threading.Event()

    def forget_lines() -> None:
        # The harness must not hold a line for each of 200,000 requests.
        while not stop.wait(0.5):
            with gateway.process._changed:
                del gateway.process.lines[:-2000]
                del gateway.process.records[:-2000]

    trimmer = threading.Thread(target=forget_lines, daemon=True)
    trimmer.start()
    levels, files, answered, aborted = [], [], 0, 0
    try:
        for part in range(PARTS):
            result = subprocess.run(
                [
                    str(loadgen), "chaos", "--port", str(gateway.port), "--plan", str(plan), "--key", gateway.key,
                    "--whole", str(REQUESTS // PARTS), "--streams", str(STREAMS // PARTS + 1),
                    "--connections", "64", "--seed", str(SEED + part), "--aborts", "0.05",
                ],
                capture_output=True,
                text=True,
                timeout=1200 * PATIENCE,
            )  # fmt: skip
            assert result.stdout, f"no report: {result.stderr}\n{gateway.process.tail()}"
            report = json.loads(result.stdout)
            assert gateway.process.is_running, gateway.process.tail(80)
            assert report["broken"] == 0, f"{report['broken']} broken: {report['first_broken']}"
            answered += report["answered"]
            aborted += report["aborted"]
            eventually(
                lambda: gateway.metrics().total("http_requests_in_flight") <= 1, "all exchanges are over", seconds=20
            )
            levels.append(gateway.process.resident_bytes())
            files.append(gateway.process.open_files())
            print(
                f"part {part + 1}: {report['answered']} answered, {report['aborted']} left, {report['error_events']} error"
                f" events, {report['statuses']}; {report['seconds']} s, {levels[-1] / (1 << 20):.1f} MiB, {files[-1]} files"
            )
    finally:
        stop.set()
        trimmer.join()
    assert answered + aborted >= REQUESTS + STREAMS - PARTS
    assert aborted > 0
    # Level from the end of the first third on: what the first parts grow by is pools and caches filling.
    first_third, end = levels[PARTS // 3 - 1], levels[-1]
    assert end - first_third < max(0.15 * first_third, 6 << 20), [level >> 20 for level in levels]
    # No connection and no pooled connection is lost: idle ones are few and do not grow.
    assert files[-1] <= files[1] + 64, files
    gateway.process.assert_no_crash()
    with RawConnection(gateway.port) as connection:
        connection.send(request_bytes(body=chat_body("mock"), key=gateway.key))
        assert connection.read_response().status == 200
