"""One page to be read from top to bottom: what the articles say that actors do to each other, in words, tables, charts.

The file needs no script, no network and no other file; charts are SVG drawn here. Texts are Spanish or English.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from kg.model import Reading
from kg.network.analysis import Analysis, analyze
from kg.network.dyads import period_of
from kg.network.projection import Claim, Claims, Identity

__all__ = ["Heat", "Timeline", "heat_map", "report", "timeline", "write_report"]

Language = Literal["es", "en"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Cooperation and conflict of all counted claims by period."""

    periods: tuple[str, ...]
    cooperation: tuple[float, ...]
    """Sum of positive scores."""
    conflict: tuple[float, ...]
    """Sum of negative scores, as positive numbers."""

    @property
    def top(self) -> float:
        """The largest value."""
        return max((*self.cooperation, *self.conflict, 1.0))


@dataclass(frozen=True, slots=True)
class Heat:
    """Mean score from each of the strongest actors (rows) to each (columns)."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    scores: tuple[tuple[float | None, ...], ...]
    """None where there is no claim."""
    counts: tuple[tuple[int, ...], ...]


def write_report(readings: Iterable[Reading], path: Path, **options: Any) -> Path:
    """Write `report(…)` of the readings to `path` (UTF-8; parent folders are made) and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report(readings, **options), encoding="utf-8", newline="\n")
    return path


def report(
    readings: Iterable[Reading] | Analysis,
    *,
    title: str = "Informe de la red de actores",
    language: Language = "es",
    identity: Identity | None = None,
    rows: int = 15,
) -> str:
    """An HTML document; tables show the first `rows` rows. The same readings give the same bytes."""
    import jinja2
    from markupsafe import Markup

    found = readings if isinstance(readings, Analysis) else analyze(readings, identity=identity)
    style = _template("report.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
                                     lstrip_blocks=True)
    environment.filters["number"] = _formatter(language)
    environment.filters["short"] = _short
    return environment.from_string(_template("report.html.j2")).render(
        title=title, language=language, style=Markup(style), digest=f"sha256-{digest}", found=found, rows=rows,
        t=(lambda spanish, english: spanish) if language == "es" else (lambda spanish, english: english),
        name=lambda key: _short(found.claims.nodes[key].name(language)), timeline=timeline(found),
        heat=heat_map(found.claims), examples=_examples(found.claims),
        actors=sorted(found.actors, key=lambda r: (-r.does - r.undergoes, r.key)),
        silent=[r for r in found.co_mentions if not r.interactions][:rows],
    )


def timeline(found: Analysis) -> Timeline:
    """Sums by period over all counted claims with a date precise enough, without empty periods."""
    good: defaultdict[str, float] = defaultdict(float)
    bad: defaultdict[str, float] = defaultdict(float)
    for claim in found.claims.claims:
        when = period_of(claim.date, found.period) if claim.date else None
        if when is not None:
            good[when] += max(claim.score, 0.0)
            bad[when] += max(-claim.score, 0.0)
    periods = sorted(good)[-120:]
    return Timeline(tuple(periods), tuple(good[p] for p in periods), tuple(bad[p] for p in periods))


def heat_map(claims: Claims, actors: int = 14) -> Heat:
    """The strongest `actors` by pieces of evidence with another actor."""
    strength: Counter[str] = Counter()
    for pair in claims.pairs():
        strength.update({pair.source: pair.claims, pair.target: pair.claims})
    keys = tuple(sorted(strength, key=lambda k: (-strength[k], k))[:actors])
    ties = {(t.source, t.target): t for t in claims.ties()}
    return Heat(
        keys, tuple(claims.nodes[k].label for k in keys),
        tuple(tuple(ties[a, b].net / ties[a, b].claims if (a, b) in ties else None for b in keys) for a in keys),
        tuple(tuple(ties[a, b].claims if (a, b) in ties else 0 for b in keys) for a in keys),
    )


def _examples(claims: Claims) -> dict[tuple[str, str], Claim]:
    """For each pair its surest claim: a figure must lead to a sentence."""
    best: dict[tuple[str, str], Claim] = {}
    for claim in claims.claims:
        if claim.target is not None:
            pair = min(claim.source, claim.target), max(claim.source, claim.target)
            if pair not in best or claim.evidence.confidence > best[pair].evidence.confidence:
                best[pair] = claim
    return best


def _short(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else text[:longest - 1] + "…"


def _formatter(language: Language) -> Callable[..., str]:
    """Numbers as people write them in the language: 1.234,5 or 1,234.5.

    >>> _formatter("es")(1234.5, 1), _formatter("en")(None)
    ('1.234,5', '–')
    """
    def number(value: float | None, digits: int = 0) -> str:
        if value is None:
            return "–"
        english = f"{value:,.{digits}f}".replace("-", "−")
        return english.translate(str.maketrans(",.", ".,")) if language == "es" else english
    return number


def _template(name: str) -> str:
    return files("kg").joinpath("templates", name).read_text(encoding="utf-8")
