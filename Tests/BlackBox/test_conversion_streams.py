"""Streams through every pair of dialects: what a provider may do to one, and what its client must see of it.

Raw HTTP where the order of events is the matter, the vendors' SDKs where it is what an application gets.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Iterator

import httpx
import pytest
from harness.clients import DRIVERS
from harness.conversion import (  # noqa: F401
    LOOK,
    conversion_gateway,
    module_drivers,
    open_driver,
    raw,
    recorded,
    secure_gateway,
)
from harness.gateway import Gateway, MockModel
from harness.surfaces import CLIENTS, SURFACES, TARGETS, is_own
from harness.upstream import LAST_CHUNK, STREAM_HEAD, Exchange, FakeUpstream, chunk, json_bytes
from harness.waiting import eventually

QUESTION = "Tell me about sluices 😀 é 日本 𝕊 ﷽"
ASK_BOTH = "The weather and the population of Rome?"

PAIRS = [(client, target) for client in CLIENTS for target in TARGETS]
CONVERTED = [(client, target) for client, target in PAIRS if not is_own(client, target)]


def joined(text: str) -> str:
    """Two halves of a surrogate pair that came in two deltas are one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


class TestCalls:
    """Tool calls in all the forms in which providers stream them."""

    @pytest.mark.parametrize("style", ["interleaved-calls", "calls-in-one-chunk"])
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_each_call_is_whole(self, client: str, target: str, style: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        model = f"{target}/mock-tool-calls-4"
        answer = surface.stream(raw, f"{model}-{style}", ASK_BOTH, tools=True)
        surface.check(answer.events)
        plain = surface.stream(raw, model, ASK_BOTH, tools=True)
        assert [name for _, name, _ in answer.calls] == ["get_weather", "get_population"] * 2
        assert [(name, json.loads(text)) for _, name, text in answer.calls] == [
            (name, json.loads(text)) for _, name, text in plain.calls
        ]
        assert len({id for id, _, _ in answer.calls}) == 4

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_empty_arguments_are_an_empty_object(self, client: str, target: str, open_driver: Any) -> None:
        driver = open_driver(client)
        model = f"{target}/mock-tool-calls-2-empty-arguments"
        reply = driver.say(model, ASK_BOTH, stream=True, tools=True)
        assert [call.arguments for call in reply.calls] == [{}, {}]
        assert "sunny" in driver.answer_calls(model, reply, ["three", "sunny"]).text

    @pytest.mark.parametrize("target", ["openai", "openai-responses", "cohere"])
    @pytest.mark.parametrize("client", ["anthropic", "gemini", "bedrock", "ollama"])
    def test_arguments_that_are_no_json_keep_their_text(self, client: str, target: str, open_driver: Any) -> None:
        # These clients have an object for them: the text is within. They send it back, and nothing fails.
        driver = open_driver(client)
        model = f"{target}/mock-tool-calls-1-invalid-arguments"
        # Anthropic's and Bedrock's streams carry them as text, which their SDKs cannot read.
        for stream in (False,) if client in ("anthropic", "bedrock") else (False, True):
            driver.history = []
            reply = driver.say(model, ASK_BOTH, stream=stream, tools=True)
            assert reply.calls[0].arguments == {"_raw": '{"city": "Par'}
            assert "sunny" in driver.answer_calls(model, reply, ["sunny"], stream=stream).text

    @pytest.mark.parametrize("target", ["anthropic", "gemini", "bedrock", "ollama"])
    def test_arguments_that_are_no_json_are_refused_on_the_way_back(self, target: str, raw: httpx.Client) -> None:
        body = {
            "model": f"{target}/mock",
            "messages": [
                {"role": "user", "content": "hi"},
                {
                    "role": "assistant",
                    "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x'}}],
                },
                {"role": "tool", "tool_call_id": "a", "content": "ok"},
            ],
        }
        response = raw.post("/v1/chat/completions", json=body)
        assert response.status_code == 400
        assert response.json()["error"]["param"].startswith("messages")

    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize(
        "client,target",
        [(client, target) for client, target in PAIRS if client != "ollama" and target not in ("gemini", "anthropic")],
    )
    def test_foreign_ids_come_back_as_they_were(
        self, client: str, target: str, stream: bool, open_driver: Any, recorded: Callable[[], list[Any]]
    ) -> None:
        # Ollama's SDK drops ids; Google's calls have none; Anthropic itself refuses ids like these.
        driver = open_driver(client)
        model = f"{target}/mock-tool-calls-2-foreign-ids"
        reply = driver.say(model, ASK_BOTH, stream=stream, tools=True)
        assert len({call.id for call in reply.calls}) == 2
        if client in ("anthropic", "bedrock") and not is_own(client, target):
            allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
            assert all(set(call.id) <= allowed for call in reply.calls), "the vendor's own rule for ids"
        driver.answer_calls(model, reply, ["sunny", "3 million"], stream=stream)
        body = json.dumps(recorded()[-1])
        for id in ("functions.get_weather:0", "functions.get_population:1"):
            assert body.count(f'"{id}"') == 2, "once with the call, once with its result"


class TestFraming:
    """What a provider does to the bytes is nothing to the client."""

    STYLES = [
        "crlf-comments-no-space-byte-order-mark",
        "surrogate-halves-split-characters-usage-in-last-chunk-gzip",
    ]

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_any_split_and_spelling(self, client: str, target: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        plain = surface.stream(raw, f"{target}/mock-reasoning-4", QUESTION)
        surface.check(plain.events)
        assert QUESTION in plain.text
        for style in self.STYLES:
            answer = surface.stream(raw, f"{target}/mock-reasoning-4-{style}", QUESTION)
            surface.check(answer.events)
            assert joined(answer.text) == plain.text, style
            assert answer.thinking == plain.thinking, style
            assert answer.finish == plain.finish, style
            assert answer.usage is not None, style

    @pytest.mark.parametrize("target", TARGETS)
    def test_byte_by_byte(self, target: str, raw: httpx.Client) -> None:
        surface = SURFACES["openai-chat" if target == "anthropic" else "anthropic"]
        for model in ("mock-reasoning-2", "mock-tool-calls-2"):
            plain = surface.stream(raw, f"{target}/{model}", ASK_BOTH, tools=True)
            answer = surface.stream(raw, f"{target}/{model}-one-byte", ASK_BOTH, tools=True)
            surface.check(answer.events)
            assert (answer.text, answer.thinking, answer.finish) == (plain.text, plain.thinking, plain.finish)
            assert [call[1:] for call in answer.calls] == [call[1:] for call in plain.calls]

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize("target", TARGETS)
    def test_a_whole_answer_says_the_same(self, client: str, target: str, raw: httpx.Client, open_driver: Any) -> None:
        whole = open_driver(client).say(f"{target}/mock-reasoning-4", QUESTION)
        stream = open_driver(client).say(f"{target}/mock-reasoning-4", QUESTION, stream=True)
        assert (whole.text, whole.thinking, whole.finish) == (stream.text, stream.thinking, stream.finish)
        assert (whole.input_tokens, whole.output_tokens) == (stream.input_tokens, stream.output_tokens)

    @pytest.mark.parametrize("style", ["no-usage", "usage-null"])
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_without_usage(self, client: str, target: str, style: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        answer = surface.stream(raw, f"{target}/mock-{style}", QUESTION)
        assert QUESTION in answer.text and answer.finish
        assert answer.error is None
        if client != "bedrock":
            surface.check(answer.events)


class TestTheOrderOfEvents:
    """Calls, thoughts, refusals and cut answers: every event where the dialect's own stream has it."""

    MODELS = [
        "mock-tool-calls-2",
        "mock-reasoning-5",
        "mock-reasoning-5-tool-calls-2",
        "mock-redacted-thinking-2",
        "mock-refuse",
        "mock-tokens-1",
        "mock-cached-tokens-2",
    ]

    @pytest.mark.parametrize("client,target", PAIRS)
    def test_pairs_and_terminals(self, client: str, target: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        for model in self.MODELS:
            answer = surface.stream(raw, f"{target}/{model}", ASK_BOTH, tools=True)
            try:
                surface.check(answer.events)
            except (AssertionError, KeyError) as fault:
                pytest.fail(f"{model}: {fault!r}\n{json.dumps(answer.events, indent=None)[:3000]}")
            assert answer.finish and not answer.error

    @pytest.mark.parametrize("target", TARGETS)
    @pytest.mark.parametrize("client", CLIENTS)
    def test_the_model_has_the_clients_name(self, client: str, target: str, raw: httpx.Client) -> None:
        if is_own(client, target):
            pytest.skip("own bytes")
        model = f"{target}/mock"
        for stream in (False, True):
            response = SURFACES[client].ask(raw, model, QUESTION, stream=stream)
            if client != "bedrock":
                assert model in response.text.replace("\\/", "/")

    def test_a_stream_has_the_headers_of_one(self, raw: httpx.Client) -> None:
        kinds = {"bedrock": "application/vnd.amazon.eventstream", "ollama": "application/x-ndjson"}
        for client, surface in SURFACES.items():
            for target in TARGETS:
                response = surface.ask(raw, f"{target}/mock", QUESTION, stream=True)
                assert response.headers["content-type"].split(";")[0] == kinds.get(client, "text/event-stream")
                assert response.headers["cache-control"] == "no-cache"
                assert "content-length" not in response.headers
                assert "content-encoding" not in response.headers


class TestBrokenStreams:
    """Nothing that a provider left unfinished looks finished."""

    @pytest.mark.parametrize("fault", ["end-after-5", "cut-after-5", "reset-after-5", "malformed-after-5"])
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_an_error_ends_it(self, client: str, target: str, fault: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        answer = surface.stream(raw, f"{target}/mock-tokens-50-{fault}", "hello")
        assert answer.error and answer.error["message"], answer.events[-3:]
        assert answer.finish is None
        assert "[DONE]" not in answer.events
        last = answer.events[-1]
        assert "error" in json.dumps(last).lower() or client == "bedrock" and last["is_exception"], last

    @pytest.mark.parametrize("fault", ["end-after-5", "cut-after-5", "reset-after-5"])
    @pytest.mark.parametrize("client", CLIENTS)
    def test_the_own_dialects(self, client: str, fault: str, raw: httpx.Client) -> None:
        target = {"openai-chat": "openai"}.get(client, client)
        answer = SURFACES[client].stream(raw, f"{target}/mock-tokens-50-{fault}", "hello")
        assert answer.error and answer.error["message"] and answer.finish is None

    @pytest.mark.parametrize("target", ["openai", "anthropic", "gemini", "cohere", "openai-responses"])
    @pytest.mark.parametrize("client", CLIENTS)
    def test_a_forgotten_end_after_the_finish_is_an_end(self, client: str, target: str, raw: httpx.Client) -> None:
        answer = SURFACES[client].stream(raw, f"{target}/mock-no-done", QUESTION)
        assert QUESTION in answer.text and answer.finish and not answer.error
        if not is_own(client, target):
            SURFACES[client].check(answer.events)

    @pytest.mark.parametrize("target", TARGETS)
    @pytest.mark.parametrize("client", DRIVERS)
    def test_an_error_event_is_the_sdks_exception(self, client: str, target: str, open_driver: Any) -> None:
        driver = open_driver(client)
        with pytest.raises(Exception) as caught:
            driver.say(f"{target}/mock-tokens-50-error-after-5", "hello", stream=True)
        if client == "openai-responses":
            # OpenAI's SDK hands out a failed response as an event.
            assert "response.failed" in str(caught.value) or "told to fail" in str(caught.value)
        else:
            assert "told to fail" in str(caught.value), caught.value
            assert type(caught.value).__module__.split(".")[0] in (
                "openai",
                "anthropic",
                "google",
                "botocore",
                "ollama",
            )

    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize("client,target", PAIRS)
    def test_an_error_in_a_200_has_a_status(self, client: str, target: str, stream: bool, raw: httpx.Client) -> None:
        response = SURFACES[client].ask(raw, f"{target}/mock-error-in-200", "hello", stream=stream)
        if is_own(client, target) and not stream and response.status_code == 200:
            pytest.skip("a whole answer of the own dialect passes as it is")
        assert response.status_code in (424, 500, 502, 503, 529), response.text
        assert "mock model was told to" in response.text

    @pytest.mark.parametrize(
        "target,word,client,expected",
        [
            ("anthropic", "overloaded_error", "openai-chat", 503),
            ("anthropic", "overloaded_error", "anthropic", 529),
            ("anthropic", "rate_limit_error", "gemini", 429),
            ("bedrock", "throttlingException", "anthropic", 429),
            ("bedrock", "throttlingException", "openai-chat", 429),
            ("bedrock", "validationException", "openai-chat", 400),
            ("gemini", "RESOURCE_EXHAUSTED", "anthropic", 429),
            ("gemini", "UNAVAILABLE", "anthropic", 529),
            ("openai-responses", "rate_limit_exceeded", "anthropic", 429),
        ],
    )
    def test_the_meaning_of_an_error_in_a_200(
        self, target: str, word: str, client: str, expected: int, raw: httpx.Client
    ) -> None:
        model = f"{target}/mock-error-in-200-stream-error-{word}"
        response = SURFACES[client].ask(raw, model, "hello", stream=True)
        assert response.status_code == expected, response.text


class TestGooglesArray:
    """Google's streams without `alt=sse`: one JSON array, whose last element may be an error."""

    @staticmethod
    def ask(raw: httpx.Client, model: str) -> httpx.Response:
        body = SURFACES["gemini"].body(model, QUESTION, True, False)
        return raw.post(f"/v1beta/models/{model}:streamGenerateContent", json=body)

    @pytest.mark.parametrize("target", TARGETS)
    def test_it_is_one(self, target: str, raw: httpx.Client) -> None:
        response = self.ask(raw, f"{target}/mock-reasoning-3")
        assert response.headers["content-type"].split(";")[0] == "application/json"
        chunks = response.json()
        assert len(chunks) > 5
        SURFACES["gemini"].check(chunks)
        answer = SURFACES["gemini"].read(chunks)
        assert QUESTION in answer.text and answer.usage

    @pytest.mark.parametrize("fault", ["end-after-5", "cut-after-5", "malformed-after-5", "error-after-5"])
    @pytest.mark.parametrize("target", [name for name in TARGETS if name != "gemini"])
    def test_an_error_is_its_last_element(self, target: str, fault: str, raw: httpx.Client) -> None:
        chunks = self.ask(raw, f"{target}/mock-tokens-50-{fault}").json()
        assert chunks[-1]["error"]["message"] and chunks[-1]["error"]["code"] >= 500
        assert SURFACES["gemini"].read(chunks).finish is None

    @pytest.mark.parametrize("fault", ["end-after-3", "cut-after-3"])
    def test_an_error_of_googles_own(self, fault: str, raw: httpx.Client) -> None:
        response = self.ask(raw, f"gemini/mock-tokens-50-{fault}")
        if response.status_code == 200:
            assert response.json()[-1]["error"]["message"]
        else:
            assert response.status_code == 502 and response.json()["error"]["message"]


class TestStalls:
    @pytest.fixture(scope="class")
    def impatient(self, mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
        gateway = Gateway(
            tmp_path_factory.mktemp("impatient"),
            {
                "server": {"timeouts": {"idle": "400ms", "first_byte": "400ms"}},
                "providers": {
                    target: {"kind": "mock", "base_url": mock_model.url, "dialect": target} for target in TARGETS
                },
            },
        )
        yield gateway
        gateway.stop()

    @pytest.mark.parametrize("client", CLIENTS)
    def test_a_stream_that_falls_silent_ends_with_an_error(self, client: str, impatient: Gateway) -> None:
        # One target each: the others' streams come to the same place.
        target = TARGETS[(CLIENTS.index(client) + 2) % len(TARGETS)]
        with impatient.client() as http:
            answer = SURFACES[client].stream(http, f"{target}/mock-tokens-50-stall-after-5", "hello")
        assert answer.error and answer.error["message"] and answer.finish is None

    def test_no_answer_at_all_is_a_timeout_in_each_dialect(self, impatient: Gateway) -> None:
        with impatient.client() as http:
            for client, target in (("openai-chat", "anthropic"), ("anthropic", "gemini"), ("gemini", "bedrock")):
                response = SURFACES[client].ask(http, f"{target}/mock-hang", "hello", stream=True)
                assert response.status_code == 504, response.text


#: Where a provider of the dialect is asked for a whole answer.
WHOLE = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages", "cohere": "/v2/chat", "ollama": "/api/chat"}


class TestScripted:
    """A scripted provider, for streams that the mock model does not make."""

    @pytest.fixture(scope="class")
    def scripted(
        self, session_upstream: FakeUpstream, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[httpx.Client]:
        gateway = Gateway(
            tmp_path_factory.mktemp("scripted"),
            {
                "providers": {
                    target: {"kind": "mock", "base_url": session_upstream.url, "dialect": target} for target in WHOLE
                }
            },
        )
        with gateway.client() as client:
            yield client
        gateway.stop()

    @staticmethod
    def sends(*events: Any, name: bool = False) -> Callable[[Exchange], None]:
        def reply(exchange: Exchange) -> None:
            exchange.send(STREAM_HEAD)
            for event in events:
                if isinstance(event, bytes):
                    exchange.send(chunk(event))
                    continue
                data = b"data: " + (event if isinstance(event, str) else json.dumps(event)).encode() + b"\n\n"
                exchange.send(chunk((b"event: " + event["type"].encode() + b"\n" if name else b"") + data))
            exchange.send(LAST_CHUNK)

        return reply

    @staticmethod
    def part(delta: Any, finish: Any = None, **more: Any) -> dict[str, Any]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
        return {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1793000000,
            "model": "up",
            "choices": choices,
            **more,
        }

    @pytest.mark.parametrize("client", [name for name in CLIENTS if name != "openai-chat"])
    def test_calls_in_pieces_of_every_kind(self, client: str, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        part = self.part

        def call(index: int, id: Any = None, name: Any = None, arguments: Any = None) -> dict[str, Any]:
            function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
            return {"index": index, **({"id": id, "type": "function"} if id else {}), "function": function}

        upstream.reply = self.sends(
            # Azure's first chunk, repeated roles, empty texts, null everywhere.
            {**part(None), "id": "", "model": "", "prompt_filter_results": [{"prompt_index": 0}]},
            part({"role": "assistant", "content": ""}),
            part({"role": "assistant", "content": None, "tool_calls": None}),
            part({"content": "Wait"}),
            part({"tool_calls": [call(0, id="id_a", name="first", arguments="")]}),
            part({"tool_calls": [call(1, id="id_b", name="second", arguments='{"b":'), call(0, arguments='{"a"')]}),
            part({"tool_calls": [call(2, id="id_c", name="third")]}),
            part({"tool_calls": [call(0, arguments=":1"), call(1, arguments=" 9007199254740993")]}),
            part({"tool_calls": [call(1, arguments="}"), call(0, arguments="}")]}),
            # Many servers say stop, though they call.
            part({}, finish="stop"),
            part(None, usage={"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}),
            "[DONE]",
        )
        surface = SURFACES[client]
        answer = surface.stream(scripted, "openai/up", ASK_BOTH, tools=True)
        surface.check(answer.events)
        assert answer.text == "Wait"
        assert [(name, json.loads(text or "{}")) for _, name, text in answer.calls] == [
            ("first", {"a": 1}),
            ("second", {"b": 9007199254740993}),
            ("third", {}),
        ]
        expected = {"anthropic": "tool_use", "bedrock": "tool_use", "openai-responses": "completed"}
        if client in expected:
            assert answer.finish == expected[client]

    @pytest.mark.parametrize("client", [name for name in CLIENTS if name != "openai-chat"])
    def test_usage_after_the_finish(self, client: str, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        part = self.part
        usage = {
            "prompt_tokens": 30,
            "completion_tokens": 5,
            "total_tokens": 35,
            "prompt_tokens_details": {"cached_tokens": 10, "cache_write_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 2},
        }
        upstream.reply = self.sends(
            part({"role": "assistant", "content": "Hi"}), part({}, finish="stop"), part(None, usage=usage), "[DONE]"
        )
        answer = SURFACES[client].stream(scripted, "openai/up", "hello")
        SURFACES[client].check(answer.events)
        assert answer.usage
        said = answer.usage
        if client == "anthropic":
            assert said["input_tokens"] == 16 and said["output_tokens"] == 5
            assert said["cache_read_input_tokens"] == 10 and said["cache_creation_input_tokens"] == 4
        elif client == "bedrock":
            assert said["inputTokens"] == 16 and said["cacheReadInputTokens"] == 10 and said["totalTokens"] == 35
            assert said["cacheWriteInputTokens"] == 4
        elif client == "gemini":
            assert said["promptTokenCount"] == 30 and said["cachedContentTokenCount"] == 10
            assert said["candidatesTokenCount"] == 3 and said["thoughtsTokenCount"] == 2
            assert said["totalTokenCount"] == 35
        elif client == "ollama":
            assert said["prompt_eval_count"] == 30 and said["eval_count"] == 5
        else:
            assert said["input_tokens"] == 30 and said["input_tokens_details"]["cached_tokens"] == 10
            assert said["output_tokens_details"]["reasoning_tokens"] == 2 and said["total_tokens"] == 35

    @pytest.mark.parametrize("client,target", [(client, target) for client, target in CONVERTED if target in WHOLE])
    def test_a_whole_answer_to_a_request_for_a_stream(
        self, client: str, target: str, scripted: httpx.Client, upstream: FakeUpstream, mock_model: MockModel
    ) -> None:
        def forgetful(exchange: Exchange) -> None:
            body = exchange.request.json
            body.pop("stream_options", None)
            body["stream"] = False
            headers = {"anthropic-version": "2023-06-01"} if target == "anthropic" else {}
            exchange.send(json_bytes(LOOK.post(mock_model.url + WHOLE[target], json=body, headers=headers).content))

        upstream.reply = forgetful
        surface = SURFACES[client]
        response = surface.ask(scripted, f"{target}/mock", QUESTION, stream=True)
        assert response.status_code == 200, response.text
        events = surface.events(response.content)
        surface.check(events)
        answer = surface.read(events)
        assert QUESTION in answer.text and answer.finish and answer.usage

    def test_a_ping_stays_one(self, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "up",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": 3, "output_tokens": 1},
        }
        upstream.reply = self.sends(
            {"type": "message_start", "message": message},
            {"type": "ping"},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            {"type": "ping"},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
            {"type": "an_event_of_tomorrow", "value": 1},
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn", "stop_sequence": None},
                "usage": {"output_tokens": 2},
            },
            {"type": "message_stop"},
            name=True,
        )
        for client, surface in SURFACES.items():
            response = surface.ask(scripted, "anthropic/up", "hello", stream=True)
            events = surface.events(response.content)
            assert surface.read(events).text == "Hi", client
            if client in ("openai-chat", "openai-responses"):
                assert any(line.startswith(":") for line in response.text.split("\n")), f"{client}: no comment"
            elif client == "anthropic":
                assert response.text.count("event: ping") == 2

    @pytest.mark.parametrize("client", CLIENTS)
    def test_a_stop_sequence_that_was_met(self, client: str, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        reply = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "up",
            "content": [{"type": "text", "text": "Hi"}],
            "stop_reason": "stop_sequence",
            "stop_sequence": "END",
            "usage": {"input_tokens": 3, "output_tokens": 1},
        }
        upstream.reply = lambda exchange: exchange.send(json_bytes(reply))
        response = SURFACES[client].ask(scripted, "anthropic/up", "hello")
        assert response.status_code == 200
        words = {
            "openai-chat": '"finish_reason":"stop"',
            "openai-responses": '"status":"completed"',
            "anthropic": "stop_sequence",
            "gemini": '"STOP"',
            "bedrock": '"stop_sequence"',
            "ollama": '"done_reason":"stop"',
        }
        assert words[client] in response.text.replace('": "', '":"')


class TestLeaving:
    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize("client", CLIENTS)
    def test_the_upstream_is_left_too(
        self, client: str, stream: bool, raw: httpx.Client, conversion_gateway: Gateway, mock_model: MockModel
    ) -> None:
        def stats() -> Any:
            return LOOK.get(mock_model.url + "/_mock/stats").json()

        before = stats()["aborted_by_client"]
        target = TARGETS[(CLIENTS.index(client) + 3) % len(TARGETS)]
        surface = SURFACES[client]
        model = f"{target}/mock-tokens-5000-token-delay-10ms" if stream else f"{target}/mock-hang"
        with conversion_gateway.client() as leaving:
            request = leaving.build_request(
                "POST", surface.path(model, stream), json=surface.body(model, "hi", stream, False)
            )
            if stream:
                response = leaving.send(request, stream=True)
                assert response.status_code == 200
                assert next(response.iter_raw())
                response.close()
            else:
                request.extensions["timeout"] = {"connect": 5, "read": 0.15, "write": 5, "pool": 5}
                with pytest.raises(httpx.ReadTimeout):
                    leaving.send(request)
        eventually(lambda: stats()["aborted_by_client"] > before, "the upstream was left", seconds=5)
