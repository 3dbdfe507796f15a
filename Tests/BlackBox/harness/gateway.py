"""The gateway under test, and the mock model server alone."""

from __future__ import annotations

import json
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
from typing import Any, Optional, Union

import httpx

from .metrics import Metrics
from .process import Process, plain_environment
from .waiting import PATIENCE

ROOT = pathlib.Path(__file__).resolve().parents[3]


def binary_path() -> pathlib.Path:
    """The binary that `SLUICE_BINARY` names, else the release build of this checkout."""
    path = pathlib.Path(os.environ.get("SLUICE_BINARY", ROOT / ".build" / "release" / "sluice")).resolve()
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there: build it (swift build -c release) or set SLUICE_BINARY")
    return path


def run_command(
    *arguments: str, folder: Optional[pathlib.Path] = None, environment: Optional[dict[str, str]] = None
) -> subprocess.CompletedProcess:
    """Runs one command of the binary to its end."""
    return subprocess.run(
        [str(binary_path()), *arguments],
        cwd=folder,
        env=plain_environment(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30 * PATIENCE,
    )


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` laid upon `base`; dictionaries are merged, everything else is replaced."""
    result = dict(base)
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


class Gateway:
    """One running `sluice serve` with its own folder, its own random key and a free port."""

    def __init__(
        self,
        folder: pathlib.Path,
        configuration: Union[dict[str, Any], str, None] = None,
        *,
        environment: Optional[dict[str, str]] = None,
        file_name: str = "sluice.yaml",
        scheme: str = "http",
    ):
        self.folder = folder
        self.key = "sk-test-" + secrets.token_hex(24)
        self.scheme = scheme
        self.path = folder / file_name
        if isinstance(configuration, str):
            self.path.write_text(configuration.replace("$KEY", self.key))
        else:
            self.write(configuration or {})
        self.process = Process(
            [str(binary_path()), "serve", "--config", str(self.path)],
            environment=plain_environment(environment),
            folder=folder,
        )
        try:
            address = self.process.wait_for_message("listening", seconds=20)["address"]
        except BaseException:
            self.process.kill()
            raise
        self.port = int(address.rsplit(":", 1)[1])
        self.expects_orderly_end = True

    def write(self, configuration: dict[str, Any]) -> None:
        """Writes the configuration file: JSON, which is YAML too. Replaced in one step, as an operator's tool does."""
        base = {
            "server": {"listen": "127.0.0.1:0"},
            "logging": {"level": "info", "format": "json"},
            "auth": {"keys": [{"name": "test", "key": self.key}]},
        }
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(merged(base, configuration), indent=1))
        os.replace(fresh, self.path)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    def client(self, **options: Any) -> httpx.Client:
        """An HTTP client that already has the key."""
        options.setdefault("timeout", 30 * PATIENCE)
        options.setdefault("headers", self.headers)
        return httpx.Client(base_url=self.url, trust_env=False, **options)

    def metrics(self) -> Metrics:
        with self.client() as client:
            response = client.get("/metrics")
            assert response.status_code == 200
            return Metrics(response.text)

    def log_line(self, request_id: str, *, seconds: float = 10) -> dict[str, Any]:
        """The one log line of the request with this id, waited for."""
        return self.process.wait_for_record(
            lambda record: record.get("request_id") == request_id and "status" in record,
            f"the log line of request {request_id}",
            seconds=seconds,
        )

    def reload(self) -> None:
        self.process.signal(signal.SIGHUP)

    def stop(self) -> int:
        """Ends the gateway in order and checks how it went."""
        was_running = self.process.is_running
        status = self.process.stop()
        self.process.assert_no_crash()
        if was_running:
            assert status == 0, f"exit status {status} after SIGTERM:\n{self.process.tail()}"
        return status


class MockModel:
    """`sluice mock` as a process of its own."""

    def __init__(self, folder: pathlib.Path):
        self.process = Process(
            [str(binary_path()), "mock", "--listen", "127.0.0.1:0"],
            environment=plain_environment(),
            folder=folder,
        )
        try:
            address = self.process.wait_for_message("mock listening", seconds=20)["address"]
        except BaseException:
            self.process.kill()
            raise
        self.port = int(address.rsplit(":", 1)[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.stop()
        self.process.assert_no_crash()


def find_tool(name: str) -> Optional[str]:
    return shutil.which(name)
