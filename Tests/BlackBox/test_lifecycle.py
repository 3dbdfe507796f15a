"""Start, drain, reload, and the commands beside `serve`."""

from __future__ import annotations

import json
import pathlib
import re
import signal
import time
from typing import Any, Callable

import pytest
from harness.events import ends_well, final_error
from harness.gateway import Gateway, run_command
from harness.http2 import HTTP2Connection
from harness.process import Process, plain_environment
from harness.raw import ConnectionEnded, RawConnection, chat_body, request_bytes
from harness.upstream import FakeUpstream
from harness.waiting import PATIENCE, eventually

SLOW = [("x-mock-tokens", "15"), ("x-mock-token-delay", "100ms")]


class TestStart:
    def test_a_start_without_a_file_prints_commands_that_work(self, tmp_path: pathlib.Path) -> None:
        """One key, one curl for a whole reply and one for a stream, which work as pasted."""
        import subprocess

        from harness.gateway import binary_path

        process = Process(
            [str(binary_path()), "serve"],
            environment=plain_environment({"SLUICE_SERVER_LISTEN": "127.0.0.1:0"}),
            folder=tmp_path,
        )
        try:
            process.wait_for_message("listening")

            def printed() -> list[str]:
                found = re.findall(r"curl (?:[^\n]*\\\n)*[^\n]*", process.output)
                return found if len(found) >= 2 else []

            commands = eventually(printed, "two curl commands are printed")
            outputs = [
                subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=30 * PATIENCE).stdout
                for command in commands[:2]
            ]
            assert '"chat.completion"' in outputs[0]
            assert "data: [DONE]" in outputs[1]
        finally:
            process.stop()
            process.assert_no_crash()

    def test_without_a_database_each_start_without_keys_makes_another(self, tmp_path: pathlib.Path) -> None:
        from harness.gateway import binary_path

        seen = set()
        for _ in range(2):
            process = Process(
                [str(binary_path()), "serve"],
                environment=plain_environment(
                    {"SLUICE_SERVER_LISTEN": "127.0.0.1:0", "SLUICE_STORAGE_DATABASE": "off"}
                ),
                folder=tmp_path,
            )
            try:
                process.wait_for_message("listening")
                found = eventually(lambda: re.search(r"sk-sl-[A-Za-z0-9-]{20,}", process.output), "a key is printed")
                seen.add(found[0])
            finally:
                process.stop()
        assert len(seen) == 2

    def test_an_address_that_is_taken(self, gateway: Gateway, tmp_path: pathlib.Path) -> None:
        result = run_command(
            "serve", folder=tmp_path, environment={"SLUICE_SERVER_LISTEN": f"127.0.0.1:{gateway.port}"}
        )
        assert result.returncode > 0
        assert str(gateway.port) in result.stdout + result.stderr

    def test_the_open_file_limit_is_raised(self, gateway: Gateway) -> None:
        soft, hard = gateway.process.file_limits()
        assert soft == hard

    def test_it_answers_soon(self, start_gateway: Callable[..., Gateway]) -> None:
        started = time.monotonic()
        gateway = start_gateway()
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(body=chat_body("mock"), key=gateway.key))
            assert connection.read_response().status == 200
        assert time.monotonic() - started < 1 * PATIENCE


class TestDrain:
    def test_running_exchanges_finish_and_the_process_ends_with_0(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        with (
            RawConnection(gateway.port) as running,
            RawConnection(gateway.port) as idle,
            RawConnection(gateway.port) as probe,
        ):
            running.send(request_bytes(body=chat_body("mock", stream=True), headers=SLOW, key=gateway.key))
            assert running.read_head().status == 200
            for connection in (idle, probe):
                connection.send(request_bytes("GET", "/health/ready"))
                assert connection.read_response(of="GET").status == 200
            gateway.process.signal(signal.SIGTERM)
            started = time.monotonic()

            # Readiness fails at once on a connection that is still open, or that connection is closed.
            def is_unready() -> bool:
                try:
                    probe.send(request_bytes("GET", "/health/ready"))
                    return probe.read_response(of="GET").status == 503
                except (ConnectionEnded, OSError):
                    return True

            eventually(is_unready, "readiness fails", seconds=1)

            def is_refused() -> bool:
                try:
                    with RawConnection(gateway.port, seconds=1) as fresh:
                        fresh.send(request_bytes("GET", "/health/ready"))
                        return fresh.read_response(of="GET").status == 503
                except (ConnectionEnded, OSError):
                    return True

            eventually(is_refused, "new connections are refused", seconds=1)
            body = b"".join(running.read_chunks())
            assert ends_well(body)
            assert gateway.process.wait(seconds=5) == 0
            assert time.monotonic() - started > 0.8, "the stream was not waited for"

    def test_an_idle_gateway_ends_at_once(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        with RawConnection(gateway.port) as idle, HTTP2Connection(gateway.port) as http2:
            idle.send(request_bytes("GET", "/health/live"))
            assert idle.read_response(of="GET").status == 200
            assert http2.exchange("GET", "/health/live").status == 200
            started = time.monotonic()
            gateway.process.signal(signal.SIGTERM)
            assert gateway.process.wait() == 0
            assert time.monotonic() - started < 2 * PATIENCE

    def test_the_grace_is_the_most(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway({"server": {"shutdown_grace": "700ms"}})
        with RawConnection(gateway.port) as running:
            headers = [("x-mock-tokens", "1000"), ("x-mock-token-delay", "50ms")]
            running.send(request_bytes(body=chat_body("mock", stream=True), headers=headers, key=gateway.key))
            assert running.read_head().status == 200
            started = time.monotonic()
            gateway.process.signal(signal.SIGTERM)
            # Never a bare close: the client is told in its own dialect.
            assert final_error(b"".join(running.read_chunks()))
            assert gateway.process.wait() == 0
            assert 0.6 < time.monotonic() - started < 4 * PATIENCE

    def test_http_2_streams_finish_too(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        with HTTP2Connection(gateway.port) as connection:
            headers = [("authorization", f"Bearer {gateway.key}"), ("content-type", "application/json"), *SLOW]
            stream = connection.send_request("POST", "/v1/chat/completions", headers, chat_body("mock", stream=True))
            connection.read_until(lambda: connection.streams[stream].status is not None)
            gateway.process.signal(signal.SIGTERM)
            answer = connection.response(stream)
            assert ends_well(answer.body)
            connection.read_until(lambda: False)
            assert connection.goaway_code == 0
            assert gateway.process.wait() == 0

    def test_sigint_is_the_same(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        gateway.process.signal(signal.SIGINT)
        assert gateway.process.wait() == 0


class TestReload:
    def knows(self, gateway: Gateway, model: str) -> bool:
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes(body=chat_body(model), key=gateway.key))
            return connection.read_response().status == 200

    def models(self, **more: str) -> dict[str, Any]:
        return {"providers": {"mock": {}}, "models": {"mock": "mock", **more}}

    @pytest.mark.parametrize("trigger", ["file", "SIGHUP"])
    def test_a_change_is_in_force_within_a_second(self, start_gateway: Callable[..., Gateway], trigger: str) -> None:
        gateway = start_gateway()
        gateway.write(self.models(fresh="mock"))
        if trigger == "SIGHUP":
            gateway.reload()
        eventually(lambda: self.knows(gateway, "fresh"), "the new model is known", seconds=1 * PATIENCE + 0.2)
        assert not self.knows(gateway, "plain")

    def test_an_edit_in_place_counts_too(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        value = json.loads(gateway.path.read_text())
        value["models"]["fresh"] = "mock"
        gateway.path.write_text(json.dumps(value))
        eventually(lambda: self.knows(gateway, "fresh"), "the new model is known", seconds=1 * PATIENCE + 0.2)

    @pytest.mark.parametrize(
        "text",
        ["", "server: [", "no_such_key: 1\n", "models: { a: nobody }\n", '{"server": {"listen": 17}}', "\x00\x01"],
        ids=["empty", "no yaml", "unknown key", "unknown provider", "wrong type", "noise"],
    )
    def test_a_bad_file_keeps_the_old_snapshot_and_says_so(
        self, start_gateway: Callable[..., Gateway], text: str
    ) -> None:
        gateway = start_gateway()
        before = len(gateway.process.records)
        gateway.path.write_text(text)
        if text:
            gateway.process.wait_for_record(
                lambda record: record.get("level") in ("error", "warning"), "a complaint", start=before, seconds=3
            )
            gateway.reload()
            assert self.knows(gateway, "plain")
            assert gateway.process.is_running
        gateway.write(self.models(fresh="mock"))
        eventually(lambda: self.knows(gateway, "fresh"), "a good file is taken again", seconds=2)

    def test_a_running_stream_is_not_dropped(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        with RawConnection(gateway.port) as running:
            running.send(request_bytes(body=chat_body("mock", stream=True), headers=SLOW, key=gateway.key))
            assert running.read_head().status == 200
            # Its model and its provider go while it runs; it keeps the snapshot that it began with.
            gateway.write({"providers": {"other": {"kind": "mock"}}, "models": {"fresh": "other"}})
            eventually(lambda: self.knows(gateway, "fresh"), "the new model is known", seconds=2)
            assert ends_well(b"".join(running.read_chunks()))

    def test_a_revoked_key_is_refused(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        with RawConnection(gateway.port) as connection:
            connection.send(request_bytes("GET", "/v1/models", key=gateway.key))
            assert connection.read_response(of="GET").status == 200
            gateway.write({**self.models(), "auth": {"keys": [{"name": "other", "key": "sk-another-key-entirely"}]}})

            def is_refused() -> bool:
                connection.send(request_bytes("GET", "/v1/models", key=gateway.key))
                return connection.read_response(of="GET").status == 401

            eventually(is_refused, "the key is refused", seconds=1 * PATIENCE + 0.2)

    def test_many_reloads_under_load(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway()
        with RawConnection(gateway.port) as connection:
            for number in range(40):
                gateway.write(self.models(**{f"fresh-{number}": "mock"}))
                gateway.reload()
                connection.send(request_bytes(body=chat_body("mock", stream=number % 2 == 0), key=gateway.key))
                assert connection.read_response().status == 200
        eventually(lambda: self.knows(gateway, "fresh-39"), "the last one is in force", seconds=2)


class TestCheck:
    def check(self, tmp_path: pathlib.Path, text: str, name: str = "sluice.yaml", **environment: str) -> Any:
        path = tmp_path / name
        path.write_text(text)
        result = run_command("check", "--config", str(path), folder=tmp_path, environment=environment)
        assert result.returncode >= 0, result.stderr
        return result

    def test_a_good_file(self, tmp_path: pathlib.Path) -> None:
        result = self.check(tmp_path, "providers: { mock: {} }\nmodels: { a: mock }\n")
        assert result.returncode == 0, result.stdout + result.stderr

    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("server:\n  listn: 127.0.0.1:8080\n", 2, ["listn", "listen"]),
            ("server:\n  timeouts:\n    head: 10\n", 3, ["head", "10"]),
            ("server:\n  limits: { request_body: lots }\n", 2, ["request_body", "lots"]),
            ("providers:\n  mock: {}\nmodels:\n  a: mok\n", 4, ["mok"]),
            ("providers:\n  x: { kind: opnai }\n", 2, ["opnai", "openai"]),
            ("server:\n  - a\n", 2, ["server"]),
            ("server: [\n", None, []),
            ("auth:\n  keys:\n    - { name: a, key: x1x1x1x1 }\n    - { name: a, key: y1y1y1y1 }\n", 4, ["a"]),
            ("server:\n  listen: 127.0.0.1:99999\n", 2, ["99999"]),
            ("logging: { level: loud }\n", 1, ["loud"]),
        ],
    )
    def test_errors_name_file_line_and_fix(
        self, tmp_path: pathlib.Path, text: str, line: Any, words: list[str]
    ) -> None:
        result = self.check(tmp_path, text)
        output = result.stdout + result.stderr
        assert result.returncode not in (0, 2 << 6), output
        assert "sluice.yaml" in output
        if line is not None:
            assert re.search(rf"sluice\.yaml:{line}\b", output), output
        for word in words:
            assert word in output, output

    def test_all_errors_are_told_at_once(self, tmp_path: pathlib.Path) -> None:
        output = self.check(tmp_path, "server:\n  listn: x\nlogging: { level: loud }\nnonsense: 1\n")
        text = output.stdout + output.stderr
        assert all(word in text for word in ("listn", "loud", "nonsense"))

    def test_toml(self, tmp_path: pathlib.Path) -> None:
        good = '[server]\nlisten = "127.0.0.1:8080"\n[providers.mock]\n[models]\na = "mock"\n'
        assert self.check(tmp_path, good, "sluice.toml").returncode == 0
        bad = self.check(tmp_path, '[server]\nlistn = "127.0.0.1:8080"\n', "sluice.toml")
        assert bad.returncode != 0 and "server.listn" in bad.stdout + bad.stderr

    def test_a_file_that_is_not_there(self, tmp_path: pathlib.Path) -> None:
        result = run_command("check", "--config", str(tmp_path / "none.yaml"))
        assert result.returncode > 0 and "none.yaml" in result.stdout + result.stderr

    def test_serve_refuses_what_check_refuses(self, tmp_path: pathlib.Path) -> None:
        path = tmp_path / "sluice.yaml"
        path.write_text("server:\n  listn: 127.0.0.1:0\n")
        result = run_command("serve", "--config", str(path))
        assert result.returncode > 0 and "sluice.yaml:2" in result.stdout + result.stderr

    def test_files_of_earlier_gateways(self, tmp_path: pathlib.Path) -> None:
        text = (
            '[[upstreams]]\nname = "local"\nurl = "http://127.0.0.1:9/v1"\nformat = "openai"\n'
            '[[routes]]\npath = "/v1/chat/completions"\ninput_format = "openai"\nupstream = "local"\n'
        )
        result = self.check(tmp_path, text, "config.toml")
        assert result.returncode == 0, result.stdout + result.stderr

    @pytest.mark.parametrize("example", ["Examples"])
    def test_the_examples_of_the_repository(self, example: str) -> None:
        from harness.gateway import ROOT

        files = sorted(path for path in (ROOT / example).rglob("*") if path.suffix in (".yaml", ".toml"))
        for path in files:
            variables = {name: "sk-example" for name in re.findall(r"\$\{([A-Z_0-9]+)", path.read_text())}
            result = run_command("check", "--config", str(path), environment=variables)
            assert result.returncode == 0, f"{path}: {result.stdout}{result.stderr}"


class TestConfigShow:
    TEXT = (
        "providers:\n  openai: { api_key: sk-very-secret-1, base_url: https://user:pw-very-secret-2@example.com/v1 }\n"
        "  mock: {}\nauth:\n  keys:\n    - { name: a, key: sk-very-secret-3 }\n"
    )

    def test_it_shows_what_is_in_force_and_no_secret(self, tmp_path: pathlib.Path) -> None:
        path = tmp_path / "sluice.yaml"
        path.write_text(self.TEXT.replace("user:pw-very-secret-2@", ""))
        result = run_command(
            "config", "show", "--config", str(path), environment={"SLUICE_SERVER_LISTEN": "127.0.0.1:9191"}
        )
        assert result.returncode == 0, result.stderr
        assert "127.0.0.1:9191" in result.stdout
        assert "very-secret" not in result.stdout + result.stderr
        assert "request_body" in result.stdout or "requestBody" in result.stdout

    def test_errors_never_show_a_secret(self, tmp_path: pathlib.Path) -> None:
        path = tmp_path / "sluice.yaml"
        path.write_text(
            "providers:\n  openai: { api_key: [sk-very-secret-1] }\nauth:\n  keys: [ { name: a, key: [sk-very-secret-2] } ]\n"
        )
        result = run_command("check", "--config", str(path))
        assert "very-secret" not in result.stdout + result.stderr


class TestCommands:
    def test_version(self) -> None:
        result = run_command("version")
        assert result.returncode == 0 and re.search(r"\d+\.\d+", result.stdout)

    @pytest.mark.parametrize("command", [[], ["serve"], ["check"], ["mock"], ["config", "show"], ["version"]])
    def test_help(self, command: list[str]) -> None:
        result = run_command(*command, "--help")
        assert result.returncode == 0 and "USAGE" in result.stdout.upper()

    def test_an_unknown_command(self) -> None:
        result = run_command("flood")
        assert result.returncode == 64 and "flood" in result.stderr


class TestEnvironment:
    def test_an_override(self, start_gateway: Callable[..., Gateway]) -> None:
        gateway = start_gateway(environment={"SLUICE_AUTH_REQUIRED": "false"})
        with gateway.client(headers={}) as client:
            assert client.get("/v1/models").status_code == 200

    def test_references_to_variables_and_files(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream, tmp_path: pathlib.Path
    ) -> None:
        secret = tmp_path / "secret"
        secret.write_text("sk-from-a-file\n")
        for reference, expected in (
            ("${SOME_KEY}", "sk-from-environment"),
            ("os.environ/SOME_KEY", "sk-from-environment"),
            ("${NOT_SET:-sk-default}", "sk-default"),
            (f"${{file:{secret}}}", "sk-from-a-file"),
        ):
            gateway = start_gateway(
                {"providers": {"scripted": {"api_key": reference}}}, environment={"SOME_KEY": "sk-from-environment"}
            )
            with gateway.client() as client:
                assert client.post("/v1/chat/completions", json=json.loads(chat_body())).status_code == 200
            assert upstream.last.header("authorization") == f"Bearer {expected}"

    def test_an_earlier_gateway_s_file_serves(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        text = (
            '[server]\nlisten = "127.0.0.1:0"\n[auth]\nrequired = false\n'
            f'[[upstreams]]\nname = "local"\nurl = "{upstream.base_url}"\nformat = "openai"\n'
            '[[routes]]\npath = "/v1/chat/completions"\ninput_format = "openai"\nupstream = "local"\n'
        )
        gateway = start_gateway(text, file_name="config.toml")
        with gateway.client(headers={}) as client:
            reply = client.post("/v1/chat/completions", json=json.loads(chat_body("whatever-model")))
        assert reply.status_code == 200
        assert upstream.last.json["model"] == "whatever-model"

    def test_a_provider_without_its_key_is_off(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        gateway = start_gateway({"providers": {"scripted": {"api_key": "${NOT_SET:-}"}}})
        assert "scripted" in gateway.process.output
        with gateway.client() as client:
            reply = client.post("/v1/chat/completions", json=json.loads(chat_body()))
        assert reply.status_code in (404, 503)
        assert upstream.requests == []


class TestSeveralKeys:
    def test_keys_of_one_provider_take_turns(
        self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream
    ) -> None:
        keys = ["sk-one", "sk-two", "sk-three"]
        value = {
            "providers": {"many": {"kind": "openai", "base_url": upstream.base_url, "api_keys": keys}},
            "models": {"turns": "many"},
        }
        gateway = start_gateway(value)
        with gateway.client() as client:
            for _ in range(9):
                client.post("/v1/chat/completions", json=json.loads(chat_body("turns"))).raise_for_status()
        used = [request.header("authorization") for request in upstream.requests]
        assert {used.count(f"Bearer {key}") for key in keys} == {3}

    def test_azure(self, start_gateway: Callable[..., Gateway], upstream: FakeUpstream) -> None:
        azure = {"base_url": upstream.url, "api_version": "2026-05-01", "api_keys": ["azure-key"]}
        gateway = start_gateway(
            {
                "providers": {"azure": azure},
                "models": {"gpt-4o": {"targets": [{"provider": "azure", "model": "my-deployment"}]}},
            }
        )
        with gateway.client() as client:
            client.post("/v1/chat/completions", json=json.loads(chat_body("gpt-4o"))).raise_for_status()
        assert upstream.last.target == "/openai/deployments/my-deployment/chat/completions?api-version=2026-05-01"
        assert upstream.last.header("api-key") == "azure-key"
        assert upstream.last.header("authorization") is None
