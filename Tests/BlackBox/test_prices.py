"""What models cost, changed while the gateway runs: from an unknown price to a bill that adds up."""

from __future__ import annotations

import json
import time
from typing import Any, Callable

import httpx
import pytest
from harness.gateway import Gateway, run_command
from harness.servers import PostgreSQL
from harness.waiting import PATIENCE, eventually

ADMIN_KEY = "an-admin-key-of-the-tests-0123456789"
#: What the scripted upstream reports for each answer.
INPUT, OUTPUT = 7, 5
MODELS = {"models": {"nobody": {"targets": [{"provider": "compatible", "model": "nobody-knows-1"}]}}}


class Replica:
    """A gateway with an admin listener."""

    def __init__(self, gateway: Gateway):
        self.gateway = gateway
        self.url = "http://" + gateway.process.wait_for_message("administration listening")["address"]

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {ADMIN_KEY}"}
        return httpx.request(
            method, f"{self.url}/admin/v1{path}", headers=headers, timeout=30 * PATIENCE, trust_env=False, **options
        )

    def command(self, *arguments: str) -> Any:
        return run_command(*arguments, "--url", self.url, environment={"SLUICE_ADMIN_KEY": ADMIN_KEY})

    def ask(self, request_id: str) -> None:
        with self.gateway.client() as client:
            body = {"model": "nobody", "messages": [{"role": "user", "content": "hi"}]}
            answer = client.post("/v1/chat/completions", json=body, headers={"x-request-id": request_id})
            assert answer.status_code == 200, answer.text

    def total(self) -> dict[str, Any]:
        return self.call("GET", "/usage?by=model&since=24h").json()["total"]

    def charge(self, request_id: str) -> Any:
        """What the ledger says that an exchange cost."""
        (exchange,) = self.call("GET", f"/exchanges/{request_id}").json()["data"]
        return exchange["attempts"][0]["cost"]


@pytest.fixture
def start(start_gateway: Callable[..., Gateway]) -> Callable[..., Replica]:
    def start_one(**over: Any) -> Replica:
        configuration = {"server": {"admin": "127.0.0.1:0"}, **MODELS, **over}
        return Replica(start_gateway(configuration, environment={"SLUICE_ADMIN_KEY": ADMIN_KEY}))

    return start_one


def period() -> tuple[str, str, str, str]:
    days = [time.strftime("%Y-%m-%d", time.gmtime(time.time() + step)) for step in (-86_400, 86_400)]
    return "--from", days[0], "--to", days[1]


def cost(count: int, input: float, output: float) -> float:
    return count * (INPUT * input + OUTPUT * output) / 1e6


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_from_an_unknown_price_to_a_bill(kind: str, start: Callable[..., Replica]) -> None:
    """Flagged everywhere; priced from the next request on in every process; and the old ones too, once they are priced anew."""
    over = {"storage": {"database": PostgreSQL().url}} if kind == "postgresql" else {}
    replicas = [start(**over) for _ in range(2 if over else 1)]
    first, last = replicas[0], replicas[-1]

    for number, replica in enumerate(replicas):
        replica.ask(f"old-{number}")
        line = replica.gateway.log_line(f"old-{number}")
        assert line["price_unknown"] is True and "cost_usd" not in line
        assert replica.gateway.metrics().total("sluice_price_unknown_total", model="nobody") == 1
    count = len(replicas)
    eventually(lambda: last.total()["requests"] == count, "the ledger has all of them", seconds=30)
    total = last.total()
    assert total["unpriced_attempts"] == count and total["cost_usd"] == 0
    assert last.charge("old-0") is None
    with first.gateway.client() as client:
        stats = client.get("/api/stats").json()
        assert stats["total_requests"] == count and stats["total_tokens"] == count * (INPUT + OUTPUT)

    # A name is not enough: what is left out is not taken for nothing.
    refused = first.command("prices", "set", "nobody-knows-*", "input=3")
    assert refused.returncode == 1 and "output is missing" in refused.stderr
    made = first.command("prices", "set", "nobody-knows-*", "input=3", "output=15.50", "note=contract 7", "--json")
    assert made.returncode == 0, made.stderr
    override = json.loads(made.stdout)
    assert override["version"].startswith(f"override-{override['id']}-")

    def priced(replica: Replica) -> bool:
        found = replica.call("GET", "/prices?model=nobody-knows-1").json()["data"]
        return bool(found) and found[0]["origin"] == "override"

    # Where it was set it is in force at once; the others learn of it within a second.
    assert priced(first)
    eventually(lambda: priced(last), "the other process has the price", seconds=2)
    for number, replica in enumerate(replicas):
        replica.ask(f"new-{number}")
        assert replica.gateway.log_line(f"new-{number}")["cost_usd"] == pytest.approx(cost(1, 3, 15.5))
        assert replica.gateway.metrics().total("sluice_price_unknown_total", model="nobody") == 1
    eventually(lambda: last.total()["requests"] == 2 * count, "the ledger has all of them", seconds=30)
    assert last.total()["cost_usd"] == pytest.approx(cost(count, 3, 15.5))
    assert last.charge("new-0")["price_version"] == override["version"]

    # What would be, and then it is; from the process that did not set the price.
    tried = last.command("prices", "reprice", *period(), "--dry-run", "--json")
    assert tried.returncode == 0, tried.stderr
    result = json.loads(tried.stdout)
    assert result["records"] == 2 * count and result["changed"] == count and result["unpriced"] == 0
    assert result["difference_usd"] == pytest.approx(cost(count, 3, 15.5))
    assert last.total()["unpriced_attempts"] == count, "a trial changes nothing"
    done = last.command("prices", "reprice", *period(), "--json")
    assert done.returncode == 0 and json.loads(done.stdout) == result
    total = first.total()
    assert total["unpriced_attempts"] == 0 and total["cost_usd"] == pytest.approx(cost(2 * count, 3, 15.5))
    assert first.charge("old-0")["price_version"] == override["version"]
    again = json.loads(last.command("prices", "reprice", *period(), "--json").stdout)
    assert again["changed"] == 0 and again["difference_usd"] == 0

    # The same price set again is changed, and what is priced by it has another version.
    changed = first.command("prices", "set", "nobody-knows-*", "input=4", "--json")
    assert changed.returncode == 0, changed.stderr
    assert json.loads(changed.stdout)["id"] == override["id"] and json.loads(changed.stdout)["output"] == 15.5
    assert json.loads(changed.stdout)["version"] != override["version"]
    # No waiting: whoever prices anew reads the prices first.
    assert json.loads(last.command("prices", "reprice", *period(), "--json").stdout)["changed"] == 2 * count
    assert first.total()["cost_usd"] == pytest.approx(cost(2 * count, 4, 15.5))

    removed = first.command("prices", "remove", override["id"])
    assert removed.returncode == 0, removed.stderr
    gone = json.loads(last.command("prices", "reprice", *period(), "--json").stdout)
    assert gone["unpriced"] == 2 * count and first.total()["unpriced_attempts"] == 2 * count
    first.ask("after")
    assert first.gateway.log_line("after")["price_unknown"] is True

    audit = first.call("GET", "/audit?limit=200").json()["data"]
    actions = [entry["action"] for entry in audit if entry["subject"] in (override["id"], "ledger")]
    assert actions == ["price.create", "ledger.reprice", "ledger.reprice", "price.update"] + [
        "ledger.reprice",
        "price.remove",
        "ledger.reprice",
    ]


def test_an_override_goes_before_the_configuration_and_outlives_a_reload(start: Callable[..., Replica]) -> None:
    replica = start(prices={"nobody-knows-1": {"input": 1, "output": 1}})
    replica.ask("configured")
    assert replica.gateway.log_line("configured")["cost_usd"] == pytest.approx(cost(1, 1, 1))
    made = replica.command("prices", "set", "nobody-*", "input=2", "output=2", "--provider", "compatible")
    assert made.returncode == 0, made.stderr
    replica.ask("overridden")
    assert replica.gateway.log_line("overridden")["cost_usd"] == pytest.approx(cost(1, 2, 2))
    rows = replica.call("GET", "/prices?model=nobody-knows-1&provider=compatible").json()["data"]
    assert [row["origin"] for row in rows] == ["override", "configuration"]
    assert rows[0]["id"] and rows[1]["id"] is None
    table = replica.command("prices", "--model", "nobody-knows-1").stdout.splitlines()
    assert table[1].split()[:3] == ["override", "compatible", "nobody-*"] and rows[0]["id"] in table[1]

    # A reload keeps it.
    configuration = json.loads(replica.gateway.path.read_text())
    configuration["prices"]["nobody-knows-1"] = {"input": 9, "output": 9}
    replica.gateway.write(configuration)
    eventually(
        lambda: replica.call("GET", "/prices?model=nobody-knows-1&origin=configuration").json()["data"][0]["rates"]["input"]
        == 9,
        "the configuration is in force",
    )
    replica.ask("reloaded")
    assert replica.gateway.log_line("reloaded")["cost_usd"] == pytest.approx(cost(1, 2, 2))


def test_without_a_gateway_prices_are_set_and_applied_on_the_database(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway(MODELS)
    with gateway.client() as client:
        body = {"model": "nobody", "messages": [{"role": "user", "content": "hi"}]}
        assert client.post("/v1/chat/completions", json=body).status_code == 200

        def direct(*arguments: str) -> Any:
            return run_command(
                "prices", *arguments, "--direct", "--config", str(gateway.path), folder=gateway.folder
            )

        made = direct("set", "nobody-knows-1", "input=3", "output=15", "--json")
        assert made.returncode == 0, made.stderr
        listed = json.loads(direct("list", "--origin", "override", "--json").stdout)["data"]
        assert [row["id"] for row in listed] == [json.loads(made.stdout)["id"]]
        eventually(
            lambda: client.get("/v1/usage").json()["total"]["requests"] == 1, "the ledger has it", seconds=30
        )
        priced = direct("reprice", *period(), "--json")
        assert json.loads(priced.stdout)["changed"] == 1, priced.stderr
        assert client.get("/v1/usage").json()["total"]["cost_usd"] == pytest.approx(cost(1, 3, 15))

        # The gateway that runs learns of it as from another process.
        def is_priced() -> bool:
            client.post("/v1/chat/completions", json=body)
            return gateway.metrics().total("sluice_cost_usd_total", model="nobody") > 0

        eventually(is_priced, "the gateway has the price", seconds=3, every=0.1)
