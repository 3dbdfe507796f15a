"""Requests that two parsers could read in two ways are refused with 400 and the connection is closed."""

from __future__ import annotations

from typing import Any

import pytest
from harness.gateway import Gateway
from harness.raw import RawConnection, chat_body, request_bytes
from harness.upstream import FakeUpstream

BODY = chat_body()
LENGTH = f"Content-Length: {len(BODY)}\r\n"
START = "POST /v1/chat/completions HTTP/1.1\r\n"
HOST = "Host: localhost\r\n"
TYPE = "Content-Type: application/json\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
ONE_CHUNK = f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n"


def shape(head: str, body: bytes = BODY) -> bytes:
    return head.encode("latin-1") + b"\r\n" + body


SHAPES = {
    "both lengths": shape(START + HOST + TYPE + LENGTH + CHUNKED, ONE_CHUNK + b"0\r\n\r\n"),
    "both lengths, the other order": shape(START + HOST + TYPE + CHUNKED + LENGTH, ONE_CHUNK + b"0\r\n\r\n"),
    "two different lengths": shape(START + HOST + TYPE + LENGTH + "Content-Length: 3\r\n"),
    "two equal lengths": shape(START + HOST + TYPE + LENGTH + LENGTH),
    "a list of lengths": shape(START + HOST + TYPE + f"Content-Length: {len(BODY)}, {len(BODY)}\r\n"),
    "a length with a sign": shape(START + HOST + TYPE + f"Content-Length: +{len(BODY)}\r\n"),
    "a negative length": shape(START + HOST + TYPE + "Content-Length: -1\r\n"),
    "a length in hexadecimal": shape(START + HOST + TYPE + f"Content-Length: 0x{len(BODY):x}\r\n"),
    "a length beyond 64 bits": shape(START + HOST + TYPE + "Content-Length: 99999999999999999999999\r\n"),
    "an empty length": shape(START + HOST + TYPE + "Content-Length: \r\n"),
    "a chunk size that is no number": shape(START + HOST + TYPE + CHUNKED, b"zz\r\n" + BODY + b"\r\n0\r\n\r\n"),
    "a chunk size with a prefix": shape(START + HOST + TYPE + CHUNKED, b"0x5\r\nhello\r\n0\r\n\r\n"),
    "a chunk size with a sign": shape(START + HOST + TYPE + CHUNKED, b"-5\r\nhello\r\n0\r\n\r\n"),
    "a chunk size beyond 64 bits": shape(START + HOST + TYPE + CHUNKED, b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
    "an empty chunk size": shape(START + HOST + TYPE + CHUNKED, b"\r\nhello\r\n0\r\n\r\n"),
    "a chunk longer than its size": shape(START + HOST + TYPE + CHUNKED, b"3\r\nhello\r\n0\r\n\r\n"),
    "a space before the colon of a length": shape(START + HOST + TYPE + f"Content-Length : {len(BODY)}\r\n"),
    "a space before the colon of an encoding": shape(
        START + HOST + TYPE + "Transfer-Encoding : chunked\r\n", ONE_CHUNK + b"0\r\n\r\n"
    ),
    "a space before a header name": shape(START + HOST + TYPE + f" Content-Length: {len(BODY)}\r\n"),
    "a folded header": shape(START + HOST + TYPE + "X-Note: one\r\n two\r\n" + LENGTH),
    "a header without a colon": shape(START + HOST + TYPE + "X-Note\r\n" + LENGTH),
    "a header without a name": shape(START + HOST + TYPE + ": x\r\n" + LENGTH),
    "a control character in a name": shape(START + HOST + TYPE + "X-\x01Note: x\r\n" + LENGTH),
    "NUL in a value": shape(START + HOST + TYPE + "X-Note: a\x00b\r\n" + LENGTH),
    "a bare CR in a value": shape(START + HOST + TYPE + "X-Note: a\rContent-Length: 3\r\n" + LENGTH),
    "bare LF after the request line": (START.replace("\r\n", "\n") + HOST + TYPE + LENGTH + "\r\n").encode() + BODY,
    "bare LF after a header": (START + HOST.replace("\r\n", "\n") + TYPE + LENGTH + "\r\n").encode() + BODY,
    "bare LF at the end of the head": (START + HOST + TYPE + LENGTH + "\n").encode() + BODY,
    "bare LF after a chunk size": shape(START + HOST + TYPE + CHUNKED, b"%x\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)),
    "bare LF after a chunk": shape(START + HOST + TYPE + CHUNKED, b"%x\r\n%b\n0\r\n\r\n" % (len(BODY), BODY)),
    "two hosts": shape(START + HOST + "Host: other\r\n" + TYPE + LENGTH),
    "two equal hosts": shape(START + HOST + HOST + TYPE + LENGTH),
    "no host": shape(START + TYPE + LENGTH),
    "a host with a path": shape(START + "Host: localhost/x\r\n" + TYPE + LENGTH),
    "transfer-encoding in 1.0": shape(START.replace("1.1", "1.0") + HOST + TYPE + CHUNKED, ONE_CHUNK + b"0\r\n\r\n"),
    "an unknown transfer-encoding": shape(START + HOST + TYPE + "Transfer-Encoding: rot13\r\n", BODY),
    "chunked that is not the last encoding": shape(
        START + HOST + TYPE + "Transfer-Encoding: chunked, identity\r\n", ONE_CHUNK + b"0\r\n\r\n"
    ),
    "chunked with a vertical tab": shape(
        START + HOST + TYPE + "Transfer-Encoding: \x0bchunked\r\n", ONE_CHUNK + b"0\r\n\r\n"
    ),
    "chunked twice": shape(START + HOST + TYPE + CHUNKED + CHUNKED, ONE_CHUNK + b"0\r\n\r\n"),
    "a version that is none": shape("POST /v1/chat/completions HTTP/1.9x\r\n" + HOST + TYPE + LENGTH),
    "HTTP/0.9": b"GET /v1/models\r\n\r\n",
    "a space in the target": shape("POST /v1/chat completions HTTP/1.1\r\n" + HOST + TYPE + LENGTH),
    "a TLS greeting on a clear port": bytes.fromhex("16030100a5010000a10303") + bytes(200),
    "noise": b"\x00\xff\x00\xff\r\n\r\n",
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_smuggling_shape(gateway: Gateway, upstream: FakeUpstream, connect: Any, name: str) -> None:
    connection: RawConnection = connect()
    hidden = request_bytes("GET", "/v1/models", key=gateway.key)
    authorized = SHAPES[name].replace(b"\r\n", b"\r\nAuthorization: Bearer " + gateway.key.encode() + b"\r\n", 1)
    if name.startswith("bare LF after the request line"):
        authorized = SHAPES[name].replace(
            HOST.encode(), HOST.encode() + b"Authorization: Bearer " + gateway.key.encode() + b"\r\n"
        )
    if name in ("HTTP/0.9", "a TLS greeting on a clear port", "noise"):
        authorized = SHAPES[name]
    try:
        connection.send(authorized + hidden)
    except OSError:
        pass  # The gateway may refuse before it has read everything.
    response = connection.read_response()
    assert response.status == 400, f"{response.status}: {response.body[:200]!r}"
    assert response.header("x-request-id")
    assert response.error["type"] == "invalid_request_error"
    assert (response.header("connection") or "").lower() == "close"
    assert connection.is_closed_by_peer(), "the hidden request was answered"
    assert upstream.requests == []


@pytest.mark.parametrize("blank", [b"\r\n", b"\r\n\r\n"])
def test_empty_lines_before_a_request_are_allowed(gateway: Gateway, connect: Any, blank: bytes) -> None:
    connection: RawConnection = connect()
    connection.send(blank + request_bytes(body=BODY, key=gateway.key))
    assert connection.read_response().status == 200


def test_names_and_values_that_are_odd_but_lawful(gateway: Gateway, connect: Any) -> None:
    connection: RawConnection = connect()
    headers = [("x-note!#$%&'*+.^_`|~", "a\tb"), ("X-Empty", ""), ("X-High", "\xe4\xf6")]
    connection.send(request_bytes(body=BODY, headers=headers, key=gateway.key))
    assert connection.read_response().status == 200


def test_http_1_0_is_answered_and_closed(gateway: Gateway, connect: Any) -> None:
    connection: RawConnection = connect()
    connection.send(b"GET /health/live HTTP/1.0\r\n\r\n")
    response = connection.read_response(of="GET")
    assert response.status == 200
    assert connection.is_closed_by_peer()


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_never_hurt(gateway: Gateway, connect: Any, seed: int) -> None:
    """Well-formed requests with bytes flipped: every answer is well-formed, and the gateway lives."""
    import random

    from harness.raw import ConnectionEnded

    chance = random.Random(seed)
    original = request_bytes(body=BODY, key=gateway.key)
    for _ in range(150):
        mutated = bytearray(original)
        for _ in range(chance.randint(1, 4)):
            mutated[chance.randrange(len(mutated))] = chance.randrange(256)
        with RawConnection(gateway.port) as connection:
            try:
                connection.send(bytes(mutated))
                # Half-closed, so that a request that now looks longer ends too.
                connection.socket.shutdown(1)
                response = connection.read_response()
                assert 200 <= response.status < 600
            except (ConnectionEnded, OSError):
                pass
    assert gateway.process.is_running
