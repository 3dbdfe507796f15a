"""The mock model server alone: strict about what it is sent, exact about what it is told to do."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest
from harness.events import data_of, events_of
from harness.gateway import MockModel
from harness.raw import ConnectionEnded, RawConnection, chat_body, request_bytes


@pytest.fixture
def client(mock_model: MockModel) -> Any:
    with httpx.Client(base_url=mock_model.url, trust_env=False, timeout=30) as client:
        yield client


QUESTION: Any = {"model": "mock", "messages": [{"role": "user", "content": "What is a sluice?"}]}


def test_it_lists_its_behaviours(client: httpx.Client) -> None:
    listing = client.get("/").text
    for name in (
        "header-delay",
        "tokens",
        "reply-bytes",
        "status",
        "fail",
        "drop",
        "cut-after",
        "stall-after",
        "crlf",
        "no-done",
        "one-byte",
    ):
        assert "x-mock-" + name in listing


@pytest.mark.parametrize(
    "change",
    [
        {"messages": []},
        {"messages": "x"},
        {"messages": [{"role": "nobody", "content": "x"}]},
        {"messages": [{"role": "user"}]},
        {"temperature": 3},
        {"temperature": "warm"},
        {"no_such_field": 1},
        {"stream": "yes"},
        {"n": 0},
        {"stream_options": {"include_usage": True}},
        {"tools": [{"type": "function"}]},
        {"max_tokens": -1},
    ],
)
def test_a_wrong_field_is_a_400(client: httpx.Client, change: dict[str, Any]) -> None:
    response = client.post("/v1/chat/completions", json={**QUESTION, **change})
    assert response.status_code == 400, response.text
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_an_unknown_behaviour_is_an_error(client: httpx.Client) -> None:
    assert client.post("/v1/chat/completions", json=QUESTION, headers={"x-mock-dance": "1"}).status_code == 400
    assert client.post("/v1/chat/completions", json={**QUESTION, "model": "mock-dance"}).status_code == 404


def test_a_behaviour_by_model_name(client: httpx.Client) -> None:
    assert client.post("/v1/chat/completions", json={**QUESTION, "model": "mock-429"}).status_code == 429
    reply = client.post("/v1/chat/completions", json={**QUESTION, "model": "mock-tokens-9"}).json()
    assert reply["usage"]["completion_tokens"] == 9


def test_delays(client: httpx.Client) -> None:
    started = time.monotonic()
    client.post("/v1/chat/completions", json=QUESTION, headers={"x-mock-header-delay": "300ms"})
    assert 0.28 < time.monotonic() - started < 3


def test_failures_that_then_succeed(client: httpx.Client) -> None:
    headers = {"x-mock-fail": "2", "x-mock-fail-key": "counted-once", "x-mock-status": "503"}
    statuses = [client.post("/v1/chat/completions", json=QUESTION, headers=headers).status_code for _ in range(4)]
    assert statuses == [503, 503, 200, 200]


def test_retry_after(client: httpx.Client) -> None:
    response = client.post(
        "/v1/chat/completions", json=QUESTION, headers={"x-mock-status": "429", "x-mock-retry-after": "5"}
    )
    assert response.status_code == 429 and response.headers["retry-after"] == "5"


def test_the_same_text_whole_and_streamed(client: httpx.Client) -> None:
    whole = client.post("/v1/chat/completions", json=QUESTION).json()["choices"][0]["message"]["content"]
    streamed = client.post("/v1/chat/completions", json={**QUESTION, "stream": True})
    values = data_of(streamed.content)
    text = "".join(value["choices"][0]["delta"].get("content") or "" for value in values[:-1])
    assert text == whole and values[-1] == "[DONE]"


def test_a_drop(mock_model: MockModel) -> None:
    with RawConnection(mock_model.port) as connection:
        connection.send(request_bytes(body=chat_body("mock"), headers=[("x-mock-drop", "1")]))
        with pytest.raises(ConnectionEnded):
            connection.read_response()


def test_anthropic_messages(client: httpx.Client) -> None:
    headers = {"anthropic-version": "2023-06-01", "x-api-key": "any"}
    question = {"model": "mock", "max_tokens": 64, "messages": [{"role": "user", "content": "What is a sluice?"}]}
    reply = client.post("/v1/messages", json=question, headers=headers)
    assert reply.status_code == 200, reply.text
    value = reply.json()
    assert value["type"] == "message" and value["content"][0]["type"] == "text" and value["usage"]["output_tokens"] > 0
    names = [
        name
        for name, _ in events_of(
            client.post("/v1/messages", json={**question, "stream": True}, headers=headers).content
        )
    ]
    assert names[0] == "message_start" and names[-1] == "message_stop"
    counted = client.post(
        "/v1/messages/count_tokens", json={key: question[key] for key in ("model", "messages")}, headers=headers
    )
    assert counted.json()["input_tokens"] == value["usage"]["input_tokens"]
    assert client.post("/v1/messages", json={**question, "max_tokens": None}, headers=headers).status_code == 400


def test_models(client: httpx.Client) -> None:
    listing = client.get("/v1/models").json()
    assert listing["object"] == "list" and "mock" in [model["id"] for model in listing["data"]]


def test_what_arrived_can_be_seen(client: httpx.Client) -> None:
    client.post("/v1/chat/completions", json=QUESTION, headers={"x-request-id": "seen-by-the-mock"})
    seen = client.get("/_mock/requests")
    assert seen.status_code == 200
    assert "seen-by-the-mock" in json.dumps(seen.json())


def test_a_large_reply_is_exact(client: httpx.Client) -> None:
    reply = client.post("/v1/chat/completions", json=QUESTION, headers={"x-mock-reply-bytes": "2MiB"})
    assert len(reply.json()["choices"][0]["message"]["content"].encode()) == 2 << 20
