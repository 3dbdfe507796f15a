"""The admin API of a running gateway, and the commands on top of it."""

from __future__ import annotations

import json
import pathlib
import socket
import threading
import time
from typing import Any, Callable, Optional

import httpx
import pytest
from harness.gateway import Gateway, run_command
from harness.keys import forged_key
from harness.waiting import PATIENCE, eventually
from openapi_spec_validator import validate

ADMIN_KEY = "an-admin-key-of-the-tests-0123456789"


class Admin:
    """A gateway with an admin listener, and a client of it."""

    def __init__(self, gateway: Gateway):
        self.gateway = gateway
        self.url = "http://" + gateway.process.wait_for_message("administration listening")["address"]

    def call(self, method: str, path: str, key: Optional[str] = ADMIN_KEY, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        return httpx.request(
            method, f"{self.url}{path}", headers=headers, timeout=30 * PATIENCE, trust_env=False, **options
        )

    def make(self, path: str, **members: Any) -> dict[str, Any]:
        answer = self.call("POST", f"/admin/v1{path}", json=members)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def command(self, *arguments: str, key: Optional[str] = ADMIN_KEY) -> Any:
        return run_command(
            *arguments, "--url", self.url, environment={"SLUICE_ADMIN_KEY": key} if key else None
        )


@pytest.fixture
def admin(start_gateway: Callable[..., Gateway]) -> Admin:
    return Admin(start_gateway({"server": {"admin": "127.0.0.1:0"}}, environment={"SLUICE_ADMIN_KEY": ADMIN_KEY}))


def ask(gateway: Gateway, key: str) -> int:
    with gateway.client(headers={"authorization": f"Bearer {key}"}) as client:
        body = {"model": "mock", "messages": [{"role": "user", "content": "Hi"}]}
        return client.post("/v1/chat/completions", json=body).status_code


def wait_for(status: int, gateway: Gateway, key: str, *, seconds: float) -> None:
    """Asks until the answer has this status, no longer than a change may take."""
    end = time.monotonic() + seconds
    while (found := ask(gateway, key)) != status:
        assert time.monotonic() < end, f"still {found}, not {status}"
        time.sleep(0.02)


class TestKeys:
    def test_the_life_of_a_key(self, admin: Admin) -> None:
        made = admin.make("/keys", name="laptop", models=["mock"])
        key, path = made["key"], f"/admin/v1/keys/{made['id']}"
        assert ask(admin.gateway, key) == 200

        rotated = admin.call("POST", f"{path}/rotate", json={"grace": "1h"}).json()
        assert rotated["key"] != key
        assert ask(admin.gateway, rotated["key"]) == 200
        assert ask(admin.gateway, key) == 200, "the old secret works within its grace"

        again = admin.call("POST", f"{path}/rotate", json={}).json()
        assert ask(admin.gateway, again["key"]) == 200
        for old in (key, rotated["key"]):
            wait_for(401, admin.gateway, old, seconds=1 * PATIENCE)

        assert admin.call("POST", f"{path}/disable").json()["standing"] == "disabled"
        wait_for(401, admin.gateway, again["key"], seconds=1 * PATIENCE)
        admin.call("POST", f"{path}/enable")
        wait_for(200, admin.gateway, again["key"], seconds=1 * PATIENCE)
        admin.call("POST", f"{path}/revoke")
        wait_for(401, admin.gateway, again["key"], seconds=1 * PATIENCE)

        actions = [entry["action"] for entry in admin.call("GET", f"/admin/v1/audit?subject={made['id']}").json()["data"]]
        assert actions == [f"key.{verb}" for verb in ("create", "rotate", "rotate", "disable", "enable", "revoke")]
        for secret in (key, rotated["key"], again["key"], ADMIN_KEY):
            assert secret not in admin.gateway.process.output

    def test_nobody_is_told_what_is_wrong_with_a_key(self, admin: Admin) -> None:
        keys = {name: admin.make("/keys", name=name) for name in ("disabled", "revoked", "removed", "rotated", "good")}
        for action in ("disable", "revoke"):
            assert admin.call("POST", f"/admin/v1/keys/{keys[action + 'd']['id']}/{action}").status_code == 200
        assert admin.call("POST", f"/admin/v1/keys/{keys['rotated']['id']}/rotate", json={}).status_code == 200
        assert admin.call("DELETE", f"/admin/v1/keys/{keys['removed']['id']}").status_code in (200, 204)
        good = keys.pop("good")
        assert ask(admin.gateway, good["key"]) == 200
        bad = {name: made["key"] for name, made in keys.items()}
        bad |= {"unknown": forged_key(), "wrong secret": forged_key(good["id"]), "mistyped": good["key"][:-1] + "b"}
        # A forged key differs from a made one in nothing but its secret.
        assert len(bad["unknown"]) == len(bad["wrong secret"]) == len(good["key"])

        def answer(path: str, key: str) -> tuple[int, str, set[tuple[str, str]]]:
            body = {"model": "mock", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
            with admin.gateway.client(headers={"x-api-key": key}) as client:
                found = client.post(path, json=body)
            own = found.headers["x-request-id"]
            # Whether the connection ends depends on how much of the body had come when the answer was ready.
            volatile = ("connection", "date", "request-id", "x-request-id")
            fields = {(name, value) for name, value in found.headers.items() if name not in volatile}
            return found.status_code, found.text.replace(own, "ID"), fields

        for path in ("/v1/chat/completions", "/v1/messages"):
            answers = {name: answer(path, key) for name, key in bad.items()}
            assert {name: found[0] for name, found in answers.items()} == dict.fromkeys(bad, 401)
            for name, found in answers.items():
                assert found == answers["unknown"], name

    def test_a_key_stands_and_falls_with_who_has_it(self, admin: Admin) -> None:
        admin.make("/tenants", id="acme", name="Acme")
        team = admin.make("/teams", name="search", tenant_id="acme")["id"]
        user = admin.make("/users", email="ann@example.com", tenant_id="acme", team_id=team)["id"]
        key = admin.make("/keys", name="of-ann", tenant_id="acme", user_id=user)["key"]
        other = admin.make("/keys", name="of-nobody")["key"]
        assert ask(admin.gateway, key) == 200
        for path in (f"/users/{user}", f"/teams/{team}", "/tenants/acme"):
            for is_disabled, status in ((True, 401), (False, 200)):
                changed = admin.call("PATCH", f"/admin/v1{path}", json={"is_disabled": is_disabled})
                assert changed.status_code == 200, changed.text
                wait_for(status, admin.gateway, key, seconds=1 * PATIENCE)
                assert ask(admin.gateway, other) == 200

    def test_what_a_key_is_bound_to(self, admin: Admin) -> None:
        def refusal(**members: Any) -> tuple[int, str]:
            key = admin.make("/keys", name="bound", **members)["key"]
            body = {"model": "mock", "messages": [{"role": "user", "content": "Hi"}]}
            with admin.gateway.client(headers={"authorization": f"Bearer {key}"}) as client:
                answer = client.post("/v1/chat/completions", json=body)
            return answer.status_code, answer.json().get("error", {}).get("code")

        assert refusal(networks=["192.0.2.0/24"]) == (403, "network_not_allowed")
        assert refusal(networks=["192.0.2.0/24", "127.0.0.0/8"])[0] == 200
        assert refusal(surfaces=["embeddings"]) == (403, "surface_not_allowed")
        assert refusal(surfaces=["embeddings", "chat"])[0] == 200
        assert refusal(models=["none-*"])[0] == 403
        brief = admin.make("/keys", name="brief", expires_at=time.strftime("%FT%TZ", time.gmtime(time.time() + 3)))
        assert ask(admin.gateway, brief["key"]) == 200
        wait_for(401, admin.gateway, brief["key"], seconds=4 * PATIENCE)

    def test_an_address_has_so_many_wrong_keys(self, admin: Admin) -> None:
        known = admin.make("/keys", name="known")["key"]
        fresh = admin.make("/keys", name="fresh")["key"]
        assert ask(admin.gateway, known) == 200
        statuses = [ask(admin.gateway, forged_key()) for _ in range(40)]
        assert statuses[:30] == [401] * 30
        assert statuses[-1] == 429
        with admin.gateway.client(headers={"authorization": f"Bearer {forged_key()}"}) as client:
            answer = client.post("/v1/chat/completions", json={"model": "mock", "messages": []})
        assert answer.json()["error"]["code"] == "too_many_failed_attempts"
        assert int(answer.headers["retry-after"]) >= 1
        assert ask(admin.gateway, known) == 200, "who is known is not locked out"
        wait_for(200, admin.gateway, fresh, seconds=5 * PATIENCE)

    def test_a_limit_that_is_made_is_in_force(self, admin: Admin) -> None:
        made = admin.make("/keys", name="slow")
        assert ask(admin.gateway, made["key"]) == 200
        rule = admin.make("/limits", level="key", subject=made["id"], definition={"requests": "1/minute"})
        assert [ask(admin.gateway, made["key"]) for _ in range(2)] == [200, 429]
        wider = {"definition": {"requests": "2/minute"}}
        assert admin.call("PATCH", f"/admin/v1/limits/{rule['id']}", json=wider).status_code == 200
        assert [ask(admin.gateway, made["key"]) for _ in range(2)] == [200, 429]
        assert admin.call("DELETE", f"/admin/v1/limits/{rule['id']}").status_code == 204
        assert ask(admin.gateway, made["key"]) == 200

    @pytest.mark.parametrize(
        ("path", "definition", "says"),
        [
            ("limits", {"requests": "many"}, "requests: "),
            ("limits", {"request": "1/minute"}, "request"),
            ("limits", {"requests": "1/minute", "tokens": "5/fortnight"}, "tokens: "),
            ("budgets", "5 EUR/month", "USD"),
            ("budgets", {"amount": "5 USD/month", "zone": "Mars/Olympus"}, "zone: "),
        ],
    )
    def test_a_wrong_definition_is_told_apart(self, admin: Admin, path: str, definition: Any, says: str) -> None:
        wrong = admin.call(
            "POST", f"/admin/v1/{path}", json={"level": "model", "subject": "*", "definition": definition}
        )
        assert wrong.status_code == 400
        error = wrong.json()["error"]
        assert error["param"] == "definition" and says in error["message"], error
        assert admin.call("GET", f"/admin/v1/{path}").json()["data"] == []

    def test_a_tenants_key_sees_its_tenant(self, admin: Admin) -> None:
        for tenant in ("alpha", "beta"):
            admin.make("/tenants", id=tenant, name=tenant)
        keys = {
            tenant: admin.make("/keys", name=tenant, tenant_id=tenant, admin="tenant") for tenant in ("alpha", "beta")
        }
        own = admin.call("GET", "/admin/v1/keys", key=keys["alpha"]["key"])
        assert [key["id"] for key in own.json()["data"]] == [keys["alpha"]["id"]]
        for method, tail in (("GET", ""), ("DELETE", ""), ("POST", "/revoke"), ("POST", "/rotate")):
            other = admin.call(method, f"/admin/v1/keys/{keys['beta']['id']}{tail}", key=keys["alpha"]["key"])
            assert other.status_code == 404
        assert admin.call("GET", "/admin/v1/keys", key=keys["beta"]["key"]).status_code == 200
        assert admin.call("GET", "/admin/v1/keys", key=admin.gateway.key).status_code == 403
        assert admin.call("GET", "/admin/v1/keys", key=None).status_code == 401

    def test_a_tenants_ledger_is_its_own(self, admin: Admin) -> None:
        keys = {}
        for tenant in ("alpha", "beta"):
            admin.make("/tenants", id=tenant, name=tenant)
            keys[tenant] = admin.make("/keys", name=tenant, tenant_id=tenant, admin="tenant")
        with admin.gateway.client(headers={"authorization": f"Bearer {keys['alpha']['key']}"}) as client:
            body = {"model": "mock", "messages": [{"role": "user", "content": "Hi"}]}
            request = client.post("/v1/chat/completions", json=body).headers["x-request-id"]
        path = f"/admin/v1/exchanges/{request}"
        own, other = keys["alpha"]["key"], keys["beta"]["key"]
        eventually(lambda: admin.call("GET", path, key=own).status_code == 200, "the exchange is in the ledger")
        unknown = admin.call("GET", "/admin/v1/exchanges/00000000-0000-7000-8000-000000000000", key=other)
        found = admin.call("GET", path, key=other)
        assert (found.status_code, found.text) == (404, unknown.text)
        assert len(admin.call("GET", "/admin/v1/exchanges", key=own).json()["data"]) == 1
        assert admin.call("GET", "/admin/v1/exchanges", key=other).json()["data"] == []
        filtered = admin.call("GET", f"/admin/v1/exchanges?key_id={keys['alpha']['id']}", key=other)
        assert filtered.json()["data"] == []
        for path in ("/usage", "/exchanges"):
            assert admin.call("GET", f"/admin/v1{path}?tenant_id=alpha", key=own).status_code == 200
            assert admin.call("GET", f"/admin/v1{path}?tenant_id=alpha", key=other).status_code == 404
        assert admin.call("GET", "/admin/v1/usage", key=own).json()["total"]["requests"] == 1
        assert admin.call("GET", "/admin/v1/usage", key=other).json()["total"]["requests"] == 0


class TestAPI:
    def test_the_document_is_one(self, admin: Admin) -> None:
        answer = admin.call("GET", "/admin/v1/openapi.json")
        assert answer.status_code == 200
        validate(answer.json())
        paths = admin.call("GET", "/admin/v1").json()["paths"]
        assert {f"/admin/v1{path.rstrip('/')}" for path in answer.json()["paths"]} == set(paths) | {"/admin/v1"}

    def test_it_is_on_the_admin_listener_alone(self, admin: Admin) -> None:
        with admin.gateway.client(headers={"authorization": f"Bearer {ADMIN_KEY}"}) as client:
            assert client.get("/admin/v1/keys").status_code == 404
        assert admin.call("GET", "/health/live", key=None).status_code == 200
        assert admin.call("GET", "/metrics", key=None).status_code == 200

    def test_calls_are_logged_and_counted(self, admin: Admin) -> None:
        answer = admin.call("GET", "/admin/v1/teams")
        line = admin.gateway.log_line(answer.headers["x-request-id"])
        assert (line["path"], line["surface"], line["status"]) == ("/admin/v1", "admin", 200)
        assert 'path="/admin/v1"' in admin.call("GET", "/metrics").text

    def test_explain(self, admin: Admin) -> None:
        answer = admin.call("POST", "/admin/v1/explain", json={"model": "mock"})
        assert answer.status_code == 200
        assert "mock" in answer.text
        assert admin.call("POST", "/admin/v1/explain", json={"model": "none-such"}).status_code == 422

    def test_guessing_is_slowed_down(self, admin: Admin) -> None:
        statuses = [admin.call("GET", "/admin/v1", key=f"guess-{number}").status_code for number in range(12)]
        assert statuses[:5] == [401] * 5
        assert statuses[-1] == 429


class TestCommands:
    def test_a_key_by_command(self, admin: Admin) -> None:
        made = admin.command("keys", "create", "build", "--model", "mock")
        assert made.returncode == 0, made.stderr
        key = made.stdout.strip()
        assert key.startswith("sk-sl-")
        assert ask(admin.gateway, key) == 200
        identifier = key.split("-")[2]
        rotated = admin.command("keys", "rotate", identifier, "--grace", "1h")
        assert ask(admin.gateway, rotated.stdout.strip()) == 200
        assert ask(admin.gateway, key) == 200
        assert "build" in admin.command("keys", "list").stdout
        assert json.loads(admin.command("keys", "show", identifier, "--json").stdout)["models"] == ["mock"]
        assert "disabled" in admin.command("keys", "disable", identifier).stdout
        assert "valid" in admin.command("keys", "enable", identifier).stdout
        assert "revoked" in admin.command("keys", "revoke", identifier).stdout
        wait_for(401, admin.gateway, key, seconds=1 * PATIENCE)
        assert admin.command("keys", "delete", identifier).returncode == 0
        actions = [entry["action"] for entry in json.loads(admin.command("audit", "--json").stdout)]
        assert actions[-1] == "key.remove"
        assert "mock" in admin.command("models").stdout

    @pytest.mark.parametrize(
        ("kind", "fields"),
        [
            ("tenants", ["id=acme", "name=Acme"]),
            ("teams", ["name=Search"]),
            ("users", ["email=ann@example.com"]),
            ("limits", ["level=model", "subject=*", 'definition={"requests":"60/minute"}']),
            ("budgets", ["level=model", "subject=*", "definition=25 USD/month"]),
        ],
    )
    def test_records_by_command(self, admin: Admin, kind: str, fields: list[str]) -> None:
        made = admin.command(kind, "create", *fields, "--json")
        assert made.returncode == 0, made.stderr
        identifier = json.loads(made.stdout)["id"]
        assert identifier in admin.command(kind, "list").stdout
        assert admin.command(kind, "show", identifier).returncode == 0
        changed = admin.command(kind, "change", identifier, "is_disabled=true", "--json")
        assert json.loads(changed.stdout)["is_disabled"] is True
        assert admin.command(kind, "delete", identifier).returncode == 0
        gone = admin.command(kind, "show", identifier)
        assert gone.returncode == 1
        assert gone.stderr.startswith("error: There is no such")

    def test_exit_codes(self, admin: Admin, tmp_path: pathlib.Path) -> None:
        assert admin.command("keys", "list", key="a-wrong-key-of-some-length").returncode == 77
        assert admin.command("keys", "list", key=None).returncode == 77
        assert admin.command("teams", "create", "nonsense").returncode == 64
        assert admin.command("teams", "create", "nmae=x").returncode == 1
        nobody = run_command("keys", "list", "--url", "http://127.0.0.1:1", "--admin-key", ADMIN_KEY)
        assert nobody.returncode == 69
        assert "no gateway answers" in nobody.stderr

    def test_usage_by_command(self, admin: Admin) -> None:
        """What was used, by the same options as everything else; exports are whole whatever their length."""
        count = 1200
        with admin.gateway.client() as client:
            for number in range(count):
                body = {"model": "mock", "messages": [{"role": "user", "content": "hi"}]}
                name = f"asked-{number}"
                assert client.post("/v1/chat/completions", json=body, headers={"x-request-id": name}).status_code == 200
        eventually(
            lambda: admin.gateway.metrics().total("sluice_ledger_records_stored_total") >= count, "all are stored", seconds=30
        )
        sums = admin.command("usage", "--by", "model", "--json")
        assert sums.returncode == 0, sums.stderr
        assert json.loads(sums.stdout)["total"]["requests"] == count
        table = admin.command("usage", "--by", "model").stdout.splitlines()
        assert table[0].split()[:2] == ["model", "requests"] and table[1].split()[:2] == ["mock", str(count)]
        lines = admin.command("usage", "--export", "ndjson").stdout.splitlines()
        assert {json.loads(line)["request_id"] for line in lines} == {f"asked-{number}" for number in range(count)}
        assert lines[0].startswith('{"request_id":')
        rows = admin.command("usage", "--export", "csv").stdout.splitlines()
        assert len(rows) == count + 1 and rows[0].startswith("request_id,")
        trace = admin.command("trace", "asked-7")
        assert trace.returncode == 0 and trace.stdout.split()[:2] == ["request_id", "asked-7"]
        assert admin.command("trace", "asked-never").returncode == 1
        assert "gpt-4o" in admin.command("prices", "--model", "gpt-4o").stdout
        yesterday, tomorrow = (time.strftime("%Y-%m-%d", time.gmtime(time.time() + step)) for step in (-86_400, 86_400))
        priced = admin.command("prices", "reprice", "--from", yesterday, "--to", tomorrow, "--json")
        assert priced.returncode == 0, priced.stderr
        assert json.loads(priced.stdout) == {"records": count, "changed": 0, "unpriced": 0, "difference_usd": 0}
        for command in (["usage"], ["usage", "--export", "csv"], ["trace", "asked-7"], ["prices"]):
            assert admin.command(*command, key="a-wrong-key-of-some-length").returncode == 77, command
            assert admin.command(*command, key=None).returncode == 77, command
            nobody = run_command(*command, "--url", "http://127.0.0.1:1", "--admin-key", ADMIN_KEY)
            assert nobody.returncode == 69 and "no gateway answers" in nobody.stderr, command

    def test_an_export_that_breaks_off_is_told(self) -> None:
        """Half an export must not look like a whole one: also where its reader cannot see that."""
        with socket.create_server(("127.0.0.1", 0)) as server:

            def answer() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65_536)
                    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
                    connection.sendall(head + b"3\r\n{}\n\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
            broken = run_command("usage", "--export", "ndjson", "--url", url, "--admin-key", ADMIN_KEY)
            thread.join()
        assert broken.stdout == "{}\n"
        assert broken.returncode == 69 and "ended before it was whole" in broken.stderr

    def test_directly_on_the_database(self, start_gateway: Callable[..., Gateway]) -> None:
        """Without an admin listener the commands of the gateway's machine work on its database; it learns of it."""
        gateway = start_gateway()
        made = run_command("keys", "create", "direct", "--config", str(gateway.path), folder=gateway.folder)
        assert made.returncode == 0, made.stderr
        key = made.stdout.strip()
        assert ask(gateway, key) == 200
        run_command("keys", "revoke", key.split("-")[2], "--config", str(gateway.path), folder=gateway.folder)
        wait_for(401, gateway, key, seconds=2 * PATIENCE)
        audit = run_command("audit", "--json", "--config", str(gateway.path), folder=gateway.folder)
        assert {entry["actor_kind"] for entry in json.loads(audit.stdout)} == {"command"}
