"""`sluice explain`: where a request would go, and that nothing is sent."""

from __future__ import annotations

import json
import pathlib
import subprocess
from typing import Any, Callable, Optional

import pytest
from harness.gateway import run_command
from harness.targets import Targets

CONFIGURATION: dict[str, Any] = {
    "models": {
        "smart": {
            "targets": [{"provider": "a", "model": "gpt-4o"}, {"provider": "claude", "model": "claude-sonnet-4-5"}],
            "retry": {"attempts": 3},
            "fallback": {"context_window": ["long"]},
        },
        "quick": "smart",
        "long": "a",
        "cheap": {
            "strategy": "cheapest",
            "targets": [
                {"provider": "a", "model": "dear", "price": {"input": 10, "output": 10}},
                {"provider": "a", "model": "small", "price": {"input": 1, "output": 1}},
            ],
        },
        "ranks": "tei",
    },
    "routes": [{"match": {"header": {"x-tenant": "acme"}}, "use": {"model": "cheap"}}],
    "auth": {"keys": [{"name": "ci", "key": "sk-secret-of-ci-0123", "models": ["smart", "ranks"]}]},
}


@pytest.fixture
def targets(make_targets: Callable[..., Targets]) -> Targets:
    return make_targets("a")


@pytest.fixture
def explain(tmp_path: pathlib.Path, targets: Targets) -> Callable[..., subprocess.CompletedProcess]:
    providers = targets.providers()
    providers["claude"] = {"kind": "anthropic", "base_url": targets["a"].url, "api_key": "sk-ant-0123456789"}
    providers["tei"] = {"kind": "tei", "base_url": targets["a"].url}
    path = tmp_path / "sluice.yaml"
    path.write_text(json.dumps({**CONFIGURATION, "providers": providers}))

    def run(*arguments: str, body: Optional[Any] = None) -> subprocess.CompletedProcess:
        extra: list[str] = []
        if body is not None:
            file = tmp_path / "body.json"
            file.write_text(body if isinstance(body, str) else json.dumps(body))
            extra = ["--body", str(file)]
        return run_command("explain", "--config", str(path), *arguments, *extra)

    return run


def test_people_read_why_each_target_is_chosen_or_not(explain: Any, targets: Targets) -> None:
    result = explain("--model", "quick")
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "/v1/chat/completions, model quick"
    assert "entry      smart" in lines
    assert "strategy   priority, at most 3 attempts" in lines
    assert "fallback   context_window: long" in lines
    chosen = [line for line in lines if line.startswith("-> ")]
    assert len(chosen) == 1 and chosen[0].startswith("-> a/gpt-4o: priority")
    assert chosen[0].endswith("in the client's own bytes")
    assert any(line.startswith("   claude/claude-sonnet-4-5: eligible") and "/v1/messages" in line for line in lines)
    assert targets["a"].connections == 0, "nothing is sent"


def test_programs_read_json(explain: Any) -> None:
    body = {"model": "smart", "seed": 7, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
    result = explain("--json", "--key", "ci", body=body)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["model"] == "smart" and found["streamed"] is True and found["key"] == "ci"
    assert found["fallbacks"] == {"context_window": ["long"]}
    first, second = found["candidates"]
    assert first["chosen"] and first["spliced"] and first["losses"] == []
    assert not second["chosen"] and "dropped seed" in second["losses"]
    assert "sk-secret-of-ci-0123" not in result.stdout


def test_rules_and_prices_decide(explain: Any) -> None:
    found = json.loads(explain("--model", "smart", "--header", "x-tenant: acme", "--json").stdout)
    assert (found["rule"], found["entry"], found["strategy"]) == (0, "cheap", "cheapest")
    assert [each["target_model"] for each in found["candidates"] if each["chosen"]] == ["small"]
    costs = {each["target_model"]: float(each["cost_usd"]) for each in found["candidates"]}
    assert costs["dear"] > costs["small"] > 0


def test_what_cannot_be_converted_is_said(explain: Any) -> None:
    result = explain("--model", "ranks", "--json")
    assert result.returncode == 0, result.stderr
    (only,) = json.loads(result.stdout)["candidates"]
    assert not only["chosen"] and only["refusal"]


@pytest.mark.parametrize(
    "arguments, body, status, words",
    [
        (["--model", "nobody"], None, 1, "404"),
        (["--model", "cheap", "--key", "ci"], None, 1, "403"),
        (["--model", "smart", "--key", "nobody"], None, 1, "there is no key nobody"),
        (["--model", "smart", "--path", "/nowhere"], None, 1, "404"),
        ([], "{", 1, "400"),
        ([], {"messages": []}, 1, "400"),
        (["--body", "/nonexistent/file"], None, 66, "/nonexistent/file"),
        ([], None, 64, "--model"),
        (["--model", "smart", "--header", "no colon"], None, 64, "--header"),
    ],
)
def test_exit_codes(explain: Any, arguments: list[str], body: Any, status: int, words: str) -> None:
    result = explain(*arguments, body=body)
    assert result.returncode == status, (result.returncode, result.stderr)
    assert words in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_wrong_is_told_as_ever(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "sluice.yaml"
    path.write_text("models: { a: nobody }\n")
    result = run_command("explain", "--config", str(path), "--model", "a")
    assert result.returncode != 0
    assert "models.a" in result.stderr
