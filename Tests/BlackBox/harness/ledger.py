"""The ledger in its database, read without the gateway; and load whose outcome the client knows."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import pathlib
import secrets
import shutil
import sqlite3
import subprocess
import threading
import time
from typing import Optional

import pytest


def psql() -> Optional[str]:
    """PostgreSQL's own client; `None` where it is not installed."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))
    return str(found[-1]) if found else shutil.which("psql")


class LedgerDatabase:
    """A database of its own for one test: a file in a folder, or a new schema of a test server."""

    def __init__(self, kind: str, folder: pathlib.Path, *, unsteady: bool = False):
        self.kind = kind
        if kind == "sqlite":
            self.file = folder / "ledger.db"
            self.location = f"sqlite:{self.file}"
            return
        server = os.environ.get("SLUICE_TEST_POSTGRES_UNSTEADY_URL" if unsteady else "SLUICE_TEST_POSTGRES_URL")
        self.tool = psql()
        if not server or not self.tool:
            assert os.environ.get("SLUICE_TEST_SERVERS_REQUIRED") != "1", "there is no PostgreSQL, and it is required"
            pytest.skip("no PostgreSQL; run the tests by scripts/test-servers.sh run")
        self.schema = "bb" + secrets.token_hex(8)
        self.server = server
        self.location = f"{server}?options=-csearch_path%3D{self.schema}"
        self._psql(server, f"CREATE SCHEMA {self.schema}")

    def _psql(self, location: str, statement: str) -> str:
        done = subprocess.run(
            [self.tool, "--no-psqlrc", "--tuples-only", "--no-align", "--field-separator=\t", "-c", statement, location],
            capture_output=True, text=True, timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, statement: str) -> list[tuple[str, ...]]:
        """The rows of a statement, every value as text."""
        if self.kind == "sqlite":
            with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as connection:
                return [tuple("" if value is None else str(value) for value in row) for row in connection.execute(statement)]
        return [tuple(line.split("\t")) for line in self._psql(self.location, statement).splitlines() if line]

    def execute(self, statement: str) -> None:
        assert self.kind == "postgresql"
        self._psql(self.location, statement)

    def counts(self) -> dict[str, int]:
        """How many records each request id has."""
        return {name: int(count) for name, count in self.rows(
            "SELECT request_id, COUNT(*) FROM ledger_records GROUP BY request_id")}


class Load:
    """Clients that ask as fast as they can, each request with an id of its own, and remember what they saw complete."""

    def __init__(self, port: int, key: str, *, name: str = "load", clients: int = 4, pause: float = 0):
        self.port = port
        self.key = key
        self.name = name
        self.pause = pause
        self.complete: set[str] = set()
        self.failed: list[str] = []
        self.latencies: list[float] = []
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(index,), daemon=True) for index in range(clients)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=30)
            assert not thread.is_alive(), "a client does not end"

    def _ask(self, client: int) -> None:
        connection: Optional[http.client.HTTPConnection] = None
        number = 0
        while not self._stopping.is_set():
            number += 1
            name = f"{self.name}-{client}-{number}"
            begun = time.monotonic()
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                whole = self._once(connection, name, streams=number % 2 == 0)
            except (OSError, http.client.HTTPException) as fault:
                whole = f"{name}: {fault!r}"
            if whole is None:
                self.complete.add(name)
                self.latencies.append(time.monotonic() - begun)
            else:
                self.failed.append(whole)
                if connection:
                    connection.close()
                connection = None
                time.sleep(0.005)
            if self.pause:
                time.sleep(self.pause)

    def _once(self, connection: http.client.HTTPConnection, name: str, *, streams: bool) -> Optional[str]:
        """`None` when the whole answer came, else what was wrong."""
        body = {"model": "mock", "stream": streams, "messages": [{"role": "user", "content": "hello " * 10}]}
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json", "x-request-id": name}
        connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
        if response.status != 200:
            return f"{name}: status {response.status}: {text[:200]!r}"
        # A stream is complete for its client with its last event, whatever becomes of the connection.
        if streams and not text.rstrip().endswith(b"[DONE]"):
            return f"{name}: the stream ends with {text[-60:]!r}"
        return None
