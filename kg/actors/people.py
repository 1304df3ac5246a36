"""The person whom a description means: by the article's own words, by the office at its date, or by country."""

from __future__ import annotations

from rapidfuzz import fuzz

from kg.actors.groups import Groups
from kg.actors.naming import SAME_NAME
from kg.actors.register import Record
from kg.mentions import Description, Name
from kg.model import Link
from kg.nominals import fold

__all__ = ["People"]


_RANKS = ("head_of_state", "head_of_government", "foreign_minister", "defence_minister")
_HEADS = frozenset(_RANKS[:2])


class People(Groups):
    """Links descriptions of one person."""

    def person(self, d: Description) -> tuple[str, ...]:
        named = self.apposed(d)
        if named:
            self._note_office(d, named)
            return (named,)
        owner = self.owner(d)
        found = self._by_article(d, owner) or self._by_office(d, owner, present=True)
        if not found and d.word.cls != "office":
            found = self._by_country(d, owner)
        found = found or self._by_office(d, owner, present=False) or self._by_country(d, owner)
        if found:
            return (found,)
        if owner and d.word.cls == "office" and d.determiner != "indef":
            words = d.title if self.says_whose(d) else self.doc.span(d.noun, d.end).text
            return (self.describe(self.whose(d, owner), "person", words, owner).id,)
        return ()

    def _note_office(self, d: Description, person: str) -> None:
        owner = self.owner(d)
        self.records[person].offices.append((d.title, owner))
        self._support(person, d, owner)
        if owner and self.records[owner].country and not self.records[person].country:
            self.records[person].country = self.records[owner].country

    def _support(self, person: str, d: Description, owner: str | None) -> None:
        """«la primera ministra de Estonia, Saja Kallas»: the office tells whose name is misspelt."""
        record, entry = self.records[person], self.records[owner].entry if owner else None
        if record.entry is not None or entry is None or self.date is None or d.former:
            return
        for tenure in self.holders(d.title, entry.key, self.date):
            holder = self.knowledge.entry(tenure.person)
            if holder.key not in self.by_name and fuzz.ratio(_surname(holder.label), _surname(record.label)) >= SAME_NAME:
                record.label, record.entry, record.country = holder.label, holder, holder.country
                record.link = Link(0.85, f"«{d.title}» of {entry.label} in {self.date} has this surname")
                self.by_name[holder.key] = person
                return

    def _by_article(self, d: Description, owner: str | None) -> str | None:
        """Who holds such an office by the article's own words; the latest mentioned first."""
        title = fold(d.title).split()
        fits = [
            r for r in self.records.values() if r.type == "person"
            for known, body in r.offices
            if (words := fold(known).split())[0] == title[0] and (owner is None or body in (None, owner))
            and (len(title) == 1 or words[: len(title)] == title)
        ]
        return self.latest(d.start, {r.id for r in fits})

    def _by_office(self, d: Description, owner: str | None, *, present: bool) -> str | None:
        """Who held the office by the knowledge base at the article's date; `present` = only who is named there."""
        entry = self.entry(owner) if owner else None
        if entry is None or d.word.cls == "person":
            return None
        people = {r.entry.key: r.id for r in self.records.values() if r.entry and r.type == "person"}
        if d.former or self.date is None:
            roles = self.knowledge.roles(d.title, entry.key)
            held = [t for role in roles for t in self.knowledge.tenures(of=entry.key, role=role)]
            return next((people[t.person] for t in held if t.person in people), None)
        title = self._title_at(d)
        holders = self.holders(title, entry.key, self.date)
        lately = self.holders(title, entry.key, self.lately) if self.lately and present else ()
        named = next((people[t.person] for t in (*holders, *lately) if t.person in people), None)
        if named or present or not holders or d.determiner == "indef":
            return named
        why = f"«{d.title}» of {entry.label} in {self.date}"
        return self.known(holders[0].person, Link(0.8 if len(holders) == 1 else 0.5, why)).id

    def _title_at(self, d: Description) -> str:
        """«jefe del Pentágono»: beside a metonym the title means another office than alone."""
        metonym = isinstance(d.body, Name) and any(sense.how == "metonym" for sense in d.body.senses)
        return self.doc.span(d.noun, d.end).text if metonym else d.title

    def _by_country(self, d: Description, owner: str | None) -> str | None:
        """«el político danés», «el jefe aliado», «el mandatario»: the latest person before that fits."""
        if d.determiner not in ("def", "dem", "poss") or (d.modified and not owner and d.word.note != "head"):
            return None
        state = self.records[owner].country if owner else None
        fits = {r.id for r in self.records.values() if r.type == "person" and self._may_be(r, d, state, owner)}
        return self.latest(d.start, fits)

    def _may_be(self, record: Record, d: Description, state: str | None, owner: str | None) -> bool:
        if d.word.note == "head" and not self._head_of_state(record):
            return False
        if owner:
            bodies = {body for _, body in record.offices}
            return owner in bodies or (state is not None and record.country == state)
        if d.word.cls == "office":
            key = record.entry.key if record.entry else None
            heads = {fold(known).split()[0] for known, _ in record.offices if known}
            held = {fold(t.office).split()[0] for t in self.knowledge.tenures(person=key)} if key else set()
            return fold(self.singular(d) if d.word.plural else d.title).split()[0] in heads | held
        return bool(record.offices) or record.entry is not None

    def _head_of_state(self, record: Record) -> bool:
        """«el mandatario»: heads a state or its government, by the knowledge base or by the article's words."""
        key = record.entry.key if record.entry else None
        held = self.knowledge.tenures(person=key, on=self.date) if key and self.date else ()
        told = (role for title, body in record.offices if title for role in self._roles(title, body))
        return any(t.role in _HEADS for t in held) or any(role in _HEADS for role in told)

    def _roles(self, title: str, body: str | None) -> tuple[str, ...]:
        entry = self.records[body].entry if body else None
        return tuple(self.knowledge.roles(title, entry.key if entry else None))

    def may_be_one(self, record: Record, d: Description) -> bool:
        """«ambos presidentes»: people who hold that office."""
        return super().may_be_one(record, d) and (d.word.cls != "office" or self._may_be(record, d, None, None))

    def peer(self, d: Description) -> tuple[str, ...]:
        """«su homólogo ruso»: the same office of another state."""
        named, owner = self.apposed(d), self.owner(d)
        entry = self.records[owner].entry if owner else None
        title, of = self._office_before(d, named)
        if named:
            if title and owner:
                self.records[named].offices.append((title, owner))
                self.titles[d.noun] = title
            return (named,)
        if entry is None or title is None or self.date is None:
            return ()
        roles = self.knowledge.roles(title, of)
        holders = tuple(t for r in roles[:1] for t in self.knowledge.tenures(of=entry.key, role=r, on=self.date))
        return (self.known(holders[0].person, Link(0.7, f"«{title}» of {entry.label}")).id,) if holders else ()

    def _office_before(self, d: Description, but: str | None) -> tuple[str | None, str | None]:
        """The office, and the key of its body, of the person or persons that «su colega» looks back to."""
        for name in self.backwards(d.start):
            record = self.records[name]
            if name != but and record.offices:
                title, body = record.offices[0]
                known = self.records[body].entry if body else None
                return title, known.key if known else None
            if name != but and record.type == "person" and record.entry and (held := self._held(record.entry.key)):
                return held
        return (None, None)

    def _held(self, person: str) -> tuple[str, str] | None:
        """The office of a state that a person holds by the knowledge base, the highest first, and the state."""
        held = self.knowledge.tenures(person=person, on=self.date) if self.date else ()
        ranked = [t for role in _RANKS for t in held if t.role == role]
        return (ranked[0].office, ranked[0].of) if ranked else None


def _surname(name: str) -> str:
    return fold(name).split()[-1]
