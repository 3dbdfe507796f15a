"""An upstream that does exactly what a test says, byte by byte, and keeps what it was sent."""

from __future__ import annotations

import json
import queue
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, Optional

from .waiting import PATIENCE

Headers = list[tuple[str, str]]

CHAT_REPLY: dict[str, Any] = {
    "id": "chatcmpl-upstream",
    "object": "chat.completion",
    "created": 1793000000,
    "model": "upstream-model",
    "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "The gate is open."}, "finish_reason": "stop"}
    ],
    "usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
}


@dataclass
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: Headers
    head: bytes
    body: bytes
    connection: int

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> Optional[str]:
        found = self.values(name)
        return found[0] if found else None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class ClientGone(Exception):
    """The gateway closed the connection."""


@dataclass
class Exchange:
    """One request and the means to answer it."""

    request: Received
    socket: socket.socket
    closed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise ClientGone from error

    def send_bytewise(self, data: bytes) -> None:
        """One byte a segment (the socket has no delay)."""
        for index in range(len(data)):
            self.send(data[index : index + 1])

    def close(self) -> None:
        """An orderly end right after what was sent."""
        self.closed = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()

    def reset(self) -> None:
        """An end by RST."""
        self.closed = True
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def wait_until_peer_leaves(self, seconds: float = 10) -> bool:
        """Whether the gateway closed the connection within the time."""
        self.socket.settimeout(seconds * PATIENCE)
        try:
            return self.socket.recv(1) == b""
        except (ConnectionError, ssl.SSLError):
            return True
        except OSError:
            return False


def response_bytes(status: int, headers: Headers, body: bytes) -> bytes:
    """A whole response with its content-length."""
    lines = [f"HTTP/1.1 {status} Whatever"] + [f"{name}: {value}" for name, value in headers]
    if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def json_bytes(value: Any, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return response_bytes(status, [("Content-Type", "application/json"), *headers], body)


STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def delta(text: str, *, finish: Optional[str] = None) -> bytes:
    """The data of one chat chunk."""
    value = {
        "id": "chatcmpl-upstream",
        "object": "chat.completion.chunk",
        "created": 1793000000,
        "model": "upstream-model",
        "choices": [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}],
    }
    return json.dumps(value).encode()


USAGE_CHUNK = json.dumps(
    {
        "id": "chatcmpl-upstream",
        "object": "chat.completion.chunk",
        "created": 1793000000,
        "model": "upstream-model",
        "choices": [],
        "usage": {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12},
    }
).encode()


def event(data: bytes, ending: bytes = b"\n") -> bytes:
    return b"data: " + data + ending + ending


def chat_stream(*texts: str, usage: bool = False, done: bool = True, ending: bytes = b"\n") -> bytes:
    """The bytes of a whole chat stream, unframed."""
    parts = [event(delta(text), ending) for text in texts] + [event(delta("", finish="stop"), ending)]
    if usage:
        parts.append(event(USAGE_CHUNK, ending))
    if done:
        parts.append(event(b"[DONE]", ending))
    return b"".join(parts)


Reply = Callable[[Exchange], None]


def always(data: bytes) -> Reply:
    """Sends the same bytes to every request."""
    return lambda exchange: exchange.send(data)


def streaming(body: bytes) -> Reply:
    """Sends one event stream, each event in its own chunk."""

    def reply(exchange: Exchange) -> None:
        exchange.send(STREAM_HEAD)
        for part in body.split(b"\n\n"):
            if part:
                exchange.send(chunk(part + b"\n\n"))
        exchange.send(LAST_CHUNK)

    return reply


def default_reply(exchange: Exchange) -> None:
    """What an upstream does that has nothing against the request."""
    request = exchange.request
    if request.method == "GET" and request.target.endswith("/models"):
        exchange.send(json_bytes({"object": "list", "data": [{"id": "listed-model", "object": "model"}]}))
    elif b'"stream":true' in request.body.replace(b" ", b""):
        streaming(chat_stream("The gate ", "is open.", usage=b"include_usage" in request.body))(exchange)
    else:
        exchange.send(json_bytes(CHAT_REPLY))


class FakeUpstream:
    """A threaded HTTP/1.1 server whose `reply` a test sets; `requests` holds what came, in order."""

    def __init__(self, *, tls: Optional[ssl.SSLContext] = None):
        self.reply: Reply = default_reply
        self.requests: list[Received] = []
        self.connections = 0
        self.left: queue.Queue[int] = queue.Queue()
        self._arrivals: queue.Queue[Received] = queue.Queue()
        self._tls = tls
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return self.url + "/v1"

    @property
    def last(self) -> Received:
        return self.requests[-1]

    def forget(self) -> None:
        """Back to the default reply, with nothing received."""
        self.reply = default_reply
        with self._lock:
            self.requests = []
        for gathered in (self._arrivals, self.left):
            while not gathered.empty():
                gathered.get_nowait()

    def next_request(self, seconds: float = 10) -> Received:
        """The next request that has not been taken yet, waited for."""
        return self._arrivals.get(timeout=seconds * PATIENCE)

    def stop(self) -> None:
        self._listener.close()
        with self._lock:
            sockets = list(self._sockets)
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with self._lock:
                self._sockets.add(connection)
            stream = connection.makefile("rb")
            while True:
                request = self._read(stream, number)
                if request is None:
                    break
                with self._lock:
                    self.requests.append(request)
                self._arrivals.put(request)
                exchange = Exchange(request, connection)
                self.reply(exchange)
                if exchange.closed:
                    break
        except (ClientGone, OSError, ValueError):
            pass
        finally:
            with self._lock:
                self._sockets.discard(connection)
            connection.close()
            self.left.put(number)

    @staticmethod
    def _read(stream: Any, number: int) -> Optional[Received]:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return None
            head += line
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        method, target, _ = first.split(" ", 2)
        headers = [(name, value.strip(" ")) for name, value in (line.split(":", 1) for line in lines)]
        known = {name.lower(): value for name, value in headers}
        if "chunked" in known.get("transfer-encoding", ""):
            body = b""
            while True:
                size = int(stream.readline().split(b";")[0], 16)
                body += stream.read(size)
                stream.readline()
                if size == 0:
                    break
        else:
            body = stream.read(int(known.get("content-length", "0")))
        return Received(method, target, headers, head, body, number)


def closed_port() -> int:
    """A port of this machine on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
