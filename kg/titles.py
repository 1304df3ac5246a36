"""What office a Spanish title means: «ministro de Asuntos Exteriores», «canciller», «jefe del Pentágono» → role.

The table is data: `ontology/lexicon/offices.tsv`. A role is a concept of `ontology/actors-schema.ttl`, such as
`foreign_minister`; which role a title has can depend on the state («canciller») and on the sort of body («presidente»).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import OntologyError
from kg.names import fold
from kg.resources import ontology_dir

__all__ = ["Row", "Titles", "load"]

FILE = ontology_dir() / "lexicon" / "offices.tsv"
HEADER = ("singular", "plural", "tails", "of", "where", "roles")
BODIES = frozenset(["state", "organisation", "armed_group", "party", "media", "company", "place", "person", "*"])
REMEMBERED = 10_000
"""Titles whose roles are kept: articles use few."""
FORMER = re.compile(r"^(ex(?=[a-z])|ex |antiguo |antigua |anterior |entonces )")
"""Prefixes of folded titles; «ex» may be written together."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    heads: tuple[str, ...]
    """All forms of the head, folded."""
    tails: tuple[str, ...]
    """Folded; `""` = the bare head, `*` = anything."""
    of: frozenset[str]
    where: frozenset[str]
    roles: tuple[str, ...]
    origin: str
    """`file:line`."""

    def fits(self, body: str | None, country: str | None) -> bool:
        """Whether the row speaks of such a body in such a state (None = not known)."""
        return (body is None or "*" in self.of or body in self.of) and (not self.where or country in self.where)


class Titles:
    """The table by head."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._heads: dict[str, list[Row]] = {}
        for row in rows:
            for head in row.heads:
                self._heads.setdefault(head, []).append(row)
        self._known: dict[tuple[str, str | None, str | None], tuple[str, ...]] = {}
        self._longest = max(len(head.split()) for head in self._heads)

    @property
    def heads(self) -> Mapping[str, Sequence[Row]]:
        """Every folded head («ministra», «secretarios generales») with its rows."""
        return self._heads

    def roles(self, title: str, body: str | None = None, country: str | None = None) -> tuple[str, ...]:
        """The roles that `title` can mean, the likeliest first; `()` when its head is not in the table.

        `title` is the head with what follows it; «ex-» and the name of the body may be there or not. `body` is the type
        of the actor it belongs to (`kg.model.ActorType`), `country` its alpha-3 code.

        >>> load().roles("ministra de Exteriores", "state", "FRA")
        ('foreign_minister',)
        >>> load().roles("canciller", "state", "DEU"), load().roles("canciller", "state", "COL")
        (('head_of_government',), ('foreign_minister',))
        >>> load().roles("secretario general de la OTAN", "organisation")
        ('head_of_organisation',)
        """
        asked = title, body, country
        if asked not in self._known:
            if len(self._known) > REMEMBERED:
                self._known.clear()
            ranked = sorted(self._matches(without_prefix(fold(title)), body, country), key=lambda m: m[0])
            self._known[asked] = ranked[0][1].roles if ranked else ()
        return self._known[asked]

    def _matches(self, folded: str, body: str | None, country: str | None) -> Iterator[tuple[tuple[int, ...], Row]]:
        words = folded.split()
        for size in range(min(self._longest, len(words)), 0, -1):
            rest = " ".join(words[size:])
            for n, row in enumerate(self._heads.get(" ".join(words[:size]), ())):
                if row.fits(body, country):
                    for tail in row.tails:
                        quality = tail_quality(rest, tail)
                        if quality is not None:
                            yield (quality, -len(tail), -size, not row.where, n), row


def tail_quality(rest: str, tail: str) -> int | None:
    """How well what follows the head agrees with a tail of the table: 0 best, None not at all."""
    if tail == "*":
        return 3 if rest else 2
    if not tail:
        return 0 if not rest else 2 if not rest.startswith(("de ", "del ", "para ")) else 4
    return 0 if rest == tail else 1 if f" {tail} " in f" {rest} " else None


def without_prefix(folded: str) -> str:
    """A folded title without «ex-», «antiguo»…"""
    return FORMER.sub("", folded)


def former(title: str) -> bool:
    """Whether a title says that the office is over.

    >>> former("ex primer ministro"), former("expresidenta"), former("presidente")
    (True, True, False)
    """
    return without_prefix(fold(title)) != fold(title)


@functools.cache
def load() -> Titles:
    """The table of the ontology folder.

    Raises:
        OntologyError: a line does not have its six cells, or names an unknown sort of body.
    """
    return Titles(read(FILE))


def read(path: Path) -> list[Row]:
    """The rows of a table of titles; see `load`."""
    lines = [(n, line) for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
             if line.strip() and not line.startswith("#")]
    if not lines or tuple(lines[0][1].split("\t")) != HEADER:
        raise OntologyError("the header is wrong", where=str(path), remedy=f"write: {' '.join(HEADER)} (tab-separated)")
    return [_row(line, f"{path}:{n}") for n, line in lines[1:]]


def _row(line: str, origin: str) -> Row:
    cells = line.split("\t")
    if len(cells) != len(HEADER) or not cells[0] or not cells[5]:
        raise OntologyError(f"{len(cells)} cells, or an empty singular or roles", where=origin,
                            remedy=f"give the {len(HEADER)} cells {', '.join(HEADER)}, separated by tabs")
    of = frozenset(cells[3].split("|"))
    if not of <= BODIES:
        raise OntologyError(f"unknown sort of body {', '.join(sorted(of - BODIES))}", where=origin,
                            remedy=f"use {', '.join(sorted(BODIES))}")
    heads = tuple(dict.fromkeys(fold(form) for cell in cells[:2] for form in cell.split("|")))
    tails = tuple(tail if tail == "*" else fold(tail) for tail in cells[2].split("|"))
    return Row(heads, tails, of, frozenset(cells[4].split()), tuple(cells[5].split("|")), origin)
