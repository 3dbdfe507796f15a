#!/usr/bin/env python3
"""Checks what the compiler does not: imports against the declared dependencies, and constructs that are not wanted.

Imports: a file may import the standard modules below and what its target declares in Package.swift; full Foundation is
not among them. Constructs: those that trap on input in Sources, those that wait for time in Tests.
"""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
STANDARD = {"Swift", "Synchronization", "Glibc", "Musl", "Darwin", "FoundationEssentials", "_Concurrency", "Builtin"}
FOR_TESTS = {"Testing"}
# Compared with, and linked nowhere else.
FOR_COMPARISON = {"json-bench": {"Foundation"}}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)"
)
#: Pattern, where it counts, why.
UNWANTED = [
    (re.compile(r"\btry!"), ("Sources", "Tests"), "a thrown error would end the process"),
    (re.compile(r"\bfatalError\("), ("Sources",), "throw, or use preconditionFailure for our own bugs"),
    (re.compile(r"\bas!\s"), ("Sources",), "use as? and handle the other case"),
    (
        re.compile(r"\bTask\.sleep|\busleep\(|\bThread\.sleep"),
        ("Tests",),
        "inject the clock; tests do not wait for time",
    ),
    (re.compile(r"\bTask\.detached\b"), ("Sources",), "structured concurrency only"),
    (re.compile(r"\bimport XCTest\b"), ("Tests",), "Swift Testing only"),
    (re.compile(r"\bTODO(?!\()|\bFIXME\b"), ("Sources", "Tests"), "write TODO(name): or do it"),
]
STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//.*')


def module_names(target: dict) -> set[str]:
    names = set()
    for dependency in target["dependencies"]:
        for kind in ("byName", "product", "target"):
            if kind in dependency:
                names.add(dependency[kind][0])
    return names


def main() -> int:
    dump = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, capture_output=True, text=True, check=True)
    faults = []
    for target in json.loads(dump.stdout)["targets"]:
        is_test = target["type"] == "test"
        folder = ROOT / (target.get("path") or f"{'Tests' if is_test else 'Sources'}/{target['name']}")
        allowed = STANDARD | module_names(target) | {target["name"]} | (FOR_TESTS if is_test else set())
        allowed |= FOR_COMPARISON.get(target["name"], set())
        for path in sorted(folder.rglob("*.swift")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = IMPORT.match(line)
                if found and found[1] not in allowed:
                    faults.append(f"{path.relative_to(ROOT)}:{number}: {target['name']} does not declare {found[1]}")
    for top in ("Sources", "Tests"):
        for path in sorted((ROOT / top).rglob("*.swift")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                code = STRING_OR_COMMENT.sub(
                    lambda found: found[0] if "TODO" in found[0] or "FIXME" in found[0] else '""', line
                )
                for pattern, places, why in UNWANTED:
                    if top in places and pattern.search(code):
                        faults.append(f"{path.relative_to(ROOT)}:{number}: {pattern.search(code)[0].strip()}: {why}")
    print("\n".join(faults) if faults else "imports and constructs: in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
