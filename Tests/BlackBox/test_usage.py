"""What a key can read of the ledger at the client listener."""

from __future__ import annotations

import secrets
from typing import Any, Callable

import httpx
from harness.gateway import Gateway
from harness.waiting import eventually

START = "2020-01-01"


def configuration(keys: dict[str, str]) -> dict[str, Any]:
    return {
        "auth": {
            "keys": [
                {"name": "first", "key": keys["first"], "tenant": "acme"},
                {"name": "second", "key": keys["second"], "tenant": "acme"},
                {"name": "other", "key": keys["other"], "tenant": "rival"},
            ]
        },
        "prices": {"mock*": {"input": 2, "output": 10}},
    }


def client_of(gateway: Gateway, key: str) -> httpx.Client:
    return gateway.client(headers={"authorization": f"Bearer {key}"})


def ask(client: httpx.Client, model: str = "mock", **headers: str) -> httpx.Response:
    body = {"model": model, "messages": [{"role": "user", "content": "hello there"}]}
    return client.post("/v1/chat/completions", json=body, headers=headers)


def total(client: httpx.Client, **parameters: str) -> dict[str, Any]:
    response = client.get("/v1/usage", params={"from": START, **parameters})
    assert response.status_code == 200, response.text
    return response.json()["total"]


def test_each_key_reads_its_own_and_a_tenant_its_sums(start_gateway: Callable[..., Gateway]) -> None:
    keys = {name: "sk-test-" + secrets.token_hex(24) for name in ("first", "second", "other")}
    gateway = start_gateway(configuration(keys))
    first, second, other = (client_of(gateway, keys[name]) for name in ("first", "second", "other"))
    with first, second, other:
        for _ in range(3):
            assert ask(first).status_code == 200
        assert ask(first, **{"x-mock-status": "500"}).status_code == 500
        assert ask(first, "no-such-model").status_code == 404
        assert ask(second, "mock-tokens-9").status_code == 200
        assert ask(other).status_code == 200
        eventually(lambda: total(first)["requests"] == 5, "the ledger has all of them", seconds=30)
        eventually(lambda: total(second)["requests"] == 1, "the ledger has all of them", seconds=30)
        eventually(lambda: total(other)["requests"] == 1, "the ledger has all of them", seconds=30)

        answer = first.get("/v1/usage", params={"from": START, "by": "model,status", "order": "requests"}).json()
        assert answer["object"] == "usage" and answer["from"] == "2020-01-01T00:00:00Z"
        rows = {(row["model"], row["status"]): row for row in answer["data"]}
        assert rows["mock", "200"]["requests"] == 3 and rows["mock", "500"]["failures"] == 1
        tokens = rows["mock", "200"]["tokens"]
        assert tokens["input"] > 0 and tokens["output"] > 0
        cost = (tokens["input"] * 2 + tokens["output"] * 10) / 1e6
        assert abs(rows["mock", "200"]["cost_usd"] - cost) < 1e-12
        assert total(second, model="mock")["requests"] == 0
        assert total(first, status="4xx")["requests"] == 1

        stats = second.get("/api/stats").json()
        assert set(stats) == {
            "total_requests",
            "total_tokens",
            "avg_latency_ms",
            "requests_last_hour",
            "top_models",
            "error_rate",
        }
        assert stats["total_requests"] == 6 and stats["requests_last_hour"] == 6, "its tenant's, and no other's"
        assert stats["error_rate"] == 2 / 6 and stats["avg_latency_ms"] > 0
        assert stats["top_models"][0]["model"] == "mock" and stats["top_models"][0]["request_count"] == 4
        assert other.get("/api/stats").json()["total_requests"] == 1


def test_what_is_wrong_is_said(gateway: Gateway) -> None:
    with gateway.client() as client:
        for query in ("by=nobody", "since=x", "from=2026-13-01", "key_id=other", "by=model&by=key", "interval=year"):
            response = client.get(f"/v1/usage?{query}")
            assert response.status_code == 400, query
            assert response.json()["error"]["param"] is not None
        assert client.get("/api/stats?x=1").status_code == 400
        assert client.post("/v1/usage", json={}).status_code == 405
    with httpx.Client(base_url=gateway.url, trust_env=False) as anonymous:
        assert anonymous.get("/v1/usage").status_code == 401
        assert anonymous.get("/api/stats").status_code == 401


def test_without_a_ledger_there_is_none(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway({"storage": {"database": "off"}})
    with gateway.client() as client:
        assert client.get("/v1/usage").status_code == 404
        assert client.get("/api/stats").status_code == 404
