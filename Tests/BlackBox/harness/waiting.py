"""Waiting for facts, always with a deadline."""

from __future__ import annotations

import os
import time
from typing import Callable, TypeVar

Value = TypeVar("Value")

#: Every wait of the suite is multiplied by this, for slow machines.
PATIENCE = float(os.environ.get("SLUICE_TEST_PATIENCE", "1"))


def eventually(probe: Callable[[], Value], what: str, *, seconds: float = 10, every: float = 0.01) -> Value:
    """Calls `probe` until it gives something true, and returns that; fails with `what` at the deadline.

    For facts that no event tells: a counter that a scrape shows, a process's memory.
    """
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds * PATIENCE:g} s: {what}")
        time.sleep(every)
