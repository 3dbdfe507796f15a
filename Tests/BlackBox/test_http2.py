"""HTTP/2 from clients: prior knowledge in clear text, and what a hostile peer may try."""

from __future__ import annotations

import json
import threading
import time
from typing import Any, Callable, Iterator

import h2.settings
import pytest
from harness.events import ends_well
from harness.gateway import Gateway
from harness.http2 import FrameConnection, HTTP2Connection, frame
from harness.raw import chat_body
from harness.upstream import CHAT_REPLY, Exchange, FakeUpstream, json_bytes
from harness.waiting import PATIENCE, eventually

JSON = ("content-type", "application/json")


@pytest.fixture
def http2(gateway: Gateway) -> Iterator[HTTP2Connection]:
    with HTTP2Connection(gateway.port) as connection:
        yield connection


def authorized(gateway: Gateway, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {gateway.key}"), JSON, *more]


class TestExchanges:
    def test_a_whole_reply(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        answer = http2.exchange("POST", "/v1/chat/completions", authorized(gateway), chat_body("mock"))
        assert answer.status == 200 and answer.json["object"] == "chat.completion"
        assert answer.header("x-request-id")
        for name in ("connection", "transfer-encoding", "keep-alive"):
            assert answer.header(name) is None

    def test_a_stream(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        answer = http2.exchange("POST", "/v1/chat/completions", authorized(gateway), chat_body("mock", stream=True))
        assert answer.status == 200 and ends_well(answer.body)

    def test_a_failure(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        answer = http2.exchange("POST", "/v1/chat/completions", authorized(gateway), b"{")
        assert answer.status == 400 and answer.json["error"]["type"] == "invalid_request_error"
        assert http2.exchange("GET", "/v1/models", [("authorization", "Bearer no")]).status == 401
        assert http2.exchange("GET", "/nowhere").status == 404

    def test_head(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        answer = http2.exchange("HEAD", "/v1/models", authorized(gateway))
        assert answer.status == 200 and answer.body == b""

    def test_many_streams_at_once(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        numbers = {
            http2.send_request(
                "POST",
                "/v1/chat/completions",
                authorized(gateway, ("x-mock-echo", "1")),
                json.dumps(
                    {
                        "model": "mock",
                        "stream": index % 2 == 0,
                        "messages": [{"role": "user", "content": f"gate {index}"}],
                    }
                ).encode(),
            ): index
            for index in range(60)
        }
        for stream, index in numbers.items():
            answer = http2.response(stream)
            assert answer.status == 200 and b"gate" in answer.body

    def test_slow_streams_do_not_hold_up_others(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        slow = http2.send_request(
            "POST", "/v1/chat/completions", authorized(gateway, ("x-mock-header-delay", "2s")), chat_body("mock")
        )
        started = time.monotonic()
        assert http2.exchange("GET", "/v1/models", authorized(gateway)).status == 200
        assert time.monotonic() - started < 1.5
        assert http2.response(slow).status == 200

    def test_a_large_body_both_ways(self, gateway: Gateway, upstream: FakeUpstream, http2: HTTP2Connection) -> None:
        """Larger than the flow-control windows."""
        upstream.reply = lambda exchange: exchange.send(json_bytes(exchange.request.body))
        body = chat_body(padding="x" * 3_000_000)
        answer = http2.exchange("POST", "/v1/chat/completions", authorized(gateway), body)
        assert answer.status == 200 and answer.body == body

    def test_a_closed_window_stops_the_upstream(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        """A client that gives no credit makes the gateway stop reading, not buffer."""
        sent = []

        def reply(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40000000\r\n\r\n")
            for _ in range(400):
                exchange.send(b" " * 100_000)
                sent.append(100_000)

        upstream.reply = reply
        with HTTP2Connection(gateway.port, acknowledges=False) as connection:
            stream = connection.send_request("POST", "/v1/chat/completions", authorized(gateway), chat_body())
            connection.read_until(lambda: len(connection.streams[stream].body) >= 65_000)
            # Nothing tells that nothing more comes: the count has to stand still.
            before = -1
            while before != sum(sent):
                before = sum(sent)
                threading.Event().wait(0.3)
            assert sum(sent) < 20_000_000
        assert upstream.left.get(timeout=5 * PATIENCE)

    def test_a_reset_stream_closes_the_upstream(
        self, gateway: Gateway, upstream: FakeUpstream, http2: HTTP2Connection
    ) -> None:
        seen: dict[str, float] = {}
        done = threading.Event()

        def reply(exchange: Exchange) -> None:
            seen["left"] = time.monotonic() if exchange.wait_until_peer_leaves() else 0
            done.set()

        upstream.reply = reply
        stream = http2.send_request("POST", "/v1/chat/completions", authorized(gateway), chat_body())
        upstream.next_request()
        left = time.monotonic()
        http2.reset(stream)
        assert done.wait(5 * PATIENCE)
        assert seen["left"] - left < 0.1 * PATIENCE + 0.05
        assert http2.exchange("GET", "/v1/models", authorized(gateway)).status == 200

    def test_cookies_in_crumbs_and_pseudo_headers_are_checked(
        self, gateway: Gateway, upstream: FakeUpstream, http2: HTTP2Connection
    ) -> None:
        headers = authorized(gateway, ("cookie", "a=1"), ("cookie", "b=2"), ("te", "trailers"))
        assert http2.exchange("POST", "/v1/chat/completions", headers, chat_body()).status == 200
        assert upstream.last.header("cookie") is None and upstream.last.header("te") is None

    def test_expect_continue_is_not_needed(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        headers = authorized(gateway, ("expect", "100-continue"))
        assert http2.exchange("POST", "/v1/chat/completions", headers, chat_body()).status == 200


class TestMalformed:
    """Requests that are lawful frames but unlawful HTTP: the stream is refused, the gateway lives."""

    @pytest.mark.parametrize(
        "headers",
        [
            [(":method", "POST"), (":scheme", "http"), (":path", "/v1/models"), ("connection", "close")],
            [(":method", "POST"), (":scheme", "http"), (":path", "/v1/models"), ("transfer-encoding", "chunked")],
            [(":method", "POST"), (":scheme", "http"), (":path", "/v1/models"), ("X-Upper", "1")],
            [(":method", "POST"), (":scheme", "http"), ("x-no-path", "1")],
            [(":method", "POST"), (":method", "GET"), (":scheme", "http"), (":path", "/v1/models")],
            [(":method", "POST"), (":scheme", "http"), (":path", "")],
            [(":method", "GET"), (":scheme", "http"), (":path", "/v1/models"), (":late", "1")],
            [(":method", "GET"), (":scheme", "http"), (":path", "/v1/models"), ("x-split", "a\r\nb: c")],
            [(":method", "GET"), (":scheme", "http"), (":path", "/v1/models"), ("host", "one"), ("host", "two")],
            [
                (":method", "POST"),
                (":scheme", "http"),
                (":path", "/v1/models"),
                ("content-length", "5"),
                ("content-length", "6"),
            ],
            [(":method", "POST"), (":scheme", "http"), (":path", "/v1/models"), ("content-length", "x")],
        ],
    )
    def test_a_bad_head(self, gateway: Gateway, upstream: FakeUpstream, headers: list[tuple[str, str]]) -> None:
        with FrameConnection(gateway.port) as connection:
            connection.send(frame(1, 0x5, 1, connection.encoder.encode(headers)))
            assert connection.outcome(1) in ("reset", "closed", 400, 404, 405)
        assert upstream.requests == []

    def test_a_body_that_is_not_as_long_as_it_says(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        with HTTP2Connection(gateway.port) as connection:
            headers = authorized(gateway, ("content-length", "999"))
            stream = connection.send_request("POST", "/v1/chat/completions", headers, chat_body())
            state = connection.streams[stream]
            connection.read_until(lambda: state.is_ended)
            assert connection.is_closed or state.reset_code is not None or state.status == 400
        assert upstream.requests == []


class TestBounds:
    def test_the_advertised_settings_are_bounded(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        http2.read_until(lambda: http2.settings_seen)
        settings = http2.h2.remote_settings
        assert 0 < settings.max_concurrent_streams <= 1000
        assert settings[h2.settings.SettingCodes.MAX_HEADER_LIST_SIZE] <= 1 << 20
        assert settings.max_frame_size <= 1 << 20

    def test_more_streams_than_allowed_are_refused(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway({"server": {"limits": {"http2_streams": 4}}})
        with HTTP2Connection(gateway.port) as connection:
            connection.read_until(lambda: connection.settings_seen)
            assert connection.h2.remote_settings.max_concurrent_streams == 4
            connection.h2.remote_settings[h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS] = 1000
            connection.h2.remote_settings.acknowledge()
            headers = authorized(gateway, ("x-mock-header-delay", "500ms"))
            streams = [
                connection.send_request("POST", "/v1/chat/completions", headers, chat_body("mock")) for _ in range(8)
            ]
            connection.read_until(lambda: all(connection.streams[stream].is_ended for stream in streams))
            good = [stream for stream in streams if connection.streams[stream].status == 200]
            assert connection.is_closed or len(good) <= 4

    def test_a_header_list_that_is_too_large(self, gateway: Gateway, http2: HTTP2Connection) -> None:
        """A few bytes of HPACK can stand for megabytes."""
        http2.read_until(lambda: http2.settings_seen)
        headers = [(f"x-{index}", "y" * 4000) for index in range(60)]
        stream = http2.send_request("GET", "/v1/models", headers)
        http2.read_until(lambda: http2.streams[stream].is_ended)
        state = http2.streams[stream]
        assert http2.is_closed or state.reset_code is not None or state.status == 431

    def test_an_hpack_bomb(self, gateway: Gateway) -> None:
        with HTTP2Connection(gateway.port) as connection:
            connection.read_until(lambda: connection.settings_seen)
            before = gateway.process.resident_bytes()
            first = connection.h2.encoder.encode(
                [(":method", "GET"), (":scheme", "http"), (":path", "/"), ("x-bomb", "b" * 3000)]
            )
            # 0xbe: the newest entry of the dynamic table, 12,000 times.
            block = first + b"\xbe" * 12_000
            connection.send_raw(frame(1, 0x5, 1, block))
            connection.read_until(lambda: connection.goaway_code is not None)
            assert gateway.process.resident_bytes() - before < 16 << 20
        assert gateway.process.is_running

    def flood(self, gateway: Gateway, data: bytes, seconds: float = 10) -> bool:
        """Sends `data` over and over without reading; whether the gateway closed the connection."""
        with HTTP2Connection(gateway.port, seconds=2) as connection:
            connection.read_until(lambda: connection.settings_seen)
            deadline = time.monotonic() + seconds * PATIENCE
            while time.monotonic() < deadline:
                if not connection.send_raw(data):
                    return True
                try:
                    connection.socket.setblocking(False)
                    if connection.socket.recv(1 << 20) == b"":
                        return True
                except BlockingIOError:
                    pass
                except OSError:
                    return True
                finally:
                    connection.socket.settimeout(2)
            return False

    def test_a_settings_flood(self, gateway: Gateway) -> None:
        assert self.flood(gateway, frame(4, 0, 0, b"") * 2000)
        assert gateway.process.is_running

    def test_a_ping_flood(self, gateway: Gateway) -> None:
        assert self.flood(gateway, frame(6, 0, 0, b"12345678") * 2000)
        assert gateway.process.is_running

    def test_a_continuation_flood(self, gateway: Gateway) -> None:
        before = gateway.process.resident_bytes()
        with HTTP2Connection(gateway.port, seconds=10) as connection:
            connection.read_until(lambda: connection.settings_seen)
            # HEADERS without END_HEADERS, then CONTINUATION for ever.
            connection.send_raw(frame(1, 0x1, 1, b"\x82\x86\x84"))
            piece = frame(9, 0, 1, b"\x00\x01x\x7f\x81\x1e" + b"y" * 285) * 50
            closed = any(not connection.send_raw(piece) for _ in range(4000))
            assert closed, "58 MB of continuation frames were taken"
        assert gateway.process.resident_bytes() - before < 8 << 20

    def test_empty_continuation_frames(self, gateway: Gateway) -> None:
        with HTTP2Connection(gateway.port, seconds=10) as connection:
            connection.read_until(lambda: connection.settings_seen)
            connection.send_raw(frame(1, 0x1, 1, b"\x82\x86\x84"))
            assert any(not connection.send_raw(frame(9, 0, 1, b"") * 5000) for _ in range(400))

    def test_a_rapid_reset_flood(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        """Streams opened and reset at once: bounded by closing the connection, and nothing is left behind."""
        with HTTP2Connection(gateway.port, seconds=10) as connection:
            connection.read_until(lambda: connection.settings_seen)
            head = connection.h2.encoder.encode(
                [
                    (":method", "POST"),
                    (":scheme", "http"),
                    (":authority", "x"),
                    (":path", "/v1/chat/completions"),
                    *authorized(gateway),
                ]
            )
            closed, stream = False, 1
            for _ in range(1000):
                burst = b""
                for _ in range(100):
                    burst += frame(1, 0x4, stream, head) + frame(3, 0, stream, b"\0\0\0\x08")
                    stream += 2
                if not connection.send_raw(burst):
                    closed = True
                    break
            assert closed, "100,000 streams were opened and reset on one connection"
        eventually(lambda: gateway.metrics().total("http_requests_in_flight") <= 1, "the reset requests are over")

    def test_connections_are_retired_by_age(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({"server": {"limits": {"connection_age": "1s"}}})
        with HTTP2Connection(gateway.port) as connection:
            # An exchange that lasts longer than the age is finished, not cut.
            headers = authorized(gateway, ("x-mock-header-delay", "2s"))
            stream = connection.send_request("POST", "/v1/chat/completions", headers, chat_body("mock"))
            answer = connection.response(stream)
            assert answer.status == 200
            connection.read_until(lambda: connection.goaway_code is not None)
            assert connection.goaway_code == 0
            connection.read_until(lambda: False)
            assert connection.is_closed

    def test_an_idle_connection_is_closed(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({"server": {"timeouts": {"keep_alive": "500ms"}}})
        with HTTP2Connection(gateway.port) as connection:
            assert connection.exchange("GET", "/health/live").status == 200
            connection.read_until(lambda: False)
            assert connection.is_closed

    def test_a_preface_that_never_ends(self, start_gateway: Callable[..., Gateway]) -> None:
        from harness.raw import ConnectionEnded, RawConnection

        gateway = start_gateway({"server": {"timeouts": {"head": "400ms"}}})
        with RawConnection(gateway.port) as connection:
            connection.send(b"PRI * HTTP/2.0\r\n\r\nS")
            try:
                while connection._more():
                    pass
            except ConnectionEnded:
                pass

    def test_upgrade_to_h2c_is_ignored(self, gateway: Gateway, connect: Any) -> None:
        from harness.raw import request_bytes

        connection = connect()
        headers = [
            ("Connection", "Upgrade, HTTP2-Settings"),
            ("Upgrade", "h2c"),
            ("HTTP2-Settings", "AAMAAABkAAQAAP__"),
        ]
        connection.send(request_bytes("GET", "/health/live", headers))
        assert connection.read_response(of="GET").status == 200

    def test_the_reply_of_a_default_upstream(
        self, gateway: Gateway, upstream: FakeUpstream, http2: HTTP2Connection
    ) -> None:
        assert http2.exchange("POST", "/v1/chat/completions", authorized(gateway), chat_body()).json == CHAT_REPLY
