"""Tokens of an issuer and client certificates in place of keys, and what providers are told of who asks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import time
from typing import Any, Callable, Iterator

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from harness.certificates import Authority
from harness.gateway import Gateway
from harness.http2 import HTTP2Connection
from harness.issuer import KINDS, Issuer, Key, tampered
from harness.raw import chat_body
from harness.upstream import FakeUpstream
from harness.waiting import eventually


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.stop()


def ask(gateway: Gateway, credential: str, model: str = "plain", **headers: str) -> httpx.Response:
    with gateway.client(headers={"authorization": f"Bearer {credential}", **headers}) as client:
        return client.post("/v1/chat/completions", json={"model": model, "messages": [{"role": "user", "content": "?"}]})


def settled(gateway: Gateway, credential: str) -> None:
    """Waits until the gateway has the issuer's keys."""
    eventually(lambda: ask(gateway, credential).status_code == 200, "the token is accepted", seconds=10)


def confused(key: Key, claims: dict[str, Any]) -> str:
    """A token of HS256 whose secret is the public key, as text. Libraries refuse to make it."""
    header = {"alg": "HS256", "typ": "JWT", "kid": key.name}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    text = b".".join(parts)
    public = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = hmac.new(public, text, hashlib.sha256).digest()
    return (text + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


@pytest.fixture
def start(start_gateway: Callable[..., Gateway], issuer: Issuer) -> Callable[..., Gateway]:
    """Starts a gateway that takes the issuer's tokens; what is given is laid over its entry."""

    def begin(**over: Any) -> Gateway:
        entry = {"issuer": issuer.url, "audience": "sluice", **over}
        return start_gateway({"auth": {"jwt": [entry], "forward_identity": {"user": "X-User-Id", "tenant": "X-Tenant"}}})

    return begin


class TestJSONWebTokens:
    @pytest.mark.parametrize("algorithm", sorted(KINDS))
    def test_a_token_of_each_algorithm(self, start: Callable[..., Gateway], issuer: Issuer, algorithm: str) -> None:
        issuer.keys = [Key("only", algorithm)]
        gateway = start()
        settled(gateway, issuer.token())
        assert issuer.asked("/.well-known/openid-configuration") == 1 == issuer.asked("/keys")

    def test_what_is_not_the_issuers_is_refused(self, start: Callable[..., Gateway], issuer: Issuer) -> None:
        gateway = start(jwks=issuer.url + "/keys")
        good = issuer.token()
        settled(gateway, good)
        now = int(time.time())
        header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "first"}).encode()).rstrip(b"=").decode()
        bad = {
            "tampered": tampered(good),
            "of another key": issuer.token(Key("first")),
            "of another audience": issuer.token(aud="other"),
            "of another issuer": issuer.token(iss="https://elsewhere.example.com"),
            "expired": issuer.token(exp=now - 61),
            "without an end": issuer.token(exp=None),
            "not valid yet": issuer.token(nbf=now + 120),
            "issued in the future": issuer.token(iat=now + 120),
            "unsigned": header + "." + good.split(".")[1] + ".",
            "signed with the public key": confused(
                issuer.keys[0], {"iss": issuer.url, "aud": "sluice", "sub": "mallory", "exp": now + 60}
            ),
            "with a part too many": good + ".x",
        }
        answers = {name: ask(gateway, token) for name, token in bad.items()}
        assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(bad, 401)
        # They all look the same to who sent them.
        assert len({answer.json()["error"]["message"] for answer in answers.values()}) == 1
        assert ask(gateway, issuer.token(exp=now - 30)).status_code == 200

    def test_claims_say_who_asks_and_what_for(
        self, start: Callable[..., Gateway], issuer: Issuer, upstream: FakeUpstream
    ) -> None:
        gateway = start(tenant_claim="org.id", user_claim="email", scopes_claim="scope", models=["plain", "renamed"])
        token = issuer.token(org={"id": "acme"}, email="alice@example.com", scope="openid model:plain surface:chat")
        settled(gateway, token)
        answer = ask(gateway, token, **{"X-User-Id": "forged", "X-Tenant": "forged"})
        assert answer.status_code == 200
        fields = {name.lower(): value for name, value in upstream.last.headers}
        assert fields["x-user-id"] == "alice@example.com" and fields["x-tenant"] == "acme"
        line = gateway.log_line(answer.headers["x-request-id"])
        assert line["tenant"] == "acme" and line["key_id"].endswith(":alice")
        assert ask(gateway, token, model="renamed").status_code == 403
        with gateway.client(headers={"authorization": f"Bearer {token}"}) as client:
            body = {"model": "plain", "input": "?"}
            assert client.post("/v1/embeddings", json=body).status_code == 403
        assert ask(gateway, issuer.token(email="alice@example.com")).status_code == 401, "no tenant, no entry"

    def test_new_keys_are_found_and_old_ones_forgotten(self, start: Callable[..., Gateway], issuer: Issuer) -> None:
        gateway = start()
        old = issuer.keys[0]
        settled(gateway, issuer.token())
        issuer.keys = [Key("second")]
        assert ask(gateway, issuer.token()).status_code == 200
        assert ask(gateway, issuer.token(old, sub="bob")).status_code == 401
        # Names that nobody knows are looked for once in a while, not for each request.
        asked = issuer.asked("/keys")
        for number in range(20):
            assert ask(gateway, issuer.token(Key(f"stranger-{number}"))).status_code == 401
        assert issuer.asked("/keys") == asked

    def test_an_issuer_that_is_away(self, start: Callable[..., Gateway], issuer: Issuer) -> None:
        issuer.is_away = True
        gateway = start()
        token = issuer.token()
        eventually(lambda: issuer.asked("/.well-known/openid-configuration") > 0, "it is asked", seconds=10)
        answer = ask(gateway, token)
        assert answer.status_code == 503 and "retry-after" in answer.headers
        assert ask(gateway, gateway.key).status_code == 200, "keys do not need the issuer"
        issuer.is_away = False
        settled(gateway, token)
        issuer.is_away = True
        # Its keys are known: new tokens are good without it.
        assert ask(gateway, issuer.token(sub="bob")).status_code == 200

    def test_a_token_administers_its_tenant(self, start_gateway: Callable[..., Gateway], issuer: Issuer) -> None:
        entry = {"issuer": issuer.url, "audience": "sluice", "tenant_claim": "org", "scopes_claim": "scope"}
        gateway = start_gateway({"server": {"admin": "127.0.0.1:0"}, "auth": {"keys": [], "jwt": [entry]}})
        address = gateway.process.wait_for_message("administration listening")["address"]

        def call(path: str, org: str, scope: str, **body: Any) -> httpx.Response:
            headers = {"authorization": f"Bearer {issuer.token(org=org, scope=scope)}"}
            method, url = "POST" if body else "GET", f"http://{address}/admin/v1{path}"
            return httpx.request(method, url, headers=headers, json=body or None, trust_env=False)

        settled(gateway, issuer.token(org="default"))
        # Who configured an issuer gets no key that nobody asked for.
        assert call("/keys", "default", "sluice:admin").json()["data"] == []
        assert "sk-sl-" not in gateway.process.output
        for tenant in ("alpha", "beta"):
            assert call("/tenants", "default", "sluice:admin", id=tenant, name=tenant).status_code == 201
            assert call("/teams", tenant, "sluice:tenant-admin", name=tenant).status_code == 201
        teams = call("/teams", "alpha", "sluice:tenant-admin").json()["data"]
        assert [team["tenant_id"] for team in teams] == ["alpha"]
        assert call("/tenants", "alpha", "sluice:tenant-admin", name="more").status_code == 403
        assert call("/teams", "alpha", "openid").status_code == 403

    def test_a_reload_removes_an_issuer(self, start: Callable[..., Gateway], issuer: Issuer, upstream: FakeUpstream) -> None:
        gateway = start()
        token = issuer.token()
        settled(gateway, token)
        from harness.configuration import upstream_configuration

        gateway.write(upstream_configuration(upstream))
        gateway.reload()
        eventually(lambda: ask(gateway, token).status_code == 401, "the token is refused", seconds=10)


class TestIntrospection:
    def test_an_opaque_token(self, start_gateway: Callable[..., Gateway], issuer: Issuer, upstream: FakeUpstream) -> None:
        endpoint = {
            "url": issuer.url + "/introspect", "client_id": "gateway", "client_secret": "se:cret", "cache": "1h",
            "tenant_claim": "org",
        }
        gateway = start_gateway({"auth": {"introspection": endpoint}})
        issuer.tokens = {"opaque-1": {"active": True, "sub": "carol", "org": "acme"}, "opaque-2": {"active": False}}
        for _ in range(5):
            assert ask(gateway, "opaque-1").status_code == 200
        assert issuer.asked("/introspect") == 1
        request = issuer.server.requests[0]
        fields = {name.lower(): value for name, value in request.headers}
        assert base64.b64decode(fields["authorization"].split()[1]) == b"gateway:se%3Acret"
        assert b"token=opaque-1" in request.body
        for _ in range(5):
            assert ask(gateway, "opaque-2").status_code == 401
        assert issuer.asked("/introspect") == 2
        assert ask(gateway, "sk-of-somebody").status_code == 401
        assert issuer.asked("/introspect") == 2, "what looks like a key is told to nobody"
        issuer.is_away = True
        assert ask(gateway, "opaque-3").status_code == 503
        assert ask(gateway, "opaque-1").status_code == 200
        # Nobody said that providers are to be told.
        assert not {"x-user-id", "x-tenant"} & {name.lower() for name, _ in upstream.last.headers}


class TestCertificates:
    @pytest.fixture
    def mutual(self, start_gateway: Callable[..., Gateway], authority: Authority) -> Gateway:
        chain, key = authority.issue("mutual-tokens")
        return start_gateway(
            {
                "server": {
                    "tls": {
                        "certificate": str(chain), "private_key": str(key), "client_ca": str(authority.path),
                        "client_certificate": "optional",
                    }
                },
                "auth": {
                    "client_certificates": [
                        {"match": {"dns": "ci.example.org"}, "name": "ci", "tenant": "acme", "models": ["plain"]},
                        {"match": {"dns": "*.mesh.example.org"}, "name": "mesh", "tenant": "mesh"},
                        {"match": {"email": "alice@example.org"}, "name": "alice", "user": "alice"},
                    ],
                    "forward_identity": {"user": "X-User-Id", "tenant": "X-Tenant"},
                },
            },
            scheme="https",
        )

    def context(self, authority: Authority, name: str, *identities: str) -> ssl.SSLContext:
        return authority.client_context(certificate=authority.issue(name, *identities))

    def test_a_certificate_in_place_of_a_key(
        self, mutual: Gateway, authority: Authority, upstream: FakeUpstream
    ) -> None:
        body = json.loads(chat_body("plain"))
        with mutual.client(verify=self.context(authority, "ci", "ci.example.org"), headers={}) as client:
            answer = client.post("/v1/chat/completions", json=body)
            assert answer.status_code == 200
            assert mutual.log_line(answer.headers["x-request-id"])["key_id"] == "certificate:ci"
            assert client.post("/v1/chat/completions", json={**body, "model": "renamed"}).status_code == 403
            fields = {name.lower(): value for name, value in upstream.last.headers}
            assert fields["x-tenant"] == "acme" and "x-user-id" not in fields
            # A key goes before the certificate, also one that is wrong.
            answer = client.post("/v1/chat/completions", json=body, headers=mutual.headers)
            assert mutual.log_line(answer.headers["x-request-id"])["key_id"] == "test"
            wrong = client.post("/v1/chat/completions", json=body, headers={"x-api-key": "wrong"})
            assert wrong.status_code == 401

    def test_over_http_2_and_by_a_pattern(self, mutual: Gateway, authority: Authority, upstream: FakeUpstream) -> None:
        context = self.context(authority, "mesh", "billing.mesh.example.org")
        context.set_alpn_protocols(["h2"])
        with HTTP2Connection(mutual.port, tls=context) as connection:
            headers = [("content-type", "application/json")]
            answer = connection.exchange("POST", "/v1/chat/completions", headers, chat_body("plain"))
            assert answer.status == 200
        fields = {name.lower(): value for name, value in upstream.last.headers}
        assert fields["x-user-id"] == "billing.mesh.example.org" and fields["x-tenant"] == "mesh"

    def test_a_certificate_that_no_rule_is_about(self, mutual: Gateway, authority: Authority) -> None:
        body = json.loads(chat_body("plain"))
        for context in (self.context(authority, "other", "other.example.org"), authority.client_context()):
            with mutual.client(verify=context, headers={}) as client:
                assert client.post("/v1/chat/completions", json=body).status_code == 401
        with mutual.client(verify=self.context(authority, "mail", "alice@example.org"), headers={}) as client:
            assert client.post("/v1/chat/completions", json=body).status_code == 200
