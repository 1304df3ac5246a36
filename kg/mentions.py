"""What in an article may denote an actor: names, and descriptions such as «el viceministro yugoslavo de Exteriores».

Names come from the knowledge base (longest match over capitalised words), from named-entity recognition and from
chains of proper nouns; descriptions from the list in `kg.nominals`. Who is meant is decided in `kg.actors`.
"""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from kg import nominals
from kg.lexicon import third_persons
from kg.names import CONTRACTIONS
from kg.names import fold as fold_name
from kg.nominals import Noun, fold
from kg.tokens import Text, Token

if TYPE_CHECKING:
    from kg.knowledge import Knowledge, Sense

__all__ = ["Description", "Mentions", "Name", "find_mentions"]

_LONGEST_NAME = 10  # tokens
_LONGEST_SMALL = 3  # tokens of a name written small


@dataclass(slots=True)
class Name:
    """A proper name; token offsets, half open."""

    start: int
    end: int
    head: int
    text: str
    senses: tuple[Sense, ...]
    label: Literal["PER", "ORG", "LOC", "MISC", ""]
    expands: int | None = None
    """Index in `Mentions.names` of the name that this acronym in brackets abbreviates."""
    dateline: bool = False
    portfolio: bool = False
    """Part of an office («ministro de *Asuntos Exteriores*»), no actor."""


@dataclass(slots=True)
class Description:
    """A nominal phrase with a describing noun; token offsets, half open."""

    start: int
    end: int
    noun: int
    word: Noun
    senses: tuple[Noun, ...]
    """All readings of the noun, `word` first."""
    determiner: str
    title: str
    """The words of the office or noun as written, without demonyms and body: «ministro de Exteriores»."""
    demonyms: tuple[int, ...] = ()
    body: Name | Description | None = None
    former: bool = False
    coordinated: int | None = None
    """Noun of the description that this one continues: «ministro de Exteriores y presidente de turno»."""
    modified: bool = False
    """Has an adjective or complement of its own beyond demonyms and body."""


@dataclass(slots=True)
class Mentions:
    """Everything found in one document, in order of appearance."""

    doc: Text
    names: list[Name]
    descriptions: list[Description]
    demonyms: dict[int, str]
    """Token of an adjective or noun such as «rusos» → key of its state."""
    pairs: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Token that names two actors («OTAN-Rusia», «hispano-francesa») → their keys."""
    name_at: dict[int, Name] = field(default_factory=dict)
    """Every token of a name."""
    description_at: dict[int, Description] = field(default_factory=dict)
    """Token of the describing noun."""


def find_mentions(doc: Text, knowledge: Knowledge) -> Mentions:
    """Names, descriptions and demonyms of a parsed article."""
    return _Finder(doc, knowledge).find()


class _Finder:
    """The state of one search: folded words, and which tokens are taken."""

    def __init__(self, doc: Text, knowledge: Knowledge) -> None:
        self.doc = doc
        self.knowledge = knowledge
        self.tokens, self.text = doc, doc.text
        self.words = [t.folded for t in doc]
        self.capital = [t.capital for t in doc]
        self.nouns = nominals.load()

    def find(self) -> Mentions:
        pairs = self._pairs()
        names = [n for n in self._all_names() if n.start not in pairs or n.end - n.start > 1]
        name_at = {i: n for n in names for i in range(n.start, n.end)}
        free = {i: keys for i, keys in pairs.items() if i not in name_at}
        mentions = Mentions(self.doc, names, [], self._demonyms(name_at), free, name_at)
        reader = _DescriptionReader(self, mentions)
        reader.read_all()
        return mentions

    # ------------------------------------------------------------ names

    def _all_names(self) -> list[Name]:
        recognised = [
            self._without_noun(*part) for span in self._recognised() for part in self._portfolio_apart(*span)
            if not (self._describes(*part[:2]) or self._two_names(*part[:2]))
        ]
        spans = self._merge(list(self._known()), recognised)
        names = [self._name(start, end, label) for start, end, label in spans]
        _acronyms(self.doc, names)
        _dateline(self.doc, names)
        return names

    def _portfolio_apart(self, start: int, end: int, label: str) -> list[tuple[int, int, str]]:
        """«ministros de *Defensa de la Alianza*»: a portfolio and a known body that the recogniser took for one name."""
        office = self.nouns.at(self.words, start - 2) if start > 1 and self.words[start - 1] in _OF else ()
        if office and _has_portfolios(office[0]):
            for i in range(start + 1, end - 1):
                body = next((j for j in range(i + 1, min(i + 3, end)) if self.capital[j]), end)
                if self.words[i] in _OF and body < end and self.knowledge.senses(self._text(body, end)):
                    return [(start, i, label), (body, end, "ORG")]
        return [(start, end, label)]

    def _two_names(self, start: int, end: int) -> bool:
        """«Biden para Gaza»: two known names that the recogniser took for one."""
        joints = [i for i in range(start + 1, end - 1) if self.words[i] in _BETWEEN]
        return bool(joints) and not self.knowledge.senses(self._text(start, end)) and any(
            self.knowledge.senses(self._text(start, i)) and self.knowledge.senses(self._text(i + 1, end)) for i in joints
        )

    def _describes(self, start: int, end: int) -> bool:
        """«el Gobierno», «el Congreso» alone: a description with a capital, not a name."""
        found = self.nouns.at(self.words, start)
        if not found or found[0].words == end - start:
            return bool(found)
        after = self.words[start + found[0].words]
        return found[0].cls in nominals.PERSONS and after in _OF  # «Representante de la Política»

    def _without_noun(self, start: int, end: int, label: str) -> tuple[int, int, str]:
        """«Gobierno de Colombia» is a description of Colombia, not a name."""
        found = self.nouns.at(self.words, start)
        rest = self._trim(start + found[0].words, end) if found and found[0].cls in _STATE_NOUNS else (end, end)
        return (*rest, "LOC") if rest[0] < rest[1] else (start, end, label)

    def _name(self, start: int, end: int, label: str) -> Name:
        text = self._text(start, end)
        senses = tuple([s for s in self.knowledge.senses(text) if s.how != "demonym"])
        return Name(start, end, _head(self.doc, start, end), text, senses, label)  # type: ignore[arg-type]

    def _text(self, start: int, end: int) -> str:
        """The words as written, with single spaces."""
        last = self.tokens[end - 1]
        if end - start == 1 and not last.is_space:
            return last.text
        return " ".join(self.text[self.tokens[start].idx : last.idx + len(last.text)].split())

    def _known(self) -> Iterator[tuple[int, int]]:
        """Longest matches in the knowledge base, left to right."""
        determiners, taken = nominals.determiners(), 0
        small, first_words = self.knowledge.first_words_small, self.knowledge.first_words
        for i, capital in enumerate(self.capital):
            if i < taken or not (capital or (i and determiners.get(self.words[i - 1]) == "def")):
                continue
            first = fold_name(self.tokens[i].text).partition(" ")[0]
            if first and first not in (first_words if capital else small):
                continue
            end = self._longest(i) if capital else self._small(i)
            if end:
                yield i, end
                taken = end

    def _longest(self, start: int) -> int | None:
        for end in range(self._reach(start), start, -1):
            if not (self.capital[end - 1] or self.tokens[end - 1].is_digit or self.words[end - 1].startswith("ex-")):
                continue
            senses = [s for s in self.knowledge.senses(self._text(start, end)) if s.how != "demonym"]
            if senses and (end - start > 1 or self._plausible(self.tokens[start], senses)):
                return end
        return None

    def _small(self, start: int) -> int | None:
        """«los *hutíes*», «los *rebeldes hutíes*»: armed groups whose names are written small, behind their article."""
        for end in range(min(start + _LONGEST_SMALL, len(self.doc)), start, -1):
            if end - start > 1 or self.words[start] not in self.nouns.firsts:
                senses = (s for s in self.knowledge.senses(self._text(start, end)) if s.how in ("name", "alias"))
                if any(s.note != "ambiguous" and self.knowledge.entry(s.key).type == "armed_group" for s in senses):
                    return end
        return None

    def _reach(self, start: int) -> int:
        """Where a name that starts here must end at the latest."""
        end, connectors = start + 1, nominals.folded("connectors")
        while end < len(self.doc) and end - start < _LONGEST_NAME:
            token = self.tokens[end]
            linking = self.words[end] in connectors or self.words[end].startswith("ex-") or token.text in {"-", "–"}
            joined = linking or self.capital[end] or token.is_digit
            if not joined or token.is_sent_start:
                break
            end += 1
        return end

    def _plausible(self, token: Token, senses: Sequence[Sense]) -> bool:
        """A word alone at the start of a sentence is a name only when it can hardly be a common word."""
        if not _starts(token) or token.ent_type_ or token.pos_ == "PROPN" or not token.is_title:
            return True
        return token.pos_ in {"NOUN", "ADJ"} and any(s.how in {"name", "acronym", "metonym"} for s in senses)

    def _recognised(self) -> Iterator[tuple[int, int, str]]:
        """Named entities, then chains of proper nouns outside them."""
        taken: set[int] = set()
        for first, last, label in self.doc.entities:
            start, end = self._trim(first, last)
            if start < end and any(self.capital[start:end]):
                taken.update(range(start, end))
                yield start, end, label
        yield from self._chains(taken)

    def _chains(self, taken: set[int]) -> Iterator[tuple[int, int, str]]:
        for first, last in self._runs(taken):
            start, end = self._trim(first, last)
            alone = end - start == 1 and _starts(self.tokens[start]) and not self._names(start, end)
            if start < end and not alone:  # «Mueren cinco soldados»: a capital for the start only
                yield start, end, ""

    def _runs(self, taken: set[int]) -> Iterator[tuple[int, int]]:
        """Stretches of proper nouns within a sentence that are not `taken`."""
        start = end = -1
        proper = [t for t in self.tokens if t.pos_ == "PROPN" and t.capital and len(t.text) > 1 and t.i not in taken]
        for token in proper:
            if token.i != end or token.is_sent_start:
                if start >= 0:
                    yield start, end
                start = token.i
            end = token.i + 1
        if start >= 0:
            yield start, end

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        """Leave out articles, punctuation and title words at the edges: «el Presidente Fox» → «Fox»."""
        while start < end and (not self.capital[start] or self._title(start, end) or self.words[start] in _ARTICLES):
            start += 1
        if start < end and self._verb_first(start, end):
            start += 1  # «Murió Hugo Chávez», «Piden Obama y Merkel…»
        end = self._before_verb(start, end)
        while start < end and (self.tokens[end - 1].is_punct or self.tokens[end - 1].is_space):
            end -= 1
        return start, end

    def _before_verb(self, start: int, end: int) -> int:
        """«Ereván de bombardear Ganyá»: a name ends before a verb written small."""
        verb = next((t.i for t in self.tokens[start:end] if t.pos_ == "VERB" and t.text.islower()), end)
        if verb == end or self.knowledge.senses(self._text(start, end)):
            return end
        return max((i + 1 for i in range(start, verb) if self.capital[i]), default=start)

    def _verb_first(self, start: int, end: int) -> bool:
        """Whether a sentence begins here with a verb that only its place gives a capital."""
        token = self.tokens[start]
        if end - start > 2 and token.is_sent_start and self._whole(start + 1, end):
            return True
        if not token.is_title or not _starts(token) or self.knowledge.senses(self._text(start, end)):
            return False
        if token.pos_ == "VERB" and "Fin" in token.morph.get("VerbForm", []):
            return True
        return end - start > 1 and token.lower_ in third_persons() and self._names(start + 1, end)

    def _names(self, start: int, end: int) -> bool:
        """Whether these words are a name or a surname that the knowledge base has."""
        text = self._text(start, end)
        return any(s.how != "demonym" for s in self.knowledge.senses(text)) or bool(self.knowledge.surname(text))

    def _whole(self, start: int, end: int) -> bool:
        """Whether these words are a full name of the knowledge base, and the word before them is no part of it."""
        names = self.knowledge.senses(self._text(start, end))
        return any(s.how == "name" for s in names) and not self.knowledge.senses(self._text(start - 1, end))

    def _title(self, start: int, end: int) -> bool:
        if end - start < 2 or self.tokens[start].ent_type_ not in {"PER", ""}:
            return False
        return any(n.cls in nominals.PERSONS and not n.plural for n in self.nouns.at(self.words, start)[:1])

    def _merge(self, known: list[tuple[int, int]], recognised: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
        """A longer recognised name wins over a known part of it, otherwise the known name; no overlaps."""
        spans = [(s, e, "", True) for s, e in known] + [(s, e, label, False) for s, e, label in recognised]
        taken: set[int] = set()
        kept: list[tuple[int, int, str]] = []
        for start, end, label, _ in sorted(spans, key=lambda span: (span[0] - span[1], not span[3], span[0])):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                kept.append((start, end, label or self._entity_label(start, end)))
        return sorted(kept)

    def _entity_label(self, start: int, end: int) -> str:
        return next((t.ent_type_ for t in self.tokens[start:end] if t.ent_type_), "")

    def _pairs(self) -> dict[int, tuple[str, str]]:
        """Two actors in one word, both known: «OTAN-Rusia», «hispano-francesa», «ruso-ucraniano»."""
        found: dict[int, tuple[str, str]] = {}
        for token in self.tokens:
            if "-" not in token.text and "–" not in token.text:
                continue
            one, _, other = token.text.replace("–", "-").partition("-")
            if one and other and "-" not in other:
                known = self._half(one), self._half(other)
                if known[0] and known[1] and known[0] != known[1]:
                    found[token.i] = (known[0], known[1])
        return found

    def _half(self, part: str) -> str:
        """Key of the state or body that one half of a compound names, "" for other words."""
        wanted = ("name", "alias", "acronym") if part[:1].isupper() else ("demonym",)
        senses = self.knowledge.senses(part if wanted[0] == "name" else nominals.combining().get(fold(part), part))
        keys = (s.key for s in senses if s.how in wanted)
        return next((k for k in keys if self.knowledge.entry(k).type in ("state", "organisation")), "")

    def _demonyms(self, name_at: dict[int, Name]) -> dict[int, str]:
        found = {}
        for token in self.tokens:
            key = self.knowledge.nationality(token.text) if token.pos_ in _NOMINAL and len(token.text) > 3 else None
            if key and token.i not in name_at and not token.is_upper:
                found[token.i] = key
        return found


_BETWEEN = frozenset({"para", "con", "y", "e", "en"})
_NOMINAL = frozenset({"ADJ", "NOUN", "PROPN"})
_STATE_NOUNS = frozenset({"government", "troops", "country"})
_ARTICLES = frozenset({"el", "la", "los", "las", "un", "una", "su", "este", "esta"})


class _DescriptionReader:
    """Reads descriptions left to right: determiner, title, demonyms, body."""

    def __init__(self, finder: _Finder, mentions: Mentions) -> None:
        self.doc = finder.doc
        self.tokens, self.capital = finder.tokens, finder.capital
        self.words = finder.words
        self.nouns = finder.nouns
        self.mentions = mentions

    def read_all(self) -> None:
        firsts, taken = self.nouns.firsts, 0
        for i, word in enumerate(self.words):
            if i >= taken and (word in firsts or word in _ELLIPTIC):
                described = self.read(i) if word in firsts else self._elliptic(i)
                taken = self._keep(described) if described else i + 1

    def _keep(self, described: Description) -> int:
        """Store a description and those inside it; where to go on: inside the complement, which may hold others."""
        node: Name | Description | None = described
        while isinstance(node, Description):
            insort(self.mentions.descriptions, node, key=attrgetter("start"))
            self.mentions.description_at[node.noun] = node
            node = node.body
        return max(described.end, described.noun + 1)

    def _elliptic(self, i: int) -> Description | None:
        """«El presidente francés, Jacques Chirac, y *el del Gobierno español*, José María Aznar»."""
        before = self.mentions.descriptions[-1] if self.mentions.descriptions else None
        if before is None or before.word.cls != "office" or before.word.plural:
            return None
        after = self.words[i + 1] if i + 1 < len(self.doc) else ""
        feminine = before.word.gender == "f"
        if after not in _DE or (self.words[i] == "la") != feminine or not self._continues(before, i):
            return None
        described = Description(i, i + 1, i, before.word, (before.word,), "def", "")
        self._complements(described)
        described.title = f"{before.word.form}{described.title[len(self.tokens[i].text):]}"
        return described

    def _continues(self, before: Description, i: int) -> bool:
        """Whether nothing but names and commas stands between a description and «y el de…»."""
        between = range(before.end, i)
        return self.words[i - 1] in ("y", "e") and all(
            j in self.mentions.name_at or self.tokens[j].is_punct or j == i - 1 for j in between)

    def read(self, i: int) -> Description | None:
        """The description whose noun stands at token `i`."""
        senses = self.nouns.at(self.words, i) if self._may_describe(i) else ()
        if not senses:
            return None
        word = self._sense(senses, i)
        described = Description(i, i + word.words, i, word, senses, "", "")
        self._determiner(described)
        self._complements(described)
        return described

    def _may_describe(self, i: int) -> bool:
        token = self.tokens[i]
        return i not in self.mentions.name_at and token.pos_ not in {"VERB", "AUX", "ADP", "ADV", "PUNCT", "SPACE"}

    def _sense(self, senses: tuple[Noun, ...], i: int) -> Noun:
        """Several classes: a place when «de» and a name follow, otherwise the first of another class."""
        after = i + senses[0].words
        place = next((n for n in senses if n.cls == "place"), None)
        if place and after + 1 < len(self.doc) and self.words[after] in {"de", "del"} and after + 1 in self.mentions.name_at:
            return place
        return next((n for n in senses if n.cls != "place"), senses[0])

    def _determiner(self, d: Description) -> None:
        i, two = d.start - 1, False
        former, between, determiners = nominals.folded("former"), nominals.folded("before_nouns"), nominals.determiners()
        while i >= 0 and (self.words[i] in between or self.words[i] in former):
            two = two or self.words[i] == "dos"
            d.former = d.former or self.words[i] in former
            d.modified = d.modified or self.words[i] not in former
            i -= 1
        if i >= 0 and self.words[i] in determiners:
            d.determiner = determiners[self.words[i]]
            first = i if self.words[i] not in CONTRACTIONS else i + 1
            d.start = first
            d.determiner = self._quantified(d, i, two)
        else:
            d.start = i + 1
        d.former = d.former or d.word.note == "former"

    def _quantified(self, d: Description, article: int, two: bool) -> str:
        """«los dos países» as «ambos países», «todas las partes»."""
        if d.determiner == "def" and two:
            return "both"
        if d.determiner == "def" and article and nominals.determiners().get(self.words[article - 1]) == "all":
            d.start = article - 1
            return "all"
        return d.determiner

    def _complements(self, d: Description) -> None:
        title = list(range(d.noun, d.end))
        demonyms: list[int] = []
        j = d.end
        while j < len(self.doc) and not self.tokens[j].is_sent_start:
            if not demonyms and (j in self.mentions.demonyms or self._stands_for_body(j, d)):
                demonyms.append(j)
                j += 1
            elif self._plain_adjective(j, d):
                title.append(j)
                d.modified = True
                j += 1
            elif self._complement(j, d):
                end = self._of(d, j, title)
                if not end:
                    break
                j = end
            else:
                break
        d.end = j
        d.demonyms = tuple(demonyms)
        d.title = " ".join(self.tokens[k].text for k in title)

    def _stands_for_body(self, j: int, d: Description) -> bool:
        """«aliado» in «el jefe aliado»: noted beside the demonyms."""
        key = nominals.bodies().get(self.words[j]) if d.word.cls in nominals.PERSONS | {"source"} else None
        if key:
            self.mentions.demonyms[j] = key
        return key is not None

    def _plain_adjective(self, j: int, d: Description) -> bool:
        return self.tokens[j].pos_ == "ADJ" and self.tokens[j].text.islower() and j not in self.mentions.name_at

    def _complement(self, j: int, d: Description) -> bool:
        """«de»; after an office «en», «para», «ante» too: «delegado del Gobierno en Cantabria»; «leales *a* Gadafi»."""
        if self.words[j] in {"a", "al"} and self.tokens[j - 1].lower_ in nominals.words("loyal"):
            return j + 1 < len(self.doc)
        return self.words[j] in (_OF if d.word.cls in {"office", "government"} else _DE) and j + 1 < len(self.doc)

    def _of(self, d: Description, j: int, title: list[int]) -> int | None:
        """Read «de …» at token `j`: a body, a portfolio, or words of the title; where to go on, None to stop."""
        k = j + 1
        while k < len(self.doc) and self.words[k] in _ARTICLES:
            k += 1
        if k >= len(self.doc) or self.tokens[k].is_sent_start:
            return None
        name = self.mentions.name_at.get(k)
        if name and d.body is not None:
            return self._mission(d, j, name, title)
        if name and not self._portfolio(d, name):
            return self._body(d, name)
        if name:
            name.portfolio = True
            title.extend(range(j, name.end))
            return self._more_portfolio(name.end, title)
        if self.capital[k] and d.word.cls == "office" and self._subject_matter(k):
            return self._capitals(j, k, title)
        inner = self.read(k)
        if inner and d.word.cls != "place":
            return self._nested(d, inner, j, title)
        if d.word.cls in {"office", "leader"} and self.tokens[k].pos_ in {"NOUN", "PROPN"}:
            title.extend(range(j, k + 1))
            return k + 1
        return None

    def _mission(self, d: Description, j: int, name: Name, title: list[int]) -> int | None:
        """«el enviado especial de la ONU *para Siria*»."""
        if self.words[j] != "para" or d.word.cls != "office":
            return None
        title.extend(range(j, name.end))
        return name.end

    def _subject_matter(self, k: int) -> bool:
        """«de la Política Exterior»: capitals that do not describe a body."""
        return all(noun.cls == "person" for noun in self.nouns.at(self.words, k))

    def _body(self, d: Description, body: Name | Description) -> int | None:
        if d.body is not None:
            return None
        d.body = body
        return body.end

    def _nested(self, d: Description, inner: Description, j: int, title: list[int]) -> int | None:
        if inner.word.cls in {"country", "government"} and self.words[j] == "de" and inner.noun == j + 1:
            title.extend(range(j, inner.noun + inner.word.words))  # «secretario de Estado», «Departamento de Estado»
            return inner.noun + inner.word.words
        if inner.word.cls == "government" and d.word.cls in {"office", "leader"}:
            title.extend(range(j, inner.noun + inner.word.words))  # «presidente del Gobierno», «jefe del Ejecutivo»
        if d.word.cls in {"office", "leader"} and inner.word.cls == "collective" and not (inner.body or inner.demonyms):
            title.extend(range(j, inner.end))  # «líder de la oposición»
            return inner.end
        if inner.word.cls in nominals.PERSONS and inner.word.plural and self.capital[d.noun]:
            title.extend(range(j, inner.noun + inner.word.words))  # «Consejo de ministros»
            return inner.noun + inner.word.words
        if inner.word.cls in nominals.PERSONS and d.word.cls not in nominals.PERSONS | {"government", "people", "member"}:
            return None
        return self._body(d, inner)

    def _portfolio(self, d: Description, name: Name) -> bool:
        """«ministro de Defensa»: an unknown name after an office that has portfolios."""
        if name.senses or d.word.cls != "office" or d.body is not None:
            return False
        return _has_portfolios(d.word)

    def _capitals(self, j: int, k: int, title: list[int]) -> int:
        while k < len(self.doc) and k not in self.mentions.name_at and (self.capital[k] or self._joins(k)):
            k += 1
        title.extend(range(j, k))
        return k

    def _more_portfolio(self, k: int, title: list[int]) -> int:
        return self._capitals(k, k, title) if self._joins(k) else k

    def _joins(self, k: int) -> bool:
        following = k + 1 < len(self.doc) and self.capital[k + 1] and k + 1 not in self.mentions.name_at
        return k < len(self.doc) and self.words[k] in {"y", "e", "de"} and following


_ELLIPTIC = frozenset({"el", "la"})
_DE = frozenset({"de", "del"})
_OF = frozenset({"de", "del", "para", "ante", "en"})


def _has_portfolios(office: Noun) -> bool:
    """«ministro», «secretario de Estado»: what follows with «de» may be what the office is for."""
    return fold(office.form).split()[-1] in nominals.folded("portfolios")


def _starts(token: Token) -> bool:
    """First word of a sentence, or after an opening quote at its start."""
    i = token.i
    while not token.doc[i].is_sent_start and i > 0 and token.doc[i - 1].is_punct:
        i -= 1
    return bool(token.doc[i].is_sent_start) or i == 0 or (i > 0 and token.doc[i - 1].text in {".", ":", "»"})


def _head(doc: Text, start: int, end: int) -> int:
    root = doc.root(start, end).i
    return root if start <= root < end else start


def _acronyms(doc: Text, names: list[Name]) -> None:
    """Tie «(OEA)» to the name before the bracket."""
    for n in range(1, len(names)):
        before, here = names[n - 1], names[n]
        bracketed = here.start == before.end + 1 and doc[before.end].text == "(" and here.end < len(doc)
        if bracketed and doc[here.start].is_upper and here.end - here.start == 1 and doc[here.end].text in {")", ",", ";"}:
            here.expands = n - 1


_DATELINE = re.compile(
    r"\s*[A-ZÁÉÍÓÚÑ][^.\n]{1,60}?\d{1,2}\.?\s+(?:de\s+)?[a-zA-Z]{3,10}\.?[^.\n]{0,12}\([A-Za-zÁÉÍÓÚÑ/ .]{2,20}\)\s*\.?\s*[-–—]"
)


def _dateline(doc: Text, names: list[Name]) -> None:
    """Mark the place and agency of «Bruselas, 8 jun (EFE).-»."""
    found = _DATELINE.match(doc.text)
    if found:
        for name in names:
            name.dateline = doc[name.start].idx < found.end()
