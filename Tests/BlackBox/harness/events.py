"""Server-sent events as a client sees them."""

from __future__ import annotations

import json
from typing import Any


def events_of(body: bytes) -> list[tuple[str, str]]:
    """The (event, data) pairs of a whole stream body; its last event must be complete."""
    text = body.decode("utf-8").replace("\r\n", "\n")
    assert text == "" or text.endswith("\n\n"), f"the stream ends inside an event: {text[-120:]!r}"
    result = []
    for block in text.split("\n\n"):
        name, data = "message", []
        for line in block.split("\n"):
            key, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if key == "event":
                name = value
            elif key == "data":
                data.append(value)
        if data:
            result.append((name, "\n".join(data)))
    return result


def data_of(body: bytes) -> list[Any]:
    """The data of every event: JSON values, and `[DONE]` as text."""
    return [data if data == "[DONE]" else json.loads(data) for _, data in events_of(body)]


def text_of(body: bytes) -> str:
    """The answer's text of a whole chat stream."""
    parts = []
    for value in data_of(body):
        if isinstance(value, dict):
            parts += [choice["delta"].get("content") or "" for choice in value.get("choices", [])]
    return "".join(parts)


def ends_well(body: bytes) -> bool:
    """Whether the last event is `[DONE]` and no error stands before it."""
    values = data_of(body)
    return values[-1:] == ["[DONE]"] and not any(isinstance(value, dict) and "error" in value for value in values)


def final_error(body: bytes) -> dict[str, Any]:
    """The error event that ends a broken stream; fails when there is none or when `[DONE]` pretends success."""
    values = data_of(body)
    assert "[DONE]" not in values, f"a broken stream ends with [DONE]: {values[-3:]}"
    assert values and isinstance(values[-1], dict) and "error" in values[-1], f"no error event: {values[-2:]}"
    error = values[-1]["error"]
    assert {"message", "type", "code"} <= set(error), error
    return error
