"""Who or what a name denotes: the knowledge base at the article's date, and the article's own fuller names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from rapidfuzz import fuzz

from kg.actors.register import Record, Register
from kg.knowledge import Sense
from kg.mentions import Name
from kg.model import ActorType, Link, MentionKind
from kg.names import ARTICLES, FAMILY_NAME_FIRST, without_article
from kg.nominals import PERSONS, fold, words

__all__ = ["SAME_NAME", "Naming"]

SAME_NAME = 88.0
"""Likeness (0–100) above which a surname is a misspelling of one that the article also has in full."""

_TYPE_OF: dict[str, ActorType] = {"PER": "person", "ORG": "organisation", "LOC": "place"}
_PERSON: tuple[ActorType, ...] = ("person",)
_ACTING = frozenset({"metonym", "capital"})
"""How a name of a place denotes those who act from there."""
_BODIES = frozenset({"organisation", "armed_group", "party", "media", "company"})


class Naming(Register):
    """Links names."""

    def order(self, index: int) -> tuple[bool, int]:
        """Full names before surnames, so that «Peskov» finds «Dmitri Peskov» wherever it stands."""
        name = self.mentions.names[index]
        return (name.end - name.start == 1, name.start)

    def link_name(self, index: int) -> None:
        name = self.mentions.names[index]
        place = name.dateline or self._used_as_place(name)
        record = self._record_of(index, name, place)
        if record is None:
            return
        kind: MentionKind = "metonym" if any(s.how in _ACTING for s in name.senses) else "name"
        self.mention(record, name.start, name.end, kind)
        for i in range(name.start, name.end):
            self.at[i] = (record.id,)
            if place:
                self.places.add(i)
        self.name_ids[index] = record.id

    def _record_of(self, index: int, name: Name, place: bool) -> Record | None:
        if name.expands is not None and name.expands in self.name_ids:
            self.by_name.setdefault(fold(name.text), self.name_ids[name.expands])
            return self.records[self.name_ids[name.expands]]
        fuller = self._variant(name)
        if fuller and fuller.entry is None:
            return fuller
        sense = self._sense(name, place)
        if sense is not None:
            return self.met(sense.key) or self.known(sense.key, self._why(name, sense))
        known = self.by_name.get(fold(name.text))
        if known:
            return self.records[known]
        if not all(self._expected(s) for s in name.senses):
            return self._other_than_known(name)
        if name.senses and without_article(fold(name.text)) in self._nationalities:
            return self._namesake(name)
        return self._unknown(name, place)

    def _sense(self, name: Name, place: bool) -> Sense | None:
        every = self.knowledge.senses(name.text, on=self.date) or name.senses
        senses = [s for s in every if s.how not in ("demonym", "surname") and self._expected(s) and self._native(name, s)]
        acting = [s for s in senses if s.how in _ACTING]
        if place:
            senses = [s for s in senses if s not in acting]
        elif acting and acting[0].how == "capital":
            senses = acting
        if name.label == "PER":
            senses = [s for s in senses if self.knowledge.entry(s.key).type == "person"] or senses
        return self._likeliest(senses) if senses else None

    def _expected(self, sense: Sense) -> bool:
        """«Victoria» is the capital of a state only where the article speaks of that state."""
        if sense.note != "ambiguous":
            return True
        entry = self.knowledge.entry(sense.key)
        return (sense.how != "capital" and entry.type != "place") or entry.country in self.countries

    def _native(self, name: Name, sense: Sense) -> bool:
        """«El ELN macedonio» is no body of Colombia."""
        entry = self.knowledge.entry(sense.key)
        if entry.country is None or entry.type not in _BODIES:
            return True
        adjective = self._nationalities.get(without_article(fold(name.text)))
        if adjective is None:
            return True
        states = [self.knowledge.entry(s.key) for s in self.knowledge.senses(adjective) if s.how == "demonym"]
        return any(state.country in (None, entry.country) or state.kind == "historical" for state in states)

    @cached_property
    def _nationalities(self) -> Mapping[str, str]:
        """Folded names that the adjective of a country follows, and the adjective."""
        return {
            without_article(fold(name.text)): self.doc[name.end].text
            for name in self.mentions.names if name.end in self.mentions.demonyms and not self.doc[name.end].is_sent_start
        }

    def _namesake(self, name: Name) -> Record:
        """A body of another country than the ones that are called so, which the knowledge base may have by this name."""
        adjective = self._nationalities[without_article(fold(name.text))]
        known = self.knowledge.senses(f"{name.text} {adjective}")
        if known:
            return self.known(known[0].key, Link(1.0, f"«{name.text} {adjective}» is a {known[0].how} of it"))
        state = self.knowledge.nationality(adjective)
        words = name.text.split()
        label = " ".join([*words[words[0].lower() in ARTICLES :], adjective])
        record = self.new(label, self.knowledge.entry(name.senses[0].key).type)
        record.country = self.knowledge.entry(state).country if state else None
        return record

    def _other_than_known(self, name: Name) -> Record | None:
        """«Victoria» where it is not the capital: a person with a title, one called so in full before, or a mere word."""
        if self.titled(name):
            return self.new(name.text, "person")
        first = (r for r in self.records.values() if r.type == "person" and fold(r.label).split()[0] == fold(name.text))
        return next(first, None)

    def _likeliest(self, senses: Sequence[Sense]) -> Sense:
        """«Ejército de Liberación Nacional»: of bodies with one name that whose country the article speaks of."""
        first = self.knowledge.entry(senses[0].key)
        if first.type in ("person", "place", "state") or first.country in self.countries:
            return senses[0]
        rivals = (s for s in senses if s.how == senses[0].how and self.knowledge.entry(s.key).type == first.type)
        return next((s for s in rivals if self.knowledge.entry(s.key).country in self.countries), senses[0])

    @cached_property
    def countries(self) -> frozenset[str]:
        """Codes of the countries that the article speaks of by adjectives and names of one meaning."""
        found = (self.knowledge.entry(key).country for key in self._unmistakable())
        return frozenset(country for country in found if country)

    def _unmistakable(self) -> Iterator[str]:
        yield from self.mentions.demonyms.values()
        for name in self.mentions.names:
            keys = dict.fromkeys(s.key for s in name.senses if s.how in ("name", "alias", "acronym"))
            if len(keys) == 1 and all(s.note != "ambiguous" for s in name.senses):
                yield from keys

    def _why(self, name: Name, sense: Sense) -> Link:
        others = tuple(self.knowledge.entry(s.key).label for s in name.senses if s.key != sense.key)[:5]
        certain = 1.0 if not others else 0.8
        return Link(certain, f"«{name.text}» is a {sense.how} of {self.knowledge.entry(sense.key).label}", others)

    def _used_as_place(self, name: Name) -> bool:
        if not name.senses and name.label != "LOC":
            return False
        head = self.doc[name.head]
        case = next((c.lower_ for c in head.children if c.dep_ == "case"), "")
        return case in words("place_prepositions") or (case in ("a", "de") and head.head.lemma_ in words("motion"))

    def _unknown(self, name: Name, place: bool) -> Record | None:
        """A name that is not in the knowledge base under this form: a variant of one in the article, or a new actor."""
        if name.label in ("PER", "") or self.titled(name) or any(s.how == "surname" for s in name.senses):
            variant = self._variant(name) or self._bare_surname(name) or self._misspelt(name)
            if variant:
                return variant
        elif not place and (holder := self._in_office(name)):
            return holder
        kind = self._type(name, place)
        return self.new(name.text, kind) if kind else None

    def _type(self, name: Name, place: bool) -> ActorType | None:
        if name.label == "PER" or (name.label in ("", "MISC") and self.titled(name)):
            return "person"
        if place or name.label == "LOC":
            return "place"
        if name.label == "MISC":
            return None
        if name.label:
            return _TYPE_OF[name.label]
        if self.doc[name.start].is_upper and len(name.text) > 2 and name.end - name.start == 1:
            return "organisation"
        return "person" if name.end - name.start in (2, 3) and name.text.replace(" ", "").isalpha() else None

    def titled(self, name: Name) -> bool:
        """Whether a person's title stands right before: «el presidente Chirac»."""
        before = next((d for d in self.mentions.descriptions if name.start - d.end in (0, 1) and d.noun < name.start), None)
        return before is not None and before.word.cls in PERSONS and not before.word.plural

    def _variant(self, name: Name) -> Record | None:
        """A fuller name of a person in the article that contains this one."""
        words = fold(name.text).split()
        for record in self.people.get(words[-1], ()) if words else ():
            known = fold(record.label).split()
            surnames = known if record.country in FAMILY_NAME_FIRST else known[1:]
            if words[-1] in surnames and set(words) <= set(known):
                return record
        return None

    def _bare_surname(self, name: Name) -> Record | None:
        """One known person of that surname in office at the article's date."""
        if name.end - name.start > 1:
            return None
        keys = self.knowledge.surname(name.text)
        alone = [s.key for s in name.senses if s.how == "surname"]
        if alone and self._may_serve(alone[0]):
            return self.known(alone[0], Link(0.85, f"newspapers call only {self.knowledge.entry(alone[0]).label} «{name.text}»"))
        serving = [k for k in keys if self._serves(k)]
        if len(serving) == 1 or (serving and self.titled(name)):
            others = tuple(self.knowledge.entry(k).label for k in keys if k != serving[0])[:5]
            return self.known(serving[0], Link(0.7, f"the {name.text} in office in {self.date}", others))
        return None

    def _in_office(self, name: Name) -> Record | None:
        """A surname that was taken for something else, where one person of that name was in office: «Habibie aceptó…»."""
        return self._bare_surname(name) if name.end - name.start == 1 and not self.doc[name.start].is_upper else None

    def _serves(self, person: str) -> bool:
        """Whether a person is in office at the article's date, or was a few days before."""
        if self.date is None:
            return False
        return any(self.knowledge.tenures(person=person, on=day) for day in (self.date, self.lately) if day)

    def _may_serve(self, person: str) -> bool:
        """False when all that is known of a person is later than the article."""
        starts = [t.start for t in self.knowledge.tenures(person=person)]
        return self.date is None or not starts or any(start is None or start[:4] <= self.date[:4] for start in starts)

    def _misspelt(self, name: Name) -> Record | None:
        folded = fold(name.text)
        if len(folded) < 5:
            return None
        for record in self.records.values():
            if record.type == "person" and len(record.label.split()) > 1:
                whole = folded if " " in folded else folded.split()[-1]
                other = fold(record.label) if " " in folded else fold(record.label).split()[-1]
                if whole[0] == other[0] and fuzz.ratio(whole, other) >= SAME_NAME:
                    return record
        if " " in folded:
            for sense, score in self.knowledge.similar(name.text, _PERSON, limit=1):
                return self.known(sense.key, Link(score, f"«{name.text}» is spelt like {sense.key}"))
        return None
