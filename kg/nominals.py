"""Nouns that describe actors without naming them: «el secretario general», «el organismo», «los rebeldes».

The list is data: `ontology/lexicon/descriptions.tsv`. Forms are compared folded (case and accents do not count).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from kg.errors import OntologyError
from kg.resources import ontology_dir

__all__ = ["CLASSES", "PERSONS", "Nominals", "Noun", "NounClass", "bodies", "combining", "determiners", "fold",
           "folded", "load", "only_bodies", "words"]

NounClass = Literal[
    "office", "leader", "person", "kin", "peer", "source", "government", "country", "army", "troops", "ministry",
    "chamber", "body", "armed", "party", "media", "company", "member", "people", "collective", "side", "land", "place",
    "document",
]
CLASSES: frozenset[str] = frozenset(get_args(NounClass))
PERSONS: frozenset[str] = frozenset({"office", "leader", "person", "kin", "peer"})
"""Classes whose singular denotes one human being."""

Gender = Literal["m", "f"]
_HEADER = ("singular", "plural", "class", "note")


@dataclass(frozen=True, slots=True)
class Noun:
    """One form of a describing noun."""

    form: str
    """As listed, for example `secretaria general`."""
    cls: NounClass
    plural: bool
    gender: Gender | None
    """None when the form serves for both."""
    note: str = ""

    @property
    def words(self) -> int:
        """Number of words of the form."""
        return len(self.form.split())


class Nominals:
    """The describing nouns by folded form."""

    def __init__(self, nouns: Mapping[str, tuple[Noun, ...]]) -> None:
        self._nouns = nouns
        self.firsts: dict[str, int] = {}
        """First words of all forms, each with the words of its longest form."""
        for words in map(str.split, nouns):
            self.firsts[words[0]] = max(len(words), self.firsts.get(words[0], 0))

    def at(self, words: Sequence[str], start: int) -> tuple[Noun, ...]:
        """The nouns whose form stands at `words[start:]`, of the longest form only; `words` are folded."""
        longest = self.firsts.get(words[start])
        if longest is None:
            return ()
        for length in range(min(longest, len(words) - start), 0, -1):
            found = self._nouns.get(" ".join(words[start : start + length]))
            if found:
                return found
        return ()

    def singular_of(self, noun: Noun) -> Noun | None:
        """The singular that is listed beside a plural: «presidentes» → «presidente»."""
        stem = fold(noun.form)[:4]
        fits = (n for form, nouns in self._nouns.items() if form[:4] == stem for n in nouns)
        words = noun.words
        return next((n for n in fits if not n.plural and n.cls == noun.cls and n.words == words and n.note == noun.note), None)

    def of_class(self, *classes: str) -> frozenset[str]:
        """Folded forms of the given classes."""
        return frozenset(form for form, nouns in self._nouns.items() if any(n.cls in classes for n in nouns))


@cache
def fold(text: str) -> str:
    """Casefold and strip accents: the form in which words are compared.

    >>> fold("Líder")
    'lider'
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn")


@cache
def load() -> Nominals:
    """The list of the ontology folder; `OntologyError` names file and line of a broken row."""
    return Nominals(read(ontology_dir() / "lexicon" / "descriptions.tsv"))


def read(path: Path) -> dict[str, tuple[Noun, ...]]:
    """Nouns of a table by folded form, several where a form has several classes."""
    found: dict[str, tuple[Noun, ...]] = {}
    for where, row in rows(path, _HEADER):
        if row[2] not in CLASSES:
            raise OntologyError(f"unknown class «{row[2]}»", where=where, remedy=f"use one of {', '.join(sorted(CLASSES))}")
        for noun in _forms(row):
            key = fold(noun.form)
            if noun not in found.get(key, ()):
                found[key] = (*found.get(key, ()), noun)
    return found


@cache
def bodies() -> Mapping[str, str]:
    """Folded adjectives that stand for a body («aliado», «comunitario») → key of the body in the knowledge base."""
    return _keys("bodies")


@cache
def only_bodies() -> Mapping[str, str]:
    """Folded titles that one body alone has («pontífice») → key of the body in the knowledge base."""
    return _keys("only_bodies")


def _keys(name: str) -> Mapping[str, str]:
    table = rows(ontology_dir() / "lexicon" / f"{name}.tsv", ("forms", "key"))
    return {fold(form): row[1] for _, row in table for form in row[0].split("|")}


@cache
def combining() -> Mapping[str, str]:
    """Folded first parts of compound adjectives («hispano» in «hispano-francesa») → the demonym that they stand for."""
    table = rows(ontology_dir() / "lexicon" / "combining.tsv", ("form", "demonym"))
    return {fold(row[0]): row[1] for _, row in table}


@cache
def words(name: str) -> frozenset[str]:
    """The words of `ontology/lexicon/NAME.tsv`, one to a line: `impersonal`, `motion`, `connectors`…"""
    return frozenset(row[0] for _, row in rows(ontology_dir() / "lexicon" / f"{name}.tsv", ("lemma",)))


@cache
def folded(name: str) -> frozenset[str]:
    """The same words folded."""
    return frozenset(map(fold, words(name)))


@cache
def determiners() -> Mapping[str, str]:
    """Folded determiners → kind: `def`, `poss`, `our`, `dem`, `both`, `indef` or `all`."""
    return {fold(form): kind for _, (form, kind) in rows(ontology_dir() / "lexicon" / "determiners.tsv", ("form", "kind"))}


def _forms(row: Sequence[str]) -> Iterator[Noun]:
    for column, plural in ((row[0], False), (row[1], True)):
        forms = column.split("|") if column else []
        for form, gender in zip(forms, ("m", "f"), strict=False):
            yield Noun(form, row[2], plural, gender if len(forms) == 2 else None, row[3])  # type: ignore[arg-type]


def rows(path: Path, header: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The rows of a tab-separated table as (`file:line`, cells); lines that start with # are comments."""
    seen = False
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        where = f"{path}:{number}"
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not seen:
            seen = True
            if tuple(cells) != tuple(header):
                raise OntologyError("wrong header", where=where, remedy=f"write {' '.join(header)}, separated by tabs")
            continue
        if len(cells) > len(header):
            raise OntologyError("too many cells", where=where, remedy=f"{len(header)} cells separated by tabs")
        yield where, cells + [""] * (len(header) - len(cells))
