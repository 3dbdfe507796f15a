#!/usr/bin/env python3
"""Checks the licence and every relative link of the Markdown files, anchors included. Nothing is fetched."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUIRED = ["README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")


def without_code(text: str) -> str:
    """The text with fenced blocks and code spans blanked, line numbers kept."""
    text = re.sub(r"^(```|~~~).*?^\1", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path: pathlib.Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    seen: dict[str, int] = {}
    result = set()
    for line in text.splitlines():
        found = HEADING.match(line)
        if not found:
            continue
        title = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", found[1]).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        result.add(slug if count == 0 else f"{slug}-{count}")
    return result


def main() -> int:
    faults = [f"{name} is missing" for name in REQUIRED if not (ROOT / name).is_file()]
    licence = ROOT / "LICENSE"
    if licence.is_file() and not re.search(r"Apache License\s+Version 2\.0", licence.read_text()):
        faults.append("LICENSE is not the Apache License 2.0")
    readme = ROOT / "README.md"
    if readme.is_file() and "(LICENSE)" not in readme.read_text():
        faults.append("README.md does not link LICENSE")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    pages = [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    links = 0
    for page in pages:
        for number, line in enumerate(without_code(page.read_text(encoding="utf-8")).splitlines(), 1):
            for found in LINK.finditer(line):
                target = found[1] or found[2]
                if re.match(r"[a-z][a-z0-9+.-]*:", target):
                    continue
                links += 1
                name, _, anchor = target.partition("#")
                place = (page.parent / urllib.parse.unquote(name)).resolve() if name else page
                where = f"{page.relative_to(ROOT)}:{number}"
                if not place.exists():
                    faults.append(f"{where}: {target} leads nowhere")
                elif anchor and place.suffix == ".md" and anchor not in anchors(place):
                    faults.append(f"{where}: {target}: no such heading")
    print("\n".join(faults) if faults else f"licence and {links} links in {len(pages)} pages: in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
