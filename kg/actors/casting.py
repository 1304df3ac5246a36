"""Builds the cast of one article: first all names, then the descriptions in the order of the text."""

from __future__ import annotations

from functools import cache

from kg.actors.cast import Cast
from kg.actors.people import People
from kg.knowledge import Knowledge
from kg.mentions import Description, Name, find_mentions
from kg.model import ActorType, Link, Mention
from kg.nominals import fold, load, words
from kg.tokens import Text

__all__ = ["resolve"]

_STATE_CLASSES = frozenset({"government", "troops", "army", "country", "ministry"})
_TYPE_OF: dict[str, ActorType] = {
    "armed": "armed_group", "party": "party", "media": "media", "company": "company", "body": "organisation",
    "chamber": "organisation",
}


@cache
def _armies() -> tuple[str, ...]:
    return tuple(sorted(load().of_class("army")))


def resolve(doc: Text, knowledge: Knowledge, date: str | None) -> Cast:
    """Find and identify the actors of a parsed article published on `date` (ISO, None when unknown)."""
    return _Casting(doc, find_mentions(doc, knowledge), knowledge, date).run()


class _Casting(People):
    """Goes through an article."""

    def run(self) -> Cast:
        actors = (i for i, name in enumerate(self.mentions.names) if not name.portfolio)
        for index in sorted(actors, key=self.order):
            self.link_name(index)
        for token, key in sorted(self.mentions.demonyms.items()):
            record = self.known(key, Link(1.0, "adjective of the country"))
            self.demonyms[token] = record.id
            self.mention(record, token, token + 1, "adjective")
            self._link_nationals(token, key)
        for token, pair in sorted(self.mentions.pairs.items()):
            self._link_pair(token, pair)
        for description in self.mentions.descriptions:
            self._link_description(description)
        for record in self.records.values():
            record.mentions.sort(key=lambda m: (m.span.start, m.span.end))
        return Cast(self.doc, self.mentions, self.records, self.at, self.demonyms, frozenset(self.places), self.titles)

    def _link_nationals(self, token: int, key: str) -> None:
        """«miles de georgianos» are people, not the state."""
        if token > 1 and self.doc[token - 1].lower_ == "de" and self.doc[token - 2].lower_ in words("quantities"):
            people = self.doc[token].text.capitalize()
            record = self.describe(people, "group", people, self.demonyms[token], key=fold(people))
            record.plural = True
            self.mention(record, token, token + 1, "description")
            self.at[token] = (record.id,)

    def _link_pair(self, token: int, keys: tuple[str, str]) -> None:
        """«la cumbre OTAN-Rusia», «las relaciones hispano-francesas»: one word, two actors."""
        records = [self.known(key, Link(1.0, "half of a compound")) for key in keys]
        adjective = self.doc[token].text[:1].islower()
        for record in records:
            self.mention(record, token, token + 1, "adjective" if adjective else "name")
        self.at[token] = tuple(record.id for record in records)

    def _link_description(self, d: Description) -> None:
        ids = self.described(d)
        if not ids:
            return
        span = self.span(d)
        for name in ids:
            self.records[name].mentions.append(Mention(span, "description"))
        self.at[d.noun] = ids
        root = self.doc.root(d.start, d.end).i
        if root not in self.at:
            self.at[root] = ids

    def described(self, d: Description) -> tuple[str, ...]:
        cls = d.word.cls
        if cls in _STATE_CLASSES:
            return self.army(d) or self.state_of(d)
        if cls == "place":
            return self.place(d)
        if named := self._one_of_many(d):
            return (named,)
        if d.word.plural or cls in ("people", "collective", "member", "source"):
            return self.group(d)
        if cls in ("office", "leader", "person"):
            return self.person(d)
        if cls == "peer":
            return self.peer(d)
        if cls in ("body", "party", "media", "company", "armed", "chamber"):
            return self.organisation(d)
        return ()

    def _one_of_many(self, d: Description) -> str | None:
        """«el periodista portugués Nuno Valadares»: a word for people that the name of one follows."""
        if d.word.plural or d.word.cls not in ("people", "source", "member") or d.end not in self.mentions.name_at:
            return None
        found = self.at.get(d.end, ("",))[0]
        person = bool(found) and self.records[found].type == "person" and not self.doc[d.end].is_sent_start
        return found if person and d.determiner in ("def", "indef", "") else None

    def army(self, d: Description) -> tuple[str, ...]:
        """«el Ejército de Sri Lanka» is set apart from its state, «el Ejército israelí» is not; later «el Ejército»."""
        if d.word.cls not in ("army", "troops"):
            return ()
        if d.word.cls == "army" and isinstance(d.body, Name) and not d.demonyms:
            owner = self.at.get(d.body.start, ("",))[0]
            if owner and self.records[owner].type == "state":
                record = self.new(self.capitalised(d), "organisation", key=f"army {owner}")
                record.country = self.records[owner].country
                return (record.id,)
        if d.body or d.demonyms:
            return ()
        forms = _armies()
        armies = {r.id for r in self.records.values() if r.type == "organisation" and fold(r.label).startswith(forms)}
        return (self.latest(d.start, armies) or "",) if armies else ()

    def state_of(self, d: Description) -> tuple[str, ...]:
        """«el Gobierno ruso», «las fuerzas de Kabila», «el país»: the state."""
        owner = self.owner(d)
        if owner:
            record = self.records[owner]
            if record.type == "person":
                state = self.knowledge.state(record.country) if record.country else None
                return (self.known(state.key, Link(0.8, f"of {record.label}")).id,) if state else ()
            return (owner,)
        if d.determiner == "both":
            return self.latest_two(d.start, lambda record: record.type == "state")
        if d.word.cls == "country" and d.word.plural and d.modified:
            return self._new_group(d, None)  # «los países agresores»
        if d.determiner in ("def", "dem", "poss"):
            recent = self.recent(d.start, ("state",))
            return (recent,) if recent else ()
        return ()

    def place(self, d: Description) -> tuple[str, ...]:
        """«la región de Rostov», «el municipio»."""
        if isinstance(d.body, Name):
            return self.at.get(d.body.start, ())
        recent = self.recent(d.start, ("place",)) if d.determiner in ("def", "dem") else None
        return (recent,) if recent else ()

    def organisation(self, d: Description) -> tuple[str, ...]:
        named = self.apposed(d)
        if named:
            return (named,)
        owner = self.owner(d)
        if owner and (d.word.cls == "chamber" or (d.word.cls == "body" and self.doc[d.noun].is_title)):
            return (self.new(self.whose(d, owner), "organisation").id,)
        if d.determiner not in ("def", "dem"):
            return ()
        armed = d.word.note == "armed" and any(word in words("armed_adjectives") for word in d.title.lower().split())
        kind = "armed_group" if armed else _TYPE_OF[d.word.cls]
        if owner:
            return self._of_country(d, owner, {kind, "armed_group"} if d.word.note == "armed" else {kind})
        alike = {r.id for r in self.records.values() if r.type == kind and fold(r.label).startswith(fold(d.word.form))}
        before = self.nearest(d.start, alike)  # «el Consejo», «el Tribunal»
        if not before and d.word.cls == "chamber":
            return self._chamber(d)
        recent = before or self.recent(d.start, (kind,)) or (
            self.recent(d.start, ("armed_group",)) if d.word.note == "armed" else None)
        return (recent,) if recent else ()

    def _of_country(self, d: Description, owner: str, kinds: set[ActorType]) -> tuple[str, ...]:
        """«la milicia libanesa», «la organización palestina»: the latest one of that country."""
        country = self.records[owner].country
        fits = {r.id for r in self.records.values() if r.entry and r.type in kinds and country and r.country == country}
        found = self.nearest(d.start, fits)
        return (found,) if found else ()

    def _chamber(self, d: Description) -> tuple[str, ...]:
        """«La Casa Blanca pidió *al Congreso*…»: that of the state spoken of."""
        owner = self.recent(d.start, ("state",))
        if owner is None or not self.doc[d.noun].is_title:
            return ()
        record = self.new(f"{self.capitalised(d)} de {self.records[owner].label}", "organisation")
        record.country = self.records[owner].country
        return (record.id,)
