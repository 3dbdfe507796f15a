"""Several scripted upstreams behind one model, for tests of where requests go."""

from __future__ import annotations

import threading
from typing import Any, Callable, Optional

import httpx

from .gateway import Gateway
from .upstream import CHAT_REPLY, Exchange, FakeUpstream, Received, Reply, chat_stream, default_reply, json_bytes, streaming
from .waiting import PATIENCE, eventually


def says(name: str) -> Reply:
    """Answers like an upstream that has nothing against the request, with a text that tells who answered."""

    def reply(exchange: Exchange) -> None:
        body = exchange.request.body.replace(b" ", b"")
        if exchange.request.method == "GET":
            default_reply(exchange)
        elif b'"stream":true' in body:
            streaming(chat_stream(name, usage=b"include_usage" in body))(exchange)
        else:
            choice = {**CHAT_REPLY["choices"][0], "message": {"role": "assistant", "content": name}}
            exchange.send(json_bytes({**CHAT_REPLY, "choices": [choice]}))

    return reply


def refuses(status: int, *headers: tuple[str, str], body: Any = None) -> Reply:
    """Answers everything with an error."""
    error = {"error": {"message": "scripted", "type": "server_error", "param": None, "code": None}}
    return lambda exchange: exchange.send(json_bytes(body if body is not None else error, status, headers))


def in_turn(*replies: Reply) -> Reply:
    """One reply after the other, the last one for all that come later."""
    left = list(replies)
    lock = threading.Lock()

    def reply(exchange: Exchange) -> None:
        with lock:
            chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(exchange)

    return reply


def drops(exchange: Exchange) -> None:
    """Closes the connection without a byte of an answer."""
    exchange.close()


class Hold:
    """A reply that waits until the test lets it go, then answers as another one does."""

    def __init__(self, then: Reply):
        self.then = then
        self.gate = threading.Event()
        self.arrived = threading.Semaphore(0)

    def __call__(self, exchange: Exchange) -> None:
        self.arrived.release()
        assert self.gate.wait(30 * PATIENCE), "the test let nobody go"
        self.then(exchange)

    def wait_for_one(self) -> None:
        assert self.arrived.acquire(timeout=10 * PATIENCE), "no request came"

    def release(self) -> None:
        self.gate.set()


class Targets:
    """Upstreams by name, each the provider of that name."""

    def __init__(self, *names: str):
        self.upstreams = {name: FakeUpstream() for name in names}
        for name, upstream in self.upstreams.items():
            upstream.reply = says(name)

    def __getitem__(self, name: str) -> FakeUpstream:
        return self.upstreams[name]

    def providers(self, **more: Any) -> dict[str, Any]:
        """The providers' section; `more` is laid over every one."""
        return {
            name: {
                "kind": "openai-compatible",
                "base_url": upstream.base_url,
                "api_key": f"sk-of-{name}-0123456789",
                **more,
            }
            for name, upstream in self.upstreams.items()
        }

    def asked(self, name: str) -> list[Received]:
        """The requests for answers that came to it."""
        return [request for request in self.upstreams[name].requests if request.method == "POST"]

    def counts(self) -> dict[str, int]:
        return {name: len(self.asked(name)) for name in self.upstreams}

    def forget(self) -> None:
        """Nothing received; the replies stay."""
        for upstream in self.upstreams.values():
            upstream.requests = []

    def stop(self) -> None:
        for upstream in self.upstreams.values():
            upstream.stop()


class Asker:
    """A client that asks chat questions and wants to know of attempts."""

    def __init__(self, gateway: Gateway):
        self.gateway = gateway
        self.client = gateway.client(headers={**gateway.headers, "x-sluice-attempts": "1"})

    def __enter__(self) -> "Asker":
        return self

    def __exit__(self, *_: Any) -> None:
        self.client.close()

    def __call__(
        self,
        model: str,
        *,
        stream: bool = False,
        text: str = "Hello",
        headers: Optional[dict[str, str]] = None,
        path: str = "/v1/chat/completions",
        **more: Any,
    ) -> httpx.Response:
        body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": text}], **more}
        if stream:
            body["stream"] = True
        return self.client.post(path, json=body, headers=headers)

    def who(self, model: str, **more: Any) -> str:
        """Who answered, by the text of the answer."""
        response = self(model, **more)
        assert response.status_code == 200, response.text
        return str(response.json()["choices"][0]["message"]["content"])


def attempts_of(response: httpx.Response) -> list[dict[str, str]]:
    """`x-sluice-attempts`, taken apart."""
    found = []
    for item in filter(None, response.headers.get("x-sluice-attempts", "").split(", ")):
        target, *parameters = item.split(";")
        found.append({"target": target.strip('"'), **dict(each.split("=", 1) for each in parameters)})
    return found


def target_state(gateway: Gateway, provider: str) -> float:
    """`sluice_target_state` of a provider that has one target in use."""
    return max(
        value
        for (name, labels), value in gateway.metrics().samples.items()
        if name == "sluice_target_state" and ("provider", provider) in labels
    )


def wait_for_state(gateway: Gateway, provider: str, state: float, *, seconds: float = 10) -> None:
    eventually(
        lambda: target_state(gateway, provider) == state, f"the target of {provider} is in state {state:g}", seconds=seconds
    )


Start = Callable[..., Gateway]
