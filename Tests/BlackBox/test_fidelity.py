"""Same dialect on both sides: bytes pass as they are, but for the splices."""

from __future__ import annotations

from typing import Any

import pytest
from harness.configuration import UPSTREAM_KEY
from harness.events import data_of, ends_well
from harness.gateway import Gateway
from harness.raw import RawConnection, chat_body, request_bytes
from harness.upstream import (
    LAST_CHUNK,
    STREAM_HEAD,
    USAGE_CHUNK,
    Exchange,
    FakeUpstream,
    chat_stream,
    chunk,
    delta,
    event,
    json_bytes,
    response_bytes,
    streaming,
)

ODD_BODIES = {
    "unknown fields": b'{"model":"plain","messages":[],"new_field":{"a":[1,{"b":null}]},"x":true}',
    "odd numbers": b'{"model":"plain","seed":123456789012345678901234567890,"t":1.0,"u":1.10e+05,"v":-0,"w":1E-9,"messages":[]}',
    "spaces": b'  {\n\t"model" :\r\n "plain"  ,  "messages"  :  [ ]  }\n  ',
    "key order": b'{"z":1,"messages":[],"a":2,"model":"plain","m":3}',
    "escapes": b'{"model":"plain","messages":[{"role":"user","content":"\\u00e9\\ud83d\\ude00\\/\\b \\"q\\""}]}',
    "raw utf-8": '{"model":"plain","messages":[{"role":"user","content":"é😀日本"}]}'.encode(),
    "duplicates below the top": b'{"model":"plain","messages":[{"role":"user","role":"user","content":"x"}]}',
    "a nested model": b'{"a":{"model":"other","stream":true},"model":"plain","messages":[]}',
    "an escaped key": b'{"mod\\u0065l":"plain","messages":[]}',
    "stream false": b'{"model":"plain","stream":false,"messages":[]}',
    "stream null": b'{"model":"plain","stream":null,"messages":[]}',
    "empty strings and keys": b'{"":"","model":"plain","messages":[],"x":""}',
    "a large body": b'{"model":"plain","messages":[],"pad":"' + b"0123456789" * 60_000 + b'"}',
}


class TestRequests:
    @pytest.mark.parametrize("name", ODD_BODIES)
    def test_a_body_arrives_as_it_was_sent(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, name: str
    ) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=ODD_BODIES[name], key=gateway.key))
        assert connection.read_response().status == 200
        assert upstream.last.body == ODD_BODIES[name]
        assert upstream.last.header("content-length") == str(len(ODD_BODIES[name]))
        assert upstream.last.header("content-type") == "application/json"

    @pytest.mark.parametrize(
        ("sent", "arrived"),
        [
            (b'{"model":"renamed","messages":[]}', b'{"model":"upstream-name","messages":[]}'),
            (b'{ "messages" : [] , "model"\t:\n"renamed"  }', b'{ "messages" : [] , "model"\t:\n"upstream-name"  }'),
            (b'{"model":"scripted/any-name_1.0:x","messages":[]}', b'{"model":"any-name_1.0:x","messages":[]}'),
            (b'{"model":"scripted/meta/llama","messages":[]}', b'{"model":"meta/llama","messages":[]}'),
            (b'{"a":{"model":"renamed"},"model":"renamed"}', b'{"a":{"model":"renamed"},"model":"upstream-name"}'),
            (b'{"model":"re\\u006eamed","messages":[]}', b'{"model":"upstream-name","messages":[]}'),
        ],
    )
    def test_the_model_is_spliced_and_nothing_else(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, sent: bytes, arrived: bytes
    ) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=sent, key=gateway.key))
        assert connection.read_response().status == 200
        assert upstream.last.body == arrived

    def test_the_query_goes_along(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(target="/v1/chat/completions?beta=1&x=%20", body=chat_body(), key=gateway.key))
        assert connection.read_response().status == 200
        assert upstream.last.target in ("/v1/chat/completions?beta=1&x=%20", "/v1/chat/completions")


class TestRequestHeaders:
    def test_only_what_is_allowed_goes_upstream(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        secret = "must-not-travel"
        dropped = [
            ("Cookie", secret),
            ("Proxy-Authorization", secret),
            ("X-Api-Key", secret),
            ("Api-Key", secret),
            ("X-Goog-Api-Key", secret),
            ("Connection", "X-Hop"),
            ("X-Hop", secret),
            ("Keep-Alive", secret),
            ("TE", "trailers"),
            ("Upgrade", secret),
            ("X-Forwarded-For", secret),
            ("Forwarded", secret),
            ("Origin", "https://" + secret),
            ("Referer", "https://" + secret),
            ("Accept-Encoding", "gzip, br"),
            ("X-Internal", secret),
            ("x-mock-tokens", "1"),
            ("anthropic-beta", secret),
        ]
        kept = [
            ("OpenAI-Beta", "assistants=v2"),
            ("OpenAI-Organization", "org-1"),
            ("OpenAI-Project", "proj-1"),
            ("Idempotency-Key", "once"),
        ]
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), headers=dropped + kept, key=gateway.key))
        assert connection.read_response().status == 200
        request = upstream.last
        assert secret.encode() not in request.head
        assert gateway.key.encode() not in request.head + request.body
        assert request.header("x-mock-tokens") is None
        assert request.header("accept-encoding") in (None, "identity")
        assert request.header("connection") in (None, "keep-alive")
        for name, value in kept:
            assert request.values(name) == [value]
        assert len(request.values("authorization")) == 1
        assert len(request.values("host")) == 1 and request.header("host") == f"127.0.0.1:{upstream.port}"

    def test_our_own_credential_is_sent(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        assert connection.read_response().status == 200
        assert upstream.last.values("authorization") == [f"Bearer {UPSTREAM_KEY}"]

    def test_more_can_be_let_through_or_added(self, start_gateway: Any, upstream: FakeUpstream, connect: Any) -> None:
        provider = {"forward_headers": ["X-Team"], "headers": {"X-Added": "by the gateway"}}
        gateway = start_gateway({"providers": {"scripted": provider}})
        connection: RawConnection = connect(gateway.port)
        connection.send(
            request_bytes(body=chat_body(), headers=[("X-Team", "blue"), ("X-Other", "no")], key=gateway.key)
        )
        assert connection.read_response().status == 200
        assert upstream.last.values("x-team") == ["blue"]
        assert upstream.last.values("x-added") == ["by the gateway"]
        assert upstream.last.header("x-other") is None


class TestReplies:
    @pytest.mark.parametrize("name", ODD_BODIES)
    def test_a_whole_reply_comes_back_as_it_was_sent(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, name: str
    ) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes(ODD_BODIES[name]))
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        assert connection.read_response().body == ODD_BODIES[name]

    def test_a_chunked_reply(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        body = ODD_BODIES["unknown fields"]

        def reply(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            for index in range(0, len(body), 7):
                exchange.send(chunk(body[index : index + 7]))
            exchange.send(b"0\r\nX-Trailer: 1\r\n\r\n")

        upstream.reply = reply
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        response = connection.read_response()
        assert response.body == body and response.header("x-trailer") is None

    def test_a_reply_that_ends_with_the_connection(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        body = ODD_BODIES["key order"]

        def reply(exchange: Exchange) -> None:
            exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body)
            exchange.close()

        upstream.reply = reply
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        assert connection.read_response().body == body

    @pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
    def test_a_stream_comes_back_as_it_was_sent(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, ending: bytes
    ) -> None:
        pieces = [
            b": a comment" + ending + ending,
            event(b'{"choices":[{"index":0,"delta":{"content":"a"}}],"odd":1.0e2 , "x":[ ]}', ending),
            b"event: note" + ending + b"id: 7" + ending + b"retry: 10" + ending + b"data:{}" + ending + ending,
            b"data: {" + ending + b'data: "choices":[]}' + ending + ending,
            event(delta("\u00e9"), ending),
            event(delta("", finish="stop"), ending),
            event(USAGE_CHUNK, ending),
            event(b"[DONE]", ending),
        ]
        upstream.reply = lambda exchange: exchange.send(STREAM_HEAD + b"".join(map(chunk, pieces)) + LAST_CHUNK)
        connection: RawConnection = connect()
        body = chat_body(stream=True, stream_options={"include_usage": True})
        connection.send(request_bytes(body=body, key=gateway.key))
        assert connection.read_response().body == b"".join(pieces)
        assert upstream.last.body == body

    def test_any_split_of_the_bytes(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        whole = chat_stream("Tor", "schl\u00fcssel ", "\U0001f600", usage=True)
        connection: RawConnection = connect()
        for size in (1, 2, 3, 5, 17, 64, 1000):

            def reply(exchange: Exchange) -> None:
                exchange.send(STREAM_HEAD)
                for index in range(0, len(whole), size):
                    exchange.send(chunk(whole[index : index + size]))
                exchange.send(LAST_CHUNK)

            upstream.reply = reply
            body = chat_body(stream=True, stream_options={"include_usage": True})
            connection.send(request_bytes(body=body, key=gateway.key))
            assert connection.read_response().body == whole, f"in pieces of {size}"

    def test_an_event_larger_than_any_buffer(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        """Beyond the tap's limit (16 MiB) an event passes untapped; it never ends the stream."""
        large = event(b'{"choices":[{"index":0,"delta":{"content":"' + b"w" * (17 << 20) + b'"}}]}')
        whole = event(delta("a")) + large + event(delta("", finish="stop")) + event(b"[DONE]")
        upstream.reply = lambda exchange: exchange.send(STREAM_HEAD + chunk(whole) + LAST_CHUNK)
        connection: RawConnection = connect()
        body = chat_body(stream=True, stream_options={"include_usage": True})
        connection.send(request_bytes(body=body, key=gateway.key))
        response = connection.read_response()
        assert len(response.body) == len(whole) and response.body == whole

    def test_what_belongs_to_the_upstream_alone_stays_there(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        headers = [
            ("Content-Type", "application/json"),
            ("Set-Cookie", "a=1"),
            ("Server", "vendor/1"),
            ("Via", "1.1 vendor"),
            ("X-Powered-By", "vendor"),
            ("Connection", "X-Hop"),
            ("X-Hop", "1"),
            ("Keep-Alive", "timeout=5"),
            ("Proxy-Authenticate", "Basic"),
            ("Alt-Svc", "h3"),
            ("Strict-Transport-Security", "max-age=1"),
            ("Trailer", "x"),
        ]
        upstream.reply = lambda exchange: exchange.send(response_bytes(200, headers, b"{}"))
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        response = connection.read_response()
        for name in ("set-cookie", "via", "x-powered-by", "x-hop", "keep-alive", "proxy-authenticate", "trailer"):
            assert response.header(name) is None, name
        assert response.header("server") in (None, "sluice")

    def test_rate_limits_of_the_vendor_pass(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        headers = [
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-limit-tokens", "150000"),
            ("openai-processing-ms", "17"),
            ("openai-organization", "org-1"),
        ]
        upstream.reply = lambda exchange: exchange.send(json_bytes({}, 200, headers))
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(), key=gateway.key))
        response = connection.read_response()
        for name, value in headers[:4]:
            assert response.values(name) == [value]


class TestUsageSplice:
    def exchange(self, gateway: Gateway, connect: Any, body: bytes) -> bytes:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=body, key=gateway.key))
        response = connection.read_response()
        assert response.status == 200, response.body
        return response.body

    @pytest.mark.parametrize(
        ("sent", "arrived"),
        [
            (
                b'{"model":"plain","stream":true}',
                [
                    b'{"model":"plain","stream":true,"stream_options":{"include_usage":true}}',
                    b'{"stream_options":{"include_usage":true},"model":"plain","stream":true}',
                ],
            ),
            (
                b'{ "model" : "plain" , "stream" : true , "stream_options" : { "x" : 1.0 } }',
                [
                    b'{ "model" : "plain" , "stream" : true , "stream_options" : { "x" : 1.0 ,"include_usage":true} }',
                    b'{ "model" : "plain" , "stream" : true , "stream_options" : {"include_usage":true, "x" : 1.0 } }',
                    b'{ "model" : "plain" , "stream" : true , "stream_options" : { "x" : 1.0,"include_usage":true } }',
                ],
            ),
            (
                b'{"model":"plain","stream":true,"stream_options":{"include_usage":false}}',
                [b'{"model":"plain","stream":true,"stream_options":{"include_usage":true}}'],
            ),
            (
                b'{"model":"plain","stream":true,"stream_options":null}',
                [b'{"model":"plain","stream":true,"stream_options":{"include_usage":true}}'],
            ),
            (
                b'{"model":"plain","stream":true,"stream_options":{}}',
                [b'{"model":"plain","stream":true,"stream_options":{"include_usage":true}}'],
            ),
        ],
    )
    def test_usage_is_asked_for_and_withheld(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any, sent: bytes, arrived: list[bytes]
    ) -> None:
        upstream.reply = streaming(chat_stream("The gate ", "is open.", usage=True))
        received = self.exchange(gateway, connect, sent)
        assert upstream.last.body in arrived, upstream.last.body
        assert received == chat_stream("The gate ", "is open.", usage=False)

    def test_usage_that_the_client_asked_for_comes(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        sent = b'{"model":"plain","stream":true,"stream_options":{ "include_usage" : true }}'
        upstream.reply = streaming(chat_stream("x", usage=True))
        assert self.exchange(gateway, connect, sent) == chat_stream("x", usage=True)
        assert upstream.last.body == sent

    def test_usage_in_a_chunk_with_choices_is_not_withheld(
        self, gateway: Gateway, upstream: FakeUpstream, connect: Any
    ) -> None:
        last = (
            delta("", finish="stop")[:-1]
            + b', "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}'
        )
        whole = event(delta("x")) + event(last) + event(b"[DONE]")
        upstream.reply = streaming(whole)
        received = self.exchange(gateway, connect, chat_body(stream=True))
        values = data_of(received)
        assert [value["choices"][0]["finish_reason"] for value in values[:-1]] == [None, "stop"]
        assert ends_well(received)

    def test_a_whole_reply_is_not_spliced(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        body = chat_body()
        self.exchange(gateway, connect, body)
        assert upstream.last.body == body

    def test_other_surfaces_are_not_spliced(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        connection: RawConnection = connect()
        body = b'{"model":"plain","stream":true,"input":"x"}'
        upstream.reply = streaming(event(b'{"type":"response.completed"}'))
        connection.send(request_bytes(target="/v1/responses", body=body, key=gateway.key))
        assert connection.read_response().status == 200
        assert upstream.last.body == body

    def test_the_tokens_are_in_the_log(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        upstream.reply = streaming(chat_stream("x", usage=True))
        connection: RawConnection = connect()
        headers = [("X-Request-ID", "tokens-of-a-stream")]
        connection.send(request_bytes(body=chat_body(stream=True), headers=headers, key=gateway.key))
        assert connection.read_response().status == 200
        line = gateway.log_line("tokens-of-a-stream")
        assert (line["prompt_tokens"], line["completion_tokens"]) == (7, 5)
        assert line["streamed"] is True and line["finish_reason"] == "stop"
