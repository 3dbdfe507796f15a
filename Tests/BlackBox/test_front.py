"""Client connections over HTTP/1.1: keep-alive, pipelining, limits, slow clients, request ids, client addresses."""

from __future__ import annotations

import re
import socket
import threading
import time
from typing import Any, Callable

import pytest
from harness.configuration import upstream_configuration
from harness.gateway import Gateway
from harness.raw import ConnectionEnded, RawConnection, chat_body, request_bytes
from harness.upstream import CHAT_REPLY, Exchange, FakeUpstream, json_bytes
from harness.waiting import PATIENCE, eventually


class TestKeepAlive:
    def test_many_requests_on_one_connection(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        for number in range(50):
            connection.send(request_bytes(body=chat_body(user=str(number)), key=gateway.key))
            assert connection.read_response().status == 200

    def test_whole_replies_and_streams_alternate(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        for number in range(20):
            connection.send(request_bytes(body=chat_body("mock", stream=number % 2 == 1), key=gateway.key))
            response = connection.read_response()
            assert response.status == 200
            assert (response.header("content-type") or "").startswith(
                "text/event-stream" if number % 2 else "application/json"
            )

    def test_errors_keep_the_connection(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        for body, status in ((b"{", 400), (chat_body("unknown"), 404), (chat_body(), 200)) * 3:
            connection.send(request_bytes(body=body, key=gateway.key))
            assert connection.read_response().status == status

    def test_connection_close_is_obeyed(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), headers=[("Connection", "close")], key=gateway.key))
        response = connection.read_response()
        assert response.status == 200 and (response.header("connection") or "").lower() == "close"
        assert connection.is_closed_by_peer()


class TestPipelining:
    def test_answers_come_in_the_order_of_the_requests(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes({"user": exchange.request.json["user"]}))
        connection: RawConnection = connect()
        requests = b"".join(request_bytes(body=chat_body(user=str(number)), key=gateway.key) for number in range(30))
        connection.send(requests)
        assert [connection.read_response().json["user"] for _ in range(30)] == [str(number) for number in range(30)]

    def test_mixed_surfaces_and_failures(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(
            request_bytes(body=chat_body("mock", stream=True), key=gateway.key)
            + request_bytes("GET", "/health/live")
            + request_bytes(body=b"{", key=gateway.key)
            + request_bytes("HEAD", "/v1/models", key=gateway.key)
            + request_bytes(body=chat_body(), key="sk-wrong")
            + request_bytes(body=chat_body("mock"), key=gateway.key)
        )
        expected = [("POST", 200), ("GET", 200), ("POST", 400), ("HEAD", 200), ("POST", 401), ("POST", 200)]
        for method, status in expected:
            assert connection.read_response(of=method).status == status

    def test_byte_by_byte(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        for byte in request_bytes(body=chat_body(), key=gateway.key) * 2:
            connection.send(bytes([byte]))
        assert [connection.read_response().status for _ in range(2)] == [200, 200]

    def test_the_next_request_waits_for_the_answer_before_it(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        """The second request must not overtake, and must not be lost, while the first one is slow."""
        gate = threading.Event()

        def reply(exchange: Exchange) -> None:
            if exchange.request.json["user"] == "first":
                gate.wait(10 * PATIENCE)
            exchange.send(json_bytes({"user": exchange.request.json["user"]}))

        upstream.reply = reply
        connection: RawConnection = connect()
        connection.send(
            b"".join(request_bytes(body=chat_body(user=user), key=gateway.key) for user in ("first", "second"))
        )
        upstream.next_request()
        gate.set()
        assert [connection.read_response().json["user"] for _ in range(2)] == ["first", "second"]


class TestExpectation:
    def test_continue_is_sent_before_the_body(self, gateway: Gateway, connect: Any) -> None:
        body = chat_body()
        connection: RawConnection = connect()
        connection.send(
            request_bytes(headers=[("Expect", "100-continue"), ("Content-Length", str(len(body)))], key=gateway.key)
        )
        assert connection.read_response(interim=True).status == 100
        connection.send(body)
        assert connection.read_response().status == 200

    def test_a_refusal_comes_without_the_body(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(
            request_bytes(headers=[("Expect", "100-continue"), ("Content-Length", "1000000000")], key=gateway.key)
        )
        assert connection.read_response(interim=True).status == 413

    def test_an_unknown_expectation(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(headers=[("Expect", "miracles")], body=chat_body(), key=gateway.key))
        assert connection.read_response().status == 417


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, session_upstream: FakeUpstream) -> Any:
    limits = {"request_body": "64KiB", "request_head": "4KiB", "headers": 20}
    configuration = upstream_configuration(session_upstream, server={"limits": limits})
    gateway = Gateway(tmp_path_factory.mktemp("small"), configuration)
    yield gateway
    gateway.stop()


class TestLimits:
    def answer(self, small: Gateway, request: bytes, *, of: str = "POST") -> Any:
        with RawConnection(small.port) as connection:
            try:
                connection.send(request)
            except OSError:
                pass
            return connection.read_response(of=of)

    def test_a_head_that_is_too_large(self, small: Gateway, upstream: FakeUpstream) -> None:
        response = self.answer(small, request_bytes(headers=[("X-Long", "x" * 6000)], body=chat_body(), key=small.key))
        assert response.status == 431
        assert response.error["message"] and response.header("x-request-id")

    def test_a_target_that_is_too_long(self, small: Gateway, upstream: FakeUpstream) -> None:
        assert self.answer(small, request_bytes(target="/" + "x" * 6000)).status in (414, 431)

    def test_a_head_without_an_end(self, small: Gateway, upstream: FakeUpstream) -> None:
        with RawConnection(small.port) as connection:
            connection.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
            try:
                for _ in range(100):
                    connection.send(b"x" * 1000)
            except OSError:
                pass
            assert connection.read_response().status == 431

    def test_too_many_headers(self, small: Gateway, upstream: FakeUpstream) -> None:
        headers = [(f"X-{number}", "1") for number in range(25)]
        assert self.answer(small, request_bytes(headers=headers, body=chat_body(), key=small.key)).status == 431

    def test_a_body_that_says_it_is_too_large(self, small: Gateway, upstream: FakeUpstream) -> None:
        response = self.answer(small, request_bytes(headers=[("Content-Length", "70000")], key=small.key))
        assert response.status == 413
        assert "65536" in response.error["message"] or "64" in response.error["message"]

    def test_a_chunked_body_that_becomes_too_large(self, small: Gateway, upstream: FakeUpstream) -> None:
        head = request_bytes(headers=[("Transfer-Encoding", "chunked")], key=small.key)
        response = self.answer(small, head + b"".join(b"1000\r\n" + b" " * 4096 + b"\r\n" for _ in range(20)))
        assert response.status == 413
        assert upstream.requests == []

    def test_a_body_of_exactly_the_limit(self, small: Gateway, upstream: FakeUpstream) -> None:
        body = chat_body(padding="")
        body = body.replace(b'"padding": ""', b'"padding": "' + b"x" * (65536 - len(body)) + b'"')
        assert len(body) == 65536
        assert self.answer(small, request_bytes(body=body, key=small.key)).status == 200

    def test_the_number_of_connections(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({"server": {"limits": {"connections": 8}}})
        held = []
        try:
            for _ in range(8):
                connection = RawConnection(gateway.port)
                held.append(connection)
                connection.send(request_bytes("GET", "/health/live"))
                assert connection.read_response(of="GET").status == 200
            with RawConnection(gateway.port, seconds=5) as ninth:
                ninth.send(request_bytes("GET", "/health/live"))
                try:
                    assert ninth.read_response(of="GET").status == 503
                except (ConnectionEnded, OSError):
                    pass  # Closed or left waiting at the door: refused either way.
            held.pop().close()

            def is_let_in() -> bool:
                try:
                    with RawConnection(gateway.port, seconds=2) as again:
                        again.send(request_bytes("GET", "/health/live"))
                        return again.read_response(of="GET").status == 200
                except (ConnectionEnded, OSError):
                    return False

            eventually(is_let_in, "a place that became free is given to the next client", every=0.05)
        finally:
            for connection in held:
                connection.close()

    def test_all_held_bodies_together(self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream) -> None:
        gateway = start_gateway({"server": {"limits": {"buffered_bodies": "1MiB", "request_body": "1MiB"}}})
        gate = threading.Event()

        def reply(exchange: Exchange) -> None:
            gate.wait(20 * PATIENCE)
            exchange.send(json_bytes(CHAT_REPLY))

        upstream.reply = reply
        with RawConnection(gateway.port) as first, RawConnection(gateway.port) as second:
            first.send(request_bytes(body=chat_body(padding="x" * 700_000), key=gateway.key))
            upstream.next_request()
            # The body of the first may be dropped once it is sent; a client that is still sending holds its share.
            with RawConnection(gateway.port) as sending:
                whole = request_bytes(body=chat_body(padding="x" * 900_000), key=gateway.key)
                sending.send(whole[:-1])

                def is_refused() -> bool:
                    with RawConnection(gateway.port) as probe:
                        try:
                            probe.send(request_bytes(body=chat_body(padding="y" * 600_000), key=gateway.key)[:-1])
                        except OSError:
                            pass
                        probe.socket.settimeout(1)
                        try:
                            response = probe.read_response()
                        except (OSError, ConnectionEnded):
                            return False
                        assert response.status == 503
                        assert int(response.header("retry-after") or "0") >= 1
                        return True

                eventually(is_refused, "a body beyond limits.buffered_bodies is refused")
                gate.set()
                assert first.read_response().status == 200
            second.send(request_bytes(body=chat_body(padding="x" * 700_000), key=gateway.key))
            assert second.read_response().status == 200


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, session_upstream: FakeUpstream) -> Any:
    timeouts = {"head": "400ms", "body": "600ms", "keep_alive": "500ms"}
    configuration = upstream_configuration(session_upstream, server={"timeouts": timeouts})
    gateway = Gateway(tmp_path_factory.mktemp("strict"), configuration)
    yield gateway
    gateway.stop()


class TestSlowClients:
    def test_a_head_that_never_ends(self, strict: Gateway, upstream: FakeUpstream) -> None:
        with RawConnection(strict.port) as connection:
            connection.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: local")
            started = time.monotonic()
            response = connection.read_response()
            assert response.status == 408
            assert time.monotonic() - started < 3 * PATIENCE
            assert connection.is_closed_by_peer()

    def test_a_head_that_trickles(self, strict: Gateway, upstream: FakeUpstream) -> None:
        """The deadline is for the whole head: a byte now and then does not move it."""
        with RawConnection(strict.port) as connection:
            connection.socket.settimeout(0.1)
            started = time.monotonic()
            try:
                for byte in request_bytes(body=chat_body(), key=strict.key, headers=[("X-Pad", "x" * 500)]):
                    connection.send(bytes([byte]))
                    try:
                        if not connection._more() or connection.rest:
                            break
                    except socket.timeout:
                        continue
            except OSError:
                pass
            assert time.monotonic() - started < 5 * PATIENCE
            assert upstream.requests == []

    def test_a_body_that_never_ends(self, strict: Gateway, upstream: FakeUpstream) -> None:
        with RawConnection(strict.port) as connection:
            connection.send(request_bytes(body=chat_body(), key=strict.key)[:-5])
            response = connection.read_response()
            assert response.status == 408
            assert response.error["message"]
            assert connection.is_closed_by_peer()
        assert upstream.requests == []

    def test_an_idle_connection_is_closed(self, strict: Gateway, upstream: FakeUpstream) -> None:
        with RawConnection(strict.port) as connection:
            connection.send(request_bytes("GET", "/health/live"))
            assert connection.read_response(of="GET").status == 200
            started = time.monotonic()
            assert connection.is_closed_by_peer()
            assert 0.3 < time.monotonic() - started < 5 * PATIENCE

    def test_a_connection_that_never_speaks_is_closed(self, strict: Gateway, upstream: FakeUpstream) -> None:
        with RawConnection(strict.port) as connection:
            try:
                connection.read_head()
            except ConnectionEnded:
                pass

    def test_a_running_exchange_is_not_idle(self, strict: Gateway, upstream: FakeUpstream) -> None:
        with RawConnection(strict.port) as connection:
            body = chat_body("mock", stream=True)
            headers = [("x-mock-tokens", "8"), ("x-mock-token-delay", "200ms")]
            connection.send(request_bytes(body=body, headers=headers, key=strict.key))
            assert connection.read_response().body.rstrip().endswith(b"data: [DONE]")


class TestRequestIdentity:
    @pytest.mark.parametrize("given", ["abc", "req_7f3A.x-1", "0" * 64, "6f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0"])
    def test_a_sane_id_is_kept_and_sent_upstream(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, given: str
    ) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), headers=[("X-Request-ID", given)], key=gateway.key))
        assert connection.read_response().values("x-request-id") == [given]
        assert upstream.last.values("x-request-id") == [given]

    @pytest.mark.parametrize("given", ["", "a b", "x" * 300, "a\tb", 'a"b', "a<script>", "\xe4"])
    def test_a_bad_id_is_replaced(self, gateway: Gateway, upstream: FakeUpstream, connect: Any, given: str) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), headers=[("X-Request-ID", given)], key=gateway.key))
        (found,) = connection.read_response().values("x-request-id")
        assert found != given and re.fullmatch(r"[A-Za-z0-9._-]{8,128}", found)
        assert upstream.last.values("x-request-id") == [found]

    def test_two_ids_are_no_id(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        connection: RawConnection = connect()
        headers = [("X-Request-ID", "one-one-one"), ("X-Request-ID", "two-two-two")]
        connection.send(request_bytes(body=chat_body(), headers=headers, key=gateway.key))
        assert len(connection.read_response().values("x-request-id")) == 1
        assert len(upstream.last.values("x-request-id")) == 1

    def test_ids_are_unique(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        seen = set()
        for _ in range(100):
            connection.send(request_bytes("GET", "/health/live"))
            seen.add(connection.read_response(of="GET").header("x-request-id"))
        assert len(seen) == 100 and None not in seen

    def test_every_status_has_one(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        requests = [
            ("GET", request_bytes("GET", "/health")),
            ("GET", request_bytes("GET", "/metrics")),
            ("GET", request_bytes("GET", "/nowhere")),
            ("GET", request_bytes("GET", "/v1/chat/completions")),
            ("POST", request_bytes(body=b"{", key=gateway.key)),
            ("POST", request_bytes(body=chat_body(), key="no")),
            ("POST", request_bytes(body=chat_body("mock", stream=True), key=gateway.key)),
            ("POST", request_bytes(body=chat_body(), headers=[("Content-Length", "999999999999")], key=gateway.key)),
        ]
        for method, request in requests:
            connection: RawConnection = connect()
            connection.send(request)
            assert len(connection.read_response(of=method).values("x-request-id")) == 1, request

    def test_an_upstream_s_own_id_does_not_replace_ours(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes(CHAT_REPLY, 200, [("x-request-id", "req_vendor")]))
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), headers=[("X-Request-ID", "mine-mine")], key=gateway.key))
        assert connection.read_response().values("x-request-id") == ["mine-mine"]

    def test_the_trace_is_continued(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
        connection: RawConnection = connect()
        headers = [("traceparent", f"00-{trace}-{parent}-01"), ("X-Request-ID", "traced-request")]
        connection.send(request_bytes(body=chat_body(), headers=headers, key=gateway.key))
        assert connection.read_response().status == 200
        version, found, span, flags = (upstream.last.header("traceparent") or "").split("-")
        assert (version, found, flags) == ("00", trace, "01")
        assert re.fullmatch(r"[0-9a-f]{16}", span) and span != "0" * 16
        assert gateway.log_line("traced-request")["trace_id"] == trace

    @pytest.mark.parametrize(
        "given",
        ["00-" + "0" * 32 + "-00f067aa0ba902b7-01", "junk", "00-4bf92f3577b34da6a3ce929d0e0e4736-" + "0" * 16 + "-01"],
    )
    def test_a_bad_trace_is_not_passed_on(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, given: str
    ) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), headers=[("traceparent", given)], key=gateway.key))
        assert connection.read_response().status == 200
        assert upstream.last.header("traceparent") != given


class TestClientAddress:
    """Who the client is said to be shows in the log line."""

    ELSEWHERE = "203.0.113.9"

    def line(self, gateway: Gateway, connect: Any, prefix: bytes = b"", **headers: str) -> str:
        connection: RawConnection = connect(gateway.port)
        name = f"address-{time.monotonic_ns()}"
        pairs = [("X-Request-ID", name)] + [(key.replace("_", "-"), value) for key, value in headers.items()]
        connection.send(prefix + request_bytes(body=chat_body(), headers=pairs, key=gateway.key))
        assert connection.read_response().status == 200
        return str(gateway.log_line(name))

    def test_a_stranger_is_not_believed(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        assert self.ELSEWHERE not in self.line(gateway, connect, x_forwarded_for=self.ELSEWHERE)
        assert upstream.last.header("x-forwarded-for") is None

    def test_a_trusted_proxy_is(self, start_gateway: Callable[..., Gateway], connect: Any) -> None:
        gateway = start_gateway({"server": {"trusted_proxies": ["127.0.0.0/8", "10.0.0.0/8"]}})
        assert self.ELSEWHERE in self.line(gateway, connect, x_forwarded_for=self.ELSEWHERE)
        # The nearest address that is no trusted proxy counts; what stands before it is the client's own claim.
        line = self.line(gateway, connect, x_forwarded_for=f"198.51.100.1, {self.ELSEWHERE}, 10.1.2.3")
        assert self.ELSEWHERE in line and "198.51.100.1" not in line

    def test_proxy_protocol_version_1(self, start_gateway: Callable[..., Gateway], connect: Any) -> None:
        gateway = start_gateway({"server": {"proxy_protocol": True}})
        prefix = f"PROXY TCP4 {self.ELSEWHERE} 127.0.0.1 40000 8080\r\n".encode()
        assert self.ELSEWHERE in self.line(gateway, connect, prefix)

    def test_proxy_protocol_version_2(self, start_gateway: Callable[..., Gateway], connect: Any) -> None:
        gateway = start_gateway({"server": {"proxy_protocol": True}})
        addresses = socket.inet_aton(self.ELSEWHERE) + socket.inet_aton("127.0.0.1") + (40000).to_bytes(2, "big") * 2
        prefix = b"\r\n\r\n\0\r\nQUIT\n" + b"\x21\x11" + len(addresses).to_bytes(2, "big") + addresses
        assert self.ELSEWHERE in self.line(gateway, connect, prefix)

    def test_where_it_is_switched_on_it_is_required(self, start_gateway: Callable[..., Gateway], connect: Any) -> None:
        gateway = start_gateway({"server": {"proxy_protocol": True}})
        connection: RawConnection = connect(gateway.port)
        connection.send(request_bytes("GET", "/health/live"))
        try:
            assert connection.read_response(of="GET").status == 400
        except ConnectionEnded:
            pass

    def test_where_it_is_switched_off_it_is_noise(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(b"PROXY TCP4 203.0.113.9 127.0.0.1 40000 8080\r\n" + request_bytes("GET", "/health/live"))
        assert connection.read_response(of="GET").status == 400
