"""A child process whose output lines are read as they come."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import subprocess
import threading
from typing import Any, Callable, Optional

from .waiting import PATIENCE

CRASH_MARKS = ("Fatal error", "Crash:", "*** Signal", "Precondition failed", "AddressSanitizer", "Illegal instruction")


class Process:
    """Starts a command, gathers what it prints, and ends it by its own process id."""

    def __init__(self, command: list[str], *, environment: dict[str, str], folder: pathlib.Path):
        self.command = command
        self.lines: list[str] = []
        self.records: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._open_pipes = 2
        self._child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        for pipe in (self._child.stdout, self._child.stderr):
            threading.Thread(target=self._read, args=(pipe,), daemon=True).start()

    # ---- output ----

    def _read(self, pipe: Any) -> None:
        for raw in pipe:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            with self._changed:
                self.lines.append(line)
                if isinstance(record, dict):
                    self.records.append(record)
                self._changed.notify_all()
        with self._changed:
            self._open_pipes -= 1
            self._changed.notify_all()

    @property
    def output(self) -> str:
        """All that was printed so far, both streams together."""
        with self._changed:
            return "\n".join(self.lines)

    def wait_for_record(
        self, matches: Callable[[dict[str, Any]], bool], what: str, *, seconds: float = 10, start: int = 0
    ) -> dict[str, Any]:
        """The first JSON line from position `start` on that `matches`, waited for."""

        def find() -> Optional[dict[str, Any]]:
            return next((record for record in self.records[start:] if matches(record)), None)

        with self._changed:
            self._changed.wait_for(lambda: find() is not None or self._open_pipes == 0, timeout=seconds * PATIENCE)
            found = find()
        if found is None:
            raise AssertionError(f"{what}: not printed. Exit status {self._child.poll()}; output:\n{self.tail()}")
        return found

    def wait_for_message(self, message: str, *, seconds: float = 10, start: int = 0) -> dict[str, Any]:
        """The first log line with exactly this `message`."""
        return self.wait_for_record(
            lambda record: record.get("message") == message, f"the log line {message!r}", seconds=seconds, start=start
        )

    def tail(self, count: int = 40) -> str:
        """The last printed lines, for failure messages."""
        with self._changed:
            return "\n".join(self.lines[-count:])

    # ---- life ----

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def is_running(self) -> bool:
        return self._child.poll() is None

    def signal(self, number: int) -> None:
        self._child.send_signal(number)

    def wait(self, *, seconds: float = 30) -> int:
        """Waits for the end; the exit status, negative for a signal."""
        status = self._child.wait(seconds * PATIENCE)
        with self._changed:
            self._changed.wait_for(lambda: self._open_pipes == 0, timeout=5)
        return status

    def stop(self, *, seconds: float = 15) -> int:
        """Asks for an orderly end, insists after `seconds`; the exit status."""
        if self.is_running:
            self.signal(signal.SIGTERM)
        try:
            return self.wait(seconds=seconds)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self.wait()
            raise AssertionError(f"the process did not end after SIGTERM:\n{self.tail()}")

    def kill(self) -> None:
        if self.is_running:
            self._child.kill()
        self.wait()

    def assert_no_crash(self) -> None:
        output = self.output
        for mark in CRASH_MARKS:
            assert mark not in output, f"the process crashed:\n{self.tail(80)}"
        status = self._child.poll()
        assert status is None or status >= 0, f"the process died of signal {-status}:\n{self.tail(80)}"

    # ---- /proc ----

    def _status(self, field: str) -> int:
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.MULTILINE)[1])

    def resident_bytes(self) -> int:
        return self._status("VmRSS") * 1024

    def peak_resident_bytes(self) -> int:
        """The highest resident size since the start or the last `reset_peak`."""
        return self._status("VmHWM") * 1024

    def reset_peak(self) -> None:
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def open_files(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def file_limits(self) -> tuple[int, int]:
        """The soft and the hard limit of open files."""
        text = pathlib.Path(f"/proc/{self.pid}/limits").read_text()
        soft, hard = re.search(r"^Max open files\s+(\d+)\s+(\d+)", text, re.MULTILINE).groups()
        return int(soft), int(hard)


def plain_environment(extra: Optional[dict[str, str]] = None) -> dict[str, str]:
    """What a child sees: nothing of the caller's keys or proxies."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    environment.update(extra or {})
    return environment
