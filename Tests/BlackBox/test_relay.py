"""Clients that leave, clients that read slowly, and bodies that are larger than the gateway may hold."""

from __future__ import annotations

import socket
import struct
import threading
import time
from typing import Any, Callable

import pytest

from harness.gateway import Gateway
from harness.raw import RawConnection, chat_body, request_bytes
from harness.upstream import STREAM_HEAD, Exchange, FakeUpstream, chunk, delta, event, json_bytes
from harness.waiting import PATIENCE, eventually

RELAY_WINDOW = 256 << 10
#: What a client's leaving may take until the upstream sees it; 100 ms, and room for a loaded machine's scheduler.
LEAVING_SECONDS = 0.1 * PATIENCE + 0.05


class Departure:
    """An upstream reply that sends `head`, then waits until the gateway closes the connection."""

    def __init__(self, head: bytes):
        self.head = head
        self.started = threading.Event()
        self.seen = threading.Event()
        self.at = 0.0

    def __call__(self, exchange: Exchange) -> None:
        if self.head:
            exchange.send(self.head)
        self.started.set()
        if exchange.wait_until_peer_leaves():
            self.at = time.monotonic()
            self.seen.set()


class TestLeaving:
    @pytest.mark.parametrize("how", ["close", "reset"])
    @pytest.mark.parametrize("phase", ["before the head", "in a stream", "in a whole reply"])
    def test_the_upstream_is_left_at_once(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, phase: str, how: str
    ) -> None:
        heads = {
            "before the head": b"",
            "in a stream": STREAM_HEAD + chunk(event(delta("The "))),
            "in a whole reply": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999999\r\n\r\n"
            + b" " * 400_000,
        }
        departure = Departure(heads[phase])
        upstream.reply = departure
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(stream=phase == "in a stream"), key=gateway.key))
        assert departure.started.wait(5 * PATIENCE)
        if phase != "before the head":
            assert connection.read_head().status == 200
        left_at = time.monotonic()
        if how == "reset":
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        assert departure.seen.wait(5 * PATIENCE), "the upstream was never left"
        assert departure.at - left_at < LEAVING_SECONDS

    def test_it_is_told_in_the_log(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        departure = Departure(b"")
        upstream.reply = departure
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), headers=[("X-Request-ID", "it-left-early")], key=gateway.key))
        assert departure.started.wait(5 * PATIENCE)
        connection.close()
        line = gateway.log_line("it-left-early")
        assert line["status"] == 499 and line["error_type"] == "client_closed_request"

    @pytest.mark.parametrize("policy", ["cancel", "drain", "drain_most"])
    def test_by_the_policy_of_its_key(self, start_gateway: Callable[..., Gateway], policy: str) -> None:
        gateway = start_gateway({"auth": {"when_client_leaves": policy}})
        headers = [("X-Request-ID", "left-behind"), ("x-mock-token-delay", "10ms"), ("x-mock-tokens", "60")]
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(body=chat_body("mock", stream=True), headers=headers, key=gateway.key))
            assert connection.read_head().status == 200
        line = gateway.log_line("left-behind")
        assert line["status"] == 499
        # Most of the answer was still to come.
        assert line.get("drained", False) == (policy == "drain")
        if policy == "drain":
            assert (line["completion_tokens"], line["usage_source"]) == (60, "drained")
        else:
            # What had been delivered by then, and no more than half of it.
            assert line["completion_tokens"] <= 30 and line["usage_source"] == "counted"

    def test_while_it_waits_for_a_permit(self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream) -> None:
        gateway = start_gateway({"providers": {"scripted": {"max_concurrency": 1}}})
        departure = Departure(b"")
        upstream.reply = departure
        with RawConnection(gateway.port) as first, RawConnection(gateway.port) as second:
            first.send(request_bytes(body=chat_body(), key=gateway.key))
            assert departure.started.wait(5 * PATIENCE)
            second.send(request_bytes(body=chat_body(), headers=[("X-Request-ID", "gone-in-line")], key=gateway.key))
            eventually(lambda: gateway.metrics().total("http_requests_in_flight") >= 2, "the second request waits")
            second.close()
            assert gateway.log_line("gone-in-line", seconds=3)["status"] == 499
        assert len(upstream.requests) == 1

    def test_hundreds_at_once(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        connections = [RawConnection(gateway.port) for _ in range(300)]
        body = chat_body("mock", stream=True)
        for connection in connections:
            connection.send(
                request_bytes(
                    body=body, headers=[("x-mock-token-delay", "20ms"), ("x-mock-tokens", "2000")], key=gateway.key
                )
            )
        for connection in connections:
            assert connection.read_head().status == 200
        for connection in connections:
            connection.close()
        eventually(lambda: gateway.metrics().total("http_requests_in_flight") <= 1, "all are over", seconds=5)


@pytest.mark.memory
class TestMemory:
    @pytest.fixture
    def roomy(self, start_gateway: Callable[..., Gateway]) -> Gateway:
        gateway = start_gateway(
            {"server": {"threads": 1, "limits": {"request_body": "40MiB", "relay_window": "256KiB"}}}
        )
        # What any first exchange allocates is not what is measured.
        for stream in (False, True):
            for _ in range(20):
                with RawConnection(gateway.port) as connection:
                    connection.send(request_bytes(body=chat_body("mock", stream=stream), key=gateway.key))
                    assert connection.read_response().status == 200
        # Nor is what the ledger's first batches allocate, which are stored a while later.
        eventually(lambda: gateway.metrics().total("sluice_ledger_records_stored_total") >= 40, "the ledger is warm", seconds=10)
        return gateway

    @pytest.mark.parametrize("framing", ["length", "chunked"])
    def test_a_50_mb_reply(self, roomy: Gateway, upstream: FakeUpstream, framing: str) -> None:
        piece, count = b"0123456789abcdef" * 4096, 800  # 64 KiB, 50 MiB in all

        def reply(exchange: Exchange) -> None:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            if framing == "length":
                exchange.send(head + b"Content-Length: %d\r\n\r\n" % (len(piece) * count))
                for _ in range(count):
                    exchange.send(piece)
            else:
                exchange.send(head + b"Transfer-Encoding: chunked\r\n\r\n")
                for _ in range(count):
                    exchange.send(chunk(piece))
                exchange.send(b"0\r\n\r\n")

        upstream.reply = reply
        with RawConnection(roomy.port, seconds=60) as connection:
            before = roomy.process.resident_bytes()
            roomy.process.reset_peak()
            connection.send(request_bytes(body=chat_body(), key=roomy.key))
            response = connection.read_response()
            grown = roomy.process.peak_resident_bytes() - before
        assert len(response.body) == len(piece) * count
        assert response.body[:64] == piece[:64] and response.body[-64:] == piece[-64:]
        print(f"50 MiB, {framing}: grew by {grown / 1024:.0f} KiB")
        assert grown < 3 * RELAY_WINDOW

    def test_a_50_mb_stream(self, roomy: Gateway, upstream: FakeUpstream) -> None:
        part = chunk(event(delta("0123456789" * 2000)))

        def reply(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD)
            for _ in range(2500):
                exchange.send(part)
            exchange.send(chunk(event(delta("", finish="stop")) + event(b"[DONE]")) + b"0\r\n\r\n")

        upstream.reply = reply
        growths = []
        # What an allocator keeps for the first stream of a process is not the stream's: the second one tells.
        for _ in range(2):
            with RawConnection(roomy.port, seconds=60) as connection:
                before = roomy.process.resident_bytes()
                roomy.process.reset_peak()
                connection.send(request_bytes(body=chat_body(stream=True), key=roomy.key))
                response = connection.read_response()
                growths.append(roomy.process.peak_resident_bytes() - before)
            assert response.body.endswith(b"data: [DONE]\n\n") and len(response.body) > 50_000_000
        print(f"50 MB of events: grew by {min(growths) / 1024:.0f} KiB")
        assert min(growths) < 3 * RELAY_WINDOW

    def test_a_slow_reader_of_a_fast_upstream(self, roomy: Gateway, upstream: FakeUpstream) -> None:
        """The upstream is held up: it cannot put more into the pipe than windows and socket buffers take."""
        put = [0]
        stopped = threading.Event()

        def reply(exchange: Exchange) -> None:
            exchange.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 << 10)
            part = chunk(event(delta("w" * 16_000)))
            try:
                exchange.send(STREAM_HEAD)
                for _ in range(20_000):
                    exchange.send(part)
                    put[0] += len(part)
            finally:
                stopped.set()

        upstream.reply = reply
        with RawConnection(roomy.port, receive_buffer=32 << 10) as connection:
            before = roomy.process.resident_bytes()
            roomy.process.reset_peak()
            connection.send(request_bytes(body=chat_body(stream=True), key=roomy.key))
            assert connection.read_head().status == 200
            # The count has to stand still: the upstream is blocked although the client is alive.
            last = -1
            while last != put[0]:
                last = put[0]
                time.sleep(0.3)
            grown = roomy.process.peak_resident_bytes() - before
            print(f"slow reader: {put[0] / 1024:.0f} KiB accepted from the upstream, grew by {grown / 1024:.0f} KiB")
            assert not stopped.is_set() and put[0] < 64 << 20
            assert grown < 3 * RELAY_WINDOW
            # And it goes on as soon as the client reads.
            for _ in range(200):
                next(connection.read_chunks())
        assert stopped.wait(5 * PATIENCE), "the upstream is still held after the client left"

    def test_many_slow_readers(self, roomy: Gateway, upstream: FakeUpstream) -> None:
        part = chunk(event(delta("w" * 16_000)))

        def reply(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD)
            for _ in range(20_000):
                exchange.send(part)

        upstream.reply = reply
        before = roomy.process.resident_bytes()
        roomy.process.reset_peak()
        connections = [RawConnection(roomy.port, receive_buffer=32 << 10) for _ in range(40)]
        for connection in connections:
            connection.send(request_bytes(body=chat_body(stream=True), key=roomy.key))
        for connection in connections:
            assert connection.read_head().status == 200
        time.sleep(1.5)
        grown = roomy.process.peak_resident_bytes() - before
        print(f"40 slow readers: grew by {grown / 1024:.0f} KiB")
        for connection in connections:
            connection.close()
        assert grown < 40 * 3 * RELAY_WINDOW

    def test_a_32_mib_request(self, roomy: Gateway, upstream: FakeUpstream) -> None:
        size = 32 << 20
        body = b'{"model":"plain","messages":[],"pad":"' + b"x" * (size - 40) + b'"}'
        upstream.reply = lambda exchange: exchange.send(json_bytes({"length": len(exchange.request.body)}))
        with RawConnection(roomy.port, seconds=60) as connection:
            before = roomy.process.resident_bytes()
            roomy.process.reset_peak()
            connection.send(request_bytes(body=body, key=roomy.key))
            response = connection.read_response()
            grown = roomy.process.peak_resident_bytes() - before
        assert response.json == {"length": len(body)}
        assert upstream.last.body == body
        print(f"32 MiB request: grew by {grown / (1 << 20):.1f} MiB")
        assert grown < len(body) + (4 << 20)
        assert roomy.process.is_running

    def test_a_32_mib_request_that_is_spliced(self, roomy: Gateway, upstream: FakeUpstream) -> None:
        size = 32 << 20
        rest = b'","messages":[],"pad":"' + b"x" * (size - 60) + b'"}'
        upstream.reply = lambda exchange: exchange.send(json_bytes({"length": len(exchange.request.body)}))
        with RawConnection(roomy.port, seconds=60) as connection:
            before = roomy.process.resident_bytes()
            roomy.process.reset_peak()
            connection.send(request_bytes(body=b'{"model":"renamed' + rest, key=roomy.key))
            assert connection.read_response().status == 200
            grown = roomy.process.peak_resident_bytes() - before
        assert upstream.last.body == b'{"model":"upstream-name' + rest
        print(f"32 MiB request, spliced: grew by {grown / (1 << 20):.1f} MiB")
        assert grown < size + (4 << 20)

    def test_memory_is_given_back(self, roomy: Gateway, upstream: FakeUpstream) -> None:
        """Ten large requests leave no more behind than one."""
        body = b'{"model":"plain","messages":[],"pad":"' + b"x" * (16 << 20) + b'"}'
        sizes = []
        for _ in range(10):
            with RawConnection(roomy.port, seconds=60) as connection:
                connection.send(request_bytes(body=body, key=roomy.key))
                assert connection.read_response().status == 200
            sizes.append(roomy.process.resident_bytes())
        print("after each 16 MiB request:", [size >> 20 for size in sizes], "MiB")
        # The client has its answer before the gateway has let go of the request.
        allowed = min(sizes) + (8 << 20)
        eventually(lambda: roomy.process.resident_bytes() < allowed, "the memory of large requests is given back")

    def test_the_mock_s_50_mb(self, roomy: Gateway, upstream: FakeUpstream) -> None:
        """The built-in mock makes its reply in slices: even with it in the same process nothing is held whole."""
        with RawConnection(roomy.port, seconds=60) as connection:
            before = roomy.process.resident_bytes()
            roomy.process.reset_peak()
            connection.send(
                request_bytes(body=chat_body("mock"), headers=[("x-mock-reply-bytes", "50MB")], key=roomy.key)
            )
            response = connection.read_response()
            grown = roomy.process.peak_resident_bytes() - before
        assert response.status == 200 and len(response.body) > 49_000_000
        print(f"the mock's 50 MB: grew by {grown / 1024:.0f} KiB")
        assert grown < 12 << 20
