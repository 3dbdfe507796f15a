"""The providers' own rows: addresses, keys, signatures and credentials that expire.

Behind them stands the mock model at the vendors' paths, which checks Amazon's signatures; tokens come from servers of
the tests.
"""

from __future__ import annotations

import base64
import datetime
import json
import pathlib
import urllib.parse
from typing import Any, Iterator

import pytest
from harness.conversion import LOOK
from harness.gateway import Gateway, MockModel, binary_path
from harness.process import Process, plain_environment
from harness.surfaces import CLIENTS, SURFACES
from harness.upstream import Exchange, FakeUpstream, closed_port, json_bytes, response_bytes
from harness.waiting import eventually

CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0+mock"
ARN = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0+mock"


def bedrock(url: str, **over: Any) -> dict[str, Any]:
    return {
        "kind": "bedrock",
        "base_url": url,
        "region": "eu-central-1",
        "access_key_id": "AKIDMOCK",
        "secret_access_key": "mock-secret",
        **over,
    }


def requests_of(mock: MockModel) -> list[dict[str, Any]]:
    return LOOK.get(mock.url + "/_mock/requests").json()["requests"]


def header(request: dict[str, Any], name: str) -> Any:
    """The first header field with this name, in lower case."""
    return next((value for key, value in request["headers"] if key.lower() == name), None)


class TestSignatures:
    @pytest.fixture(scope="class")
    def gateway(self, mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
        wrong = {"secret_access_key": "another-secret"}
        gateway = Gateway(
            tmp_path_factory.mktemp("bedrock"),
            {
                "providers": {
                    "bedrock": bedrock(mock_model.url),
                    "session": bedrock(mock_model.url, session_token="IQoJb3JpZ2luX2VjE+/=="),
                    "wrong": bedrock(mock_model.url, **wrong),
                    "behind": bedrock(mock_model.url + "/a%20path/b"),
                    "bearer": {
                        "kind": "bedrock",
                        "base_url": mock_model.url,
                        "region": "us-east-1",
                        "api_key": "bedrock-key-0123456789",
                    },
                    "nobody": bedrock(f"http://127.0.0.1:{closed_port()}"),
                },
                "models": {"arn": {"targets": [{"provider": "bedrock", "model": ARN}]}},
            },
        )
        yield gateway
        gateway.stop()

    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize("client", CLIENTS)
    def test_the_mock_verifies_them(self, client: str, stream: bool, gateway: Gateway) -> None:
        with gateway.client() as http:
            for model in (
                "bedrock/mock",
                f"bedrock/{CLAUDE}",
                "arn",
                "session/mock",
                "bedrock/us.amazon.nova-pro-v1:0+mock",
            ):
                if client == "gemini" and ":" in model:
                    # A colon in the path ends the model's name for Google's clients, but the last one.
                    model = model.replace(":", "%3A")
                response = SURFACES[client].ask(http, model, "hi", stream=stream)
                assert response.status_code == 200, (model, response.text)

    def test_what_is_signed(self, gateway: Gateway, mock_model: MockModel) -> None:
        LOOK.delete(mock_model.url + "/_mock/requests")
        with gateway.client() as http:
            assert SURFACES["openai-chat"].ask(http, "session/mock", "hi").status_code == 200
        (request,) = requests_of(mock_model)
        authorization = header(request, "authorization")
        assert "Credential=AKIDMOCK/" in authorization and "/eu-central-1/bedrock/aws4_request" in authorization
        signed = authorization.split("SignedHeaders=")[1].split(",")[0].split(";")
        assert {"host", "x-amz-date", "x-amz-security-token"} <= set(signed) and signed == sorted(signed)
        assert header(request, "x-amz-date")

    def test_a_wrong_secret_is_the_gateways_fault(self, gateway: Gateway) -> None:
        with gateway.client() as http:
            for client, surface in SURFACES.items():
                for stream in (False, True):
                    response = surface.ask(http, "wrong/mock", "hi", stream=stream)
                    # Bedrock's and Ollama's own APIs have no 502.
                    assert response.status_code in (502, 500), (client, response.text)
                    assert "mock-secret" not in response.text and "another-secret" not in response.text
            error = SURFACES["openai-chat"].ask(http, "wrong/mock", "hi").json()["error"]
        assert error["code"] == "upstream_credentials"

    def test_a_key_as_bearer(self, gateway: Gateway, mock_model: MockModel) -> None:
        LOOK.delete(mock_model.url + "/_mock/requests")
        with gateway.client() as http:
            assert SURFACES["anthropic"].ask(http, "bearer/mock", "hi").status_code == 200
        (request,) = requests_of(mock_model)
        assert header(request, "authorization").startswith("Bearer ")
        assert not header(request, "x-amz-date")

    def test_counting_and_embedding_are_signed_too(self, gateway: Gateway) -> None:
        with gateway.client() as http:
            body = SURFACES["anthropic"].body(f"bedrock/{CLAUDE}", "hi there", False, False)
            del body["max_tokens"]
            count = http.post("/v1/messages/count_tokens", json=body)
            assert count.status_code == 200 and count.json()["input_tokens"] > 0, count.text
            for model in ("amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"):
                embedded = http.post(
                    "/v1/embeddings", json={"model": f"bedrock/{model}", "input": "one", "encoding_format": "float"}
                )
                assert embedded.status_code == 200, embedded.text
                assert len(embedded.json()["data"][0]["embedding"]) > 8

    def test_nobody_there(self, gateway: Gateway) -> None:
        with gateway.client() as http:
            for client, surface in SURFACES.items():
                response = surface.ask(http, "nobody/mock", "hi")
                assert response.status_code in (500, 502), (client, response.text)

    def test_boto3_directly(self, gateway: Gateway) -> None:
        # Clients of Bedrock's own dialect: the request is signed anew, with the gateway's keys.
        with gateway.client() as http:
            response = SURFACES["bedrock"].ask(http, f"bedrock/{CLAUDE}", "hi", stream=True)
        events = SURFACES["bedrock"].events(response.content)
        SURFACES["bedrock"].check(events)
        assert SURFACES["bedrock"].read(events).usage


class TestContainerCredentials:
    """The endpoint of a container: a token that is read from a file, keys that expire."""

    @pytest.fixture
    def endpoint(self) -> Iterator[FakeUpstream]:
        server = FakeUpstream()
        yield server
        server.stop()

    @staticmethod
    def gives(server: FakeUpstream, seconds: float, secret: str = "mock-secret") -> None:
        def reply(exchange: Exchange) -> None:
            end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
            keys = {
                "AccessKeyId": "AKIDMOCK",
                "SecretAccessKey": secret,
                "Token": f"session-{len(server.requests)}",
                "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            exchange.send(json_bytes(keys))

        server.reply = reply

    def start(self, start_gateway: Any, mock: MockModel, endpoint: FakeUpstream, **environment: str) -> Gateway:
        return start_gateway(
            {"providers": {"bedrock": {"kind": "bedrock", "base_url": mock.url, "region": "us-west-2"}}},
            environment={
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.url + "/v1/credentials?role=a",
                "AWS_EC2_METADATA_DISABLED": "true",
                **environment,
            },
        )

    def test_keys_are_fetched_and_used(
        self, start_gateway: Any, mock_model: MockModel, endpoint: FakeUpstream, tmp_path: pathlib.Path
    ) -> None:
        self.gives(endpoint, 3600)
        token = tmp_path / "token"
        token.write_text("the-pods-token\n")
        gateway = self.start(start_gateway, mock_model, endpoint, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token))
        LOOK.delete(mock_model.url + "/_mock/requests")
        with gateway.client() as http:
            for _ in range(3):
                response = SURFACES["openai-chat"].ask(http, "bedrock/mock", "hi")
                assert response.status_code == 200, response.text
        asked = endpoint.requests
        assert len(asked) == 1, "keys that live for an hour are fetched once"
        assert asked[0].target == "/v1/credentials?role=a" and asked[0].header("authorization") == "the-pods-token"
        tokens = {header(request, "x-amz-security-token") for request in requests_of(mock_model)}
        assert len(tokens) == 1 and None not in tokens
        assert "session-1" not in gateway.process.output and "mock-secret" not in gateway.process.output

    def test_keys_are_replaced_before_they_end(
        self, start_gateway: Any, mock_model: MockModel, endpoint: FakeUpstream
    ) -> None:
        self.gives(endpoint, 3)
        gateway = self.start(start_gateway, mock_model, endpoint, AWS_CONTAINER_AUTHORIZATION_TOKEN="secret-token")
        with gateway.client() as http:
            assert SURFACES["openai-chat"].ask(http, "bedrock/mock", "hi").status_code == 200
            eventually(lambda: len(endpoint.requests) >= 2, "the keys are fetched again", seconds=10)
            assert SURFACES["openai-chat"].ask(http, "bedrock/mock", "hi").status_code == 200
        assert all(each.header("authorization") == "secret-token" for each in endpoint.requests)

    def test_a_request_waits_for_the_first_keys(
        self, start_gateway: Any, mock_model: MockModel, endpoint: FakeUpstream
    ) -> None:
        # The endpoint fails at first; the attempt is repeated, and the request waits meanwhile.
        self.gives(endpoint, 3600)
        good = endpoint.reply

        def reply(exchange: Exchange) -> None:
            if len(endpoint.requests) < 2:
                exchange.send(response_bytes(500, [], b"not yet"))
            else:
                good(exchange)

        endpoint.reply = reply
        gateway = self.start(start_gateway, mock_model, endpoint)
        with gateway.client() as http:
            response = SURFACES["anthropic"].ask(http, "bedrock/mock", "hi")
        assert response.status_code == 200 or "credential" in response.text.lower(), response.text
        with gateway.client() as http:
            eventually(
                lambda: SURFACES["anthropic"].ask(http, "bedrock/mock", "hi").status_code == 200,
                "the keys come with a later attempt",
                seconds=10,
                every=0.1,
            )

    def test_an_endpoint_that_has_none(self, start_gateway: Any, mock_model: MockModel, endpoint: FakeUpstream) -> None:
        endpoint.reply = lambda exchange: exchange.send(response_bytes(403, [], b'{"secret-looking":"words"}'))
        gateway = start_gateway(
            {
                "server": {"timeouts": {"queue": "1s"}},
                "providers": {
                    "bedrock": {"kind": "bedrock", "base_url": mock_model.url, "region": "us-west-2"},
                    "second": {"kind": "mock", "base_url": mock_model.url, "dialect": "anthropic"},
                },
                "models": {
                    "either": {
                        "targets": [{"provider": "bedrock", "model": "mock"}, {"provider": "second", "model": "mock"}]
                    }
                },
            },
            environment={
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.url + "/keys",
                "AWS_EC2_METADATA_DISABLED": "true",
            },
        )
        with gateway.client() as http:
            # The next target is tried.
            assert SURFACES["openai-chat"].ask(http, "either", "hi").status_code == 200
            response = SURFACES["openai-chat"].ask(http, "bedrock/mock", "hi")
        assert response.status_code == 502
        assert response.json()["error"]["code"] == "upstream_credentials"
        assert "secret-looking" not in response.text


class TestVertex:
    @pytest.fixture(scope="class")
    def account(self, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Any]:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import rsa

        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        account = {
            "type": "service_account",
            "project_id": "my-project",
            "private_key_id": "key-1",
            "private_key": pem,
            "client_email": "robot@my-project.iam.gserviceaccount.com",
            "client_id": "1",
        }
        return account, key.public_key()

    @staticmethod
    def check_assertion(form: str, account: dict[str, Any], public: Any, audience: str) -> None:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        fields = urllib.parse.parse_qs(form)
        assert fields["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        head, claims, signature = fields["assertion"][0].split(".")

        def decode(text: str) -> bytes:
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

        public.verify(decode(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        assert json.loads(decode(head)) == {"alg": "RS256", "typ": "JWT", "kid": "key-1"}
        said = json.loads(decode(claims))
        assert said["iss"] == account["client_email"] and said["aud"] == audience
        assert 0 < said["exp"] - said["iat"] <= 3600
        assert "cloud-platform" in said["scope"]

    def test_a_service_account(
        self, account: tuple[dict[str, Any], Any], start_gateway: Any, mock_model: MockModel, tmp_path: pathlib.Path
    ) -> None:
        tokens = FakeUpstream()
        try:
            tokens.reply = lambda exchange: exchange.send(
                json_bytes({"access_token": "ya29.token-of-the-test", "expires_in": 3599, "token_type": "Bearer"})
            )
            body, public = account
            body = {**body, "token_uri": tokens.url + "/token"}
            file = tmp_path / "account.json"
            file.write_text(json.dumps(body))
            gateway = start_gateway(
                {
                    "providers": {
                        "vertex": {
                            "kind": "vertex",
                            "base_url": mock_model.url,
                            "region": "europe-west4",
                            "service_account": str(file),
                        }
                    }
                }
            )
            LOOK.delete(mock_model.url + "/_mock/requests")
            with gateway.client() as http:
                for client, surface in SURFACES.items():
                    for stream in (False, True):
                        response = surface.ask(http, "vertex/mock", "hi", stream=stream)
                        assert response.status_code == 200, (client, response.text)
            received = requests_of(mock_model)
            assert len(received) == 12
            paths = {request["path"].split(":")[0] for request in received}
            assert paths == {"/v1/projects/my-project/locations/europe-west4/publishers/google/models/mock"}
            assert {header(request, "authorization")[:7] for request in received} == {"Bearer "}
            assert len(tokens.requests) == 1, "a token that lives for an hour is fetched once"
            self.check_assertion(tokens.requests[0].body.decode(), body, public, body["token_uri"])
            assert "ya29" not in gateway.process.output and "PRIVATE KEY" not in gateway.process.output
        finally:
            tokens.stop()

    def test_a_token_service_that_refuses(
        self, account: tuple[dict[str, Any], Any], start_gateway: Any, mock_model: MockModel, tmp_path: pathlib.Path
    ) -> None:
        tokens = FakeUpstream()
        try:
            tokens.reply = lambda exchange: exchange.send(
                json_bytes({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}, status=400)
            )
            file = tmp_path / "account.json"
            file.write_text(json.dumps({**account[0], "token_uri": tokens.url + "/token"}))
            gateway = start_gateway(
                {"providers": {"vertex": {"kind": "vertex", "base_url": mock_model.url, "service_account": str(file)}}}
            )
            with gateway.client() as http:
                response = SURFACES["openai-chat"].ask(http, "vertex/mock", "hi")
            assert response.status_code == 502
            assert response.json()["error"]["code"] == "upstream_credentials"
        finally:
            tokens.stop()


#: Kind, what follows in base_url, path, the key's header and its value.
ROWS = {
    "anthropic": ("anthropic", "", "/v1/messages", "x-api-key", "vendor-key-0123456789"),
    "gemini": ("gemini", "", "/v1beta/models/mock", "x-goog-api-key", "vendor-key-0123456789"),
    "cohere": ("cohere", "", "/v2/chat", "authorization", "Bearer vendor-key-0123456789"),
    "ollama": ("ollama", "", "/api/chat", "authorization", None),
    "openai": ("openai", "/v1", "/v1/chat/completions", "authorization", "Bearer vendor-key-0123456789"),
    "mistral-like": (
        "openai-compatible",
        "/v1",
        "/v1/chat/completions",
        "authorization",
        "Bearer vendor-key-0123456789",
    ),
}


class TestRows:
    """The rows of vendors with a key: the path, the key's header and the version, for each client."""

    @pytest.fixture(scope="class")
    def keyed(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MockModel, Gateway]]:
        """The mock model with a key, which it wants from each row."""
        folder = tmp_path_factory.mktemp("keyed")
        mock = MockModel.__new__(MockModel)
        mock.process = Process(
            [str(binary_path()), "mock", "--listen", "127.0.0.1:0", "--key", "vendor-key-0123456789"],
            environment=plain_environment(),
            folder=folder,
        )
        address = mock.process.wait_for_message("mock listening", seconds=20)["address"]
        mock.port = int(address.rsplit(":", 1)[1])
        providers = {
            name: {"kind": kind, "base_url": mock.url + base, "api_key": "vendor-key-0123456789"}
            for name, (kind, base, _, _, _) in ROWS.items()
        }
        gateway = Gateway(
            folder, {"providers": {**providers, "off": {**providers["anthropic"], "api_key": "wrong-key-0123456789"}}}
        )
        yield mock, gateway
        gateway.stop()
        mock.stop()

    @pytest.mark.parametrize("row", ROWS)
    @pytest.mark.parametrize("client", CLIENTS)
    def test_every_client(self, client: str, row: str, keyed: tuple[MockModel, Gateway]) -> None:
        mock, gateway = keyed
        # Ollama serves Anthropic's API itself: there the client's header is what it gets.
        with gateway.client(headers={**gateway.headers, "anthropic-version": "2023-06-01"}) as http:
            for stream in (False, True):
                response = SURFACES[client].ask(http, f"{row}/mock", "hi", stream=stream)
                assert response.status_code == 200, response.text
                if stream:
                    surface = SURFACES[client]
                    surface.check(surface.events(response.content))

    @pytest.mark.parametrize("row", ROWS)
    def test_the_request(self, row: str, keyed: tuple[MockModel, Gateway]) -> None:
        mock, gateway = keyed
        _, _, path, name, value = ROWS[row]
        LOOK.delete(mock.url + "/_mock/requests")
        client = "bedrock"
        with gateway.client(headers={**gateway.headers, "cookie": "a=b", "x-private": "c"}) as http:
            assert SURFACES[client].ask(http, f"{row}/mock", "hi").status_code == 200
        (request,) = requests_of(mock)
        assert request["path"].startswith(path), request["path"]
        if value:
            assert header(request, name).endswith("6789")
        for other in {"x-api-key", "x-goog-api-key", "authorization", "api-key"} - {name}:
            assert header(request, other) is None
        assert header(request, "cookie") is None and header(request, "x-private") is None
        assert "key=" not in request["path"]
        if row == "anthropic":
            assert header(request, "anthropic-version")

    def test_a_key_that_the_vendor_refuses(self, keyed: tuple[MockModel, Gateway]) -> None:
        with keyed[1].client() as http:
            for client, surface in SURFACES.items():
                response = surface.ask(http, "off/mock", "hi")
                assert response.status_code == 502, (client, response.text)
                assert "6789" not in response.text

    def test_names_that_would_be_another_path(self, keyed: tuple[MockModel, Gateway]) -> None:
        mock, gateway = keyed
        LOOK.delete(mock.url + "/_mock/requests")
        with gateway.client() as http:
            for name in (
                "../../v1/models",
                "mock:streamGenerateContent?alt=sse&x=",
                "mock/../x",
                "a b",
                "a%2fb",
                "mock#",
            ):
                response = SURFACES["openai-chat"].ask(http, f"gemini/{name}", "hi")
                assert response.status_code in (200, 400, 404), (name, response.text)
        for request in requests_of(mock):
            path = request["path"]
            assert (
                path.startswith("/v1beta/models/") and path.count("/") == 3 and path.endswith(":generateContent")
            ), path
