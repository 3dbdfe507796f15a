"""Metrics, health, log lines, and what must never be written anywhere."""

from __future__ import annotations

import json
import re
from typing import Any, Callable

import pytest
from harness.configuration import UPSTREAM_KEY, upstream_configuration
from harness.gateway import Gateway
from harness.raw import RawConnection, chat_body, request_bytes
from harness.upstream import FakeUpstream, closed_port, json_bytes
from harness.waiting import eventually

LOG_FIELDS = {
    "timestamp",
    "level",
    "message",
    "request_id",
    "method",
    "path",
    "surface",
    "status",
    "key_id",
    "model",
    "provider",
    "target_model",
    "attempts",
    "latency_ms",
    "ttft_ms",
    "upstream_ms",
    "prompt_tokens",
    "completion_tokens",
    "streamed",
    "finish_reason",
}

METRICS = {
    "http_requests_total": "counter",
    "http_request_duration_seconds": "histogram",
    "http_requests_in_flight": "gauge",
    "upstream_request_duration_seconds": "histogram",
    "upstream_requests_total": "counter",
    "streaming_events_total": "counter",
    "streaming_bytes_total": "counter",
    "streaming_duration_seconds": "histogram",
    "auth_requests_total": "counter",
    "gateway_requests_total": "counter",
    "gateway_request_duration_ms": "histogram",
    "gateway_tokens_total": "counter",
    "gen_ai_client_token_usage": "histogram",
    "gen_ai_server_request_duration": "histogram",
    "gen_ai_server_time_to_first_token": "histogram",
}


def ask(gateway: Gateway, body: bytes = chat_body(), *headers: tuple[str, str], key: str = "") -> int:
    with RawConnection(gateway.port) as connection:
        connection.send(request_bytes(body=body, headers=list(headers), key=key or gateway.key))
        return connection.read_response().status


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, session_upstream: FakeUpstream) -> Any:
    """A gateway that has seen one of each."""
    configuration = upstream_configuration(session_upstream)
    configuration["providers"]["gone"] = {
        "kind": "openai",
        "base_url": f"http://127.0.0.1:{closed_port()}/v1",
        "api_key": "sk-gone",
    }
    configuration["models"]["gone"] = "gone"
    gateway = Gateway(tmp_path_factory.mktemp("busy"), configuration)
    session_upstream.forget()
    assert ask(gateway) == 200
    assert ask(gateway, chat_body(stream=True)) == 200
    assert ask(gateway, chat_body("mock")) == 200
    assert ask(gateway, chat_body("gone")) == 502
    assert ask(gateway, key="sk-wrong") == 401
    assert ask(gateway, b"{") == 400
    yield gateway
    gateway.stop()


class TestMetrics:
    def test_every_name_is_there(self, busy: Gateway) -> None:
        types = busy.metrics().types
        for name, kind in METRICS.items():
            found = {key: value for key, value in types.items() if key.startswith(name)}
            assert kind in found.values(), f"{name}: {found}"

    def test_histograms_are_whole(self, busy: Gateway) -> None:
        metrics = busy.metrics()
        for name, kind in metrics.types.items():
            if kind != "histogram":
                continue
            groups: dict[tuple[Any, ...], list[tuple[float, float]]] = {}
            for (sample, labels), value in metrics.samples.items():
                if sample == name + "_bucket":
                    bound = dict(labels)["le"]
                    rest = tuple(pair for pair in labels if pair[0] != "le")
                    groups.setdefault(rest, []).append((float(bound.replace("+Inf", "inf")), value))
            for labels, buckets in groups.items():
                buckets.sort()
                counts = [count for _, count in buckets]
                assert buckets[-1][0] == float("inf") and len(buckets) > 3, (name, labels)
                assert counts == sorted(counts), (name, labels)
                assert metrics.samples[name + "_count", labels] == counts[-1]
                assert (name + "_sum", labels) in metrics.samples

    def test_they_count(self, busy: Gateway) -> None:
        def settled() -> bool:
            return busy.metrics().total("http_requests_total", path="/v1/chat/completions") >= 6

        eventually(settled, "all requests are counted")
        metrics = busy.metrics()
        chat = {"method": "POST", "path": "/v1/chat/completions"}
        assert metrics.total("http_requests_total", status="200", **chat) == 3
        assert metrics.total("http_requests_total", status="502", **chat) == 1
        assert metrics.total("http_requests_total", status="401", **chat) == 1
        assert metrics.total("http_requests_total", status="400", **chat) == 1
        assert metrics.total("http_request_duration_seconds_count", **chat) == 6
        assert metrics.total("http_requests_in_flight", **chat) == 0
        assert metrics.total("auth_requests_total", result="denied") == 1
        assert metrics.total("auth_requests_total", result="allowed") >= 4
        assert metrics.total("gateway_requests_total", model="plain") == 2
        assert (
            metrics.total("upstream_requests_total", provider="scripted") == 2
            or metrics.total("upstream_requests_total", upstream="scripted") == 2
        )
        assert metrics.total("upstream_errors_total", upstream="gone") == 1
        assert metrics.total("gateway_tokens_total", model="plain") == 24
        assert metrics.total("streaming_events_total") >= 4
        assert metrics.total("streaming_bytes_total") > 100

    def test_made_up_names_make_no_series(self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream) -> None:
        gateway = start_gateway()
        connection = RawConnection(gateway.port)
        with connection:
            for batch in range(200):
                requests = b""
                for number in range(50):
                    name = f"made-up-{batch * 50 + number}"
                    requests += request_bytes(
                        body=b'{"model":"%s"}' % name.encode(),
                        target=f"/v1/chat/completions?x={name}",
                        headers=[("X-Request-ID", name)],
                        key=gateway.key,
                    )
                connection.send(requests)
                for _ in range(50):
                    assert connection.read_response().status == 404
            for number in range(500):
                connection.send(
                    request_bytes(body=chat_body(f"scripted/any-{number}"), key=gateway.key)
                    + request_bytes("GET", f"/path-{number}")
                )
                assert connection.read_response().status == 200
                assert connection.read_response(of="GET").status == 404
        metrics = gateway.metrics()
        assert len(metrics.samples) < 2500, f"{len(metrics.samples)} series"
        assert len(metrics.text) < 400_000
        assert metrics.total("gateway_requests_total", model="other") >= 10_000
        assert "made-up-17" not in metrics.text and "path-17" not in metrics.text

    def test_the_in_flight_gauge(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        chat = {"method": "POST", "path": "/v1/chat/completions"}
        with RawConnection(gateway.port) as connection:
            connection.send(
                request_bytes(body=chat_body("mock"), headers=[("x-mock-header-delay", "600ms")], key=gateway.key)
            )
            eventually(lambda: gateway.metrics().total("http_requests_in_flight", **chat) == 1, "it is in flight")
            assert connection.read_response().status == 200
        eventually(lambda: gateway.metrics().total("http_requests_in_flight", **chat) == 0, "it is over")

    def test_no_key_is_needed(self, gateway: Gateway) -> None:
        with gateway.client(headers={}) as client:
            response = client.get("/metrics")
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/plain")


class TestHealth:
    def test_health(self, gateway: Gateway) -> None:
        with gateway.client(headers={}) as client:
            value = client.get("/health").json()
        assert value["status"] in ("healthy", "degraded")
        assert isinstance(value["version"], str)
        assert value["uptime_seconds"] >= 0
        assert "scripted" in value["providers"]

    def test_live_and_ready(self, gateway: Gateway) -> None:
        with gateway.client(headers={}) as client:
            for path in ("/health/live", "/health/ready"):
                response = client.get(path)
                assert response.status_code == 200
                assert response.headers["x-request-id"]

    def test_health_never_tells_a_secret(self, gateway: Gateway) -> None:
        with gateway.client(headers={}) as client:
            text = client.get("/health").text
        assert UPSTREAM_KEY not in text and gateway.key not in text


class TestLogLine:
    def test_its_fields(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        assert ask(gateway, chat_body("renamed"), ("X-Request-ID", "logged-whole")) == 200
        line = gateway.log_line("logged-whole")
        missing = LOG_FIELDS - set(line) - {"ttft_ms"}
        assert not missing, missing
        assert (line["method"], line["path"], line["surface"]) == ("POST", "/v1/chat/completions", "chat")
        assert (line["status"], line["attempts"], line["streamed"]) == (200, 1, False)
        assert (line["model"], line["provider"], line["target_model"]) == ("renamed", "scripted", "upstream-name")
        assert line["key_id"] == "test"
        assert (line["prompt_tokens"], line["completion_tokens"]) == (7, 5)
        assert 0 < line["latency_ms"] < 5000 and 0 <= line["upstream_ms"] <= line["latency_ms"]
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", line["timestamp"])

    def test_a_stream(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        headers = [("X-Request-ID", "logged-stream"), ("x-mock-delay", "80ms"), ("x-mock-token-delay", "5ms")]
        assert ask(gateway, chat_body("mock", stream=True), *headers) == 200
        line = gateway.log_line("logged-stream")
        assert line["streamed"] is True and line["finish_reason"] == "stop"
        assert 70 < line["ttft_ms"] <= line["latency_ms"]
        assert line["completion_tokens"] > 0

    @pytest.mark.parametrize(
        ("name", "body", "headers", "status"),
        [
            ("refused-json", b"{", [], 400),
            ("refused-model", chat_body("nobody"), [], 404),
            ("failed-upstream", chat_body("mock"), [("x-mock-status", "500")], 500),
            ("cut-stream", chat_body("mock", stream=True), [("x-mock-cut-after", "2")], 200),
        ],
    )
    def test_failures_say_why(
        self, gateway: Gateway, upstream: FakeUpstream, name: str, body: bytes, headers: Any, status: int
    ) -> None:
        seen = ask(gateway, body, ("X-Request-ID", name), *headers)
        line = gateway.log_line(name)
        # A stream that broke was a 200 to its client; the log may call it what it was.
        assert line["status"] == seen or (seen == 200 and line["status"] == 502)
        assert line["error_type"]

    def test_exactly_one_line_a_request(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        for number in range(20):
            ask(gateway, chat_body(stream=number % 2 == 0), ("X-Request-ID", f"once-{number}"))
        for number in range(20):
            gateway.log_line(f"once-{number}")
        lines = [record for record in gateway.process.records if str(record.get("request_id", "")).startswith("once-")]
        assert len(lines) == 20

    def test_every_line_is_json(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        assert ask(gateway, chat_body('odd "name"\\\n\u0000\u2028'), ("X-Request-ID", "odd-name")) == 404
        gateway.log_line("odd-name")
        for line in gateway.process.lines:
            if line.startswith("{"):
                json.loads(line)

    def test_pretty(self, start_gateway: Callable[..., Gateway]) -> None:
        """For a terminal; the listening line is then no JSON, so the port comes from the configuration."""
        import socket

        from harness.gateway import binary_path
        from harness.process import Process, plain_environment

        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        folder = start_gateway().folder
        process = Process(
            [str(binary_path()), "serve"],
            environment=plain_environment(
                {
                    "SLUICE_SERVER_LISTEN": f"127.0.0.1:{port}",
                    "SLUICE_LOGGING_FORMAT": "pretty",
                    "SLUICE_CONFIG": str(folder / "sluice.yaml"),
                }
            ),
            folder=folder,
        )
        try:
            eventually(lambda: f"127.0.0.1:{port}" in process.output, "it listens")
            with RawConnection(port) as connection:
                connection.send(request_bytes("GET", "/v1/models", [("X-Request-ID", "pretty-one")]))
                assert connection.read_response(of="GET").status == 401
            eventually(lambda: "401" in process.output and "pretty-one" in process.output, "the request is logged")
        finally:
            process.stop()
            process.assert_no_crash()

    def test_a_reader_of_the_log_that_sleeps_does_not_stop_the_gateway(
        self, start_gateway: Callable[..., Gateway]
    ) -> None:
        """Lines are written off the loop through a bounded queue: standard error full for ever costs lines, not answers."""
        import os
        import subprocess

        from harness.gateway import binary_path
        from harness.process import plain_environment

        model = start_gateway()
        reader, writer = os.pipe()
        child = subprocess.Popen(
            [str(binary_path()), "serve", "--config", str(model.path)],
            env=plain_environment(),
            cwd=model.folder,
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=writer,
        )
        try:
            os.close(writer)
            text = b""
            while b'"listening"' not in text:
                text += os.read(reader, 4096)
            port = int(
                re.search(rb'"listening".*?"address":"[^"]*:(\d+)"|"address":"[^"]*:(\d+)".*?"listening"', text, re.S)[
                    0
                ]
                .rsplit(b":", 1)[1]
                .split(b'"')[0]
            )
            with RawConnection(port) as connection:
                for _ in range(60):
                    connection.send(request_bytes("GET", "/health/live") * 100)
                    for _ in range(100):
                        assert connection.read_response(of="GET").status == 200
        finally:
            child.kill()
            child.wait()
            os.close(reader)


class TestSecrets:
    def test_trace_logging_prints_no_key_and_no_body(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        prompt, answer, cookie = "prompt-7f81c0aa", "answer-5d20be17", "cookie-91ab33f0"
        gateway = start_gateway(environment={"SLUICE_LOGGING_LEVEL": "trace"})
        upstream.reply = lambda exchange: exchange.send(
            json_bytes(
                {"choices": [{"message": {"content": answer}}], "echo": exchange.request.header("authorization")}
            )
        )
        body = json.dumps({"model": "plain", "messages": [{"role": "user", "content": prompt}]}).encode()
        for key in (gateway.key, "sk-wrong-key-0123456789"):
            ask(gateway, body, ("Cookie", cookie), ("X-Request-ID", f"secret-{key[:8]}"), key=key)
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(target=f"/v1/chat/completions?key={gateway.key}", body=body))
            connection.read_response()
            connection.send(
                request_bytes(
                    body=body.replace(b"plain", b"mock").replace(b'"model"', b'"stream":true,"model"'), key=gateway.key
                )
            )
            connection.read_response()
            connection.send(request_bytes(body=body[:-1], key=gateway.key))
            connection.read_response()
        upstream.reply = lambda exchange: exchange.send(
            json_bytes({"error": {"message": f"Bad key {UPSTREAM_KEY}"}}, 401)
        )
        ask(gateway, body, ("X-Request-ID", "secret-last"))
        gateway.log_line("secret-last")
        gateway.stop()
        output = gateway.process.output
        for secret in (gateway.key, UPSTREAM_KEY, prompt, answer, cookie, "sk-wrong-key-0123456789"):
            assert secret not in output, f"{secret} was printed"
        assert len(output.splitlines()) > 5

    def test_errors_never_hold_a_key(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        error = {
            "error": {
                "message": f"Key {UPSTREAM_KEY} has no quota.",
                "type": "insufficient_quota",
                "code": "insufficient_quota",
                "param": None,
            }
        }
        upstream.reply = lambda exchange: exchange.send(json_bytes(error, 429))
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(body=chat_body(), key=gateway.key))
            response = connection.read_response()
        assert response.status == 429
        assert UPSTREAM_KEY.encode() not in response.body

    def test_the_mock_s_echo_of_our_key(self, start_gateway: Callable[..., Gateway], mock_model: Any) -> None:
        gateway = start_gateway(
            {
                "providers": {
                    "alone": {
                        "kind": "openai",
                        "base_url": mock_model.url + "/v1",
                        "api_key": "sk-for-the-mock-only-77",
                        "forward_headers": ["x-mock-status", "x-mock-error-body"],
                    }
                },
                "models": {"alone": {"targets": [{"provider": "alone", "model": "mock"}]}},
            }
        )
        with gateway.client() as client:
            for status in ("400", "401", "429", "500"):
                response = client.post(
                    "/v1/chat/completions",
                    json=json.loads(chat_body("alone")),
                    headers={"x-mock-status": status, "x-mock-error-body": "echo-key"},
                )
                assert response.status_code >= 400
                assert "sk-for-the-mock-only-77" not in response.text
