"""A private Redis that a test starts, stops and starts again."""

from __future__ import annotations

import os
import pathlib
import shutil
import socket
import subprocess
import time

import pytest

from .upstream import closed_port
from .waiting import eventually


def redis_path() -> str:
    """The server, or a skip where there is none; where all tests are asked for it may not be missing."""
    path = shutil.which("redis-server")
    if path is None and os.environ.get("SLUICE_TEST_SERVERS_REQUIRED") != "1":
        pytest.skip("redis-server is not installed")
    assert path, "redis-server is not installed: scripts/install-deps.sh test"
    return path


class RedisServer:
    """`redis-server` on a free port of the loopback interface, without persistence: stopped, it forgets everything."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.port = closed_port()
        self._child: subprocess.Popen | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [redis_path(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as log:
            self._child = subprocess.Popen(
                [*command, "--dir", str(self.folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        eventually(self._answers, "Redis answers")

    def stop(self) -> None:
        """At once, as a crash."""
        if self._child:
            self._child.kill()
            self._child.wait()
            self._child = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            time.sleep(0.02)
            return False
