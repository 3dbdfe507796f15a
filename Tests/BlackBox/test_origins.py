"""The upstream side: TLS, HTTP/2, proxies, permits and the age of connections."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from typing import Any, Callable, Iterator

import h2.config
import h2.connection
import h2.events
import pytest
from harness.certificates import Authority
from harness.configuration import UPSTREAM_KEY
from harness.gateway import Gateway
from harness.raw import RawConnection, Response, chat_body, request_bytes
from harness.upstream import CHAT_REPLY, Exchange, FakeUpstream, json_bytes
from harness.waiting import PATIENCE, eventually


def ask(gateway: Gateway, body: bytes = chat_body(), *headers: tuple[str, str]) -> Response:
    with RawConnection(gateway.port) as connection:
        connection.send(request_bytes(body=body, headers=list(headers), key=gateway.key))
        return connection.read_response()


def provider(**values: Any) -> dict[str, Any]:
    return {"providers": {"scripted": values}}


class HTTP2Upstream:
    """A TLS server that speaks HTTP/2 by ALPN and answers every request with a chat completion or a stream."""

    def __init__(self, context: ssl.SSLContext):
        self.requests: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.resets = 0
        self.connections = 0
        self.hold = threading.Event()
        self.hold.set()
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self.hold.set()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        try:
            connection = self._context.wrap_socket(raw, server_side=True)
            assert connection.selected_alpn_protocol() == "h2"
            self.connections += 1
            state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
            state.initiate_connection()
            connection.sendall(state.data_to_send())
            heads: dict[int, dict[str, str]] = {}
            bodies: dict[int, bytes] = {}
            while True:
                data = connection.recv(65536)
                if not data:
                    return
                for event in state.receive_data(data):
                    if isinstance(event, h2.events.RequestReceived):
                        heads[event.stream_id] = dict(event.headers)
                        bodies[event.stream_id] = b""
                    elif isinstance(event, h2.events.DataReceived):
                        bodies[event.stream_id] += event.data
                        state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamReset):
                        self.resets += 1
                    elif isinstance(event, h2.events.StreamEnded):
                        self.requests.append(heads[event.stream_id])
                        self.bodies.append(bodies[event.stream_id])
                        if not self.hold.is_set():
                            continue
                        reply = json_bytes(CHAT_REPLY).split(b"\r\n\r\n", 1)[1]
                        fields = [(":status", "200"), ("content-type", "application/json")]
                        state.send_headers(event.stream_id, fields)
                        state.send_data(event.stream_id, reply, end_stream=True)
                connection.sendall(state.data_to_send())
        except (OSError, AssertionError):
            pass


class TestTLS:
    @pytest.fixture
    def secure_upstream(self, authority: Authority) -> Iterator[FakeUpstream]:
        context = authority.server_context(authority.issue("origin", "localhost", "127.0.0.1"), protocols=("http/1.1",))
        upstream = FakeUpstream(tls=context)
        yield upstream
        upstream.stop()

    def test_a_given_authority(
        self, start_gateway: Callable[..., Gateway], authority: Authority, secure_upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway(
            provider(base_url=f"https://localhost:{secure_upstream.port}/v1", ca=str(authority.path))
        )
        for _ in range(3):
            assert ask(gateway).json == CHAT_REPLY
            assert ask(gateway, chat_body(stream=True)).body.endswith(b"data: [DONE]\n\n")
        assert secure_upstream.last.header("host") == f"localhost:{secure_upstream.port}"

    def test_an_unknown_authority_is_refused(
        self, start_gateway: Callable[..., Gateway], secure_upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway(provider(base_url=f"https://localhost:{secure_upstream.port}/v1"))
        assert ask(gateway).status == 502
        assert secure_upstream.requests == []

    def test_a_certificate_for_another_name_is_refused(
        self, start_gateway: Callable[..., Gateway], authority: Authority
    ) -> None:
        upstream = FakeUpstream(tls=authority.server_context(authority.issue("other", "elsewhere.example")))
        try:
            gateway = start_gateway(provider(base_url=f"https://localhost:{upstream.port}/v1", ca=str(authority.path)))
            assert ask(gateway).status == 502
            assert upstream.requests == []
        finally:
            upstream.stop()

    def test_ssl_cert_file(
        self, start_gateway: Callable[..., Gateway], authority: Authority, secure_upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway(
            provider(base_url=f"https://localhost:{secure_upstream.port}/v1"),
            environment={"SSL_CERT_FILE": str(authority.path)},
        )
        assert ask(gateway).json == CHAT_REPLY


class TestHTTP2:
    @pytest.fixture
    def http2_upstream(self, authority: Authority) -> Iterator[HTTP2Upstream]:
        context = authority.server_context(authority.issue("h2-origin"), protocols=("h2", "http/1.1"))
        upstream = HTTP2Upstream(context)
        yield upstream
        upstream.stop()

    def test_it_is_chosen_by_alpn_and_multiplexed(
        self, start_gateway: Callable[..., Gateway], authority: Authority, http2_upstream: HTTP2Upstream
    ) -> None:
        gateway = start_gateway(
            {
                "server": {"threads": 1},
                **provider(base_url=f"https://localhost:{http2_upstream.port}/v1", ca=str(authority.path)),
            }
        )
        for _ in range(5):
            assert ask(gateway).json == CHAT_REPLY
        assert http2_upstream.connections == 1
        head = http2_upstream.requests[0]
        assert head[":path"] == "/v1/chat/completions" and head[":method"] == "POST"
        assert head[":authority"] == f"localhost:{http2_upstream.port}"
        assert not {"connection", "host", "transfer-encoding", "keep-alive"} & set(head)
        assert http2_upstream.bodies[0] == chat_body()

    def test_a_client_that_leaves_resets_its_stream_only(
        self, start_gateway: Callable[..., Gateway], authority: Authority, http2_upstream: HTTP2Upstream
    ) -> None:
        gateway = start_gateway(
            {
                "server": {"threads": 1},
                **provider(base_url=f"https://localhost:{http2_upstream.port}/v1", ca=str(authority.path)),
            }
        )
        assert ask(gateway).status == 200
        http2_upstream.hold.clear()
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(body=chat_body(), key=gateway.key))
            eventually(lambda: len(http2_upstream.requests) == 2, "the request arrives")
        eventually(lambda: http2_upstream.resets == 1, "its stream is reset", seconds=2)
        http2_upstream.hold.set()
        assert ask(gateway).json == CHAT_REPLY
        assert http2_upstream.connections == 1


class TestProxy:
    """A CONNECT proxy that notes what it was asked for."""

    @pytest.fixture
    def proxy(self) -> Iterator[Any]:
        class Proxy:
            asked: list[str] = []
            heads: list[bytes] = []
            port = 0

        state = Proxy()
        state.asked, state.heads = [], []
        listener = socket.create_server(("127.0.0.1", 0))
        state.port = listener.getsockname()[1]

        def pump(source: socket.socket, target: socket.socket) -> None:
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except OSError:
                pass
            for each in (source, target):
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def serve(client: socket.socket) -> None:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                part = client.recv(1)
                if not part:
                    return
                head += part
            target = head.split(b" ")[1].decode()
            state.asked.append(target)
            state.heads.append(head)
            if b"refuse" in target.encode():
                client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                client.close()
                return
            server = socket.create_connection(("127.0.0.1", int(target.rsplit(":", 1)[1])))
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            threading.Thread(target=pump, args=(server, client), daemon=True).start()
            pump(client, server)

        def accept() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield state
        listener.close()

    @pytest.fixture
    def origin(self, authority: Authority) -> Iterator[FakeUpstream]:
        context = authority.server_context(authority.issue("proxied", "localhost", "origin.example", "127.0.0.1"))
        upstream = FakeUpstream(tls=context)
        yield upstream
        upstream.stop()

    def test_https_proxy(
        self, start_gateway: Callable[..., Gateway], authority: Authority, origin: FakeUpstream, proxy: Any
    ) -> None:
        gateway = start_gateway(
            provider(base_url=f"https://origin.example:{origin.port}/v1", ca=str(authority.path)),
            environment={"HTTPS_PROXY": f"http://user:word@127.0.0.1:{proxy.port}"},
        )
        assert ask(gateway).json == CHAT_REPLY
        assert proxy.asked == [f"origin.example:{origin.port}"]
        assert b"Basic dXNlcjp3b3Jk" in proxy.heads[0]
        assert UPSTREAM_KEY.encode() not in proxy.heads[0] and gateway.key.encode() not in proxy.heads[0]

    def test_no_proxy(
        self, start_gateway: Callable[..., Gateway], authority: Authority, origin: FakeUpstream, proxy: Any
    ) -> None:
        gateway = start_gateway(
            provider(base_url=f"https://localhost:{origin.port}/v1", ca=str(authority.path)),
            environment={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "NO_PROXY": "example.org,localhost"},
        )
        assert ask(gateway).json == CHAT_REPLY
        assert proxy.asked == []

    def test_a_proxy_that_refuses(self, start_gateway: Callable[..., Gateway], proxy: Any) -> None:
        gateway = start_gateway(
            provider(base_url="https://refuse.example/v1"),
            environment={"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}"},
        )
        assert ask(gateway).status == 502


class TestPermits:
    def test_at_most_so_many_at_once_in_the_whole_process(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway({"server": {"threads": 2}, **provider(max_concurrency=4)})
        now, most, lock = [0], [0], threading.Lock()

        def reply(exchange: Exchange) -> None:
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.02)
            with lock:
                now[0] -= 1
            exchange.send(json_bytes(CHAT_REPLY))

        upstream.reply = reply
        connections = [RawConnection(gateway.port) for _ in range(40)]
        for connection in connections:
            connection.send(request_bytes(body=chat_body(), key=gateway.key))
        assert [connection.read_response().status for connection in connections] == [200] * 40
        for connection in connections:
            connection.close()
        assert most[0] == 4

    def test_a_wait_has_a_deadline(self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream) -> None:
        gateway = start_gateway({"server": {"timeouts": {"queue": "300ms"}}, **provider(max_concurrency=1)})
        gate = threading.Event()

        def reply(exchange: Exchange) -> None:
            gate.wait(10 * PATIENCE)
            exchange.send(json_bytes(CHAT_REPLY))

        upstream.reply = reply
        with RawConnection(gateway.port) as first:
            first.send(request_bytes(body=chat_body(), key=gateway.key))
            upstream.next_request()
            started = time.monotonic()
            response = ask(gateway)
            assert response.status in (503, 504) and 0.2 < time.monotonic() - started < 3 * PATIENCE
            gate.set()
            assert first.read_response().status == 200
        assert ask(gateway).status == 200

    def test_permits_come_back_whatever_happens(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway(provider(max_concurrency=2))
        endings: list[Callable[[Exchange], None]] = [
            lambda exchange: exchange.close(),
            lambda exchange: exchange.send(b"nonsense"),
            lambda exchange: exchange.send(json_bytes({"error": {"message": "x"}}, 500)),
            lambda exchange: exchange.send(json_bytes(CHAT_REPLY)),
        ]
        upstream.reply = lambda exchange: endings[len(upstream.requests) % 4](exchange)
        for _ in range(20):
            ask(gateway)
            upstream.next_request()
        upstream.reply = lambda exchange: exchange.wait_until_peer_leaves() and None
        for _ in range(4):
            with RawConnection(gateway.port) as leaving:
                leaving.send(request_bytes(body=chat_body(), key=gateway.key))
                upstream.next_request()
        upstream.forget()
        assert [ask(gateway).status for _ in range(6)] == [200] * 6


def test_ipv6_and_names_resolve(start_gateway: Callable[..., Gateway], upstream: FakeUpstream) -> None:
    gateway = start_gateway(provider(base_url=f"http://localhost:{upstream.port}/v1"))
    assert ask(gateway).json == CHAT_REPLY
