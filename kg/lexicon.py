"""The event lexicon: which Spanish verbs, nouns and phrases are events, of which class, and who does what to whom.

All of it is data, read from `ontology/lexicon/*.tsv` (its README documents the columns); this module only reads, checks
and indexes. A **frame** is one sense of a predicate. Frames of a lemma are ordered: more requirements come first, then
the order of the file; the first whose requirements are all met is the sense.

How to match a frame against a sentence
    Slots are named as in an active clause, whatever the voice: `subj` is the agent, also in «fue atacada *por* X»;
    `obj` is the direct object, also when it is the surface subject of a passive.

    ======================  ==========================================================================================
    `subj`                  subject; in a passive the agent with «por» / «por parte de»
    `obj`                   direct object, bare or with personal «a», or a clitic (lo, la, los, las, me, nos…)
    `iobj`                  «a X» beside or instead of a direct object, or a clitic le/les; parsers trained on AnCora
                            label it `obj`, `iobj` or `obl`: the preposition «a» or the form of the clitic decides
    `a con contra de …`     oblique or nominal complement with that preposition; compound ones are written with `_`
                            (`en_favor_de`, `por_parte_de`); on a noun also what a light verb carries
    `entre`                 «entre A y B»: as source slot, the first member is the source and the others are targets
    `que`                   finite clause (`ccomp`, `csubj`), with or without «que»; also direct and indirect questions
    `inf`, `ger`            infinitive, gerund complement; after a preposition too («por haber», «a retirar»)
    `quote`                 direct speech
    `se`                    reflexive or pronominal form («se reunió», «reunirse»)
    `poss`                  possessive determiner of a noun («su ofensiva»)
    `adj`                   demonym adjective of a noun («los ataques rusos»)
    `pred`                  predicate complement («declarar culpable», «calificó de»)
    ======================  ==========================================================================================

    Predicative adjectives («está *dispuesto* a negociar») stand among the nouns; their `subj` is the copula's subject.

    `source`, `target` and `topic` list slots in order of preference. The first slot that is filled *by an actor* wins;
    a phrase fills at most one of the three roles. `requires` are conditions on the sentence (`Requirement`). In frames
    of several words (`words`) a slot may hang from the head or from any of the words («lanzar un ataque *contra* X»).

    A frame of class `NO_EVENT` ends the search: the word is known, and no event in this sense. Its `content` still says
    what it makes of the clause or event noun that it embeds («decidió retirar»: future; «evitó un ataque»: negated).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, NamedTuple

from kg.errors import OntologyError
from kg.resources import ontology_dir

__all__ = [
    "CLASSES", "COLUMNS", "NO_EVENT", "PREPOSITIONS", "SIMILAR", "SLOTS", "Content", "Frame", "Kind", "Lexicon",
    "Requirement", "Slot", "load", "read", "third_persons",
]

Slot = str
Content = Literal["none", "claim", "denied", "desired", "future", "possible", "fact"]
Kind = Literal["actor", "person", "place"]

SIMILAR = 0.7
"""Least score of a similarity that may lend its class to an unknown verb: 0.88 of such guesses were right when each known
verb was left out in turn (`ontology/lexicon/README.md` has the measurement)."""

NO_EVENT = "NONE"
"""Class of a sense that is known not to be an event («tener en cuenta»): it ends the search for a sense."""

_MODES: Mapping[str, str] = {
    "AGREE": "", "CONSULT": "visit third-party multilateral phone", "SUPPORT": "", "CONCEDE": "", "COOPERATE": "",
    "AID": "", "RETREAT": "withdraw release disarm ceasefire access resign", "REQUEST": "assist change yield meet",
    "ACCUSE": "disapprove investigate allege", "REJECT": "assist change yield meet",
    "THREATEN": "restrict arrest relations expel territory violence",
    "PROTEST": "demo riot strike hunger boycott obstruct vandalize", "SANCTION": "convict expel withdraw discontinue",
    "MOBILIZE": "troops weapons police militia",
    "COERCE": "seize restrict arrest deport withhold cyber censor curfew misinformation martial-law",
    "ASSAULT": "abduct torture sexual destroy beat crowd-control firearms explosives targeted suicide-attack aerial"
               " drone heavy-weapons unconventional",
    "SAY": "", "DENY": "", NO_EVENT: "",
}
CLASSES: Mapping[str, frozenset[str]] = {name: frozenset(modes.split()) for name, modes in _MODES.items()}
"""Event classes with their modes (PLOVER 2 and the two speech classes), and `NO_EVENT`."""

PREPOSITIONS = frozenset((
    "a", "a_favor_de", "a_manos_de", "acerca_de", "ante", "bajo", "como", "con", "contra", "de", "de_parte_de",
    "del_lado_de", "desde", "durante", "en", "en_apoyo_de", "en_contra_de", "en_favor_de", "en_nombre_de",
    "en_torno_a", "entre", "frente_a", "hacia", "hasta", "junto_a", "mediante", "para", "por", "por_parte_de",
    "respecto_a", "sin", "sobre", "tras",
))
SLOTS = PREPOSITIONS | {"subj", "obj", "iobj", "que", "inf", "ger", "quote", "se", "poss", "adj", "pred"}
"""All names that a role or a requirement may use."""

_CONTENTS = frozenset(("none", "claim", "denied", "desired", "future", "possible", "fact"))
_IMPLIES = frozenset(("affirmed", "negated"))
_CONTROLS = frozenset(("none", "source", "target"))
_KINDS = frozenset(("actor", "person", "place"))
_EMPTY = "-"
_SHORTEST_STEM = 4  # shorter ones meet by chance («paro», «parar»)
_ACTIVE: tuple[Slot, ...] = ("subj",)
_PATIENT: tuple[Slot, ...] = ("obj", "iobj", "contra", "con")
_ABOUT: tuple[Slot, ...] = ("obj", "que", "inf", "de", "sobre")

_ROLES = ("class", "mode", "source", "target", "topic", "requires", "content", "implies", "control", "comment")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "verbs": ("lemma", *_ROLES),
    "nouns": ("lemma", *_ROLES),
    "multiword": ("head", "pos", "words", *_ROLES),
    "synonyms": ("lemma", "like", "score"),
    "derivation": ("noun", "verb", "score"),
}
"""Columns of each table; the first line of the file must name them."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition on the sentence: one of `slots` is filled (and how), or, when `absent`, none of them is."""

    slots: tuple[Slot, ...]
    """Alternatives: «enfrentarse *a/con/contra*»."""
    lemmas: frozenset[str] = frozenset()
    """Lemmas (lower case) one of which heads the filler; empty = any filler."""
    kind: Kind | None = None
    """The filler must denote an actor, a person, or be a place."""
    absent: bool = False

    def __str__(self) -> str:
        wanted = "|".join(sorted(self.lemmas))
        return "!" * self.absent + "/".join(self.slots) + (f":{wanted}" if wanted else "") + (
            f"={self.kind}" if self.kind else "")


@dataclass(frozen=True, slots=True)
class Frame:
    """One sense of a predicate: its class, where its participants stand, and the status of what it embeds."""

    lemma: str
    pos: Literal["verb", "noun"]
    words: tuple[str, ...]
    """Lemmas or lower-case forms that must all hang below the head, in the usual order; () for single words."""
    cls: str
    mode: str | None
    source: tuple[Slot, ...]
    target: tuple[Slot, ...]
    topic: tuple[Slot, ...]
    requires: tuple[Requirement, ...]
    content: Content
    """Status of the embedded clause or event noun: «afirma que» claim, «niega que» denied, «pide que» desired…"""
    implies: Literal["affirmed", "negated"]
    """«negated»: what it embeds does not happen («impedir», «evitar», «negarse a»)."""
    control: Literal["none", "source", "target"]
    """Who is the understood subject of an embedded infinitive."""
    origin: str
    """`file:line`."""

    @property
    def event(self) -> bool:
        """False for a sense that is known not to be an event."""
        return self.cls != NO_EVENT

    @property
    def says(self) -> bool:
        """Whether the verb can introduce somebody's words."""
        return self.pos == "verb" and self.content not in ("none", "possible") and ("quote" in self.topic or "que" in self.topic)


class Row(NamedTuple):
    """One line of a table: its cells by column, and where it stands."""

    cells: Mapping[str, str]
    origin: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All frames and closed word lists; lookups never fail, an unknown lemma has no frames."""

    verbs: Mapping[str, tuple[Frame, ...]]
    nouns: Mapping[str, tuple[Frame, ...]]
    phrases: Mapping[str, tuple[Frame, ...]]
    lists: Mapping[str, frozenset[str]]
    digest: str
    """SHA-256 (hex) of the files."""
    synonyms: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    """Verbs that have no frame of their own: the verb they are like, and how surely."""
    derivation: tuple[tuple[str, str, float], ...] = ()
    """Endings of a noun and of its verb («bombarde-o», «bombarde-ar»), and how often both have the same class."""
    speakers: frozenset[str] = field(init=False, repr=False, default=frozenset())
    """Verbs that may introduce somebody's words, alone or in a phrase."""

    _senses: Mapping[tuple[str, str], tuple[Frame, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        every = (*self.verbs.items(), *self.phrases.items())
        object.__setattr__(self, "speakers", frozenset(n for n, frames in every if any(f.says for f in frames)))
        senses: dict[tuple[str, str], tuple[Frame, ...]] = {}
        for table in (self.phrases, self.verbs, self.nouns):
            for lemma, frames in table.items():
                for frame in frames:
                    senses[lemma, frame.pos] = (*senses.get((lemma, frame.pos), ()), frame)
        object.__setattr__(self, "_senses", senses)

    def verb(self, lemma: str) -> tuple[Frame, ...]:
        """Frames of a verb (infinitive without «se»), most specific first."""
        return self.verbs.get(lemma, ())

    def noun(self, lemma: str) -> tuple[Frame, ...]:
        """Frames of a noun (singular), most specific first."""
        return self.nouns.get(lemma, ())

    def multiword(self, lemma: str) -> tuple[Frame, ...]:
        """Frames of several words with this head, verb or noun; those with more words first."""
        return self.phrases.get(lemma, ())

    def senses(self, lemma: str, pos: Literal["verb", "noun"]) -> tuple[Frame, ...]:
        """All frames of a predicate in the order in which they are tried: those of several words come first."""
        return self._senses.get((lemma, pos), ())

    def words(self, name: str) -> frozenset[str]:
        """The closed list `words/NAME.tsv`, lower case; KeyError names a list that does not exist."""
        return self.lists[name]

    def similar_verb(self, lemma: str) -> tuple[Frame, float] | None:
        """A frame for a verb that the lexicon lacks, by its event noun or by a synonym, with a score of at least `SIMILAR`.

        The score is the measured share of right guesses of that kind. None for known verbs, and when nothing is near.

        >>> frame, score = load().similar_verb("aprisionar")
        >>> frame.cls, frame.mode, score
        ('COERCE', 'arrest', 0.7)
        """
        if lemma in self.verbs:
            return None
        found = [*self._by_noun(lemma), *self._by_synonym(lemma)]
        return max(((f, s) for f, s in found if s >= SIMILAR), key=lambda pair: pair[1], default=None)

    def _by_noun(self, lemma: str) -> Iterator[tuple[Frame, float]]:
        for noun_ending, verb_ending, score in self.derivation:
            stem = lemma.removesuffix(verb_ending)
            if stem == lemma or len(stem) < _SHORTEST_STEM:
                continue
            for frame in self.noun(stem + noun_ending):
                if frame.event and not frame.requires:
                    yield replace(frame, lemma=lemma, pos="verb", source=_ACTIVE, target=_PATIENT, topic=_ABOUT), score

    def _by_synonym(self, lemma: str) -> Iterator[tuple[Frame, float]]:
        like, score = self.synonyms.get(lemma, ("", 0.0))
        for frame in self.verb(like):
            if frame.event and not frame.requires:
                yield replace(frame, lemma=lemma), score


@functools.cache
def third_persons() -> frozenset[str]:
    """Present and past forms of the third person of all verbs, by the regular endings and changes of the stem.

    >>> {"condena", "pide", "exigen", "rechazó"} <= third_persons()
    True
    """
    return frozenset(
        stem + ending for verb in load().verbs for stem in _stems(verb[:-2]) for ending in _THIRD.get(verb[-2:], ())
    )


_THIRD = {"ar": ("a", "an", "ó", "aron"), "er": ("e", "en", "ió", "ieron"), "ir": ("e", "en", "ió", "ieron")}
_CHANGES = (("e", "ie"), ("e", "i"), ("o", "ue"), ("u", "ue"))
"""Vowels that change under stress: «negar», niega; «pedir», pide; «mostrar», muestra."""


def _stems(stem: str) -> Iterator[str]:
    yield stem
    last = max((i for i, letter in enumerate(stem) if letter in "aeiou"), default=-1)
    for old, new in _CHANGES:
        if last >= 0 and stem[last] == old:
            yield stem[:last] + new + stem[last + 1 :]


# ---------------------------------------------------------------- reading


def read(folder: Path) -> Lexicon:
    """Read and check the lexicon in `folder`.

    Raises `OntologyError` naming file, line and remedy for anything that the columns do not allow.
    """
    files = sorted((*folder.glob("*.tsv"), *folder.glob("words/*.tsv")))
    lists = {path.stem: _word_list(path) for path in files if path.parent.name == "words"}
    verbs, nouns, phrases = (_index(_frames(folder / f"{name}.tsv", lists)) for name in ("verbs", "nouns", "multiword"))
    return Lexicon(
        verbs, nouns, phrases, lists, _digest(files),
        synonyms=dict(_synonyms(folder / "synonyms.tsv", verbs)),
        derivation=tuple(_derivation(folder / "derivation.tsv")),
    )


@functools.cache
def load() -> Lexicon:
    """The lexicon of the installed ontology, read once for each process."""
    return read(ontology_dir() / "lexicon")


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines without comments and blank ones."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise OntologyError("the table is missing", where=path.name, remedy="restore ontology/lexicon") from None
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _word_list(path: Path) -> frozenset[str]:
    words: dict[str, int] = {}
    for number, line in _lines(path):
        word = line.split("\t")[0].strip()
        if word != word.lower():
            raise OntologyError(f"«{word}» is not in lower case", where=f"words/{path.name}:{number}",
                                remedy="write it in lower case")
        if word in words:
            raise OntologyError(f"«{word}» stands twice (line {words[word]})", where=f"words/{path.name}:{number}",
                                remedy="remove one")
        words[word] = number
    return frozenset(words)


def _rows(path: Path) -> Iterator[Row]:
    columns = COLUMNS[path.stem]
    lines = _lines(path)
    number, header = next(lines, (1, ""))
    if tuple(header.split("\t")) != columns:
        raise OntologyError("the first line does not name the columns", where=f"{path.name}:{number}",
                            remedy="write, with tabs: " + " ".join(columns))
    for number, line in lines:
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise OntologyError(f"{len(cells)} columns instead of {len(columns)}", where=f"{path.name}:{number}",
                                remedy="separate with single tabs; write - for an empty cell: " + " ".join(columns))
        yield Row(dict(zip(columns, cells, strict=True)), f"{path.name}:{number}")


def _synonyms(path: Path, verbs: Mapping[str, tuple[Frame, ...]]) -> Iterator[tuple[str, tuple[str, float]]]:
    for row in _rows(path):
        lemma, like = row.cells["lemma"], row.cells["like"]
        if lemma in verbs:
            raise OntologyError(f"«{lemma}» has frames of its own", where=row.origin, remedy="remove the line")
        if like not in verbs:
            raise OntologyError(f"«{like}» is not in verbs.tsv", where=row.origin, remedy="name a verb that is")
        yield lemma, (like, _score(row))


def _derivation(path: Path) -> Iterator[tuple[str, str, float]]:
    for row in _rows(path):
        yield row.cells["noun"], row.cells["verb"], _score(row)


def _score(row: Row) -> float:
    try:
        score = float(row.cells["score"])
    except ValueError:
        score = -1.0
    if not 0.0 <= score <= 1.0:
        raise OntologyError(f"score «{row.cells['score']}» is not between 0 and 1", where=row.origin,
                            remedy="write the measured share of right guesses")
    return score


def _frames(path: Path, lists: Mapping[str, frozenset[str]]) -> Iterator[Frame]:
    seen: dict[tuple[object, ...], str] = {}
    for row in _rows(path):
        frame = _frame(row, path.stem, lists)
        key = (frame.lemma, frame.pos, frame.words, frozenset(frame.requires))
        if key in seen:
            raise OntologyError(f"«{frame.lemma}» has the same frame at {seen[key]}", where=row.origin,
                                remedy="merge the two lines, or tell them apart by `requires`")
        seen[key] = row.origin
        yield frame


def _frame(row: Row, table: str, lists: Mapping[str, frozenset[str]]) -> Frame:
    cls = _one_of(row, "class", CLASSES)
    return Frame(
        lemma=_lemma(row, table), pos=_pos(row, table), words=tuple(_cell(row, "words").split()),
        cls=cls, mode=_mode(row, cls),
        source=_slots(row, "source"), target=_slots(row, "target"), topic=_slots(row, "topic"),
        requires=tuple(_requirement(text, row, lists) for text in _cell(row, "requires").split()),
        content=_one_of(row, "content", _CONTENTS, "none"),  # type: ignore[arg-type]  # checked against the set
        implies=_one_of(row, "implies", _IMPLIES, "affirmed"),  # type: ignore[arg-type]
        control=_one_of(row, "control", _CONTROLS, "none"),  # type: ignore[arg-type]
        origin=row.origin,
    )


def _cell(row: Row, column: str) -> str:
    text = row.cells.get(column, _EMPTY)
    return "" if text == _EMPTY else text


def _one_of(row: Row, column: str, allowed: Iterable[str], default: str | None = None) -> str:
    text = _cell(row, column) or default
    if text is None or text not in allowed:
        raise OntologyError(f"unknown {column} «{text or _EMPTY}»", where=row.origin,
                            remedy="write one of " + ", ".join(sorted(allowed)))
    return text


def _mode(row: Row, cls: str) -> str | None:
    mode = _cell(row, "mode") or None
    if mode is not None and mode not in CLASSES[cls]:
        allowed = ", ".join(sorted(CLASSES[cls])) or "no mode at all"
        raise OntologyError(f"{cls} has no mode «{mode}»", where=row.origin, remedy=f"write - or {allowed}")
    return mode


def _lemma(row: Row, table: str) -> str:
    column = "head" if table == "multiword" else "lemma"
    lemma = row.cells[column]
    if not lemma or lemma != lemma.lower() or " " in lemma:
        raise OntologyError(f"«{lemma}» is not one lower-case lemma", where=row.origin,
                            remedy="phrases go into multiword.tsv")
    if _pos(row, table) == "verb" and not lemma.endswith(("ar", "er", "ir", "ír")):
        raise OntologyError(f"«{lemma}» is not an infinitive", where=row.origin,
                            remedy="write the infinitive, without «se» (put `se` into the column requires)")
    return lemma


def _pos(row: Row, table: str) -> Literal["verb", "noun"]:
    pos = row.cells.get("pos", "noun" if table == "nouns" else "verb")
    if pos not in ("verb", "noun"):
        raise OntologyError(f"unknown pos «{pos}»", where=row.origin, remedy="write verb or noun")
    return "noun" if pos == "noun" else "verb"


def _slots(row: Row, column: str) -> tuple[Slot, ...]:
    return _known(tuple(_cell(row, column).split()), row)


def _known(slots: tuple[Slot, ...], row: Row) -> tuple[Slot, ...]:
    if SLOTS.issuperset(slots):
        return slots
    unknown = next(slot for slot in slots if slot not in SLOTS)
    raise OntologyError(f"unknown slot «{unknown}»", where=row.origin,
                        remedy="use one of " + " ".join(sorted(SLOTS)))


def _requirement(text: str, row: Row, lists: Mapping[str, frozenset[str]]) -> Requirement:
    """Parse `con`, `!con`, `a/con`, `obj:tropa|soldado`, `obj:@troops`, `obj=actor`."""
    names, _, wanted = text.removeprefix("!").partition(":")
    names, _, kind = names.partition("=")
    slots = _known(tuple(names.split("/")), row)
    if kind and kind not in _KINDS:
        raise OntologyError(f"unknown kind «{kind}»", where=row.origin,
                            remedy="use one of " + ", ".join(sorted(_KINDS)))
    known: Kind | None = kind or None  # type: ignore[assignment]  # checked just above
    return Requirement(slots, _lemmas(wanted, row, lists), known, text.startswith("!"))


def _lemmas(wanted: str, row: Row, lists: Mapping[str, frozenset[str]]) -> frozenset[str]:
    lemmas: set[str] = set()
    for part in filter(None, wanted.split("|")):
        if part.startswith("@") and part[1:] not in lists:
            raise OntologyError(f"unknown word list «{part}»", where=row.origin,
                                remedy=f"create words/{part[1:]}.tsv or use one of " + ", ".join(sorted(lists)))
        lemmas |= lists[part[1:]] if part.startswith("@") else {part}
    return frozenset(lemmas)


def _index(frames: Iterable[Frame]) -> Mapping[str, tuple[Frame, ...]]:
    """Frames by lemma, more words first, then more requirements, then the order of the file."""
    groups: dict[str, list[Frame]] = {}
    for frame in frames:
        groups.setdefault(frame.lemma, []).append(frame)
    return {lemma: tuple(sorted(group, key=_generality)) for lemma, group in groups.items()}


def _generality(frame: Frame) -> tuple[int, int]:
    return -len(frame.words), -len(frame.requires)
