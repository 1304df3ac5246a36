"""How sure each extraction rule is: `ontology/confidence.tsv`, measured on gold by `reliability`.

An event's confidence is the share of events of its rule that gold has with the same participants and class, smoothed
(Laplace: one right and one wrong added) so that no rule is ever certain. Rules seen fewer than `ENOUGH` times share the
figure of their family, the part of the name before the dot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import OntologyError
from kg.evaluation import matched
from kg.resources import ontology_dir

__all__ = ["ENOUGH", "Reliability", "confidence", "format_table", "read", "reliability", "write"]

ENOUGH = 8
"""Events of a rule from which its own share is taken."""
UNMEASURED = 0.5
"""Confidence of a rule that the table does not know."""

_COLUMNS = ("rule", "confidence", "right", "events")
_RIGHT = ("full", "class")


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often events of a rule, or of a family of rules, were right on gold."""

    rule: str
    right: int
    events: int

    @property
    def confidence(self) -> float:
        """Smoothed share of right events.

        >>> Reliability("verb.active", 6, 8).confidence
        0.7
        """
        return round((self.right + 1) / (self.events + 2), 2)


def confidence(rule: str) -> float:
    """The measured confidence of a rule, else of its family."""
    table = _table()
    return table.get(rule, table.get(rule.partition(".")[0], UNMEASURED))


def reliability(gold: Iterable[Mapping[str, Any]], predictions: Mapping[str, Mapping[str, Any]]) -> list[Reliability]:
    """Reliability of every family and of every rule seen often enough, by name.

    `predictions` are readings as plain data by article (`kg.evaluation.load_predictions`).
    """
    counts: dict[str, list[int]] = {}
    for annotated in gold:
        predicted = predictions.get(annotated["article"])
        if predicted is not None:
            for rule, right in _outcomes(annotated, predicted):
                for name in (rule, rule.partition(".")[0]):
                    row = counts.setdefault(name, [0, 0])
                    row[0] += right
                    row[1] += 1
    rows = (Reliability(rule, right, total) for rule, (right, total) in sorted(counts.items()))
    return [row for row in rows if row.events >= ENOUGH or "." not in row.rule]


def _outcomes(gold: Mapping[str, Any], predicted: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    levels = matched(gold, predicted)
    for number, event in enumerate(predicted["events"]):
        yield event["evidence"]["rule"], levels.get(number) in _RIGHT


def format_table(rows: Iterable[Reliability]) -> str:
    """The table that `confidence` reads, tab separated."""
    lines = ["\t".join(_COLUMNS), *(f"{r.rule}\t{r.confidence:.2f}\t{r.right}\t{r.events}" for r in rows)]
    return "\n".join(lines) + "\n"


def write(rows: Iterable[Reliability], path: Path) -> None:
    """Write the table that `confidence` reads."""
    path.write_text(format_table(rows), encoding="utf-8")


def read(path: Path) -> dict[str, float]:
    """Confidence by rule or family; OntologyError names a line that is wrong."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or tuple(lines[0].split("\t")) != _COLUMNS:
        raise OntologyError("wrong columns", where=f"{path.name}:1", remedy="write, with tabs: " + " ".join(_COLUMNS))
    return dict(_row(line, f"{path.name}:{number}") for number, line in enumerate(lines[1:], 2) if line)


def _row(line: str, where: str) -> tuple[str, float]:
    cells = line.split("\t")
    try:
        value = float(cells[1])
    except (IndexError, ValueError):
        value = -1.0
    if len(cells) != len(_COLUMNS) or not 0 < value < 1:
        raise OntologyError("not a rule with a confidence between 0 and 1", where=where,
                            remedy="make the table again from gold (`kg.calibration`)")
    return cells[0], value


@cache
def _table() -> dict[str, float]:
    path = ontology_dir() / "confidence.tsv"
    return read(path) if path.exists() else {}
