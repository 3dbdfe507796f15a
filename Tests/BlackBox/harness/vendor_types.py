"""Checks request bodies against the types that the vendors publish in their own SDKs.

Each function takes the JSON object that was sent to a provider and raises where the vendor's type would refuse it: an unknown
field, a missing one, a value of the wrong type. The types are the newest ones on PyPI, not a copy.
"""

from __future__ import annotations

import base64
import functools
import inspect
import json
import sys
from typing import Any, Iterable

import pydantic
import typing_extensions
from pydantic import ConfigDict, TypeAdapter


def exhaust(value: Any) -> Any:
    """pydantic checks an Iterable only when it is read: reads everything, however deep."""
    if isinstance(value, dict):
        return {key: exhaust(each) for key, each in value.items()}
    if isinstance(value, (str, bytes, int, float, bool)) or value is None:
        return value
    if isinstance(value, pydantic.BaseModel):
        # What an SDK takes back of its own answers is looser than what it sends: no field without a name here either.
        assert not value.model_extra, f"{type(value).__name__} has no {sorted(value.model_extra)}"
        return value
    if isinstance(value, Iterable):
        return [exhaust(each) for each in value]
    return value


def forbid_unknown_keys(package: str) -> None:
    """Makes every TypedDict of an SDK refuse keys that it does not name, but for those that say that any may follow."""
    for name, module in list(sys.modules.items()):
        if not name.startswith(package):
            continue
        for each in list(vars(module).values()):
            if not typing_extensions.is_typeddict(each):
                continue
            extra = getattr(each, "__extra_items__", None)
            if extra in (None, typing_extensions.NoExtraItems):
                each.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


@functools.cache
def params(name: str, is_streaming: bool) -> TypeAdapter:
    if name == "openai":
        from openai.types.chat import completion_create_params as module

        kinds = (module.CompletionCreateParamsNonStreaming, module.CompletionCreateParamsStreaming)
    elif name == "openai-responses":
        import openai.types.responses  # noqa: F401
        from openai.types.responses import response_create_params as module

        kinds = (module.ResponseCreateParamsNonStreaming, module.ResponseCreateParamsStreaming)
    else:
        from anthropic.types import message_create_params as module

        kinds = (module.MessageCreateParamsNonStreaming, module.MessageCreateParamsStreaming)
    forbid_unknown_keys(kinds[0].__module__.split(".")[0] + ".types")
    return TypeAdapter(kinds[1] if is_streaming else kinds[0])


def typed_dict(name: str, body: dict[str, Any]) -> None:
    exhaust(params(name, bool(body.get("stream"))).validate_python(body))


def openai_chat(body: dict[str, Any]) -> None:
    typed_dict("openai", body)


def openai_responses(body: dict[str, Any]) -> None:
    typed_dict("openai-responses", body)


def anthropic(body: dict[str, Any]) -> None:
    typed_dict("anthropic", body)


def gemini(body: dict[str, Any]) -> None:
    from google.genai import types

    known = {
        "contents": list[types.Content],
        "systemInstruction": types.Content,
        "tools": list[types.Tool],
        "toolConfig": types.ToolConfig,
        "safetySettings": list[types.SafetySetting],
        "generationConfig": types.GenerationConfig,
        "cachedContent": str,
        "labels": dict[str, str],
        "serviceTier": str,
    }
    unknown = set(body) - set(known)
    assert not unknown, f"generateContent has no {sorted(unknown)}"
    assert "contents" in body
    for key, value in body.items():
        TypeAdapter(known[key]).validate_json(json.dumps(value))


@functools.cache
def bedrock_shape() -> Any:
    import botocore.loaders
    import botocore.model

    data = botocore.loaders.Loader().load_service_model("bedrock-runtime", "service-2")
    return botocore.model.ServiceModel(data).operation_model("Converse").input_shape


def bedrock(body: dict[str, Any]) -> None:
    import botocore.validate

    shape = bedrock_shape()
    value = with_blobs({"modelId": "model", **body}, shape)
    report = botocore.validate.ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()
    refuse_unknown(value, shape, "converse")


def with_blobs(value: Any, shape: Any) -> Any:
    """The body with base64 decoded where the service takes bytes, as botocore wants it."""
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        return {
            key: with_blobs(each, shape.members[key]) if key in shape.members else each for key, each in value.items()
        }
    if shape.type_name == "list":
        return [with_blobs(each, shape.member) for each in value]
    if shape.type_name == "blob":
        return base64.b64decode(value, validate=True)
    return value


def refuse_unknown(value: Any, shape: Any, path: str) -> None:
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{path} has no {sorted(unknown)}"
        if getattr(shape, "is_tagged_union", False):
            assert len(value) == 1, f"{path} is a union and has {sorted(value)}"
        for key, each in value.items():
            refuse_unknown(each, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        for index, each in enumerate(value):
            refuse_unknown(each, shape.member, f"{path}[{index}]")


def ollama(body: dict[str, Any]) -> None:
    from ollama import _types

    # The SDK's types take every extra field: the keys are checked against the fields' names.
    request = _types.ChatRequest.model_validate(body)
    refuse_extra(body, _types.ChatRequest, "chat")
    for index, message in enumerate(body["messages"]):
        refuse_extra(message, _types.Message, f"messages[{index}]", also={"tool_call_id", "id"})
        assert isinstance(message.get("content", ""), str), "content is a string"
        for call in message.get("tool_calls", []):
            assert isinstance(call["function"]["arguments"], dict), "arguments are an object"
    assert request.model


def refuse_extra(body: dict[str, Any], kind: Any, path: str, also: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    known = set(kind.model_fields) | {field.alias for field in kind.model_fields.values() if field.alias} | also
    unknown = set(body) - known
    assert not unknown, f"{path} has no {sorted(unknown)}"


def cohere(body: dict[str, Any]) -> None:
    import cohere as sdk

    function = sdk.ClientV2("key").v2.chat_stream if body.get("stream") else sdk.ClientV2("key").v2.chat
    known = set(inspect.signature(function).parameters) | {"stream"}
    unknown = set(body) - known
    assert not unknown, f"v2/chat has no {sorted(unknown)}"
    from cohere.types.chat_message_v2 import ChatMessageV2
    from cohere.types.tool_v2 import ToolV2

    TypeAdapter(list[ChatMessageV2]).validate_python(body["messages"])
    if "tools" in body:
        TypeAdapter(list[ToolV2]).validate_python(body["tools"])


VALIDATORS = {
    "openai": openai_chat,
    "openai-responses": openai_responses,
    "anthropic": anthropic,
    "gemini": gemini,
    "bedrock": bedrock,
    "ollama": ollama,
    "cohere": cohere,
}
