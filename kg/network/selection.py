"""Which claims an analysis is about: outlets, time, one actor's surroundings, and two sides to compare.

>>> days_of("2022-01:2022-06"), days_of("2022"), days_of(":2021")
(('2022-01', '2022-06'), ('2022', '2022'), (None, '2021'))
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.errors import GraphError, SettingsError
from kg.merging import days
from kg.network.compare import ego
from kg.network.counting import Weight, weighted
from kg.network.projection import Claims
from kg.terms import fold

__all__ = ["Contrast", "Selection", "days_of", "select"]

Contrast = tuple[Claims, Claims, str, str]
"""Two sides to compare, and their names."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to look at; by default everything."""

    since: str | None = None
    """First date, ISO of any precision."""
    until: str | None = None
    """Last date, inclusive: `2022-10` means to the end of October."""
    sources: tuple[str, ...] = ()
    """Only articles of these outlets."""
    actor: str | None = None
    """Only the actor with this key and those around it."""
    radius: int = 1
    """…within so many ties of it."""
    weight: Weight = "mentions"
    signals: bool = False
    """Count what is planned, refused or announced, too, as the class that it signals."""
    periods: tuple[str, str] | None = None
    """Two periods to compare: `2021`, `2022-01:2022-06`, `:2021`, `2022:`."""
    outlets: tuple[str, str] | None = None
    """Two outlets to compare."""


def select(every: Claims, wanted: Selection) -> tuple[Claims, Contrast | None]:
    """The claims, and the two sides to compare, as `wanted`.

    SettingsError for a date or weight that is none, or two comparisons at once; GraphError for an unknown outlet or actor.
    """
    if wanted.periods and wanted.outlets:
        raise SettingsError("two comparisons at once", remedy="compare periods, or outlets of one period")
    claims = weighted(every, wanted.weight)
    if wanted.sources:
        claims = claims.from_sources(*(_outlet(claims, name) for name in wanted.sources))
    if wanted.since or wanted.until:
        claims = claims.between(_date(wanted.since), _date(wanted.until))
    if wanted.actor:
        claims = ego(claims, wanted.actor, wanted.radius)
    return claims, _contrast(claims, wanted)


def _contrast(claims: Claims, wanted: Selection) -> Contrast | None:
    if wanted.periods:
        first, second = wanted.periods
        return claims.between(*days_of(first)), claims.between(*days_of(second)), _named(first), _named(second)
    if wanted.outlets:
        first, second = (_outlet(claims, name) for name in wanted.outlets)
        return claims.from_sources(first), claims.from_sources(second), first, second
    return None


def days_of(period: str) -> tuple[str | None, str | None]:
    """First and last date of `FIRST:LAST` (either may be missing), or of a date of any precision."""
    first, colon, last = period.partition(":")
    if not (first or last):
        raise SettingsError(f"«{period}» is not a period", remedy="write FIRST:LAST, for instance 2022-01:2022-06, or 2022")
    return _date(first), _date(last if colon else first)


def _named(period: str) -> str:
    """A period as people write it: `2021`, `… 2022-02-23`, `2022-01 – 2022-06`."""
    first, colon, last = period.partition(":")
    return f"{first} – {last}" if first and last else f"{first or '…'} {last or ('…' if colon else '')}".strip()


def _date(text: str | None) -> str | None:
    if text and (len(text) > 10 or days(text) is None):
        raise SettingsError(f"«{text}» is not a date", remedy="write 2022, 2022-10 or 2022-10-12")
    return text or None


def _outlet(claims: Claims, name: str) -> str:
    """The outlet of that name; case and accents do not matter."""
    known = sorted({a.source for a in claims.articles.values() if a.source})
    for outlet in known:
        if fold(outlet) == fold(name):
            return outlet
    raise GraphError(f"no article is from «{name}»", remedy=f"outlets are {', '.join(known[:12]) or 'not stated'}")
