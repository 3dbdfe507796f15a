"""Gateways whose providers are the mock model in every dialect, and what it was sent: fixtures to import."""

from __future__ import annotations

import json
from typing import Any, Callable, Iterator

import httpx
import pytest

from .certificates import Authority
from .clients import DRIVERS, Driver
from .gateway import Gateway, MockModel
from .surfaces import TARGETS

#: For looking into the mock model: one client, since each makes a TLS context of its own.
LOOK = httpx.Client(trust_env=False, timeout=30)


def provider(mock: MockModel, dialect: str) -> dict[str, Any]:
    return {"kind": "mock", "base_url": mock.url, "dialect": dialect}


def providers(mock: MockModel) -> dict[str, Any]:
    return {target: provider(mock, target) for target in TARGETS}


@pytest.fixture(scope="module")
def conversion_gateway(mock_model: MockModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A provider for each dialect, with the dialect's name."""
    gateway = Gateway(tmp_path_factory.mktemp("conversion"), {"providers": providers(mock_model)})
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
            "providers": providers(mock_model),
        },
        scheme="https",
    )
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def module_drivers(
    conversion_gateway: Gateway, secure_gateway: Gateway, authority: Authority
) -> Iterator[dict[str, Driver]]:
    opened: dict[str, Driver] = {}
    for name, kind in DRIVERS.items():
        if kind.needs_tls:
            opened[name] = kind(secure_gateway.url, secure_gateway.key, str(authority.path))
        else:
            opened[name] = kind(conversion_gateway.url, conversion_gateway.key)
    yield opened
    for each in opened.values():
        each.close()


@pytest.fixture
def open_driver(module_drivers: dict[str, Driver]) -> Callable[[str], Driver]:
    """An SDK with nothing said yet."""

    def open_one(name: str) -> Driver:
        module_drivers[name].history = []
        return module_drivers[name]

    return open_one


@pytest.fixture(scope="module")
def raw(conversion_gateway: Gateway) -> Iterator[httpx.Client]:
    """An HTTP client with the key, for what no SDK would send."""
    with conversion_gateway.client() as client:
        yield client


@pytest.fixture
def recorded(mock_model: MockModel) -> Callable[[], list[dict[str, Any]]]:
    """The bodies that the mock model has been sent since the test began."""
    LOOK.delete(mock_model.url + "/_mock/requests")

    def read() -> list[dict[str, Any]]:
        received = LOOK.get(mock_model.url + "/_mock/requests").json()
        return [json.loads(each["body"]) for each in received["requests"] if each.get("body")]

    return read
