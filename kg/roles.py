"""Second opinion on subjects and objects: the relations of a predicate's nominal arguments, looked at again after the parse.

The parser decides word by word, in passing, and takes most of its core arguments to the right predicate, but every seventh
of them with a wrong relation: «existe consenso» has a subject, «el trono que dejó Lewis» an object, «contar con él» an
object in AnCora. This component looks at the finished clause: preposition, agreement, «se», which arguments
there are besides, and what the verb, the preposition and the noun prefer in parsed text (`Preferences`). A linear model (maximum
entropy; Berger, Della Pietra & Della Pietra 1996) learnt from gold trees weighs these; the parser is overruled only where
the model holds another relation for `MARGIN` times as likely. Of several such words of a clause the surest one is changed and
the others are looked at again (iterated conditional modes; Besag 1986), as the roles of a clause depend on each other.
Heads stay as they are, and no predicate gets a second subject. `kg.training.roles` trains it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import srsly
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, ORTH, POS
from spacy.language import Language
from spacy.morphology import Morphology  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.parts_of_speech import NAMES as POS_NAMES  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.tokens import Doc

from kg.names import ARTICLES, CONTRACTIONS

__all__ = ["MARGIN", "ROLES", "Preferences", "Roles", "Weights", "arguments"]

ROLES = ("nsubj", "obj", "iobj", "obl", "expl:pass", "expl:pv", "expl:impers")
MARGIN = 3.0  # how many times as likely another relation must be; picked on the development part of the syntax
_SURE = math.log(MARGIN)
_REMEMBERED = 100_000  # words whose description is kept
_CLITICS = frozenset({"me", "te", "se", "nos", "os", "le", "les", "lo", "la", "los", "las"})
_RELATIVES = frozenset({"que", "quien", "quienes", "cual", "cuales"})
_INDEFINITE = frozenset({"un", "una", "unos", "unas"})
_DOUBTFUL = frozenset({"-", "a", "por"})  # cases that adjuncts, objects and agents share
_CLAUSES = frozenset({"ccomp", "xcomp", "csubj"})
_NOTED = frozenset({"case", "det", "nummod", "conj", "aux", "cop", *_CLAUSES, *ROLES})


@dataclass(frozen=True)
class Preferences:
    """What words prefer in much parsed text, as short codes; `kg.training.roles` says what each character means."""

    verbs: dict[str, str]
    """Lemma → its subjects, objects, «se» and adjuncts."""
    cases: dict[str, str]
    """Lemma of a verb and a preposition («contar con») → whether it is a complement."""
    nouns: dict[str, str]
    """Lemma → as adjunct, as subject or object."""


@dataclass(frozen=True)
class Weights:
    """What each feature says for each of `ROLES`."""

    rows: dict[str, int]
    """Feature → its row in `table`; row 0 says nothing."""
    table: NDArray[np.float32]
    """Shape (features + 1, roles); logarithms of odds."""

    @classmethod
    def of(cls, weights: dict[str, list[float]]) -> Self:
        """The weights of each feature, in the order of `ROLES`."""
        table = np.array([[0.0] * len(ROLES), *weights.values()], dtype=np.float16)
        return cls({name: n for n, name in enumerate(weights, 1)}, table.astype(np.float32))

    def scores(self, items: list[list[str]]) -> NDArray[np.float32]:
        """Logarithm of the likelihood of each role, up to a constant; shape (items, roles)."""
        get, rows, starts = self.rows.get, list[int](), list[int]()
        for features in items:
            starts.append(len(rows))
            rows.append(0)
            rows += [row for row in map(get, features) if row]
        scores: NDArray[np.float32] = np.add.reduceat(self.table[rows], starts)
        return scores


_NO_VERB, _NO_CASE, _NO_NOUN = "????", "???", "??"


# ---------------------------------------------------------------- what is seen


class _Word(NamedTuple):
    """What a word tells by itself."""

    form: str
    lemma: str
    pos: str
    number: str
    person: str
    verb_form: str
    verb: str
    """Preferences as a verb, …"""
    noun: str
    """… and as a noun."""


class _Argument(NamedTuple):
    """A nominal under a predicate."""

    at: int
    word: _Word
    role: str
    """Its relation in the parse, which the other arguments see; its own features do not."""
    case: str
    """Its preposition; `-` for none."""
    determiner: str
    number: str
    """«S», «P» or `-`; of several joined nominals «P»."""
    before: str
    """Form of the word before it."""
    after: str


class _Predicate(NamedTuple):
    """A predicate with its nominal arguments."""

    at: int
    word: _Word
    finite: _Word
    """The word that agrees with the subject: the predicate or its auxiliary."""
    relation: str
    """Its own relation to its head, …"""
    antecedent: _Word | None
    """… and that head where it is a clause about it."""
    reflexive: str
    passive: str
    around: str
    """Kinds of clauses, copulas and clitics that hang on it."""
    arguments: list[_Argument]


class _Sentence:
    """The words of a text with their heads and relations."""

    def __init__(self, words: list[_Word], heads: list[int], relations: list[str]) -> None:
        self.words, self.heads, self.relations = words, heads, relations
        self.children: dict[int, list[int]] = {}
        for i, relation in enumerate(relations):
            if relation in _NOTED:
                self.children.setdefault(heads[i], []).append(i)

    def predicates(self) -> Iterator[_Predicate]:
        """Everything that has nominal arguments, in the order of the text."""
        for head in sorted(self.children):
            found = [i for i in self.children[head] if self.relations[i] in ROLES]
            if found:
                yield self._predicate(head, found)

    def _predicate(self, head: int, found: list[int]) -> _Predicate:
        words, relations = self.words, self.relations
        word = finite = words[head]
        around, passive, reflexive = set[str](), "-", "-"
        for i in self.children[head]:
            relation, child = relations[i], words[i]
            if relation in ("aux", "cop"):
                finite = child if finite is word and child.verb_form == "Fin" else finite
                passive = "passive" if relation == "aux" and child.lemma == "ser" else passive
            if relation in _CLAUSES or relation == "cop":
                around.add(relation)
            elif child.form == "se":
                reflexive = "se"
            elif child.form in _CLITICS and child.pos == "PRON" and relation in ROLES:
                around.add(child.form)
        about = words[self.heads[head]] if relations[head] == "acl" else None
        shown = "|".join(sorted(around))
        return _Predicate(head, word, finite, relations[head], about, reflexive, passive, shown, list(map(self._argument, found)))

    def _argument(self, i: int) -> _Argument:
        case, determiner, several, first = "-", "-", False, i
        for child in self.children.get(i, ()):
            relation, word = self.relations[child], self.words[child]
            first = min(first, child)
            if relation == "case" and case == "-":
                case = word.lemma if child < i else "behind"
            elif relation == "det" and determiner == "-":
                determiner = "the" if word.form in ARTICLES else "a" if word.form in _INDEFINITE else "other"
            elif relation == "nummod" and determiner == "-":
                determiner = "number"
            several = several or relation == "conj"
        before = self.words[first - 1].form if first else "<"
        after = self.words[i + 1].form if i + 1 < len(self.words) else ">"
        word = self.words[i]
        return _Argument(i, word, self.relations[i], case, determiner, "P" if several else word.number, before, after)


# ---------------------------------------------------------------- features


def _features(predicate: _Predicate, argument: _Argument, preferences: Preferences) -> list[str]:
    """Features of one argument of a predicate."""
    p, a, v, w = predicate, argument, predicate.word, argument.word
    side = ">" if a.at > p.at else "<"
    bare = a.case == "-"
    where = side + "bare" if bare else side
    agrees = _agreement(a.number, p.finite.number)
    wanted = preferences.cases.get(f"{v.lemma} {a.case}", _NO_CASE)
    form = v.verb_form if p.finite is v else v.verb_form + "+"
    mates = [b.at for b in p.arguments if b.case == "-" and (b.at > p.at) is (a.at > p.at)]
    order = f"{mates.index(a.at)}/{len(mates)}" if bare else str(len(mates))
    distance = abs(a.at - p.at)
    near = str(distance if distance < 4 else 4 if distance < 7 else 7 if distance < 12 else 12)
    subject, objects, reflexive, adjunct = tuple(v.verb)
    others = "|".join(sorted(b.role + (">" if b.at > p.at else "<") for b in p.arguments if b is not a and _counts(b)))
    found = [
        f"case={a.case}", f"key={w.pos}{side}{a.case}", f"form,case={form}{a.case}",
        f"verb={v.lemma}", f"verb,case={v.lemma} {a.case}", f"verb,where={v.lemma}{where}",
        f"verb,se={v.lemma} {p.reflexive} {a.case}", f"agrees={agrees}{side}{a.case}",
        f"agrees,pos={agrees}{side}{w.pos}{p.reflexive}", f"se={p.reflexive}{p.passive}{side}{a.case}",
        f"person={p.finite.person}{where}{form}", f"det={a.determiner}{side}{a.case}",
        f"det,V={a.determiner}{where}{subject}", f"near={near}{where}", f"order={order}{where}",
        f"w,case={w.form} {a.case}", f"n={w.lemma}", f"n,case={w.lemma}{side}{a.case}", f"V0={subject}{where}{p.reflexive}",
        f"V1={objects}{where}", f"V2={reflexive}{p.reflexive}{where}", f"V3={adjunct}{where}", f"P={wanted}{a.case}{w.pos}",
        f"P0={wanted[0]}", f"P1={wanted[1:]}{a.case}", f"N0={w.noun[0]}{where}", f"N1={w.noun[1]}{where}",
        f"N,V={w.noun}{subject}{where}", f"after={a.after}{where}", f"of={p.relation}{where}",
        f"around={p.around}{side}{a.case}", f"around,V={p.around}{side}{a.case}{subject}",
        f"others={others}", f"others,where={others}{where}",
    ]  # fmt: skip
    if w.form in _RELATIVES:
        found += _relative(p, a, len([b for b in p.arguments if b.case == "-" and b.at > p.at]))
    elif w.form in _CLITICS:
        found += [f"clitic,V={w.form}{objects}", f"clitic,verb={w.form} {v.lemma}"]
    return found


def _relative(p: _Predicate, a: _Argument, behind: int) -> list[str]:
    """Features of a relative pronoun: what it stands for, and whether something else may be the subject."""
    about, bare = p.antecedent, a.case == "-"
    agrees = _agreement(about.number if about else "-", p.finite.number)
    noun = about.noun if about else _NO_NOUN
    return [
        f"rel={agrees}{a.case}{behind}{p.reflexive}{p.passive}", f"rel,V={p.word.verb[:2]}{agrees}{bare}{behind > 0}",
        f"rel,N={noun}{p.word.verb[0]}{bare}{behind > 0}", f"rel,before={a.before}{a.case}{p.word.verb[1]}",
        f"rel,person={p.finite.person}{agrees}{a.case}{p.finite.number}", f"rel,verb={p.word.lemma}{a.case}",
    ]  # fmt: skip


def _counts(argument: _Argument) -> bool:
    """Whether it tells something of the roles of the others: adjuncts with a preposition do not."""
    return argument.case == "-" or argument.role != "obl"


def _agreement(one: str, other: str) -> str:
    return "?" if "-" in (one, other) else "=" if one == other else "≠"


def arguments(roles: Roles, doc: Doc) -> Iterator[tuple[int, list[str]]]:
    """Index and features of every nominal argument of a parsed `doc` with lemmas, predicate by predicate."""
    for predicate in roles.see(doc).predicates():
        for argument in predicate.arguments:
            yield argument.at, roles.features(predicate, argument)


def _changes(
    predicate: _Predicate, asked: list[_Argument], scores: NDArray[np.float32]
) -> Iterator[tuple[float, int, str]]:
    """How sure a change is (logarithm of odds), which word it is of, and the new role."""
    taken = any(argument.role == "nsubj" for argument in predicate.arguments)
    for argument, row in zip(asked, scores.tolist(), strict=True):
        best = max(row)
        role = ROLES[row.index(best)]
        sure = best - row[ROLES.index(argument.role)]
        if sure > _SURE and not (taken and role == "nsubj"):
            yield sure, argument.at, role


# ---------------------------------------------------------------- component


class Roles:
    """Pipeline component that corrects the relations `ROLES` of a parsed `Doc` with lemmas."""

    def __init__(self, preferences: Preferences | None = None, weights: Weights | None = None) -> None:
        self.set(preferences or Preferences({}, {}, {}), weights or Weights.of({}))

    def set(self, preferences: Preferences, weights: Weights) -> None:
        """Use these preferences and weights; without weights the parse stays as it is."""
        self.preferences, self.weights = preferences, weights
        self._known: dict[tuple[int, ...], _Word] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set the relations of `doc` anew where the model is sure enough."""
        asked, items = list[tuple[_Predicate, list[_Argument]]](), list[list[str]]()
        for predicate in self.see(doc).predicates() if self.weights.rows else ():
            doubtful = [argument for argument in predicate.arguments if not self.plain(predicate, argument)]
            if doubtful:
                asked.append((predicate, doubtful))
                items += [self.features(predicate, argument) for argument in doubtful]
        if items:
            self._apply(doc, asked, self.weights.scores(items))
        return doc

    def _apply(self, doc: Doc, asked: list[tuple[_Predicate, list[_Argument]]], scores: NDArray[np.float32]) -> None:
        """Set what the `scores` of the arguments `asked` about change."""
        wanted = np.array(ROLES, dtype=object)[scores.argmax(axis=1)].tolist()
        end = 0
        for predicate, doubtful in asked:
            start, end = end, end + len(doubtful)
            if wanted[start:end] != [argument.role for argument in doubtful]:
                for argument in self._settled(predicate, doubtful, scores[start:end]).arguments:
                    doc[argument.at].dep_ = argument.role

    def features(self, predicate: _Predicate, argument: _Argument) -> list[str]:
        """Features of an argument of `predicate`."""
        return _features(predicate, argument, self.preferences)

    def plain(self, predicate: _Predicate, argument: _Argument) -> bool:
        """Whether an argument is beyond doubt: an adjunct by its preposition, a bare noun by its place and agreement.

        To leave these out saves time and costs nothing.
        """
        if argument.role == "obl":
            known = self.preferences.cases.get(f"{predicate.word.lemma} {argument.case}", _NO_CASE)
            return argument.case not in _DOUBTFUL and known[0] in "0?"
        if argument.case != "-" or argument.word.pos not in ("NOUN", "PROPN"):
            return False
        agrees = _agreement(argument.number, predicate.finite.number)
        if argument.at < predicate.at:
            return argument.role == "nsubj" and agrees != "≠"
        return argument.role == "obj" and agrees != "=" and argument.word.pos == "NOUN"

    def _settled(self, predicate: _Predicate, asked: list[_Argument], scores: NDArray[np.float32]) -> _Predicate:
        """`predicate` with new roles: the surest change first, the others in its light."""
        for _ in predicate.arguments:
            change = max(_changes(predicate, asked, scores), default=None)
            if change is None:
                break
            _, at, role = change
            found = [argument._replace(role=role) if argument.at == at else argument for argument in predicate.arguments]
            predicate = predicate._replace(arguments=found)
            if len(asked) == 1:
                break
            asked = [argument for argument in found if not self.plain(predicate, argument)]
            scores = self.weights.scores([self.features(predicate, argument) for argument in asked])
        return predicate

    def see(self, doc: Doc) -> _Sentence:
        """The words of `doc`, remembered, with heads and relations."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        columns = doc.to_array([ORTH, LEMMA, POS, MORPH, HEAD, DEP]).T
        known, keys = self._known, list(zip(*columns[:4].tolist(), strict=True))
        for key in set(keys):
            if key not in known:
                known[key] = self._look(doc, *key)
        heads = (columns[4].astype(np.int64) + np.arange(len(doc))).tolist()
        relations: list[int] = columns[5].tolist()
        names = {relation: doc.vocab.strings[relation] for relation in set(relations)}
        return _Sentence([known[key] for key in keys], heads, [names[relation] for relation in relations])

    def _look(self, doc: Doc, orth: int, lemma: int, pos: int, morph: int) -> _Word:
        strings = doc.vocab.strings
        form, base = strings[orth].lower(), strings[lemma].lower()
        feats = Morphology.feats_to_dict(strings[morph])
        tag: str = POS_NAMES[pos]
        base = CONTRACTIONS.get(form, form) if tag == "ADP" else base
        return _Word(
            form, base, tag, feats.get("Number", "-")[0], feats.get("Person", "-"), feats.get("VerbForm", tag),
            self.preferences.verbs.get(base, _NO_VERB), self.preferences.nouns.get(base, _NO_NOUN),
        )  # fmt: skip

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write the weights and the preferences to the folder `path`."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / "roles.msg").write_bytes(self.to_bytes())

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> Roles:
        """Read what `to_disk` wrote."""
        return self.from_bytes((Path(path) / "roles.msg").read_bytes())

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """Weights and preferences as bytes; half precision changes no role."""
        table = self.weights.table[1:].astype("<f2").tobytes()
        return bytes(srsly.msgpack_dumps([list(self.weights.rows), table, vars(self.preferences)]))

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> Roles:
        """What `to_bytes` made."""
        names, table, preferences = srsly.msgpack_loads(data)
        rows = np.frombuffer(table, dtype="<f2").reshape(-1, len(ROLES))
        self.set(Preferences(**preferences), Weights.of(dict(zip(names, rows.tolist(), strict=True))))
        return self


@Language.factory("kg_roles", assigns=["token.dep"], requires=["token.dep", "token.head", "token.pos", "token.lemma"])
def _create(nlp: Language, name: str) -> Roles:
    return Roles()
