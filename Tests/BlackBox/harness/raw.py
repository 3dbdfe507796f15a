"""An HTTP/1.1 client that sends any bytes and reads responses strictly."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any, Iterator, Optional

from .waiting import PATIENCE


class ProtocolFault(AssertionError):
    """The gateway sent something that is no well-formed response."""


class ConnectionEnded(Exception):
    """The gateway closed the connection before a response began."""


@dataclass
class Response:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    chunks: list[bytes] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> Optional[str]:
        found = self.values(name)
        return found[0] if found else None

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """The error object, its OpenAI shape checked."""
        value = self.json
        assert set(value) == {"error"}, value
        assert {"message", "type", "param", "code"} <= set(value["error"]), value
        assert isinstance(value["error"]["message"], str) and value["error"]["message"], value
        return value["error"]


class RawConnection:
    """One client connection. All waits have a deadline."""

    def __init__(
        self,
        port: int,
        *,
        tls: Optional[ssl.SSLContext] = None,
        server_name: str = "localhost",
        seconds: float = 15,
        receive_buffer: Optional[int] = None,
    ):
        raw = socket.socket()
        if receive_buffer is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.settimeout(seconds * PATIENCE)
        raw.connect(("127.0.0.1", port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(raw, server_hostname=server_name) if tls else raw
        self.rest = b""

    def __enter__(self) -> "RawConnection":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    # ---- reading ----

    def _more(self) -> bool:
        try:
            data = self.socket.recv(65536)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError):
            return False
        self.rest += data
        return bool(data)

    def _line(self) -> bytes:
        while b"\r\n" not in self.rest:
            if not self._more():
                if not self.rest:
                    raise ConnectionEnded
                raise ProtocolFault(f"the connection ended inside a line: {self.rest[:200]!r}")
        line, self.rest = self.rest.split(b"\r\n", 1)
        if b"\n" in line or b"\r" in line:
            raise ProtocolFault(f"a bare line end in {line!r}")
        return line

    def _exactly(self, count: int) -> bytes:
        parts, wanted = [], count
        while True:
            part, self.rest = self.rest[:wanted], self.rest[wanted:]
            parts.append(part)
            wanted -= len(part)
            if wanted == 0:
                return b"".join(parts)
            if not self._more():
                raise ProtocolFault(f"the connection ended {wanted} bytes before the end of the body")

    def read_head(self) -> Response:
        """Status and headers; an interim response counts as one."""
        first = self._line().decode("latin-1")
        parts = first.split(" ", 2)
        if parts[0] != "HTTP/1.1" or len(parts) < 2 or not parts[1].isdigit() or len(parts[1]) != 3:
            raise ProtocolFault(f"no status line: {first!r}")
        headers = []
        while True:
            line = self._line().decode("latin-1")
            if not line:
                break
            name, separator, value = line.partition(":")
            if not separator or not name or name != name.strip():
                raise ProtocolFault(f"no header line: {line!r}")
            headers.append((name, value.strip()))
        return Response(int(parts[1]), headers)

    def read_chunks(self) -> Iterator[bytes]:
        while True:
            try:
                size = int(self._line(), 16)
            except ConnectionEnded:
                raise ProtocolFault("the connection ended before the last chunk") from None
            if size == 0:
                if self._line() != b"":
                    raise ProtocolFault("trailers that nobody asked for")
                return
            data = self._exactly(size)
            if self._line() != b"":
                raise ProtocolFault("no CRLF after a chunk")
            yield data

    def read_response(self, *, of: str = "POST", interim: bool = False) -> Response:
        """One whole response to a request with method `of`. Interim responses are skipped unless `interim`."""
        response = self.read_head()
        while 100 <= response.status < 200:
            if interim:
                return response
            response = self.read_head()
        lengths, encodings = response.values("content-length"), response.values("transfer-encoding")
        if len(lengths) > 1 or len(encodings) > 1 or (lengths and encodings):
            raise ProtocolFault(f"ambiguous framing: {response.headers}")
        if of == "HEAD" or response.status in (204, 304):
            return response
        if encodings:
            if encodings != ["chunked"]:
                raise ProtocolFault(f"transfer-encoding {encodings}")
            response.chunks = list(self.read_chunks())
            response.body = b"".join(response.chunks)
        elif lengths:
            response.body = self._exactly(int(lengths[0]))
        else:
            raise ProtocolFault(f"neither content-length nor chunked: {response.headers}")
        return response

    def is_closed_by_peer(self) -> bool:
        """Waits for the end of the connection; false when bytes come instead."""
        try:
            return not self.rest and not self._more()
        except socket.timeout:
            raise AssertionError("the connection stays open")


def request_bytes(
    method: str = "POST",
    target: str = "/v1/chat/completions",
    headers: Optional[list[tuple[str, str]]] = None,
    body: bytes = b"",
    *,
    key: Optional[str] = None,
    host: Optional[str] = "localhost",
    content_type: Optional[str] = "application/json",
) -> bytes:
    """A well-formed request; what a test gives in `headers` comes last and nothing is doubled."""
    lines = [f"{method} {target} HTTP/1.1"]
    given = {name.lower() for name, _ in headers or []}
    if host is not None and "host" not in given:
        lines.append(f"Host: {host}")
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    if content_type is not None and method == "POST" and "content-type" not in given:
        lines.append(f"Content-Type: {content_type}")
    if (body or method == "POST") and not given & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in headers or []]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def chat_body(model: str = "plain", *, stream: bool = False, **more: Any) -> bytes:
    value: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": "Open the gate."}]}
    if stream:
        value["stream"] = True
    value.update(more)
    return json.dumps(value).encode()
