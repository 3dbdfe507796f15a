"""The vendors' own SDKs behind one small interface, so that one test runs with each of them against each target.

A driver holds a conversation: `say` asks, `answer_calls` gives the tools' results and asks again. What comes back is parsed by
the SDK's types and then reduced to a :class:`Reply`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Iterator, Optional

PLACE_SCHEMA = {
    "type": "object",
    "properties": {"place": {"type": "string"}},
    "required": ["place"],
    "additionalProperties": False,
}
TOOLS = {"get_weather": "The weather of a place.", "get_population": "How many people live in a place."}


@dataclass
class Call:
    id: str
    name: str
    arguments: dict[str, Any]


@dataclass
class Reply:
    text: str = ""
    thinking: str = ""
    calls: list[Call] = field(default_factory=list)
    finish: Optional[str] = None
    input_tokens: Optional[int] = None
    output_tokens: Optional[int] = None
    cached_tokens: Optional[int] = None
    pieces: int = 0


class Driver:
    """One SDK with one gateway."""

    name: str
    needs_tls = False
    #: The SDK's words for why an answer ended, by the meaning.
    finishes: dict[str, str]

    def __init__(self, url: str, key: str):
        self.url = url
        self.key = key
        self.history: list[Any] = []

    def say(self, model: str, text: str, *, stream: bool = False, tools: bool = False, **options: Any) -> Reply:
        self.history.append(self.user(text))
        return self.ask(model, stream=stream, tools=tools, **options)

    def answer_calls(self, model: str, reply: Reply, results: list[str], *, stream: bool = False, **options: Any) -> Reply:
        self.results(reply, results)
        return self.ask(model, stream=stream, tools=True, **options)

    def user(self, text: str) -> Any:
        raise NotImplementedError

    def results(self, reply: Reply, results: list[str]) -> None:
        raise NotImplementedError

    def ask(self, model: str, *, stream: bool, tools: bool, **options: Any) -> Reply:
        raise NotImplementedError

    def close(self) -> None:
        pass


class OpenAIChat(Driver):
    name = "openai-chat"
    finishes = {"stop": "stop", "length": "length", "tools": "tool_calls"}

    def __init__(self, url: str, key: str):
        import openai

        super().__init__(url, key)
        self.sdk = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0, timeout=60)

    def close(self) -> None:
        self.sdk.close()

    def user(self, text: str) -> Any:
        return {"role": "user", "content": text}

    def results(self, reply: Reply, results: list[str]) -> None:
        for call, result in zip(reply.calls, results):
            self.history.append({"role": "tool", "tool_call_id": call.id, "content": result})

    def ask(self, model: str, *, stream: bool, tools: bool, **options: Any) -> Reply:
        request: dict[str, Any] = {"model": model, "messages": self.history}
        if tools:
            request["tools"] = [
                {"type": "function", "function": {"name": name, "description": words, "parameters": PLACE_SCHEMA}}
                for name, words in TOOLS.items()
            ]
        if "max_tokens" in options:
            request["max_completion_tokens"] = options["max_tokens"]
        if options.get("thinks"):
            request["reasoning_effort"] = "medium"
        if not stream:
            answer = self.sdk.chat.completions.create(**request)
            message = answer.choices[0].message
            self.history.append(message)
            return self.reply(message, answer.choices[0].finish_reason, answer.usage)
        reply = Reply()
        calls: dict[int, dict[str, str]] = {}
        ids = set()
        for chunk in self.sdk.chat.completions.create(stream=True, stream_options={"include_usage": True}, **request):
            ids.add((chunk.id, chunk.model, chunk.created))
            if chunk.usage:
                self.use(reply, chunk.usage)
            for choice in chunk.choices:
                reply.pieces += 1
                reply.text += choice.delta.content or ""
                reply.thinking += getattr(choice.delta, "reasoning_content", None) or ""
                reply.finish = choice.finish_reason or reply.finish
                for piece in choice.delta.tool_calls or []:
                    call = calls.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})
                    call["id"] += piece.id or ""
                    call["name"] += piece.function.name or ""
                    call["arguments"] += piece.function.arguments or ""
        assert len(ids) == 1, f"one id, model and time for all chunks: {ids}"
        assert sorted(calls) == list(range(len(calls)))
        reply.calls = [Call(c["id"], c["name"], json.loads(c["arguments"])) for _, c in sorted(calls.items())]
        message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
        if calls:
            message["tool_calls"] = [
                {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": c["arguments"]}}
                for _, c in sorted(calls.items())
            ]
        self.history.append(message)
        return reply

    def reply(self, message: Any, finish: str, usage: Any) -> Reply:
        calls = [Call(c.id, c.function.name, json.loads(c.function.arguments)) for c in message.tool_calls or []]
        thinking = getattr(message, "reasoning_content", None) or ""
        reply = Reply(message.content or "", thinking, calls, finish)
        self.use(reply, usage)
        return reply

    @staticmethod
    def use(reply: Reply, usage: Any) -> None:
        assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
        reply.input_tokens, reply.output_tokens = usage.prompt_tokens, usage.completion_tokens
        details = usage.prompt_tokens_details
        reply.cached_tokens = details.cached_tokens if details else None


class OpenAIResponses(Driver):
    name = "openai-responses"
    finishes = {"stop": "completed", "length": "incomplete", "tools": "completed"}

    def __init__(self, url: str, key: str):
        import openai

        super().__init__(url, key)
        self.sdk = openai.OpenAI(base_url=url + "/v1", api_key=key, max_retries=0, timeout=60)

    def close(self) -> None:
        self.sdk.close()

    def user(self, text: str) -> Any:
        return {"role": "user", "content": text}

    def results(self, reply: Reply, results: list[str]) -> None:
        for call, result in zip(reply.calls, results):
            self.history.append({"type": "function_call_output", "call_id": call.id, "output": result})

    def ask(self, model: str, *, stream: bool, tools: bool, **options: Any) -> Reply:
        request: dict[str, Any] = {"model": model, "input": self.history, "store": False}
        if tools:
            request["tools"] = [
                {"type": "function", "name": name, "description": words, "parameters": PLACE_SCHEMA, "strict": True}
                for name, words in TOOLS.items()
            ]
        if "max_tokens" in options:
            request["max_output_tokens"] = options["max_tokens"]
        if options.get("thinks"):
            request["reasoning"] = {"effort": "medium", "summary": "auto"}
            request["include"] = ["reasoning.encrypted_content"]
        if not stream:
            return self.reply(self.sdk.responses.create(**request), 0)
        events = list(self.sdk.responses.create(stream=True, **request))
        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert events[0].type == "response.created" and events[1].type == "response.in_progress"
        last = events[-1]
        assert last.type in ("response.completed", "response.incomplete"), last.type
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        reply = self.reply(last.response, sum(event.type.endswith(".delta") for event in events))
        assert text == reply.text
        added = [event.item.id for event in events if event.type == "response.output_item.added"]
        assert added == [item.id for item in last.response.output]
        return reply

    def reply(self, response: Any, pieces: int) -> Reply:
        self.history += [item.model_dump(exclude_none=True) for item in response.output]
        reply = Reply(response.output_text, finish=response.status, pieces=pieces)
        for item in response.output:
            if item.type == "function_call":
                reply.calls.append(Call(item.call_id, item.name, json.loads(item.arguments)))
            elif item.type == "reasoning":
                reply.thinking += "".join(part.text for part in item.summary)
        usage = response.usage
        assert usage.total_tokens == usage.input_tokens + usage.output_tokens
        reply.input_tokens, reply.output_tokens = usage.input_tokens, usage.output_tokens
        reply.cached_tokens = usage.input_tokens_details.cached_tokens
        return reply


class Anthropic(Driver):
    name = "anthropic"
    finishes = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use"}

    def __init__(self, url: str, key: str):
        import anthropic

        super().__init__(url, key)
        self.sdk = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0, timeout=60)

    def close(self) -> None:
        self.sdk.close()

    def user(self, text: str) -> Any:
        return {"role": "user", "content": text}

    def results(self, reply: Reply, results: list[str]) -> None:
        blocks = [
            {"type": "tool_result", "tool_use_id": call.id, "content": result}
            for call, result in zip(reply.calls, results)
        ]
        self.history.append({"role": "user", "content": blocks})

    def ask(self, model: str, *, stream: bool, tools: bool, **options: Any) -> Reply:
        request: dict[str, Any] = {
            "model": model,
            "messages": self.history,
            "max_tokens": options.get("max_tokens", 4096),
        }
        if tools:
            request["tools"] = [
                {"name": name, "description": words, "input_schema": PLACE_SCHEMA} for name, words in TOOLS.items()
            ]
        if options.get("thinks"):
            request["thinking"] = {"type": "enabled", "budget_tokens": 2048}
        pieces = 0
        if stream:
            with self.sdk.messages.stream(**request) as events:
                for _ in events:
                    pieces += 1
                message = events.get_final_message()
        else:
            message = self.sdk.messages.create(**request)
        self.history.append({"role": "assistant", "content": [self.param(block) for block in message.content]})
        reply = Reply(finish=message.stop_reason, pieces=pieces)
        for block in message.content:
            if block.type == "text":
                reply.text += block.text
            elif block.type == "thinking":
                assert isinstance(block.signature, str)
                reply.thinking += block.thinking
            elif block.type == "tool_use":
                reply.calls.append(Call(block.id, block.name, block.input))
        usage = message.usage
        cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
        reply.input_tokens, reply.output_tokens = usage.input_tokens + cached, usage.output_tokens
        reply.cached_tokens = usage.cache_read_input_tokens
        return reply

    @staticmethod
    def param(block: Any) -> Any:
        return block.model_dump(exclude_none=True, exclude_unset=True)


class Gemini(Driver):
    name = "gemini"
    finishes = {"stop": "STOP", "length": "MAX_TOKENS", "tools": "STOP"}

    def __init__(self, url: str, key: str):
        from google import genai

        super().__init__(url, key)
        self.sdk = genai.Client(api_key=key, http_options={"base_url": url, "timeout": 60_000})

    def user(self, text: str) -> Any:
        from google.genai import types

        return types.Content(role="user", parts=[types.Part(text=text)])

    def results(self, reply: Reply, results: list[str]) -> None:
        from google.genai import types

        parts = [
            types.Part(
                function_response=types.FunctionResponse(id=call.id or None, name=call.name, response={"output": result})
            )
            for call, result in zip(reply.calls, results)
        ]
        self.history.append(types.Content(role="user", parts=parts))

    def ask(self, model: str, *, stream: bool, tools: bool, **options: Any) -> Reply:
        from google.genai import types

        config = types.GenerateContentConfig(
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            max_output_tokens=options.get("max_tokens"),
        )
        if tools:
            declarations = [
                types.FunctionDeclaration(name=name, description=words, parameters_json_schema=PLACE_SCHEMA)
                for name, words in TOOLS.items()
            ]
            config.tools = [types.Tool(function_declarations=declarations)]
        if options.get("thinks"):
            config.thinking_config = types.ThinkingConfig(thinking_budget=2048, include_thoughts=True)
        reply = Reply()
        parts: list[Any] = []
        answers: Iterator[Any]
        if stream:
            answers = self.sdk.models.generate_content_stream(model=model, contents=self.history, config=config)
        else:
            answers = iter([self.sdk.models.generate_content(model=model, contents=self.history, config=config)])
        for answer in answers:
            reply.pieces += 1
            candidate = answer.candidates[0] if answer.candidates else None
            if candidate is not None:
                parts += (candidate.content.parts if candidate.content else None) or []
                if candidate.finish_reason is not None:
                    reply.finish = candidate.finish_reason.value
            usage = answer.usage_metadata
            if usage is not None and usage.total_token_count is not None:
                reply.input_tokens = usage.prompt_token_count
                reply.output_tokens = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
                reply.cached_tokens = usage.cached_content_token_count
        for part in parts:
            if part.thought:
                reply.thinking += part.text or ""
            elif part.function_call:
                call = part.function_call
                reply.calls.append(Call(call.id or "", call.name, dict(call.args or {})))
            else:
                reply.text += part.text or ""
        self.history.append(types.Content(role="model", parts=parts))
        return reply


class Bedrock(Driver):
    name = "bedrock"
    finishes = {"stop": "end_turn", "length": "max_tokens", "tools": "tool_use"}

    #: botocore sends a bearer token to an HTTPS endpoint only.
    needs_tls = True

    def __init__(self, url: str, key: str, authority: Optional[str] = None):
        import os

        import boto3
        from botocore.config import Config

        super().__init__(url, key)
        # Read with each call; every client of a test has the same gateway's key.
        os.environ["AWS_BEARER_TOKEN_BEDROCK"] = key
        self.sdk = boto3.client(
            "bedrock-runtime",
            region_name="us-east-1",
            endpoint_url=url,
            verify=authority,
            config=Config(retries={"max_attempts": 0}, read_timeout=60),
        )

    def close(self) -> None:
        self.sdk.close()

    def user(self, text: str) -> Any:
        return {"role": "user", "content": [{"text": text}]}

    def results(self, reply: Reply, results: list[str]) -> None:
        blocks = [
            {"toolResult": {"toolUseId": call.id, "content": [{"text": result}]}}
            for call, result in zip(reply.calls, results)
        ]
        self.history.append({"role": "user", "content": blocks})

    def ask(self, model: str, *, stream: bool, tools: bool, **options: Any) -> Reply:
        request: dict[str, Any] = {"modelId": model, "messages": self.history}
        if "max_tokens" in options:
            request["inferenceConfig"] = {"maxTokens": options["max_tokens"]}
        if tools:
            request["toolConfig"] = {
                "tools": [
                    {"toolSpec": {"name": name, "description": words, "inputSchema": {"json": PLACE_SCHEMA}}}
                    for name, words in TOOLS.items()
                ]
            }
        if options.get("thinks"):
            request["additionalModelRequestFields"] = {"thinking": {"type": "enabled", "budget_tokens": 2048}}
        pieces = 0
        if stream:
            content, finish, usage, pieces = self.collect(self.sdk.converse_stream(**request)["stream"])
        else:
            answer = self.sdk.converse(**request)
            content, finish, usage = answer["output"]["message"]["content"], answer["stopReason"], answer["usage"]
        self.history.append({"role": "assistant", "content": content})
        reply = Reply(finish=finish, pieces=pieces)
        for block in content:
            if "text" in block:
                reply.text += block["text"]
            elif "toolUse" in block:
                call = block["toolUse"]
                reply.calls.append(Call(call["toolUseId"], call["name"], call["input"]))
            elif "reasoningContent" in block:
                reply.thinking += block["reasoningContent"].get("reasoningText", {}).get("text", "")
        read, written = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", 0)
        reply.input_tokens, reply.output_tokens = usage["inputTokens"] + read + written, usage["outputTokens"]
        assert usage["totalTokens"] == reply.input_tokens + reply.output_tokens
        reply.cached_tokens = read
        return reply

    @staticmethod
    def collect(events: Any) -> tuple[list[Any], str, Any, int]:
        blocks: dict[int, dict[str, Any]] = {}
        finish = usage = None
        order = []
        for event in events:
            order.append(next(iter(event)))
            if "contentBlockStart" in event:
                start = event["contentBlockStart"]
                blocks[start["contentBlockIndex"]] = {"toolUse": {**start["start"]["toolUse"], "input": ""}}
            elif "contentBlockDelta" in event:
                delta = event["contentBlockDelta"]["delta"]
                block = blocks.setdefault(event["contentBlockDelta"]["contentBlockIndex"], {})
                if "text" in delta:
                    block["text"] = block.get("text", "") + delta["text"]
                elif "toolUse" in delta:
                    block["toolUse"]["input"] += delta["toolUse"]["input"]
                elif "redactedContent" in delta["reasoningContent"]:
                    block["reasoningContent"] = {"redactedContent": delta["reasoningContent"]["redactedContent"]}
                else:
                    text = block.setdefault("reasoningContent", {}).setdefault("reasoningText", {"text": ""})
                    for key, value in delta["reasoningContent"].items():
                        text[key] = text.get(key, "") + value
            elif "messageStop" in event:
                finish = event["messageStop"]["stopReason"]
            elif "metadata" in event:
                usage = event["metadata"]["usage"]
        assert order[0] == "messageStart" and order[-2:] == ["messageStop", "metadata"], order
        for block in blocks.values():
            if "toolUse" in block:
                block["toolUse"]["input"] = json.loads(block["toolUse"]["input"] or "{}")
        return [block for _, block in sorted(blocks.items())], finish, usage, len(order)


class Ollama(Driver):
    name = "ollama"
    finishes = {"stop": "stop", "length": "length", "tools": "stop"}

    def __init__(self, url: str, key: str):
        import ollama

        super().__init__(url, key)
        self.sdk = ollama.Client(host=url, headers={"authorization": f"Bearer {key}"}, timeout=60)

    def user(self, text: str) -> Any:
        return {"role": "user", "content": text}

    def results(self, reply: Reply, results: list[str]) -> None:
        for call, result in zip(reply.calls, results):
            message = {"role": "tool", "content": result, "tool_name": call.name}
            if call.id:
                message["tool_call_id"] = call.id
            self.history.append(message)

    def ask(self, model: str, *, stream: bool, tools: bool, **options: Any) -> Reply:
        request: dict[str, Any] = {"model": model, "messages": self.history}
        if "max_tokens" in options:
            request["options"] = {"num_predict": options["max_tokens"]}
        if tools:
            request["tools"] = [
                {"type": "function", "function": {"name": name, "description": words, "parameters": PLACE_SCHEMA}}
                for name, words in TOOLS.items()
            ]
        if options.get("thinks"):
            request["think"] = True
        answers = list(self.sdk.chat(stream=True, **request)) if stream else [self.sdk.chat(**request)]
        assert [answer.done for answer in answers] == [False] * (len(answers) - 1) + [True]
        last = answers[-1]
        reply = Reply(finish=last.done_reason, pieces=len(answers))
        calls: list[Any] = []
        for answer in answers:
            reply.text += answer.message.content or ""
            reply.thinking += answer.message.thinking or ""
            calls += answer.message.tool_calls or []
        for call in calls:
            reply.calls.append(Call(getattr(call, "id", None) or "", call.function.name, dict(call.function.arguments)))
        reply.input_tokens, reply.output_tokens = last.prompt_eval_count, last.eval_count
        message: dict[str, Any] = {"role": "assistant", "content": reply.text}
        if reply.thinking:
            message["thinking"] = reply.thinking
        if calls:
            message["tool_calls"] = [call.model_dump(exclude_none=True) for call in calls]
        self.history.append(message)
        return reply


DRIVERS: dict[str, type[Driver]] = {
    driver.name: driver for driver in (OpenAIChat, OpenAIResponses, Anthropic, Gemini, Bedrock, Ollama)
}
