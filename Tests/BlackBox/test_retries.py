"""What is tried again and what is not: retries, fallbacks, credentials, breakers, queues, and what is told of it."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any, Callable

import pytest
from harness.events import ends_well, text_of
from harness.raw import RawConnection, chat_body, request_bytes
from harness.targets import (
    Asker,
    Hold,
    Start,
    Targets,
    attempts_of,
    drops,
    in_turn,
    refuses,
    says,
    target_state,
    wait_for_state,
)
from harness.upstream import STREAM_HEAD, Exchange, Reply, chunk, closed_port, delta, event
from harness.waiting import PATIENCE, eventually

Make = Callable[..., Targets]
Asking = Callable[..., Asker]

#: No breaker and hardly a wait: what a test says is all that happens.
PLAIN = {"breaker": "off"}
QUICK = "1ms..2ms"


def hangs(exchange: Exchange) -> None:
    """Takes the request and says nothing until the gateway leaves."""
    exchange.wait_until_peer_leaves(20)
    exchange.close()


class TestWhatIsTriedAgain:
    def test_no_connection(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("b")
        providers = targets.providers(**PLAIN)
        providers["gone"] = {**providers["b"], "base_url": f"http://127.0.0.1:{closed_port()}/v1"}
        ask = asking(start_gateway({"providers": providers, "models": {"m": ["gone", "b"]}}))
        for stream in (False, True):
            response = ask("m", stream=stream)
            assert response.status_code == 200
            first, second = attempts_of(response)
            assert (first["target"], first["reason"], first["error"]) == ("gone/m", "first", "connect")
            assert (second["target"], second["reason"], second["status"]) == ("b/m", "retry", "200")

    @pytest.mark.parametrize(
        "reply, error",
        [(hangs, "timeout"), (drops, "closed_before_answer"), (refuses(500), "server_error"), (refuses(529), "server_error")],
        ids=["timeout", "drop", "500", "529"],
    )
    def test_a_failure_before_the_answer(
        self, start_gateway: Start, make_targets: Make, asking: Asking, reply: Reply, error: str
    ) -> None:
        targets = make_targets("a", "b")
        targets["a"].reply = reply
        gateway = start_gateway(
            {
                "providers": targets.providers(**PLAIN, timeouts={"first_byte": "200ms"}),
                "models": {"m": ["a", "b"]},
            }
        )
        ask = asking(gateway)
        assert ask.who("m") == "b"
        response = ask("m", stream=True)
        assert text_of(response.content) == "b" and ends_well(response.content)
        assert [attempt.get("error") for attempt in attempts_of(response)] == [error, None]
        assert targets.counts() == {"a": 2, "b": 2}

    def test_what_is_the_clients_fault_is_not(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(),
                    "models": {"m": {"targets": ["a", "b"], "retry": {"attempts": 5, "backoff": QUICK}}},
                }
            )
        )
        for status in (400, 404, 413, 422):
            targets["a"].reply = refuses(status)
            assert ask("m").status_code == status
        assert targets.counts() == {"a": 4, "b": 0}

    def test_a_limit_is_waited_for(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a")
        targets["a"].reply = in_turn(refuses(429, ("retry-after-ms", "300")), says("a"))
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(),
                    "models": {"m": {"targets": ["a"], "retry": {"attempts": 2, "backoff": QUICK}}},
                }
            )
        )
        begin = time.monotonic()
        response = ask("m")
        assert response.status_code == 200
        assert 0.29 <= time.monotonic() - begin < 5 * PATIENCE
        assert [attempt["status"] for attempt in attempts_of(response)] == ["429", "200"]

    def test_a_limit_that_is_too_long_is_told_at_once(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a")
        targets["a"].reply = refuses(429, ("retry-after", "30"))
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(),
                    "models": {
                        "m": {"targets": ["a"], "retry": {"attempts": 3, "backoff": QUICK, "retry_after_cap": "1s"}}
                    },
                }
            )
        )
        begin = time.monotonic()
        response = ask("m")
        assert response.status_code == 429
        assert response.headers["retry-after"] == "30"
        assert time.monotonic() - begin < 3 * PATIENCE
        assert targets.counts() == {"a": 1}

    def test_no_more_often_than_it_may_be(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        for name in ("a", "b"):
            targets[name].reply = refuses(503)
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(**PLAIN, retry_budget="off"),
                    "models": {"m": {"targets": ["a", "b"], "retry": {"attempts": 5, "backoff": QUICK}}},
                }
            )
        )
        response = ask("m")
        assert response.status_code == 503
        assert [attempt["reason"] for attempt in attempts_of(response)] == ["first"] + ["retry"] * 4
        assert targets.counts() == {"a": 3, "b": 2}, "the other target comes before the same again"

    def test_only_after_the_failures_that_are_named(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(**PLAIN),
                    "models": {"m": {"targets": ["a", "b"], "retry": {"attempts": 3, "on": ["5xx"], "backoff": QUICK}}},
                }
            )
        )
        targets["a"].reply = drops
        assert ask("m").status_code == 502
        targets["a"].reply = refuses(500)
        assert ask.who("m") == "b"

    def test_only_what_failed_soon_enough(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(**PLAIN),
                    "models": {"m": {"targets": ["a", "b"], "retry": {"within": "150ms", "backoff": QUICK}}},
                }
            )
        )
        targets["a"].reply = refuses(500)
        assert ask.who("m") == "b"

        def late(exchange: Exchange) -> None:
            time.sleep(0.4)
            refuses(500)(exchange)

        targets["a"].reply = late
        assert ask("m").status_code == 500

    def test_the_deadline_of_all_is_the_end(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(**PLAIN),
                    "models": {
                        # Each wait is drawn below ten seconds, which is mostly more than is left.
                        "waits": {
                            "targets": ["a"],
                            "retry": {"attempts": 20, "backoff": "10s..10s"},
                            "timeouts": {"total": "600ms"},
                        },
                        "hangs": {"targets": ["b"], "retry": {"attempts": 20}, "timeouts": {"total": "600ms"}},
                    },
                }
            )
        )
        targets["a"].reply = refuses(500)
        targets["b"].reply = hangs
        for model, status in [("waits", 500), ("hangs", 504)]:
            begin = time.monotonic()
            assert ask(model).status_code == status
            assert time.monotonic() - begin < 0.6 + 1.5 * PATIENCE

    def test_the_deadline_of_all_holds_for_fallbacks_that_have_more_time_themselves(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        targets["a"].reply, targets["b"].reply = refuses(500), hangs
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(**PLAIN),
                    "models": {
                        "m": {"targets": ["a"], "fallback": {"default": ["patient"]}, "timeouts": {"total": "600ms"}},
                        "patient": {"targets": ["b"], "timeouts": {"total": "10s"}},
                    },
                }
            )
        )
        begin = time.monotonic()
        assert ask("m").status_code == 504
        assert time.monotonic() - begin < 0.6 + 1.5 * PATIENCE

    def test_nobody_else_is_connected_to_for_a_client_that_left(
        self, start_gateway: Start, make_targets: Make
    ) -> None:
        targets = make_targets("a", "b")
        # A server that takes connections and never says a word of TLS.
        with socket.create_server(("127.0.0.1", 0)) as mute:
            providers = targets.providers(timeouts={"connect": "600ms"}, **PLAIN)
            providers["a"]["base_url"] = f"https://127.0.0.1:{mute.getsockname()[1]}/v1"
            gateway = start_gateway({"providers": providers, "models": {"m": ["a", "b"]}})
            with RawConnection(gateway.port) as client:
                client.send(request_bytes(body=chat_body("m"), headers=[("x-request-id", "left")], key=gateway.key))
                connection, _ = mute.accept()
            line = gateway.log_line("left")
            connection.close()
        assert (line["status"], line["attempts"]) == (499, 1)
        assert targets.counts()["b"] == 0

    def test_not_more_than_the_budget_of_retries_has(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a")
        targets["a"].reply = refuses(500)
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(**PLAIN),
                    "models": {"m": {"targets": ["a"], "retry": {"attempts": 4, "backoff": QUICK}}},
                }
            )
        )
        begin = time.monotonic()
        for _ in range(100):
            assert ask("m").status_code == 500
        windows = 1 + int((time.monotonic() - begin) / 10)
        asked = targets.counts()["a"]
        # 20 % of 100 requests, or ten within ten seconds where that is more.
        assert 110 <= asked <= 100 + 20 + 10 * windows, asked

    def test_as_the_vendor_says_in_so_many_words(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a")
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(**PLAIN),
                    "models": {"m": {"targets": ["a"], "retry": {"attempts": 2, "backoff": QUICK}}},
                }
            )
        )
        targets["a"].reply = refuses(503, ("x-should-retry", "false"))
        assert ask("m").status_code == 503
        assert targets.counts() == {"a": 1}
        targets["a"].reply = in_turn(refuses(409, ("x-should-retry", "true")), says("a"))
        assert ask.who("m") == "a"
        assert targets.counts() == {"a": 3}


class TestRequestsThatAct:
    """Pictures, sounds, and responses that the provider keeps: never made twice by the gateway."""

    REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
        "images": ("/v1/images/generations", {"model": "m", "prompt": "A gate."}),
        "speech": ("/v1/audio/speech", {"model": "m", "input": "Open.", "voice": "alloy"}),
        "stored": ("/v1/responses", {"model": "m", "input": "Hi", "store": True}),
        "background": ("/v1/responses", {"model": "m", "input": "Hi", "background": True}),
    }

    @pytest.fixture
    def setting(self, start_gateway: Start, make_targets: Make, asking: Asking) -> Any:
        targets = make_targets("a", "b")
        providers = targets.providers(**PLAIN, kind="openai", timeouts={"first_byte": "300ms"})
        providers["gone"] = {**providers["b"], "base_url": f"http://127.0.0.1:{closed_port()}/v1"}
        retry = {"attempts": 4, "backoff": QUICK}
        gateway = start_gateway(
            {
                "providers": providers,
                "models": {
                    "m": {"targets": ["a", "b"], "retry": retry},
                    "with-gone": {"targets": ["gone", "b"], "retry": retry},
                },
            }
        )
        return targets, asking(gateway).client

    @pytest.mark.parametrize("kind", REQUESTS)
    def test_are_not_repeated_once_they_were_sent(self, setting: Any, kind: str) -> None:
        targets, client = setting
        path, body = self.REQUESTS[kind]
        for reply in (refuses(500), drops, hangs):
            targets.forget()
            targets["a"].reply = reply
            assert client.post(path, json=body).status_code >= 500
            assert targets.counts() == {"a": 1, "b": 0}

    @pytest.mark.parametrize("kind", REQUESTS)
    def test_are_repeated_when_they_cannot_have_been_acted_upon(self, setting: Any, kind: str) -> None:
        targets, client = setting
        path, body = self.REQUESTS[kind]
        for status, *headers in [(429,), (401,), (500, ("x-should-retry", "true"))]:
            targets.forget()
            targets["a"].reply = refuses(status, *headers)
            assert client.post(path, json=body).status_code == 200, status
            assert targets.counts()["b"] == 1
        targets.forget()
        assert client.post(path, json={**body, "model": "with-gone"}).status_code == 200
        assert targets.counts() == {"a": 0, "b": 1}

    def test_a_response_that_is_not_kept_is_repeated(self, setting: Any) -> None:
        targets, client = setting
        targets["a"].reply = refuses(500)
        body = {"model": "m", "input": "Hi", "store": False}
        assert client.post("/v1/responses", json=body).status_code == 200
        assert targets.counts() == {"a": 1, "b": 1}

    def test_a_kept_alive_connection_that_was_closed_just_then_is_no_excuse(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a")
        client = asking(
            start_gateway({"providers": targets.providers(**PLAIN, kind="openai"), "models": {"m": "a"}})
        ).client
        connections: dict[int, int] = {}

        def once_a_connection(exchange: Exchange) -> None:
            number = exchange.request.connection
            connections[number] = connections.get(number, 0) + 1
            if connections[number] > 1:
                return drops(exchange)
            says("a")(exchange)

        targets["a"].reply = once_a_connection
        chat = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
        statuses = [client.post("/v1/chat/completions", json=chat).status_code for _ in range(4)]
        assert statuses == [200] * 4, "a chat is sent again on a fresh connection"
        assert max(connections.values()) == 2
        connections.clear()
        path, body = self.REQUESTS["images"]
        statuses = [client.post(path, json=body).status_code for _ in range(6)]
        assert statuses == [200, 502] * 3, "a picture is not"


CONTEXT_WINDOW: dict[str, tuple[int, Any]] = {
    "openai": (
        400,
        {
            "error": {
                "message": "This model's maximum context length is 128000 tokens.",
                "type": "invalid_request_error",
                "param": "messages",
                "code": "context_length_exceeded",
            }
        },
    ),
    "anthropic": (
        400,
        {
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "message": "prompt is too long: 215000 tokens > 200000 maximum",
            },
        },
    ),
    "gemini": (
        400,
        {
            "error": {
                "code": 400,
                "message": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                "status": "INVALID_ARGUMENT",
            }
        },
    ),
    "vllm": (
        400,
        {
            "object": "error",
            "message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        },
    ),
    "cohere": (400, {"message": "too many tokens: size limit exceeded by 3412 tokens."}),
}


class TestFallbacks:
    @pytest.mark.parametrize("kind", CONTEXT_WINDOW)
    def test_a_prompt_that_is_too_long(
        self, start_gateway: Start, make_targets: Make, asking: Asking, kind: str
    ) -> None:
        targets = make_targets("vendor", "long", "any")
        status, body = CONTEXT_WINDOW[kind]
        targets["vendor"].reply = refuses(status, body=body)
        providers = targets.providers()
        base = targets["vendor"].url if kind in ("anthropic", "gemini", "cohere") else targets["vendor"].base_url
        providers["vendor"] |= {"kind": kind, "base_url": base}
        ask = asking(
            start_gateway(
                {
                    "providers": providers,
                    "models": {
                        "m": {
                            "targets": [{"provider": "vendor", "model": "x"}],
                            "fallback": {"default": ["any"], "context_window": ["long"]},
                        },
                        "default": {
                            "targets": [{"provider": "vendor", "model": "x"}],
                            "fallback": {"default": ["any"]},
                        },
                        "none": {
                            "targets": [{"provider": "vendor", "model": "x"}],
                            "fallback": {"default": ["any"], "context_window": []},
                        },
                    },
                }
            )
        )
        for stream in (False, True):
            response = ask("m", stream=stream, max_tokens=16)
            assert response.status_code == 200, response.text
            first, second = attempts_of(response)
            assert first["error"] == "context_window"
            assert (second["target"], second["reason"]) == ("long/m", "fallback")
        assert ask("none", max_tokens=16).status_code == 400, "an empty list means none"
        assert targets.counts()["any"] == 0
        assert ask.who("default", max_tokens=16) == "any", "without a list of its own it goes where all else goes"

    def test_what_a_policy_refused(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b", "any")
        targets["a"].reply = refuses(
            400,
            body={
                "error": {
                    "message": "Your request was rejected by our safety system.",
                    "type": "invalid_request_error",
                    "param": None,
                    "code": "content_policy_violation",
                }
            },
        )
        ask = asking(
            start_gateway(
                {
                    "providers": targets.providers(),
                    "models": {"m": {"targets": ["a"], "fallback": {"default": ["any"], "content_policy": ["b"]}}},
                }
            )
        )
        assert ask.who("m") == "b"
        assert targets.counts() == {"a": 1, "b": 1, "any": 0}

    def test_after_all_targets_failed_one_model_after_the_other(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b", "c", "d")
        for name in ("a", "b", "c"):
            targets[name].reply = refuses(503)
        gateway = start_gateway(
            {
                "providers": targets.providers(**PLAIN),
                "models": {
                    "m": {"targets": ["a", "b"], "fallback": {"default": ["second", "third"]}},
                    "second": {"targets": [{"provider": "c", "model": "c-model"}]},
                    "third": {"targets": [{"provider": "d", "model": "d-model"}]},
                },
            }
        )
        ask = asking(gateway)
        response = ask("m", headers={"x-request-id": "fell-back"})
        assert response.json()["choices"][0]["message"]["content"] == "d"
        assert response.json()["model"] == "m", "the client sees the name that it asked for"
        assert [(attempt["target"], attempt["reason"]) for attempt in attempts_of(response)] == [
            ("a/m", "first"),
            ("b/m", "retry"),
            ("c/c-model", "fallback"),
            ("d/d-model", "fallback"),
        ]
        line = gateway.log_line("fell-back")
        assert line["attempts"] == 4
        assert [
            (each["provider"], each["reason"], each["outcome"], each.get("status"), each.get("error_type"))
            for each in line["tries"]
        ] == [
            ("a", "first", "refused", 503, "server_error"),
            ("b", "retry", "refused", 503, "server_error"),
            ("c", "fallback", "refused", 503, "server_error"),
            ("d", "fallback", "answered", 200, None),
        ]
        starts = [each["start_ms"] for each in line["tries"]]
        assert starts == sorted(starts) and all(each["duration_ms"] >= 0 for each in line["tries"])
        assert (line["provider"], line["target_model"], line["status"]) == ("d", "d-model", 200)
        metrics = gateway.metrics()
        for provider, reason, outcome in [
            ("a", "first", "refused"),
            ("b", "retry", "refused"),
            ("c", "fallback", "refused"),
            ("d", "fallback", "answered"),
        ]:
            assert metrics.total("sluice_attempts_total", provider=provider, reason=reason, outcome=outcome) == 1

    def test_without_an_answer_the_last_word_is_the_clients(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        targets["a"].reply = refuses(503)
        targets["b"].reply = refuses(429, ("retry-after", "30"))
        response = asking(start_gateway({"providers": targets.providers(), "models": {"m": ["a", "b"]}}))("m")
        assert response.status_code == 429
        assert response.headers["retry-after"] == "30"
        assert len(attempts_of(response)) == 2


def by_key(**replies: Reply) -> Reply:
    """A reply by the last letters of the credential that was sent."""

    def reply(exchange: Exchange) -> None:
        key = (exchange.request.header("authorization") or "").rsplit("-", 1)[-1]
        replies[key](exchange)

    return reply


class TestCredentials:
    KEYS = ["sk-0123456789-one", "sk-0123456789-two"]

    @staticmethod
    def used(targets: Targets, name: str = "a") -> list[str]:
        return [(request.header("authorization") or "").rsplit("-", 1)[-1] for request in targets.asked(name)]

    def start(self, start_gateway: Start, targets: Targets) -> Any:
        providers = targets.providers()
        providers["a"].pop("api_key")
        providers["a"]["api_keys"] = self.KEYS
        return start_gateway(
            {
                "providers": providers,
                "models": {
                    "m": {"targets": [{"provider": "a", "model": "x"}]},
                    "other": {"targets": [{"provider": "a", "model": "y"}]},
                    "with-b": {"targets": [{"provider": "a", "model": "z"}, "b"]},
                },
            }
        )

    def test_take_turns(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        ask = asking(self.start(start_gateway, targets))
        for _ in range(8):
            assert ask.who("m") == "a"
        assert sorted(self.used(targets)) == ["one"] * 4 + ["two"] * 4

    def test_one_that_is_refused_is_left_alone_everywhere(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        targets["a"].reply = by_key(one=refuses(401), two=says("a"))
        gateway = self.start(start_gateway, targets)
        ask = asking(gateway)
        for _ in range(8):
            assert ask.who("m") == "a"
        for _ in range(4):
            assert ask.who("other") == "a"
        assert self.used(targets).count("one") == 1
        metrics = gateway.metrics()
        assert metrics.total("sluice_health_changes_total", provider="a", change="credential_left_alone") == 1
        assert metrics.total("sluice_target_credentials_left_alone", provider="a", target_model="x") == 1
        assert target_state(gateway, "a") == 0, "the target is not to blame"
        gateway.process.wait_for_message("credential_left_alone")
        for key in self.KEYS:
            assert key not in gateway.process.output and key not in metrics.text

    def test_one_that_is_limited_is_left_alone_on_that_target(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")

        def limited(exchange: Exchange) -> None:
            one = (exchange.request.header("authorization") or "").endswith("one")
            if one and exchange.request.json["model"] == "x":
                return refuses(429, ("retry-after", "60"))(exchange)
            says("a")(exchange)

        targets["a"].reply = limited
        ask = asking(self.start(start_gateway, targets))
        for _ in range(8):
            assert ask.who("m") == "a"
        assert self.used(targets).count("one") == 1
        targets.forget()
        for _ in range(8):
            assert ask.who("other") == "a"
        assert self.used(targets).count("one") == 4, "on the other target it is as good as ever"

    def test_another_403_is_nobodys_fault(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        targets["a"].reply = refuses(
            403, body={"error": {"message": "Region not supported", "type": "forbidden", "param": None, "code": "region"}}
        )
        gateway = self.start(start_gateway, targets)
        ask = asking(gateway)
        for _ in range(12):
            assert ask.who("with-b") == "b"
        assert sorted(self.used(targets)) == ["one"] * 6 + ["two"] * 6, "nothing is left alone"
        assert gateway.metrics().total("sluice_health_changes_total", provider="a") == 0

    def test_when_all_are_refused_it_is_not_the_clients_key(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        targets["a"].reply = refuses(401)
        ask = asking(self.start(start_gateway, targets))
        response = ask("m")
        assert response.status_code == 502
        assert response.json()["error"]["code"] == "upstream_credentials"
        assert len(targets.asked("a")) == 2


class TestTheBreaker:
    BREAKER = {"consecutive": 3, "cool_down": "400ms", "cool_down_cap": "400ms"}

    def test_opens_finds_out_by_one_request_and_closes(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        gateway = start_gateway(
            {"providers": targets.providers(breaker=self.BREAKER), "models": {"m": ["a", "b"]}}
        )
        ask = asking(gateway)
        targets["a"].reply = refuses(500)
        for _ in range(6):
            assert ask.who("m") == "b"
        assert targets.counts()["a"] == 3, "after three failures it is left alone"
        assert target_state(gateway, "a") == 2
        gateway.process.wait_for_message("target_left_alone")
        held = Hold(says("a"))
        targets["a"].reply = held
        time.sleep(0.45)
        probe = asking(gateway)
        answers: list[str] = []
        thread = threading.Thread(target=lambda: answers.append(probe.who("m")))
        thread.start()
        held.wait_for_one()
        try:
            assert target_state(gateway, "a") == 1
            assert [ask.who("m") for _ in range(5)] == ["b"] * 5, "all others stay away from it"
            assert targets.counts()["a"] == 4
        finally:
            held.release()
            thread.join(20)
        assert answers == ["a"]
        wait_for_state(gateway, "a", 0)
        assert ask.who("m") == "a"
        metrics = gateway.metrics()
        assert metrics.total("sluice_health_changes_total", provider="a", change="target_left_alone") == 1
        assert metrics.total("sluice_health_changes_total", provider="a", change="target_recovered") == 1

    def test_opens_again_when_it_is_no_better(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        gateway = start_gateway(
            {"providers": targets.providers(breaker=self.BREAKER), "models": {"m": ["a", "b"]}}
        )
        ask = asking(gateway)
        targets["a"].reply = refuses(500)
        for _ in range(4):
            ask("m")
        time.sleep(0.45)
        for _ in range(4):
            assert ask.who("m") == "b"
        assert targets.counts()["a"] == 4
        assert target_state(gateway, "a") == 2

    def test_the_least_bad_one_is_better_than_none(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        slow = {**self.BREAKER, "cool_down": "60s", "cool_down_cap": "60s"}
        gateway = start_gateway({"providers": targets.providers(breaker=slow), "models": {"m": ["a", "b"]}})
        ask = asking(gateway)
        for name in ("a", "b"):
            targets[name].reply = refuses(500)
        for _ in range(4):
            assert ask("m").status_code == 500
        assert (target_state(gateway, "a"), target_state(gateway, "b")) == (2, 2)
        targets.forget()
        assert ask("m").status_code == 500
        assert sum(targets.counts().values()) == 1, "one is tried, once"
        for name in ("a", "b"):
            targets[name].reply = says(name)
        assert ask.who("m") in ("a", "b")
        assert 0 in (target_state(gateway, "a"), target_state(gateway, "b")), "an answer closes the breaker at once"

    def test_a_failure_within_a_stream_counts(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")

        def breaks(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD + chunk(event(delta("half"))))
            time.sleep(0.1)
            exchange.reset()

        targets["a"].reply = breaks
        # An answer that begins well and breaks is half a success: of two such streams, two of four counts are failures.
        breaker = {"minimum": 4, "failures": "50%", "cool_down": "60s"}
        ask = asking(start_gateway({"providers": targets.providers(breaker=breaker), "models": {"m": ["a", "b"]}}))
        for _ in range(2):
            assert "upstream_broke" in ask("m", stream=True).text
        assert text_of(ask("m", stream=True).content) == "b"


class TestConcurrency:
    def start(self, start_gateway: Start, targets: Targets, timeouts: dict[str, str]) -> Any:
        return start_gateway(
            {
                "providers": targets.providers(max_concurrency=1, queue=1),
                "models": {"m": "a", "hurried": {"targets": ["a"], "timeouts": timeouts}},
            }
        )

    def test_the_queue_is_bounded_and_fair(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a")
        held = Hold(says("a"))
        targets["a"].reply = held
        gateway = self.start(start_gateway, targets, {"queue": "10s"})
        statuses: list[int] = []

        def one() -> None:
            statuses.append(asking(gateway)("m").status_code)

        threads = [threading.Thread(target=one) for _ in range(2)]
        threads[0].start()
        held.wait_for_one()
        threads[1].start()
        eventually(lambda: gateway.metrics().total("http_requests_in_flight", path="/v1/chat/completions") == 2, "both wait")
        time.sleep(0.1)
        refused = asking(gateway)("m")
        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "provider_queue_full"
        assert refused.headers["retry-after"]
        assert targets.counts() == {"a": 1}
        held.release()
        for thread in threads:
            thread.join(20)
        assert statuses == [200, 200]

    @pytest.mark.parametrize("timeouts", [{"queue": "300ms"}, {"queue": "10s", "total": "300ms"}], ids=["queue", "total"])
    def test_nobody_waits_beyond_a_deadline(
        self, start_gateway: Start, make_targets: Make, asking: Asking, timeouts: dict[str, str]
    ) -> None:
        targets = make_targets("a")
        held = Hold(says("a"))
        targets["a"].reply = held
        gateway = self.start(start_gateway, targets, timeouts)
        first = asking(gateway)
        thread = threading.Thread(target=lambda: first("m"))
        thread.start()
        held.wait_for_one()
        begin = time.monotonic()
        response = asking(gateway)("hurried")
        waited = time.monotonic() - begin
        held.release()
        thread.join(20)
        assert response.status_code == 504
        assert 0.28 <= waited < 0.3 + 1.5 * PATIENCE

    def test_a_busy_provider_is_passed_over_for_another(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        held = Hold(says("a"))
        targets["a"].reply = held
        providers = targets.providers()
        providers["a"] |= {"max_concurrency": 1, "queue": 0}
        gateway = start_gateway({"providers": providers, "models": {"m": ["a", "b"]}})
        first = asking(gateway)
        thread = threading.Thread(target=lambda: first("m"))
        thread.start()
        held.wait_for_one()
        try:
            response = asking(gateway)("m")
            assert response.json()["choices"][0]["message"]["content"] == "b"
            assert [attempt.get("error") for attempt in attempts_of(response)] == ["queue_full", None]
            assert target_state(gateway, "a") == 0, "nobody is to blame"
        finally:
            held.release()
            thread.join(20)

    def test_permits_come_back_whatever_happens(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a")
        gateway = start_gateway(
            {
                "providers": targets.providers(max_concurrency=1, queue=0, breaker="off", timeouts={"first_byte": "100ms"}),
                "models": {"m": {"targets": ["a"], "retry": {"attempts": 2, "backoff": QUICK}}},
            }
        )
        ask = asking(gateway)
        for reply in (refuses(500), drops, hangs, refuses(400), lambda exchange: exchange.send(b"no http\r\n\r\n")):
            targets["a"].reply = reply
            assert ask("m").status_code >= 400
            targets["a"].reply = says("a")
            assert ask.who("m") == "a", "the permit is there for the next one"
