"""The configuration that most tests begin with."""

from __future__ import annotations

from typing import Any

from .gateway import merged
from .upstream import FakeUpstream

#: The provider key of the scripted upstream; it must never reach a client or a log.
UPSTREAM_KEY = "sk-upstream-9f2c7b51d8"


def upstream_configuration(upstream: FakeUpstream, **over: Any) -> dict[str, Any]:
    """The scripted upstream as OpenAI and as an unknown vendor, a renamed model, and the mock model; `over` laid upon it."""
    base = {
        "providers": {
            "scripted": {"kind": "openai", "base_url": upstream.base_url, "api_key": UPSTREAM_KEY},
            "compatible": {"kind": "openai-compatible", "base_url": upstream.base_url, "api_key": UPSTREAM_KEY},
            "mock": {},
        },
        "models": {
            "plain": "scripted",
            "ranker": "compatible",
            "renamed": {"targets": [{"provider": "scripted", "model": "upstream-name"}]},
            "mock": "mock",
            "mock-*": "mock",
        },
    }
    return merged(base, over)
