"""TLS towards clients: ALPN, client certificates, and certificates that are replaced while the gateway runs."""

from __future__ import annotations

import os
import pathlib
import ssl
from typing import Any, Callable

import pytest
from harness.certificates import Authority
from harness.gateway import Gateway
from harness.http2 import HTTP2Connection
from harness.raw import ConnectionEnded, RawConnection, chat_body, request_bytes
from harness.waiting import eventually


def tls(chain: pathlib.Path, key: pathlib.Path, **more: Any) -> dict[str, Any]:
    return {"server": {"tls": {"certificate": str(chain), "private_key": str(key), **more}}}


@pytest.fixture
def secure(start_gateway: Callable[..., Gateway], authority: Authority) -> Gateway:
    return start_gateway(tls(*authority.issue("gateway")), scheme="https")


def test_http_1_1_over_tls(secure: Gateway, authority: Authority) -> None:
    with RawConnection(secure.port, tls=authority.client_context(protocols=("http/1.1",))) as connection:
        assert connection.socket.selected_alpn_protocol() == "http/1.1"
        for stream in (False, True):
            connection.send(request_bytes(body=chat_body("mock", stream=stream), key=secure.key))
            assert connection.read_response().status == 200


def test_a_client_without_alpn_speaks_http_1_1(secure: Gateway, authority: Authority) -> None:
    with RawConnection(secure.port, tls=authority.client_context()) as connection:
        connection.send(request_bytes(body=chat_body("mock"), key=secure.key))
        assert connection.read_response().status == 200


def test_http_2_by_alpn(secure: Gateway, authority: Authority) -> None:
    context = authority.client_context(protocols=("h2", "http/1.1"))
    with HTTP2Connection(secure.port, tls=context) as connection:
        headers = [("authorization", f"Bearer {secure.key}"), ("content-type", "application/json")]
        answer = connection.exchange("POST", "/v1/chat/completions", headers, chat_body("mock", stream=True))
        assert answer.status == 200 and b"[DONE]" in answer.body


def test_a_protocol_that_is_not_spoken(secure: Gateway, authority: Authority) -> None:
    """Refused in the handshake, or spoken to in HTTP/1.1 as if nothing had been offered."""
    try:
        with RawConnection(secure.port, tls=authority.client_context(protocols=("smtp",))) as connection:
            connection.send(request_bytes("GET", "/health/live"))
            assert connection.read_response(of="GET").status == 200
    except (ssl.SSLError, ConnectionEnded):
        pass


def test_old_versions_are_refused(secure: Gateway, authority: Authority) -> None:
    context = authority.client_context()
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, OSError)):
        RawConnection(secure.port, tls=context)


def test_clear_text_on_a_tls_port_does_no_harm(secure: Gateway, authority: Authority) -> None:
    with RawConnection(secure.port) as connection:
        connection.send(request_bytes("GET", "/health/live"))
        try:
            connection.read_response(of="GET")
        except (ConnectionEnded, AssertionError):
            pass
    with RawConnection(secure.port, tls=authority.client_context()) as connection:
        connection.send(request_bytes("GET", "/health/live"))
        assert connection.read_response(of="GET").status == 200


def test_a_handshake_that_never_ends_is_closed(start_gateway: Callable[..., Gateway], authority: Authority) -> None:
    configuration = tls(*authority.issue("slow"))
    configuration["server"]["timeouts"] = {"head": "400ms"}
    gateway = start_gateway(configuration, scheme="https")
    with RawConnection(gateway.port) as connection:
        connection.send(b"\x16\x03\x01")
        while connection._more():
            pass


class TestClientCertificates:
    def presents(self, gateway: Gateway, authority: Authority, **options: Any) -> bool:
        """Whether a request gets its answer."""
        try:
            with RawConnection(gateway.port, tls=authority.client_context(**options)) as connection:
                connection.send(request_bytes("GET", "/v1/models", key=gateway.key))
                return connection.read_response(of="GET").status == 200
        except (ssl.SSLError, OSError, ConnectionEnded):
            return False

    @pytest.mark.parametrize(("policy", "without"), [("required", False), ("optional", True)])
    def test_a_certificate(
        self,
        start_gateway: Callable[..., Gateway],
        authority: Authority,
        tmp_path: pathlib.Path,
        policy: str,
        without: bool,
    ) -> None:
        configuration = tls(*authority.issue("mutual"), client_ca=str(authority.path), client_certificate=policy)
        gateway = start_gateway(configuration, scheme="https")
        stranger = Authority(tmp_path, "stranger")
        assert self.presents(gateway, authority, certificate=authority.issue("client", "client@example.org"))
        assert self.presents(gateway, authority) is without
        assert not self.presents(gateway, authority, certificate=stranger.issue("wrong", "client@example.org"))


class TestReplacement:
    def serial(self, gateway: Gateway, context: ssl.SSLContext) -> int:
        with RawConnection(gateway.port, tls=context) as connection:
            return int(connection.socket.getpeercert()["serialNumber"], 16)

    def test_new_files_are_in_force_without_a_restart(
        self, start_gateway: Callable[..., Gateway], authority: Authority
    ) -> None:
        chain, key = authority.issue("rolling")
        gateway = start_gateway(tls(chain, key), scheme="https")
        context = authority.client_context()
        first = self.serial(gateway, context)
        with RawConnection(gateway.port, tls=context) as held:
            held.send(request_bytes("GET", "/health/live"))
            assert held.read_response(of="GET").status == 200
            new_chain, new_key = authority.issue("rolling-new")
            os.replace(new_key, key)
            os.replace(new_chain, chain)
            eventually(lambda: self.serial(gateway, context) != first, "the new certificate is served", seconds=5)
            held.send(request_bytes("GET", "/health/live"))
            assert held.read_response(of="GET").status == 200

    def test_broken_files_keep_the_old_certificate(
        self, start_gateway: Callable[..., Gateway], authority: Authority
    ) -> None:
        chain, key = authority.issue("fragile")
        gateway = start_gateway(tls(chain, key), scheme="https")
        context = authority.client_context()
        first = self.serial(gateway, context)
        before = len(gateway.process.records)
        chain.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
        gateway.reload()
        gateway.process.wait_for_record(
            lambda record: record.get("level") in ("error", "warning"),
            "a complaint about the certificate",
            start=before,
        )
        assert self.serial(gateway, context) == first

    def test_a_missing_file_at_the_start(self, tmp_path: pathlib.Path) -> None:
        from harness.gateway import run_command

        path = tmp_path / "sluice.yaml"
        path.write_text("server:\n  listen: 127.0.0.1:0\n  tls: { certificate: none.crt, private_key: none.key }\n")
        result = run_command("serve", "--config", str(path))
        assert result.returncode not in (0, -6, -4, -5, 132, 133, 134)
        assert "none.crt" in result.stdout + result.stderr
