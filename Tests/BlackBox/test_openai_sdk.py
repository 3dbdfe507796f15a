"""The official OpenAI SDK through the gateway to the mock model: nothing but the base URL and the key differ."""

from __future__ import annotations

import json
import time
from typing import Any, Iterator

import openai
import pytest
from harness.gateway import Gateway
from harness.upstream import (
    CHAT_REPLY,
    STREAM_HEAD,
    Exchange,
    FakeUpstream,
    chunk,
    delta,
    event,
    json_bytes,
    response_bytes,
)

QUESTION: Any = [{"role": "user", "content": "What is a sluice?"}]
WEATHER_TOOL: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a place.",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string"}},
            "required": ["place"],
            "additionalProperties": False,
        },
    },
}


@pytest.fixture
def sdk(gateway: Gateway) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=0, timeout=30) as client:
        yield client


class TestChat:
    def test_a_whole_reply(self, sdk: openai.OpenAI) -> None:
        reply = sdk.chat.completions.create(model="mock", messages=QUESTION)
        assert reply.object == "chat.completion"
        assert reply.choices[0].message.role == "assistant"
        assert reply.choices[0].message.content
        assert reply.choices[0].finish_reason == "stop"
        assert reply.usage is not None
        assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens

    def test_the_same_question_has_the_same_answer(self, sdk: openai.OpenAI) -> None:
        first, second = (sdk.chat.completions.create(model="mock", messages=QUESTION) for _ in range(2))
        assert first.choices[0].message.content == second.choices[0].message.content

    def test_a_stream_has_the_text_of_the_whole_reply(self, sdk: openai.OpenAI) -> None:
        whole = sdk.chat.completions.create(model="mock", messages=QUESTION)
        parts, reasons, usages = [], [], []
        for part in sdk.chat.completions.create(model="mock", messages=QUESTION, stream=True):
            usages.append(part.usage)
            for choice in part.choices:
                parts.append(choice.delta.content or "")
                reasons.append(choice.finish_reason)
        assert "".join(parts) == whole.choices[0].message.content
        assert [reason for reason in reasons if reason] == ["stop"]
        assert not any(usages), "usage came although the client did not ask for it"

    def test_a_stream_with_usage_asked_for(self, sdk: openai.OpenAI) -> None:
        stream = sdk.chat.completions.create(
            model="mock", messages=QUESTION, stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
        assert chunks[-1].usage is not None and chunks[-1].usage.completion_tokens > 0
        assert chunks[-1].choices == []

    def test_a_stream_comes_token_by_token(self, sdk: openai.OpenAI) -> None:
        stream = sdk.chat.completions.create(
            model="mock",
            messages=QUESTION,
            stream=True,
            extra_headers={"x-mock-tokens": "5", "x-mock-token-delay": "100ms"},
        )
        arrivals = [time.monotonic() for part in stream if part.choices and part.choices[0].delta.content]
        assert len(arrivals) >= 5
        assert arrivals[-1] - arrivals[0] > 0.3, "the tokens came in one lump"

    def test_tools_in_a_whole_reply(self, sdk: openai.OpenAI) -> None:
        reply = sdk.chat.completions.create(
            model="mock", messages=QUESTION, tools=[WEATHER_TOOL], extra_headers={"x-mock-tool-calls": "1"}
        )
        assert reply.choices[0].finish_reason == "tool_calls"
        (call,) = reply.choices[0].message.tool_calls or []
        assert call.type == "function" and call.function.name == "get_weather"
        assert isinstance(json.loads(call.function.arguments)["place"], str)

    def test_tools_in_a_stream(self, sdk: openai.OpenAI) -> None:
        stream = sdk.chat.completions.create(
            model="mock",
            messages=QUESTION,
            tools=[WEATHER_TOOL],
            stream=True,
            extra_headers={"x-mock-tool-calls": "1"},
        )
        name, arguments, reason = "", "", None
        for part in stream:
            for choice in part.choices:
                reason = choice.finish_reason or reason
                for call in choice.delta.tool_calls or []:
                    name += (call.function.name or "") if call.function else ""
                    arguments += (call.function.arguments or "") if call.function else ""
        assert (name, reason) == ("get_weather", "tool_calls")
        assert "place" in json.loads(arguments)

    def test_the_answer_to_a_tool_call(self, sdk: openai.OpenAI) -> None:
        call = {
            "id": "call_1",
            "type": "function",
            "function": {"name": "get_weather", "arguments": '{"place":"Ghent"}'},
        }
        messages: Any = QUESTION + [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "12 degrees"},
        ]
        reply = sdk.chat.completions.create(model="mock", messages=messages, tools=[WEATHER_TOOL])
        assert reply.choices[0].message.content

    def test_the_stream_helper_of_the_sdk(self, sdk: openai.OpenAI) -> None:
        with sdk.chat.completions.stream(model="mock", messages=QUESTION) as stream:
            for _ in stream:
                pass
            final = stream.get_final_completion()
        assert final.choices[0].message.content

    def test_the_raw_response_has_a_request_id(self, sdk: openai.OpenAI) -> None:
        reply = sdk.chat.completions.create(model="mock", messages=QUESTION)
        assert reply._request_id


class TestOtherSurfaces:
    def test_completions(self, sdk: openai.OpenAI) -> None:
        assert sdk.completions.create(model="mock", prompt="Water flows").choices[0].text
        parts = list(sdk.completions.create(model="mock", prompt="Water flows", stream=True))
        assert "".join(part.choices[0].text for part in parts if part.choices)

    def test_embeddings(self, sdk: openai.OpenAI) -> None:
        reply = sdk.embeddings.create(model="mock-embedding", input=["one", "two"])
        assert [item.index for item in reply.data] == [0, 1]
        assert reply.data[0].embedding != reply.data[1].embedding
        assert all(isinstance(value, float) for value in reply.data[0].embedding)
        assert reply.usage.prompt_tokens > 0

    def test_embeddings_as_floats(self, sdk: openai.OpenAI) -> None:
        encoded = sdk.embeddings.create(model="mock-embedding", input="one")
        floats = sdk.embeddings.create(model="mock-embedding", input="one", encoding_format="float")
        assert encoded.data[0].embedding == pytest.approx(floats.data[0].embedding, rel=1e-5)

    def test_the_list_of_models_and_one_of_them(self, sdk: openai.OpenAI) -> None:
        names = [model.id for model in sdk.models.list()]
        assert "plain" in names and "renamed" in names
        model = sdk.models.retrieve("plain")
        assert (model.id, model.object) == ("plain", "model")
        with pytest.raises(openai.NotFoundError) as caught:
            sdk.models.retrieve("no-such-model")
        assert caught.value.code == "model_not_found"

    def test_moderations(self, sdk: openai.OpenAI) -> None:
        reply = sdk.moderations.create(model="mock-moderation", input="a quiet canal")
        assert reply.results[0].flagged is False

    def test_images(self, sdk: openai.OpenAI) -> None:
        reply = sdk.images.generate(model="mock-image", prompt="a lock at dawn")
        assert reply.data and (reply.data[0].b64_json or reply.data[0].url)

    def test_image_edits(self, sdk: openai.OpenAI) -> None:
        pixel = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
        reply = sdk.images.edit(model="mock-image", prompt="more water", image=("lock.png", pixel, "image/png"))
        assert reply.data

    def test_speech_is_binary(self, sdk: openai.OpenAI) -> None:
        reply = sdk.audio.speech.create(model="mock-speech", voice="alloy", input="The gate is open.")
        assert len(reply.content) > 100

    def test_transcription_is_a_form(self, sdk: openai.OpenAI) -> None:
        sound = b"RIFF" + bytes(range(256)) * 64
        reply = sdk.audio.transcriptions.create(model="mock-audio", file=("gate.wav", sound, "audio/wav"))
        assert reply.text

    def test_translation_is_a_form(self, sdk: openai.OpenAI) -> None:
        reply = sdk.audio.translations.create(model="mock-audio", file=("gate.wav", b"RIFF" * 100, "audio/wav"))
        assert reply.text

    def test_responses_whole(self, sdk: openai.OpenAI) -> None:
        reply = sdk.responses.create(model="mock", input="What is a sluice?")
        assert reply.status == "completed" and reply.output_text
        assert reply.usage is not None and reply.usage.output_tokens > 0

    def test_responses_streamed(self, sdk: openai.OpenAI) -> None:
        kinds, text = [], ""
        for part in sdk.responses.create(model="mock", input="What is a sluice?", stream=True):
            kinds.append(part.type)
            if part.type == "response.output_text.delta":
                text += part.delta
        assert kinds[0] == "response.created" and kinds[-1] == "response.completed"
        assert text


class TestAsynchronousClient:
    def test_many_streams_at_once(self, gateway: Gateway) -> None:
        import asyncio

        async def one(client: openai.AsyncOpenAI, number: int) -> str:
            messages: Any = [{"role": "user", "content": f"Gate {number}"}]
            stream = await client.chat.completions.create(
                model="mock", messages=messages, stream=True, extra_headers={"x-mock-echo": "1"}
            )
            return "".join([part.choices[0].delta.content or "" async for part in stream if part.choices])

        async def run() -> list[str]:
            async with openai.AsyncOpenAI(base_url=gateway.url + "/v1", api_key=gateway.key) as client:
                return await asyncio.gather(*(one(client, number) for number in range(40)))

        assert asyncio.run(run()) == [f"Gate {number}" for number in range(40)]


class TestErrors:
    """Each failure is raised as the class that the SDK's users catch."""

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (400, openai.BadRequestError),
            (404, openai.NotFoundError),
            (422, openai.UnprocessableEntityError),
            (429, openai.RateLimitError),
            (500, openai.InternalServerError),
            (503, openai.InternalServerError),
        ],
    )
    def test_the_status_of_an_upstream(self, sdk: openai.OpenAI, status: int, expected: type) -> None:
        with pytest.raises(expected) as caught:
            sdk.chat.completions.create(model="mock", messages=QUESTION, extra_headers={"x-mock-status": str(status)})
        assert caught.value.request_id
        assert caught.value.message

    def test_a_wrong_key(self, gateway: Gateway) -> None:
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key="sk-wrong", max_retries=0)
        with pytest.raises(openai.AuthenticationError) as caught:
            client.chat.completions.create(model="mock", messages=QUESTION)
        assert caught.value.code == "invalid_api_key"
        assert "sk-wrong" not in str(caught.value)

    def test_an_unknown_model(self, sdk: openai.OpenAI) -> None:
        with pytest.raises(openai.NotFoundError) as caught:
            sdk.chat.completions.create(model="no-such-model", messages=QUESTION)
        assert caught.value.code == "model_not_found"
        assert "no-such-model" in caught.value.message

    def test_a_model_that_the_key_may_not_use(self, start_gateway: Any) -> None:
        gateway = start_gateway({"auth": {"keys": [{"name": "narrow", "key": "sk-narrow-key", "models": ["plain"]}]}})
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key="sk-narrow-key", max_retries=0)
        assert client.chat.completions.create(model="plain", messages=QUESTION).choices
        with pytest.raises(openai.PermissionDeniedError):
            client.chat.completions.create(model="renamed", messages=QUESTION)

    def test_a_request_that_the_upstream_refuses(self, sdk: openai.OpenAI) -> None:
        messages: Any = [{"role": "nobody", "content": "?"}]
        with pytest.raises(openai.BadRequestError):
            sdk.chat.completions.create(model="mock", messages=messages)

    def test_a_refused_connection(self, start_gateway: Any) -> None:
        from harness.upstream import closed_port

        gateway = start_gateway({"providers": {"scripted": {"base_url": f"http://127.0.0.1:{closed_port()}/v1"}}})
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=0)
        with pytest.raises(openai.InternalServerError) as caught:
            client.chat.completions.create(model="plain", messages=QUESTION)
        assert caught.value.status_code == 502

    def test_a_stream_that_is_cut(self, sdk: openai.OpenAI) -> None:
        stream = sdk.chat.completions.create(
            model="mock", messages=QUESTION, stream=True, extra_headers={"x-mock-cut-after": "3"}
        )
        with pytest.raises(openai.APIError):
            list(stream)

    def test_an_error_event_in_a_stream(self, sdk: openai.OpenAI) -> None:
        stream = sdk.chat.completions.create(
            model="mock", messages=QUESTION, stream=True, extra_headers={"x-mock-error-after": "3"}
        )
        with pytest.raises(openai.APIError):
            list(stream)

    def test_an_error_instead_of_a_stream(self, sdk: openai.OpenAI) -> None:
        with pytest.raises(openai.RateLimitError):
            sdk.chat.completions.create(
                model="mock", messages=QUESTION, stream=True, extra_headers={"x-mock-status": "429"}
            )

    def test_an_error_as_the_first_event_of_a_200(self, sdk: openai.OpenAI) -> None:
        """The head of a stream is held until its first event shows that it is no error."""
        with pytest.raises(openai.APIStatusError) as caught:
            sdk.chat.completions.create(
                model="mock", messages=QUESTION, stream=True, extra_headers={"x-mock-error-in-200": "1"}
            )
        assert caught.value.status_code >= 400


class TestRetries:
    def test_a_429_is_retried_after_the_time_that_the_upstream_gave(
        self, gateway: Gateway, upstream: FakeUpstream
    ) -> None:
        answers = [
            json_bytes(
                {
                    "error": {
                        "message": "Slow down.",
                        "type": "rate_limit_error",
                        "param": None,
                        "code": "rate_limit_exceeded",
                    }
                },
                429,
                [("Retry-After", "1")],
            ),
            json_bytes(CHAT_REPLY),
        ]
        upstream.reply = lambda exchange: exchange.send(answers[min(len(upstream.requests), 2) - 1])
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=2)
        started = time.monotonic()
        reply = client.chat.completions.create(model="plain", messages=QUESTION)
        assert reply.choices[0].message.content
        assert len(upstream.requests) == 2
        assert time.monotonic() - started >= 0.9, "retry-after did not reach the client"

    def test_without_retries_the_429_is_raised_with_its_headers(self, sdk: openai.OpenAI) -> None:
        with pytest.raises(openai.RateLimitError) as caught:
            sdk.chat.completions.create(
                model="mock", messages=QUESTION, extra_headers={"x-mock-status": "429", "x-mock-retry-after": "7"}
            )
        assert caught.value.response.headers["retry-after"] == "7"

    def test_500s_that_then_succeed(self, gateway: Gateway) -> None:
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=3)
        reply = client.chat.completions.create(
            model="mock",
            messages=QUESTION,
            extra_headers={"x-mock-fail": "2", "x-mock-fail-key": f"retries-{gateway.port}"},
        )
        assert reply.choices[0].message.content

    def test_a_stream_that_broke_is_not_retried(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        def cut(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD + chunk(event(delta("The "))))
            exchange.close()

        upstream.reply = cut
        client = openai.OpenAI(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=2)
        with pytest.raises(openai.APIError):
            list(client.chat.completions.create(model="plain", messages=QUESTION, stream=True))
        assert len(upstream.requests) == 1

    def test_html_from_something_in_between_is_an_error_in_openai_shape(
        self, sdk: openai.OpenAI, upstream: FakeUpstream
    ) -> None:
        page = b"<html><body>502 Bad Gateway</body></html>"
        upstream.reply = lambda exchange: exchange.send(response_bytes(502, [("Content-Type", "text/html")], page))
        with pytest.raises(openai.InternalServerError) as caught:
            sdk.chat.completions.create(model="plain", messages=QUESTION)
        assert caught.value.body is not None and "message" in caught.value.body
