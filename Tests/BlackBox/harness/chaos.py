"""Three upstreams that fail in all ways at random, and a load that checks every answer.

Both run on asyncio, in a process and a thread each, so that 64 requests at once cost the machine little.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import struct
import socket
import time
from dataclasses import dataclass, field
from typing import Any, Optional

#: How an attempt fails, and whether a client can see it: what breaks after the answer has begun cannot be mended.
BEFORE = ["500", "503", "429", "drop", "reset", "stall", "malformed", "error-in-200", "slow"]
WITHIN = ["cut", "reset-within", "error-within"]


@dataclass(frozen=True)
class Weather:
    """How often a target fails: before the answer has begun, and within a stream. Shares of its attempts."""

    before: float
    within: float

    @property
    def success(self) -> float:
        """The share of its attempts that are answered; half of the requests are streams, and only those break within."""
        return (1 - self.before) * (1 - self.within / 2)


GOOD, POOR, AWFUL = Weather(0.04, 0.01), Weather(0.20, 0.02), Weather(0.85, 0.02)


def weather(target: int, at: float, began: float, period: float) -> Weather:
    """The targets take turns at being good, poor and awful."""
    return (GOOD, POOR, AWFUL)[(target + int((at - began) / period)) % 3]


def best_success(at: float, began: float, period: float) -> float:
    return max(weather(target, at, began, period).success for target in range(3))


# ---- the upstreams ----


def _whole(marker: str) -> bytes:
    body = json.dumps(
        {
            "id": "chatcmpl-" + marker,
            "object": "chat.completion",
            "created": 1793000000,
            "model": "m",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": marker * 3}, "finish_reason": "stop"}
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 3, "total_tokens": 6},
        }
    ).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


STREAM_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def _chunk(value: Any) -> bytes:
    data = value if isinstance(value, bytes) else b"data: " + json.dumps(value).encode() + b"\n\n"
    return b"%x\r\n%b\r\n" % (len(data), data)


def _delta(marker: str, text: str, finish: Optional[str] = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-" + marker,
        "object": "chat.completion.chunk",
        "created": 1793000000,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}],
    }


def _error(status: int) -> bytes:
    body = b'{"error":{"message":"weather","type":"server_error","param":null,"code":null}}'
    # A vendor that limits says for how long; without that a key is left alone for a second, and longer each time.
    advice = b"retry-after-ms: 50\r\n" if status == 429 else b""
    head = b"HTTP/1.1 %d No\r\ncontent-type: application/json\r\n%bcontent-length: %d\r\n\r\n"
    return head % (status, advice, len(body)) + body


class _Target:
    def __init__(self, number: int, began: float, period: float, seed: int):
        self.number = number
        self.began = began
        self.period = period
        self.random = random.Random(seed * 10 + number)
        #: How often each marker was asked for here. A kept-alive connection that ends just as it is used is nobody's failure:
        #: what was sent on it is sent once more, and counts once.
        self.asked: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_reused = False
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.split(b"\r\n"):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                request = json.loads(await reader.readexactly(length))
                if not await self.answer(request, writer, is_reused):
                    break
                await writer.drain()
                is_reused = True
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, request: dict[str, Any], writer: asyncio.StreamWriter, is_reused: bool) -> bool:
        """Whether the connection goes on."""
        marker = request["messages"][-1]["content"]
        self.asked[marker] = self.asked.get(marker, 0) + 1
        now = weather(self.number, time.monotonic(), self.began, self.period)
        is_stream = bool(request.get("stream"))
        if self.random.random() < now.before:
            how = self.random.choice(BEFORE)
            if is_reused and how in ("drop", "reset"):
                self.asked[marker] -= 1
            return await self.fail(how, is_stream, writer)
        if not is_stream:
            writer.write(_whole(marker))
            return True
        writer.write(STREAM_HEAD + _chunk(_delta(marker, marker)))
        if self.random.random() < now.within:
            await writer.drain()
            await asyncio.sleep(0.005)
            return self.break_within(self.random.choice(WITHIN), writer)
        end = _chunk(_delta(marker, marker)) + _chunk(_delta(marker, marker)) + _chunk(_delta(marker, "", "stop"))
        writer.write(end + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        return True

    async def fail(self, how: str, is_stream: bool, writer: asyncio.StreamWriter) -> bool:
        if how.isdigit():
            writer.write(_error(int(how)))
            return True
        if how == "reset":
            self.reset(writer)
        elif how == "malformed":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n" if not is_stream else b"nonsense\r\n\r\n")
        elif how == "error-in-200":
            # A whole reply of status 200 passes as it is, whatever is in it: there the status tells.
            error = {"error": {"message": "weather", "type": "server_error", "param": None, "code": None}}
            writer.write(STREAM_HEAD + _chunk(error) + b"0\r\n\r\n" if is_stream else _error(502))
            return True
        elif how == "stall":
            if is_stream:
                writer.write(STREAM_HEAD)
            await asyncio.sleep(3)
        elif how == "slow":
            await asyncio.sleep(1.2)
        return False

    def break_within(self, how: str, writer: asyncio.StreamWriter) -> bool:
        if how == "reset-within":
            self.reset(writer)
        elif how == "error-within":
            writer.write(_chunk({"error": {"message": "weather", "type": "server_error", "code": None}}) + b"0\r\n\r\n")
        return False

    @staticmethod
    def reset(writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


def _run_upstreams(pipe: Any, period: float, seed: int) -> None:
    async def run() -> None:
        began = time.monotonic()
        targets = [_Target(number, began, period, seed) for number in range(3)]
        servers = [await asyncio.start_server(target.serve, "127.0.0.1", 0, backlog=512) for target in targets]
        pipe.send((began, [server.sockets[0].getsockname()[1] for server in servers]))
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        pipe.send([target.asked for target in targets])

    asyncio.run(run())


class ChaoticUpstreams:
    """The three upstreams in a process of their own. The clock is the machine's, so that both sides know the weather."""

    def __init__(self, period: float, seed: int):
        context = multiprocessing.get_context("spawn")
        self.period = period
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_run_upstreams, args=(other, period, seed), daemon=True)
        self._process.start()
        assert self._pipe.poll(30), "the upstreams did not start"
        self.began, self.ports = self._pipe.recv()

    def end(self) -> list[dict[str, int]]:
        """Ends them; for each how often every marker was asked for."""
        self._pipe.send(None)
        assert self._pipe.poll(30), "the upstreams did not end"
        asked = self._pipe.recv()
        self._process.join(10)
        return asked

    def kill(self) -> None:
        if self._process.is_alive():
            self._process.kill()
            self._process.join(10)


# ---- the load ----


@dataclass
class Outcome:
    began: float
    seconds: float
    is_good: bool
    #: What was wrong beside a failure in good order.
    fault: Optional[str] = None


@dataclass
class Load:
    port: int
    key: str
    count: int
    seed: int
    outcomes: list[Outcome] = field(default_factory=list)

    def run(self, at_once: int = 64) -> None:
        asyncio.run(self._run(at_once))

    async def _run(self, at_once: int) -> None:
        self._numbers = iter(range(self.count))
        self._random = random.Random(self.seed)
        await asyncio.gather(*(self._worker() for _ in range(at_once)))

    async def _worker(self) -> None:
        reader = writer = None
        for number in self._numbers:
            if writer is None or writer.is_closing():
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            marker = f"<{number:06d}>"
            is_stream = self._random.random() < 0.5
            body = json.dumps({"model": "m", "stream": is_stream, "messages": [{"role": "user", "content": marker}]})
            request = (
                f"POST /v1/chat/completions HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {self.key}\r\n"
                f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}"
            )
            began = time.monotonic()
            writer.write(request.encode())
            try:
                status, answer = await asyncio.wait_for(self._read(reader), 60)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is about
                self.outcomes.append(Outcome(began, time.monotonic() - began, False, f"{marker}: {error!r}"))
                writer.close()
                writer = None
                continue
            is_good, fault = self._judge(status, answer, marker, is_stream)
            self.outcomes.append(Outcome(began, time.monotonic() - began, is_good, fault))
        if writer is not None:
            writer.close()

    @staticmethod
    async def _read(reader: Any) -> tuple[int, bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        if b"transfer-encoding: chunked" in head:
            parts = []
            while True:
                size = int(await reader.readline(), 16)
                parts.append((await reader.readexactly(size + 2))[:-2])
                if size == 0:
                    return status, b"".join(parts)
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        return status, await reader.readexactly(length)

    @staticmethod
    def _judge(status: int, answer: bytes, marker: str, is_stream: bool) -> tuple[bool, Optional[str]]:
        """Whether it is a whole answer, and what is wrong if it is neither that nor a failure in good order."""
        text = answer.decode()
        if status != 200:
            error = json.loads(text).get("error", {})
            return False, None if error.get("message") else f"{marker}: {status} without a word: {text[:200]}"
        if not is_stream:
            is_good = [choice["message"]["content"] for choice in json.loads(text).get("choices", [])] == [marker * 3]
            return is_good, None if is_good else f"{marker} got {text[:200]!r}"
        content, errors, is_done = "", 0, False
        for line in text.split("\n"):
            if line == "data: [DONE]":
                is_done = True
            elif line.startswith("data: "):
                value = json.loads(line[6:])
                errors += "error" in value
                content += "".join(choice["delta"].get("content") or "" for choice in value.get("choices") or [])
        if not (marker * 3).startswith(content):
            return False, f"{marker} got {content!r}"
        if errors:
            return False, f"{marker}: an error and an end" if is_done else None
        if not is_done or content != marker * 3:
            return False, f"{marker}: a stream without an end that is no error: {text[-200:]!r}"
        return True, None
