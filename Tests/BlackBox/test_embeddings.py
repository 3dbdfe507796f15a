"""Embeddings beyond one call: inputs that a provider takes in several requests, and the vendors' own forms of them.

The mock model keeps each vendor's limit of inputs a call, and refuses more.
"""

from __future__ import annotations

import json
import pathlib
import threading
from typing import Any, Iterator

import pytest
from harness.conversion import LOOK
from harness.gateway import Gateway, MockModel
from harness.raw import RawConnection
from harness.upstream import Exchange, FakeUpstream, json_bytes, response_bytes
from harness.waiting import eventually

#: Provider, model, the most inputs of a call.
TARGETS = {
    "titan": ("bedrock", "amazon.titan-embed-text-v2:0", 1),
    "cohere-on-bedrock": ("bedrock", "cohere.embed-english-v3", 96),
    "cohere": ("cohere", "embed-v4.0", 96),
    "gemini": ("gemini", "gemini-embedding-001", 100),
    "vertex-gemini": ("vertex", "gemini-embedding-001", 100),
    "vertex-predict": ("vertex", "text-embedding-005", 250),
    "vertex-open": ("vertex", "multilingual-e5-large-instruct-maas", 1),
    "tei": ("tei", "any", 32),
}


def requests_of(mock: MockModel) -> list[dict[str, Any]]:
    return LOOK.get(mock.url + "/_mock/requests").json()["requests"]


@pytest.fixture(scope="module")
def gateway(mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    tokens = FakeUpstream()
    tokens.reply = lambda exchange: exchange.send(
        json_bytes({"access_token": "ya29.token-of-the-test", "expires_in": 3599, "token_type": "Bearer"})
    )
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder = tmp_path_factory.mktemp("embeddings")
    account = folder / "account.json"
    account.write_text(
        json.dumps(
            {
                "type": "service_account",
                "project_id": "my-project",
                "private_key_id": "key-1",
                "private_key": key.decode(),
                "client_email": "robot@my-project.iam.gserviceaccount.com",
                "client_id": "1",
                "token_uri": tokens.url + "/token",
            }
        )
    )
    gateway = Gateway(
        folder,
        {
            "providers": {
                "bedrock": {
                    "kind": "bedrock",
                    "base_url": mock_model.url,
                    "region": "eu-central-1",
                    "access_key_id": "AKIDMOCK",
                    "secret_access_key": "mock-secret",
                },
                "cohere": {"kind": "cohere", "base_url": mock_model.url, "api_key": "vendor-key-0123456789"},
                "gemini": {"kind": "gemini", "base_url": mock_model.url, "api_key": "vendor-key-0123456789"},
                "vertex": {"kind": "vertex", "base_url": mock_model.url, "service_account": str(account)},
                "tei": {"kind": "tei", "base_url": mock_model.url},
                "larger": {
                    "kind": "tei",
                    "base_url": mock_model.url,
                    "capabilities": {"maximum_embedding_inputs": 5},
                },
            }
        },
    )
    yield gateway
    gateway.stop()
    tokens.stop()


def vectors_of(client: str, gateway: Gateway, model: str, texts: list[str]) -> list[list[float]]:
    """One vector for each text, by the client's own API."""
    with gateway.client() as http:
        if client == "openai":
            body: dict[str, Any] = {"model": model, "input": texts, "encoding_format": "float"}
            response = http.post("/v1/embeddings", json=body)
            assert response.status_code == 200, response.text
            data = response.json()["data"]
            assert [each["index"] for each in data] == list(range(len(texts)))
            return [each["embedding"] for each in data]
        response = http.post("/api/embed", json={"model": model, "input": texts})
        assert response.status_code == 200, response.text
        return response.json()["embeddings"]


class TestSeveralCalls:
    @pytest.mark.parametrize("target", TARGETS)
    @pytest.mark.parametrize("client", ["openai", "ollama"])
    def test_inputs_beyond_the_limit_are_split_and_joined(
        self, client: str, target: str, gateway: Gateway, mock_model: MockModel
    ) -> None:
        provider, model, limit = TARGETS[target]
        if client == "openai" and provider == "tei":
            pytest.skip("A server of TEI's has OpenAI's surface itself: nothing is converted.")
        count = 2 * limit + 1
        texts = [f"text {index}" for index in range(count)]
        LOOK.delete(mock_model.url + "/_mock/requests")
        vectors = vectors_of(client, gateway, f"{provider}/{model}", texts)
        assert len(vectors) == count
        assert len(requests_of(mock_model)) == 3
        # The mock's vectors depend on the text alone, so that order can be seen.
        assert vectors[count - 1] == vectors_of(client, gateway, f"{provider}/{model}", texts[-1:])[0]
        assert vectors[limit] == vectors_of(client, gateway, f"{provider}/{model}", texts[limit : limit + 1])[0]
        assert len({tuple(each) for each in vectors}) == count

    def test_tokens_are_summed_and_the_attempt_is_one(self, gateway: Gateway) -> None:
        with gateway.client() as http:
            body = {"model": "bedrock/amazon.titan-embed-text-v2:0", "input": ["a" * 8, "b" * 12, "c" * 16]}
            response = http.post("/v1/embeddings", json=body)
        assert response.status_code == 200, response.text
        assert response.json()["usage"] == {"prompt_tokens": 9, "total_tokens": 9}
        line = gateway.log_line(response.headers["x-request-id"])
        assert line["status"] == 200 and line["attempts"] == 1, line

    def test_a_limit_of_the_configuration_counts(self, gateway: Gateway, mock_model: MockModel) -> None:
        LOOK.delete(mock_model.url + "/_mock/requests")
        assert len(vectors_of("ollama", gateway, "larger/any", [f"t{index}" for index in range(11)])) == 11
        assert [len(json.loads(each["body"])["inputs"]) for each in requests_of(mock_model)] == [5, 5, 1]

    def test_what_would_take_too_many_calls_is_refused(self, gateway: Gateway, mock_model: MockModel) -> None:
        LOOK.delete(mock_model.url + "/_mock/requests")
        with gateway.client() as http:
            body = {"model": "bedrock/amazon.titan-embed-text-v2:0", "input": ["t"] * 2049}
            response = http.post("/v1/embeddings", json=body)
        assert response.status_code == 400 and response.json()["error"]["param"] == "input", response.text
        assert requests_of(mock_model) == []

    def test_an_input_that_cannot_be_said_is_found_before_anything_is_asked(
        self, gateway: Gateway, mock_model: MockModel
    ) -> None:
        LOOK.delete(mock_model.url + "/_mock/requests")
        with gateway.client() as http:
            body = {"model": "cohere/embed-v4.0", "input": ["t"] * 96 + [[1, 2, 3]]}
            response = http.post("/v1/embeddings", json=body)
        assert response.status_code == 400, response.text
        assert requests_of(mock_model) == []


class TestCallsThatFail:
    """A provider of Cohere's dialect that answers by the number of the call."""

    @pytest.fixture
    def upstream(self) -> Iterator[FakeUpstream]:
        server = FakeUpstream()
        yield server
        server.stop()

    @staticmethod
    def answer(exchange: Exchange) -> bytes:
        texts = json.loads(exchange.request.body)["texts"]
        return json_bytes({"id": "e", "embeddings": {"float": [[float(text)] for text in texts]}})

    @staticmethod
    def start(start_gateway: Any, *upstreams: FakeUpstream) -> Gateway:
        providers = {
            f"cohere-{index}": {
                "kind": "cohere",
                "base_url": each.url,
                "api_key": "vendor-key-0123456789",
                "capabilities": {"maximum_embedding_inputs": 2},
            }
            for index, each in enumerate(upstreams)
        }
        targets = [{"provider": name, "model": "e"} for name in providers]
        return start_gateway({"providers": providers, "models": {"embed": {"targets": targets}}})

    @staticmethod
    def body(count: int) -> dict[str, Any]:
        return {"model": "embed", "input": [str(index) for index in range(count)], "encoding_format": "float"}

    def test_one_that_is_refused_fails_the_whole(self, start_gateway: Any, upstream: FakeUpstream) -> None:
        def reply(exchange: Exchange) -> None:
            if len(upstream.requests) == 2:
                exchange.send(json_bytes({"message": "texts are not valid"}, status=400))
            else:
                exchange.send(self.answer(exchange))

        upstream.reply = reply
        gateway = self.start(start_gateway, upstream)
        with gateway.client() as http:
            response = http.post("/v1/embeddings", json=self.body(6))
        assert response.status_code == 400 and "texts are not valid" in response.text
        assert len(upstream.requests) == 2, "nothing is asked after a call that failed"

    @pytest.mark.parametrize("fault", ["status", "broken", "nonsense"])
    def test_one_that_breaks_leaves_all_to_the_next_target(
        self, fault: str, start_gateway: Any, upstream: FakeUpstream
    ) -> None:
        def reply(exchange: Exchange) -> None:
            if len(upstream.requests) < 2:
                exchange.send(self.answer(exchange))
            elif fault == "status":
                exchange.send(json_bytes({"message": "overloaded"}, status=503))
            elif fault == "broken":
                exchange.send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{")
                exchange.close()
            else:
                exchange.send(response_bytes(200, [("content-type", "application/json")], b"not JSON"))

        upstream.reply = reply
        other = FakeUpstream()
        other.reply = lambda exchange: exchange.send(self.answer(exchange))
        try:
            gateway = self.start(start_gateway, upstream, other)
            with gateway.client() as http:
                response = http.post("/v1/embeddings", json=self.body(5))
            assert response.status_code == 200, response.text
            assert [each["embedding"] for each in response.json()["data"]] == [[0], [1], [2], [3], [4]]
            assert len(upstream.requests) == 2 and len(other.requests) == 3
            line = gateway.log_line(response.headers["x-request-id"])
            assert line["attempts"] == 2, line
        finally:
            other.stop()

    def test_a_client_that_leaves_ends_the_calls(self, start_gateway: Any, upstream: FakeUpstream) -> None:
        left = threading.Event()

        def reply(exchange: Exchange) -> None:
            if len(upstream.requests) == 2:
                if exchange.wait_until_peer_leaves():
                    left.set()
                exchange.close()
            else:
                exchange.send(self.answer(exchange))

        upstream.reply = reply
        gateway = self.start(start_gateway, upstream)
        body = json.dumps(self.body(9)).encode()
        connection = RawConnection(gateway.port)
        connection.send(
            b"POST /v1/embeddings HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\nauthorization: Bearer "
            + gateway.key.encode()
            + b"\r\ncontent-length: %d\r\n\r\n" % len(body)
            + body
        )
        eventually(lambda: len(upstream.requests) == 2, "the second call is made")
        connection.close()
        assert left.wait(20), "the call that was running is ended"
        record = gateway.process.wait_for_record(
            lambda each: each.get("surface") == "embeddings",
            "the log line of the exchange",
        )
        assert record["status"] == 499, record
        assert len(upstream.requests) == 2


class TestVertex:
    def test_the_methods_and_bodies_of_the_models(self, gateway: Gateway, mock_model: MockModel) -> None:
        LOOK.delete(mock_model.url + "/_mock/requests")
        for target in ("vertex-gemini", "vertex-predict", "vertex-open"):
            assert len(vectors_of("openai", gateway, f"vertex/{TARGETS[target][1]}", ["one"])) == 1
        paths = [each["path"] for each in requests_of(mock_model)]
        folder = "/v1/projects/my-project/locations/global/publishers/google/models/"
        assert paths == [
            folder + "gemini-embedding-001:batchEmbedContents",
            folder + "text-embedding-005:predict",
            folder + "multilingual-e5-large-instruct-maas:embedContent",
        ]

    def test_googles_clients_of_the_other_api(self, gateway: Gateway) -> None:
        from google import genai

        sdk = genai.Client(api_key=gateway.key, http_options={"base_url": gateway.url})
        for target in ("vertex-gemini", "vertex-predict", "vertex-open"):
            answer = sdk.models.embed_content(
                model=f"vertex/{TARGETS[target][1]}",
                contents=["one", "two"],
                config={"task_type": "RETRIEVAL_QUERY", "output_dimensionality": 8},
            )
            assert answer.embeddings and len(answer.embeddings) == 2
            assert all(len(each.values or []) == 8 for each in answer.embeddings)

    def test_an_error_of_vertex_is_in_the_clients_shape(self, gateway: Gateway) -> None:
        with gateway.client() as http:
            response = http.post("/v1/embeddings", json={"model": "vertex/text-embedding-005", "input": ""})
        assert response.status_code == 400, response.text
        error = response.json()["error"]
        assert set(error) == {"message", "type", "param", "code"} and "empty" in error["message"]
