"""Paths, methods, content types and what is refused before any provider is asked."""

from __future__ import annotations

import json
from typing import Any, Callable

import pytest
from harness.gateway import Gateway
from harness.raw import RawConnection, chat_body, request_bytes
from harness.upstream import FakeUpstream, json_bytes, response_bytes

JSON_SURFACES = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "x"}]},
    "/v1/completions": {"prompt": "x"},
    "/v1/embeddings": {"input": "x"},
    "/v1/moderations": {"input": "x"},
    "/v1/images/generations": {"prompt": "x"},
    "/v1/audio/speech": {"input": "x", "voice": "alloy"},
    "/v1/rerank": {"query": "x", "documents": ["y"]},
    "/v1/responses": {"input": "x"},
}
FORM_SURFACES = [
    "/v1/images/edits",
    "/v1/images/variations",
    "/v1/audio/transcriptions",
    "/v1/audio/translations",
]


def form(boundary: str, parts: list[tuple[str, bytes]]) -> bytes:
    lines = b""
    for disposition, value in parts:
        lines += f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + value + b"\r\n"
    return lines + f"--{boundary}--\r\n".encode()


class TestModelSurfaces:
    @pytest.mark.parametrize("prefix", ["/v1", ""])
    @pytest.mark.parametrize("path", JSON_SURFACES)
    def test_a_json_surface_reaches_its_path_upstream(
        self, gateway: Gateway, upstream: FakeUpstream, path: str, prefix: str
    ) -> None:
        # OpenAI itself has no rerank; many that are compatible with it do.
        model = "ranker" if path == "/v1/rerank" else "plain"
        upstream.reply = lambda exchange: exchange.send(json_bytes({"fine": True}))
        with gateway.client() as client:
            response = client.post(prefix + path[3:], json={"model": model, **JSON_SURFACES[path]})
        assert response.status_code == 200 and response.json() == {"fine": True}
        assert upstream.last.target == path
        assert upstream.last.method == "POST"

    @pytest.mark.parametrize("prefix", ["/v1", ""])
    @pytest.mark.parametrize("path", FORM_SURFACES)
    def test_a_form_passes_byte_for_byte(
        self, gateway: Gateway, upstream: FakeUpstream, path: str, prefix: str
    ) -> None:
        sound = bytes(range(256)) * 300
        boundary = "----gate-7d1"
        body = form(
            boundary,
            [('name="file"; filename="a.wav"', sound), ('name="model"', b"plain"), ('name="prompt"', "über".encode())],
        )
        upstream.reply = lambda exchange: exchange.send(json_bytes({"text": "ok"}))
        with gateway.client() as client:
            response = client.post(
                prefix + path[3:],
                content=body,
                headers={"content-type": f'multipart/form-data; boundary="{boundary}"'},
            )
        assert response.status_code == 200, response.text
        assert upstream.last.target == path
        assert upstream.last.body == body
        assert boundary in (upstream.last.header("content-type") or "")

    def test_the_model_of_a_form_is_spliced(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        sound = bytes(range(256)) * 10
        parts = [('name="model"', b"renamed"), ('name="file"; filename="a.wav"', sound)]
        upstream.reply = lambda exchange: exchange.send(json_bytes({"text": "ok"}))
        with gateway.client() as client:
            client.post(
                "/v1/audio/transcriptions",
                content=form("b", parts),
                headers={"content-type": "multipart/form-data; boundary=b"},
            ).raise_for_status()
        assert upstream.last.body == form("b", [('name="model"', b"upstream-name"), parts[1]])

    @pytest.mark.parametrize(
        ("content_type", "body", "status"),
        [
            ("multipart/form-data", b"--x--\r\n", 400),
            ("multipart/form-data; boundary=x", b"not a form", 400),
            ("multipart/form-data; boundary=x", form("x", [('name="file"; filename="a"', b"1")]), 400),
            ("application/json", b'{"model":"plain"}', 415),
        ],
        ids=["no boundary", "no form", "no model", "json for a form"],
    )
    def test_a_bad_form_is_refused(
        self, gateway: Gateway, upstream: FakeUpstream, content_type: str, body: bytes, status: int
    ) -> None:
        with gateway.client() as client:
            response = client.post("/v1/audio/transcriptions", content=body, headers={"content-type": content_type})
        assert response.status_code == status, response.text
        assert response.json()["error"]["message"]
        assert upstream.requests == []

    def test_a_binary_reply_passes(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        sound = bytes(range(256)) * 1000
        upstream.reply = lambda exchange: exchange.send(response_bytes(200, [("Content-Type", "audio/mpeg")], sound))
        with gateway.client() as client:
            response = client.post("/v1/audio/speech", json={"model": "plain", "input": "x", "voice": "alloy"})
        assert response.headers["content-type"] == "audio/mpeg"
        assert response.content == sound

    def test_a_chunked_request_body_is_accepted(self, gateway: Gateway, upstream: FakeUpstream, connect: Any) -> None:
        body = chat_body()
        connection: RawConnection = connect()
        framed = b"%x\r\n%b\r\n%x;note=1\r\n%b\r\n0\r\n\r\n" % (10, body[:10], len(body) - 10, body[10:])
        connection.send(request_bytes(headers=[("Transfer-Encoding", "chunked")], key=gateway.key) + framed)
        assert connection.read_response().status == 200
        assert upstream.last.body == body


class TestModelList:
    def test_the_table_is_listed(self, gateway: Gateway) -> None:
        with gateway.client() as client:
            for path in ("/v1/models", "/models"):
                value = client.get(path).json()
                assert value["object"] == "list"
                names = [model["id"] for model in value["data"]]
                assert {"plain", "renamed", "mock"} <= set(names)
                assert len(names) == len(set(names))
                assert all(model["object"] == "model" and "*" not in model["id"] for model in value["data"])

    def test_a_key_sees_only_its_models(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({"auth": {"keys": [{"name": "narrow", "key": "sk-narrow-key", "models": ["pl*"]}]}})
        with gateway.client(headers={"authorization": "Bearer sk-narrow-key"}) as client:
            names = [model["id"] for model in client.get("/v1/models").json()["data"]]
            assert "plain" in names and "renamed" not in names
            assert client.get("/v1/models/renamed").status_code in (403, 404)

    def test_access_goes_by_the_name_that_the_client_uses(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        """Wildcards, aliases and `provider/model`: what a key may not name is 403, and not in its list."""
        keys = [
            {"name": "alias", "key": "sk-alias-key-0123", "models": ["nick"]},
            {"name": "model", "key": "sk-model-key-0123", "models": ["plain"]},
            {"name": "wide", "key": "sk-wide-key-01234", "models": ["*a*"]},
            {"name": "direct", "key": "sk-direct-key-012", "models": ["scripted/*"]},
            {"name": "none", "key": "sk-none-key-01234", "models": []},
        ]
        models = {"nick": "plain", "secret": "scripted", "other": {"alias": "nick"}}
        gateway = start_gateway({"models": models, "auth": {"keys": keys}})
        names = ["plain", "nick", "other", "secret", "renamed", "scripted/anything"]
        allowed = {
            "alias": {"nick"},
            "model": {"plain"},
            "wide": {"plain", "renamed", "scripted/anything"},
            "direct": {"scripted/anything"},
            "none": set(),
        }
        for key in keys:
            with gateway.client(headers={"authorization": f"Bearer {key['key']}"}) as client:
                listed = {model["id"] for model in client.get("/v1/models").json()["data"]}
                for name in names:
                    asked = len(upstream.requests)
                    body = {"model": name, "messages": [{"role": "user", "content": "x"}]}
                    response = client.post("/v1/chat/completions", json=body)
                    expected = name in allowed[key["name"]]
                    assert (response.status_code == 200) == expected, (key["name"], name, response.text)
                    if not expected:
                        assert response.status_code == 403
                        assert response.json()["error"]["code"] == "model_not_allowed"
                        assert len(upstream.requests) == asked
                    if "/" not in name:
                        assert (name in listed) == expected, (key["name"], name)

    def test_a_pattern_lists_the_provider_s_own_models_once_a_while(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway({"models": {"listed-*": "scripted"}})
        with gateway.client() as client:
            for _ in range(3):
                names = [model["id"] for model in client.get("/v1/models").json()["data"]]
                assert "listed-model" in names
            assert client.get("/v1/models/listed-model").status_code == 200
        asked = [request for request in upstream.requests if request.method == "GET"]
        assert len(asked) == 1, "the provider's list is cached"

    def test_a_model_name_with_a_slash(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({"models": {"meta/llama-3": "scripted"}})
        with gateway.client() as client:
            assert client.get("/v1/models/meta/llama-3").json()["id"] == "meta/llama-3"
            assert client.get("/v1/models/meta%2Fllama-3").json()["id"] == "meta/llama-3"

    def test_head_has_no_body(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        for target in ("/v1/models", "/health", "/nowhere"):
            connection.send(request_bytes("HEAD", target, key=gateway.key))
            response = connection.read_response(of="HEAD")
            assert response.status == (404 if target == "/nowhere" else 200)
            assert response.header("x-request-id")
        # The connection is still in step.
        connection.send(request_bytes("GET", "/v1/models", key=gateway.key))
        assert connection.read_response(of="GET").json["object"] == "list"


class TestRefusals:
    """All in OpenAI's error shape, and no provider is asked."""

    @pytest.fixture(autouse=True)
    def nothing_goes_upstream(self, upstream: FakeUpstream) -> Any:
        yield
        assert upstream.requests == []

    def refused(self, gateway: Gateway, connect: Any, request: bytes, *, of: str = "POST") -> Any:
        connection: RawConnection = connect()
        connection.send(request)
        response = connection.read_response(of=of)
        assert response.header(
            "content-type",
        ).startswith("application/json")
        assert response.header("x-request-id")
        return response

    @pytest.mark.parametrize(
        "target", ["/", "/v1", "/v2/chat/completions", "/v1/chat", "/v1/chat/completions/x", "//v1/models"]
    )
    def test_an_unknown_path(self, gateway: Gateway, connect: Any, target: str) -> None:
        response = self.refused(gateway, connect, request_bytes(target=target, body=b"{}", key=gateway.key))
        assert response.status == 404
        assert response.error["type"] in ("invalid_request_error", "not_found_error")

    @pytest.mark.parametrize(
        ("method", "target", "allowed"),
        [
            ("GET", "/v1/chat/completions", "POST"),
            ("PUT", "/v1/embeddings", "POST"),
            ("DELETE", "/v1/models", "GET"),
            ("POST", "/v1/models", "GET"),
            ("POST", "/health/live", "GET"),
            ("PATCH", "/metrics", "GET"),
        ],
    )
    def test_a_wrong_method(self, gateway: Gateway, connect: Any, method: str, target: str, allowed: str) -> None:
        response = self.refused(gateway, connect, request_bytes(method, target, key=gateway.key), of=method)
        assert response.status == 405
        assert allowed in [each.strip() for each in (response.header("allow") or "").split(",")]

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    )
    def test_a_wrong_content_type(self, gateway: Gateway, connect: Any, content_type: str) -> None:
        response = self.refused(
            gateway, connect, request_bytes(body=chat_body(), key=gateway.key, content_type=content_type)
        )
        assert response.status == 415

    @pytest.mark.parametrize(
        "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8"]
    )
    def test_forms_of_the_right_content_type(self, gateway: Gateway, connect: Any, content_type: str) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body("mock"), key=gateway.key, content_type=content_type))
        assert connection.read_response().status == 200

    def test_an_encoded_body(self, gateway: Gateway, connect: Any) -> None:
        response = self.refused(
            gateway, connect, request_bytes(headers=[("Content-Encoding", "gzip")], body=b"\x1f\x8b", key=gateway.key)
        )
        assert response.status == 415

    @pytest.mark.parametrize(
        ("body", "offset"),
        [
            (b'{"model":"plain",}', 17),
            (b'{"model":"plain"', 16),
            (b'{"model":"plain"}x', 17),
            (b'{"model":"plain","a":01}', 22),
            (b'{"model":"plain","a":"\xff"}', 22),
            (b'{"model":"plain","a":"\t"}', 22),
            (b"{'model':'plain'}", 1),
        ],
    )
    def test_malformed_json_tells_the_byte(self, gateway: Gateway, connect: Any, body: bytes, offset: int) -> None:
        response = self.refused(gateway, connect, request_bytes(body=body, key=gateway.key))
        assert response.status == 400
        error = response.error
        assert error["type"] == "invalid_request_error"
        assert str(offset) in error["message"], f"byte {offset} in: {error['message']}"

    def test_an_empty_body(self, gateway: Gateway, connect: Any) -> None:
        assert self.refused(gateway, connect, request_bytes(body=b"", key=gateway.key)).status == 400

    @pytest.mark.parametrize("body", [b"[]", b'"model"', b"17", b"null"])
    def test_json_that_is_no_object(self, gateway: Gateway, connect: Any, body: bytes) -> None:
        assert self.refused(gateway, connect, request_bytes(body=body, key=gateway.key)).status == 400

    def test_json_that_is_too_deep(self, gateway: Gateway, connect: Any) -> None:
        body = b'{"model":"plain","a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
        assert self.refused(gateway, connect, request_bytes(body=body, key=gateway.key)).status == 400

    @pytest.mark.parametrize("body", [b"{}", b'{"model":null}', b'{"model":17}', b'{"model":""}', b'{"messages":[]}'])
    def test_a_missing_model(self, gateway: Gateway, connect: Any, body: bytes) -> None:
        response = self.refused(gateway, connect, request_bytes(body=body, key=gateway.key))
        assert response.status == 400
        assert response.error["param"] == "model"

    def test_an_unknown_model(self, gateway: Gateway, connect: Any) -> None:
        response = self.refused(gateway, connect, request_bytes(body=chat_body("nobody-knows"), key=gateway.key))
        assert response.status == 404
        assert response.error["code"] == "model_not_found"

    @pytest.mark.parametrize(
        "body",
        [
            b'{"model":"plain","model":"renamed"}',
            b'{"model":"plain","mod\\u0065l":"renamed"}',
            b'{"model":"plain","stream":false,"stream":true}',
            b'{"model":"plain","max_tokens":1,"max_tokens":2}',
            b'{"model":"plain","stream":"yes"}',
        ],
    )
    def test_members_that_two_readers_could_read_in_two_ways(self, gateway: Gateway, connect: Any, body: bytes) -> None:
        assert self.refused(gateway, connect, request_bytes(body=body, key=gateway.key)).status == 400


class TestCrossOrigin:
    ORIGIN = ("Origin", "https://app.example")

    def test_off_unless_configured(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes("GET", "/v1/models", [self.ORIGIN], key=gateway.key))
        response = connection.read_response(of="GET")
        assert not [name for name, _ in response.headers if name.lower().startswith("access-control-")]
        connection.send(
            request_bytes("OPTIONS", "/v1/chat/completions", [self.ORIGIN, ("Access-Control-Request-Method", "POST")])
        )
        assert connection.read_response(of="OPTIONS").status == 405

    def test_the_configured_origin(self, start_gateway: Callable[..., Gateway], connect: Any) -> None:
        gateway = start_gateway({"server": {"cors": {"allowed_origins": ["https://app.example"]}}})
        connection: RawConnection = connect(gateway.port)
        connection.send(
            request_bytes(
                "OPTIONS",
                "/v1/chat/completions",
                [
                    self.ORIGIN,
                    ("Access-Control-Request-Method", "POST"),
                    ("Access-Control-Request-Headers", "authorization, content-type"),
                ],
            )
        )
        preflight = connection.read_response(of="OPTIONS")
        assert preflight.status in (200, 204)
        assert preflight.header("access-control-allow-origin") == "https://app.example"
        assert "POST" in (preflight.header("access-control-allow-methods") or "")
        assert "authorization" in (preflight.header("access-control-allow-headers") or "").lower()
        connection.send(request_bytes("GET", "/v1/models", [self.ORIGIN], key=gateway.key))
        assert connection.read_response(of="GET").header("access-control-allow-origin") == "https://app.example"
        connection.send(request_bytes("GET", "/v1/models", [("Origin", "https://other.example")], key=gateway.key))
        assert connection.read_response(of="GET").header("access-control-allow-origin") is None


class TestCompression:
    def test_a_whole_json_reply_is_gzipped_when_asked_for(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        reply = {"text": "water " * 2000}
        upstream.reply = lambda exchange: exchange.send(json_bytes(reply))
        with gateway.client(headers={**gateway.headers, "accept-encoding": "gzip"}) as client:
            response = client.post(
                "/v1/chat/completions", content=chat_body(), headers={"content-type": "application/json"}
            )
        assert response.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in response.headers["vary"].lower()
        assert response.json() == reply
        assert upstream.last.header("accept-encoding") in (None, "identity")

    @pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", ""])
    def test_not_when_it_is_not_asked_for(self, gateway: Gateway, upstream: FakeUpstream, accepted: str) -> None:
        upstream.reply = lambda exchange: exchange.send(json_bytes({"text": "water " * 2000}))
        with gateway.client(headers={**gateway.headers, "accept-encoding": accepted}) as client:
            response = client.post(
                "/v1/chat/completions", content=chat_body(), headers={"content-type": "application/json"}
            )
        assert "content-encoding" not in response.headers

    def test_never_for_streams(self, gateway: Gateway) -> None:
        with gateway.client(headers={**gateway.headers, "accept-encoding": "gzip"}) as client:
            response = client.post(
                "/v1/chat/completions",
                content=chat_body("mock", stream=True),
                headers={"content-type": "application/json"},
            )
        assert "content-encoding" not in response.headers
        assert response.text.rstrip().endswith("data: [DONE]")

    def test_never_for_what_is_no_json(self, gateway: Gateway, upstream: FakeUpstream) -> None:
        upstream.reply = lambda exchange: exchange.send(
            response_bytes(200, [("Content-Type", "audio/mpeg")], b"a" * 5000)
        )
        with gateway.client(headers={**gateway.headers, "accept-encoding": "gzip"}) as client:
            response = client.post("/v1/audio/speech", json={"model": "plain", "input": "x", "voice": "alloy"})
        assert "content-encoding" not in response.headers


class TestKeys:
    @pytest.mark.parametrize(
        "header",
        [
            "authorization:Bearer ",
            "authorization:bearer ",
            "Authorization:BEARER ",
            "x-api-key:",
            "api-key:",
            "x-goog-api-key:",
        ],
    )
    def test_every_place_of_a_key(self, gateway: Gateway, header: str) -> None:
        name, _, scheme = header.partition(":")
        with gateway.client(headers={name: scheme + gateway.key}) as client:
            assert client.post("/v1/chat/completions", json=json.loads(chat_body())).status_code == 200

    @pytest.mark.parametrize(
        "headers", [{}, {"authorization": "Bearer"}, {"authorization": "Basic eDp5"}, {"x-api-key": "no"}]
    )
    def test_no_key_or_a_wrong_one(self, gateway: Gateway, upstream: FakeUpstream, headers: dict[str, str]) -> None:
        with gateway.client(headers=headers) as client:
            for response in (
                client.post("/v1/chat/completions", json=json.loads(chat_body())),
                client.get("/v1/models"),
            ):
                assert response.status_code == 401
                assert response.json()["error"]["code"] == "invalid_api_key"
                assert response.json()["error"]["type"] == "authentication_error"
        assert upstream.requests == []

    def test_a_key_in_the_query_is_for_gemini_only(self, gateway: Gateway) -> None:
        with gateway.client(headers={}) as client:
            response = client.post(f"/v1/chat/completions?key={gateway.key}", json=json.loads(chat_body()))
        assert response.status_code == 401
        assert gateway.key not in gateway.process.output

    def test_a_refused_large_body_leaves_the_connection_in_step_or_closed(self, gateway: Gateway, connect: Any) -> None:
        connection: RawConnection = connect()
        connection.send(request_bytes(body=chat_body(padding="x" * 200_000), key="sk-wrong"))
        response = connection.read_response()
        assert response.status == 401
        if (response.header("connection") or "").lower() != "close":
            connection.send(request_bytes("GET", "/v1/models", key=gateway.key))
            assert connection.read_response(of="GET").status == 200

    def test_auth_can_be_switched_off(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({"auth": {"required": False}})
        with gateway.client(headers={}) as client:
            assert client.post("/v1/chat/completions", json=json.loads(chat_body())).status_code == 200
