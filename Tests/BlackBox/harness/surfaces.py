"""The client surfaces by raw HTTP: what a request looks like, and what stands in an answer's bytes.

The SDKs forgive much. What they would pass over - an event out of order, a second terminal event, an index that is
reused - is checked here, with the bytes as they came.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Optional

import httpx

from .clients import PLACE_SCHEMA, TOOLS
from .events import events_of

TARGETS = ["openai", "openai-responses", "anthropic", "gemini", "bedrock", "ollama", "cohere"]
CLIENTS = ["openai-chat", "openai-responses", "anthropic", "gemini", "bedrock", "ollama"]

#: The client whose own dialect a target speaks: its bytes pass as they are.
OWN = {"openai": "openai-chat"}


def is_own(client: str, target: str) -> bool:
    return OWN.get(target, target) == client


@dataclass
class Answer:
    """What one answer says, whatever its dialect, and its events as they came."""

    text: str = ""
    thinking: str = ""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    finish: Optional[str] = None
    usage: Optional[dict[str, Any]] = None
    error: Optional[dict[str, Any]] = None
    events: list[Any] = field(default_factory=list)


class Surface:
    """One dialect as a client writes and reads it."""

    name: str

    def path(self, model: str, stream: bool) -> str:
        raise NotImplementedError

    def body(self, model: str, text: str, stream: bool, tools: bool) -> dict[str, Any]:
        raise NotImplementedError

    def check(self, events: list[Any]) -> None:
        """Fails where the events of a complete stream break the dialect's rules of order and pairing."""
        raise NotImplementedError

    def read(self, events: list[Any]) -> Answer:
        raise NotImplementedError

    def events(self, body: bytes) -> list[Any]:
        """The events of a stream: objects, with `[DONE]` as text."""
        found = []
        for name, data in events_of(body):
            value = data if data == "[DONE]" else json.loads(data)
            if isinstance(value, dict) and "type" in value and name != "message":
                assert name == value["type"], f"event {name} with data of type {value['type']}"
            found.append(value)
        return found

    def ask(
        self, client: httpx.Client, model: str, text: str, *, stream: bool = False, tools: bool = False
    ) -> httpx.Response:
        return client.post(self.path(model, stream), json=self.body(model, text, stream, tools))

    def stream(self, client: httpx.Client, model: str, text: str, *, tools: bool = False) -> Answer:
        """A stream that must begin with status 200."""
        response = self.ask(client, model, text, stream=True, tools=tools)
        assert response.status_code == 200, response.text
        events = self.events(response.content)
        answer = self.read(events)
        answer.events = events
        return answer


class Chat(Surface):
    name = "openai-chat"

    def path(self, model: str, stream: bool) -> str:
        return "/v1/chat/completions"

    def body(self, model: str, text: str, stream: bool, tools: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": text}]}
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        if tools:
            body["tools"] = [
                {"type": "function", "function": {"name": name, "description": words, "parameters": PLACE_SCHEMA}}
                for name, words in TOOLS.items()
            ]
        return body

    def check(self, events: list[Any]) -> None:
        assert events[-1] == "[DONE]" and events.count("[DONE]") == 1
        chunks = events[:-1]
        assert len({(chunk["id"], chunk["model"], chunk["created"]) for chunk in chunks}) == 1
        assert all(chunk["object"] == "chat.completion.chunk" for chunk in chunks)
        assert chunks[0]["choices"][0]["delta"].get("role") == "assistant"
        finishes = [
            index
            for index, chunk in enumerate(chunks)
            for choice in chunk["choices"]
            if choice["finish_reason"] is not None
        ]
        assert len(finishes) == 1, f"one finish reason: {finishes}"
        assert all(not chunk["choices"] for chunk in chunks[finishes[0] + 1 :]), "only usage may follow the finish"
        started: set[int] = set()
        for chunk in chunks:
            for choice in chunk["choices"]:
                assert choice["index"] == 0 and "finish_reason" in choice
                for call in choice["delta"].get("tool_calls") or []:
                    if call["index"] not in started:
                        assert call["index"] == len(started), "calls are counted from 0"
                        assert call["id"] and call["type"] == "function" and call["function"]["name"]
                        started.add(call["index"])
                    else:
                        assert not call.get("id") and not call["function"].get("name"), "said twice"

    def read(self, events: list[Any]) -> Answer:
        answer = Answer()
        calls: dict[int, list[str]] = {}
        for chunk in events:
            if chunk == "[DONE]":
                continue
            if "error" in chunk:
                answer.error = chunk["error"]
                continue
            answer.usage = chunk.get("usage") or answer.usage
            for choice in chunk["choices"]:
                delta = choice["delta"]
                answer.text += delta.get("content") or ""
                answer.thinking += delta.get("reasoning_content") or ""
                answer.finish = choice["finish_reason"] or answer.finish
                for piece in delta.get("tool_calls") or []:
                    call = calls.setdefault(piece["index"], ["", "", ""])
                    call[0] += piece.get("id") or ""
                    call[1] += piece["function"].get("name") or ""
                    call[2] += piece["function"].get("arguments") or ""
        answer.calls = [(call[0], call[1], call[2]) for _, call in sorted(calls.items())]
        return answer


class Responses(Surface):
    name = "openai-responses"

    def path(self, model: str, stream: bool) -> str:
        return "/v1/responses"

    def body(self, model: str, text: str, stream: bool, tools: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"model": model, "input": text, "store": False}
        if stream:
            body["stream"] = True
        if tools:
            body["tools"] = [
                {"type": "function", "name": name, "description": words, "parameters": PLACE_SCHEMA, "strict": True}
                for name, words in TOOLS.items()
            ]
        return body

    def check(self, events: list[Any]) -> None:
        assert [event["sequence_number"] for event in events] == list(range(len(events)))
        assert [event["type"] for event in events[:2]] == ["response.created", "response.in_progress"]
        terminals = [event for event in events if event["type"] in ("response.completed", "response.incomplete")]
        assert len(terminals) == 1 and events[-1] is terminals[0]
        final = terminals[0]["response"]
        assert {event["response"]["id"] for event in events if "response" in event} == {final["id"]}
        open_items: dict[int, dict[str, Any]] = {}
        done_items: list[dict[str, Any]] = []
        open_parts: set[tuple[int, int]] = set()
        for event in events[2:-1]:
            kind, index = event["type"], event.get("output_index")
            if kind == "response.output_item.added":
                assert index == len(open_items) + len(done_items), "items are counted from 0"
                assert event["item"].get("status", "in_progress") == "in_progress"
                open_items[index] = event["item"]
                continue
            assert index in open_items, f"{kind} of an item that is not open"
            if kind == "response.output_item.done":
                assert event["item"]["id"] == open_items.pop(index)["id"]
                assert not [part for part in open_parts if part[0] == index], "an item ends with a part open"
                done_items.append(event["item"])
                continue
            assert event["item_id"] == open_items[index]["id"], kind
            part = (index, event.get("content_index", event.get("summary_index", -1)))
            if kind in ("response.content_part.added", "response.reasoning_summary_part.added"):
                assert part not in open_parts
                open_parts.add(part)
            elif kind in ("response.content_part.done", "response.reasoning_summary_part.done"):
                open_parts.remove(part)
            elif part[1] >= 0:
                assert part in open_parts, f"{kind} of a part that is not open"
        assert not open_items and not open_parts
        assert done_items == final["output"], "what was said done is what is in the response"

    def read(self, events: list[Any]) -> Answer:
        answer = Answer()
        for event in events:
            kind = event["type"]
            if kind == "response.output_text.delta":
                answer.text += event["delta"]
            elif kind == "response.reasoning_summary_text.delta":
                answer.thinking += event["delta"]
            elif kind == "response.failed":
                answer.error = event["response"]["error"]
            elif kind == "error":
                answer.error = event
            elif kind in ("response.completed", "response.incomplete"):
                answer.finish, answer.usage = event["response"]["status"], event["response"].get("usage")
                answer.calls = [
                    (item["call_id"], item["name"], item["arguments"])
                    for item in event["response"]["output"]
                    if item["type"] == "function_call"
                ]
        return answer


class Messages(Surface):
    name = "anthropic"

    def path(self, model: str, stream: bool) -> str:
        return "/v1/messages"

    def body(self, model: str, text: str, stream: bool, tools: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"model": model, "max_tokens": 4096, "messages": [{"role": "user", "content": text}]}
        if stream:
            body["stream"] = True
        if tools:
            body["tools"] = [
                {"name": name, "description": words, "input_schema": PLACE_SCHEMA} for name, words in TOOLS.items()
            ]
        return body

    def check(self, events: list[Any]) -> None:
        events = [event for event in events if event["type"] != "ping"]
        kinds = [event["type"] for event in events]
        for once in ("message_start", "message_delta", "message_stop"):
            assert kinds.count(once) == 1, f"{once}: {kinds.count(once)}"
        assert kinds[0] == "message_start" and kinds[-2:] == ["message_delta", "message_stop"]
        message = events[0]["message"]
        assert message["content"] == [] and message["stop_reason"] is None and message["role"] == "assistant"
        assert isinstance(message["usage"]["input_tokens"], int) and isinstance(message["usage"]["output_tokens"], int)
        open_block, started = None, 0
        deltas = {
            "text_delta": "text",
            "input_json_delta": "tool_use",
            "thinking_delta": "thinking",
            "signature_delta": "thinking",
        }
        for event in events[1:-2]:
            if event["type"] == "content_block_start":
                assert open_block is None, "one block at a time"
                assert event["index"] == started, "blocks are counted from 0"
                open_block, started = event["content_block"], started + 1
                if open_block["type"] == "tool_use":
                    assert open_block["id"] and open_block["name"] and open_block["input"] == {}
            elif event["type"] == "content_block_delta":
                assert open_block is not None and event["index"] == started - 1
                assert deltas[event["delta"]["type"]] == open_block["type"]
            else:
                assert event["type"] == "content_block_stop" and open_block is not None
                assert event["index"] == started - 1
                open_block = None
        assert open_block is None
        assert events[-2]["delta"]["stop_reason"] and "stop_sequence" in events[-2]["delta"]

    def read(self, events: list[Any]) -> Answer:
        answer = Answer()
        blocks: list[list[str]] = []
        for event in events:
            kind = event["type"]
            if kind == "error":
                answer.error = event["error"]
            elif kind == "content_block_start":
                block = event["content_block"]
                blocks.append([block.get("id", ""), block.get("name", ""), ""])
                if block["type"] != "tool_use":
                    blocks[-1][1] = ""
            elif kind == "content_block_delta":
                delta = event["delta"]
                answer.text += delta.get("text", "")
                answer.thinking += delta.get("thinking", "")
                blocks[-1][2] += delta.get("partial_json", "")
            elif kind == "message_delta":
                answer.finish, answer.usage = event["delta"]["stop_reason"], event.get("usage")
        answer.calls = [(block[0], block[1], block[2] or "{}") for block in blocks if block[1]]
        return answer


class Gemini(Surface):
    name = "gemini"

    def path(self, model: str, stream: bool) -> str:
        return f"/v1beta/models/{model}:" + ("streamGenerateContent?alt=sse" if stream else "generateContent")

    def body(self, model: str, text: str, stream: bool, tools: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"contents": [{"role": "user", "parts": [{"text": text}]}]}
        if tools:
            body["tools"] = [
                {
                    "functionDeclarations": [
                        {"name": name, "description": words, "parametersJsonSchema": PLACE_SCHEMA}
                        for name, words in TOOLS.items()
                    ]
                }
            ]
        return body

    def check(self, events: list[Any]) -> None:
        finishes = [
            index
            for index, chunk in enumerate(events)
            for each in chunk.get("candidates", [])
            if each.get("finishReason")
        ]
        assert len(finishes) == 1 and finishes[0] >= len(events) - 2, finishes
        assert len({chunk["responseId"] for chunk in events if "responseId" in chunk}) <= 1
        assert len({chunk["modelVersion"] for chunk in events if "modelVersion" in chunk}) <= 1
        for chunk in events:
            for each in chunk.get("candidates", []):
                for part in each.get("content", {}).get("parts", []):
                    assert isinstance(part, dict) and part, "a part has something"

    def read(self, events: list[Any]) -> Answer:
        answer = Answer()
        for chunk in events:
            if "error" in chunk:
                answer.error = chunk["error"]
                continue
            answer.usage = chunk.get("usageMetadata") or answer.usage
            for each in chunk.get("candidates", []):
                answer.finish = each.get("finishReason") or answer.finish
                for part in each.get("content", {}).get("parts", []):
                    if part.get("thought"):
                        answer.thinking += part.get("text", "")
                    elif "functionCall" in part:
                        call = part["functionCall"]
                        answer.calls.append((call.get("id", ""), call["name"], json.dumps(call.get("args", {}))))
                    else:
                        answer.text += part.get("text", "")
        return answer


class Bedrock(Surface):
    name = "bedrock"

    def path(self, model: str, stream: bool) -> str:
        return f"/model/{model.replace('/', '%2F')}/" + ("converse-stream" if stream else "converse")

    def body(self, model: str, text: str, stream: bool, tools: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": text}]}]}
        if tools:
            body["toolConfig"] = {
                "tools": [
                    {"toolSpec": {"name": name, "description": words, "inputSchema": {"json": PLACE_SCHEMA}}}
                    for name, words in TOOLS.items()
                ]
            }
        return body

    def events(self, body: bytes) -> list[Any]:
        from botocore.eventstream import EventStreamBuffer

        buffer = EventStreamBuffer()
        buffer.add_data(body)
        found = []
        for message in buffer:  # Both checksums of every message are verified.
            kind = message.headers.get(":event-type") or message.headers.get(":exception-type")
            assert message.headers[":message-type"] in ("event", "exception"), message.headers
            value = json.loads(message.payload)
            value.pop("p", None)
            found.append({kind: value, "is_exception": message.headers[":message-type"] == "exception"})
        assert not buffer._data, "the stream ends inside a message"
        return found

    def check(self, events: list[Any]) -> None:
        kinds = [next(iter(event)) for event in events]
        assert kinds[0] == "messageStart" and kinds[-2:] == ["messageStop", "metadata"], kinds
        assert events[0]["messageStart"]["role"] == "assistant"
        open_index, started = None, 0
        for event in events[1:-2]:
            kind = next(iter(event))
            index = event[kind]["contentBlockIndex"]
            if kind == "contentBlockStart":
                assert open_index is None and index == started
                assert set(event[kind]["start"]) <= {"toolUse", "image", "toolResult"}
                open_index, started = index, started + 1
            elif kind == "contentBlockDelta":
                if open_index is None:
                    # Text and thoughts have no start of their own.
                    assert index == started and set(event[kind]["delta"]) & {"text", "reasoningContent"}
                    open_index, started = index, started + 1
                assert index == open_index and len(event[kind]["delta"]) == 1
            else:
                assert kind == "contentBlockStop" and index == open_index
                open_index = None
        assert open_index is None

    def read(self, events: list[Any]) -> Answer:
        answer = Answer()
        calls: dict[int, list[str]] = {}
        for event in events:
            kind = next(iter(event))
            value = event[kind]
            if event["is_exception"]:
                answer.error = {"type": kind, **value}
            elif kind == "contentBlockStart" and "toolUse" in value["start"]:
                call = value["start"]["toolUse"]
                calls[value["contentBlockIndex"]] = [call["toolUseId"], call["name"], ""]
            elif kind == "contentBlockDelta":
                delta = value["delta"]
                answer.text += delta.get("text", "")
                answer.thinking += delta.get("reasoningContent", {}).get("text", "")
                if "toolUse" in delta:
                    calls[value["contentBlockIndex"]][2] += delta["toolUse"]["input"]
            elif kind == "messageStop":
                answer.finish = value["stopReason"]
            elif kind == "metadata":
                answer.usage = value.get("usage")
        answer.calls = [(call[0], call[1], call[2] or "{}") for call in calls.values()]
        return answer


class Ollama(Surface):
    name = "ollama"

    def path(self, model: str, stream: bool) -> str:
        return "/api/chat"

    def body(self, model: str, text: str, stream: bool, tools: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"model": model, "messages": [{"role": "user", "content": text}], "stream": stream}
        if tools:
            body["tools"] = [
                {"type": "function", "function": {"name": name, "description": words, "parameters": PLACE_SCHEMA}}
                for name, words in TOOLS.items()
            ]
        return body

    def events(self, body: bytes) -> list[Any]:
        assert body.endswith(b"\n"), body[-80:]
        lines = body.split(b"\n")[:-1]
        assert all(lines), "no line of NDJSON is empty"
        return [json.loads(line) for line in lines]

    def check(self, events: list[Any]) -> None:
        assert [line["done"] for line in events] == [False] * (len(events) - 1) + [True]
        assert events[-1]["done_reason"]
        assert len({line["model"] for line in events}) == 1
        assert all(line["message"]["role"] == "assistant" for line in events)

    def read(self, events: list[Any]) -> Answer:
        answer = Answer()
        for line in events:
            if "error" in line:
                answer.error = {"message": line["error"]}
                continue
            message = line.get("message", {})
            answer.text += message.get("content", "")
            answer.thinking += message.get("thinking", "")
            for call in message.get("tool_calls") or []:
                function = call["function"]
                answer.calls.append((call.get("id", ""), function["name"], json.dumps(function["arguments"])))
            if line.get("done"):
                answer.finish, answer.usage = line.get("done_reason"), line
        return answer


SURFACES: dict[str, Surface] = {
    surface.name: surface for surface in (Chat(), Responses(), Messages(), Gemini(), Bedrock(), Ollama())
}
