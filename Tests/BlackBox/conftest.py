"""Fixtures: a shared gateway over a scripted upstream, and the means to start others."""

from __future__ import annotations

import pathlib
import sys
from typing import Any, Callable, Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from harness.certificates import Authority  # noqa: E402
from harness.configuration import upstream_configuration  # noqa: E402
from harness.gateway import Gateway, MockModel, binary_path  # noqa: E402
from harness.raw import RawConnection  # noqa: E402
from harness.targets import Asker, Targets  # noqa: E402
from harness.upstream import FakeUpstream  # noqa: E402


def pytest_report_header() -> str:
    return f"binary: {binary_path()}"


@pytest.fixture(scope="session")
def session_upstream() -> Iterator[FakeUpstream]:
    upstream = FakeUpstream()
    yield upstream
    upstream.stop()


@pytest.fixture
def upstream(session_upstream: FakeUpstream) -> Iterator[FakeUpstream]:
    """The scripted upstream behind the shared gateway, as new."""
    session_upstream.forget()
    yield session_upstream
    session_upstream.forget()


@pytest.fixture(scope="session")
def shared_gateway(session_upstream: FakeUpstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), upstream_configuration(session_upstream))
    yield gateway
    gateway.stop()


@pytest.fixture
def gateway(shared_gateway: Gateway, upstream: FakeUpstream) -> Iterator[Gateway]:
    """A gateway whose models `plain` and `renamed` are the scripted upstream's, `mock` and `mock-*` the mock model's."""
    yield shared_gateway
    assert shared_gateway.process.is_running, f"the gateway ended:\n{shared_gateway.process.tail()}"
    shared_gateway.process.assert_no_crash()


@pytest.fixture
def start_gateway(tmp_path: pathlib.Path, upstream: FakeUpstream) -> Iterator[Callable[..., Gateway]]:
    """Starts a gateway of this test's own: what is given is laid over the shared one's configuration."""
    started: list[Gateway] = []

    def start(configuration: Any = None, **options: Any) -> Gateway:
        folder = tmp_path / f"gateway-{len(started)}"
        folder.mkdir()
        if not isinstance(configuration, str):
            configuration = upstream_configuration(upstream, **(configuration or {}))
        started.append(Gateway(folder, configuration, **options))
        return started[-1]

    yield start
    faults = []
    for each in started:
        if not each.expects_orderly_end:
            each.process.kill()
            continue
        try:
            each.stop()
        except AssertionError as fault:
            faults.append(fault)
    if faults:
        raise faults[0]


@pytest.fixture
def make_targets() -> Iterator[Callable[..., Targets]]:
    """Makes scripted upstreams by their names."""
    made: list[Targets] = []

    def make(*names: str) -> Targets:
        made.append(Targets(*names))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def asking() -> Iterator[Callable[[Gateway], Asker]]:
    """Opens clients that ask chat questions, and closes them in the end."""
    opened: list[Asker] = []

    def open_asker(gateway: Gateway) -> Asker:
        opened.append(Asker(gateway))
        return opened[-1]

    yield open_asker
    for each in opened:
        each.client.close()


@pytest.fixture(scope="session")
def mock_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MockModel]:
    """`sluice mock` alone."""
    mock = MockModel(tmp_path_factory.mktemp("mock"))
    yield mock
    mock.stop()


@pytest.fixture
def connect(gateway: Gateway) -> Iterator[Callable[..., RawConnection]]:
    """Opens raw connections to the shared gateway (or to the port given) and closes them in the end."""
    opened: list[RawConnection] = []

    def open_connection(port: int = 0, **options: Any) -> RawConnection:
        opened.append(RawConnection(port or gateway.port, **options))
        return opened[-1]

    yield open_connection
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))
