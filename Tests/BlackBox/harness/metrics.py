"""Reads the Prometheus text format."""

from __future__ import annotations

import re

SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([^ ]+)(?: \d+)?$")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')


class Metrics:
    """One scrape. Reading it is strict: a line that is no sample, comment or type fails."""

    def __init__(self, text: str):
        self.text = text
        self.types: dict[str, str] = {}
        self.samples: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ", 3)
                assert name not in self.types, f"two TYPE lines for {name}"
                self.types[name] = kind
            elif line and not line.startswith("#"):
                found = SAMPLE.match(line)
                assert found, f"no sample: {line!r}"
                labels = self._labels(found[2] or "")
                assert (found[1], labels) not in self.samples, f"a series twice: {line!r}"
                self.samples[found[1], labels] = float(found[3])

    @staticmethod
    def _labels(text: str) -> tuple[tuple[str, str], ...]:
        labels, position = [], 0
        while position < len(text):
            found = LABEL.match(text, position)
            assert found, f"bad labels: {text!r}"
            labels.append((found[1], found[2]))
            position = found.end()
        return tuple(sorted(labels))

    def total(self, name: str, **labels: str) -> float:
        """The sum of all series of `name` that carry these labels."""
        wanted = set(labels.items())
        return sum(value for (sample, found), value in self.samples.items() if sample == name and wanted <= set(found))

    def values_of(self, name: str, label: str) -> set[str]:
        """All values of one label in the series of `name`."""
        return {value for (sample, found) in self.samples if sample == name for key, value in found if key == label}

    @property
    def families(self) -> set[str]:
        return set(self.types)
