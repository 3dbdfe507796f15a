"""A blocking HTTP/2 client over python-h2, plus raw frames for what a polite library would not send."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Union

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings
import hpack

from .waiting import PATIENCE


@dataclass
class StreamState:
    status: Optional[int] = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    is_ended: bool = False
    reset_code: Optional[int] = None

    def header(self, name: str) -> Optional[str]:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class HTTP2Connection:
    """One client connection: prior knowledge in clear text, or ALPN when a TLS context is given."""

    def __init__(
        self, port: int, *, tls: Optional[ssl.SSLContext] = None, seconds: float = 15, acknowledges: bool = True
    ):
        raw = socket.create_connection(("127.0.0.1", port), seconds * PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls.wrap_socket(raw, server_hostname="localhost") if tls else raw
        if tls:
            assert self.socket.selected_alpn_protocol() == "h2", self.socket.selected_alpn_protocol()
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.streams: dict[int, StreamState] = {}
        self.goaway_code: Optional[int] = None
        self.is_closed = False
        self.settings_seen = False
        self.acknowledges = acknowledges
        self._pending = b""
        self.h2.initiate_connection()
        self.flush()

    def __enter__(self) -> "HTTP2Connection":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def flush(self) -> None:
        data = self.h2.data_to_send()
        if not data:
            return
        try:
            self.socket.sendall(data)
        except OSError:
            # The gateway ended the connection, as it may after an error.
            self.is_closed = True

    def send_raw(self, data: bytes) -> bool:
        """Sends bytes past the library; false when the gateway has closed."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def send_request(
        self,
        method: str,
        path: str,
        headers: Optional[list[tuple[str, str]]] = None,
        body: Optional[bytes] = None,
        *,
        end: bool = True,
    ) -> int:
        stream = self.h2.get_next_available_stream_id()
        fields = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path)]
        self.h2.send_headers(stream, fields + (headers or []), end_stream=body is None and end)
        self.streams[stream] = StreamState()
        self.flush()
        if body is not None:
            self.send_body(stream, body, end=end)
        return stream

    def send_body(self, stream: int, body: bytes, *, end: bool = True) -> None:
        while body:
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if room <= 0:
                self.read()
                if self.is_closed or self.streams[stream].is_ended:
                    return
                continue
            self.h2.send_data(stream, body[:room])
            self.flush()
            body = body[room:]
        if end:
            self.h2.end_stream(stream)
            self.flush()

    def reset(self, stream: int, code: int = 8) -> None:
        self.h2.reset_stream(stream, code)
        self.flush()

    def read(self) -> None:
        """Reads once and takes in what came."""
        try:
            data = self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError):
            data = b""
        if not data:
            self.is_closed = True
            return
        for event in self.h2.receive_data(self._without_goaway(data)):
            self._take(event)
        try:
            self.flush()
        except OSError:
            self.is_closed = True

    def _without_goaway(self, data: bytes) -> bytes:
        """Whole frames, GOAWAY noted and taken out: python-h2 takes it as the end, but what is open may still finish."""
        self._pending += data
        passed = b""
        while len(self._pending) >= 9:
            length = 9 + int.from_bytes(self._pending[:3], "big")
            if len(self._pending) < length:
                break
            whole, self._pending = self._pending[:length], self._pending[length:]
            if whole[3] == 7:
                self.goaway_code = int.from_bytes(whole[13:17], "big")
            else:
                passed += whole
        return passed

    def _take(self, event: Any) -> None:
        state = self.streams.get(getattr(event, "stream_id", None) or 0)
        if isinstance(event, h2.events.RemoteSettingsChanged):
            self.settings_seen = True
        elif state is None:
            return
        elif isinstance(event, h2.events.ResponseReceived):
            state.headers = [(str(name), str(value)) for name, value in event.headers]
            state.status = int(state.header(":status") or 0)
        elif isinstance(event, h2.events.DataReceived):
            state.body += event.data
            if self.acknowledges:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            state.is_ended = True
        elif isinstance(event, h2.events.StreamReset):
            state.is_ended = True
            state.reset_code = int(event.error_code)

    def read_until(self, probe: Callable[[], bool]) -> None:
        """Reads until `probe` holds or the connection ends; each read has the socket's deadline."""
        while not probe() and not self.is_closed:
            self.read()

    def response(self, stream: int) -> StreamState:
        state = self.streams[stream]
        self.read_until(lambda: state.is_ended)
        assert state.is_ended, "the connection ended before the response"
        return state

    def exchange(
        self, method: str, path: str, headers: Optional[list[tuple[str, str]]] = None, body: Optional[bytes] = None
    ) -> StreamState:
        return self.response(self.send_request(method, path, headers, body))


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    """One raw HTTP/2 frame."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


class FrameConnection:
    """Sends any frames and reads what comes back, frame by frame, without opinions of its own."""

    def __init__(self, port: int, *, seconds: float = 15):
        self.socket = socket.create_connection(("127.0.0.1", port), seconds * PATIENCE)
        self.encoder, self._decoder = hpack.Encoder(), hpack.Decoder()
        self._rest = b""
        self.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"") + frame(4, 1, 0, b""))

    def __enter__(self) -> "FrameConnection":
        return self

    def __exit__(self, *_: Any) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """False when the gateway has closed."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def _exactly(self, count: int) -> Optional[bytes]:
        while len(self._rest) < count:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                data = b""
            if not data:
                return None
            self._rest += data
        part, self._rest = self._rest[:count], self._rest[count:]
        return part

    def outcome(self, stream: int) -> Union[int, str]:
        """What became of a stream: its status, `reset`, or `closed` for the whole connection."""
        while True:
            head = self._exactly(9)
            if head is None:
                return "closed"
            kind, number = head[3], int.from_bytes(head[5:], "big") & 0x7FFFFFFF
            payload = self._exactly(int.from_bytes(head[:3], "big")) or b""
            if kind == 7:
                return "closed"
            if kind == 1:
                # The decoder's table has to see every block, whatever stream it is for.
                fields = dict(self._decoder.decode(payload))
                if number == stream:
                    return int(fields[":status"])
            if kind == 3 and number == stream:
                return "reset"
