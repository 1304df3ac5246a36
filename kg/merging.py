"""What makes claims of different articles one event, and different articles one source.

**Events.** Two claims are of one event when source, class and target (or, without a target and for statements, the
topic) are the same, and the dates meet:

- A date that the text states is kept: «el 12 de octubre» and «el 13 de octubre» are two events.
- A claim whose text states no date has that of publication. It joins a stated day, that of its publication or up to
  `TOLERANCE` days before; otherwise such claims form windows of `TOLERANCE` days after the first.
- Without any date nothing says that two articles mean one event: they stay apart.

The result depends on the set of claims only, not on their order.

**Sources.** Copies of an agency's dispatch are one source. Each text is represented by a sample of its five-word
shingles (those whose hash is 0 modulo `SAMPLING`; Broder 1997, "On the resemblance and containment of documents"), in
the order of the text; two articles are copies when half of the shorter sample is a common subsequence of both
(rapidfuzz). Measuring containment and not resemblance finds the copy that was cut to a third.
"""

from __future__ import annotations

import calendar
import re
import struct
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import groupby
from typing import Literal, NamedTuple

from kg.model import Event, Reading
from kg.terms import fold, hashed

__all__ = [
    "COPY", "TOLERANCE", "Claim", "Dated", "Identity", "anchors", "are_copies", "by_key", "claims",
    "components", "copies", "dated", "days", "independent", "sketch",
]

TOLERANCE = 1
"""Days between an event and the articles that report it without a date."""
SAMPLING = 4
"""One shingle in so many is kept."""
COPY = 0.5
"""Share of the shorter text that two copies have in common."""
SMALLEST = 5
"""Samples of fewer shingles (texts below some 25 words) are never called copies."""

Identity = Mapping[tuple[str, str], str]
"""(article id, actor id) → path of the actor's IRI across articles."""

_WORD = re.compile(r"\w+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPEECH = ("SAY", "DENY")


class Dated(NamedTuple):
    """When a claim or an event is dated, and by what; `begins` and `ends` are days (`YYYY-MM-DD`).

    Without any date (`none`) both are the article's id, which keeps undated claims of two articles apart.
    """

    begins: str
    ends: str
    dating: Literal["stated", "publication", "none"]


@dataclass(frozen=True, slots=True)
class Claim:
    """An event as one article tells it, its actors being paths of IRIs."""

    article: str
    number: int
    """Index in `Reading.events`."""
    source: str
    cls: str
    target: str | None
    topic: str | None
    dated: Dated
    polarity: str
    modality: str
    attributed_to: str | None
    predicate: str
    mode: str | None
    confidence: float
    inferred: bool

    @property
    def key(self) -> str:
        """Digest of who, what and whom: claims with different keys are never one event."""
        topic = fold(self.topic or "") if self.target is None or self.cls in _SPEECH else ""
        return hashed(self.source, self.cls, self.target, topic)

    def variant(self, anchor: Dated) -> tuple[str, str, str, str, str]:
        """What identifies the event: the key, its date, and whether it is said to happen."""
        return (self.key, anchor.begins, anchor.ends, self.polarity, self.modality)


def claims(reading: Reading, identity: Identity) -> list[Claim]:
    """The events of one reading as claims between actors across articles."""
    return [_claim(reading, number, event, identity) for number, event in enumerate(reading.events)]


def _claim(reading: Reading, number: int, event: Event, identity: Identity) -> Claim:
    article = reading.article

    def path(actor: str | None) -> str | None:
        return None if actor is None else identity[article.id, actor]

    return Claim(
        article=article.id, number=number, source=identity[article.id, event.source], cls=event.cls,
        target=path(event.target), topic=event.topic, dated=dated(article.id, event.time, article.date),
        polarity=event.polarity, modality=event.modality, attributed_to=path(event.attributed_to),
        predicate=event.predicate, mode=event.mode, confidence=event.evidence.confidence, inferred=event.inferred,
    )


def dated(article: str, stated: str | None, published: str | None) -> Dated:
    """When a claim of `article` is dated by what its text states, or else by the day it was published."""
    if span := days(stated):
        return Dated(*span, "stated")
    if span := days(published):
        return Dated(*span, "publication")
    return Dated(article, article, "none")


def days(time: str | None) -> tuple[str, str] | None:
    """First and last day of an ISO date of any precision or an interval; None when it is not one.

    >>> days("2024-02"), days("2022-10-03/2022-10-09"), days("mañana")
    (('2024-02-01', '2024-02-29'), ('2022-10-03', '2022-10-09'), None)
    """
    first, _, last = (time or "").partition("/")
    begin, end = _bounds(first), _bounds(last or first)
    return (begin[0], end[1]) if begin and end and begin[0] <= end[1] else None


def _bounds(time: str) -> tuple[str, str] | None:
    parts = time[:10].split("-")
    if len(parts[0]) != 4 or not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
        return None
    year, month, day = (int(part) for part in (*parts, "0", "0")[:3])
    try:
        begin = date(year, month or 1, day or 1)
    except ValueError:  # a thirteenth month, a year 0
        return None
    last_month = month or 12
    return begin.isoformat(), date(year, last_month, day or calendar.monthrange(year, last_month)[1]).isoformat()


def anchors(dated: Collection[Dated], tolerance: int = TOLERANCE) -> dict[Dated, Dated]:
    """The date that each claim of one key is filed under; see the module docstring.

    >>> said, next_day = Dated("2022-10-12", "2022-10-12", "stated"), Dated("2022-10-13", "2022-10-13", "publication")
    >>> anchors({said, next_day})[next_day]
    Dated(begins='2022-10-12', ends='2022-10-12', dating='stated')
    """
    result = {d: d for d in dated}
    stated = {_day(d): d.begins for d in dated if d.dating == "stated" and d.begins == d.ends}
    opened, window = -tolerance, ""
    for d in sorted(d for d in dated if d.dating == "publication" and d.begins == d.ends):
        day = _day(d)
        if told := next((stated[before] for before in range(day, day - tolerance - 1, -1) if before in stated), None):
            result[d] = Dated(told, told, "stated")
            continue
        if day - opened > tolerance:
            opened, window = day, d.begins
        result[d] = Dated(window, window, "publication")
    return result


def _day(dated: Dated) -> int:
    """Number of the day, on which it begins."""
    return date.fromisoformat(dated.begins).toordinal()


def sketch(text: str) -> tuple[int, ...]:
    """Hashes (64 bits, signed) of the sampled five-word shingles of `text`, in its order."""
    words = _WORD.findall(text.casefold())
    shingles = (" ".join(words[n : n + 5]).encode("utf-8", "replace") for n in range(len(words) - 4))
    packed = b"".join(blake2b(shingle, digest_size=8).digest() for shingle in shingles)
    hashes = struct.unpack(f"<{len(packed) // 8}q", packed)
    return tuple(dict.fromkeys(value for value in hashes if value % SAMPLING == 0))


def are_copies(one: Sequence[int], other: Sequence[int]) -> bool:
    """True when two sketches are of one dispatch, whole or shortened."""
    from rapidfuzz.distance import LCSseq

    shorter = min(len(one), len(other))
    return shorter >= SMALLEST and LCSseq.similarity(one, other) >= COPY * shorter


def copies(sketches: Mapping[str, Sequence[int]]) -> Iterator[tuple[str, str]]:
    """Pairs of articles that are copies of one text."""
    holders: defaultdict[int, list[str]] = defaultdict(list)
    for article in sorted(sketches):
        shared = Counter(other for value in sketches[article] for other in holders[value])
        for other, count in shared.items():
            shorter = min(len(sketches[article]), len(sketches[other]))
            if count >= COPY * shorter and are_copies(sketches[article], sketches[other]):
                yield other, article
        for value in sketches[article]:
            holders[value].append(article)


def components(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each member of a pair with the smallest member that it is connected to.

    >>> components([("b", "c"), ("a", "b"), ("x", "y")])
    {'b': 'a', 'c': 'a', 'a': 'a', 'x': 'x', 'y': 'x'}
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one, other in pairs:
        first, second = root(one), root(other)
        parent[max(first, second)] = min(first, second)
    return {name: root(name) for name in parent}


def independent(articles: Iterable[tuple[str, str, str | None]]) -> int:
    """Number of independent sources among (article, its group of copies, outlet): copies and one outlet's own are one.

    >>> independent([("a", "a", "EFE"), ("b", "a", "El País"), ("c", "c", "efe"), ("d", "d", None)])
    2
    """
    pairs: list[tuple[str, str]] = []
    for article, group, outlet in articles:
        pairs.append(("article " + article, "group " + group))
        if outlet and (name := fold(outlet)):
            pairs.append(("article " + article, "outlet " + name))
    return len(set(components(pairs).values()))


def by_key(claimed: Iterable[Claim]) -> Iterable[tuple[str, list[Claim]]]:
    """Claims of each key, keys sorted."""
    ordered = sorted((claim.key, claim.article, claim.number, claim) for claim in claimed)
    for key, group in groupby(ordered, key=lambda row: row[0]):
        yield key, [row[-1] for row in group]
