"""Where keys are kept: first starts, restarts, outages of the database, and what one process tells another."""

from __future__ import annotations

import json
import os
import pathlib
import re
import threading
import time
from typing import Any, Callable, Iterator, Optional

import pytest
from harness.gateway import Gateway, run_command
from harness.keys import forged_key
from harness.raw import RawConnection, chat_body, request_bytes
from harness.servers import PostgreSQL, act, needs_servers
from harness.waiting import PATIENCE, eventually

#: The mock model, and no key in the file.
KEYLESS: dict[str, Any] = {"providers": {"mock": {}}, "auth": {"keys": []}}


def on(database: PostgreSQL, **over: Any) -> dict[str, Any]:
    """A configuration whose keys are in `database`."""
    return {**KEYLESS, "storage": {"database": database.url}, **over}


def printed_keys(gateway: Gateway) -> dict[str, str]:
    """The keys that the gateway printed, by what it called them."""
    return dict(re.findall(r"(admin|client) key:\s+(sk-sl-\S+)", gateway.process.output))


def first_keys(gateway: Gateway) -> dict[str, str]:
    """The keys of a first start, waited for."""
    eventually(lambda: "curl" in gateway.process.output, "the notice of the start")
    return printed_keys(gateway)


def ask(gateway: Gateway, key: str) -> int:
    """The status of one chat request with `key`."""
    with RawConnection(gateway.port) as connection:
        connection.send(request_bytes(body=chat_body("mock"), key=key))
        return connection.read_response().status


def health(gateway: Gateway, path: str = "/health") -> tuple[int, dict[str, Any]]:
    with gateway.client() as client:
        response = client.get(path)
        return response.status_code, response.json()


@pytest.fixture
def start(tmp_path: pathlib.Path) -> Iterator[Callable[..., Gateway]]:
    """Starts gateways in folders of this test's own, the same folder again where it is named."""
    started: list[Gateway] = []

    def start_one(configuration: Any = None, *, folder: Optional[str] = None, **options: Any) -> Gateway:
        path = tmp_path / (folder or f"gateway-{len(started)}")
        path.mkdir(exist_ok=True)
        started.append(Gateway(path, KEYLESS if configuration is None else configuration, **options))
        return started[-1]

    yield start_one
    for gateway in started:
        gateway.stop()


@pytest.fixture
def unsteady() -> Iterator[PostgreSQL]:
    """A database on the server that tests stop; it runs again in the end."""
    database = PostgreSQL(is_unsteady=True)
    yield database
    database.act("start")


class Load:
    """Asks with one key again and again until it is told to stop; counts what came back."""

    def __init__(self, gateway: Gateway, key: str):
        self._gateway = gateway
        self._key = key
        self._ends = threading.Event()
        self.statuses: dict[int, int] = {}
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        with RawConnection(self._gateway.port) as connection:
            while not self._ends.is_set():
                connection.send(request_bytes(body=chat_body("mock"), key=self._key))
                status = connection.read_response().status
                self.statuses[status] = self.statuses.get(status, 0) + 1

    @property
    def count(self) -> int:
        return sum(self.statuses.values())

    def goes_on(self, requests: int = 20) -> None:
        """Waits until so many more were answered."""
        before = self.count
        eventually(lambda: self.count >= before + requests, f"{requests} more answers")


class TestFirstStart:
    def test_keys_are_made_once_and_outlive_the_process(
        self, start: Callable[..., Gateway], tmp_path: pathlib.Path
    ) -> None:
        gateway = start(folder="one")
        keys = first_keys(gateway)
        assert set(keys) == {"admin", "client"}
        assert ask(gateway, keys["client"]) == 200
        # The last letter has two bits of the checksum, and is never a b.
        assert ask(gateway, keys["client"][:-1] + "b") == 401
        gateway.stop()

        folder = tmp_path / "one" / "data"
        assert oct(folder.stat().st_mode & 0o777) == "0o700"
        stored = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
        for key in keys.values():
            secret = key.rsplit("-", 1)[1][:32]
            assert secret.encode() not in stored
        assert b"$argon2id$" in stored

        again = start(folder="one")
        assert first_keys(again) == {}
        assert "sluice keys create" in again.process.output
        assert "$SLUICE_KEY" in again.process.output
        assert "sk-sl-" not in again.process.output
        for key in keys.values():
            assert ask(again, key) == 200

    def test_keys_of_the_file_are_enough(self, start: Callable[..., Gateway]) -> None:
        gateway = start({"providers": {"mock": {}}})
        assert ask(gateway, gateway.key) == 200
        assert "sk-sl-" not in gateway.process.output
        assert health(gateway)[1]["database"] == "ok"

    def test_an_admin_key_of_the_environment_takes_the_place_of_one(self, start: Callable[..., Gateway]) -> None:
        gateway = start(environment={"SLUICE_ADMIN_KEY": "an-admin-key-of-mine-0123456789"})
        assert set(first_keys(gateway)) == {"client"}
        assert "an-admin-key-of-mine" not in gateway.process.output

    def test_without_a_database_a_key_lasts_as_long_as_the_process(
        self, start: Callable[..., Gateway], tmp_path: pathlib.Path
    ) -> None:
        gateway = start({**KEYLESS, "storage": {"database": "off"}}, folder="none")
        eventually(lambda: "curl" in gateway.process.output, "the notice of the start")
        key = re.search(r"kept in memory only\): (sk-sl-\S+)", gateway.process.output)[1]
        assert ask(gateway, key) == 200
        assert health(gateway)[1]["database"] == "none"
        assert not (tmp_path / "none" / "data").exists()

    @needs_servers
    def test_of_replicas_that_start_at_once_one_makes_the_keys(self, start: Callable[..., Gateway]) -> None:
        database = PostgreSQL()
        gateways: list[Gateway] = []
        threads = [
            threading.Thread(target=lambda index=index: gateways.append(start(on(database), folder=f"r{index}")))
            for index in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = [keys for keys in map(first_keys, gateways) if keys]
        assert len(found) == 1
        for gateway in gateways:
            assert ask(gateway, found[0]["client"]) == 200
        assert database.query("SELECT count(*) FROM client_keys") == [["2"]]


class TestMisconfiguration:
    def refused(self, tmp_path: pathlib.Path, database: str) -> str:
        result = run_command(
            "serve",
            folder=tmp_path,
            environment={"SLUICE_SERVER_LISTEN": "127.0.0.1:0", "SLUICE_STORAGE_DATABASE": database},
        )
        assert result.returncode > 0
        return result.stdout + result.stderr

    def test_a_path_that_cannot_be_made(self, tmp_path: pathlib.Path) -> None:
        (tmp_path / "file").write_text("")
        assert "storage.database" in self.refused(tmp_path, "sqlite:file/sluice.db")

    def test_a_file_that_is_no_database(self, tmp_path: pathlib.Path) -> None:
        (tmp_path / "file").write_text("this is no database, and long enough to be seen as none" * 100)
        assert "database" in self.refused(tmp_path, "sqlite:file")

    @needs_servers
    def test_a_database_that_does_not_exist(self, tmp_path: pathlib.Path) -> None:
        url = os.environ["SLUICE_TEST_POSTGRES_URL"].rsplit("/", 1)[0]
        assert "nobody-made-it" in self.refused(tmp_path, f"{url}/nobody-made-it")

    @needs_servers
    def test_a_schema_of_a_newer_version(self, start: Callable[..., Gateway], tmp_path: pathlib.Path) -> None:
        database = PostgreSQL()
        start(on(database)).stop()
        database.query("INSERT INTO schema_migrations VALUES (1000, 'from the future', 'x')")
        assert "newer version" in self.refused(tmp_path, database.url)


@needs_servers
class TestOutage:
    def test_known_keys_are_served_through_it_and_unknown_ones_are_told_to_wait(
        self, start: Callable[..., Gateway], unsteady: PostgreSQL
    ) -> None:
        gateway = start(on(unsteady))
        keys = first_keys(gateway)
        assert health(gateway)[1]["database"] == "ok"
        nobodys = forged_key()
        assert ask(gateway, nobodys) == 401
        with Load(gateway, keys["client"]) as load:
            load.goes_on()
            unsteady.act("stop")
            load.goes_on(200)
            eventually(lambda: health(gateway)[1]["status"] == "degraded", "the outage is in /health", seconds=5)
            assert health(gateway)[1]["database"].startswith("down: ")
            # Known keys are served, so requests may come.
            assert health(gateway, "/health/ready")[0] == 200
            for key in (keys["admin"], nobodys):
                assert ask(gateway, key) == 503
            assert gateway.metrics().total("sluice_database_up") == 0
            load.goes_on(200)
            unsteady.act("start")
            eventually(lambda: health(gateway)[1]["status"] == "healthy", "the end of the outage", seconds=15)
            assert ask(gateway, keys["admin"]) == 200
            assert ask(gateway, nobodys) == 401
            assert gateway.metrics().total("sluice_database_up") == 1
            load.goes_on()
        assert set(load.statuses) == {200}
        messages = [record["message"] for record in gateway.process.records]
        assert messages.count("database_lost") >= 1
        assert messages.count("database_back") >= 1

    def test_a_silent_database(self, start: Callable[..., Gateway], unsteady: PostgreSQL) -> None:
        """It takes connections and answers nothing: known keys do not feel it, others are told to wait."""
        gateway = start(on(unsteady))
        keys = first_keys(gateway)
        with Load(gateway, keys["client"]) as load:
            load.goes_on()
            unsteady.act("pause")
            try:
                asked = time.monotonic()
                for key in (keys["admin"], forged_key()):
                    assert ask(gateway, key) == 503
                assert time.monotonic() - asked < 20 * PATIENCE
                eventually(lambda: health(gateway)[1]["status"] == "degraded", "the outage is in /health", seconds=10)
                load.goes_on(200)
            finally:
                unsteady.act("resume")
            eventually(lambda: health(gateway)[1]["status"] == "healthy", "the end of the outage", seconds=20)
            eventually(lambda: ask(gateway, keys["admin"]) == 200, "the other key is served", seconds=5)
        assert set(load.statuses) == {200}

    def test_one_that_lasts_longer_than_known_keys_are_valid(
        self, start: Callable[..., Gateway], unsteady: PostgreSQL
    ) -> None:
        storage = {"database": unsteady.url, "known_keys": "5s"}
        gateway = start({**KEYLESS, "storage": storage})
        client = first_keys(gateway)["client"]
        assert ask(gateway, client) == 200
        unsteady.act("stop")
        eventually(lambda: ask(gateway, client) == 503, "the key is not known any more", seconds=15)
        eventually(lambda: health(gateway, "/health/ready")[0] == 503, "it is not ready", seconds=5)
        assert "longer than known keys" in health(gateway, "/health/ready")[1]["reason"]
        unsteady.act("start")
        eventually(lambda: ask(gateway, client) == 200, "the key is known again", seconds=15)
        eventually(lambda: health(gateway, "/health/ready")[0] == 200, "it is ready", seconds=15)

    def test_where_readiness_needs_the_database(self, start: Callable[..., Gateway], unsteady: PostgreSQL) -> None:
        server = {"listen": "127.0.0.1:0", "ready_needs_database": True}
        gateway = start(on(unsteady, server=server))
        assert health(gateway, "/health/ready")[0] == 200
        unsteady.act("stop")
        eventually(lambda: health(gateway, "/health/ready")[0] == 503, "it is not ready", seconds=5)
        unsteady.act("start")
        eventually(lambda: health(gateway, "/health/ready")[0] == 200, "it is ready", seconds=15)

    def test_a_start_without_the_database(self, start: Callable[..., Gateway], unsteady: PostgreSQL) -> None:
        unsteady.act("stop")
        with_key = start({"providers": {"mock": {}}, "storage": {"database": unsteady.url}})
        keyless = start(on(unsteady))
        assert ask(with_key, with_key.key) == 200
        assert ask(with_key, "sk-sl-" + "a" * 12) == 401
        assert health(with_key, "/health/ready")[0] == 503
        assert "since the start" in health(with_key, "/health/ready")[1]["reason"]
        assert health(with_key)[1]["status"] == "degraded"
        unsteady.act("start")
        keys = first_keys(keyless)
        assert set(keys) == {"admin", "client"}
        for gateway in (with_key, keyless):
            eventually(lambda: health(gateway, "/health/ready")[0] == 200, "it is ready", seconds=15)
            eventually(lambda: ask(gateway, keys["client"]) == 200, "the key is served", seconds=5)


@needs_servers
class TestRedis:
    def test_an_outage_is_in_health_and_metrics_and_no_reason_to_stay_away(self, start: Callable[..., Gateway]) -> None:
        gateway = start(
            {"providers": {"mock": {}}, "storage": {"redis": os.environ["SLUICE_TEST_REDIS_UNSTEADY_URL"]}}
        )
        assert health(gateway)[1]["redis"] == "ok"
        assert gateway.metrics().total("sluice_redis_up") == 1
        act("stop", "redis-unsteady")
        try:
            eventually(lambda: health(gateway)[1]["status"] == "degraded", "the outage is in /health", seconds=10)
            assert health(gateway)[1]["redis"].startswith("down: ")
            assert health(gateway, "/health/ready")[0] == 200
            assert gateway.metrics().total("sluice_redis_up") == 0
        finally:
            act("start", "redis-unsteady")
        eventually(lambda: health(gateway)[1]["status"] == "healthy", "the end of the outage", seconds=10)


@needs_servers
class TestReplicas:
    #: What a revocation by another process writes.
    REVOKE = """
        UPDATE change_counter SET number = number + 1;
        UPDATE client_keys SET revoked_at = 1, revision = (SELECT number FROM change_counter) WHERE id = '{id}';
        INSERT INTO changes (number, kind, record_id, tenant_id, changed_at)
        SELECT number, 'key', '{id}', 'default', (extract(epoch FROM now()) * 1000)::bigint FROM change_counter;
    """
    NOTIFY = "SELECT pg_notify('sluice_changes', number::text) FROM change_counter"

    @pytest.mark.parametrize("is_announced", [True, False])
    def test_a_revoked_key_is_refused_everywhere_within_a_second(
        self, start: Callable[..., Gateway], is_announced: bool
    ) -> None:
        database = PostgreSQL()
        gateways = [start(on(database)), start(on(database))]
        key = first_keys(gateways[0])["client"]
        for gateway in gateways:
            assert ask(gateway, key) == 200
        revoke = self.REVOKE.format(id=key.split("-")[2])
        database.query(revoke + (self.NOTIFY if is_announced else ""))
        revoked = time.monotonic()
        for gateway in gateways:
            eventually(lambda: ask(gateway, key) == 401, "the key is refused", seconds=5)
        assert time.monotonic() - revoked < 1 * PATIENCE

    @pytest.mark.parametrize("act", ["revoke", "disable", "delete", "rotate"])
    def test_what_one_process_is_told_holds_on_the_other_within_a_second(
        self, start: Callable[..., Gateway], act: str
    ) -> None:
        database = PostgreSQL()
        configuration = on(database, server={"listen": "127.0.0.1:0", "admin": "127.0.0.1:0"})
        gateways = [start(configuration), start(configuration)]
        keys = first_keys(gateways[0])
        url = "http://" + gateways[0].process.wait_for_message("administration listening")["address"]
        for gateway in gateways:
            assert ask(gateway, keys["client"]) == 200
        identifier = keys["client"].split("-")[2]
        told = run_command("keys", act, identifier, "--url", url, environment={"SLUICE_ADMIN_KEY": keys["admin"]})
        done = time.monotonic()
        assert told.returncode == 0, told.stderr
        for gateway in gateways:
            eventually(lambda: ask(gateway, keys["client"]) == 401, "the key is refused", seconds=5)
        assert time.monotonic() - done < 1 * PATIENCE
        if act == "rotate":
            assert ask(gateways[1], told.stdout.strip()) == 200

    def test_an_account_of_one_process_has_keys_of_another(self, start: Callable[..., Gateway]) -> None:
        database = PostgreSQL()
        gateways = [start(on(database, auth={"keys": [], "registration": "open"})) for _ in range(3)]
        person = {"email": "ada@example.com", "password": "correct horse battery staple"}
        with gateways[0].client(headers={}) as client:
            assert client.post("/auth/register", json=person).status_code == 201
        with gateways[1].client(headers={}) as client:
            key = client.post("/auth/keys", json={**person, "key_name": "laptop"}).json()["api_key"]
        assert [ask(gateway, key) for gateway in gateways] == [200] * 3

    def test_a_database_of_the_shared_variable(self, start: Callable[..., Gateway]) -> None:
        database = PostgreSQL()
        gateway = start(environment={"DATABASE_URL": database.url})
        key = first_keys(gateway)["client"]
        other = start(on(database))
        assert ask(other, key) == 200
        text = json.dumps(gateway.process.records)
        assert database.url not in text
