"""The frozen types that every stage shares. No logic beyond conversion to and from plain data.

Offsets are counted in characters of `Article.text`, half open: `text[start:end]` is the span.
Dates are ISO 8601 strings of stated precision: `2022`, `2022-10`, `2022-10-12`, or an interval `2022-10-03/2022-10-09`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

__all__ = [
    "Actor", "ActorType", "Article", "Event", "Evidence", "Link", "Mention", "MentionKind", "Modality", "Office",
    "Polarity", "Reading", "Span",
]

ActorType = Literal["person", "state", "organisation", "armed_group", "party", "media", "company", "group", "place"]
"""What an actor is; the vocabulary of the annotation guidelines."""

MentionKind = Literal["name", "description", "metonym", "adjective", "pronoun", "dropped", "possessive"]
"""How a mention denotes its actor; `dropped` is a subject that Spanish leaves out (its span is the verb)."""

Polarity = Literal["affirmed", "negated"]
Modality = Literal["actual", "future", "possible", "desired"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of an article's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One news article: its text as read (white space normalised) and what is known of its origin."""

    id: str
    """Stem of the file, or the first 16 hex digits of the digest for standard input; unique in a build."""
    text: str
    date: str | None = None
    """Publication date, `YYYY-MM-DD`, `YYYY-MM` or None."""
    title: str | None = None
    source: str | None = None
    """Name of the outlet or agency."""
    url: str | None = None
    language: str = "es"

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of everything that a reading depends on."""
        parts = (self.id, self.text, self.date, self.title, self.source, self.url, self.language)
        return hashlib.sha256("\x1f".join(part or "" for part in parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Mention:
    """Where the article names, describes or implies an actor."""

    span: Span
    kind: MentionKind


@dataclass(frozen=True, slots=True)
class Link:
    """How an actor was identified: no score without its reason."""

    score: float
    """0–1; 1 = certain."""
    reason: str
    """Plain English: which name, office, date or country decided."""
    alternatives: tuple[str, ...] = ()
    """IRIs or labels of what it could have been, best first."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, state, body or group that the article speaks of."""

    id: str
    """Identifier inside the reading."""
    label: str
    """Usual full name in Spanish."""
    type: ActorType
    mentions: tuple[Mention, ...] = ()
    label_en: str | None = None
    key: str | None = None
    """Key in the actor knowledge base, None when it is not there."""
    wikidata: str | None = None
    """QID, only where checked."""
    country: str | None = None
    """ISO 3166 alpha-3 of the state it is or belongs to."""
    link: Link = Link(0.0, "not in the knowledge base")
    described: str | None = None
    """Of whom the article only describes: the words without those that say whose («oposición»); None = has a name."""
    of: str | None = None
    """Of whom the article only describes: `Actor.id` of the state, body or person that the words name as theirs."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Distinct strings that name or describe it, in order of appearance (pronouns and dropped subjects are not)."""
        texts = (m.span.text for m in self.mentions if m.kind not in ("pronoun", "dropped", "possessive"))
        return tuple(dict.fromkeys(texts))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the text says it, what gave it away, and how sure the rule is."""

    sentence: Span
    trigger: Span
    rule: str
    """Name of the extraction rule, e.g. `verb.active`, `noun.de-a`, `speech.quote`."""
    confidence: float
    """0–1, calibrated on gold by rule."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why this `source`, `target`, `class`, `polarity`, `modality`, `attribution`; plain English."""


@dataclass(frozen=True, slots=True)
class Event:
    """A claim: `source` did (will, may, should, did not do) something of class `cls` to `target` or about `topic`."""

    source: str
    """`Actor.id`."""
    cls: str
    """PLOVER class, SAY or DENY."""
    predicate: str
    """Lemma of the verb or event noun."""
    evidence: Evidence
    target: str | None = None
    """`Actor.id`."""
    topic: str | None = None
    """Short verbatim phrase: what it is about."""
    polarity: Polarity = "affirmed"
    modality: Modality = "actual"
    attributed_to: str | None = None
    """`Actor.id` of whose word it is when the article does not assert it itself."""
    time: str | None = None
    """When it happened or should happen (see the module docstring), not when it was published."""
    mode: str | None = None
    """PLOVER mode, where certain."""
    inferred: bool = False
    """True when the class was inferred by similarity, not read from the lexicon."""


@dataclass(frozen=True, slots=True)
class Office:
    """«El ministro de Exteriores ruso, Sergei Lavrov»: a person holds an office of a body."""

    person: str
    office: str
    of: str | None
    evidence: Evidence
    former: bool = False
    note: str | None = None
    """Disagreement with the knowledge base, in plain English."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in one article."""

    article: Article
    actors: tuple[Actor, ...] = ()
    events: tuple[Event, ...] = ()
    offices: tuple[Office, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data: the annotation guidelines' vocabulary (`article`, `class`, `aliases`…) plus our own keys."""
        return {
            "article": self.article.id,
            "date": self.article.date,
            "meta": {k: v for k, v in _plain(self.article).items() if k not in ("id", "date")},
            "actors": [{**_plain(a), "aliases": list(a.aliases)} for a in self.actors],
            "events": [_event_json(n, e) for n, e in enumerate(self.events, 1)],
            "offices": [_plain(o) for o in self.offices],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Inverse of `to_json`; KeyError or TypeError when `data` is something else."""
        return cls(
            article=Article(id=data["article"], date=data["date"], **data["meta"]),
            actors=tuple(_actor(a) for a in data["actors"]),
            events=tuple(_event(e) for e in data["events"]),
            offices=tuple(Office(**{**o, "evidence": _evidence(o["evidence"])}) for o in data["offices"]),
        )


def _plain(value: Any) -> Any:
    """As `dataclasses.asdict`, which takes five times as long."""
    if hasattr(value, "__slots__"):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return dict(value) if isinstance(value, Mapping) else value


def _event_json(number: int, event: Event) -> dict[str, Any]:
    data = _plain(event)
    sentence = event.evidence.sentence.text
    return {"n": number, "sentence": sentence, "class": data.pop("cls"), **data}


def _span(data: Mapping[str, Any]) -> Span:
    return Span(**data)


def _actor(data: Mapping[str, Any]) -> Actor:
    known = {k: v for k, v in data.items() if k not in ("aliases", "mentions", "link")}
    mentions = tuple(Mention(_span(m["span"]), m["kind"]) for m in data["mentions"])
    link = Link(data["link"]["score"], data["link"]["reason"], tuple(data["link"]["alternatives"]))
    return Actor(**known, mentions=mentions, link=link)


def _evidence(data: Mapping[str, Any]) -> Evidence:
    return Evidence(**{**data, "sentence": _span(data["sentence"]), "trigger": _span(data["trigger"])})


def _event(data: Mapping[str, Any]) -> Event:
    known = {k: v for k, v in data.items() if k not in ("n", "sentence", "class", "evidence")}
    return Event(**known, cls=data["class"], evidence=_evidence(data["evidence"]))
