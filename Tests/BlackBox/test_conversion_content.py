"""What requests and answers hold, through every pair of dialects: media, tools, formats, limits, thoughts, usage.

What reached the provider is read from the mock model's record, and checked against the vendor's own types.
"""

from __future__ import annotations

import base64
import json
from typing import Any, Callable

import httpx
import pytest
from harness.clients import PLACE_SCHEMA
from harness.conversion import (  # noqa: F401
    LOOK,
    conversion_gateway,
    module_drivers,
    open_driver,
    provider,
    raw,
    recorded,
    secure_gateway,
)
from harness.gateway import Gateway, MockModel
from harness.surfaces import CLIENTS, SURFACES, TARGETS, is_own
from harness.vendor_types import VALIDATORS

Recorded = Callable[[], list[dict[str, Any]]]

PAIRS = [(client, target) for client in CLIENTS for target in TARGETS]
CONVERTED = [(client, target) for client, target in PAIRS if not is_own(client, target)]

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PDF = base64.b64encode(b"%PDF-1.4\n%%EOF\n").decode()
FUNCTION = {"type": "function", "function": {"name": "get_weather", "description": "w", "parameters": PLACE_SCHEMA}}
OTHER = {"type": "function", "function": {"name": "set_alarm", "description": "a", "parameters": PLACE_SCHEMA}}
#: One character of each plane that has some, and what JSON escapes.
UNICODE = (
    '"\\/\b\f\n\r\t\u0001\u007f é ß 日本 ﷽ \u2028\u2029 \ufeff\ufffd '
    "😀 𝕊 𠀋 \U0003134a \U000e0041 \U000f0000 \U0010fffd"
)


def answer_of(client: str, response: httpx.Response) -> str:
    """The text of a whole answer."""
    assert response.status_code == 200, response.text
    body = response.json()
    if client == "openai-chat":
        return body["choices"][0]["message"]["content"] or ""
    if client == "openai-responses":
        return "".join(
            part.get("text", "") for item in body["output"] if item["type"] == "message" for part in item["content"]
        )
    if client == "anthropic":
        return "".join(block.get("text", "") for block in body["content"])
    if client == "gemini":
        parts = body["candidates"][0]["content"]["parts"]
        return "".join(part.get("text", "") for part in parts if not part.get("thought"))
    if client == "bedrock":
        return "".join(block.get("text", "") for block in body["output"]["message"]["content"])
    return body["message"]["content"]


def messages_of(body: dict[str, Any]) -> list[Any]:
    return body.get("messages") or body.get("input") or body.get("contents") or []


class TestMedia:
    BODIES: dict[str, Callable[[str, list[str]], dict[str, Any]]] = {
        "openai-chat": lambda model, kinds: {
            "model": model,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Look"},
                        *(
                            (
                                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
                                if kind == "png"
                                else {
                                    "type": "file",
                                    "file": {
                                        "filename": "a_b.v1.pdf",
                                        "file_data": f"data:application/pdf;base64,{PDF}",
                                    },
                                }
                            )
                            for kind in kinds
                        ),
                    ],
                }
            ],
        },
        "openai-responses": lambda model, kinds: {
            "model": model,
            "store": False,
            "input": [
                {
                    "role": "user",
                    "content": [
                        {"type": "input_text", "text": "Look"},
                        *(
                            (
                                {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}", "detail": "auto"}
                                if kind == "png"
                                else {
                                    "type": "input_file",
                                    "filename": "a_b.v1.pdf",
                                    "file_data": f"data:application/pdf;base64,{PDF}",
                                }
                            )
                            for kind in kinds
                        ),
                    ],
                }
            ],
        },
        "anthropic": lambda model, kinds: {
            "model": model,
            "max_tokens": 100,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Look"},
                        *(
                            (
                                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
                                if kind == "png"
                                else {
                                    "type": "document",
                                    "title": "a_b.v1.pdf",
                                    "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
                                }
                            )
                            for kind in kinds
                        ),
                    ],
                }
            ],
        },
        "gemini": lambda model, kinds: {
            "contents": [
                {
                    "role": "user",
                    "parts": [
                        {"text": "Look"},
                        *(
                            {
                                "inlineData": {
                                    "mimeType": "image/png" if kind == "png" else "application/pdf",
                                    "data": PNG if kind == "png" else PDF,
                                }
                            }
                            for kind in kinds
                        ),
                    ],
                }
            ]
        },
        "bedrock": lambda model, kinds: {
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {"text": "Look"},
                        *(
                            (
                                {"image": {"format": "png", "source": {"bytes": PNG}}}
                                if kind == "png"
                                else {"document": {"format": "pdf", "name": "a-b", "source": {"bytes": PDF}}}
                            )
                            for kind in kinds
                        ),
                    ],
                }
            ]
        },
        "ollama": lambda model, kinds: {
            "model": model,
            "stream": False,
            "messages": [{"role": "user", "content": "Look", "images": [PNG]}],
        },
    }

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_pictures_and_documents(self, client: str, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        takes_documents = target not in ("ollama", "cohere") and client != "ollama"
        kinds = ["png", "pdf", "png"] if takes_documents else ["png"]
        model = f"{target}/mock"
        response = raw.post(SURFACES[client].path(model, False), json=self.BODIES[client](model, kinds))
        assert "Look" in answer_of(client, response)
        (body,) = recorded()
        VALIDATORS[target](body)
        text = json.dumps(body)
        assert [
            mark for mark in text.replace(PNG, "\0png\0").replace(PDF, "\0pdf\0").split("\0") if len(mark) == 3
        ] == kinds
        if target == "bedrock" and "pdf" in kinds:
            (name,) = {block["document"]["name"] for block in body["messages"][0]["content"] if "document" in block}
            assert not set(name) & set("._"), f"Bedrock refuses {name}"

    @pytest.mark.parametrize("target", ["ollama", "cohere"])
    @pytest.mark.parametrize("client", [name for name in CLIENTS if name != "ollama"])
    def test_documents_are_refused_where_there_are_none(self, client: str, target: str, raw: httpx.Client) -> None:
        model = f"{target}/mock"
        response = raw.post(SURFACES[client].path(model, False), json=self.BODIES[client](model, ["pdf"]))
        assert response.status_code == 400 and "document" in response.text

    @pytest.mark.parametrize("target", [name for name in TARGETS if name != "openai"])
    def test_what_no_target_can_take(self, target: str, raw: httpx.Client) -> None:
        parts = {
            "file id": {"type": "file", "file": {"file_id": "file-abc"}},
            "sound": {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
        }
        for name, part in parts.items():
            if (name == "sound" and target in ("gemini", "bedrock")) or (
                name == "file id" and target == "openai-responses"
            ):
                continue
            body = {"model": f"{target}/mock", "messages": [{"role": "user", "content": [part]}]}
            response = raw.post("/v1/chat/completions", json=body)
            assert response.status_code == 400, (name, response.text)
            assert response.json()["error"]["code"] == "unsupported_parameter", (name, response.text)

    @pytest.mark.parametrize("target", ["bedrock", "ollama"])
    def test_the_gateway_fetches_no_picture(self, target: str, raw: httpx.Client) -> None:
        part = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
        body = {"model": f"{target}/mock", "messages": [{"role": "user", "content": [part]}]}
        response = raw.post("/v1/chat/completions", json=body)
        assert response.status_code == 400 and response.json()["error"]["code"] == "unsupported_parameter"


class TestSystem:
    @pytest.mark.parametrize("target", TARGETS[1:])
    def test_every_form_from_chat(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        messages = [
            {"role": "developer", "content": "FIRST"},
            {"role": "system", "content": [{"type": "text", "text": "SECOND"}, {"type": "text", "text": "THIRD"}]},
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "two"},
            {"role": "system", "content": "MIDDLE"},
            {"role": "user", "content": "three"},
        ]
        response = raw.post("/v1/chat/completions", json={"model": f"{target}/mock", "messages": messages})
        assert "three" in answer_of("openai-chat", response)
        (body,) = recorded()
        VALIDATORS[target](body)
        text = json.dumps({"system": body.get("system") or body.get("systemInstruction")}) + json.dumps(
            messages_of(body)
        )
        order = [text.index(word) for word in ("FIRST", "SECOND", "THIRD", "one", "two", "MIDDLE")]
        assert order == sorted(order), text

    @pytest.mark.parametrize(
        "client,body",
        [
            ("anthropic", {"max_tokens": 64, "system": "SYS", "messages": [{"role": "user", "content": "hi"}]}),
            (
                "anthropic",
                {
                    "max_tokens": 64,
                    "system": [{"type": "text", "text": "SYS"}, {"type": "text", "text": "TWO"}],
                    "messages": [{"role": "user", "content": "hi"}],
                },
            ),
            ("openai-responses", {"instructions": "SYS", "input": "hi"}),
            (
                "openai-responses",
                {"input": [{"role": "developer", "content": "SYS"}, {"role": "user", "content": "hi"}]},
            ),
            ("gemini", {"systemInstruction": {"parts": [{"text": "SYS"}]}, "contents": [{"parts": [{"text": "hi"}]}]}),
            ("gemini", {"system_instruction": {"parts": [{"text": "SYS"}]}, "contents": [{"parts": [{"text": "hi"}]}]}),
            ("bedrock", {"system": [{"text": "SYS"}], "messages": [{"role": "user", "content": [{"text": "hi"}]}]}),
            (
                "ollama",
                {
                    "stream": False,
                    "messages": [{"role": "system", "content": "SYS"}, {"role": "user", "content": "hi"}],
                },
            ),
        ],
    )
    def test_every_form_of_the_others(
        self, client: str, body: dict[str, Any], raw: httpx.Client, recorded: Recorded
    ) -> None:
        targets = [target for target in TARGETS if not is_own(client, target)]
        for target in targets:
            model = f"{target}/mock"
            more = {} if client in ("gemini", "bedrock") else {"model": model}
            response = raw.post(SURFACES[client].path(model, False), json={**body, **more})
            assert "hi" in answer_of(client, response)
        sent = recorded()
        assert len(sent) == len(targets)
        for target, each in zip(targets, sent):
            VALIDATORS[target](each)
            assert json.dumps(each).count("SYS") == 1
            assert "SYS" not in json.dumps(messages_of(each)[-1])


class TestTools:
    @pytest.mark.parametrize("target", TARGETS)
    def test_choices(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        def ask(choice: Any) -> Any:
            body = {"messages": [{"role": "user", "content": "hi"}], "tools": [OTHER, FUNCTION], "tool_choice": choice}
            return raw.post("/v1/chat/completions", json={"model": f"{target}/mock", **body})

        for choice, expected in (("none", None), ("auto", None)):
            message = ask(choice).json()["choices"][0]["message"]
            assert not message.get("tool_calls"), choice
        named = {"type": "function", "function": {"name": "get_weather"}}
        for choice in ("required", named):
            response = ask(choice)
            if target == "ollama":
                assert response.status_code == 400 and response.json()["error"]["param"] == "tool_choice"
                continue
            calls = response.json()["choices"][0]["message"]["tool_calls"]
            assert len(calls) == 1
            assert choice == "required" or calls[0]["function"]["name"] == "get_weather"
        for body in recorded():
            VALIDATORS[target](body)

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize("target", [name for name in TARGETS if name != "ollama"])
    def test_a_named_tool_from_every_client(
        self, client: str, target: str, raw: httpx.Client, recorded: Recorded
    ) -> None:
        choices = {
            "openai-chat": {"tool_choice": {"type": "function", "function": {"name": "get_population"}}},
            "openai-responses": {"tool_choice": {"type": "function", "name": "get_population"}},
            "anthropic": {"tool_choice": {"type": "tool", "name": "get_population"}},
            "gemini": {
                "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["get_population"]}}
            },
            "bedrock": {},
        }
        if client == "ollama" or is_own(client, target):
            pytest.skip("has none, or passes as it is")
        surface = SURFACES[client]
        model = f"{target}/mock"
        body = {**surface.body(model, "hi", False, True), **choices[client]}
        if client == "bedrock":
            body["toolConfig"]["toolChoice"] = {"tool": {"name": "get_population"}}
        response = raw.post(surface.path(model, False), json=body)
        assert response.status_code == 200, response.text
        body = response.json()
        said = json.dumps(body["output"] if client == "openai-responses" else body)
        assert '"get_population"' in said and '"get_weather"' not in said
        VALIDATORS[target](recorded()[-1])

    @pytest.mark.parametrize("target", TARGETS)
    def test_one_call_at_a_time(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        body = {
            "model": f"{target}/mock",
            "messages": [{"role": "user", "content": "weather and alarm"}],
            "tools": [OTHER, FUNCTION],
            "parallel_tool_calls": False,
        }
        response = raw.post("/v1/chat/completions", json=body)
        calls = response.json()["choices"][0]["message"]["tool_calls"]
        if target in ("gemini", "ollama", "cohere"):
            assert "dropped parallel_tool_calls" in response.headers["x-sluice-warnings"]
        else:
            assert len(calls) == 1
        VALIDATORS[target](recorded()[-1])

    @pytest.mark.parametrize("target", TARGETS)
    def test_results_with_errors_and_pictures(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        picture = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
        body = {
            "model": f"{target}/mock",
            "max_tokens": 100,
            "tools": [{"name": "look", "input_schema": PLACE_SCHEMA}],
            "messages": [
                {"role": "user", "content": "go"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "text", "text": "I will."},
                        *({"type": "tool_use", "id": f"id_{n}", "name": "look", "input": {"n": n}} for n in range(3)),
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "id_0", "is_error": True, "content": "BROKEN"},
                        {
                            "type": "tool_result",
                            "tool_use_id": "id_1",
                            "content": [{"type": "text", "text": "SEEN"}, picture],
                        },
                        {"type": "tool_result", "tool_use_id": "id_2"},
                        {"type": "text", "text": "AND NOW"},
                    ],
                },
            ],
        }
        response = raw.post("/v1/messages", json=body)
        assert response.status_code == 200, response.text
        (sent,) = recorded()
        VALIDATORS[target](sent)
        text = json.dumps(sent)
        assert text.count(PNG) == 1
        assert text.index("I will.") < text.index("BROKEN") < text.index("SEEN") < text.index("AND NOW")
        marks = {"anthropic": '"is_error": true', "bedrock": '"status": "error"', "gemini": '{"error": "BROKEN"}'}
        assert marks.get(target, "Error: BROKEN") in text

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_arguments_digit_for_digit(self, client: str, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        digits = ["9007199254740993", "1e21", "-0.0", "1.0", "0.1", "123456789012345678901234567890"]
        properties = ",".join(f'"n{index}":{{"const":{number}}}' for index, number in enumerate(digits))
        schema = '{"type":"object","properties":{' + properties + '},"required":["n0"],"additionalProperties":false}'
        surface = SURFACES[client]
        model = f"{target}/mock-tool-calls-1"
        shape = json.dumps(surface.body(model, "hi", False, True))
        if client == "openai-responses":
            shape = shape.replace('"strict": true', '"strict": false')
        body = shape.replace(json.dumps(PLACE_SCHEMA), schema)
        headers = {"content-type": "application/json"}
        response = raw.post(surface.path(model, False), content=body, headers=headers)
        assert response.status_code == 200, response.text
        flat = response.text.replace("\\", "").replace(" ", "")
        for index, number in enumerate(digits):
            assert f'"n{index}":{number}' in flat, response.text
        streamed = raw.post(
            surface.path(model, True),
            content=(
                body.replace('"stream": false', '"stream": true')
                if client == "ollama"
                else body[:-1] + (', "stream": true}' if client not in ("gemini", "bedrock") else "}")
            ),
            headers=headers,
        )
        (call,) = surface.read(surface.events(streamed.content)).calls
        if client in ("openai-chat", "openai-responses", "anthropic", "bedrock"):
            for index, number in enumerate(digits):
                assert f'"n{index}":{number}' in call[2].replace(" ", "")
        VALIDATORS[target](recorded()[-1])

    @pytest.mark.parametrize("target", TARGETS[1:])
    def test_arguments_of_the_history(self, target: str, raw: httpx.Client, mock_model: MockModel) -> None:
        LOOK.delete(mock_model.url + "/_mock/requests")
        arguments = '{"a":9007199254740993,"b":1e21,"c":1.0,"d":"\\ud83d\\ude00\\u2028"}'
        body = {
            "model": f"{target}/mock",
            "messages": [
                {"role": "user", "content": "hi"},
                {
                    "role": "assistant",
                    "tool_calls": [
                        {"id": "x", "type": "function", "function": {"name": "get_weather", "arguments": arguments}}
                    ],
                },
                {"role": "tool", "tool_call_id": "x", "content": "ok"},
            ],
            "tools": [FUNCTION],
        }
        assert raw.post("/v1/chat/completions", json=body).status_code == 200
        sent = (
            LOOK.get(mock_model.url + "/_mock/requests")
            .json()["requests"][-1]["body"]
            .replace("\\", "")
            .replace(" ", "")
        )
        for number in ('"a":9007199254740993', '"b":1e21', '"c":1.0'):
            assert number in sent

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_a_history_with_calls_but_no_tools(
        self, client: str, target: str, open_driver: Any, recorded: Recorded
    ) -> None:
        driver = open_driver(client)
        reply = driver.say(f"{target}/mock-tool-calls-1", "weather", tools=True)
        driver.results(reply, ["sunny"])
        try:
            answer = driver.ask(f"{target}/mock", stream=False, tools=False)
        except Exception as error:  # noqa: BLE001
            pytest.fail(str(error))
        assert answer.text
        VALIDATORS[target](recorded()[-1])


class TestText:
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_every_plane_and_escape(self, client: str, target: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        model = f"{target}/mock-echo"
        assert answer_of(client, surface.ask(raw, model, UNICODE)) == UNICODE
        answer = surface.stream(raw, model, UNICODE)
        assert answer.text.encode("utf-16", "surrogatepass").decode("utf-16") == UNICODE

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_text_written_in_escapes(self, client: str, target: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        model = f"{target}/mock-echo"
        body = json.dumps(surface.body(model, "TEXT", False, False)).replace(
            "TEXT", "\\u0041\\/\\ud83d\\ude00\\u00e9\\u2028 a"
        )
        response = raw.post(surface.path(model, False), content=body, headers={"content-type": "application/json"})
        assert answer_of(client, response) == "A/😀é\u2028 a"

    @pytest.mark.parametrize("target", TARGETS[1:])
    def test_a_lone_half_of_a_pair_is_no_crash(self, target: str, raw: httpx.Client) -> None:
        body = json.dumps({"model": f"{target}/mock", "messages": [{"role": "user", "content": "TEXT"}]})
        for text in ("a \\ud83d b", "a \\ude00 b", "\\ud83d"):
            response = raw.post(
                "/v1/chat/completions",
                content=body.replace("TEXT", text),
                headers={"content-type": "application/json"},
            )
            assert response.status_code in (200, 400), response.text

    @pytest.mark.parametrize("target", TARGETS[1:])
    def test_empty_texts(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        body = {
            "model": f"{target}/mock",
            "messages": [
                {"role": "system", "content": ""},
                {"role": "user", "content": "one"},
                {"role": "assistant", "content": ""},
                {"role": "user", "content": [{"type": "text", "text": ""}, {"type": "text", "text": "two"}]},
            ],
        }
        response = raw.post("/v1/chat/completions", json=body)
        assert "two" in answer_of("openai-chat", response)
        VALIDATORS[target](recorded()[-1])


class TestFormats:
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_json_schema(self, client: str, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        forms: dict[str, Any] = {
            "openai-chat": {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "a", "schema": PLACE_SCHEMA, "strict": True},
                }
            },
            "openai-responses": {
                "text": {"format": {"type": "json_schema", "name": "a", "schema": PLACE_SCHEMA, "strict": True}}
            },
            "anthropic": {"output_config": {"format": {"type": "json_schema", "schema": PLACE_SCHEMA}}},
            "gemini": {
                "generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": PLACE_SCHEMA}
            },
            "bedrock": {
                "outputConfig": {
                    "textFormat": {
                        "type": "json_schema",
                        "structure": {"jsonSchema": {"schema": json.dumps(PLACE_SCHEMA), "name": "a"}},
                    }
                }
            },
            "ollama": {"format": PLACE_SCHEMA},
        }
        surface = SURFACES[client]
        model = f"{target}/mock"
        body = {**surface.body(model, "hi", False, False), **forms[client]}
        answer = json.loads(answer_of(client, raw.post(surface.path(model, False), json=body)))
        assert set(answer) == {"place"} and isinstance(answer["place"], str)
        VALIDATORS[target](recorded()[-1])

    @pytest.mark.parametrize("target", TARGETS)
    def test_json_object(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        body = {
            "model": f"{target}/mock",
            "messages": [{"role": "user", "content": "answer in json"}],
            "response_format": {"type": "json_object"},
        }
        response = raw.post("/v1/chat/completions", json=body)
        text = answer_of("openai-chat", response)
        if target not in ("anthropic", "bedrock"):
            assert isinstance(json.loads(text), dict)
        else:
            assert "adapted response_format" in response.headers["x-sluice-warnings"]
            assert "JSON" in json.dumps(recorded()[-1]["system"])
        VALIDATORS[target](recorded()[-1])


class TestLimits:
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_no_limit_of_the_client(self, client: str, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        if client == "anthropic":
            pytest.skip("always has one")
        SURFACES[client].ask(raw, f"{target}/mock", "hi")
        (body,) = recorded()
        if target == "anthropic":
            assert body["max_tokens"] >= 4096
        else:
            text = json.dumps(body)
            assert not any(word in text for word in ("max_tokens", "maxTokens", "maxOutputTokens", "num_predict"))

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_stop_sequences(self, client: str, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        forms: dict[str, Any] = {
            "openai-chat": {"stop": ["END", "STOP"]},
            "anthropic": {"stop_sequences": ["END", "STOP"]},
            "gemini": {"generationConfig": {"stopSequences": ["END", "STOP"]}},
            "bedrock": {"inferenceConfig": {"stopSequences": ["END", "STOP"]}},
            "ollama": {"options": {"stop": ["END", "STOP"]}},
        }
        if client not in forms:
            pytest.skip("Responses has none")
        surface = SURFACES[client]
        model = f"{target}/mock"
        response = raw.post(
            surface.path(model, False), json={**surface.body(model, "hi", False, False), **forms[client]}
        )
        assert response.status_code == 200, response.text
        (body,) = recorded()
        if target == "openai-responses":
            assert "dropped stop" in response.headers["x-sluice-warnings"] and "END" not in json.dumps(body)
        else:
            assert '["END", "STOP"]' in json.dumps(body)
        VALIDATORS[target](body)


class TestUsage:
    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_cached_tokens_are_counted_once(self, client: str, target: str, stream: bool, open_driver: Any) -> None:
        if target == "ollama" or client == "ollama":
            pytest.skip("Ollama has no cache")
        driver = open_driver(client)
        question = "words " * 60
        plain = driver.say(f"{target}/mock", question, stream=stream)
        driver.history = []
        cached = driver.say(f"{target}/mock-cached-tokens-40-cache-write-tokens-20", question, stream=stream)
        assert cached.cached_tokens == 40
        assert cached.input_tokens == plain.input_tokens
        assert cached.output_tokens == plain.output_tokens

    def test_each_dialects_own_classes(self, raw: httpx.Client) -> None:
        question = "words " * 60
        for target in ("openai", "openai-responses", "anthropic", "bedrock"):
            model = f"{target}/mock-cached-tokens-40-cache-write-tokens-20"
            total = SURFACES["openai-chat"].ask(raw, f"{target}/mock", question).json()["usage"]["prompt_tokens"]
            chat = SURFACES["openai-chat"].ask(raw, model, question).json()["usage"]
            assert chat["prompt_tokens"] == total
            assert chat["prompt_tokens_details"]["cached_tokens"] == 40
            assert chat["prompt_tokens_details"]["cache_write_tokens"] == 20
            responses = SURFACES["openai-responses"].ask(raw, model, question).json()["usage"]
            assert responses["input_tokens"] == total
            assert responses["input_tokens_details"] == {"cached_tokens": 40, "cache_write_tokens": 20}
            messages = SURFACES["anthropic"].ask(raw, model, question).json()["usage"]
            assert messages["input_tokens"] == total - 60
            assert messages["cache_read_input_tokens"] == 40 and messages["cache_creation_input_tokens"] == 20
            gemini = SURFACES["gemini"].ask(raw, model, question).json()["usageMetadata"]
            assert gemini["promptTokenCount"] == total and gemini["cachedContentTokenCount"] == 40
            converse = SURFACES["bedrock"].ask(raw, model, question).json()["usage"]
            assert converse["inputTokens"] == total - 60
            assert converse["cacheReadInputTokens"] == 40 and converse["cacheWriteInputTokens"] == 20
            assert converse["totalTokens"] == total + converse["outputTokens"]

    def test_an_hours_cache(self, raw: httpx.Client) -> None:
        model = "bedrock/mock-cache-write-tokens-10-cache-write-hour-tokens-20"
        usage = SURFACES["anthropic"].ask(raw, model, "words " * 60).json()["usage"]
        assert usage["cache_creation_input_tokens"] == 30
        assert usage["cache_creation"] == {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20}

    @pytest.mark.parametrize("target", [name for name in TARGETS if name not in ("ollama", "cohere")])
    def test_reasoning_is_part_of_the_output(self, target: str, raw: httpx.Client) -> None:
        model = f"{target}/mock-reasoning-9"
        chat = SURFACES["openai-chat"].ask(raw, model, "hi").json()["usage"]
        assert chat["total_tokens"] == chat["prompt_tokens"] + chat["completion_tokens"]
        gemini = SURFACES["gemini"].ask(raw, model, "hi").json()["usageMetadata"]
        assert gemini["totalTokenCount"] == gemini["promptTokenCount"] + gemini["candidatesTokenCount"] + gemini.get(
            "thoughtsTokenCount", 0
        )
        if target != "bedrock":  # Bedrock does not tell.
            assert chat["completion_tokens_details"]["reasoning_tokens"] == 9
            assert gemini["thoughtsTokenCount"] == 9


class TestCacheMarks:
    def test_anthropics_marks_are_bedrocks_points(self, raw: httpx.Client, recorded: Recorded) -> None:
        mark = {"type": "ephemeral"}
        body = {
            "model": "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0+mock",
            "max_tokens": 64,
            "system": [{"type": "text", "text": "SYS", "cache_control": mark}],
            "tools": [{"name": "look", "input_schema": PLACE_SCHEMA, "cache_control": {**mark, "ttl": "1h"}}],
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": mark}]}],
        }
        response = raw.post("/v1/messages", json=body)
        assert response.status_code == 200, response.text
        (sent,) = recorded()
        VALIDATORS["bedrock"](sent)
        assert [next(iter(block)) for block in sent["system"]] == ["text", "cachePoint"]
        assert [next(iter(block)) for block in sent["messages"][0]["content"]] == ["text", "cachePoint"]
        assert [next(iter(block)) for block in sent["toolConfig"]["tools"]] == ["toolSpec", "cachePoint"]
        assert sent["toolConfig"]["tools"][1]["cachePoint"]["ttl"] == "1h"

    def test_bedrocks_points_are_anthropics_marks(self, raw: httpx.Client, recorded: Recorded) -> None:
        model = "anthropic/claude-sonnet-4-5+mock"
        body = {
            "system": [{"text": "SYS"}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
            "messages": [{"role": "user", "content": [{"text": "hi"}, {"cachePoint": {"type": "default"}}]}],
        }
        response = raw.post(SURFACES["bedrock"].path(model, False), json=body)
        assert response.status_code == 200, response.text
        (sent,) = recorded()
        VALIDATORS["anthropic"](sent)
        assert sent["system"][0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
        assert sent["messages"][0]["content"][0]["cache_control"]["type"] == "ephemeral"

    def test_more_than_four_marks(self, raw: httpx.Client, recorded: Recorded) -> None:
        text = {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}
        body = {"model": "anthropic/mock", "messages": [{"role": "user", "content": [text] * 6}]}
        response = raw.post("/v1/chat/completions", json=body)
        assert response.status_code == 200, response.text
        assert json.dumps(recorded()[-1]).count("cache_control") == 4
        assert "cache_control" in response.headers["x-sluice-warnings"]

    @pytest.mark.parametrize("target", ["openai", "openai-responses", "gemini", "ollama", "cohere"])
    def test_elsewhere_they_are_left_out(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        mark = {"type": "ephemeral"}
        body = {
            "model": f"{target}/mock",
            "max_tokens": 64,
            "system": [{"type": "text", "text": "SYS", "cache_control": mark}],
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": mark}]}],
        }
        response = raw.post("/v1/messages", json=body)
        assert response.status_code == 200, response.text
        (sent,) = recorded()
        VALIDATORS[target](sent)
        assert "cache_control" not in json.dumps(sent)


class TestRefusals:
    @pytest.mark.parametrize("target", ["openai", "openai-responses", "anthropic", "gemini", "bedrock"])
    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize("kind", ["refuse", "block-prompt"])
    def test_in_each_dialects_words(self, client: str, target: str, kind: str, raw: httpx.Client) -> None:
        surface = SURFACES[client]
        model = f"{target}/mock-{kind}"
        response = surface.ask(raw, model, "hi")
        assert response.status_code == 200, response.text
        body = response.json()
        answer = surface.stream(raw, model, "hi")
        if client == "openai-chat":
            assert body["choices"][0]["finish_reason"] == answer.finish == "content_filter" or target == "openai"
        elif client == "openai-responses":
            assert target == client or body["incomplete_details"] == {"reason": "content_filter"}
            assert target == client or answer.finish == "incomplete"
        elif client == "anthropic":
            assert body["stop_reason"] == answer.finish == "refusal"
        elif client == "gemini":
            blocked = body.get("promptFeedback", {}).get("blockReason")
            reason = blocked or body["candidates"][0]["finishReason"]
            assert reason not in ("STOP", "MAX_TOKENS")
        elif client == "bedrock":
            assert body["stopReason"] == answer.finish
            assert body["stopReason"] in ("content_filtered", "guardrail_intervened", "refusal")


def unknown(client: str) -> str:
    """A field that no API has. Google's are told in camel case, whichever way they are written."""
    return "xOfTomorrow" if client == "gemini" else "x_of_tomorrow"


class TestWarnings:
    BODY = {
        "messages": [{"role": "user", "content": "hi"}],
        "seed": 7,
        "logit_bias": {"1": 2},
        "x_of_tomorrow": {"deep": [1]},
    }

    @pytest.mark.parametrize("target", TARGETS[1:])
    def test_unknown_fields_are_named(self, target: str, raw: httpx.Client, recorded: Recorded) -> None:
        response = raw.post("/v1/chat/completions", json={**self.BODY, "model": f"{target}/mock"})
        assert response.status_code == 200, response.text
        assert "dropped x_of_tomorrow" in response.headers["x-sluice-warnings"]
        assert "x_of_tomorrow" not in json.dumps(recorded()[-1])

    @pytest.mark.parametrize("client", [name for name in CLIENTS if name != "openai-chat"])
    def test_of_every_client(self, client: str, raw: httpx.Client, recorded: Recorded) -> None:
        surface = SURFACES[client]
        for target in TARGETS:
            if is_own(client, target):
                continue
            model = f"{target}/mock"
            for stream in (False, True):
                body = {**surface.body(model, "hi", stream, False), unknown(client): 1}
                response = raw.post(surface.path(model, stream), json=body)
                assert response.status_code == 200, response.text
                assert f"dropped {unknown(client)}" in response.headers["x-sluice-warnings"], target
                assert unknown(client) not in json.dumps(recorded()[-1])

    @pytest.fixture(scope="class")
    def strict(self, mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Any:
        gateway = Gateway(
            tmp_path_factory.mktemp("strict"),
            {
                "providers": {target: provider(mock_model, target) for target in TARGETS},
                "models": {
                    f"strict-{target}": {
                        "targets": [{"provider": target, "model": "mock"}],
                        "conversion": "strict",
                    }
                    for target in TARGETS
                },
            },
        )
        with gateway.client() as client:
            yield client
        gateway.stop()

    @pytest.mark.parametrize("target", TARGETS)
    def test_strict_refuses(self, target: str, strict: httpx.Client) -> None:
        for client, surface in SURFACES.items():
            if is_own(client, target):
                continue
            model = f"strict-{target}"
            fine = surface.ask(strict, model, "hi")
            assert fine.status_code == 200, (client, fine.text)
            body = {**surface.body(model, "hi", False, False), unknown(client): 1}
            refused = strict.post(surface.path(model, False), json=body)
            assert refused.status_code == 400, (client, refused.text)
            assert unknown(client) in refused.text

    @pytest.mark.parametrize("target", TARGETS[1:])
    @pytest.mark.parametrize(
        "client,more,field",
        [
            ("openai-chat", {"n": 2}, "n"),
            ("openai-chat", {"modalities": ["text", "audio"], "audio": {"voice": "a", "format": "wav"}}, None),
            ("openai-responses", {"previous_response_id": "resp_1"}, "previous_response_id"),
            ("openai-responses", {"conversation": "conv_1"}, "conversation"),
            ("openai-responses", {"background": True}, "background"),
            ("openai-responses", {"tools": [{"type": "file_search", "vector_store_ids": ["v"]}]}, "tools"),
            ("openai-responses", {"tools": [{"type": "web_search"}]}, "tools"),
            ("anthropic", {"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools"),
            (
                "anthropic",
                {
                    "messages": [
                        {
                            "role": "user",
                            "content": [{"type": "document", "source": {"type": "file", "file_id": "file_1"}}],
                        }
                    ]
                },
                "messages",
            ),
            ("gemini", {"tools": [{"googleSearch": {}}]}, "tools"),
            ("gemini", {"generationConfig": {"candidateCount": 2}}, None),
        ],
    )
    def test_what_changes_the_meaning_is_refused(
        self, client: str, more: dict[str, Any], field: Any, target: str, raw: httpx.Client
    ) -> None:
        if is_own(client, target) or (target == "gemini" and field == "n"):
            pytest.skip("the vendor's own")
        surface = SURFACES[client]
        model = f"{target}/mock"
        body = surface.body(model, "hi", False, False)
        if client == "openai-responses":
            del body["store"]
        response = raw.post(surface.path(model, False), json={**body, **more})
        assert response.status_code == 400, response.text
        if client.startswith("openai") and field:
            error = response.json()["error"]
            assert error["param"].startswith(field) and error["code"] == "unsupported_parameter", error


class TestThoughts:
    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize("target", ["anthropic", "bedrock"])
    @pytest.mark.parametrize("client", [name for name in CLIENTS if name != "ollama"])
    def test_redacted_thinking_comes_back(
        self, client: str, target: str, stream: bool, open_driver: Any, recorded: Recorded
    ) -> None:
        # The mock model checks the bytes.
        driver = open_driver(client)
        model = f"{target}/mock-redacted-thinking-2-tool-calls-1"
        reply = driver.say(model, "weather", stream=stream, tools=True, thinks=True)
        assert len(reply.calls) == 1
        answer = driver.answer_calls(model, reply, ["sunny"], stream=stream, thinks=True)
        assert "sunny" in answer.text
        sent = json.dumps(recorded()[-1])
        assert sent.count('"redacted_thinking"' if target == "anthropic" else '"redactedContent"') == 2
        assert "slt1_" not in sent and "slc1_" not in sent

    @pytest.mark.parametrize("target", ["openai-responses", "anthropic", "gemini", "bedrock"])
    @pytest.mark.parametrize("client", [name for name in CLIENTS if name != "ollama"])
    def test_over_several_turns(self, client: str, target: str, open_driver: Any, recorded: Recorded) -> None:
        driver = open_driver(client)
        model = f"{target}/mock-reasoning-5"
        for question in ("the weather?", "the population?", "the weather again?"):
            reply = driver.say(model, question, stream=True, tools=True, thinks=True)
            assert len(reply.calls) == 1 and reply.thinking
            answer = driver.answer_calls(model, reply, ["sunny"], stream=True, thinks=True)
            assert "sunny" in answer.text
        if not is_own(client, target):
            for body in recorded():
                VALIDATORS[target](body)
                assert "slt1_" not in json.dumps(body) and "slc1_" not in json.dumps(body)

    def test_an_altered_token_is_left_out(self, raw: httpx.Client, recorded: Recorded) -> None:
        # Gemini's thoughts travel with the call: below.
        for target in ("openai-responses", "bedrock"):
            model = f"{target}/mock-reasoning-5-tool-calls-1"
            surface = SURFACES["anthropic"]
            body = surface.body(model, "weather", False, True)
            body["thinking"] = {"type": "enabled", "budget_tokens": 1024}
            first = raw.post("/v1/messages", json=body).json()
            signatures = [block["signature"] for block in first["content"] if block["type"] == "thinking"]
            assert signatures and any(each.startswith("slt1_") for each in signatures), first
            call = next(block for block in first["content"] if block["type"] == "tool_use")
            result = {"type": "tool_result", "tool_use_id": call["id"], "content": "sunny"}
            token = next(each for each in signatures if each.startswith("slt1_"))
            middle = len(token) // 2
            other = "A" if token[middle] != "A" else "B"
            for altered in (
                token[:middle] + other + token[middle + 1 :],
                token[:-4],
                "slt1_",
                "slt1_!!!!",
                token + "AAAA",
            ):
                content = [
                    {**block, "signature": altered} if block["type"] == "thinking" else block
                    for block in first["content"]
                ]
                turn = [{"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
                response = raw.post("/v1/messages", json={**body, "messages": body["messages"] + turn})
                assert response.status_code == 200, (target, altered[:20], response.text)
                assert "dropped thinking" in response.headers["x-sluice-warnings"], (target, altered[:20])
                assert altered not in json.dumps(recorded()[-1])

    def test_an_altered_id_is_no_crash(self, raw: httpx.Client) -> None:
        for target in ("anthropic", "gemini", "bedrock", "openai-responses"):
            model = f"{target}/mock-reasoning-5-tool-calls-1"
            body = SURFACES["openai-chat"].body(model, "weather", False, True)
            body["reasoning_effort"] = "medium"
            message = raw.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
            id = message["tool_calls"][0]["id"]
            assert id.startswith("slc1_"), id
            for altered in (id[:-6] + "AAAAAA", id[: len(id) // 2], "slc1_", "slc1_é"):
                message["tool_calls"][0]["id"] = altered
                message.pop("reasoning_details", None)
                turn = [message, {"role": "tool", "tool_call_id": altered, "content": "sunny"}]
                response = raw.post("/v1/chat/completions", json={**body, "messages": body["messages"] + turn})
                assert response.status_code in (200, 400), response.text
                assert response.status_code == 200 or target != "openai-responses"

    def test_another_models_thoughts_stay_behind(self, raw: httpx.Client, recorded: Recorded) -> None:
        surface = SURFACES["anthropic"]
        body = surface.body("bedrock/mock-reasoning-5-tool-calls-1", "weather", False, True)
        body["thinking"] = {"type": "enabled", "budget_tokens": 1024}
        first = raw.post("/v1/messages", json=body).json()
        call = next(block for block in first["content"] if block["type"] == "tool_use")
        turn = [
            {"role": "assistant", "content": first["content"]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call["id"], "content": "sunny"}]},
        ]
        for target in ("openai", "openai-responses", "gemini", "ollama", "cohere"):
            again = {**body, "model": f"{target}/mock", "messages": body["messages"] + turn}
            response = raw.post("/v1/messages", json=again)
            assert response.status_code == 200, (target, response.text)
            sent = json.dumps(recorded()[-1])
            assert "slt1_" not in sent and "Let me" not in sent, target

    @pytest.mark.parametrize("client", ["openai-chat", "openai-responses", "anthropic", "gemini", "bedrock"])
    @pytest.mark.parametrize("model", ["anthropic/claude-sonnet-4-5+mock", "bedrock/anthropic.claude-sonnet-4-5+mock"])
    def test_a_call_of_another_model_goes_on(self, client: str, model: str, open_driver: Any) -> None:
        # With thinking enabled, these models want the last turn that called to begin with a thought of theirs. There is
        # none when another model made the call: the turn has to go on without thinking.
        if is_own(client, model.split("/")[0]):
            pytest.skip("own bytes")
        driver = open_driver(client)
        reply = driver.say("openai/mock-tool-calls-1", "the weather?", tools=True, thinks=True)
        answer = driver.answer_calls(model, reply, ["sunny"], thinks=True)
        assert "sunny" in answer.text

    @pytest.mark.parametrize("client", ["openai-chat", "openai-responses", "gemini", "bedrock"])
    @pytest.mark.parametrize("effort", ["low", "high"])
    def test_levels_become_budgets_and_back(
        self, client: str, effort: str, raw: httpx.Client, recorded: Recorded
    ) -> None:
        forms: dict[str, Any] = {
            "openai-chat": {"reasoning_effort": effort},
            "openai-responses": {"reasoning": {"effort": effort}},
            "gemini": {"generationConfig": {"thinkingConfig": {"thinkingLevel": effort}}},
            "bedrock": {"outputConfig": {"effort": effort}},
        }
        surface = SURFACES[client]
        for model, target in (
            ("anthropic/claude-sonnet-4-5+mock", "anthropic"),
            ("anthropic/claude-opus-5+mock", "anthropic"),
            ("gemini/gemini-2.5-pro+mock", "gemini"),
            ("gemini/gemini-3-pro+mock", "gemini"),
            ("openai/gpt-5.2+mock", "openai"),
        ):
            if is_own(client, target):
                continue
            body = {**surface.body(model, "hi", False, False), **forms[client]}
            response = raw.post(surface.path(model, False), json=body)
            assert response.status_code == 200, (model, response.text)
            sent = recorded()[-1]
            VALIDATORS[target](sent)
            text = json.dumps(sent)
            if "4-5" in model:
                assert sent["thinking"]["type"] == "enabled" and sent["thinking"]["budget_tokens"] < sent["max_tokens"]
            elif "opus-5" in model:
                assert sent["output_config"]["effort"] == effort and "budget_tokens" not in text
            elif "2.5" in model:
                assert "thinkingBudget" in text and "thinkingLevel" not in text
            elif "gemini-3" in model:
                assert "thinkingLevel" in text and "thinkingBudget" not in text
            else:
                assert sent["reasoning_effort"] == effort


class TestTheRulesOfModels:
    """The mock model refuses what the vendor's model of that name would refuse."""

    MODELS = [
        "anthropic/claude-haiku-4-5",
        "anthropic/claude-opus-4-6",
        "anthropic/claude-opus-4-7",
        "anthropic/claude-opus-5",
        "anthropic/claude-opus-5-5",
        "anthropic/claude-sonnet-5-5",
        "bedrock/anthropic.claude-opus-5-5-v1:0",
        "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "openai/gpt-5.2",
        "openai/o3",
        "openai-responses/gpt-5.2",
        "gemini/gemini-2.5-pro",
        "gemini/gemini-3-pro",
    ]

    @pytest.mark.parametrize("model", MODELS)
    @pytest.mark.parametrize("client", CLIENTS)
    def test_sampling(self, client: str, model: str, raw: httpx.Client, recorded: Recorded) -> None:
        target = model.split("/")[0]
        if is_own(client, target):
            pytest.skip("own bytes")
        forms: dict[str, Any] = {
            "openai-chat": {"temperature": 0.5, "top_p": 0.9, "stop": ["END"], "max_tokens": 2000},
            "openai-responses": {"temperature": 0.5, "top_p": 0.9, "max_output_tokens": 2000},
            "anthropic": {"temperature": 0.5, "top_p": 0.9, "top_k": 5, "stop_sequences": ["END"]},
            "gemini": {"generationConfig": {"temperature": 0.5, "topP": 0.9, "topK": 5, "maxOutputTokens": 2000}},
            "bedrock": {"inferenceConfig": {"temperature": 0.5, "topP": 0.9, "maxTokens": 2000}},
            "ollama": {"options": {"temperature": 0.5, "top_p": 0.9, "top_k": 5, "num_predict": 2000}},
        }
        surface = SURFACES[client]
        body = {**surface.body(model + "+mock", "hi", False, False), **forms[client]}
        response = raw.post(surface.path(model + "+mock", False), json=body)
        assert response.status_code == 200, response.text
        sent = recorded()[-1]
        if "temperature" not in json.dumps(sent):
            assert "dropped temperature" in response.headers["x-sluice-warnings"]

    @pytest.mark.parametrize("model", MODELS)
    def test_forced_tools(self, model: str, raw: httpx.Client, recorded: Recorded) -> None:
        client = "anthropic" if model.startswith("openai/") else "openai-chat"
        body = SURFACES[client].body(model + "+mock", "hi", False, True)
        body["tool_choice"] = "required" if client == "openai-chat" else {"type": "any"}
        response = raw.post(SURFACES[client].path(model, False), json=body)
        assert response.status_code == 200, response.text
        if "-5-5" in model:
            assert "adapted tool_choice" in response.headers["x-sluice-warnings"]
        else:
            assert "get_" in response.text.split('"usage"')[0]

    @pytest.mark.parametrize("client", ["openai-chat", "gemini", "ollama"])
    def test_prefill(self, client: str, raw: httpx.Client) -> None:
        forms: dict[str, Any] = {
            "openai-chat": {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "He"}]},
            "gemini": {
                "contents": [
                    {"role": "user", "parts": [{"text": "hi"}]},
                    {"role": "model", "parts": [{"text": "He"}]},
                ]
            },
            "ollama": {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "He"}]},
        }
        for model, status in (("claude-haiku-4-5", 200), ("claude-opus-4-6", 400), ("claude-opus-5-5", 400)):
            model = f"anthropic/{model}+mock"
            body = {**SURFACES[client].body(model, "hi", False, False), **forms[client]}
            response = raw.post(SURFACES[client].path(model, False), json=body)
            assert response.status_code == status, (model, response.text)
            assert "mock model" not in response.text or status == 200, "the gateway says it itself"

    @pytest.mark.parametrize("effort", ["none", "minimal", "low", "medium", "high", "xhigh", "max"])
    @pytest.mark.parametrize("model", MODELS)
    def test_every_level_of_effort(self, model: str, effort: str, raw: httpx.Client, recorded: Recorded) -> None:
        if model.startswith("openai/"):
            body: dict[str, Any] = {
                "input": "hi",
                "model": model + "+mock",
                "reasoning": {"effort": effort},
                "store": False,
            }
            response = raw.post("/v1/responses", json=body)
        else:
            body = {**SURFACES["openai-chat"].body(model + "+mock", "hi", False, True), "reasoning_effort": effort}
            response = raw.post("/v1/chat/completions", json=body)
        assert response.status_code == 200, response.text
        VALIDATORS[model.split("/")[0]](recorded()[-1])

    @pytest.mark.parametrize("model", MODELS)
    def test_a_conversation_with_calls(self, model: str, open_driver: Any, recorded: Recorded) -> None:
        target = model.split("/")[0]
        for client in ("openai-chat", "anthropic", "gemini"):
            if is_own(client, target):
                continue
            driver = open_driver(client)
            name = model + "+mock"
            for question in ("the weather?", "the population?"):
                reply = driver.say(name, question, stream=True, tools=True, thinks=True)
                assert len(reply.calls) == 1
                assert "sunny" in driver.answer_calls(name, reply, ["sunny"], stream=True, thinks=True).text
        for body in recorded():
            VALIDATORS[target](body)


class TestCounting:
    @pytest.mark.parametrize("target", TARGETS)
    def test_with_everything(self, target: str, raw: httpx.Client) -> None:
        body = SURFACES["anthropic"].body(f"{target}/mock", "hi", False, True)
        del body["max_tokens"]
        body["system"] = "You are short."
        body["messages"].append({"role": "assistant", "content": "hello"})
        body["messages"].append({"role": "user", "content": "more"})
        response = raw.post("/v1/messages/count_tokens", json=body)
        assert response.status_code == 200, response.text
        assert response.json()["input_tokens"] > 20
        contents = SURFACES["gemini"].body("", "hello there", False, False)
        counted = raw.post(f"/v1beta/models/{target}/mock:countTokens", json=contents)
        assert counted.status_code == 200 and counted.json()["totalTokens"] > 0, counted.text
        wrapped = {"generateContentRequest": {"model": f"models/{target}/mock", **contents}}
        counted = raw.post(f"/v1beta/models/{target}/mock:countTokens", json=wrapped)
        assert counted.status_code == 200 and counted.json()["totalTokens"] > 0, counted.text
        counted = raw.post("/v1/responses/input_tokens", json={"model": f"{target}/mock", "input": "hello there"})
        assert counted.status_code == 200, counted.text
        assert counted.json()["object"] == "response.input_tokens" and counted.json()["input_tokens"] > 0


class TestLegacy:
    @pytest.mark.parametrize("target", TARGETS[1:])
    def test_completions(self, target: str, raw: httpx.Client) -> None:
        body = {"model": f"{target}/mock", "prompt": "Once upon", "max_tokens": 50}
        answer = raw.post("/v1/completions", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["object"] == "text_completion" and "Once upon" in answer.json()["choices"][0]["text"]
        streamed = raw.post("/v1/completions", json={**body, "stream": True})
        assert streamed.text.rstrip().endswith("data: [DONE]")
        for field in ({"suffix": "x"}, {"echo": True}, {"best_of": 3}):
            assert raw.post("/v1/completions", json={**body, **field}).status_code == 400

    @pytest.mark.parametrize("target", TARGETS[1:])
    def test_functions_before_there_were_tools(self, target: str, raw: httpx.Client) -> None:
        body = {
            "model": f"{target}/mock",
            "messages": [{"role": "user", "content": "the weather"}],
            "functions": [{"name": "get_weather", "parameters": PLACE_SCHEMA}],
        }
        message = raw.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
        assert message["function_call"]["name"] == "get_weather"
        body["messages"] += [message, {"role": "function", "name": "get_weather", "content": "sunny"}]
        answer = raw.post("/v1/chat/completions", json=body)
        assert "sunny" in answer_of("openai-chat", answer)
