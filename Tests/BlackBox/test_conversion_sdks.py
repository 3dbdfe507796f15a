"""Every vendor's official SDK against every other vendor's API, through the gateway: whole, streamed, with tools, thinking.

Behind the gateway stands the mock model, which speaks every dialect and refuses what the vendor would refuse.
"""

from __future__ import annotations

import json
import pathlib
from typing import Any, Callable, Iterator

import httpx
import pytest
from harness.certificates import Authority
from harness.clients import DRIVERS, Driver
from harness.gateway import Gateway, MockModel
from harness.vendor_types import VALIDATORS

TARGETS = ["openai", "openai-responses", "anthropic", "gemini", "bedrock", "ollama", "cohere"]
#: The targets whose vendor's models think and want their thoughts back.
SEALED = ["openai-responses", "anthropic", "gemini", "bedrock"]
QUESTION = "Tell me about sluices 😀 é 日本"


def provider(mock: MockModel, dialect: str) -> dict[str, Any]:
    return {"kind": "mock", "base_url": mock.url, "dialect": dialect}


@pytest.fixture(scope="module")
def conversion_gateway(mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    gateway = Gateway(
        tmp_path_factory.mktemp("conversion"),
        {"providers": {target: provider(mock_model, target) for target in TARGETS}},
    )
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def secure_gateway(
    mock_model: MockModel, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    """The same with TLS, for SDKs that send their key to nothing less."""
    chain, key = authority.issue("conversion")
    gateway = Gateway(
        tmp_path_factory.mktemp("secure-conversion"),
        {
            "server": {"tls": {"certificate": str(chain), "private_key": str(key)}},
            "providers": {target: provider(mock_model, target) for target in TARGETS},
        },
        scheme="https",
    )
    yield gateway
    gateway.stop()


@pytest.fixture
def recorded(mock_model: MockModel) -> Callable[[], list[dict[str, Any]]]:
    """The bodies that the mock model has been sent since the test began."""
    httpx.delete(mock_model.url + "/_mock/requests")

    def read() -> list[dict[str, Any]]:
        received = httpx.get(mock_model.url + "/_mock/requests").json()
        return [json.loads(each["body"]) for each in received["requests"] if each.get("body")]

    return read


@pytest.fixture
def open_driver(
    conversion_gateway: Gateway, secure_gateway: Gateway, authority: Authority
) -> Iterator[Callable[[str], Driver]]:
    opened: list[Driver] = []

    def open_one(name: str) -> Driver:
        kind = DRIVERS[name]
        if kind.needs_tls:
            opened.append(kind(secure_gateway.url, secure_gateway.key, str(authority.path)))
        else:
            opened.append(kind(conversion_gateway.url, conversion_gateway.key))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


#: The client whose own dialect a target speaks: its bytes pass as the SDK made them.
OWN = {"openai": "openai-chat"}


def is_own(client: str, target: str) -> bool:
    return OWN.get(target, target) == client


def validate(target: str, bodies: list[dict[str, Any]]) -> None:
    assert bodies, "nothing reached the provider"
    for body in bodies:
        VALIDATORS[target](body)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("client", DRIVERS)
class TestEveryPair:
    def test_text(self, client: str, target: str, stream: bool, open_driver: Any, recorded: Any) -> None:
        driver = open_driver(client)
        reply = driver.say(f"{target}/mock", QUESTION, stream=stream)
        assert QUESTION in reply.text
        assert reply.finish == driver.finishes["stop"]
        assert reply.input_tokens and reply.output_tokens
        if stream:
            assert reply.pieces > 3
        if not is_own(client, target):
            validate(target, recorded())

    def test_length(self, client: str, target: str, stream: bool, open_driver: Any) -> None:
        driver = open_driver(client)
        reply = driver.say(f"{target}/mock-tokens-400", QUESTION, stream=stream, max_tokens=64)
        assert reply.finish == driver.finishes["length"]
        assert reply.output_tokens == 64

    def test_tools(self, client: str, target: str, stream: bool, open_driver: Any, recorded: Any) -> None:
        driver = open_driver(client)
        model = f"{target}/mock-tool-calls-2"
        reply = driver.say(model, "The weather and the population of Rome?", stream=stream, tools=True)
        assert [call.name for call in reply.calls] == ["get_weather", "get_population"]
        assert all(isinstance(call.arguments["place"], str) for call in reply.calls)
        assert reply.finish == driver.finishes["tools"]
        if client != "ollama" and not (client == target == "gemini"):
            assert len({call.id for call in reply.calls}) == 2
        answer = driver.answer_calls(model, reply, ["sunny", "3 million"], stream=stream)
        assert "3 million" in answer.text or "sunny" in answer.text
        assert answer.finish == driver.finishes["stop"]
        if not is_own(client, target):
            validate(target, recorded())


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("target", SEALED)
@pytest.mark.parametrize("client", [name for name in DRIVERS if name != "ollama"])
def test_thoughts_come_back_byte_for_byte(
    client: str, target: str, stream: bool, open_driver: Any, recorded: Any
) -> None:
    # The mock model checks its own seal over what it thought, and refuses a turn whose thoughts were altered.
    driver = open_driver(client)
    model = f"{target}/mock-reasoning-5-tool-calls-1"
    reply = driver.say(model, "What is the weather in Rome?", stream=stream, tools=True, thinks=True)
    assert reply.thinking
    assert len(reply.calls) == 1
    answer = driver.answer_calls(model, reply, ["sunny"], stream=stream, thinks=True)
    assert "sunny" in answer.text
    bodies = recorded()
    if not is_own(client, target):
        validate(target, bodies)
    assert carried(target, bodies[-1]), bodies[-1]


def carried(target: str, body: dict[str, Any]) -> bool:
    """Whether the thoughts of the first turn are in the second request."""
    text = json.dumps(body)
    marks = {
        "openai-responses": '"encrypted_content": "',
        "anthropic": '"signature": "',
        "gemini": '"thoughtSignature": "',
        "bedrock": '"signature": "',
    }
    return marks[target] in text and "slt1_" not in text and "slc1_" not in text


class TestErrors:
    @pytest.mark.parametrize("target", TARGETS)
    @pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
    def test_in_the_words_of_each_sdk(
        self, target: str, status: int, conversion_gateway: Gateway, open_driver: Any
    ) -> None:
        import anthropic
        import botocore.exceptions
        import openai
        from google.genai import errors

        expected = {
            "openai-chat": (openai.APIStatusError, lambda error: error.status_code),
            "openai-responses": (openai.APIStatusError, lambda error: error.status_code),
            "anthropic": (anthropic.APIStatusError, lambda error: error.status_code),
            "gemini": (errors.APIError, lambda error: error.code),
            "bedrock": (
                botocore.exceptions.ClientError,
                lambda error: error.response["ResponseMetadata"]["HTTPStatusCode"],
            ),
            "ollama": (__import__("ollama").ResponseError, lambda error: error.status_code),
        }
        for client, (kind, read) in expected.items():
            for stream in (False, True):
                driver = open_driver(client)
                with pytest.raises(kind) as caught:
                    driver.say(f"{target}/mock-{status}", "hello", stream=stream)
                wanted = {503: {503, 529}}.get(status, {status})
                assert read(caught.value) in wanted, (client, stream, caught.value)
                assert conversion_gateway.key not in str(caught.value)

    @pytest.mark.parametrize("target", TARGETS)
    @pytest.mark.parametrize("client", DRIVERS)
    def test_a_cut_stream_is_never_a_finished_one(self, client: str, target: str, open_driver: Any) -> None:
        driver = open_driver(client)
        with pytest.raises(Exception) as caught:
            driver.say(f"{target}/mock-tokens-50-cut-after-12", "hello", stream=True)
        assert not isinstance(caught.value, AssertionError) or "response.failed" in str(caught.value)


class TestCounting:
    @pytest.mark.parametrize("target", TARGETS)
    def test_anthropic_counts(self, target: str, conversion_gateway: Gateway) -> None:
        import anthropic

        with anthropic.Anthropic(base_url=conversion_gateway.url, api_key=conversion_gateway.key) as sdk:
            count = sdk.messages.with_raw_response.count_tokens(
                model=f"{target}/mock", messages=[{"role": "user", "content": QUESTION}]
            )
        assert count.parse().input_tokens > 3
        is_estimated = count.headers.get("x-sluice-token-count") == "estimated"
        assert is_estimated == (target in ("openai", "ollama", "cohere"))

    @pytest.mark.parametrize("target", TARGETS)
    def test_gemini_counts(self, target: str, conversion_gateway: Gateway) -> None:
        from google import genai

        sdk = genai.Client(api_key=conversion_gateway.key, http_options={"base_url": conversion_gateway.url})
        count = sdk.models.count_tokens(model=f"{target}/mock", contents=QUESTION)
        assert count.total_tokens and count.total_tokens > 3


class TestEmbeddings:
    TARGETS = ["openai", "gemini", "ollama", "cohere"]

    @pytest.mark.parametrize("target", TARGETS)
    def test_openai(self, target: str, conversion_gateway: Gateway) -> None:
        import openai

        with openai.OpenAI(base_url=conversion_gateway.url + "/v1", api_key=conversion_gateway.key) as sdk:
            # The SDK asks for base64 unless it is told otherwise.
            packed = sdk.embeddings.create(model=f"{target}/mock", input=["one", "two"])
            plain = sdk.embeddings.create(model=f"{target}/mock", input=["one", "two"], encoding_format="float")
        assert len(packed.data) == len(plain.data) == 2
        for a, b in zip(packed.data, plain.data):
            assert a.embedding == pytest.approx(b.embedding, rel=1e-5)
        assert len(packed.data[0].embedding) > 8

    @pytest.mark.parametrize("target", TARGETS)
    def test_gemini(self, target: str, conversion_gateway: Gateway) -> None:
        from google import genai

        sdk = genai.Client(api_key=conversion_gateway.key, http_options={"base_url": conversion_gateway.url})
        answer = sdk.models.embed_content(model=f"{target}/mock", contents=["one", "two"])
        assert answer.embeddings and len(answer.embeddings) == 2
        assert len(answer.embeddings[0].values or []) > 8

    @pytest.mark.parametrize("target", TARGETS)
    def test_ollama(self, target: str, conversion_gateway: Gateway) -> None:
        import ollama

        sdk = ollama.Client(
            host=conversion_gateway.url, headers={"authorization": f"Bearer {conversion_gateway.key}"}
        )
        answer = sdk.embed(model=f"{target}/mock", input=["one", "two"])
        assert len(answer.embeddings) == 2 and len(answer.embeddings[0]) > 8


class TestRerank:
    @pytest.mark.parametrize("target", ["openai", "cohere"])
    def test_cohere(self, target: str, conversion_gateway: Gateway) -> None:
        import cohere

        sdk = cohere.ClientV2(api_key=conversion_gateway.key, base_url=conversion_gateway.url)
        answer = sdk.rerank(
            model=f"{target}/mock", query="red fox", documents=["a blue whale", "a red fox", "a fox"], top_n=2
        )
        assert [result.index for result in answer.results] == [1, 2]
        assert answer.results[0].relevance_score >= answer.results[1].relevance_score


class TestOllamaTools:
    def test_the_list_of_models_and_the_version(self, conversion_gateway: Gateway) -> None:
        import ollama

        sdk = ollama.Client(
            host=conversion_gateway.url, headers={"authorization": f"Bearer {conversion_gateway.key}"}
        )
        assert sdk.list().models is not None

    def test_generate(self, conversion_gateway: Gateway) -> None:
        import ollama

        sdk = ollama.Client(
            host=conversion_gateway.url, headers={"authorization": f"Bearer {conversion_gateway.key}"}
        )
        answer = sdk.generate(model="anthropic/mock", prompt=QUESTION)
        assert QUESTION in answer.response and answer.done
        pieces = list(sdk.generate(model="gemini/mock", prompt=QUESTION, stream=True))
        assert QUESTION in "".join(piece.response for piece in pieces)


def test_strict_conversion_names_the_field(start_gateway: Any, mock_model: MockModel, tmp_path: pathlib.Path) -> None:
    gateway = start_gateway(
        {
            "providers": {"anthropic": provider(mock_model, "anthropic")},
            "models": {
                "loose": {"targets": [{"provider": "anthropic", "model": "mock"}]},
                "strict": {"targets": [{"provider": "anthropic", "model": "mock"}], "conversion": "strict"},
            },
        }
    )
    body = {"messages": [{"role": "user", "content": "hi"}], "seed": 7, "logit_bias": {"1": 2}, "temperature": 1.7}
    with gateway.client() as client:
        loose = client.post("/v1/chat/completions", json={**body, "model": "loose"})
        strict = client.post("/v1/chat/completions", json={**body, "model": "strict"})
        fine = client.post("/v1/chat/completions", json={"model": "strict", "messages": body["messages"]})
    assert loose.status_code == 200, loose.text
    warnings = loose.headers["x-sluice-warnings"]
    assert "dropped seed" in warnings and "dropped logit_bias" in warnings and "adapted temperature" in warnings
    line = gateway.log_line(loose.headers["x-request-id"])
    assert "dropped seed" in line["conversion_loss"]
    assert strict.status_code == 400
    error = strict.json()["error"]
    assert error["code"] == "unsupported_parameter" and error["param"] in ("seed", "logit_bias", "temperature")
    assert fine.status_code == 200 and "x-sluice-warnings" not in fine.headers
