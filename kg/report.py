"""One page to be read from top to bottom: what the articles say that actors do to each other, in words, tables, charts.

The file needs no script, no network and no other file; charts are SVG drawn here. Texts are Spanish or English.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from importlib.resources import files
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from kg.classes import event_classes
from kg.model import Reading
from kg.network.analysis import Analysis, analyze
from kg.network.dyads import DyadRow
from kg.network.figures import heat_map, timeline
from kg.network.projection import Claim, Claims, Identity

__all__ = ["report", "write_report"]

Language = Literal["es", "en"]
Translate = Callable[[str, str], str]
"""Takes a text in Spanish and in English and gives that of the page."""

_MORE_THAN_CHANCE = 1.2
"""Lift from which being mentioned together is worth a line."""


def write_report(readings: Iterable[Reading] | Analysis, path: Path, **options: Any) -> Path:
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
    number = _formatter(language)
    environment.filters.update(number=number, short=_short, amount=_amount(number))
    t = (lambda spanish, english: spanish) if language == "es" else (lambda spanish, english: english)
    return environment.from_string(_template("report.html.j2")).render(
        title=title, language=language, style=Markup(style), digest=f"sha256-{digest}", found=found, rows=rows,
        t=t, classes=event_classes(), limits=_limits(found, t), brief=_brief(found, t),
        name=lambda key: _short(found.claims.nodes[key].name(language)), timeline=timeline(found.claims, found.period),
        heat=heat_map(found.claims), examples=_examples(found.claims),
        actors=sorted(found.actors, key=lambda r: (-r.does - r.undergoes, r.key)),
        silent=[r for r in found.co_mentions if not r.interactions and r.lift >= _MORE_THAN_CHANCE][:rows],
    )


def _limits(found: Analysis, t: Translate) -> list[str]:
    """What was left out, in words."""
    chosen = found.selection
    told = [(t("desde", "since"), chosen.since), (t("hasta", "until"), chosen.until),
            (t("de", "from"), ", ".join(chosen.sources)),
            (t("alrededor de", "around"), found.claims.nodes[chosen.actor].label if chosen.actor else None)]
    return [f"{word} {value}" for word, value in told if value]


def _brief(found: Analysis, t: Translate) -> list[tuple[str, DyadRow]]:
    """The pairs that a reader should know first; none twice."""
    rows = list(found.dyads)
    if not rows:
        return []
    net = attrgetter("net")
    warmest, coldest = max(rows, key=net), min(rows, key=net)
    chosen = [(t("La relación más fuerte", "The strongest relation"), rows[0])]
    if warmest.net > 0 and warmest is not rows[0]:
        chosen.append((t("La de más cooperación", "Most cooperation"), warmest))
    if coldest.net < 0 and coldest is not rows[0]:
        chosen.append((t("La de más conflicto", "Most conflict"), coldest))
    return chosen


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


def _amount(number: Callable[..., str]) -> Callable[[float], str]:
    """Whole where it is whole, else with one decimal."""
    return lambda value: number(value, 0 if value == int(value) else 1)


def _template(name: str) -> str:
    return files("kg").joinpath("templates", name).read_text(encoding="utf-8")
