"""What counts, and for how much: weights of claims, and PLOVER's signals.

**Weights.** Every sum of every analysis is a sum of weights, times scores where it has a sign:

| weight | a claim counts | what a sum says |
|---|---|---|
| `mentions` | 1 | pieces of evidence: what is repeated weighs more |
| `sources` | n / m, where m claims of n sources tell its event | independent reports: copies, and one outlet, are one |
| `confidence` | the confidence of its rule, 0–1 | pieces of evidence that are expected to be right |

**Signals.** By default only what is done counts. `signals` counts what is planned, refused or announced, too, as the class
that the rules of the ontology give (Hu et al. 2024): a planned meeting as AGREE, a refused one as REJECT, force that the
actor itself announces as THREATEN. What only somebody else says of an actor stays out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, get_args

from kg.classes import event_classes
from kg.errors import SettingsError
from kg.graph import signal
from kg.merging import anchors, components, copies, dated, independent, sketch
from kg.network.projection import Claim, Claims
from kg.terms import fold

__all__ = ["WEIGHTS", "Weight", "signals", "weighted"]

Weight = Literal["mentions", "sources", "confidence"]
"""What a claim counts for (see the module docstring)."""

WEIGHTS: tuple[Weight, ...] = get_args(Weight)

_SPEECH = ("SAY", "DENY")


def weighted(claims: Claims, by: Weight) -> Claims:
    """The same claims with these weights. SettingsError for an unknown weight."""
    if by not in WEIGHTS:
        raise SettingsError(f"unknown weight {by!r}", remedy=f"use one of {', '.join(WEIGHTS)}")
    if by == "mentions":
        return replace(claims, claims=tuple(replace(c, weight=1) for c in claims.claims))
    if by == "confidence":
        return replace(claims, claims=tuple(replace(c, weight=c.evidence.confidence) for c in claims.claims))
    shares = {n: share for numbers, share in _shares(claims) for n in numbers}
    return replace(claims, claims=tuple(replace(c, weight=shares[n]) for n, c in enumerate(claims.claims)))


def _shares(claims: Claims) -> Iterator[tuple[list[int], float]]:
    """Numbers of the claims of each event, and what each of them counts."""
    groups = components(copies({key: sketch(article.text) for key, article in claims.articles.items()}))
    for numbers in _events(claims):
        told_by = {claims.claims[n].article for n in numbers}
        sources = independent((a, groups.get(a, a), claims.articles[a].source) for a in sorted(told_by))
        yield numbers, sources / len(numbers)


def _events(claims: Claims) -> Iterator[list[int]]:
    """Numbers of the claims that tell one event: same actors, class and status, dates that meet (see `kg.merging`)."""
    alike: defaultdict[tuple[str | None, ...], list[int]] = defaultdict(list)
    for number, claim in enumerate(claims.claims):
        alike[_said(claim)].append(number)
    for numbers in alike.values():
        when = {n: dated(c.article, c.time, claims.articles[c.article].date) for n in numbers for c in (claims.claims[n],)}
        filed = anchors(set(when.values()))
        events: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for number in numbers:
            events[filed[when[number]][:2]].append(number)
        yield from events.values()


def _said(claim: Claim) -> tuple[str | None, ...]:
    topic = fold(claim.topic or "") if claim.target is None or claim.cls in _SPEECH else ""
    return claim.source, claim.cls, claim.target, topic, claim.polarity, claim.modality


def signals(claims: Claims) -> Claims:
    """What counts in measures of cooperation and conflict, under the class as which it counts.

    Its standing stays what it is: `hypothetical` and `negated` claims are counted here as what they signal.
    """
    classes, kept = event_classes(), []
    for claim in claims.claims:
        counted = None if claim.attributed_to not in (None, claim.source) else signal(
            claim.cls, claim.polarity, claim.modality, claim.attributed_to == claim.source)
        if counted == claim.cls:
            kept.append(claim)
        elif counted is not None:
            kept.append(replace(claim, cls=counted, quadrant=classes[counted].quadrant, score=classes[counted].score()))
    return replace(claims, claims=tuple(kept))
