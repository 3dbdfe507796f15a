"""The streaming contract of docs/streaming.md as a table: every fault, for every client, before and after commit.

Each row is asked of two targets in order: the first has the fault, the second has none and answers in seven tokens. What the
client is given tells which of them answered.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterator

import httpx
import pytest
from harness.conversion import providers
from harness.gateway import Gateway, MockModel
from harness.surfaces import SURFACES, Gemini, Surface

QUESTION = "Tell me about sluices 😀 é 日本 𝕊"
FIRST, SECOND = "mock-tokens-40", "mock-tokens-7"


class GeminiArray(Gemini):
    """Google's stream without `alt=sse`: one JSON array."""

    name = "gemini-array"

    def path(self, model: str, stream: bool) -> str:
        return super().path(model, stream).removesuffix("?alt=sse")

    def events(self, body: bytes) -> list[Any]:
        return json.loads(body)


CLIENTS: dict[str, Surface] = {**SURFACES, "gemini-array": GeminiArray()}

#: The provider that speaks the client's own dialect: its bytes pass as they are.
OWN = {"openai-chat": "openai", "gemini-array": "gemini"}

#: Each client, with its own dialect and with two that are converted.
PAIRS = [
    (client, target)
    for client in CLIENTS
    for target in dict.fromkeys([OWN.get(client, client), "openai", "anthropic"])
]

#: How many events a provider sends before the first that has content: a role, `response.created`, `message_start`.
STARTS = {"openai": 1, "openai-responses": 4, "anthropic": 3, "gemini": 0, "bedrock": 1, "ollama": 0}


@dataclass
class Fault:
    """A stream that breaks, and what its client is given.

    `second`: the other target's answer, whole, and nothing of the first. `error`: what came, then an error in the client's
    dialect, and no end. `passes`: the provider's own bytes, whatever they are.
    """

    name: str
    behaviour: str
    before: str
    converted: str
    own: str


FAULTS = [
    #     fault           what the mock model does  before     after: converted   own bytes
    Fault("cut",          "cut-after-{n}",          "second",  "error",           "error"),
    Fault("reset",        "reset-after-{n}",        "second",  "error",           "error"),
    Fault("stall",        "stall-after-{n}",        "second",  "error",           "error"),
    Fault("unfinished",   "end-after-{n}",          "second",  "error",           "error"),
    Fault("framing",      "bad-framing-after-{n}",  "second",  "error",           "error"),
    Fault("error-in-200", "error-after-{n}",        "second",  "error",           "error"),
    Fault("malformed",    "malformed-after-{n}",    "second",  "error",           "passes"),
]  # fmt: skip

#: What is no fault: the first target's answer is whole, in good order, with one end. In own bytes what is missing stays
#: so, and Google's events have no end that would tell a second one from the first.
UNCHECKED = {("missing-usage", "anthropic"), ("missing-terminal", "bedrock"), ("two-terminals", "gemini")}
FLAWS = {
    "slow-drip": "token-delay-20ms",
    "two-terminals": "two-terminals",
    "missing-usage": "no-usage",
    "missing-terminal": "no-done",
    "one-byte-chunks": "one-byte",
    "comments": "comments-crlf",
}


def models() -> dict[str, Any]:
    """A model of the table for each row: its two targets are of the same provider."""

    def entry(target: str, behaviour: str) -> dict[str, Any]:
        first = {"provider": target, "model": f"{FIRST}-{behaviour}"}
        return {"targets": [first, {"provider": target, "model": SECOND}]}

    table: dict[str, Any] = {}
    for target, start in STARTS.items():
        for fault in FAULTS:
            for when, count in (("before", start), ("after", start + 5)):
                table[f"{target}-{fault.name}-{when}"] = entry(target, fault.behaviour.format(n=count))
        for name, behaviour in FLAWS.items():
            table[f"{target}-{name}"] = entry(target, behaviour)
    return table


def patient(mock_model: MockModel) -> dict[str, Any]:
    """Every attempt here fails: neither a breaker nor a retry budget may learn from that."""
    return {name: {**provider, "breaker": "off", "retry_budget": "off"} for name, provider in providers(mock_model).items()}


@pytest.fixture(scope="module")
def http(mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    gateway = Gateway(
        tmp_path_factory.mktemp("contract"),
        {"server": {"timeouts": {"idle": "500ms", "first_event": "500ms"}}, "providers": patient(mock_model), "models": models()},
    )
    with gateway.client() as client:
        yield client
    gateway.stop()


@pytest.fixture(scope="module")
def texts(http: httpx.Client) -> dict[str, str]:
    """What the two targets say when nothing is wrong."""
    return {name: SURFACES["ollama"].stream(http, f"ollama/{name}", QUESTION).text for name in (FIRST, SECOND)}


def whole(surface: Surface, response: httpx.Response, text: str, is_checked: bool = True) -> None:
    assert response.status_code == 200, response.text
    events = surface.events(response.content)
    if is_checked:
        surface.check(events)
    answer = surface.read(events)
    assert answer.text == text
    assert answer.finish and not answer.error


def broken(surface: Surface, response: httpx.Response, text: str) -> None:
    """A beginning of the text, then an error that nothing follows."""
    assert response.status_code == 200, response.text
    events = surface.events(response.content)
    answer = surface.read(events)
    assert answer.text and text.startswith(answer.text) and answer.text != text
    assert answer.error and answer.error["message"], events[-3:]
    assert answer.finish is None and "[DONE]" not in events
    assert "error" in json.dumps(events[-1]).lower() or events[-1].get("is_exception"), events[-1]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("client,target", PAIRS)
class TestFaults:
    def test_before_commit(
        self, client: str, target: str, fault: Fault, http: httpx.Client, texts: dict[str, str]
    ) -> None:
        surface = CLIENTS[client]
        response = surface.ask(http, f"{target}-{fault.name}-before", QUESTION, stream=True)
        assert fault.before == "second"
        whole(surface, response, texts[SECOND])

    def test_after_commit(
        self, client: str, target: str, fault: Fault, http: httpx.Client, texts: dict[str, str]
    ) -> None:
        surface = CLIENTS[client]
        expected = fault.own if OWN.get(client, client) == target else fault.converted
        if expected == "passes" and client == "gemini-array":
            # Behind half an element nothing can be mended.
            with pytest.raises(httpx.RemoteProtocolError):
                surface.ask(http, f"{target}-{fault.name}-after", QUESTION, stream=True)
            return
        response = surface.ask(http, f"{target}-{fault.name}-after", QUESTION, stream=True)
        if expected == "passes":
            assert response.status_code == 200 and b'"brok' in response.content
        else:
            broken(surface, response, texts[FIRST])


@pytest.mark.parametrize("flaw", FLAWS)
@pytest.mark.parametrize("client,target", PAIRS)
def test_what_is_no_fault(
    client: str, target: str, flaw: str, http: httpx.Client, texts: dict[str, str]
) -> None:
    surface = CLIENTS[client]
    response = surface.ask(http, f"{target}-{flaw}", QUESTION, stream=True)
    if flaw == "missing-terminal" and client == target == "ollama":
        # Its last line is the finish and the terminal in one.
        broken(surface, response, texts[FIRST] + "!")
    else:
        whole(surface, response, texts[FIRST], (flaw, OWN.get(client, client)) not in UNCHECKED or client != target)


@pytest.mark.parametrize("client,target", PAIRS)
def test_the_client_sees_the_name_that_it_asked_for(client: str, target: str, http: httpx.Client) -> None:
    name = f"{target}-one-byte-chunks"
    for stream in (False, True):
        response = CLIENTS[client].ask(http, name, QUESTION, stream=stream)
        assert response.status_code == 200
        if client != "bedrock":
            assert name in response.text
        assert FIRST not in response.text
