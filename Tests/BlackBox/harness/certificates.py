"""Certificates made for one run by a private authority."""

from __future__ import annotations

import pathlib
import ssl
from typing import Optional

import trustme


class Authority:
    """A certificate authority in a folder, with the files that the configuration names."""

    def __init__(self, folder: pathlib.Path, name: str = "authority"):
        self.folder = folder
        self._authority = trustme.CA()
        self.path = folder / f"{name}.pem"
        self._authority.cert_pem.write_to_path(str(self.path))

    def issue(self, name: str, *identities: str) -> tuple[pathlib.Path, pathlib.Path]:
        """A certificate chain and its key as two files."""
        issued = self._authority.issue_cert(*(identities or ("localhost", "127.0.0.1")))
        chain, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(str(key))
        return chain, key

    def client_context(
        self, *, protocols: tuple[str, ...] = (), certificate: Optional[tuple[pathlib.Path, pathlib.Path]] = None
    ) -> ssl.SSLContext:
        """What a client trusts and offers."""
        context = ssl.create_default_context(cafile=str(self.path))
        if protocols:
            context.set_alpn_protocols(list(protocols))
        if certificate:
            context.load_cert_chain(str(certificate[0]), str(certificate[1]))
        return context

    def server_context(
        self, certificate: tuple[pathlib.Path, pathlib.Path], *, protocols: tuple[str, ...] = ()
    ) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(certificate[0]), str(certificate[1]))
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context
