"""How sure each extraction rule is: `ontology/confidence.tsv`, measured on gold."""

from __future__ import annotations

from functools import cache

from kg.resources import ontology_dir

__all__ = ["confidence"]

UNMEASURED = 0.5
"""Confidence of a rule that the table does not know."""


def confidence(rule: str, cls: str) -> float:
    """The share of events of this rule that were right on gold."""
    table = _table()
    return table.get(rule, table.get(rule.partition(".")[0], UNMEASURED))


@cache
def _table() -> dict[str, float]:
    path = ontology_dir() / "confidence.tsv"
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {row[0]: float(row[1]) for row in rows if len(row) > 1 and row[0] != "rule"}
