"""The PostgreSQL and Redis servers that `scripts/test-servers.sh run` started, as it says in the environment."""

from __future__ import annotations

import os
import secrets
import subprocess

import pytest

from .waiting import PATIENCE

#: For tests that need the servers: skipped where there are none, and failing where they may not be missing.
needs_servers = pytest.mark.skipif(
    "SLUICE_TEST_POSTGRES_URL" not in os.environ and os.environ.get("SLUICE_TEST_SERVERS_REQUIRED") != "1",
    reason="no test servers; run the tests by scripts/test-servers.sh run",
)


class PostgreSQL:
    """A new, empty database on one of the servers: the one that stays, or the unsteady one that tests stop and start."""

    def __init__(self, *, is_unsteady: bool = False):
        self._server = "postgres-unsteady" if is_unsteady else "postgres"
        self._base = os.environ["SLUICE_TEST_POSTGRES_UNSTEADY_URL" if is_unsteady else "SLUICE_TEST_POSTGRES_URL"]
        self.name = "b" + secrets.token_hex(8)
        self._psql(self._base, f"CREATE DATABASE {self.name}")

    @property
    def url(self) -> str:
        return self._base.rsplit("/", 1)[0] + "/" + self.name

    def query(self, statements: str) -> list[list[str]]:
        """Runs statements in one transaction; the rows of the answers, as text."""
        return self._psql(self.url, statements)

    def act(self, action: str) -> None:
        """`stop`, `start`, `pause` or `resume` the server; returns when that is done."""
        act(action, self._server)

    @staticmethod
    def _psql(url: str, statements: str) -> list[list[str]]:
        result = subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t"]
            + ["--set=ON_ERROR_STOP=1", f"--command={statements}", url],
            capture_output=True,
            text=True,
            timeout=30 * PATIENCE,
        )
        assert result.returncode == 0, result.stderr
        return [line.split("\t") for line in result.stdout.splitlines() if line]


def act(action: str, server: str) -> None:
    """Stops, starts, pauses or resumes `postgres-unsteady` or `redis-unsteady`."""
    subprocess.run([os.environ["SLUICE_TEST_SERVERS_SCRIPT"], action, server], check=True, timeout=60 * PATIENCE)
