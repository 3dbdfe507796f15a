"""An identity provider of the tests' own: OpenID configuration, key set, introspection; its keys change when a test says so."""

from __future__ import annotations

import json
import time
import urllib.parse
from typing import Any, Callable, Optional

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from .upstream import Exchange, FakeUpstream, json_bytes

#: What makes a private key, and what writes the public one, for each algorithm.
KINDS: dict[str, tuple[Callable[[], Any], Any]] = {
    "RS256": (lambda: rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "PS384": (lambda: rsa.generate_private_key(65537, 2048), RSAAlgorithm),
    "ES256": (lambda: ec.generate_private_key(ec.SECP256R1()), ECAlgorithm),
    "ES384": (lambda: ec.generate_private_key(ec.SECP384R1()), ECAlgorithm),
    "ES512": (lambda: ec.generate_private_key(ec.SECP521R1()), ECAlgorithm),
    "EdDSA": (lambda: ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm),
}


class Key:
    """A signing key with a name."""

    def __init__(self, name: str, algorithm: str = "ES256"):
        self.name = name
        self.algorithm = algorithm
        make, self._writer = KINDS[algorithm]
        self.private = make()

    @property
    def public(self) -> dict[str, Any]:
        value = self._writer.to_jwk(self.private.public_key(), as_dict=True)
        return {**value, "kid": self.name, "use": "sig"}


class Issuer:
    """Serves what an issuer serves. `keys` are those of its key set, `tokens` what introspection says of opaque tokens."""

    def __init__(self) -> None:
        self.server = FakeUpstream()
        self.keys = [Key("first")]
        self.tokens: dict[str, dict[str, Any]] = {}
        self.is_away = False
        self.server.reply = self._reply

    @property
    def url(self) -> str:
        return self.server.url

    def asked(self, path: str) -> int:
        return sum(request.target == path for request in self.server.requests)

    def token(self, key: Optional[Key] = None, headers: Optional[dict[str, Any]] = None, **claims: Any) -> str:
        key = key or self.keys[0]
        now = int(time.time())
        base = {"iss": self.url, "aud": "sluice", "sub": "alice", "iat": now, "exp": now + 600}
        merged = {name: value for name, value in {**base, **claims}.items() if value is not None}
        return jwt.encode(merged, key.private, algorithm=key.algorithm, headers={"kid": key.name, **(headers or {})})

    def stop(self) -> None:
        self.server.stop()

    def _reply(self, exchange: Exchange) -> None:
        if self.is_away:
            exchange.reset()
            return
        path = exchange.request.target
        if path == "/.well-known/openid-configuration":
            exchange.send(json_bytes({"issuer": self.url, "jwks_uri": self.url + "/keys"}))
        elif path == "/keys":
            exchange.send(json_bytes({"keys": [key.public for key in self.keys]}))
        elif path == "/introspect":
            form = dict(urllib.parse.parse_qsl(exchange.request.body.decode()))
            exchange.send(json_bytes(self.tokens.get(form.get("token", ""), {"active": False})))
        else:
            exchange.send(json_bytes({"error": "not found"}, status=404))


def tampered(token: str) -> str:
    """The token with another subject and the old signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(jwt.utils.base64url_decode(payload))
    claims["sub"] = "mallory"
    return ".".join([header, jwt.utils.base64url_encode(json.dumps(claims).encode()).decode(), signature])
