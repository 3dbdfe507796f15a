"""A second attempt beside a slow first, and copies of requests whose answers nobody sees."""

from __future__ import annotations

import threading
import time
from typing import Any, Callable

import pytest
from harness.events import data_of, ends_well, text_of
from harness.raw import RawConnection, chat_body, request_bytes
from harness.targets import Asker, Hold, Start, Targets, attempts_of, drops, refuses, says
from harness.upstream import STREAM_HEAD, Exchange, chunk, delta, event
from harness.waiting import PATIENCE, eventually

Make = Callable[..., Targets]
Asking = Callable[..., Asker]


class Slow:
    """Waits for the test, or for the gateway to leave: which of them came first is kept."""

    def __init__(self, begin: bytes = b""):
        self.begin = begin
        self.was_left = threading.Event()

    def __call__(self, exchange: Exchange) -> None:
        if self.begin:
            exchange.send(self.begin)
        if exchange.wait_until_peer_leaves(20):
            self.was_left.set()
        exchange.close()


def hedged(targets: Targets, after: str = "120ms", **model: Any) -> dict[str, Any]:
    return {
        "providers": targets.providers(kind="openai", breaker="off"),
        "models": {"m": {"targets": ["a", "b"], "hedge": {"after": after}, **model}},
    }


class TestHedging:
    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    @pytest.mark.parametrize(
        "begin", [b"", STREAM_HEAD + chunk(event(delta("")))], ids=["before the head", "before content"]
    )
    def test_a_slow_first_is_overtaken(
        self, start_gateway: Start, make_targets: Make, asking: Asking, stream: bool, begin: bytes
    ) -> None:
        if begin and not stream:
            pytest.skip("a whole answer has no content before its end")
        targets = make_targets("a", "b")
        slow = Slow(begin)
        targets["a"].reply = slow
        gateway = start_gateway(hedged(targets))
        began = time.monotonic()
        response = asking(gateway)("m", stream=stream, headers={"x-request-id": "overtaken"})
        assert time.monotonic() - began < 5 * PATIENCE
        assert response.status_code == 200
        if stream:
            assert text_of(response.content) == "b" and ends_well(response.content)
            assert sum("choices" in value for value in data_of(response.content) if isinstance(value, dict)) >= 1
        else:
            assert response.json()["choices"][0]["message"]["content"] == "b"
        assert slow.was_left.wait(10 * PATIENCE), "the loser's connection is closed"
        line = gateway.log_line("overtaken")
        assert (line["status"], line["provider"], line["attempts"]) == (200, "b", 2)
        assert [(each["provider"], each["reason"], each["outcome"]) for each in line["tries"]] == [
            ("a", "first", "overtaken"),
            ("b", "hedge", "answered"),
        ]
        # An answer that was begun is charged with its prompt, though nothing of it was seen.
        lost, won = line["tries"]
        assert (won["prompt_tokens"], won["completion_tokens"]) == (7, 5)
        assert line["prompt_tokens"] == 7 + lost.get("prompt_tokens", 0) and line["completion_tokens"] == 5
        assert lost.get("usage_source") == ("counted" if begin else None)
        assert [attempt["reason"] for attempt in attempts_of(response)] == ["first", "hedge"]
        metrics = gateway.metrics()
        assert metrics.total("gateway_tokens_total", direction="output") == 5
        assert metrics.total("sluice_attempts_total", provider="a", outcome="overtaken") == 1
        assert metrics.total("sluice_attempts_total", provider="b", reason="hedge", outcome="answered") == 1
        assert metrics.total("gateway_requests_total") == 1

    @pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
    def test_a_first_that_begins_after_all_wins(
        self, start_gateway: Start, make_targets: Make, asking: Asking, stream: bool
    ) -> None:
        targets = make_targets("a", "b")
        held, slow = Hold(says("a")), Slow()
        targets["a"].reply, targets["b"].reply = held, slow
        gateway = start_gateway(hedged(targets))
        answers: list[Any] = []
        ask = asking(gateway)
        thread = threading.Thread(target=lambda: answers.append(ask("m", stream=stream)))
        thread.start()
        eventually(lambda: targets.counts() == {"a": 1, "b": 1}, "both are asked")
        held.release()
        thread.join(20)
        assert answers[0].status_code == 200
        text = text_of(answers[0].content) if stream else answers[0].json()["choices"][0]["message"]["content"]
        assert text == "a"
        assert slow.was_left.wait(10 * PATIENCE), "the second's connection is closed"
        # The connection of the winner is as good as ever.
        targets["b"].reply = says("b")
        assert ask.who("m") == "a"

    def test_a_quick_first_is_alone(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        ask = asking(start_gateway(hedged(targets, after="2s")))
        for _ in range(5):
            assert ask.who("m") == "a"
        assert targets.counts() == {"a": 5, "b": 0}

    def test_a_second_that_fails_leaves_the_first(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        for reply in (refuses(500), drops, refuses(400)):
            targets = make_targets("a", "b")
            held = Hold(says("a"))
            targets["a"].reply, targets["b"].reply = held, reply
            answers: list[Any] = []
            ask = asking(start_gateway(hedged(targets)))
            thread = threading.Thread(target=lambda: answers.append(ask("m")))
            thread.start()
            eventually(lambda: targets.counts()["b"] == 1, "the second is asked")
            time.sleep(0.1)
            held.release()
            thread.join(20)
            assert answers[0].status_code == 200, answers[0].text
            assert answers[0].json()["choices"][0]["message"]["content"] == "a"

    def test_a_first_that_fails_leaves_the_second(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        fails, held = Hold(refuses(500)), Hold(says("b"))
        targets["a"].reply, targets["b"].reply = fails, held
        answers: list[Any] = []
        ask = asking(start_gateway(hedged(targets)))
        thread = threading.Thread(target=lambda: answers.append(ask("m")))
        thread.start()
        held.wait_for_one()
        fails.release()
        time.sleep(0.1)
        held.release()
        thread.join(20)
        assert answers[0].status_code == 200
        assert [attempt["reason"] for attempt in attempts_of(answers[0])] == ["first", "hedge"]

    def test_when_both_fail_the_last_word_is_the_clients(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        first, second = Hold(refuses(503)), Hold(refuses(500))
        targets["a"].reply, targets["b"].reply = first, second
        answers: list[Any] = []
        ask = asking(start_gateway(hedged(targets)))
        thread = threading.Thread(target=lambda: answers.append(ask("m")))
        thread.start()
        second.wait_for_one()
        first.release()
        time.sleep(0.1)
        second.release()
        thread.join(20)
        assert answers[0].status_code == 500
        assert len(attempts_of(answers[0])) == 2

    def test_a_client_that_leaves_ends_both_and_gives_the_permits_back(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        slow = {"a": Slow(), "b": Slow()}
        configuration = hedged(targets)
        for name in ("a", "b"):
            targets[name].reply = slow[name]
            configuration["providers"][name] |= {"max_concurrency": 1, "queue": 0}
        gateway = start_gateway(configuration)
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(body=chat_body("m"), key=gateway.key, headers=[("x-request-id", "left")]))
            eventually(lambda: targets.counts() == {"a": 1, "b": 1}, "both are asked")
        for each in slow.values():
            assert each.was_left.wait(10 * PATIENCE), "both connections are closed"
        line = gateway.log_line("left")
        assert line["status"] == 499
        assert [each["outcome"] for each in line["tries"]] == ["abandoned", "abandoned"]
        for name in ("a", "b"):
            targets[name].reply = says(name)
        ask = asking(gateway)
        assert ask.who("a/x") == "a" and ask.who("b/x") == "b", "each has its permit back"

    def test_what_acts_is_not_hedged(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        held = Hold(says("a"))
        targets["a"].reply = held
        client = asking(start_gateway(hedged(targets, after="50ms"))).client
        thread = threading.Thread(
            target=lambda: client.post("/v1/images/generations", json={"model": "m", "prompt": "A gate."})
        )
        thread.start()
        held.wait_for_one()
        time.sleep(0.3)
        assert targets.counts() == {"a": 1, "b": 0}
        held.release()
        thread.join(20)


class TestMirroring:
    @staticmethod
    def start(start_gateway: Start, targets: Targets, **mirror: Any) -> Any:
        return start_gateway(
            {
                "providers": targets.providers(kind="openai"),
                "models": {
                    "m": {"targets": [{"provider": "a", "model": "x"}], "mirror": {"to": "shadow", **mirror}},
                    "shadow": {"targets": [{"provider": "b", "model": "y"}]},
                },
            }
        )

    def test_a_copy_arrives_and_its_answer_is_nobodys(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        gateway = self.start(start_gateway, targets)
        ask = asking(gateway)
        for stream in (False, True):
            targets.forget()
            response = ask("m", stream=stream, text="Copy me.")
            assert (text_of(response.content) if stream else response.json()["choices"][0]["message"]["content"]) == "a"
            assert [attempt["target"] for attempt in attempts_of(response)] == ["a/x"]
            eventually(lambda: targets.counts()["b"] == 1, "the copy arrives")
            copy, original = targets["b"].last, targets["a"].last
            assert copy.json["model"] == "y"
            assert copy.json["messages"] == original.json["messages"]
            assert copy.header("authorization") == "Bearer sk-of-b-0123456789"
        eventually(
            lambda: gateway.metrics().total("sluice_mirrored_requests_total", result="answered") == 2, "copies are counted"
        )
        metrics = gateway.metrics()
        assert metrics.total("gateway_requests_total") == 2
        assert metrics.total("sluice_attempts_total", provider="b") == 0
        assert metrics.total("gateway_tokens_total", direction="output") == 10

    def test_its_failure_is_seen_by_nobody(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        gateway = self.start(start_gateway, targets)
        ask = asking(gateway)
        for count, (reply, result) in enumerate([(refuses(500), "refused"), (drops, "failed"), (refuses(401), "refused")], 1):
            targets["b"].reply = reply
            assert ask.who("m") == "a"
            eventually(
                lambda: gateway.metrics().total("sluice_mirrored_requests_total") == count, "the copy's end is counted"
            )
            assert gateway.metrics().total("sluice_mirrored_requests_total", result=result) >= 1
        assert gateway.metrics().total("gateway_requests_total", status="200") == 3

    def test_it_takes_no_time_of_the_request(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        held = Hold(says("b"))
        targets["b"].reply = held
        ask = asking(self.start(start_gateway, targets))
        begin = time.monotonic()
        assert ask.who("m") == "a"
        assert time.monotonic() - begin < 5 * PATIENCE
        held.wait_for_one()
        held.release()

    def test_a_client_that_has_its_answer_and_leaves_ends_no_copy(
        self, start_gateway: Start, make_targets: Make
    ) -> None:
        targets = make_targets("a", "b")
        held = Hold(says("b"))
        targets["b"].reply = held
        gateway = self.start(start_gateway, targets)
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(body=chat_body("m"), key=gateway.key))
            assert connection.read_response().status == 200
        held.wait_for_one()
        held.release()
        eventually(
            lambda: gateway.metrics().total("sluice_mirrored_requests_total", result="answered") == 1,
            "the copy is answered all the same",
        )

    def test_a_share_of_them(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        ask = asking(self.start(start_gateway, targets, percent=25))
        for _ in range(300):
            assert ask.who("m") == "a"
        time.sleep(0.3)
        # Five times the deviation of a coin with one side in four.
        assert abs(targets.counts()["b"] - 75) < 5 * (300 * 0.25 * 0.75) ** 0.5, targets.counts()
