"""Where a request goes: the model table, rules, keys, strategies, and what changes with a reload."""

from __future__ import annotations

import json
import threading
import time
from typing import Any, Callable

import pytest
from harness.events import text_of
from harness.raw import RawConnection, chat_body, request_bytes
from harness.targets import Asker, Hold, Start, Targets, says
from harness.upstream import LAST_CHUNK, STREAM_HEAD, chat_stream, chunk, delta, event, json_bytes
from harness.waiting import eventually

Make = Callable[..., Targets]
Asking = Callable[..., Asker]


class TestTheModelTable:
    def test_names_patterns_aliases_and_named_providers(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b", "c")
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {
                    "gpt-*": "b",
                    "gpt-4o-*": "c",
                    "gpt-4o": {"targets": [{"provider": "a", "model": "real-4o"}]},
                    "quick": "gpt-4o",
                    "quickest": "quick",
                    "either": {"targets": [{"model": "gpt-4o"}, "b/other"]},
                },
            }
        )
        ask = asking(gateway)
        for name, who, asked_for in [
            ("gpt-4o", "a", "real-4o"),
            ("quick", "a", "real-4o"),
            ("quickest", "a", "real-4o"),
            ("gpt-5", "b", "gpt-5"),
            ("gpt-4o-mini", "c", "gpt-4o-mini"),
            ("b/any/thing", "b", "any/thing"),
            ("either", "a", "real-4o"),
        ]:
            response = ask(name)
            assert response.status_code == 200, (name, response.text)
            assert response.json()["choices"][0]["message"]["content"] == who, name
            assert targets[who].last.json["model"] == asked_for, name
            # The client sees the name that it asked for; where the provider was asked by that, it is the vendor's dated one.
            seen = "upstream-model" if name == asked_for else name
            assert response.json()["model"] == seen, name
            lines = ask(name, stream=True).text.splitlines()
            chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
            assert chunks and {chunk["model"] for chunk in chunks} == {seen}
        assert ask("nobody").status_code == 404
        listed = {model["id"] for model in ask.client.get("/v1/models").json()["data"]}
        assert {"gpt-4o", "quick", "quickest", "either"} <= listed

    @pytest.mark.parametrize("where", ["server", "model"])
    def test_the_targets_own_name_is_shown_where_that_is_wished(
        self, start_gateway: Start, make_targets: Make, asking: Asking, where: str
    ) -> None:
        targets = make_targets("a")
        entry: dict[str, Any] = {"targets": [{"provider": "a", "model": "real"}]}
        configuration: dict[str, Any] = {"providers": targets.providers(), "models": {"mine": entry}}
        (entry if where == "model" else configuration.setdefault("server", {}))["expose_target_model"] = True
        ask = asking(start_gateway(configuration))
        assert ask("mine").json()["model"] == "upstream-model"
        assert '"upstream-model"' in ask("mine", stream=True).text

    def test_rules_go_before_the_table(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {"gpt-4o": "a", "acme-gpt-4o": {"targets": [{"provider": "b", "model": "tuned"}]}},
                "routes": [
                    {"match": {"header": {"x-tenant": "acme*"}, "surface": "chat"}, "use": {"model_prefix": "acme-"}},
                    {"match": {"header": {"x-direct": "yes"}}, "use": {"target": {"provider": "b", "model": "d"}}},
                    {"match": {"path": "/old/*"}, "use": {"model": "gpt-4o"}},
                ],
            }
        )
        ask = asking(gateway)
        assert ask.who("gpt-4o") == "a"
        assert ask.who("gpt-4o", headers={"x-tenant": "acme-west"}) == "b"
        assert targets["b"].last.json["model"] == "tuned"
        assert ask.who("gpt-4o", headers={"x-tenant": "other"}) == "a"
        assert ask("nobody", headers={"x-tenant": "acme"}).status_code == 404
        assert ask.who("whatever", headers={"x-direct": "yes"}) == "b"
        assert targets["b"].last.json["model"] == "d"
        assert ask.who("whatever", path="/old/chat") == "a"
        response = ask("gpt-4o", headers={"x-tenant": "acme"})
        assert response.json()["model"] == "gpt-4o"

    def test_a_key_has_the_models_that_it_may_use_and_no_others(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a")
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {"gpt-4o": "a", "quick": "gpt-4o", "gpt-5": "a"},
                "auth": {"keys": [{"name": "narrow", "key": "sk-narrow-0123456789", "models": ["quick", "a/gpt-5*"]}]},
            }
        )
        gateway.key = "sk-narrow-0123456789"
        ask = asking(gateway)
        assert ask.who("quick") == "a", "an alias is allowed by its own name"
        assert ask.who("a/gpt-5") == "a"
        for name in ("gpt-4o", "gpt-5", "a/gpt-4o"):
            refused = ask(name)
            assert refused.status_code == 403, name
            assert refused.json()["error"]["code"] == "model_not_allowed"
        listed = {model["id"] for model in ask.client.get("/v1/models").json()["data"]}
        assert "quick" in listed
        assert not listed & {"gpt-4o", "gpt-5", "plain", "mock"}
        assert ask.client.get("/v1/models/gpt-4o").status_code == 404
        assert ask.client.get("/v1/models/quick").status_code == 200

    def test_ten_thousand_models(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a")
        models: dict[str, Any] = {f"m-{n}": {"targets": [{"provider": "a", "model": f"t-{n}"}]} for n in range(8000)}
        models |= {f"alias-{n}": f"m-{n}" for n in range(2000)}
        begin = time.monotonic()
        gateway = start_gateway({"providers": targets.providers(), "models": models})
        print(f"started with 10,000 models in {time.monotonic() - begin:.2f} s")
        ask = asking(gateway)
        for name, asked_for in [("m-0", "t-0"), ("m-7999", "t-7999"), ("alias-1999", "t-1999")]:
            assert ask.who(name) == "a"
            assert targets["a"].last.json["model"] == asked_for
        assert ask("m-8000").status_code == 404
        listed = {model["id"] for model in ask.client.get("/v1/models").json()["data"]}
        assert set(models) <= listed


class TestStrategies:
    def test_weights_are_kept(self, start_gateway: Start, make_targets: Make) -> None:
        targets = make_targets("main", "canary")
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {
                    "m": {
                        "strategy": "weighted",
                        "targets": [{"provider": "main", "weight": 9}, {"provider": "canary", "weight": 1}],
                    }
                },
            }
        )
        count = 1500
        with RawConnection(gateway.port) as connection:
            for _ in range(count):
                connection.send(request_bytes(body=chat_body("m"), key=gateway.key))
                assert connection.read_response().status == 200
        sigma = (count * 0.1 * 0.9) ** 0.5
        # Four, so that one run in fifteen thousand fails by chance; three are held by the unit tests, whose dice are loaded.
        assert abs(targets.counts()["canary"] - count * 0.1) < 4 * sigma, targets.counts()

    @pytest.mark.parametrize("by", ["header", "user", "conversation"])
    def test_the_same_requester_stays_where_it_is(
        self, start_gateway: Start, make_targets: Make, asking: Asking, by: str
    ) -> None:
        targets = make_targets("a", "b", "c")
        strategy = {"kind": "sticky", "header": "x-session"} if by == "header" else {"kind": "sticky", "by": by}
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {"m": {"strategy": strategy, "targets": ["a", "b", "c"]}},
            }
        )
        ask = asking(gateway)

        def who(number: int, turn: int) -> str:
            if by == "header":
                return ask.who("m", headers={"x-session": f"s-{number}"}, text=f"turn {turn}")
            if by == "user":
                return ask.who("m", user=f"u-{number}", text=f"turn {turn}")
            turns = [{"role": "user", "content": f"conversation {number}"}]
            for index in range(turn):
                turns += [{"role": "assistant", "content": f"answer {index}"}, {"role": "user", "content": f"more {index}"}]
            return ask.who("m", messages=turns)

        homes = {number: {who(number, turn) for turn in range(3)} for number in range(24)}
        assert all(len(home) == 1 for home in homes.values()), homes
        assert len({home for (home,) in map(tuple, homes.values())}) == 3, "24 requesters are spread over three targets"

    def test_the_less_busy_one_is_asked(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("a", "b")
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {"m": {"strategy": "least_busy", "targets": ["a", "b"]}},
            }
        )
        held = Hold(says("held"))
        for name in ("a", "b"):
            targets[name].reply = held
        waiting = asking(gateway)
        thread = threading.Thread(target=lambda: waiting("m"))
        thread.start()
        held.wait_for_one()
        busy = "a" if targets.counts()["a"] else "b"
        free = "b" if busy == "a" else "a"
        targets[free].reply = says(free)
        ask = asking(gateway)
        try:
            assert [ask.who("m") for _ in range(12)] == [free] * 12
        finally:
            held.release()
            thread.join(20)
        assert gateway.metrics().total("sluice_target_live_exchanges", provider=busy) == 0

    def test_a_prompt_goes_where_its_beginning_is_known(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b", "c")
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {"m": {"strategy": "prefix", "targets": ["a", "b", "c"]}},
            }
        )
        ask = asking(gateway)
        homes = {}
        for number in range(9):
            rules = f"document {number}. " + "Read it well. " * 300
            messages = [{"role": "system", "content": rules}]
            where = {
                ask.who("m", messages=[*messages, {"role": "user", "content": f"question {turn}"}]) for turn in range(4)
            }
            assert len(where) == 1, f"document {number} was read by {where}"
            homes[number] = where.pop()
        assert len(set(homes.values())) > 1, "different prompts are spread"

    def test_the_cheapest_for_this_request(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("reads", "writes")
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {
                    "m": {
                        "strategy": "cheapest",
                        "targets": [
                            {"provider": "reads", "price": {"input": 1, "output": 100}},
                            {"provider": "writes", "price": {"input": 10, "output": 10}},
                        ],
                    }
                },
            }
        )
        ask = asking(gateway)
        assert ask.who("m", text="long " * 2000, max_tokens=10) == "reads"
        assert ask.who("m", text="short", max_tokens=4000) == "writes"

    def test_the_fastest_is_preferred(self, start_gateway: Start, make_targets: Make, asking: Asking) -> None:
        targets = make_targets("slow", "fast")

        def slowly(exchange: Any) -> None:
            time.sleep(0.15)
            says("slow")(exchange)

        targets["slow"].reply = slowly
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {"m": {"strategy": "fastest", "targets": ["slow", "fast"]}},
            }
        )
        ask = asking(gateway)

        def ten_in_a_row() -> bool:
            return {text_of(ask("m", stream=True).content) for _ in range(10)} == {"fast"}

        # A moment in which the machine was busy counts whole against whom it met, and is forgotten by half in ten seconds.
        eventually(ten_in_a_row, "the fast one is preferred", seconds=30)
        measured = gateway.metrics()
        assert measured.total("sluice_target_first_token_seconds", provider="slow") > measured.total(
            "sluice_target_first_token_seconds", provider="fast"
        )

    def test_a_slow_target_whose_stream_comes_in_one_piece_is_measured(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("slow", "fast")

        def all_at_once(exchange: Any) -> None:
            time.sleep(0.06)
            exchange.send(STREAM_HEAD + chunk(chat_stream("slow")) + LAST_CHUNK)

        targets["slow"].reply = all_at_once
        gateway = start_gateway(
            {
                "providers": targets.providers(),
                "models": {"m": {"strategy": "fastest", "targets": ["slow", "fast"]}},
            }
        )
        ask = asking(gateway)
        for _ in range(4):
            ask("m", stream=True)
        texts = [text_of(ask("m", stream=True).content) for _ in range(40)]
        assert texts.count("fast") >= 36, texts
        assert gateway.metrics().total("sluice_target_first_token_seconds", provider="slow") >= 0.05


class TestProbes:
    def test_a_provider_that_is_not_well_is_left_alone(
        self, start_gateway: Start, make_targets: Make, asking: Asking
    ) -> None:
        targets = make_targets("a", "b")
        well = threading.Event()

        def reply(exchange: Any) -> None:
            if exchange.request.method == "GET":
                exchange.send(json_bytes({}, 200 if well.is_set() else 503))
            else:
                says("a")(exchange)

        targets["a"].reply = reply
        providers = targets.providers()
        providers["a"]["probe"] = {"every": "1s", "path": "/health"}
        ask = asking(start_gateway({"providers": providers, "models": {"m": {"targets": ["a", "b"]}}}))
        eventually(lambda: ask.who("m") == "b", "it is left alone")
        well.set()
        eventually(lambda: ask.who("m") == "a", "it is asked again")


class TestReload:
    def test_weights_change_under_load_and_nothing_is_lost(
        self, start_gateway: Start, make_targets: Make
    ) -> None:
        targets = make_targets("old", "new")
        base: dict[str, Any] = {
            "providers": targets.providers(),
            "models": {
                "m": {
                    "strategy": "weighted",
                    "targets": [{"provider": "old", "weight": 1}, {"provider": "new", "weight": 0}],
                }
            },
        }

        def streams_slowly(name: str) -> Any:
            def reply(exchange: Any) -> None:
                if b'"stream":true' not in exchange.request.body.replace(b" ", b""):
                    return says(name)(exchange)
                exchange.send(STREAM_HEAD)
                for index in range(20):
                    exchange.send(chunk(event(delta(f"{index} "))))
                    time.sleep(0.02)
                exchange.send(chunk(event(delta("", finish="stop")) + event(b"[DONE]")) + LAST_CHUNK)

            return reply

        for name in ("old", "new"):
            targets[name].reply = streams_slowly(name)
        gateway = start_gateway(base)
        stop = threading.Event()
        faults: list[str] = []
        counts = {"whole": 0, "streams": 0}
        expected = "".join(f"{index} " for index in range(20))

        def load(is_stream: bool) -> None:
            ask = Asker(gateway)
            with ask:
                while not stop.is_set():
                    response = ask("m", stream=is_stream)
                    if response.status_code != 200:
                        faults.append(response.text)
                    elif is_stream and (text_of(response.content) != expected or "[DONE]" not in response.text):
                        faults.append(f"a stream that is not whole: {response.text[-200:]}")
                    counts["streams" if is_stream else "whole"] += 1

        threads = [threading.Thread(target=load, args=(index < 6,)) for index in range(10)]
        for thread in threads:
            thread.start()
        try:
            eventually(lambda: targets.counts()["old"] > 50, "the load runs")
            assert targets.counts()["new"] == 0
            for turn in range(6):
                new_weight = 1 - turn % 2
                base["models"]["m"]["targets"] = [
                    {"provider": "old", "weight": 1 - new_weight},
                    {"provider": "new", "weight": new_weight},
                ]
                gateway.write(base)
                gateway.reload()
                name = "new" if new_weight else "old"
                before, streams = targets.counts()[name], counts["streams"]
                eventually(lambda: targets.counts()[name] > before + 20, f"requests go to {name} after the reload")
                eventually(lambda: counts["streams"] > streams + 2, "streams that began before the reload end")
        finally:
            stop.set()
            for thread in threads:
                thread.join(20)
        assert not faults, faults[:3]
        assert counts["whole"] > 50 and counts["streams"] > 10, counts
        assert gateway.metrics().total("sluice_config_reloads_total", result="success") >= 6
