"""The actors of one article, and what each of its phrases denotes.

Names are linked first (knowledge base at the article's date, then the article's own fuller names), then descriptions in
the order of the text («el secretario general de la OTAN», «el político danés», «el organismo»). Pronouns and dropped
subjects are resolved on demand, from the text before them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from spacy.tokens import Doc, Token

from kg.knowledge import Entry, Knowledge, Sense, Tenure
from kg.mentions import Description, Mentions, Name, find_mentions
from kg.model import Actor, ActorType, Link, Mention, MentionKind, Span
from kg.nominals import PERSONS, fold, load

__all__ = ["Cast", "resolve"]

SAME_NAME = 88.0
"""Likeness (0–100) above which a surname is a misspelling of one that the article also has in full."""
LOOKBACK = 4
"""Sentences before the present one in which a dropped subject or a pronoun finds its actor."""

_PLACE_CASES = frozenset({"en", "desde", "hacia", "hasta", "por", "sobre"})
_MOTION = frozenset({"viajar", "llegar", "ir", "volver", "regresar", "trasladar", "acudir", "partir", "salir", "venir"})
_STATE_CLASSES = frozenset({"government", "troops", "army", "country", "ministry"})
_TYPE_OF: dict[str, ActorType] = {
    "PER": "person", "ORG": "organisation", "LOC": "place", "MISC": "organisation",
    "armed": "armed_group", "party": "party", "media": "media", "company": "company", "body": "organisation",
    "chamber": "organisation", "people": "group", "collective": "group", "member": "group", "source": "group",
}
_PERSON: tuple[ActorType, ...] = ("person",)
_STATES: tuple[ActorType, ...] = ("state",)
_THIS_ONE = frozenset({"éste", "ésta", "éstos", "éstas"})
_NO_GROUP = frozenset({"kin", "place", "land", "document", "side"})
_OWN_GROUP = frozenset({"armed", "collective", "source"})
"""Classes of nouns that make a group without saying whose."""
_STATES_OF_A_BODY = ("aliad", "pais", "estado", "socio")
_PAIRS: dict[str, tuple[ActorType, ...]] = {
    "body": ("organisation",), "side": ("state", "organisation", "armed_group"), "party": ("party",), "armed": ("armed_group",),
}
_DEMONSTRATIVES = frozenset({"este", "esta", "éste", "ésta", "éstos", "éstas", "ambos"})
_ARTICLES = {"la": "la ", "el": "el ", "los": "los ", "las": "las ", "del": "el ", "al": "el "}
_NEUTRAL_PRONOUNS = frozenset({"lo", "ello", "eso", "esto", "algo", "nada", "se", "me", "nos", "te", "os"})


_UNKNOWN = Link(0.0, "not in the knowledge base")


@dataclass(slots=True)
class _Record:
    """An actor while the article is read."""

    id: str
    label: str
    type: ActorType
    entry: Entry | None = None
    country: str | None = None
    plural: bool = False
    link: Link = _UNKNOWN
    mentions: list[Mention] = field(default_factory=list)
    offices: list[tuple[str, str | None]] = field(default_factory=list)
    """Title and id of its body, as the article states them."""


class Cast:
    """What each phrase of a parsed article denotes; identifiers are unique in the article."""

    def __init__(self, doc: Doc, mentions: Mentions, records: dict[str, _Record], at: dict[int, tuple[str, ...]],
                 demonyms: dict[int, str], places: frozenset[int], titles: dict[int, str]) -> None:
        self.doc = doc
        self.mentions = mentions
        self._records = records
        self._at = at
        self._demonyms = demonyms
        self._places = places
        self.titles = titles
        """Title that a word such as «homólogo» stands for, by its token."""
        self._sentences = list(doc.sents)
        self._sentence_of = {t.i: n for n, s in enumerate(self._sentences) for t in s}
        self._subjects: dict[int, tuple[str, ...]] = {}

    @property
    def actors(self) -> tuple[Actor, ...]:
        """All actors in order of their first mention."""
        def first(record: _Record) -> tuple[int, str]:
            return (record.mentions[0].span.start if record.mentions else len(self.doc.text), record.id)

        return tuple(_actor(record) for record in sorted(self._records.values(), key=first))

    def denoted(self, token: Token) -> tuple[str, ...]:
        """Identifiers of what the phrase around `token` denotes; () for what is no actor."""
        found = self._at.get(token.i)
        if found is not None:
            return found
        if token.pos_ == "PRON" or token.lower_ in _THIS_ONE:
            return self._pronoun(token)
        for child in token.children:  # «el diplomático noruego Terje Roed-Larsen»
            if child.dep_ in ("appos", "flat") and child.i in self._at and child.i in self.mentions.name_at:
                return self._at[child.i]
        if token.i in self._demonyms and token.pos_ in ("NOUN", "PROPN"):
            return (self._demonyms[token.i],)
        return ()

    def adjective(self, token: Token) -> str | None:
        """The state that an adjective such as «rusos» names."""
        return self._demonyms.get(token.i)

    def possessor(self, token: Token) -> tuple[str, ...]:
        """Whose: the owner that «su» refers to, the subject of the clause unless the phrase is the subject itself."""
        noun = token.head
        verb = _governor(noun)
        if verb is not None and noun.dep_ not in ("nsubj", "csubj"):
            found = self._clause_subject(verb)
            if found:
                return found
        return self._before(token, plural=None)

    def place(self, token: Token) -> bool:
        """Whether a name is used as a place only."""
        return token.i in self._places

    def subject(self, verb: Token) -> tuple[str, ...]:
        """The understood subject of a finite verb without overt one; () when it is impersonal or cannot be known."""
        if verb.i not in self._subjects:
            self._subjects[verb.i] = ()
            self._subjects[verb.i] = self._dropped(verb)
        return self._subjects[verb.i]

    # --- dropped subjects and pronouns

    def _dropped(self, verb: Token) -> tuple[str, ...]:
        if not _finite(verb) or "3" not in _morph(verb, "Person", "3") or _impersonal(verb):
            return ()
        plural = "Plur" in _morph(verb, "Number")
        governor = _governor(verb)
        if governor is not None and verb.dep_ in ("ccomp", "advcl", "conj", "parataxis", "acl"):
            above = self._fitting(self._clause_subject(governor), plural)
            if above:
                return above
        return self._previous_subject(verb, plural)

    def _clause_subject(self, verb: Token) -> tuple[str, ...]:
        for child in verb.children:
            if child.dep_ in ("nsubj", "csubj"):
                return self._coordinated(child)
        if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX", "ADJ"):
            return self._clause_subject(verb.head)
        return self.subject(verb) if verb.i not in self._subjects or self._subjects[verb.i] else ()

    def _coordinated(self, token: Token) -> tuple[str, ...]:
        found = dict.fromkeys(self.denoted(token))
        for child in token.children:
            if child.dep_ == "conj":
                found |= dict.fromkeys(self.denoted(child))
        return tuple(found)

    def _previous_subject(self, verb: Token, plural: bool) -> tuple[str, ...]:
        """The subject of a sentence before, nearest first; failing that, the last person named there."""
        here = self._sentence_of[verb.i]
        for number in range(here - 1, max(-1, here - 1 - LOOKBACK), -1):
            sentence = self._sentences[number]
            root = sentence.root
            others = (t for t in sentence if t.pos_ == "VERB" and t.dep_ in ("parataxis", "conj", "ccomp"))
            for candidate in (root, *others):
                found = self._fitting(self._overt(candidate), plural)
                if found:
                    return found
            found = self._fitting(self.subject(root), plural) if number == here - 1 else ()
            if found:
                return found
        return () if plural else self._before(verb, plural=False, types=("person",))

    def _overt(self, verb: Token) -> tuple[str, ...]:
        for child in verb.children:
            if child.dep_ in ("nsubj", "csubj"):
                return self._coordinated(child)
        return ()

    def _fitting(self, ids: tuple[str, ...], plural: bool) -> tuple[str, ...]:
        if plural:
            return ids if len(ids) > 1 or any(self._records[i].plural for i in ids) else ()
        return ids if len(ids) == 1 and not self._records[ids[0]].plural else ()

    def _pronoun(self, token: Token) -> tuple[str, ...]:
        if "Rel" in _morph(token, "PronType") and token.lower_ in ("que", "quien", "quienes", "cual", "cuales"):
            clause = next((t for t in token.ancestors if t.dep_.startswith("acl")), None)
            return self.denoted(clause.head) if clause is not None else ()
        third = _morph(token, "Person").startswith("3") and token.lower_ not in _NEUTRAL_PRONOUNS
        if not third and token.lower_ not in _DEMONSTRATIVES:
            return ()
        plural = "Plur" in _morph(token, "Number") or token.lower_.endswith("s")
        taken = set(self._clause_subject(token.head)) if token.head.pos_ == "VERB" and token.dep_ in ("obj", "iobj") else set()
        return self._before(token, plural=plural, but=taken)

    def _before(self, token: Token, *, plural: bool | None, types: Iterable[ActorType] = (),
                but: Iterable[str] = ()) -> tuple[str, ...]:
        """The nearest actor mentioned before `token` that agrees."""
        first = self._sentences[max(0, self._sentence_of[token.i] - LOOKBACK)].start
        wanted, skip = frozenset(types), frozenset(but)
        for i in range(token.i - 1, first - 1, -1):
            for name in self._at.get(i, ()):
                record = self._records[name]
                agrees = plural is None or record.plural == plural
                if agrees and name not in skip and record.type != "place" and (not wanted or record.type in wanted):
                    return (name,)
        return ()


def resolve(doc: Doc, knowledge: Knowledge, date: str | None) -> Cast:
    """Find and identify the actors of a parsed article published on `date` (ISO, None when unknown)."""
    return _Casting(doc, find_mentions(doc, knowledge), knowledge, date).run()


class _Casting:
    """Builds the cast of one article: first all names, then the descriptions in the order of the text."""

    def __init__(self, doc: Doc, mentions: Mentions, knowledge: Knowledge, date: str | None) -> None:
        self.doc, self.mentions, self.knowledge, self.date = doc, mentions, knowledge, date
        self.records: dict[str, _Record] = {}
        self.at: dict[int, tuple[str, ...]] = {}
        self.places: set[int] = set()
        self.demonyms: dict[int, str] = {}
        self._by_name: dict[str, str] = {}
        self._name_ids: dict[int, str] = {}
        self.titles: dict[int, str] = {}

    def run(self) -> Cast:
        names = sorted(range(len(self.mentions.names)), key=self._order)
        for index in names:
            self._link_name(index)
        for token, key in sorted(self.mentions.demonyms.items()):
            record = self._known(key, Link(1.0, "adjective of the country"))
            self.demonyms[token] = record.id
            self._mention(record, token, token + 1, "adjective")
        for description in self.mentions.descriptions:
            self._link_description(description)
        for record in self.records.values():
            record.mentions.sort(key=lambda m: (m.span.start, m.span.end))
        return Cast(self.doc, self.mentions, self.records, self.at, self.demonyms, frozenset(self.places), self.titles)

    def _order(self, index: int) -> tuple[bool, int]:
        """Full names before surnames, so that «Peskov» finds «Dmitri Peskov» wherever it stands."""
        name = self.mentions.names[index]
        return (name.end - name.start == 1, name.start)

    # --- names

    def _link_name(self, index: int) -> None:
        name = self.mentions.names[index]
        place = name.dateline or self._used_as_place(name)
        record = self._record_of(index, name, place)
        if record is None:
            return
        kind: MentionKind = "metonym" if any(s.how in ("metonym", "capital") for s in name.senses) else "name"
        self._mention(record, name.start, name.end, kind)
        for i in range(name.start, name.end):
            self.at[i] = (record.id,)
            if place:
                self.places.add(i)
        self._name_ids[index] = record.id

    def _record_of(self, index: int, name: Name, place: bool) -> _Record | None:
        if name.expands is not None and name.expands in self._name_ids:
            self._by_name.setdefault(fold(name.text), self._name_ids[name.expands])
            return self.records[self._name_ids[name.expands]]
        fuller = self._variant(name)
        if fuller and fuller.entry is None:
            return fuller
        sense = self._sense(name, place)
        if sense is not None:
            return self._known(sense.key, self._why(name, sense))
        known = self._by_name.get(fold(name.text))
        if known:
            return self.records[known]
        return self._unknown(name, place)

    def _sense(self, name: Name, place: bool) -> Sense | None:
        senses = self.knowledge.senses(name.text, on=self.date) or name.senses
        senses = tuple(s for s in senses if s.how not in ("demonym", "surname"))
        acting = tuple(s for s in senses if s.how in ("metonym", "capital"))
        if place:
            senses = tuple(s for s in senses if s not in acting)
        elif acting and acting[0].how == "capital":
            senses = acting
        if name.label == "PER":
            people = tuple(s for s in senses if self.knowledge.entry(s.key).type == "person")
            senses = people or tuple(s for s in senses if s.how in ("name", "acronym", "metonym"))
        return senses[0] if senses else None

    def _why(self, name: Name, sense: Sense) -> Link:
        others = tuple(self.knowledge.entry(s.key).label for s in name.senses if s.key != sense.key)[:5]
        certain = 1.0 if not others else 0.8
        return Link(certain, f"«{name.text}» is a {sense.how} of {self.knowledge.entry(sense.key).label}", others)

    def _used_as_place(self, name: Name) -> bool:
        if not name.senses and name.label != "LOC":
            return False
        head = self.doc[name.head]
        case = next((c.lower_ for c in head.children if c.dep_ == "case"), "")
        return case in _PLACE_CASES or (case in ("a", "de") and head.head.lemma_ in _MOTION)

    def _unknown(self, name: Name, place: bool) -> _Record | None:
        """A name that is not in the knowledge base under this form: a variant of one in the article, or a new actor."""
        if name.label in ("PER", "") or self._titled(name) or any(s.how == "surname" for s in name.senses):
            variant = self._variant(name) or self._bare_surname(name) or self._misspelt(name)
            if variant:
                return variant
        kind = self._type(name, place)
        return self._new(name.text, kind) if kind else None

    def _type(self, name: Name, place: bool) -> ActorType | None:
        if name.label == "PER" or (name.label in ("", "MISC") and self._titled(name)):
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

    def _titled(self, name: Name) -> bool:
        """Whether a person's title stands right before: «el presidente Chirac»."""
        before = next((d for d in self.mentions.descriptions if name.start - d.end in (0, 1) and d.noun < name.start), None)
        return before is not None and before.word.cls in PERSONS and not before.word.plural

    def _variant(self, name: Name) -> _Record | None:
        """A fuller name of a person in the article that contains this one."""
        words = fold(name.text).split()
        for record in self.records.values():
            known = fold(record.label).split()
            if record.type == "person" and words[-1] in known[1:] and set(words) <= set(known):
                return record
        return None

    def _bare_surname(self, name: Name) -> _Record | None:
        """One known person of that surname in office at the article's date."""
        if name.end - name.start > 1:
            return None
        keys = self.knowledge.surname(name.text)
        alone = [s.key for s in name.senses if s.how == "surname"]
        if alone and self._may_serve(alone[0]):
            return self._known(alone[0], Link(0.85, f"newspapers call only {self.knowledge.entry(alone[0]).label} «{name.text}»"))
        serving = [k for k in keys if self.date and self.knowledge.tenures(person=k, on=self.date)]
        if len(serving) == 1 or (serving and self._titled(name)):
            others = tuple(self.knowledge.entry(k).label for k in keys if k != serving[0])[:5]
            return self._known(serving[0], Link(0.7, f"the {name.text} in office in {self.date}", others))
        return None

    def _may_serve(self, person: str) -> bool:
        """False when all that is known of a person is later than the article."""
        starts = [t.start for t in self.knowledge.tenures(person=person)]
        return self.date is None or not starts or any(start is None or start[:4] <= self.date[:4] for start in starts)

    def _misspelt(self, name: Name) -> _Record | None:
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
                return self._known(sense.key, Link(score, f"«{name.text}» is spelt like {sense.key}"))
        return None

    # --- descriptions

    def _link_description(self, d: Description) -> None:
        ids = self._described(d)
        if not ids:
            return
        span = self._span(d)
        for name in ids:
            self.records[name].mentions.append(Mention(span, "description"))
        self.at[d.noun] = ids
        root = self.doc[d.start:d.end].root.i
        if root not in self.at:
            self.at[root] = ids

    def _described(self, d: Description) -> tuple[str, ...]:
        cls = d.word.cls
        if cls in _STATE_CLASSES:
            return self._army(d) or self._state_of(d)
        if cls == "place":
            return self._place(d)
        if d.word.plural or cls in ("people", "collective", "member", "source"):
            return self._group(d)
        if cls in ("office", "leader", "person"):
            return self._person(d)
        if cls == "peer":
            return self._peer(d)
        if cls in ("body", "party", "media", "company", "armed", "chamber"):
            return self._organisation(d)
        return ()

    def _army(self, d: Description) -> tuple[str, ...]:
        """«el Ejército de Sri Lanka» is set apart from its state, «el Ejército israelí» is not; later «el Ejército»."""
        if d.word.cls not in ("army", "troops"):
            return ()
        if d.word.cls == "army" and isinstance(d.body, Name) and not d.demonyms:
            owner = self.at.get(d.body.start, ("",))[0]
            if owner and self.records[owner].type == "state":
                record = self._new(self._capitalised(d), "organisation", key=f"army {owner}")
                record.country = self.records[owner].country
                return (record.id,)
        if d.body or d.demonyms:
            return ()
        armies = {r for key, r in self._by_name.items() if key.startswith("army ")}
        return (self._latest(d.start, armies) or "",) if armies else ()

    def _state_of(self, d: Description) -> tuple[str, ...]:
        """«el Gobierno ruso», «las fuerzas de Kabila», «el país»: the state."""
        owner = self._owner(d)
        if owner:
            record = self.records[owner]
            if record.type == "person":
                state = self.knowledge.state(record.country) if record.country else None
                return (self._known(state.key, Link(0.8, f"of {record.label}")).id,) if state else ()
            return (owner,)
        if d.determiner == "both":
            return self._latest_two(d.start, _STATES)
        if d.determiner in ("def", "dem", "poss"):
            recent = self._recent(d.start, ("state",))
            return (recent,) if recent else ()
        return ()

    def _person(self, d: Description) -> tuple[str, ...]:
        named = self._apposed(d)
        if named:
            self._note_office(d, named)
            return (named,)
        owner = self._owner(d)
        found = self._by_article(d, owner) or self._by_office(d, owner, present=True)
        if not found and d.word.cls != "office":
            found = self._by_country(d, owner)
        found = found or self._by_office(d, owner, present=False) or self._by_country(d, owner)
        if found:
            return (found,)
        if owner and d.word.cls == "office" and d.determiner != "indef":
            return (self._new(self._span(d).text, "person").id,)
        return ()

    def _note_office(self, d: Description, person: str) -> None:
        owner = self._owner(d)
        self.records[person].offices.append((d.title, owner))
        self._support(person, d, owner)
        if owner and self.records[owner].country and not self.records[person].country:
            self.records[person].country = self.records[owner].country

    def _support(self, person: str, d: Description, owner: str | None) -> None:
        """«la primera ministra de Estonia, Saja Kallas»: the office tells whose name is misspelt."""
        record, entry = self.records[person], self.records[owner].entry if owner else None
        if record.entry is not None or entry is None or self.date is None or d.former:
            return
        for tenure in self._holders(d.title, entry.key, self.date):
            holder = self.knowledge.entry(tenure.person)
            if holder.key not in self._by_name and fuzz.ratio(_surname(holder.label), _surname(record.label)) >= SAME_NAME:
                record.label, record.entry, record.country = holder.label, holder, holder.country
                record.link = Link(0.85, f"«{d.title}» of {entry.label} in {self.date} has this surname")
                self._by_name[holder.key] = person
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
        return self._latest(d.start, {r.id for r in fits})

    def _by_office(self, d: Description, owner: str | None, *, present: bool) -> str | None:
        """Who held the office by the knowledge base at the article's date; `present` = only who is named there."""
        entry = self._entry(owner) if owner else None
        if entry is None or d.word.cls == "person":
            return None
        people = {r.entry.key: r.id for r in self.records.values() if r.entry and r.type == "person"}
        if d.former or self.date is None:
            roles = self.knowledge.roles(d.title, entry.key)
            held = [t for role in roles for t in self.knowledge.tenures(of=entry.key, role=role)]
            return next((people[t.person] for t in held if t.person in people), None)
        holders = self._holders(d.title, entry.key, self.date)
        named = next((people[t.person] for t in holders if t.person in people), None)
        if named or present or not holders or d.determiner == "indef":
            return named
        why = f"«{d.title}» of {entry.label} in {self.date}"
        return self._known(holders[0].person, Link(0.8 if len(holders) == 1 else 0.5, why)).id

    def _entry(self, owner: str) -> Entry | None:
        """What the knowledge base has of a body, or of the state of one that it lacks."""
        record = self.records[owner]
        return record.entry or (self.knowledge.state(record.country) if record.country else None)

    def _holders(self, title: str, of: str, date: str) -> tuple[Tenure, ...]:
        """As in the knowledge base, but a spell with the very word of the title goes before other roles."""
        held = (t for role in self.knowledge.roles(title, of) for t in self.knowledge.tenures(of=of, role=role, on=date))
        first = fold(title).split()[0]
        exact = tuple(t for t in held if fold(t.office).split()[0] == first)
        return exact if len({t.person for t in exact}) == 1 else self.knowledge.holders(title, of, date)

    def _by_country(self, d: Description, owner: str | None) -> str | None:
        """«el político danés», «el jefe aliado», «el mandatario»: the latest person before that fits."""
        if d.determiner not in ("def", "dem", "poss") or (d.modified and not owner):
            return None
        state = self.records[owner].country if owner else None
        fits = {r.id for r in self.records.values() if r.type == "person" and self._may_be(r, d, state, owner)}
        return self._latest(d.start, fits)

    def _may_be(self, record: _Record, d: Description, state: str | None, owner: str | None) -> bool:
        if owner:
            bodies = {body for _, body in record.offices}
            return owner in bodies or (state is not None and record.country == state)
        if d.word.cls == "office":
            key = record.entry.key if record.entry else None
            heads = {fold(known).split()[0] for known, _ in record.offices if known}
            held = {fold(t.office).split()[0] for t in self.knowledge.tenures(person=key)} if key else set()
            return fold(d.title).split()[0] in heads | held
        return bool(record.offices) or record.entry is not None

    def _peer(self, d: Description) -> tuple[str, ...]:
        """«su homólogo ruso»: the same office of another state."""
        named, owner = self._apposed(d), self._owner(d)
        entry = self.records[owner].entry if owner else None
        title, body = self._office_before(d, named)
        if named:
            if title and owner:
                self.records[named].offices.append((title, owner))
                self.titles[d.noun] = title
            return (named,)
        if entry is None or title is None or self.date is None:
            return ()
        known = self.records[body].entry if body else None
        roles = self.knowledge.roles(title, known.key if known else None)
        holders = tuple(t for r in roles[:1] for t in self.knowledge.tenures(of=entry.key, role=r, on=self.date))
        return (self._known(holders[0].person, Link(0.7, f"«{title}» of {entry.label}")).id,) if holders else ()

    def _office_before(self, d: Description, but: str | None) -> tuple[str | None, str | None]:
        """The office, and its body, of the person or persons that «su colega» looks back to."""
        for name in self._backwards(d.start):
            if name != but and self.records[name].offices:
                return self.records[name].offices[0]
        return (None, None)

    def _organisation(self, d: Description) -> tuple[str, ...]:
        named = self._apposed(d)
        if named:
            return (named,)
        owner = self._owner(d)
        if owner and (d.word.cls == "chamber" or (d.word.cls == "body" and self.doc[d.noun].is_title)):
            return (self._new(self._capitalised(d), "organisation").id,)
        if d.determiner not in ("def", "dem") or owner:
            return ()
        kind = _TYPE_OF[d.word.cls]
        recent = self._recent(d.start, (kind,))
        return (recent,) if recent else ()

    def _group(self, d: Description) -> tuple[str, ...]:
        """Groups with an identity: by their words and whose they are."""
        if d.determiner == "both":
            two = self._latest_two(d.start, _PAIRS.get(d.word.cls, _PERSON))
            if len(two) == 2:
                return two
        found = self._apposed_names(d) or self._armed(d)
        if found:
            return found
        owner = self._owner(d)
        if owner is None and d.word.cls == "office" and not d.modified:
            return self._same_group(d)
        if d.word.cls == "member":
            return self._members(d, owner)
        if d.word.cls in _NO_GROUP or (owner is None and d.word.cls not in _OWN_GROUP):
            return ()
        return self._new_group(d, owner)

    def _armed(self, d: Description) -> tuple[str, ...]:
        """«los talibanes» by name, «los rebeldes» as the armed group spoken of."""
        if d.body or d.demonyms:
            return ()
        known = [s for s in self.knowledge.senses(self.doc[d.noun].text) if s.how in ("name", "alias")]
        if known and self.knowledge.entry(known[0].key).type == "armed_group":
            return (self._known(known[0].key, Link(0.9, f"«{d.word.form}» is a name of it")).id,)
        recent = self._recent(d.start, ("armed_group",)) if d.word.note == "armed" else None
        return (recent,) if recent else ()

    def _members(self, d: Description, owner: str | None) -> tuple[str, ...]:
        """«los países miembros», «los mercenarios de Wagner», «miembros del Gobierno»."""
        if not d.word.plural and d.determiner not in ("all", "indef"):
            return ()
        owner = owner or self._recent(d.start, ("organisation",))
        if owner and self.records[owner].type in ("armed_group", "party"):
            return (owner,)
        return self._new_group(d, owner)

    def _new_group(self, d: Description, owner: str | None) -> tuple[str, ...]:
        label = self._group_label(d, owner)
        kind: ActorType = "armed_group" if d.word.cls == "armed" else "group"
        record = self._new(label, kind, key=f"{fold(label)} {owner}")
        record.plural = True
        if d.word.cls == "office" and not record.offices:
            record.offices.append((self._singular(d), owner))
        if owner:
            record.country = self.records[owner].country
        return (record.id,)

    def _same_group(self, d: Description) -> tuple[str, ...]:
        """«los ministros» after «los ministros de Defensa de la OTAN»."""
        first = fold(d.word.form)
        alike = {r.id for r in self.records.values() if r.plural and fold(r.label).startswith(first)}
        found = self._latest(d.start, alike) if d.determiner == "def" else None
        return (found,) if found else ()

    def _singular(self, d: Description) -> str:
        """«ministro de Defensa» for «ministros de Defensa»."""
        form = load().singular_of(d.word)
        return f"{form.form if form else d.word.form}{d.title[len(d.word.form):]}"

    def _group_label(self, d: Description, owner: str | None) -> str:
        """«Ministros de Defensa de la OTAN» for «los ministros de Defensa de la Alianza», and for «los ministros aliados»."""
        body = self.records[owner] if owner else None
        if body is None or body.type != "organisation":
            return self._capitalised(d)
        states = d.word.cls == "member" and fold(d.word.form).startswith(_STATES_OF_A_BODY)
        title = "Países miembros" if states else d.title[:1].upper() + d.title[1:]
        return f"{title} de {self._article(body)}{body.label}".replace(" de el ", " del ")

    def _capitalised(self, d: Description) -> str:
        words = self.doc[d.noun:d.end].text
        return words[:1].upper() + words[1:]

    def _article(self, record: _Record) -> str:
        """The article that the text puts before the name of a body: «la » in «la OTAN»."""
        for mention in record.mentions:
            before = self.doc.text[: mention.span.start].rsplit(maxsplit=1)[-1:]
            if before and before[0].lower() in _ARTICLES:
                return _ARTICLES[before[0].lower()]
        return "la " if record.label.isupper() else ""

    def _apposed(self, d: Description) -> str | None:
        """The name beside the description: «el ministro ruso, Sergei Lavrov», «Lavrov, ministro ruso»."""
        if isinstance(d.body, Description) and d.body.word.cls in PERSONS:
            before = self._name_before(d)
            if before:
                return before
            return self._name_at(d, self._after_name(d.body))  # «el portavoz del presidente Putin, Dmitri Peskov»
        following = self._continued(d)
        if following is not None:
            return self._apposed(following)
        return self._name_at(d, d.end) or self._name_before(d)

    def _after_name(self, d: Description) -> int:
        """Where to go on after a description and the name that belongs to it."""
        name = self.mentions.name_at.get(d.end)
        return name.end if name else d.end

    def _continued(self, d: Description) -> Description | None:
        """«ministro de Exteriores portugués *y presidente de turno de la UE*»."""
        if d.end + 1 >= len(self.doc) or self.doc[d.end].lower_ not in ("y", "e"):
            return None
        found = self.mentions.description_at.get(d.end + 1) or self.mentions.description_at.get(d.end + 2)
        return found if found and found.word.cls in PERSONS and not found.word.plural else None

    def _name_at(self, d: Description, place: int) -> str | None:
        if place < len(self.doc) and self.doc[place].text in (",", "(", "—", "-"):
            place += 1
        if place >= len(self.doc) or place not in self.mentions.name_at or self.doc[place].is_sent_start:
            return None
        found = self.at.get(place, ("",))[0]
        return found if found and self._is_like(d, found) else None

    def _apposed_names(self, d: Description) -> tuple[str, ...]:
        """«sus presidentes, Vladimir Putin y Joe Biden»: the people named after an office in the plural."""
        found: dict[str, None] = {}
        place = d.end + (d.end < len(self.doc) and self.doc[d.end].text == ",")
        while d.word.cls in PERSONS and place < len(self.doc) and not self.doc[place].is_sent_start:
            name = self.mentions.name_at.get(place)
            if name and self.at.get(place) and self.records[self.at[place][0]].type == "person":
                found[self.at[place][0]] = None
                place = name.end
            elif found and self.doc[place].text in (",", "y", "e"):
                place += 1
            else:
                break
        return tuple(found) if len(found) > 1 else ()

    def _name_before(self, d: Description) -> str | None:
        before = d.start - 1
        if before <= 0 or self.doc[before].text not in (",", "(", "—", "-") or d.determiner not in ("", "def"):
            return None
        found = self.at.get(before - 1, ("",))[0] if before - 1 in self.mentions.name_at else ""
        return found if found and self._is_like(d, found) else None

    def _is_like(self, d: Description, name: str) -> bool:
        kind = self.records[name].type
        return (kind == "person") == (d.word.cls in PERSONS) and kind not in ("place", "state")

    def _owner(self, d: Description) -> str | None:
        """Whose: a demonym, «de X», or a possessive."""
        for token in d.demonyms:
            return self.demonyms[token]
        if isinstance(d.body, Name):
            found = self.at.get(d.body.start)
            return found[0] if found else None
        if isinstance(d.body, Description):
            if d.body.word.cls == "ministry" and d.word.cls in PERSONS:
                return self._ministry(d.body)
            inner = self.at.get(d.body.noun) or self._described(d.body)
            return self._body_of(inner[0]) if inner else None
        if d.determiner == "poss" and d.word.cls != "peer":
            return self._recent(d.start, ("state", "organisation"))
        return None

    def _ministry(self, d: Description) -> str | None:
        """«portavoz del Ministerio francés de Exteriores»: here the ministry is a body of its own."""
        owner = self._owner(d)
        state = self.records[owner] if owner else None
        if state is None or " " not in d.title:
            return owner
        record = self._new(f"{d.title} de {state.label}", "organisation")
        record.country = state.country
        self.at[d.noun] = (record.id,)
        return record.id

    def _place(self, d: Description) -> tuple[str, ...]:
        """«la región de Rostov», «el municipio»."""
        if isinstance(d.body, Name):
            return self.at.get(d.body.start, ())
        recent = self._recent(d.start, ("place",)) if d.determiner in ("def", "dem") else None
        return (recent,) if recent else ()

    def _body_of(self, owner: str) -> str:
        """«el portavoz del presidente Putin» serves Russia."""
        record = self.records[owner]
        state = self.knowledge.state(record.country) if record.type == "person" and record.country else None
        return self._known(state.key, Link(0.8, f"of {record.label}")).id if state else owner

    # --- records

    def _known(self, key: str, link: Link) -> _Record:
        if key not in self._by_name:
            entry = self.knowledge.entry(key)
            record = self._add(entry.label, entry.type, entry.country)
            record.entry, record.link = entry, link
            self._by_name[key] = record.id
            self._by_name.setdefault(fold(entry.label), record.id)
        return self.records[self._by_name[key]]

    def _new(self, label: str, kind: ActorType, key: str | None = None) -> _Record:
        name = key or fold(label)
        if name not in self._by_name:
            self._by_name[name] = self._add(label, kind, None).id
        return self.records[self._by_name[name]]

    def _add(self, label: str, kind: ActorType, country: str | None) -> _Record:
        base = "-".join("".join(c if c.isalnum() else " " for c in fold(label)).split())[:60] or "actor"
        name, n = base, 2
        while name in self.records:
            name, n = f"{base}-{n}", n + 1
        self.records[name] = _Record(name, label, kind, country=country)
        return self.records[name]

    def _mention(self, record: _Record, start: int, end: int, kind: MentionKind) -> None:
        span = self.doc[start:end]
        record.mentions.append(Mention(Span(span.start_char, span.end_char, span.text), kind))

    def _span(self, d: Description) -> Span:
        start = d.noun if self.doc[d.start].lower_ in ("al", "del") else d.start
        span = self.doc[start:d.end]
        return Span(span.start_char, span.end_char, span.text)

    # --- what was mentioned before

    def _backwards(self, start: int) -> Iterator[str]:
        for i in range(start - 1, -1, -1):
            yield from self.at.get(i, ())

    def _recent(self, start: int, types: Iterable[ActorType]) -> str | None:
        wanted = frozenset(types)
        return next((name for name in self._backwards(start) if self.records[name].type in wanted), None)

    def _latest(self, start: int, among: set[str]) -> str | None:
        before = next((name for name in self._backwards(start) if name in among), None)
        return before or min(among, default=None)

    def _latest_two(self, start: int, types: Collection[ActorType]) -> tuple[str, ...]:
        people = dict.fromkeys(n for n in self._backwards(start) if self.records[n].type in types)
        return tuple(reversed(list(people)[:2]))


def _actor(record: _Record) -> Actor:
    entry = record.entry
    return Actor(
        id=record.id, label=record.label, type=record.type, mentions=tuple(record.mentions),
        label_en=entry.label_en if entry else None, key=entry.key if entry else None,
        wikidata=entry.wikidata if entry else None, country=record.country, link=record.link,
    )


def _surname(name: str) -> str:
    return fold(name).split()[-1]


def _morph(token: Token, name: str, default: str = "") -> str:
    return ",".join(token.morph.get(name, [])) or default


def _finite(verb: Token) -> bool:
    if _morph(verb, "VerbForm") == "Fin":
        return True
    return any(c.dep_ in ("aux", "cop") and _morph(c, "VerbForm") == "Fin" for c in verb.children)


def _impersonal(verb: Token) -> bool:
    return verb.lemma_ in ("haber", "tratar", "llover", "bastar") or any(
        c.dep_ in ("expl:impers", "expl:pass", "csubj", "nsubj") for c in verb.children)


def _governor(token: Token) -> Token | None:
    """The verb above."""
    head = token.head
    while head.i != head.head.i and head.pos_ not in ("VERB", "AUX"):
        head = head.head
    return head if head.pos_ in ("VERB", "AUX") and head.i != token.i else None
