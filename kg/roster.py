"""Who is who, for a person to check: find an actor, see its mentions in their sentences, decide on two that may be one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from kg.errors import QueryError
from kg.identity import Decision, Profile, Question, Verdict, questions
from kg.names import fold
from kg.store import Store
from kg.terms import BASE

__all__ = ["MentionRow", "find", "mentions", "open_questions", "rule"]

AROUND = 60
"""Characters of context on each side of a mention."""


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One place where an article names, describes or implies an actor."""

    article: str
    published: str | None
    called: str
    kind: str
    context: str
    """The words around it, on one line."""


def open_questions(store: Store) -> tuple[Question, ...]:
    """Pairs of actors that could be one and that nobody has decided, the likeliest first."""
    return questions(store.profiles(), store.decisions())


def mentions(store: Store, path: str) -> Iterator[MentionRow]:
    """All mentions of an actor, those of the actors joined with it included, in order of article and text."""
    who, head = store.identity(), store.head(path)
    wanted = {article for (article, _), at in who.items() if at == head}
    for reading in store.readings():
        article = reading.article
        if article.id not in wanted:
            continue
        places = sorted(
            (m.span.start, m.span.end, m.kind) for a in reading.actors if who[article.id, a.id] == head for m in a.mentions
        )
        for start, end, kind in places:
            around = " ".join(article.text[max(0, start - AROUND) : end + AROUND].split())
            yield MentionRow(article.id, article.date, article.text[start:end], kind, f"…{around}…")


def find(store: Store, text: str) -> str:
    """The path of the actor that `text` means: its IRI, its path (`Q159`, `person/ana-ruiz`) or one of its names.

    Raises:
        QueryError: nobody, or more than one, is called so.
    """
    found = store.profiles()
    path = unquote(text.removeprefix(f"{BASE}actor/"))
    if path in found:
        return path
    wanted = fold(text)
    named = _called(found, wanted)
    if len(named) == 1:
        return named[0]
    if named:
        raise QueryError(f"«{text}» may be {', '.join(named)}", remedy="write one of these")
    raise QueryError(f"no actor «{text}» in this graph", remedy=_nearest(wanted, found))


def _called(found: Mapping[str, Profile], wanted: str) -> list[str]:
    whole = sorted(path for path, profile in found.items() if wanted in profile.names)
    part = (path for path, profile in found.items() if any(f" {wanted} " in f" {name} " for name in profile.names))
    return whole or sorted(part)


def _nearest(wanted: str, found: Mapping[str, Profile]) -> str:
    from rapidfuzz import process

    names = {name: path for path in sorted(found) for name in found[path].names}
    near = dict.fromkeys(names[name] for name, *_ in process.extract(wanted, sorted(names), limit=3))
    return f"did you mean {', '.join(near)}?" if near else "the graph has no actors yet"


def rule(store: Store, verdict: Verdict, one: str, other: str, why: str = "") -> Decision:
    """Add a person's decision on two actors (see `find`); the graph follows at once, and every later build.

    Raises:
        QueryError: an actor is not found, both are the same, or two of the knowledge base are to be joined.
    """
    first, second = find(store, one), find(store, other)
    if first == second:
        raise QueryError(f"«{one}» and «{other}» are {first} already", remedy="name two actors")
    known = store.profiles()
    if verdict == "same" and known[first].known and known[second].known:
        remedy = "correct ontology/actors where the knowledge base has one actor twice"
        raise QueryError(f"{first} and {second} are two actors of the knowledge base", remedy=remedy)
    decision = Decision(verdict, first, second, why)
    store.decide(decision)
    return decision
