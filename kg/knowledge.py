"""What is known of actors: names, metonyms, demonyms, dated offices and memberships, looked up by surface form and
date.

The source is `ontology/actors/*.ttl`; `kg.ontology` compiles it once into an index of plain tables, which is kept in
the
cache folder under the digest of the files. Every lookup is a dictionary access: its time does not grow with the
number of
actors. Dates are ISO strings of stated precision (`2000`, `2000-05`, `2000-05-23`); a partial date stands for all its
days.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from kg.model import ActorType
from kg.names import (
    ARTICLES,
    TWO_SURNAMES,
    fold,
    least_word,
    likeness,
    neighbours,
    sound,
    without_article,
    word_likeness,
)

__all__ = ["Entry", "How", "Knowledge", "Sense", "Tenure", "load"]

How = Literal["name", "alias", "acronym", "metonym", "demonym", "surname", "capital"]
"""How a surface form denotes an actor; `surname` = a bare surname that newspapers use of this person alone."""

@dataclass(frozen=True, slots=True)
class Entry:
    """An actor of the knowledge base."""

    key: str
    """QID where known, else a slug such as `person/dmitri-peskov`."""
    type: ActorType
    label: str
    """The form that a Spanish newspaper uses first."""
    label_en: str | None = None
    wikidata: str | None = None
    country: str | None = None
    """ISO 3166 alpha-3 (or `X-…` for entities without a code) of the state it is or belongs to."""
    kind: str | None = None
    """What sort of body: `un_organ`, `court`, `alliance`, `ministry`, `newspaper`…; of states `state`, `historical`…"""
    part_of: str | None = None
    """Key of the body or state it belongs to."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a surface form can denote."""

    key: str
    how: How
    note: str | None = None
    """For metonyms their sort (`seat_of_power`, `ministry_seat`, `periphrasis`…) and what makes them ambiguous; for
    other
    forms `ambiguous` where the form has an everyday or a second meaning."""
    start: str | None = None
    end: str | None = None
    """When the form denotes the actor (capitals and metonyms only)."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person's spell in an office."""

    person: str
    office: str
    """Spanish title without its body: «secretario general»."""
    role: str
    """`head_of_state`, `head_of_government`, `foreign_minister`, `defence_minister`, `head_of_organisation`,
    `spokesperson`…: the concepts of `ontology/actors-schema.ttl`."""
    of: str
    start: str | None
    end: str | None
    """None = still in office, as far as `seen` vouches."""
    seen: str | None = None
    """Of an open spell: the last day on which its source still had it; None when it is known to be current."""

    def on(self, date: str) -> bool:
        """Whether the spell covers some day of `date` with certainty.

        >>> spell = Tenure("Q57665", "secretario general", "head_of_organisation", "Q7184", "2014-10-01", "2024-10-01")
        >>> spell.on("2022-10"), spell.on("2011")
        (True, False)
        """
        return overlaps(self.start, self.end or self.seen, date)

    def perhaps_on(self, date: str) -> bool:
        """The same, but a spell whose end its source does not know counts as going on."""
        return overlaps(self.start, self.end, date)


def overlaps(start: str | None, end: str | None, date: str) -> bool:
    """Whether the interval and `date` share a day; None is open.

    >>> overlaps("1998", "2004", "2004-06-01"), overlaps("1998-09-11", None, "1998"), overlaps(None, "1999-12", "2000")
    (True, True, False)
    """
    first, last = date + "-00-00"[len(date) - 4:] if len(date) < 10 else date, date + "-99-99"[len(date) - 4:]
    return (start is None or start <= last) and (end is None or first <= end + "-99-99"[len(end) - 4:])


class Knowledge:
    """The compiled index; make it with `load`."""

    def __init__(self, index: Mapping[str, Any], digest: str) -> None:
        self.digest = digest
        """Of the Turtle files, of the table of titles and of the code that makes the index."""
        self._entries: Mapping[str, Sequence[Any]] = index["entries"]
        self._forms: Mapping[str, Sequence[Sequence[Any]]] = index["forms"]
        self._surnames: Mapping[str, Sequence[str]] = index["surnames"]
        self._sounds: Mapping[str, Sequence[str]] = index["sounds"]
        self._tenures: Sequence[Sequence[Any]] = index["tenures"]
        self._by_person: Mapping[str, Sequence[int]] = index["by_person"]
        self._by_body: Mapping[str, Sequence[int]] = index["by_body"]
        self._members: Mapping[str, Sequence[Sequence[Any]]] = index["members"]
        self._states: Mapping[str, str] = index["states"]
        self._demonyms: Mapping[str, Sequence[str]] = index["demonyms"]
        self._known: dict[str, Entry] = {}
        self._spells: dict[int, Tenure] = {}
        self._offices: dict[str, Mapping[str | None, Sequence[Tenure]]] = {}
        self._asked: dict[tuple[str, str | None], tuple[Sense, ...]] = {}
        self._groups: dict[str, Mapping[tuple[str, int, int], list[tuple[int, str]]]] = {}
        self._nationals: dict[str, str | None] = {}
        self._prominence: Mapping[str, int] = index["prominence"]

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def entry(self, key: str) -> Entry:
        """The actor with this key; KeyError when there is none."""
        known = self._known.get(key)
        if known is None:
            kind, label, label_en, wikidata, country, sort, part_of = self._entries[key]
            known = self._known[key] = Entry(key, kind, label, label_en, wikidata, country, sort, part_of)
        return known

    def senses(self, surface: str, on: str | None = None) -> tuple[Sense, ...]:
        """What `surface` can denote, the most prominent first; `()` when it is unknown.

        Exact after folding (case, accents, dots, hyphens) and without a leading article. A form that is always written
        with a capital («Paz», «ONU») does not match a surface without one. Given a date, capitals and metonyms that did
        not denote the actor then are left out: «Belgrado» is Yugoslavia in 2000, Serbia in 2022.
        """
        known = self._asked.get((surface, on))
        if known is None:
            if len(self._asked) > _REMEMBERED:
                self._asked.clear()
            known = self._asked[surface, on] = self._senses(surface, on)
        return known

    def _senses(self, surface: str, on: str | None) -> tuple[Sense, ...]:
        folded = fold(surface)
        rows = self._forms.get(folded) or self._forms.get(without_article(folded), ())
        lower = surface == surface.lower()
        found = (Sense(*row[:5]) for row in rows if not (lower and row[5]))
        return tuple(s for s in found if on is None or overlaps(s.start, s.end, on))

    @functools.cached_property
    def first_words(self) -> frozenset[str]:
        """Folded first words of all forms: where none stands, no name begins. An article may go before it."""
        return frozenset(form.partition(" ")[0] for form in self._forms) | ARTICLES

    @functools.cached_property
    def first_words_small(self) -> frozenset[str]:
        """The same of armed groups, whose names may begin small («los hutíes», «el grupo Wagner»)."""
        armed = (form for form, rows in self._forms.items() for row in rows
                 if row[1] in ("name", "alias") and self._entries[row[0]][0] == "armed_group")
        return frozenset(form.partition(" ")[0] for form in armed)

    def nationality(self, surface: str) -> str | None:
        """Key of the state that `surface` is a demonym of: «rusos»."""
        if surface not in self._nationals:
            if len(self._nationals) > _REMEMBERED:
                self._nationals.clear()
            self._nationals[surface] = next((s.key for s in self.senses(surface) if s.how == "demonym"), None)
        return self._nationals[surface]

    def surname(self, surname: str) -> tuple[str, ...]:
        """Keys of the people whose surname (or one of them) this is, the most prominent first."""
        return tuple(self._surnames.get(fold(surname), ()))

    def demonyms(self, key: str) -> tuple[str, ...]:
        """The adjectives of a state in all forms, as written: «ruso», «rusa», «rusos», «rusas»."""
        return tuple(self._demonyms.get(key, ()))

    def prominence(self, key: str) -> int:
        """A rough measure of how often news speak of the actor (offices held, names attested); for breaking ties
        only."""
        return self._prominence.get(key, 0)

    def tenures(self, *, person: str | None = None, of: str | None = None, role: str | None = None,
                on: str | None = None, uncertain: bool = False) -> tuple[Tenure, ...]:
        """Spells in office, the latest first; `person` or `of` must be given.

        With `on`, those that cover some day of it. Spells whose source stops before `on` without an end are left out
        unless `uncertain`.
        """
        if person is None and of is None:
            raise TypeError("tenures() needs person= or of=")
        found: Iterable[Tenure]
        if person is None:
            by_role = self._spells_of(of or "")
            found = by_role.get(role, ())
        else:
            spells = map(self._spell, self._by_person.get(person, ()))
            found = (t for t in spells if (role is None or t.role == role) and (of is None or t.of == of))
        return tuple(found) if on is None else tuple([t for t in found if t.on(on) or (uncertain and t.perhaps_on(on))])

    def _spell(self, number: int) -> Tenure:
        known = self._spells.get(number)
        if known is None:
            known = self._spells[number] = Tenure(*self._tenures[number])
        return known

    def _spells_of(self, body: str) -> Mapping[str | None, Sequence[Tenure]]:
        """All spells at a body, under None, and those of each role."""
        if body not in self._offices:
            offices: dict[str | None, list[Tenure]] = {}
            for spell in map(self._spell, self._by_body.get(body, ())):
                offices.setdefault(None, []).append(spell)
                offices.setdefault(spell.role, []).append(spell)
            self._offices[body] = offices
        return self._offices[body]

    def holders(self, title: str, of: str, on: str | None = None) -> tuple[Tenure, ...]:
        """Who held the office that `title` means at the body `of` on a date, likeliest first: «el presidente ruso».

        The roles of the title are tried in order (`kg.titles`) and the first that anybody held decides; where no
        spell is
        certain, one whose end is not known may serve (`Tenure.on` tells). Among several holders of one role those come
        first whose title has more words of `title`: «portavoz de Exteriores», «portavoz del Kremlin».
        """
        words = set(fold(title).split())
        for uncertain in (False, True):
            for role in self.roles(title, of):
                found = self.tenures(of=of, role=role, on=on, uncertain=uncertain)
                if found:
                    return tuple(sorted(found, key=lambda t: _unlike(words, t.office)))
        return ()

    def roles(self, title: str, of: str | None = None) -> tuple[str, ...]:
        """The roles that a title can mean at a body (or anywhere), likeliest first; see `kg.titles.Titles.roles`."""
        from kg import titles

        body = self.entry(of) if of is not None and of in self else None
        return titles.load().roles(title, body.type if body else None, body.country if body else None)

    def role(self, title: str, of: str | None = None) -> str | None:
        """The likeliest of `roles`."""
        return next(iter(self.roles(title, of)), None)

    def members(self, key: str, on: str | None = None) -> tuple[str, ...]:
        """Keys of the members of a body (on a date, or ever), sorted."""
        rows = self._members.get(key, ())
        return tuple(dict.fromkeys(m for m, start, end in rows if on is None or overlaps(start, end, on)))

    def state(self, iso3: str) -> Entry | None:
        """The state with this alpha-3 code."""
        key = self._states.get(iso3)
        return self.entry(key) if key else None

    def similar(self, surface: str, types: Collection[ActorType] = get_args(ActorType),
                limit: int = 5) -> tuple[tuple[Sense, float], ...]:
        """Actors with a name like `surface`: misspelt or transliterated in another way; scores from 0 to 1, best first.

        Candidates share the consonant skeleton of their last word (failing that, the first) with `surface` up to one
        letter; all words are then compared (`likeness`), given names too: never one Ivanov for another. Below about
        0.85 the words differ in a letter that matters («Saja Kallas»): take it only if something else supports it.
        """
        folded = without_article(fold(surface))
        words = folded.split()
        found: dict[str, tuple[Sense, float]] = {}
        for word in dict.fromkeys(words[-1:] + words[:1]):
            for form in self._candidates(word, words):
                self._rate(folded, form, types, found)
            if found:
                break
        if not found and len(words) > 2 and "person" in types:
            self._second_surname(" ".join(words[:-1]), found)
        ranked = sorted(found.values(), key=lambda f: (-f[1], -self.prominence(f[0].key), f[0].key))
        return tuple(ranked[:limit])

    def _rate(self, folded: str, form: str, types: Collection[ActorType], found: dict[str, tuple[Sense, float]]) -> None:
        """Keep the actors that `form` denotes in `found`, if it is like enough and the best so far."""
        score = likeness(folded, form, LIKE)
        if score < LIKE:
            return
        for row in self._forms[form]:
            sense = Sense(*row[:5])
            known = found.get(sense.key)
            if self._entries[sense.key][0] in types and (known is None or known[1] < score):
                found[sense.key] = (sense, score)

    def _second_surname(self, shorter: str, found: dict[str, tuple[Sense, float]]) -> None:
        """People of states where everybody has two surnames, known by a name with one: «Josep Borrell Fontelles»."""
        for row in self._forms.get(shorter, ()):
            entry = self._entries[row[0]]
            if entry[0] == "person" and entry[4] in TWO_SURNAMES and row[1] in ("name", "alias"):
                found.setdefault(row[0], (Sense(*row[:5]), 0.9))

    def _candidates(self, word: str, words: Sequence[str]) -> Iterable[str]:
        """Forms with the skeleton of `word`, up to one letter, whose first word may be that of a form like `words`.

        Many forms share a first word, which is compared once for all of them.
        """
        found: dict[str, None] = {}
        least, size = least_word(LIKE, len(words)), len(" ".join(words))
        for skeleton in dict.fromkeys(neighbours(sound(word))):
            near: list[tuple[int, str]] = []
            for (first, count, length), forms in self._grouped(skeleton).items():
                if word_likeness(words[0], first) >= least if count == len(words) else abs(length - size) <= 2:
                    near += forms
            found |= dict.fromkeys(form for _, form in sorted(near))
        return found

    def _grouped(self, skeleton: str) -> Mapping[tuple[str, int, int], list[tuple[int, str]]]:
        """Numbered forms with a skeleton by their first word, number of words and, where it is needed, length."""
        if skeleton not in self._groups:
            groups: dict[tuple[str, int, int], list[tuple[int, str]]] = {}
            for number, form in enumerate(self._sounds.get(skeleton, ())):
                words = form.split()
                groups.setdefault((words[0], len(words), len(form)), []).append((number, form))
            self._groups[skeleton] = groups
        return self._groups[skeleton]


def _unlike(words: set[str], office: str) -> tuple[int, int]:
    """Order of an office for a title of these words: shared ones first, then few others."""
    others = set(fold(office).split())
    return -len(words & others), len(others - words)


_REMEMBERED = 50_000
"""Answers of `senses` that are kept."""
LIKE = 0.8
"""Least likeness of a candidate."""


@functools.cache
def load() -> Knowledge:
    """The knowledge base of the ontology folder; compiled when its files have changed, read once for each process.

    Raises:
        OntologyError: a file under `ontology/actors/` is broken.
    """
    from kg import ontology, titles

    index, digest = ontology.actor_index()
    return Knowledge(index, hashlib.sha256(digest.encode() + titles.FILE.read_bytes()).hexdigest())
