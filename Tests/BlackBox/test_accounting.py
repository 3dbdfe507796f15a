"""What the gateway counts is what the mock model served: tokens by class, whatever becomes of the answers."""

from __future__ import annotations

import dataclasses
import http.client
import json
import os
import pathlib
import random
import threading
from typing import Any, Callable, Iterator

import httpx
import pytest
from harness.gateway import Gateway, MockModel, run_command
from harness.waiting import PATIENCE, eventually

REQUESTS = int(os.environ.get("SLUICE_ACCOUNTING_REQUESTS", "2500"))
SEED = int(os.environ.get("SLUICE_ACCOUNTING_SEED", "20261130"))
THREADS = 8

CLASSES = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"]
DIALECTS = ["anthropic", "gemini", "bedrock", "ollama", "cohere", "openai-responses"]


@dataclasses.dataclass
class Kind:
    """A kind of request: how often, to which model, and what is to come of it."""

    weight: int
    model: str
    status: int
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    streams: bool = True
    path: str = "/v1/chat/completions"
    #: Whether the client leaves after the first bytes of the answer.
    leaves: bool = False


CACHES = {"x-mock-cached-tokens": "5", "x-mock-cache-write-tokens": "3"}
#: OpenAI does not say for how long something was written to a cache.
HOURS = {**CACHES, "x-mock-cache-write-hour-tokens": "2"}
THINKS = {"x-mock-reasoning": "4"}
FAILS = {"x-mock-fail": "1", "x-mock-status": "503"}
LONG = {"x-mock-tokens": "40", "x-mock-token-delay": "2ms"}
SLOW = {"x-mock-tokens": "40", "x-mock-token-delay": "40ms"}

MIX = [
    Kind(30, "plain", 200),
    Kind(10, "plain", 200, {"x-mock-tokens": "57"}),
    Kind(10, "plain", 200, CACHES),
    Kind(10, "plain", 200, THINKS),
    Kind(5, "plain", 200, {"x-mock-usage-in-last-chunk": "1"}),
    Kind(5, "plain", 200, {"x-mock-close-idle": "1"}, streams=False),
    Kind(10, "plain", 200, HOURS, path="/v1/messages"),
    Kind(10, "plain", 200, THINKS, path="/v1/responses"),
    Kind(10, "retried", 200, FAILS),
    Kind(4, "hedged", 200),
    Kind(5, "plain", 400, {"x-mock-status": "400"}),
    Kind(5, "plain", 503, {"x-mock-status": "503"}),
    Kind(5, "no-such-model", 404),
    *[Kind(4, dialect, 200, {"x-mock-tokens": "9"}) for dialect in DIALECTS],
]

DRAINED = [Kind(8, "plain", 200, LONG, leaves=True), Kind(4, "anthropic", 200, LONG, leaves=True)]


def body_of(kind: Kind, number: int, stream: bool) -> dict[str, Any]:
    text = f"Count to {number % 97}, and say it {'very ' * (number % 13)}slowly."
    if kind.path == "/v1/responses":
        return {"model": kind.model, "input": text, "stream": stream}
    body = {"model": kind.model, "messages": [{"role": "user", "content": text}], "stream": stream}
    if kind.path == "/v1/messages":
        body["max_tokens"] = 4096
    return body


class Load:
    """Sends a mix of requests from some threads; what was not as it should be is kept."""

    def __init__(self, gateway: Gateway, kinds: list[Kind], count: int):
        self.gateway = gateway
        self.kinds = kinds
        self.count = count
        self.wrong: list[str] = []

    def run(self) -> None:
        threads = [threading.Thread(target=self._run, args=(part,)) for part in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, part: int) -> None:
        draw = random.Random(SEED + part)
        connection = self._connect()
        weights = [kind.weight for kind in self.kinds]
        for number in range(part, self.count, THREADS):
            kind = draw.choices(self.kinds, weights)[0]
            stream = kind.leaves or (kind.streams and draw.random() < 0.6)
            headers = {**self.gateway.headers, "content-type": "application/json", **kind.headers}
            if "x-mock-fail" in kind.headers:
                headers["x-mock-fail-key"] = f"k{number}"
            try:
                connection.request("POST", kind.path, json.dumps(body_of(kind, number, stream)), headers)
                answer = connection.getresponse()
                if kind.leaves:
                    answer.read(64)
                    connection.close()
                    connection = self._connect()
                else:
                    answer.read()
                if answer.status != kind.status:
                    self.wrong.append(f"{kind} stream={stream}: {answer.status}")
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(f"{kind} stream={stream}: {error!r}")
                connection.close()
                connection = self._connect()
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.gateway.port, timeout=30 * PATIENCE)


@pytest.fixture
def mock(tmp_path: pathlib.Path) -> Iterator[MockModel]:
    folder = tmp_path / "mock"
    folder.mkdir()
    mock = MockModel(folder)
    yield mock
    mock.stop()


def served(mock: MockModel) -> dict[str, int]:
    """What the mock model says that it served, once nothing of it is under way any more."""
    with httpx.Client(base_url=mock.url, trust_env=False) as client:
        eventually(lambda: client.get("/_mock/stats").json()["active_requests"] == 0, "the mock is done", seconds=30)
        return client.get("/_mock/usage").json()["tokens"]


def counted(gateway: Gateway) -> dict[str, int]:
    """What the gateway counted, once every exchange is settled."""
    eventually(
        # The one that asks is in flight too.
        lambda: gateway.metrics().total("http_requests_in_flight", path="/v1/chat/completions") == 0,
        "every exchange is settled",
        seconds=30,
    )
    metrics = gateway.metrics()
    return {name: int(metrics.total("sluice_tokens_total", **{"class": name})) for name in CLASSES}


def ledger(gateway: Gateway, count: int) -> dict[str, Any]:
    """The sums of the ledger, once it has `count` exchanges."""
    with gateway.client() as client:

        def total() -> dict[str, Any]:
            response = client.get("/v1/usage", params={"from": "2020-01-01"})
            assert response.status_code == 200, response.text
            return response.json()["total"]

        eventually(lambda: total()["requests"] >= count, "every exchange is in the ledger", seconds=60, every=0.2)
        return total()


def configuration(mock: MockModel, policy: str) -> dict[str, Any]:
    """The mock model in every dialect, with prices, and models that retry and hedge."""
    own = {"kind": "mock", "base_url": f"{mock.url}/v1", "breaker": "off", "retry_budget": "100%"}
    others = {name: {**own, "base_url": mock.url, "dialect": name} for name in DIALECTS}
    return {
        "providers": {"mock": own, **others},
        "models": {
            "plain": {"targets": [{"provider": "mock", "model": "mock"}], "retry": {"attempts": 1}},
            "retried": {
                "targets": [{"provider": "mock", "model": "mock"}],
                "retry": {"attempts": 3, "backoff": "1ms..2ms"},
            },
            "hedged": {
                "targets": [
                    {"provider": "mock", "model": "mock-header-delay-300ms"},
                    {"provider": "mock", "model": "mock"},
                ],
                "hedge": {"after": "15ms"},
            },
            **{name: {"targets": [{"provider": name, "model": "mock"}]} for name in DIALECTS},
        },
        "prices": {
            "mock*": {
                "input": 2,
                "cached_input": 0.5,
                "cache_write": 2.5,
                "cache_write_1h": 4,
                "output": 10,
                "reasoning": 12,
            }
        },
        "auth": {"when_client_leaves": policy},
    }


#: Billionths of a dollar for each token.
PRICES = {
    "input": 2000,
    "cache_read": 500,
    "cache_write_5m": 2500,
    "cache_write_1h": 4000,
    "output": 10_000,
    "reasoning": 12_000,
}


def records(gateway: Gateway, count: int) -> list[dict[str, Any]]:
    """The log lines of `count` model requests."""

    def lines() -> list[dict[str, Any]]:
        return [line for line in gateway.process.records if str(line.get("path", "")).startswith("/v1/")]

    eventually(lambda: len(lines()) >= count, "every exchange is logged", seconds=30)
    return lines()


def test_sums_are_what_was_served(start_gateway: Callable[..., Gateway], mock: MockModel) -> None:
    gateway = start_gateway(configuration(mock, "drain"))
    load = Load(gateway, MIX + DRAINED, REQUESTS)
    load.run()
    assert not load.wrong, load.wrong[:10]
    lines = records(gateway, REQUESTS)
    assert len(lines) == REQUESTS, "one record an exchange"
    truth = served(mock)
    assert all(truth[name] > 0 for name in CLASSES), "the mix has every class"
    found = counted(gateway)
    assert found == truth
    assert {line.get("usage_source") for line in lines} <= {None, "drained"}, "nothing had to be guessed"
    assert any(line.get("usage_source") == "drained" for line in lines)
    assert any(len(line.get("tries", [])) == 2 for line in lines), "some were tried again"
    prompt = sum(truth[name] for name in CLASSES[:4])
    assert sum(line.get("prompt_tokens", 0) for line in lines) == prompt
    assert sum(line.get("completion_tokens", 0) for line in lines) == truth["output"] + truth["reasoning"]
    # Money follows from the tokens, exchange by exchange and to the billionth.
    nanos = sum(round(line.get("cost_usd", 0) * 1e9) for line in lines)
    assert nanos == sum(truth[name] * PRICES[name] for name in CLASSES)
    assert round(gateway.metrics().total("sluice_cost_usd_total") * 1e9) == nanos
    assert not any(line.get("price_unknown") for line in lines)
    # The ledger says the same.
    kept = ledger(gateway, REQUESTS)
    assert kept["requests"] == REQUESTS
    assert {name: kept["tokens"][name] for name in CLASSES} == truth
    assert round(kept["cost_usd"] * 1e9) == nanos
    assert kept["unpriced_attempts"] == 0
    # And so do its records, one by one, to whoever exports them.
    exported = run_command(
        "usage", "--export", "ndjson", "--from", "2020-01-01", "--config", str(gateway.path), folder=gateway.folder
    )
    assert exported.returncode == 0, exported.stderr
    rows = [json.loads(line) for line in exported.stdout.splitlines()]
    assert len(rows) == REQUESTS
    assert {name: sum(row["tokens"][name] for row in rows) for name in CLASSES} == truth
    assert sum(round(row["cost_usd"] * 1e9) for row in rows) == nanos


def test_what_is_cut_is_counted_within_the_events_in_flight(
    start_gateway: Callable[..., Gateway], mock: MockModel
) -> None:
    gateway = start_gateway(configuration(mock, "cancel"))
    count = max(60, REQUESTS // 50)
    cut = {"x-mock-tokens": "30"}
    load = Load(
        gateway,
        [
            Kind(3, "plain", 200, SLOW, leaves=True),
            Kind(2, "anthropic", 200, SLOW, leaves=True),
            Kind(1, "gemini", 200, SLOW, leaves=True),
            Kind(2, "plain", 200, {**cut, "x-mock-cut-after": "17"}),
        ],
        count,
    )
    load.run()
    lines = records(gateway, count)
    truth = served(mock)
    found = counted(gateway)
    # Of each answer a few events may have been made that the gateway never saw, and one may be told twice.
    assert truth["output"] - 12 * count <= found["output"] <= truth["output"] + count
    # Prompts that no vendor reported are estimates.
    assert truth["input"] * 0.5 <= found["input"] <= truth["input"] * 2
    for line in lines:
        assert line["status"] in (200, 499, 502)
        if line["status"] != 200:
            assert line.get("usage_source") in ("counted", None) and line["prompt_tokens"] > 0
    assert {line["status"] for line in lines} >= {499, 502}, "who cut it is told apart"


def test_a_provider_that_reports_nothing_is_estimated(start_gateway: Callable[..., Gateway], mock: MockModel) -> None:
    gateway = start_gateway(configuration(mock, "cancel"))
    for stream in (False, True):
        with gateway.client() as client:
            headers = {"x-mock-no-usage": "1", "x-mock-tokens": "40", "x-request-id": f"silent-{stream}"}
            body = {"model": "plain", "messages": [{"role": "user", "content": "hello " * 50}], "stream": stream}
            assert client.post("/v1/chat/completions", json=body, headers=headers).status_code == 200
        line = gateway.log_line(f"silent-{stream}")
        assert line["usage_source"] == "estimated"
        assert 25 <= line["completion_tokens"] <= 100
        assert 40 <= line["prompt_tokens"] <= 120
        assert line["cost_usd"] > 0


class TestUnknownPrices:
    MODELS = {
        "models": {
            "nobody": {"targets": [{"provider": "compatible", "model": "nobody-knows"}]},
            "one-of-two": {
                "targets": [
                    {"provider": "compatible", "model": "nobody-knows"},
                    {"provider": "scripted", "model": "gpt-4o"},
                ]
            },
        }
    }

    def ask(self, gateway: Gateway, model: str, request_id: str) -> httpx.Response:
        with gateway.client() as client:
            body = {"model": model, "messages": [{"role": "user", "content": "hi"}]}
            return client.post("/v1/chat/completions", json=body, headers={"x-request-id": request_id})

    def test_are_marked(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(self.MODELS)
        assert self.ask(gateway, "nobody", "flagged").status_code == 200
        line = gateway.log_line("flagged")
        assert line["price_unknown"] is True and "cost_usd" not in line and line["prompt_tokens"] > 0
        assert gateway.metrics().total("sluice_price_unknown_total", model="nobody") == 1
        assert gateway.metrics().total("sluice_cost_usd_total", model="nobody") == 0

    def test_are_refused(self, start_gateway: Callable[..., Gateway], upstream: Any) -> None:
        gateway = start_gateway({**self.MODELS, "unknown_price": "block"})
        response = self.ask(gateway, "nobody", "blocked")
        assert response.status_code == 403
        assert response.json()["error"]["code"] == "price_unknown"
        assert "nobody-knows" in response.json()["error"]["message"]
        assert upstream.requests == []
        # A target whose price is known is asked.
        assert self.ask(gateway, "one-of-two", "other").status_code == 200
        line = gateway.log_line("other")
        assert line["provider"] == "scripted" and line["cost_usd"] > 0

    def test_cost_the_most(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({**self.MODELS, "unknown_price": "estimate_high"})
        assert self.ask(gateway, "nobody", "high").status_code == 200
        line = gateway.log_line("high")
        assert line["price_unknown"] is True and line["cost_usd"] > 0
