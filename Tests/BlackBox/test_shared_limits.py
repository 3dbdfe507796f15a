"""Limits that replicas share over Redis, and budgets that outlive the process."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import pathlib
import signal
import threading
import time
from typing import Any, Callable, Iterator

import httpx
import pytest

from harness.gateway import Gateway
from harness.redis import RedisServer
from harness.upstream import CHAT_REPLY, Exchange, FakeUpstream, json_bytes
from harness.waiting import PATIENCE, eventually

LIMITS: dict[str, Any] = {
    "wide": {"requests": "1000000/minute", "concurrency": 10000},
    "tight": {"requests": "9/hour"},
    "single": {"concurrency": 1},
    # Enough for what one request reserves, and not for two.
    "narrow": {"budget": "0.06 USD/day"},
    "payer": {"budget": "1 USD/day"},
    "debtor": {"budget": "1 USD/day"},
}
KEYS = {name: f"sk-test-{name}-{'0123456789abcdef' * 2}" for name in LIMITS}
#: What a token costs, in US dollars: input and output.
PRICES = (0.001, 0.002)


def configuration(**storage: Any) -> dict[str, Any]:
    return {
        "auth": {"keys": [{"name": name, "key": key, "limits": LIMITS[name]} for name, key in KEYS.items()]},
        "prices": {"plain": {"input": PRICES[0] * 1e6, "output": PRICES[1] * 1e6}},
        "storage": storage,
    }


@pytest.fixture
def redis(tmp_path: pathlib.Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.stop()


def body(**over: Any) -> dict[str, Any]:
    return {"model": "plain", "messages": [{"role": "user", "content": "Is the gate open?"}], "max_tokens": 10, **over}


def ask(gateway: Gateway, key: str, **over: Any) -> httpx.Response:
    with gateway.client(headers={"authorization": f"Bearer {KEYS[key]}"}) as client:
        return client.post("/v1/chat/completions", json=body(**over))


def ask_together(gateways: list[Gateway], key: str, count: int) -> list[int]:
    """The statuses of `count` requests at once, dealt out to the gateways."""

    async def run() -> list[int]:
        async with contextlib.AsyncExitStack() as stack:
            # A pool looks through all its connections for each request: one pool for all would make the client wait.
            clients = [
                await stack.enter_async_context(
                    httpx.AsyncClient(
                        base_url=gateways[number % len(gateways)].url,
                        headers={"authorization": f"Bearer {KEYS[key]}"},
                        limits=httpx.Limits(max_connections=None),
                        trust_env=False,
                        verify=False,
                        timeout=60 * PATIENCE,
                    )
                )
                for number in range(min(count, 99))
            ]

            async def one(number: int) -> int:
                client = clients[number % len(clients)]
                return (await client.post("/v1/chat/completions", json=body())).status_code

            return await asyncio.gather(*(one(number) for number in range(count)))

    return asyncio.run(run())


def is_up(gateway: Gateway) -> bool:
    return gateway.metrics().total("sluice_redis_up") == 1


Start = Callable[..., Gateway]


def start_three(start_gateway: Start, redis: RedisServer, **storage: Any) -> list[Gateway]:
    return [start_gateway(configuration(redis=redis.url, database="off", **storage)) for _ in range(3)]


def test_of_a_hundred_parallel_requests_at_three_processes_exactly_the_limit_passes(
    start_gateway: Start, redis: RedisServer
) -> None:
    gateways = start_three(start_gateway, redis)
    statuses = ask_together(gateways, "tight", 100)
    assert statuses.count(200) == 9 and statuses.count(429) == 91
    refused = ask(gateways[1], "tight")
    assert refused.status_code == 429 and refused.headers["x-ratelimit-remaining-requests"] == "0"
    assert all(is_up(gateway) for gateway in gateways)


def spent(answers: int, usage: dict[str, int]) -> float:
    return answers * (usage["prompt_tokens"] * PRICES[0] + usage["completion_tokens"] * PRICES[1])


def test_a_thousand_parallel_clients_at_three_processes_do_not_overspend(
    start_gateway: Start, redis: RedisServer
) -> None:
    gateways = start_three(start_gateway, redis)
    statuses = ask_together(gateways, "payer", 1000)
    assert set(statuses) == {200, 429}
    answers = statuses.count(200)
    while ask(gateways[answers % 3], "payer").status_code == 200:
        answers += 1
    # Each of them took less than it had reserved: nothing goes over the budget, and it is used up but for less than one
    # reservation.
    assert 0.93 < spent(answers, CHAT_REPLY["usage"]) <= 1
    assert ask(gateways[0], "payer").json()["error"]["code"] == "insufficient_quota"


def test_over_a_budget_goes_at_most_what_running_requests_cost_beyond_their_reservations(
    start_gateway: Start, redis: RedisServer, upstream: FakeUpstream
) -> None:
    usage = {"prompt_tokens": 20, "completion_tokens": 40, "total_tokens": 60}
    upstream.reply = lambda exchange: exchange.send(json_bytes({**CHAT_REPLY, "usage": usage}))
    gateways = start_three(start_gateway, redis)
    answers = ask_together(gateways, "debtor", 1000).count(200)
    each = spent(1, usage)
    # Ten tokens of output are reserved, and not less than one of input.
    reserved = 10 * PRICES[1] + PRICES[0]
    assert each > reserved
    running = 1 / reserved
    assert spent(answers, usage) <= 1 + running * (each - reserved)
    assert ask(gateways[0], "debtor").status_code == 429


class Gate:
    """Holds answers back until it is opened."""

    def __init__(self, upstream: FakeUpstream):
        self.opened = threading.Event()
        upstream.reply = self._reply

    def _reply(self, exchange: Exchange) -> None:
        self.opened.wait(60 * PATIENCE)
        exchange.send(json_bytes(CHAT_REPLY))


def in_background(action: Callable[[], Any]) -> threading.Thread:
    def run() -> None:
        try:
            action()
        except httpx.HTTPError:
            pass  # The process was killed below it.

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("key", ["single", "narrow"])
def test_what_a_killed_process_held_is_free_when_its_lease_ends(
    start_gateway: Start, redis: RedisServer, upstream: FakeUpstream, key: str
) -> None:
    gate = Gate(upstream)
    gateways = start_three(start_gateway, redis, redis_lease="3s")
    holder = in_background(lambda: ask(gateways[0], key))
    upstream.next_request()
    assert ask(gateways[1], key).status_code == 429
    gateways[0].process.signal(signal.SIGKILL)
    gateways[0].expects_orderly_end = False
    killed = time.monotonic()
    gate.opened.set()
    holder.join()
    assert ask(gateways[1], key).status_code == 429
    eventually(lambda: ask(gateways[1], key).status_code == 200, "the lease ends", seconds=10, every=0.2)
    assert time.monotonic() - killed < 3 + 2 * PATIENCE


def test_a_request_that_runs_longer_than_a_lease_keeps_what_it_holds(
    start_gateway: Start, redis: RedisServer, upstream: FakeUpstream
) -> None:
    gate = Gate(upstream)
    gateways = start_three(start_gateway, redis, redis_lease="3s")
    holder = in_background(lambda: ask(gateways[0], "single"))
    upstream.next_request()
    end = time.monotonic() + 5
    while time.monotonic() < end:
        assert ask(gateways[1], "single").status_code == 429
        time.sleep(0.2)
    gate.opened.set()
    holder.join()
    eventually(lambda: ask(gateways[1], "single").status_code == 200, "what it held is free")


class Load:
    """Clients that ask all the time, and what they were told."""

    def __init__(self, gateways: list[Gateway], key: str):
        self.statuses: list[int] = []
        self.slowest = 0.0
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(each, key)) for each in gateways for _ in range(3)]
        for thread in self._threads:
            thread.start()

    def _run(self, gateway: Gateway, key: str) -> None:
        with gateway.client(headers={"authorization": f"Bearer {KEYS[key]}"}) as client:
            while not self._ends.is_set():
                begin = time.monotonic()
                self.statuses.append(client.post("/v1/chat/completions", json=body()).status_code)
                self.slowest = max(self.slowest, time.monotonic() - begin)

    def wait_for(self, count: int) -> None:
        wanted = len(self.statuses) + count
        eventually(lambda: len(self.statuses) >= wanted, f"{count} more answers", seconds=30)

    def end(self) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.parametrize("mode", ["allow", "deny", "local"])
def test_redis_goes_and_comes_back_under_load(start_gateway: Start, redis: RedisServer, mode: str) -> None:
    gateways = start_three(start_gateway, redis, when_redis_fails=mode, replicas=3)
    assert ask_together(gateways, "tight", 30).count(200) == 9
    load = Load(gateways, "wide")
    load.wait_for(200)
    assert set(load.statuses) == {200}
    redis.stop()
    eventually(lambda: not any(is_up(gateway) for gateway in gateways), "all find out that Redis is away")
    load.wait_for(200)
    tight = [[ask(gateway, "tight") for _ in range(5)] for gateway in gateways]
    for answers in tight:
        statuses = [answer.status_code for answer in answers]
        if mode == "allow":
            assert statuses == [200] * 5
        elif mode == "deny":
            assert statuses == [503] * 5
            assert answers[0].json()["error"]["code"] == "limits_unavailable"
            assert answers[0].headers["retry-after"] == "1"
        else:
            assert statuses == [200] * 3 + [429] * 2
    redis.start()
    eventually(lambda: all(is_up(gateway) for gateway in gateways), "all find Redis again")
    before = len(load.statuses)
    load.wait_for(200)
    load.end()
    assert set(load.statuses) <= ({200, 503} if mode == "deny" else {200})
    assert set(load.statuses[before + 20 :]) == {200}
    assert load.slowest < 3 * PATIENCE
    # This Redis has forgotten everything: the limit is there anew, and exact.
    assert ask_together(gateways, "tight", 60).count(200) == 9
    for gateway in gateways:
        messages = [each.get("message", "") for each in gateway.process.records]
        changes = [each for each in messages if each.startswith("limits_with")]
        assert changes == ["limits_without_redis", "limits_with_redis_again"]
        assert gateway.metrics().total("sluice_limits_fallback_total") >= 5


def test_shares_held_in_advance_go_over_the_limit_by_no_more_than_they_are(
    start_gateway: Start, redis: RedisServer
) -> None:
    shared = configuration(redis=redis.url, database="off", redis_share="10%")
    shared["auth"]["keys"][list(KEYS).index("tight")]["limits"] = {"requests": "200/hour"}
    gateways = [start_gateway(shared) for _ in range(3)]
    admitted = sum(ask_together(gateways, "tight", 200).count(200) for _ in range(3))
    assert 200 - 3 * 20 <= admitted <= 200 + 3 * 20


def exhaust(gateway: Gateway, key: str) -> int:
    answers = 0
    while ask(gateway, key).status_code == 200:
        answers += 1
        assert answers < 200
    return answers


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_budget_survives_the_process(start_gateway: Start, tmp_path: pathlib.Path, end: str) -> None:
    storage = {"database": f"sqlite:{tmp_path}/sluice.db"}
    first = start_gateway(configuration(**storage))
    assert 50 < exhaust(first, "payer") < 60
    assert ask(first, "debtor").status_code == 200
    if end == "stop":
        first.stop()
    else:
        time.sleep(2 * PATIENCE)  # What was spent is saved every second.
        first.expects_orderly_end = False
        first.process.kill()
    second = start_gateway(configuration(**storage))
    refused = ask(second, "payer")
    assert refused.status_code == 429 and refused.json()["error"]["code"] == "insufficient_quota"
    assert ask(second, "debtor").status_code == 200


def test_a_redis_that_forgot_begins_with_what_the_database_kept(
    start_gateway: Start, redis: RedisServer, tmp_path: pathlib.Path
) -> None:
    storage = {"database": f"sqlite:{tmp_path}/sluice.db", "redis": redis.url}
    gateway = start_gateway(configuration(**storage))
    assert 50 < exhaust(gateway, "payer") < 60
    time.sleep(2 * PATIENCE)  # What was spent is saved every second.
    redis.stop()
    eventually(lambda: ask(gateway, "wide").status_code == 200 and not is_up(gateway), "it finds out")
    redis.start()
    eventually(lambda: is_up(gateway), "it finds Redis again")
    assert ask(gateway, "payer").json()["error"]["code"] == "insufficient_quota"


def test_an_alert_goes_to_the_webhook_once_signed_and_is_sent_again_until_it_is_taken(
    start_gateway: Start, upstream: FakeUpstream
) -> None:
    hook = FakeUpstream()
    answers = iter([500, 204])

    def reply(exchange: Exchange) -> None:
        exchange.send(json_bytes(b"", next(answers, 204)))

    hook.reply = reply
    over = configuration(database="off")
    over["limits"] = {"alert_webhook": hook.url + "/budgets?from=sluice", "alert_secret": "shared secret"}
    over["auth"]["keys"][list(KEYS).index("payer")]["limits"] = {"budget": {"amount": "1 USD/day", "alerts": ["50%"]}}
    gateway = start_gateway(over)
    assert 50 < exhaust(gateway, "payer") < 60
    first, second = hook.next_request(), hook.next_request()
    assert first.body == second.body and first.target == "/budgets?from=sluice"
    fields: dict[str, str] = dict(part.split("=", 1) for part in (second.header("x-sluice-signature") or "").split(","))
    expected = hmac.new(b"shared secret", fields["t"].encode() + b"." + second.body, hashlib.sha256).hexdigest()
    assert fields["v1"] == expected
    alert = second.json
    assert alert["type"] == "budget.reached" and alert["fraction"] == 0.5
    assert alert["budget"]["amount"] == "1" and alert["subject"] == {"key": "payer"}
    eventually(
        lambda: gateway.metrics().total("sluice_budget_alerts_total", result="delivered") == 1, "it counts as delivered"
    )
    assert len(hook.requests) == 2
    hook.stop()
