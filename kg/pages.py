"""Readings → the pages of the local web application: search, actors, events, articles. Plain data in, HTML out.

Everything from articles is untrusted: templates escape it, links go to http(s) only, and no page runs a script that is
not a file of ours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from kg.classes import event_classes
from kg.dates import fold
from kg.model import Article, Reading
from kg.network.projection import Claim, Claims, Node

__all__ = ["Hit", "Pages", "Segment", "segments"]

NEIGHBOURS, HITS = 30, 50


@dataclass(frozen=True, slots=True)
class Hit:
    """An actor or article that a search found."""

    kind: Literal["actor", "article"]
    key: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an article with the actor mentioned and the events triggered there (either may be missing)."""

    text: str
    actor: str | None = None
    events: tuple[int, ...] = ()


def segments(reading: Reading, keys: Mapping[str, str]) -> Iterator[Segment]:
    """The article's text cut at the borders of mentions and triggers; joined, the segments are the text.

    `keys` gives the key across articles of each actor of the reading.
    """
    text = reading.article.text
    actor_at: dict[int, str] = {}
    for actor in reading.actors:
        for mention in actor.mentions:
            if mention.kind != "dropped":
                actor_at.update(dict.fromkeys(range(mention.span.start, mention.span.end), keys[actor.id]))
    events_at: defaultdict[int, list[int]] = defaultdict(list)
    for number, event in enumerate(reading.events):
        for place in range(event.evidence.trigger.start, event.evidence.trigger.end):
            events_at[place].append(number)
    start = 0
    for place in range(1, len(text) + 1):
        here, before = (actor_at.get(place), events_at.get(place)), (actor_at.get(start), events_at.get(start))
        if place == len(text) or here != before:
            yield Segment(text[start:place], before[0], tuple(before[1] or ()))
            start = place


class Pages:
    """All pages of one output folder."""

    def __init__(self, readings: Sequence[Reading], claims: Claims, keys: Mapping[tuple[str, str], str],
                 events: Mapping[tuple[str, int], str], joined: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """`keys`: (article, actor id) → actor key; `events`: (article, number of event) → event key; `joined`: actor key →
        what articles have the actor under else, and why that is taken for the same."""
        self.readings = {reading.article.id: reading for reading in readings}
        self.claims = claims
        self._keys = keys
        self._event_keys = events
        self._joined = joined or {}
        self._env = jinja2.Environment(
            loader=jinja2.PackageLoader("kg", "templates/serve"), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )
        self._env.filters.update(path=_path, safe_link=_safe_link, marked=_marked)
        self._env.globals.update(classes=event_classes())

    # --- pages

    def home(self, query: str = "") -> str:
        """Start page: search box, its hits, most active actors, newest articles."""
        newest = sorted(self.claims.articles.values(), key=lambda a: (a.date or "", a.id), reverse=True)[:12]
        strongest = [(self.claims.nodes[key], n) for key, n in self._activity.most_common(20)]
        return self._render("home.html", query=query, hits=self.search(query), newest=newest, strongest=strongest,
                            total=len(self.claims.claims))

    def actor(self, key: str) -> str | None:
        """An actor: facts, offices in time, events with evidence, neighbours. None when there is no such actor."""
        node = self.claims.nodes.get(key)
        if node is None:
            return None
        return self._render("actor.html", node=node, names=self.names(key), offices=self.offices(key),
                            joined=self._joined.get(key, {}), reasons=self.reasons(key),
                            claims=self._newest(self._of_actor.get(key, [])), neighbours=self._neighbours(key))

    def event(self, key: str) -> str | None:
        """An event with all its evidence. None when there is no such event."""
        evidence = self._of_event.get(key)
        return self._render("event.html", key=key, claims=evidence, first=evidence[0][1]) if evidence else None

    def article(self, id: str) -> str | None:  # noqa: A002
        """An article with mentions and triggers marked. None when there is no such article."""
        reading = self.readings.get(id)
        if reading is None:
            return None
        keys = {actor.id: self._keys[id, actor.id] for actor in reading.actors}
        return self._render("article.html", article=reading.article, segments=list(segments(reading, keys)),
                            claims=[row for row in self._rows if row[1].article == id], keys=keys)

    def sparql(self, queries: Iterable[Any], timeout: float) -> str:
        """The page of the SPARQL editor; `queries` have name, title and text, `timeout` is in seconds."""
        ready = [query for query in queries if not query.parameters]
        return self._render("sparql.html", queries=ready, timeout=timeout)

    def docs(self, schema: Mapping[str, Any]) -> str:
        """The page of the JSON API, from its OpenAPI description."""
        return self._render("docs.html", schema=schema)

    def not_found(self, what: str) -> str:
        """A page that says that there is no such thing."""
        return self._render("missing.html", what=what)

    # --- data

    def search(self, query: str) -> list[Hit]:
        """Actors by name and articles by title or text, best first; case and accents do not matter."""
        words = fold(query).split()
        if not words:
            return []
        found = [(self._activity[key], Hit("actor", key, node.label, node.type))
                 for key, node in self.claims.nodes.items() if _all_in(words, self._searchable[key])]
        actors = [hit for _, hit in sorted(found, key=lambda pair: (-pair[0], pair[1].label))]
        articles = [Hit("article", a.id, a.title or a.id, a.date or "") for a in self.claims.articles.values()
                    if _all_in(words, fold(f"{a.title or ''} {a.text}"))]
        return (actors + articles)[:HITS]

    def names(self, key: str) -> list[tuple[str, int]]:
        """What articles call the actor, most frequent first."""
        counted = Counter(alias for reading, actor in self._described[key] for alias in actor.aliases)
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    def reasons(self, key: str) -> list[tuple[str, int]]:
        """Why mentions were taken for the actor, and in how many articles; most frequent first."""
        counted = Counter(actor.link.reason for _, actor in self._described[key])
        return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))

    def offices(self, key: str) -> list[tuple[Article, Any, str | None]]:
        """Offices that articles state of the actor: article, office, key of the body; oldest first."""
        rows = [(reading.article, office, self._keys[reading.article.id, office.of] if office.of else None)
                for reading, actor in self._described[key] for office in reading.offices if office.person == actor.id]
        return sorted(rows, key=lambda row: (row[0].date or "", row[0].id, row[1].office))

    # --- private

    def _render(self, template: str, **values: Any) -> str:
        return self._env.get_template(template).render(nodes=self.claims.nodes, articles=self.claims.articles, **values)

    @cached_property
    def _rows(self) -> list[tuple[str, Claim]]:
        """Event key and claim, of every claim."""
        places: defaultdict[str, int] = defaultdict(int)
        rows = []
        for claim in self.claims.claims:
            rows.append((self._event_keys[claim.article, places[claim.article]], claim))
            places[claim.article] += 1
        return rows

    @cached_property
    def _of_event(self) -> Mapping[str, list[tuple[str, Claim]]]:
        grouped: defaultdict[str, list[tuple[str, Claim]]] = defaultdict(list)
        for row in self._rows:
            grouped[row[0]].append(row)
        return grouped

    @cached_property
    def _of_actor(self) -> Mapping[str, list[tuple[str, Claim]]]:
        grouped: defaultdict[str, list[tuple[str, Claim]]] = defaultdict(list)
        for row in self._rows:
            for key in {row[1].source, row[1].target, row[1].attributed_to} - {None}:
                grouped[str(key)].append(row)
        return grouped

    @cached_property
    def _activity(self) -> Counter[str]:
        return Counter({key: len(self._of_actor.get(key, [])) for key in self.claims.nodes})

    @cached_property
    def _described(self) -> Mapping[str, list[tuple[Reading, Any]]]:
        grouped: defaultdict[str, list[tuple[Reading, Any]]] = defaultdict(list)
        for reading in self.readings.values():
            for actor in reading.actors:
                grouped[self._keys[reading.article.id, actor.id]].append((reading, actor))
        return grouped

    @cached_property
    def _searchable(self) -> Mapping[str, str]:
        return {key: fold(" ".join([node.label, node.label_en or "", *(name for name, _ in self.names(key))]))
                for key, node in self.claims.nodes.items()}

    def _neighbours(self, key: str) -> list[tuple[Node, int]]:
        others = Counter(other for _, claim in self._of_actor.get(key, ())
                         for other in (claim.source, claim.target) if other and other != key)
        return [(self.claims.nodes[other], n) for other, n in others.most_common(NEIGHBOURS)]

    @staticmethod
    def _newest(rows: Iterable[tuple[str, Claim]]) -> list[tuple[str, Claim]]:
        return sorted(rows, key=lambda row: (row[1].date or "", row[1].article), reverse=True)


def _path(key: str) -> str:
    """A key as part of a URL's path."""
    return quote(key, safe="/")


def _safe_link(url: str | None) -> str:
    """The URL when it is http(s), else nothing."""
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def _marked(claim: Claim) -> Markup:
    """The sentence with its trigger in <mark>."""
    sentence, trigger = claim.evidence.sentence, claim.evidence.trigger
    start = trigger.start - sentence.start
    end = start + trigger.end - trigger.start
    text = sentence.text
    return Markup("{}<mark>{}</mark>{}").format(text[:start], text[start:end], text[end:])


def _all_in(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


