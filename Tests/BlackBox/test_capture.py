"""The capture of prompts and answers: who is captured, what is kept, who reads it, and what it must not cost."""

from __future__ import annotations

import json
import pathlib
import secrets
import sqlite3
import stat
from typing import Any, Callable, Optional

import httpx
import pytest
from harness.gateway import Gateway, run_command
from harness.ledger import LedgerDatabase, Load
from harness.waiting import PATIENCE, eventually

ADMIN_KEY = "an-admin-key-of-the-tests-0123456789"
SECRET = "ann@example.com"


def configuration(**capture: Any) -> dict[str, Any]:
    return {
        "server": {"admin": "127.0.0.1:0"},
        "capture": {"enabled": True, **capture},
        "providers": {"mock": {}, "claude": {"kind": "mock", "dialect": "anthropic"}},
        "models": {
            "mock": {"targets": [{"provider": "mock", "model": "mock"}], "capture": True},
            "wordy": {"targets": [{"provider": "mock", "model": "mock-tokens-2000"}], "capture": True},
            "quiet": {"targets": [{"provider": "mock", "model": "mock"}]},
            "converted": {"targets": [{"provider": "claude", "model": "mock"}], "capture": True},
            "slow": {"targets": [{"provider": "mock", "model": "mock-slow"}], "capture": True},
        },
    }


class Captured:
    """A gateway that captures, with its admin API."""

    def __init__(self, folder: pathlib.Path, configuration: dict[str, Any]):
        self.folder = folder
        self.gateway = Gateway(folder, configuration, environment={"SLUICE_ADMIN_KEY": ADMIN_KEY})
        self.url = "http://" + self.gateway.process.wait_for_message("administration listening")["address"]

    def admin(self, method: str, path: str, key: str = ADMIN_KEY, **options: Any) -> httpx.Response:
        return httpx.request(
            method, f"{self.url}/admin/v1{path}", headers={"authorization": f"Bearer {key}"},
            timeout=30 * PATIENCE, trust_env=False, **options,
        )

    def payload(self, request_id: str, key: str = ADMIN_KEY) -> Optional[dict[str, Any]]:
        """What the admin API shows: at once, since a read comes behind what waits to be written."""
        answer = self.admin("GET", f"/exchanges/{request_id}/payload", key)
        if answer.status_code == 404:
            return None
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["data"]) == 1
        return answer.json()["data"][0]

    def ask(self, request_id: str, text: str = "hello", *, key: Optional[str] = None, path: str = "/v1/chat/completions",
            **members: Any) -> tuple[httpx.Response, bytes]:
        """One question; returns the answer and the bytes that were sent."""
        body = json.dumps({"model": "mock", "messages": [{"role": "user", "content": text}], **members}).encode()
        headers = {"authorization": f"Bearer {key or self.gateway.key}", "x-request-id": request_id}
        with self.gateway.client(headers=headers) as client:
            answer = client.post(path, content=body, headers={"content-type": "application/json"})
        return answer, body

    def metric(self, name: str) -> float:
        return self.gateway.metrics().total(f"sluice_payloads_{name}")


@pytest.fixture
def start(tmp_path: pathlib.Path) -> Any:
    started: list[Captured] = []

    def make(configuration: dict[str, Any]) -> Captured:
        folder = tmp_path / f"captured-{len(started)}"
        folder.mkdir()
        started.append(Captured(folder, configuration))
        return started[-1]

    yield make
    for each in started:
        each.gateway.stop()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_the_client_sent_and_received_is_kept(
    kind: str, start: Callable[..., Captured], tmp_path: pathlib.Path
) -> None:
    database = LedgerDatabase(kind, tmp_path)
    captured = start({**configuration(), "storage": {"database": database.location}})
    for name, members in {
        "whole": {}, "stream": {"stream": True}, "converted": {"model": "converted"},
        "converted-stream": {"model": "converted", "stream": True},
    }.items():
        answer, sent = captured.ask(name, **members)
        assert answer.status_code == 200
        found = captured.payload(name)
        assert found is not None, name
        assert found["request"]["text"].encode() == sent
        assert found["answer"]["text"].encode() == answer.content, name
        assert found["request"]["bytes"] == len(sent) and found["answer"]["bytes"] == len(answer.content)
        assert not found["request"]["truncated"] and not found["answer"]["truncated"]
        assert found["status"] == 200 and found["streamed"] is ("stream" in members) and found["redactions"] == 0
    refused, _ = captured.ask("refused", temperature="hot")
    assert refused.status_code == 400
    found = captured.payload("refused")
    assert found["answer"]["text"] == refused.text and found["status"] == 400
    # The ledger itself has none of it.
    eventually(lambda: captured.gateway.metrics().total("sluice_ledger_journal_unstored_bytes") == 0, "all is stored", seconds=30)
    assert "hello" not in str(database.rows("SELECT details FROM ledger_records"))
    assert captured.metric("captured_total") == 5 and captured.metric("shed_total") == 0
    text = run_command("trace", "whole", "--payload", "--url", captured.url, environment={"SLUICE_ADMIN_KEY": ADMIN_KEY})
    assert text.returncode == 0 and "hello" in text.stdout and "--- answer" in text.stdout


def test_compressed_answers_are_kept_as_text(start: Callable[..., Captured]) -> None:
    captured = start(configuration())
    answer, _ = captured.ask("zip", model="wordy")
    assert answer.headers["content-encoding"] == "gzip"
    assert captured.payload("zip")["answer"]["text"] == answer.text


def test_keys_and_models_say_who_is_captured(start: Callable[..., Captured]) -> None:
    keys = {name: "sk-test-" + secrets.token_hex(24) for name in ("always", "never", "plain")}
    base = configuration()
    base["auth"] = {
        "keys": [
            {"name": "always", "key": keys["always"], "capture": True},
            {"name": "never", "key": keys["never"], "capture": False},
            {"name": "plain", "key": keys["plain"]},
        ]
    }
    captured = start(base)
    expected = {
        ("always", "mock"): True, ("always", "quiet"): True, ("never", "mock"): False, ("never", "quiet"): False,
        ("plain", "mock"): True, ("plain", "quiet"): False,
    }
    for (name, model), is_kept in expected.items():
        request_id = f"{name}-{model}"
        assert captured.ask(request_id, key=keys[name], model=model)[0].status_code == 200
        assert (captured.payload(request_id) is not None) is is_kept, request_id
    # A stored key says it too, and a change of it is followed.
    made = captured.admin("POST", "/keys", json={"name": "stored", "capture": False}).json()
    assert made["capture"] is False
    captured.ask("stored-1", key=made["key"])
    assert captured.payload("stored-1") is None
    changed = captured.admin("PATCH", f"/keys/{made['id']}", json={"capture": True})
    assert changed.status_code == 200 and changed.json()["capture"] is True

    def is_followed() -> bool:
        request_id = "stored-" + secrets.token_hex(4)
        captured.ask(request_id, key=made["key"], model="quiet")
        return captured.payload(request_id) is not None

    eventually(is_followed, "the stored key is captured", seconds=20)
    check = run_command("check", "--config", str(captured.gateway.path))
    assert "prompts and answers are captured" in check.stdout and "always" in check.stdout


def test_off_by_default_nothing_is_written(start: Callable[..., Captured]) -> None:
    base = configuration()
    del base["capture"]
    captured = start(base)
    assert captured.ask("one")[0].status_code == 200
    assert captured.admin("GET", "/exchanges/one/payload").status_code == 503
    assert not (captured.folder / "data" / "payloads").exists()
    assert "sluice_payloads" not in httpx.get(
        captured.gateway.url + "/metrics", headers=captured.gateway.headers, trust_env=False).text


def test_bodies_are_cut_redacted_and_private(start: Callable[..., Captured]) -> None:
    captured = start(configuration(max_bytes="1KiB", redact={"fields": ["user"]}))
    captured.ask("redacted", f"write to {SECRET}, card 4111 1111 1111 1111", user="person-7")
    found = captured.payload("redacted")["request"]["text"]
    sent = json.loads(found)
    assert sent["messages"][0]["content"] == "write to [redacted:email], card [redacted:credit_card]"
    assert sent["user"] == "[redacted]"
    captured.ask("long", "word " * 1000)
    found = captured.payload("long")["request"]
    assert found["truncated"] and len(found["text"]) <= 1024 and found["bytes"] > 5000
    assert captured.metric("truncated_total") >= 1 and captured.metric("redactions_total") >= 3
    folder = captured.folder / "data" / "payloads"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        content = file.read_bytes()
        assert SECRET.encode() not in content and b"person-7" not in content
        assert captured.gateway.key.encode() not in content, "no header field is kept"


def test_a_client_that_leaves_has_what_was_sent_to_it(start: Callable[..., Captured]) -> None:
    captured = start(configuration())
    body = {"model": "slow", "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    with captured.gateway.client() as client:
        with client.stream("POST", "/v1/chat/completions", json=body, headers={"x-request-id": "left"}) as answer:
            first = next(answer.iter_raw())
    eventually(lambda: captured.payload("left") is not None, "the payload of who left", seconds=20)
    found = captured.payload("left")
    assert found["status"] == 499 and found["answer"]["text"].encode().startswith(first)


def test_a_sample_is_a_share(start: Callable[..., Captured]) -> None:
    captured = start(configuration(sample="50%"))
    for number in range(60):
        captured.ask(f"s{number}")
    kept = sum(captured.payload(f"s{number}") is not None for number in range(60))
    assert 10 <= kept <= 50


def test_tenants_read_their_own_and_reading_leaves_a_trace(start: Callable[..., Captured]) -> None:
    captured = start(configuration())
    keys: dict[str, str] = {}
    for tenant in ("acme", "rival"):
        assert captured.admin("POST", "/tenants", json={"id": tenant, "name": tenant}).status_code == 201
        made = captured.admin("POST", "/keys", json={"name": "admin", "tenant_id": tenant, "admin": "tenant"}).json()
        keys[tenant] = made["key"]
    client = captured.admin("POST", "/keys", json={"name": "client", "tenant_id": "acme"}).json()["key"]
    assert captured.ask("theirs", key=client)[0].status_code == 200
    assert captured.payload("theirs", keys["acme"])["tenant"] == "acme"
    assert captured.payload("theirs", keys["rival"]) is None
    assert captured.admin("GET", "/exchanges/theirs/payload", client).status_code == 403
    assert captured.admin("DELETE", "/exchanges/theirs/payload", keys["rival"]).status_code == 404
    assert captured.admin("DELETE", "/exchanges/theirs/payload", keys["acme"]).status_code == 204
    assert captured.payload("theirs") is None
    entries = captured.admin("GET", "/audit?subject=theirs").json()["data"]
    assert [(entry["action"], entry["tenant_id"]) for entry in entries] == [
        ("payload.read", "acme"), ("payload.delete", "acme")
    ]


def test_the_disk_limit_holds(start: Callable[..., Captured]) -> None:
    captured = start(configuration(disk_limit="1MiB", max_bytes="64KiB"))
    for number in range(40):
        captured.ask(f"n{number}", "word " * 10_000)
    assert captured.payload("n39") is not None and captured.payload("n0") is None
    assert captured.metric("displaced_total") > 0
    assert captured.metric("stored_bytes") <= 1 << 20


def test_payloads_give_way_and_answers_go_on(start: Callable[..., Captured], tmp_path: pathlib.Path) -> None:
    """Somebody holds the store's file: payloads are left out in the end, and nobody waits for it."""
    captured = start(configuration(queue_bytes="64KiB", max_bytes="16KiB"))
    captured.ask("before")
    assert captured.payload("before") is not None
    holder = sqlite3.connect(captured.folder / "data" / "payloads" / "payloads.db", timeout=10, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        answered = 0
        while captured.metric("shed_total") == 0:
            assert captured.ask("during" + str(answered), "word " * 4000)[0].status_code == 200
            answered += 1
            assert answered < 500
        assert captured.metric("queue_bytes") <= 64 * 1024
    finally:
        holder.execute("ROLLBACK")
        holder.close()

    def is_kept_again() -> bool:
        request_id = "after-" + secrets.token_hex(4)
        captured.ask(request_id)
        return captured.payload(request_id) is not None

    eventually(is_kept_again, "payloads are kept again", seconds=30)
    records = captured.gateway.metrics().total("sluice_ledger_records_total")
    assert records >= answered, "each has its record"
