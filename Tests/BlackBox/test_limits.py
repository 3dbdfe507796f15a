"""Limits and budgets: who is let through, who is told to wait, and what is said of it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterator

import anthropic
import httpx
import openai
import pytest
from harness.events import ends_well, text_of
from harness.gateway import Gateway, run_command
from harness.targets import Hold, says
from harness.upstream import CHAT_REPLY, FakeUpstream, chat_stream, json_bytes, streaming
from harness.waiting import PATIENCE, eventually

Start = Callable[..., Gateway]

QUESTION: Any = [{"role": "user", "content": "Hello"}]
#: What the scripted upstream says that an answer took.
TAKEN = 12


def limited(**rules: Any) -> dict[str, Any]:
    return {"limits": {"key": rules}}


def ask(client: httpx.Client, model: str = "plain", **more: Any) -> httpx.Response:
    path = more.pop("path", "/v1/chat/completions")
    headers = more.pop("headers", {})
    return client.post(path, json={"model": model, "messages": QUESTION, **more}, headers=headers)


@pytest.fixture
def started(start_gateway: Start) -> Iterator[Callable[..., tuple[Gateway, httpx.Client]]]:
    """Starts a gateway with limits, and a client of it."""
    clients: list[httpx.Client] = []

    def start(configuration: dict[str, Any], **options: Any) -> tuple[Gateway, httpx.Client]:
        gateway = start_gateway(configuration, **options)
        clients.append(gateway.client(limits=httpx.Limits(max_connections=200)))
        return gateway, clients[-1]

    yield start
    for client in clients:
        client.close()


class TestRequests:
    def test_a_hundred_at_once_against_ten(self, started: Any, upstream: FakeUpstream) -> None:
        gateway, client = started(limited(requests="10/minute"))
        with ThreadPoolExecutor(100) as pool:
            statuses = list(pool.map(lambda _: ask(client).status_code, range(100)))
        assert statuses.count(200) == 10
        assert statuses.count(429) == 90
        assert len([each for each in upstream.requests if each.method == "POST"]) == 10
        assert gateway.metrics().total("rate_limit_exceeded_total", key_name="test") == 90

    def test_twice_as_many_as_allowed_for_three_windows(self, started: Any) -> None:
        """60 in 10 seconds, 12 a second for 30 seconds: 180 of 360, in no window more than 60."""
        _, client = started(limited(requests="60/10s"))
        admitted: list[float] = []
        lock = threading.Lock()

        def one() -> None:
            at = time.monotonic()
            if ask(client).status_code == 200:
                with lock:
                    admitted.append(at)

        with ThreadPoolExecutor(40) as pool:
            begin = time.monotonic()
            for number in range(360):
                time.sleep(max(0.0, begin + number / 12 - time.monotonic()))
                pool.submit(one)
        admitted.sort()
        assert 176 <= len(admitted) <= 184
        # What was sent at a moment is counted within some milliseconds of it.
        for first in admitted:
            assert sum(first <= at < first + 9.9 for at in admitted) <= 60

    def test_a_refused_request_takes_nothing(self, started: Any) -> None:
        _, client = started(limited(requests="1/2s", tokens="1000000/minute"))
        assert ask(client).status_code == 200
        deadline = time.monotonic() + 10 * PATIENCE
        refusals = 0
        while (answer := ask(client)).status_code == 429:
            refusals += 1
            assert time.monotonic() < deadline, "refusals keep the window closed"
            time.sleep(0.1)
        assert answer.status_code == 200
        assert refusals > 3

    def test_keys_are_counted_apart_and_a_key_has_limits_of_its_own(self, started: Any) -> None:
        other, own = "sk-other-0123456789abcdef", "sk-own-0123456789abcdef"
        keys = [
            {"name": "other", "key": other},
            {"name": "own", "key": own, "limits": {"requests": "2/minute"}},
        ]
        _, client = started({**limited(requests="1/minute"), "auth": {"keys": keys}})

        def statuses(key: str, count: int) -> list[int]:
            return [ask(client, headers={"authorization": f"Bearer {key}"}).status_code for _ in range(count)]

        assert statuses(other, 2) == [200, 429]
        assert statuses(own, 3) == [200, 200, 429]

    def test_models_and_providers_have_limits(self, started: Any) -> None:
        _, client = started(
            {
                "providers": {"scripted": {"limits": {"requests": "3/minute"}}},
                "models": {"renamed": {"limits": {"requests": "1/minute"}}},
            }
        )
        assert [ask(client, "renamed").status_code for _ in range(2)] == [200, 429]
        assert [ask(client, "plain").status_code for _ in range(3)] == [200, 200, 429]
        assert "for this provider (scripted)" in ask(client, "plain").json()["error"]["message"]

    def test_what_the_gateway_answers_itself_is_free(self, started: Any) -> None:
        _, client = started(limited(requests="1/minute"))
        for _ in range(3):
            assert client.get("/v1/models").status_code == 200
        assert ask(client, "nothing-like-it").status_code == 404
        assert ask(client).status_code == 200
        assert ask(client).status_code == 429


class TestConcurrency:
    def test_permits_come_back_however_it_ends(self, started: Any, upstream: FakeUpstream) -> None:
        _, client = started(limited(concurrency="2"))
        for reply in (says("held"), lambda exchange: exchange.close()):
            held = Hold(reply)
            upstream.reply = held
            with ThreadPoolExecutor(2) as pool:
                running = [pool.submit(ask, client) for _ in range(2)]
                held.wait_for_one()
                held.wait_for_one()
                refused = ask(client)
                assert refused.status_code == 429
                assert "2 concurrent requests" in refused.json()["error"]["message"]
                held.release()
                for each in running:
                    each.result()
        upstream.reply = says("free")
        assert ask(client).status_code == 200

    def test_a_client_that_leaves_gives_its_permit_back(self, started: Any, upstream: FakeUpstream) -> None:
        gateway, client = started(limited(concurrency="1"))
        held = Hold(says("late"))
        upstream.reply = held
        with pytest.raises(httpx.ReadTimeout):
            with gateway.client(timeout=0.5) as hasty:
                ask(hasty)
        held.release()
        upstream.reply = says("next")
        eventually(lambda: ask(client).status_code == 200, "the permit is back")


class TestTokens:
    def test_reserved_then_settled(self, started: Any, upstream: FakeUpstream) -> None:
        _, client = started(limited(tokens="1000/minute"))
        held = Hold(says("held"))
        upstream.reply = held
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(ask, client, max_tokens=900)
            held.wait_for_one()
            # Some 920 of 1,000 are held.
            refused = ask(client, max_tokens=100)
            assert refused.status_code == 429
            assert int(refused.headers["x-ratelimit-remaining-tokens"]) < 100
            held.release()
            assert running.result().status_code == 200
        upstream.reply = says("more")
        answer = ask(client, max_tokens=900)
        assert answer.status_code == 200, "all but what was used is free again"

    def test_a_stream_is_never_cut_and_the_next_request_sees_it(self, started: Any, upstream: FakeUpstream) -> None:
        _, client = started(limited(tokens="1000/minute"))
        body = chat_stream("all ", "of ", "it", usage=True)
        body = body.replace(b'"completion_tokens": 5, "total_tokens": 12', b'"completion_tokens": 5000, "total_tokens": 5007')
        upstream.reply = streaming(body)
        first = ask(client, max_tokens=2, stream=True)
        assert first.status_code == 200
        assert text_of(first.content) == "all of it" and ends_well(first.content)
        refused = ask(client, max_tokens=2, stream=True)
        assert refused.status_code == 429
        assert refused.headers["x-ratelimit-remaining-tokens"] == "0"

    def test_overshoot_counts(self, started: Any, upstream: FakeUpstream) -> None:
        _, client = started(limited(tokens="1000/minute"))
        reply = {**CHAT_REPLY, "usage": {"prompt_tokens": 7, "completion_tokens": 5000, "total_tokens": 5007}}
        upstream.reply = lambda exchange: exchange.send(json_bytes(reply))
        assert ask(client, max_tokens=10).status_code == 200
        refused = ask(client, max_tokens=10)
        assert refused.status_code == 429
        assert refused.headers["x-ratelimit-remaining-tokens"] == "0"

    def test_what_never_fits_says_so(self, started: Any) -> None:
        _, client = started(limited(tokens="100/minute"))
        refused = ask(client, max_tokens=1000)
        assert refused.status_code == 429
        assert "asks for more at once" in refused.json()["error"]["message"]
        assert "retry-after" not in refused.headers
        assert refused.headers["x-should-retry"] == "false"

    def test_a_failed_attempt_costs_nothing(self, started: Any, upstream: FakeUpstream) -> None:
        _, client = started(limited(tokens="1000/minute"))
        upstream.reply = lambda exchange: exchange.send(json_bytes({"error": {"message": "no"}}, 400))
        for _ in range(5):
            assert ask(client, max_tokens=900).status_code == 400


class TestBudgets:
    PRICE = {"prices": {"plain": {"input": 1000, "output": 1000}, "upstream-name": {"input": 1, "output": 1}}}

    def test_hard(self, started: Any) -> None:
        # 12 tokens at a thousandth of a dollar: 0.012 an answer; about 0.03 are reserved.
        gateway, client = started({**limited(budget="0.05 USD/month"), **self.PRICE})
        statuses = [ask(client, max_tokens=5).status_code for _ in range(5)]
        assert statuses[0] == 200
        assert statuses[-1] == 429
        admitted = statuses.count(200)
        assert statuses == [200] * admitted + [429] * (5 - admitted), "what is used up stays so"
        refused = ask(client, max_tokens=5)
        assert refused.json()["error"]["code"] == "insufficient_quota"
        assert refused.json()["error"]["type"] == "insufficient_quota"
        assert "0.05 USD per month" in refused.json()["error"]["message"]
        assert refused.headers["x-should-retry"] == "false"
        assert gateway.metrics().total("quota_exceeded_total", key_name="test") == 6 - admitted
        # A limit on money says nothing of what costs none.
        assert client.get("/v1/models").status_code == 200

    def test_soft(self, started: Any) -> None:
        gateway, client = started(limited(budget={"amount": "30 tokens/day", "action": "soft"}))
        answers = [ask(client, max_tokens=5, headers={"x-request-id": f"soft-{number}"}) for number in range(4)]
        assert [each.status_code for each in answers] == [200] * 4
        assert "x-sluice-warnings" not in answers[0].headers
        assert answers[-1].headers["x-sluice-warnings"] == "budget exceeded: 30 tokens per day"
        assert gateway.log_line("soft-3")["warnings"] == "budget exceeded: 30 tokens per day"
        assert gateway.metrics().total("sluice_budget_warnings_total", key_name="test") >= 1

    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    def test_downgrade(self, started: Any, upstream: FakeUpstream, stream: bool) -> None:
        gateway, client = started(limited(budget={"amount": "2 tokens/day", "action": "downgrade", "to": "renamed"}))
        answer = ask(client, max_tokens=5, stream=stream, headers={"x-request-id": "down"})
        assert answer.status_code == 200
        assert upstream.last.json["model"] == "upstream-name"
        assert "model downgraded to renamed: 2 tokens per day" in answer.headers["x-sluice-warnings"]
        line = gateway.log_line("down")
        assert (line["model"], line["downgraded_from"], line["target_model"]) == ("renamed", "plain", "upstream-name")
        if not stream:
            assert answer.json()["model"] == "renamed", "as if it had been asked for"

    def test_over_the_budget_goes_at_most_what_ran(self, started: Any, upstream: FakeUpstream) -> None:
        _, client = started(limited(budget="200 tokens/total"))
        with ThreadPoolExecutor(50) as pool:
            statuses = list(pool.map(lambda _: ask(client, max_tokens=5).status_code, range(100)))
        answered = statuses.count(200)
        assert answered * TAKEN <= 200
        assert answered >= 1
        assert ask(client, max_tokens=200).status_code == 429


class TestWords:
    """What each vendor's own SDK makes of it."""

    @pytest.fixture
    def gateway_of_one(self, start_gateway: Start) -> Gateway:
        return start_gateway(limited(requests="1/minute", tokens="100000/minute"))

    def test_openai(self, gateway_of_one: Gateway) -> None:
        gateway = gateway_of_one
        with openai.OpenAI(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=0) as sdk:
            first = sdk.chat.completions.with_raw_response.create(model="plain", messages=QUESTION, max_tokens=9)
            assert first.headers["x-ratelimit-limit-requests"] == "1"
            assert first.headers["x-ratelimit-remaining-requests"] == "0"
            assert first.headers["x-ratelimit-reset-requests"] == "1m0s"
            assert first.headers["x-ratelimit-limit-tokens"] == "100000"
            assert 99_000 < int(first.headers["x-ratelimit-remaining-tokens"]) < 100_000
            with pytest.raises(openai.RateLimitError) as caught:
                sdk.chat.completions.create(model="plain", messages=QUESTION)
        error = caught.value
        assert error.code == "rate_limit_exceeded" and error.type == "rate_limit_error"
        assert "1 request per minute for this key" in error.message
        assert 1 <= int(error.response.headers["retry-after"]) <= 60
        assert 1 <= int(error.response.headers["retry-after-ms"]) <= 60_000
        line = gateway.log_line(error.response.headers["x-request-id"])
        assert line["error_type"] == "rate_limit_exceeded"
        assert line["refused_by"] == "1 request per minute (key)"
        assert line["attempts"] == 0

    def test_openai_waits_as_it_is_told(self, start_gateway: Start) -> None:
        gateway = start_gateway(limited(requests="1/second"))
        with openai.OpenAI(base_url=gateway.url + "/v1", api_key=gateway.key, max_retries=3) as sdk:
            for _ in range(3):
                assert sdk.chat.completions.create(model="plain", messages=QUESTION).choices

    def test_anthropic(self, gateway_of_one: Gateway) -> None:
        gateway = gateway_of_one
        with anthropic.Anthropic(base_url=gateway.url, api_key=gateway.key, max_retries=0) as sdk:
            first = sdk.messages.with_raw_response.create(model="mock", messages=QUESTION, max_tokens=9)
            assert first.headers["anthropic-ratelimit-requests-limit"] == "1"
            assert first.headers["anthropic-ratelimit-requests-remaining"] == "0"
            assert first.headers["anthropic-ratelimit-requests-reset"].endswith("Z")
            assert first.headers["anthropic-ratelimit-tokens-limit"] == "100000"
            assert not [name for name in first.headers if name.startswith("x-ratelimit")]
            with pytest.raises(anthropic.RateLimitError) as caught:
                sdk.messages.create(model="mock", messages=QUESTION, max_tokens=9)
        body: Any = caught.value.body
        assert body["error"]["type"] == "rate_limit_error"
        assert int(caught.value.response.headers["retry-after"]) >= 1

    def test_anthropic_billing(self, start_gateway: Start) -> None:
        gateway = start_gateway(limited(budget="1 tokens/day"))
        with anthropic.Anthropic(base_url=gateway.url, api_key=gateway.key, max_retries=0) as sdk:
            with pytest.raises(anthropic.APIStatusError) as caught:
                sdk.messages.create(model="mock", messages=QUESTION, max_tokens=9)
        assert caught.value.status_code == 402
        body: Any = caught.value.body
        assert body["error"]["type"] == "billing_error"

    @pytest.mark.parametrize(
        "path, body, status, word",
        [
            ("/v1beta/models/mock:generateContent", {"contents": [{"parts": [{"text": "x"}]}]}, 429, "RESOURCE_EXHAUSTED"),
            ("/model/mock/converse", {"messages": [{"role": "user", "content": [{"text": "x"}]}]}, 429, "for this key"),
            ("/api/chat", {"model": "mock", "messages": QUESTION}, 429, "for this key"),
            ("/v2/rerank", {"model": "mock", "query": "x", "documents": ["x"]}, 429, "for this key"),
        ],
        ids=["gemini", "bedrock", "ollama", "cohere"],
    )
    def test_other_dialects(self, start_gateway: Start, path: str, body: Any, status: int, word: str) -> None:
        gateway = start_gateway(limited(requests="0/minute"))
        with gateway.client() as client:
            refused = client.post(path, json=body)
        assert refused.status_code == status
        assert word in refused.text

    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    def test_a_providers_own_limits_do_not_mix_with_the_gateways(
        self, started: Any, upstream: FakeUpstream, stream: bool
    ) -> None:
        theirs = [("x-ratelimit-limit-requests", "9999"), ("x-ratelimit-remaining-tokens", "8888")]
        upstream.reply = lambda exchange: exchange.send(json_bytes(CHAT_REPLY, 200, theirs))
        _, client = started(limited(requests="50/minute"))
        answer = ask(client)
        assert answer.headers.get_list("x-ratelimit-limit-requests") == ["50"]
        assert "x-ratelimit-remaining-tokens" not in answer.headers
        if stream:
            upstream.forget()
            streamed = ask(client, stream=True)
            assert streamed.headers.get_list("x-ratelimit-limit-requests") == ["50"]
            assert ends_well(streamed.content)


class TestConfiguration:
    def test_a_reload_changes_limits_and_keeps_counts(self, started: Any) -> None:
        gateway, client = started(limited(requests="2/minute"))
        assert [ask(client).status_code for _ in range(3)] == [200, 200, 429]
        text = gateway.path.read_text()
        gateway.path.write_text(text.replace("2/minute", "4/minute"))
        eventually(lambda: ask(client).headers.get("x-ratelimit-limit-requests") == "4", "the new limit is in force")
        # Two were counted before, and one was let through to see the change.
        assert [ask(client).status_code for _ in range(2)] == [200, 429]

    def test_check_says_what_is_wrong_and_where(self, tmp_path: Any) -> None:
        path = tmp_path / "sluice.yaml"
        path.write_text(
            "providers: { mock: {} }\n"
            "limits:\n"
            "  key:\n"
            "    requests: 60 per minute\n"
            "    budget: { amount: 25 USD/month, action: soft, zone: Mars/Olympus }\n"
            "  house: { requests: 60/minute }\n"
        )
        result = run_command("check", "--config", str(path))
        assert result.returncode == 78
        output = result.stdout + result.stderr
        for expected in (
            "limits.key.requests: expected a rate like 60/minute or 60/10s, found 60 per minute",
            "sluice.yaml:4",
            "limits.key.budget.zone: expected a time zone",
            "limits.house: expected key, user, team, tenant, model or provider",
        ):
            assert expected in output, output
