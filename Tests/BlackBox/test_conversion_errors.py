"""Errors through every pair of dialects: a provider's and the gateway's own, in the client's shape and words."""

from __future__ import annotations

import json
from typing import Any, Callable, Iterator

import httpx
import pytest
from harness.clients import DRIVERS
from harness.conversion import (  # noqa: F401
    conversion_gateway,
    module_drivers,
    open_driver,
    provider,
    raw,
    secure_gateway,
)
from harness.gateway import Gateway, MockModel
from harness.surfaces import CLIENTS, SURFACES, TARGETS, is_own
from harness.upstream import FakeUpstream, response_bytes

PAIRS = [(client, target) for client in CLIENTS for target in TARGETS]
CONVERTED = [(client, target) for client, target in PAIRS if not is_own(client, target)]


def message_of(client: str, response: httpx.Response) -> str:
    """The message of an error in the client's shape, whose shape is checked."""
    assert response.headers["content-type"].split(";")[0] == "application/json", response.headers
    assert response.headers["x-request-id"]
    body = response.json()
    if client.startswith("openai"):
        assert set(body) == {"error"} and {"message", "type", "param", "code"} <= set(body["error"])
        message = body["error"]["message"]
    elif client == "anthropic":
        assert body["type"] == "error" and body["error"]["type"].endswith(("_error", "request_too_large"))
        message = body["error"]["message"]
    elif client == "gemini":
        assert set(body) == {"error"} and body["error"]["code"] == response.status_code
        assert body["error"]["status"] == body["error"]["status"].upper()
        message = body["error"]["message"]
    elif client == "bedrock":
        assert response.headers["x-amzn-errortype"].split(":")[0].endswith(("Exception", "Error"))
        message = body["message"]
    else:
        assert set(body) == {"error"}
        message = body["error"]
    assert isinstance(message, str) and message
    return message


def knows_it_is_too_long(client: str, response: httpx.Response) -> bool:
    """Whether clients of this dialect see that the prompt was too long: by code, or by the vendor's own words."""
    message = message_of(client, response).lower()
    if client.startswith("openai"):
        return response.json()["error"]["code"] == "context_length_exceeded"
    words = {
        "anthropic": "prompt is too long",
        "gemini": "input token count",
        "bedrock": "too long",
        "ollama": "context length",
    }
    return words[client] in message


@pytest.fixture(scope="module")
def scripted(session_upstream: FakeUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Every dialect's provider is the scripted upstream."""
    gateway = Gateway(
        tmp_path_factory.mktemp("scripted-errors"),
        {
            "providers": {
                target: {"kind": "mock", "base_url": session_upstream.url, "dialect": target} for target in TARGETS
            }
        },
    )
    with gateway.client() as client:
        yield client
    gateway.stop()


def refusing(status: int, body: Any, headers: list[tuple[str, str]] = []) -> Callable[[Any], None]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = [] if any(name == "Content-Type" for name, _ in headers) else [("Content-Type", "application/json")]
    return lambda exchange: exchange.send(response_bytes(status, [*kind, *headers], data))


class TestMeaning:
    #: A status of a provider, and what clients of another dialect may see of it.
    STATUSES = {
        400: {400},
        401: {502},
        403: {502},
        404: {404},
        409: {400, 409},
        413: {400, 413},
        422: {400, 422},
        429: {429},
        500: {500},
        502: {500, 502},
        503: {503, 529},
        504: {408, 500, 504},
        529: {503, 529},
    }

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_every_status(self, client: str, target: str, raw: httpx.Client, conversion_gateway: Gateway) -> None:
        for status, allowed in self.STATUSES.items():
            for stream in (False, True):
                response = SURFACES[client].ask(raw, f"{target}/mock-{status}", "hi", stream=stream)
                assert response.status_code in allowed, (status, response.text)
                message_of(client, response)
                if status in (503, 529):
                    assert response.status_code == (529 if client == "anthropic" else 503)
                if status in (401, 403):
                    assert conversion_gateway.key not in response.text
                    if client.startswith("openai"):
                        assert response.json()["error"]["code"] == "upstream_credentials"

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize("target", TARGETS)
    def test_retry_after(self, client: str, target: str, raw: httpx.Client) -> None:
        for status in (429, 503):
            response = SURFACES[client].ask(raw, f"{target}/mock-{status}-retry-after-7", "hi")
            assert response.headers["retry-after"] == "7"
            if client == "gemini" and target != "gemini":
                details = response.json()["error"]["details"]
                assert any(each.get("retryDelay") == "7s" for each in details), details
        response = SURFACES[client].ask(raw, f"{target}/mock-429-retry-after-250ms", "hi")
        assert response.headers["retry-after-ms"] == "250"

    def test_googles_own_retry_info(self, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.07s"}
        upstream.reply = refusing(
            429, {"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED", "details": [info]}}
        )
        for client in ("openai-chat", "anthropic", "bedrock"):
            response = SURFACES[client].ask(scripted, "gemini/any", "hi")
            assert response.status_code == 429 and response.headers["retry-after"] in ("34", "35")

    TOO_LONG = {
        "openai": (
            400,
            {
                "error": {
                    "message": "This model's maximum context length is 128000 tokens. However, your messages resulted in 200000 tokens.",
                    "type": "invalid_request_error",
                    "param": "messages",
                    "code": "context_length_exceeded",
                }
            },
            [],
        ),
        "openai-responses": (
            400,
            {
                "error": {
                    "message": "Your input exceeds the context window of this model.",
                    "type": "invalid_request_error",
                    "param": "input",
                    "code": "context_length_exceeded",
                }
            },
            [],
        ),
        "anthropic": (
            400,
            {
                "type": "error",
                "error": {
                    "type": "invalid_request_error",
                    "message": "prompt is too long: 210000 tokens > 200000 maximum",
                },
            },
            [],
        ),
        "gemini": (
            400,
            {
                "error": {
                    "code": 400,
                    "message": "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
                    "status": "INVALID_ARGUMENT",
                }
            },
            [],
        ),
        "bedrock": (
            400,
            {"message": "The model returned the following errors: Input is too long for requested model."},
            [("x-amzn-ErrorType", "ValidationException:http://internal.amazon.com/")],
        ),
        "ollama": (400, {"error": "the input length exceeds the context length"}, []),
        "cohere": (
            400,
            {
                "id": "x",
                "message": "too many tokens: the total number of tokens in the prompt cannot exceed 128000 - received 200000.",
            },
            [],
        ),
    }

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_a_prompt_that_is_too_long(
        self, client: str, target: str, scripted: httpx.Client, upstream: FakeUpstream
    ) -> None:
        status, body, headers = self.TOO_LONG[target]
        upstream.reply = refusing(status, body, headers)
        response = SURFACES[client].ask(scripted, f"{target}/any", "hi")
        assert response.status_code == 400
        assert knows_it_is_too_long(client, response), response.text

    def test_the_words_of_compatible_servers(self, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        words = [
            # vLLM, llama.cpp, SGLang.
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages.",
            "the request exceeds the available context size. try increasing the context size or enable context shift",
            "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
        ]
        for each in words:
            upstream.reply = refusing(400, {"object": "error", "message": each, "type": "BadRequestError", "code": 400})
            nested = SURFACES["anthropic"].ask(scripted, "openai/any", "hi")
            upstream.reply = refusing(400, {"error": {"message": each, "type": "BadRequestError", "code": 400}})
            plain = SURFACES["anthropic"].ask(scripted, "openai/any", "hi")
            for response in (nested, plain):
                assert knows_it_is_too_long("anthropic", response), response.text

    def test_out_of_credit(self, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        quota = {
            "message": "You exceeded your current quota",
            "type": "insufficient_quota",
            "param": None,
            "code": "insufficient_quota",
        }
        upstream.reply = refusing(429, {"error": quota})
        response = SURFACES["anthropic"].ask(scripted, "openai/any", "hi")
        assert response.status_code == 402 and response.json()["error"]["type"] == "billing_error"
        upstream.reply = refusing(
            402, {"type": "error", "error": {"type": "billing_error", "message": "Your credit balance is too low"}}
        )
        response = SURFACES["openai-chat"].ask(scripted, "anthropic/any", "hi")
        assert response.status_code == 429 and response.json()["error"]["code"] == "insufficient_quota"


class TestBodies:
    @pytest.mark.parametrize("kind", ["html", "text", "empty", "truncated"])
    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_no_body_is_too_broken(self, client: str, target: str, kind: str, raw: httpx.Client) -> None:
        for status in (400, 429, 500, 503):
            response = SURFACES[client].ask(
                raw, f"{target}/mock-{status}-error-body-{kind}", "hi", stream=status == 429
            )
            allowed = TestMeaning.STATUSES[status]
            assert response.status_code in allowed, (status, response.text)
            assert "<html" not in message_of(client, response).lower()

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_a_200_that_is_none(self, client: str, target: str, scripted: httpx.Client, upstream: FakeUpstream) -> None:
        for body in (b"", b"{", b"[]", b"null", b"{}", b"<html>hello</html>", b'"text"', b"\xff\xfe"):
            upstream.reply = refusing(200, body)
            response = SURFACES[client].ask(scripted, f"{target}/any", "hi")
            assert response.status_code in (500, 502), (body, response.status_code, response.text)
            message_of(client, response)

    @pytest.mark.parametrize("client,target", CONVERTED)
    def test_a_cut_body(self, client: str, target: str, raw: httpx.Client) -> None:
        response = SURFACES[client].ask(raw, f"{target}/mock-cut-after-40", "hi")
        assert response.status_code in (500, 502), response.text
        message_of(client, response)

    @pytest.mark.parametrize("target", TARGETS)
    def test_the_key_of_the_provider_stays_secret(
        self, target: str, session_upstream: FakeUpstream, upstream: FakeUpstream, start_gateway: Any
    ) -> None:
        secret = "sk-very-secret-5f3a9c1e7b"
        kinds = {"openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "cohere": "cohere"}
        if target not in kinds:
            pytest.skip("no key of its own")
        gateway = start_gateway(
            {"providers": {"vendor": {"kind": kinds[target], "base_url": session_upstream.url, "api_key": secret}}}
        )
        words = f"Incorrect API key provided: {secret}."
        bodies = {
            "openai": {"error": {"message": words, "type": "invalid_request_error", "param": None, "code": "bad"}},
            "anthropic": {"type": "error", "error": {"type": "invalid_request_error", "message": words}},
            "gemini": {"error": {"code": 400, "message": words, "status": "INVALID_ARGUMENT"}},
            "cohere": {"message": words},
        }
        with gateway.client() as http:
            for status in (400, 401, 429, 500):
                upstream.reply = refusing(status, bodies[target])
                for client, surface in SURFACES.items():
                    for stream in (False, True):
                        response = surface.ask(http, "vendor/any", "hi", stream=stream)
                        assert response.status_code >= 400
                        assert secret not in response.text and secret not in str(response.headers), (client, status)


class TestSDKs:
    @pytest.mark.parametrize(
        "client,behaviour,names",
        [
            ("openai-chat", "429", {"RateLimitError"}),
            ("openai-responses", "429", {"RateLimitError"}),
            ("anthropic", "429", {"RateLimitError"}),
            ("bedrock", "429", {"ThrottlingException"}),
            ("openai-chat", "404", {"NotFoundError"}),
            ("anthropic", "404", {"NotFoundError"}),
            ("bedrock", "404", {"ResourceNotFoundException"}),
            ("openai-chat", "400", {"BadRequestError"}),
            ("openai-responses", "400", {"BadRequestError"}),
            ("anthropic", "400", {"BadRequestError"}),
            ("bedrock", "400", {"ValidationException"}),
            ("openai-chat", "503", {"InternalServerError"}),
            ("anthropic", "503", {"OverloadedError", "ServiceUnavailableError"}),
            ("bedrock", "503", {"ServiceUnavailableException"}),
            ("bedrock", "500", {"InternalServerException"}),
            ("anthropic", "504", {"GatewayTimeoutError"}),
            ("anthropic", "413", {"ContentTooLargeError", "BadRequestError"}),
            ("gemini", "429", {"ClientError"}),
            ("gemini", "503", {"ServerError"}),
            ("ollama", "429", {"ResponseError"}),
            ("ollama", "500", {"ResponseError"}),
        ],
    )
    def test_the_exception_by_type(self, client: str, behaviour: str, names: set[str], open_driver: Any) -> None:
        for target in TARGETS:
            if is_own(client, target):
                continue
            for stream in (False, True):
                with pytest.raises(Exception) as caught:
                    open_driver(client).say(f"{target}/mock-{behaviour}", "hi", stream=stream)
                assert type(caught.value).__name__ in names, (target, stream, repr(caught.value))

    def test_the_gateways_own(self, open_driver: Any) -> None:
        names = {
            "openai-chat": "NotFoundError",
            "openai-responses": "NotFoundError",
            "anthropic": "NotFoundError",
            "gemini": "ClientError",
            "bedrock": "ResourceNotFoundException",
            "ollama": "ResponseError",
        }
        for client in DRIVERS:
            with pytest.raises(Exception) as caught:
                open_driver(client).say("nobody-has-this", "hi")
            assert type(caught.value).__name__ == names[client], repr(caught.value)


class TestTheGatewaysOwn:
    @pytest.mark.parametrize("client", CLIENTS)
    def test_unknown_models(self, client: str, raw: httpx.Client) -> None:
        for stream in (False, True):
            response = SURFACES[client].ask(raw, "nobody-has-this", "hi", stream=stream)
            assert response.status_code == 404
            assert "nobody-has-this" in message_of(client, response)

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize(
        "body", [b"{", b"", b"[]", b"null", b'"a"', b'{"model":', b"\xff", b'{"a":1}}', b"[" * 100_000]
    )
    def test_bodies_that_are_no_request(self, client: str, body: bytes, raw: httpx.Client) -> None:
        for target in ("anthropic", "gemini", "openai"):
            response = raw.post(
                SURFACES[client].path(f"{target}/mock", False),
                content=body,
                headers={"content-type": "application/json"},
            )
            assert response.status_code == 400, response.text
            message_of(client, response)

    @pytest.mark.parametrize("client", CLIENTS)
    def test_no_key(self, client: str, conversion_gateway: Gateway) -> None:
        surface = SURFACES[client]
        for headers in ({}, {"authorization": "Bearer wrong"}, {"x-api-key": "wrong"}, {"x-goog-api-key": "wrong"}):
            with conversion_gateway.client(headers=headers) as stranger:
                response = surface.ask(stranger, "openai/mock", "hi")
            assert response.status_code in ((401, 403) if client == "bedrock" else (401,)), response.text
            message_of(client, response)

    @pytest.mark.parametrize("client", CLIENTS)
    def test_a_wrong_method(self, client: str, raw: httpx.Client) -> None:
        for method in ("GET", "PUT", "DELETE"):
            response = raw.request(method, SURFACES[client].path("openai/mock", False))
            assert response.status_code == 405 and "POST" in response.headers["allow"]
            message_of(client, response)

    @pytest.mark.parametrize("client", CLIENTS)
    def test_fields_of_the_wrong_kind(self, client: str, raw: httpx.Client) -> None:
        wrong: dict[str, list[dict[str, Any]]] = {
            "openai-chat": [
                {"messages": 1},
                {"messages": []},
                {"messages": [1]},
                {"messages": [{"role": "x", "content": "a"}]},
                {"tools": {}},
                {"temperature": "hot"},
                {"stop": 1},
                {"max_tokens": -1},
                {"max_tokens": 1e400},
                {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
                {"tool_choice": "maybe"},
            ],
            "openai-responses": [
                {"input": 1},
                {"input": [1]},
                {"input": [{"type": "nonsense"}]},
                {"tools": 1},
                {"reasoning": "much"},
            ],
            "anthropic": [
                {"messages": 1},
                {"messages": []},
                {"messages": [{"role": "x", "content": "a"}]},
                {"system": 1},
                {"max_tokens": "a"},
                {"messages": [{"role": "user", "content": [{"type": "nonsense"}]}]},
                {"tools": 1},
            ],
            "gemini": [{"contents": 1}, {"contents": []}, {"contents": [{"parts": 1}]}, {"generationConfig": 1}],
            "bedrock": [
                {"messages": 1},
                {"messages": [{"role": "x", "content": []}]},
                {"messages": [{"role": "user", "content": [{}]}]},
                {"inferenceConfig": 1},
                {"toolConfig": 1},
            ],
            "ollama": [
                {"messages": 1},
                {"messages": [1]},
                {"messages": [{"role": "user", "content": 1}]},
                {"options": 1},
                {"tools": 1},
            ],
        }
        surface = SURFACES[client]
        accepted = []
        for target in ("anthropic", "gemini", "openai-responses", "bedrock"):
            if is_own(client, target):
                continue
            model = f"{target}/mock"
            for more in wrong[client]:
                text = json.dumps({**surface.body(model, "hi", False, False), **more}).replace("Infinity", "1e400")
                response = raw.post(
                    surface.path(model, False), content=text, headers={"content-type": "application/json"}
                )
                if response.status_code == 200:
                    accepted.append((target, more))
                    continue
                assert response.status_code == 400, (target, more, response.status_code, response.text)
                message_of(client, response)
        assert not accepted

    def test_geminis_tools_of_the_wrong_kind(self, raw: httpx.Client) -> None:
        body = {**SURFACES["gemini"].body("", "hi", False, False), "tools": 1}
        assert raw.post(SURFACES["gemini"].path("anthropic/mock", False), json=body).status_code == 400


class TestKeysAndLists:
    def test_every_place_for_a_key(self, conversion_gateway: Gateway) -> None:
        key = conversion_gateway.key
        with conversion_gateway.client(headers={}) as http:
            for client, surface in SURFACES.items():
                body = surface.body("openai/mock", "hi", False, False)
                path = surface.path("openai/mock", False)
                for headers in (
                    {"authorization": f"Bearer {key}"},
                    {"x-api-key": key},
                    {"api-key": key},
                    {"x-goog-api-key": key},
                ):
                    assert http.post(path, json=body, headers=headers).status_code == 200, (client, list(headers))
            path = SURFACES["gemini"].path("openai/mock", True)
            body = SURFACES["gemini"].body("", "hi", True, False)
            response = http.post(f"{path}&key={key}", json=body)
            assert response.status_code == 200 and "This " in response.text
            assert http.post(f"{path}&key=wrong", json=body).status_code == 401
            # A key in the address is Google's alone.
            assert http.post(f"/v1/chat/completions?key={key}", json={}).status_code == 401

    def test_the_key_in_the_address_stays_out_of_the_log_and_of_the_provider(
        self, conversion_gateway: Gateway, mock_model: MockModel
    ) -> None:
        httpx.delete(mock_model.url + "/_mock/requests")
        path = SURFACES["gemini"].path("gemini/mock", False)
        with conversion_gateway.client(headers={}) as http:
            response = http.post(
                f"{path}?key={conversion_gateway.key}", json=SURFACES["gemini"].body("", "hi", False, False)
            )
        assert response.status_code == 200
        conversion_gateway.log_line(response.headers["x-request-id"])
        assert conversion_gateway.key not in conversion_gateway.process.output
        seen = httpx.get(mock_model.url + "/_mock/requests").text
        assert conversion_gateway.key not in seen and conversion_gateway.key[-4:] not in seen

    @pytest.fixture(scope="class")
    def listing(self, mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
        gateway = Gateway(
            tmp_path_factory.mktemp("listing"),
            {
                "providers": {"anthropic": provider(mock_model, "anthropic")},
                "models": {"fast": {"targets": [{"provider": "anthropic", "model": "mock"}]}, "slow": "anthropic"},
            },
        )
        yield gateway
        gateway.stop()

    def test_models_in_three_shapes(self, listing: Gateway) -> None:
        key = listing.key
        with listing.client(headers={}) as http:
            openai = http.get("/v1/models", headers={"authorization": f"Bearer {key}"}).json()
            assert openai["object"] == "list" and {"fast", "slow"} <= {each["id"] for each in openai["data"]}
            assert all(each["object"] == "model" for each in openai["data"])
            anthropic = http.get("/v1/models", headers={"x-api-key": key, "anthropic-version": "2023-06-01"}).json()
            assert {"data", "has_more", "first_id", "last_id"} <= set(anthropic)
            assert all(each["type"] == "model" and each["display_name"] for each in anthropic["data"])
            for path, headers in (
                ("/v1beta/models", {"x-goog-api-key": key}),
                ("/v1/models", {"x-goog-api-key": key}),
                (f"/v1beta/models?key={key}", {}),
                (f"/v1/models?key={key}", {}),
            ):
                google = http.get(path, headers=headers).json()
                assert {"models/fast", "models/slow"} <= {each["name"] for each in google["models"]}, (path, google)
            tags = http.get("/api/tags", headers={"authorization": f"Bearer {key}"}).json()
            assert {"fast", "slow"} <= {each["name"] for each in tags["models"]}
            assert http.get("/api/version", headers={"authorization": f"Bearer {key}"}).json()["version"]

    def test_models_by_the_sdks(self, listing: Gateway) -> None:
        import anthropic
        import ollama
        import openai
        from google import genai

        with openai.OpenAI(base_url=listing.url + "/v1", api_key=listing.key) as sdk:
            assert "fast" in {model.id for model in sdk.models.list()}
            assert sdk.models.retrieve("fast").id == "fast"
            with pytest.raises(openai.NotFoundError):
                sdk.models.retrieve("nobody-has-this")
        with anthropic.Anthropic(base_url=listing.url, api_key=listing.key) as claude:
            assert "fast" in {model.id for model in claude.models.list()}
            assert claude.models.retrieve("fast").type == "model"
            with pytest.raises(anthropic.NotFoundError):
                claude.models.retrieve("nobody-has-this")
        google = genai.Client(api_key=listing.key, http_options={"base_url": listing.url})
        assert "models/fast" in {model.name for model in google.models.list()}
        assert google.models.get(model="fast").name == "models/fast"
        local = ollama.Client(host=listing.url, headers={"authorization": f"Bearer {listing.key}"})
        assert "fast" in {model.model for model in local.list().models}
