"""What an upstream may do wrong, and what the client sees of it."""

from __future__ import annotations

import gzip
import threading
import time
import zlib
from typing import Any, Callable

import pytest
from harness.configuration import UPSTREAM_KEY, upstream_configuration
from harness.events import ends_well, final_error, text_of
from harness.gateway import Gateway
from harness.raw import RawConnection, Response, chat_body, request_bytes
from harness.upstream import (
    CHAT_REPLY,
    LAST_CHUNK,
    STREAM_HEAD,
    Exchange,
    FakeUpstream,
    chat_stream,
    chunk,
    closed_port,
    delta,
    event,
    json_bytes,
    response_bytes,
)
from harness.waiting import PATIENCE, eventually


@pytest.fixture
def ask(gateway: Gateway, connect: Any) -> Callable[..., Response]:
    """Sends one chat request to the shared gateway (or to the one given) and reads the response."""

    def send(body: bytes = chat_body(), *headers: tuple[str, str], to: Any = None) -> Response:
        target: Gateway = to or gateway
        connection: RawConnection = connect(target.port)
        connection.send(request_bytes(body=body, headers=list(headers), key=target.key))
        return connection.read_response()

    return send


STREAM = chat_body(stream=True)
Ask = Callable[..., Response]


class TestBeforeTheHead:
    def test_a_refused_connection(self, start_gateway: Any, ask: Ask) -> None:
        gateway = start_gateway({"providers": {"scripted": {"base_url": f"http://127.0.0.1:{closed_port()}/v1"}}})
        for body in (chat_body(), STREAM):
            response = ask(body, to=gateway)
            assert response.status == 502
            assert response.error["type"] == "server_error"
            assert "127.0.0.1" not in response.error["message"], "an inner address is told to clients"

    def test_a_host_that_does_not_exist(self, start_gateway: Any, ask: Ask) -> None:
        gateway = start_gateway({"providers": {"scripted": {"base_url": "http://nowhere.invalid/v1"}}})
        assert ask(to=gateway).status == 502

    @pytest.mark.parametrize("how", ["close", "reset"])
    def test_a_connection_that_ends_without_an_answer(self, upstream: FakeUpstream, ask: Ask, how: str) -> None:
        upstream.reply = lambda exchange: getattr(exchange, how)()
        assert ask().status == 502

    def test_a_head_that_is_cut(self, upstream: FakeUpstream, ask: Ask) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
            exchange.close()

        upstream.reply = reply
        assert ask().status == 502

    @pytest.mark.parametrize(
        "data",
        [
            b"SSH-2.0-server\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            b"HTTP/1.1 999999 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX-Big: " + b"x" * 300_000 + b"\r\n\r\n",
            b"\x00" * 100,
        ],
    )
    def test_an_answer_that_is_no_http(self, upstream: FakeUpstream, ask: Ask, data: bytes) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.send(data)
            exchange.close()

        upstream.reply = reply
        assert ask().status == 502

    def test_interim_responses_are_skipped(self, upstream: FakeUpstream, ask: Ask) -> None:
        interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 2
        upstream.reply = lambda exchange: exchange.send(interim + json_bytes(CHAT_REPLY))
        assert ask().json == CHAT_REPLY

    def test_an_answer_without_a_request_spoils_only_its_connection(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes(CHAT_REPLY) + json_bytes({"stolen": True}))
        for _ in range(5):
            assert ask().json == CHAT_REPLY

    def test_a_redirect_is_not_followed(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = lambda exchange: exchange.send(
            response_bytes(302, [("Location", "http://169.254.169.254/"), ("Content-Type", "text/html")], b"moved")
        )
        response = ask()
        assert response.status == 502
        assert len(upstream.requests) == 1


class TestStatuses:
    ERROR = {"error": {"message": "As the vendor says.", "type": "invalid_request_error", "param": "p", "code": "c"}}

    @pytest.mark.parametrize("status", [400, 404, 413, 422, 429])
    def test_a_status_that_is_the_client_s_affair_passes(self, upstream: FakeUpstream, ask: Ask, status: int) -> None:
        headers = [("Retry-After", "17"), ("retry-after-ms", "17000"), ("x-ratelimit-remaining-requests", "0")]
        upstream.reply = lambda exchange: exchange.send(json_bytes(self.ERROR, status, headers))
        for body in (chat_body(), STREAM):
            response = ask(body)
            assert response.status == status
            assert response.json == self.ERROR
            if status == 429:
                assert response.header("retry-after") == "17"
                assert response.header("retry-after-ms") == "17000"

    @pytest.mark.parametrize("status", [401, 403])
    def test_our_credential_s_fault_is_not_the_client_s(self, upstream: FakeUpstream, ask: Ask, status: int) -> None:
        error = {"error": {"message": f"Incorrect API key provided: {UPSTREAM_KEY}.", "code": "invalid_api_key"}}
        upstream.reply = lambda exchange: exchange.send(json_bytes(error, status, [("WWW-Authenticate", "Bearer")]))
        response = ask()
        assert response.status == 502
        assert response.error["code"] == "upstream_credentials"
        assert UPSTREAM_KEY.encode() not in response.body
        assert response.header("www-authenticate") is None

    def test_529_is_503_here(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes({"error": {"message": "Overloaded"}}, 529))
        assert ask().status == 503

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_failure_of_the_upstream(self, upstream: FakeUpstream, ask: Ask, status: int) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes({"error": {"message": "Oops."}}, status))
        response = ask()
        assert 500 <= response.status <= 504
        assert response.json["error"]["message"]

    @pytest.mark.parametrize("status", [400, 429, 500, 502, 503])
    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("text/html", b"<html><title>502 Bad Gateway</title></html>"),
            ("text/plain", b"no healthy upstream"),
            ("application/json", b""),
            ("application/json", b'{"error":{"message":"cut of'),
            ("application/json", b"[]"),
        ],
        ids=["html", "text", "empty", "truncated", "no object"],
    )
    def test_an_error_that_is_no_json_gets_our_shape(
        self, upstream: FakeUpstream, ask: Ask, status: int, content_type: str, body: bytes
    ) -> None:
        upstream.reply = lambda exchange: exchange.send(response_bytes(status, [("Content-Type", content_type)], body))
        response = ask()
        assert response.status == status or (status >= 500 and 500 <= response.status <= 504)
        assert response.error["type"]
        assert (response.header("content-type") or "").startswith("application/json")

    def test_an_endless_error_body_is_not_read_to_its_end(
        self, gateway: Gateway, upstream: FakeUpstream, ask: Ask
    ) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(2000):
                exchange.send(chunk(b"x" * 100_000))

        upstream.reply = reply
        gateway.process.reset_peak()
        before = gateway.process.resident_bytes()
        assert 500 <= ask().status <= 504
        assert gateway.process.peak_resident_bytes() - before < 32 << 20


class TestStreams:
    def reply_and(self, data: bytes, ending: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
        def reply(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD + data)
            ending(exchange)

        return reply

    @pytest.mark.parametrize("how", ["close", "reset"])
    def test_a_cut_is_an_error_event(self, upstream: FakeUpstream, ask: Ask, how: str) -> None:
        data = chunk(event(delta("The ")) + event(delta("gate ")))
        upstream.reply = self.reply_and(data, lambda exchange: getattr(exchange, how)())
        response = ask(STREAM)
        assert response.status == 200
        error = final_error(response.body)
        assert error["type"] == "server_error"
        if how == "close":
            assert text_of(response.body) == "The gate "

    def test_a_cut_inside_an_event(self, upstream: FakeUpstream, ask: Ask) -> None:
        """The half event is not left in front of the error event, where it would spoil it."""
        data = chunk(event(delta("The "))) + chunk(b'data: {"choices":[{"index":0,"del')
        upstream.reply = self.reply_and(data, lambda exchange: exchange.close())
        response = ask(STREAM)
        assert final_error(response.body)

    def test_an_orderly_end_without_a_finish(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = self.reply_and(chunk(event(delta("The "))) + LAST_CHUNK, lambda exchange: None)
        assert final_error(ask(STREAM).body)

    def test_a_missing_done_after_a_finish_is_made_good(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = self.reply_and(chunk(chat_stream("x", done=False)) + LAST_CHUNK, lambda exchange: None)
        assert ends_well(ask(STREAM).body)

    def test_a_cut_after_the_finish_is_made_good(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = self.reply_and(chunk(chat_stream("x", done=False)), lambda exchange: exchange.close())
        assert ends_well(ask(STREAM).body)

    def test_a_cut_after_done_is_no_error(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = self.reply_and(chunk(chat_stream("x")), lambda exchange: exchange.close())
        assert ends_well(ask(STREAM).body)

    def test_a_malformed_chunk(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = self.reply_and(chunk(event(delta("The "))) + b"zz\r\nrest", lambda exchange: None)
        assert final_error(ask(STREAM).body)

    def test_an_error_event_of_the_upstream_passes(self, upstream: FakeUpstream, ask: Ask) -> None:
        error = event(b'{"error":{"message":"The model crashed.","type":"server_error","param":null,"code":"x"}}')
        upstream.reply = self.reply_and(chunk(event(delta("The ")) + error) + LAST_CHUNK, lambda exchange: None)
        assert final_error(ask(STREAM).body)["message"] == "The model crashed."

    def test_an_error_as_the_first_event_is_a_status(self, upstream: FakeUpstream, ask: Ask) -> None:
        error = event(b'{"error":{"message":"No such luck.","type":"server_error","param":null,"code":null}}')
        upstream.reply = self.reply_and(chunk(error) + LAST_CHUNK, lambda exchange: None)
        response = ask(STREAM)
        assert response.status >= 400
        assert response.json["error"]["message"]

    def test_nothing_at_all_in_a_stream(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = self.reply_and(LAST_CHUNK, lambda exchange: None)
        assert ask(STREAM).status == 502

    def test_a_cut_before_the_first_event_is_a_status(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = self.reply_and(chunk(b": hello\n\n"), lambda exchange: exchange.close())
        assert ask(STREAM).status == 502

    def test_json_where_a_stream_was_asked_for(self, upstream: FakeUpstream, ask: Ask) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes(CHAT_REPLY))
        response = ask(STREAM)
        assert response.status == 200 and response.json == CHAT_REPLY

    def test_one_byte_at_a_time(self, upstream: FakeUpstream, ask: Ask) -> None:
        whole = chat_stream("Tr\u00f6pfchen ", "f\u00fcr Tr\u00f6pfchen")

        def reply(exchange: Exchange) -> None:
            exchange.send_bytewise(STREAM_HEAD + chunk(whole) + LAST_CHUNK)

        upstream.reply = reply
        response = ask(STREAM)
        assert response.body == whole

    def test_a_stream_without_a_length_that_ends_with_the_connection(self, upstream: FakeUpstream, ask: Ask) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + chat_stream("x"))
            exchange.close()

        upstream.reply = reply
        assert ask(STREAM).body == chat_stream("x")

    @pytest.mark.parametrize(
        "behaviour",
        [
            "crlf",
            "comments",
            "no-space",
            "byte-order-mark",
            "one-byte",
            "usage-null",
            "usage-in-last-chunk",
            "no-usage",
        ],
    )
    def test_styles_of_the_mock(self, ask: Ask, behaviour: str) -> None:
        plain = ask(chat_body("mock", stream=True)).body
        styled = ask(chat_body("mock", stream=True), (f"x-mock-{behaviour}", "1")).body
        assert text_of(styled.replace(b"\xef\xbb\xbf", b"")) == text_of(plain)
        assert styled.rstrip().endswith(b"[DONE]")

    @pytest.mark.parametrize("behaviour", ["cut-after", "reset-after", "end-after", "error-after", "bad-framing-after"])
    def test_breaks_of_the_mock(self, ask: Ask, behaviour: str) -> None:
        response = ask(chat_body("mock", stream=True), (f"x-mock-{behaviour}", "3"))
        assert response.status == 200
        assert final_error(response.body)

    def test_a_malformed_event_passes_as_it_is(self, ask: Ask) -> None:
        """Same dialect: the gateway does not judge what the client may understand."""
        response = ask(chat_body("mock", stream=True), ("x-mock-malformed-after", "2"))
        assert response.status == 200 and response.body.rstrip().endswith(b"[DONE]")

    def test_silence_is_a_timeout(self, start_gateway: Any, ask: Ask) -> None:
        gateway = start_gateway({"server": {"timeouts": {"idle": "400ms"}}})
        started = time.monotonic()
        response = ask(chat_body("mock", stream=True), ("x-mock-stall-after", "3"), to=gateway)
        assert time.monotonic() - started < 5 * PATIENCE
        assert response.status == 200
        assert "time" in final_error(response.body)["message"].lower()


class TestWholeReplies:
    def test_a_reply_that_is_cut_ends_the_connection(
        self, upstream: FakeUpstream, gateway: Gateway, connect: Any
    ) -> None:
        """Too late for a status: the client has to see that the body is not whole."""

        def reply(exchange: Exchange) -> None:
            exchange.send(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n" + b" " * 300_000
            )
            exchange.close()

        upstream.reply = reply
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        try:
            response = connection.read_response()
            assert response.status == 502
        except AssertionError as fault:
            assert "ended" in str(fault), fault

    def test_a_chunked_reply_that_is_cut(self, upstream: FakeUpstream, gateway: Gateway, connect: Any) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.send(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk(b'{"a":')
            )
            exchange.close()

        upstream.reply = reply
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        try:
            assert connection.read_response().status == 502
        except AssertionError as fault:
            assert "ended" in str(fault), fault

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    def test_an_encoded_reply_is_decoded(self, upstream: FakeUpstream, ask: Ask, encoding: str) -> None:
        plain = json_bytes(CHAT_REPLY).split(b"\r\n\r\n", 1)[1]
        encoded = gzip.compress(plain) if encoding == "gzip" else zlib.compress(plain)
        headers = [("Content-Type", "application/json"), ("Content-Encoding", encoding)]
        upstream.reply = lambda exchange: exchange.send(response_bytes(200, headers, encoded))
        response = ask()
        assert response.body == plain
        assert response.header("content-encoding") is None

    def test_an_encoded_stream_is_decoded(self, upstream: FakeUpstream, ask: Ask) -> None:
        whole = chat_stream("The ", "gate")
        packer = zlib.compressobj(wbits=31)

        def reply(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD.replace(b"Transfer", b"Content-Encoding: gzip\r\nTransfer"))
            for part in whole.split(b"\n\n"):
                data = packer.compress(part + b"\n\n") + packer.flush(zlib.Z_SYNC_FLUSH) if part else b""
                if data:
                    exchange.send(chunk(data))
            exchange.send(chunk(packer.flush()) + LAST_CHUNK)

        upstream.reply = reply
        assert ask(STREAM).body == whole

    def test_a_bomb_is_not_unpacked(self, gateway: Gateway, upstream: FakeUpstream, ask: Ask) -> None:
        packer = zlib.compressobj(9, wbits=31)
        encoded = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(2000)) + packer.flush()
        headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
        upstream.reply = lambda exchange: exchange.send(response_bytes(200, headers, encoded))
        gateway.process.reset_peak()
        before = gateway.process.resident_bytes()
        connection = RawConnection(gateway.port)
        with connection:
            connection.send(request_bytes(body=chat_body(), key=gateway.key))
            try:
                connection.read_response()
            except AssertionError:
                pass  # Cut off where the limit is.
        assert gateway.process.peak_resident_bytes() - before < 64 << 20

    @pytest.mark.parametrize("encoding", ["br", "zstd", "compress"])
    def test_an_encoding_that_is_not_known(self, upstream: FakeUpstream, ask: Ask, encoding: str) -> None:
        headers = [("Content-Type", "application/json"), ("Content-Encoding", encoding)]
        upstream.reply = lambda exchange: exchange.send(response_bytes(200, headers, b"\x1b\x00"))
        assert ask().status == 502

    def test_bytes_that_are_not_what_they_say(self, upstream: FakeUpstream, ask: Ask) -> None:
        headers = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")]
        upstream.reply = lambda exchange: exchange.send(response_bytes(200, headers, b"not gzip at all"))
        assert ask().status == 502


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory, session_upstream: FakeUpstream) -> Any:
    timeouts = {
        "first_byte": "400ms",
        "first_event": "800ms",
        "first_content": "1200ms",
        "idle": "1600ms",
        "total": "3s",
        "connect": "500ms",
    }
    configuration = upstream_configuration(session_upstream, server={"timeouts": timeouts})
    gateway = Gateway(tmp_path_factory.mktemp("hasty"), configuration)
    yield gateway
    gateway.stop()


class TestPhases:
    """Each phase has its deadline: 504 before the first byte, an error event after it."""

    def timed(self, ask: Ask, *arguments: Any, **options: Any) -> tuple[Response, float]:
        started = time.monotonic()
        return ask(*arguments, **options), time.monotonic() - started

    def test_no_head(self, hasty: Gateway, ask: Ask) -> None:
        for body in (chat_body("mock"), chat_body("mock", stream=True)):
            response, seconds = self.timed(ask, body, ("x-mock-hang", "1"), to=hasty)
            assert response.status == 504 and 0.35 < seconds < 0.8 * PATIENCE
            assert response.error["type"] and response.error["message"]

    def test_no_first_event(self, hasty: Gateway, ask: Ask) -> None:
        response, seconds = self.timed(
            ask, chat_body("mock", stream=True), ("x-mock-first-event-delay", "10s"), to=hasty
        )
        assert response.status == 504 and 0.7 < seconds < 1.2 * PATIENCE

    def test_comments_are_no_first_event(self, hasty: Gateway, upstream: FakeUpstream, ask: Ask) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD)
            while not exchange.wait_until_peer_leaves(0.1 / PATIENCE):
                exchange.send(chunk(b": still here\n\n"))

        upstream.reply = reply
        response, seconds = self.timed(ask, STREAM, to=hasty)
        assert response.status == 504 and seconds < 2 * PATIENCE

    def test_no_first_content(self, hasty: Gateway, upstream: FakeUpstream, ask: Ask) -> None:
        def reply(exchange: Exchange) -> None:
            role = event(b'{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}')
            exchange.send(STREAM_HEAD + chunk(role))
            while not exchange.wait_until_peer_leaves(0.2 / PATIENCE):
                exchange.send(chunk(role))

        upstream.reply = reply
        response, seconds = self.timed(ask, STREAM, to=hasty)
        assert response.status == 504, "nothing of an answer had come"
        assert 1.0 < seconds < 2.5 * PATIENCE

    def test_silence_between_events(self, hasty: Gateway, ask: Ask) -> None:
        response, seconds = self.timed(ask, chat_body("mock", stream=True), ("x-mock-stall-after", "3"), to=hasty)
        assert response.status == 200 and final_error(response.body)
        assert 1.4 < seconds < 2.6 * PATIENCE

    def test_too_long_in_all(self, hasty: Gateway, ask: Ask) -> None:
        headers = (("x-mock-tokens", "1000"), ("x-mock-token-delay", "100ms"))
        response, seconds = self.timed(ask, chat_body("mock", stream=True), *headers, to=hasty)
        assert response.status == 200 and final_error(response.body)
        assert 2.7 < seconds < 4 * PATIENCE

    def test_a_provider_and_a_model_set_their_own(self, start_gateway: Any, ask: Ask) -> None:
        gateway = start_gateway(
            {
                "providers": {"mock": {"timeouts": {"first_byte": "300ms"}}},
                "models": {
                    "mock-a": {"targets": [{"provider": "mock"}], "timeouts": {"first_byte": "1200ms"}},
                },
            }
        )
        assert ask(chat_body("mock"), ("x-mock-header-delay", "700ms"), to=gateway).status == 504
        assert ask(chat_body("mock-a"), ("x-mock-header-delay", "700ms"), to=gateway).status == 200

    def test_the_upstream_is_left_at_a_timeout(self, hasty: Gateway, upstream: FakeUpstream, ask: Ask) -> None:
        left = threading.Event()

        def reply(exchange: Exchange) -> None:
            if exchange.wait_until_peer_leaves():
                left.set()

        upstream.reply = reply
        assert ask(to=hasty).status == 504
        assert left.wait(2 * PATIENCE)

    def test_an_address_that_swallows_connections(self, start_gateway: Any, ask: Ask) -> None:
        import socket

        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            # The queue of a listener that never accepts is filled, so that further connections hang.
            fillers = []
            for _ in range(3):
                filler = socket.socket()
                filler.setblocking(False)
                filler.connect_ex(full.getsockname())
                fillers.append(filler)
            gateway = start_gateway(
                {
                    "server": {"timeouts": {"connect": "400ms"}},
                    "providers": {"scripted": {"base_url": f"http://127.0.0.1:{full.getsockname()[1]}/v1"}},
                }
            )
            response, seconds = self.timed(ask, to=gateway)
            assert response.status in (502, 504) and seconds < 3 * PATIENCE
            for filler in fillers:
                filler.close()


class TestStaleConnections:
    def test_a_connection_closed_while_idle_is_not_reused(
        self, gateway: Gateway, upstream: FakeUpstream, ask: Ask
    ) -> None:
        def reply(exchange: Exchange) -> None:
            exchange.send(json_bytes(CHAT_REPLY))
            exchange.close()

        upstream.reply = reply
        for _ in range(20):
            assert ask().status == 200

    def test_a_connection_closed_just_as_it_is_reused_is_retried_once(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        """The first request on a connection is answered; the second one finds it closing."""
        seen: dict[int, int] = {}

        def reply(exchange: Exchange) -> None:
            number = exchange.request.connection
            seen[number] = seen.get(number, 0) + 1
            if seen[number] > 1:
                exchange.close()
            else:
                exchange.send(json_bytes(CHAT_REPLY))

        upstream.reply = reply
        connection: RawConnection = connect()
        for _ in range(10):
            connection.send(request_bytes(body=chat_body(), key=gateway.key))
            assert connection.read_response().json == CHAT_REPLY
        assert max(seen.values()) == 2, "no connection was ever reused"

    def test_not_when_a_byte_of_the_answer_came(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        seen: dict[int, int] = {}

        def reply(exchange: Exchange) -> None:
            number = exchange.request.connection
            seen[number] = seen.get(number, 0) + 1
            if seen[number] > 1:
                exchange.send(b"H")
                exchange.close()
            else:
                exchange.send(json_bytes(CHAT_REPLY))

        upstream.reply = reply
        connection: RawConnection = connect()
        statuses = []
        for _ in range(4):
            connection.send(request_bytes(body=chat_body(), key=gateway.key))
            statuses.append(connection.read_response().status)
        assert 502 in statuses
        assert len(upstream.requests) == 4

    def test_not_on_a_fresh_connection(self, start_gateway: Any, upstream: FakeUpstream, ask: Ask) -> None:
        gateway = start_gateway()
        upstream.reply = lambda exchange: exchange.close()
        assert ask(to=gateway).status == 502
        assert len(upstream.requests) == 1

    def test_the_mock_closes_idle_connections(self, ask: Ask) -> None:
        for _ in range(30):
            assert ask(chat_body("mock"), ("x-mock-close-idle", "1")).status == 200


class TestReuse:
    def test_connections_are_kept(self, start_gateway: Any, upstream: FakeUpstream, ask: Ask) -> None:
        gateway = start_gateway({"server": {"threads": 1}})
        before = upstream.connections
        for _ in range(30):
            assert ask(to=gateway).status == 200
            assert ask(STREAM, to=gateway).status == 200
        assert upstream.connections - before == 1

    def test_a_connection_that_says_close_is_not(self, start_gateway: Any, upstream: FakeUpstream, ask: Ask) -> None:
        gateway = start_gateway({"server": {"threads": 1}})
        upstream.reply = lambda exchange: exchange.send(json_bytes(CHAT_REPLY, 200, [("Connection", "close")]))
        before = upstream.connections
        for _ in range(5):
            assert ask(to=gateway).status == 200
        assert upstream.connections - before == 5


def test_eventually_all_exchanges_are_over(gateway: Gateway) -> None:
    """After all of the above nothing is left running."""
    eventually(
        lambda: gateway.metrics().total("http_requests_in_flight") <= 1, "the in-flight gauge falls back", seconds=20
    )
