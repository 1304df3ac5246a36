"""The actors of an article while it is read: who they are so far, and where they were mentioned."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from kg.knowledge import Entry, Knowledge, Tenure
from kg.mentions import Description, Mentions
from kg.model import Actor, ActorType, Link, Mention, MentionKind, Span
from kg.nominals import fold
from kg.tokens import Text

__all__ = ["Record", "Register"]

UNKNOWN = Link(0.0, "not in the knowledge base")


_LATELY = timedelta(days=7)


def _before(day: str | None) -> str | None:
    """The day `_LATELY` before a whole ISO date; None for other dates."""
    try:
        return (date.fromisoformat(day or "") - _LATELY).isoformat()
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def _slug(label: str) -> str:
    """`Consejo de Seguridad` → `consejo-de-seguridad`."""
    return "-".join("".join(c if c.isalnum() else " " for c in fold(label)).split())[:60] or "actor"


@dataclass(slots=True)
class Record:
    """An actor while the article is read."""

    id: str
    label: str
    type: ActorType
    entry: Entry | None = None
    country: str | None = None
    plural: bool = False
    link: Link = UNKNOWN
    mentions: list[Mention] = field(default_factory=list)
    offices: list[tuple[str, str | None]] = field(default_factory=list)
    """Title and id of its body, as the article states them."""
    described: str | None = None
    of: str | None = None
    """As in `kg.model.Actor`."""

    @property
    def actor(self) -> Actor:
        """As it stands in the reading."""
        entry = self.entry
        return Actor(
            id=self.id, label=self.label, type=self.type, mentions=tuple(self.mentions),
            label_en=entry.label_en if entry else None, key=entry.key if entry else None,
            wikidata=entry.wikidata if entry else None, country=self.country, link=self.link,
            described=None if entry else self.described, of=None if entry else self.of,
        )


class Register:
    """Records by identifier, by name and by token."""

    def __init__(self, doc: Text, mentions: Mentions, knowledge: Knowledge, published: str | None) -> None:
        self.doc, self.mentions, self.knowledge, self.date = doc, mentions, knowledge, published
        self.text = doc.text
        self.lately = _before(published)
        """A few days before the article; who left office since, or died, may still be called by it."""
        self.records: dict[str, Record] = {}
        self.at: dict[int, tuple[str, ...]] = {}
        """What a token denotes."""
        self.places: set[int] = set()
        """Tokens of names that are used as places."""
        self.demonyms: dict[int, str] = {}
        """Identifier of the state that an adjective names, by its token."""
        self.by_name: dict[str, str] = {}
        """Identifier by key of the knowledge base, folded name, or folded words and owner of a group."""
        self.people: dict[str, list[Record]] = {}
        """People by every folded word of the name that they were first known by, in order."""
        self.name_ids: dict[int, str] = {}
        """Identifier by index in `Mentions.names`."""
        self.titles: dict[int, str] = {}
        """Title that a word such as «homólogo» stands for, by its token."""

    # --- making records

    def met(self, key: str) -> Record | None:
        """The record of an actor of the knowledge base that was mentioned before."""
        return self.records[self.by_name[key]] if key in self.by_name else None

    def known(self, key: str, link: Link) -> Record:
        if key not in self.by_name:
            entry = self.knowledge.entry(key)
            record = self.add(entry.label, entry.type, entry.country)
            record.entry, record.link = entry, link
            self.by_name[key] = record.id
            self.by_name.setdefault(fold(entry.label), record.id)
        return self.records[self.by_name[key]]

    def new(self, label: str, kind: ActorType, key: str | None = None) -> Record:
        name = key or fold(label)
        if name not in self.by_name:
            self.by_name[name] = self.add(label, kind, None).id
        return self.records[self.by_name[name]]

    def describe(self, label: str, kind: ActorType, words: str, owner: str | None, *, key: str | None = None) -> Record:
        """An actor without a name: `words` say what it is, `owner` whose."""
        name = key or f"{fold(label)} {owner}"
        if name not in self.by_name:
            record = self.new(label, kind, key=name)
            record.described, record.of = words, owner
            record.country = self.records[owner].country if owner else None
        return self.records[self.by_name[name]]

    def add(self, label: str, kind: ActorType, country: str | None) -> Record:
        base = _slug(label)
        name, n = base, 2
        while name in self.records:
            name, n = f"{base}-{n}", n + 1
        record = self.records[name] = Record(name, label, kind, country=country)
        if kind == "person":
            for word in set(fold(label).split()):
                self.people.setdefault(word, []).append(record)
        return record

    def mention(self, record: Record, start: int, end: int, kind: MentionKind) -> None:
        record.mentions.append(Mention(self.doc.span(start, end), kind))

    def span(self, d: Description) -> Span:
        start = d.noun if self.doc[d.start].lower_ in ("al", "del") else d.start
        return self.doc.span(start, d.end)

    # --- what was mentioned before

    def backwards(self, start: int) -> Iterator[str]:
        """Actors mentioned before, the nearest first; a dateline says where the article was written, not what it is about."""
        for i in range(start - 1, -1, -1):
            if i in self.at:
                name = self.mentions.name_at.get(i)
                if name is None or not name.dateline:
                    yield from self.at[i]

    def nearest(self, start: int, among: Collection[str]) -> str | None:
        """The one of these actors that was mentioned last before."""
        return next((name for name in self.backwards(start) if name in among), None) if among else None

    def recent(self, start: int, types: Iterable[ActorType]) -> str | None:
        wanted = frozenset(types)
        return self.nearest(start, {r.id for r in self.records.values() if r.type in wanted})

    def latest(self, start: int, among: set[str]) -> str | None:
        return self.nearest(start, among) or min(among, default=None)

    def latest_two(self, start: int, fits: Callable[[Record], bool]) -> tuple[str, ...]:
        """The two actors that fit and that the nearest sentence with at least two names; () when it names more."""
        people: dict[str, None] = {}
        for i in range(start - 1, -1, -1):
            people |= dict.fromkeys(n for n in reversed(self.at.get(i, ())) if fits(self.records[n]))
            if self.doc[i].is_sent_start and len(people) > 1:
                break
        return tuple(reversed(people)) if len(people) == 2 else ()

    # --- what the knowledge base says

    def entry(self, owner: str) -> Entry | None:
        """What the knowledge base has of a body, or of the state of one that it lacks."""
        record = self.records[owner]
        return record.entry or (self.knowledge.state(record.country) if record.country else None)

    def holders(self, title: str, of: str, date: str) -> tuple[Tenure, ...]:
        """As in the knowledge base, but a spell with the very word of the title goes before other roles."""
        roles = self.knowledge.roles(title, of)
        held = [t for t in self.knowledge.tenures(of=of, on=date) if t.role in roles] if roles else []
        first = fold(title).split()[0]
        exact = tuple(t for t in held if fold(t.office).split()[0] == first)
        return exact if len({t.person for t in exact}) == 1 else self.knowledge.holders(title, of, date)
