"""Who is who, for a person to check: find an actor, see its mentions in their sentences, decide on two that may be one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from kg.errors import QueryError
from kg.identity import Decision, Profile, Question, Verdict, contradiction, questions
from kg.names import fold
from kg.sparql import actors_named
from kg.store import Store
from kg.terms import BASE, WD

__all__ = ["MentionRow", "find", "mentions", "open_questions", "rule"]

LONGEST = 400
"""Characters of a sentence that are shown on each side of a mention."""
_IRIS = (f"{BASE}actor/", "actor:", WD, "wd:")
_END = re.compile(r"[.!?…][»”\"')\]]*\s+(?=[«“\"'(¿¡]*[A-ZÁÉÍÓÚÑ])|\n\s*")
"""Where a sentence ends: enough to show one to a person; the parser's own sentences are not kept."""


@dataclass(frozen=True, slots=True)
class MentionRow:
    """One place where an article names, describes or implies an actor."""

    article: str
    published: str | None
    called: str
    kind: str
    sentence: str
    """The sentence that it stands in, on one line."""


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
            yield MentionRow(article.id, article.date, article.text[start:end], kind, _sentence(article.text, start, end))


def _sentence(text: str, start: int, end: int) -> str:
    """What stands around a place of a text from one end of a sentence to the next.

    >>> _sentence("Llovía. El Sr. Peskov negó todo. Moscú calla.", 15, 21)
    'El Sr. Peskov negó todo.'
    """
    before = (m.end() for m in _END.finditer(text, max(0, start - LONGEST), start + 3) if m.end() <= start and _ends(text, m))
    begin = max(before, default=start - LONGEST)
    after = next((m.end() for m in _END.finditer(text, end, end + LONGEST) if _ends(text, m)), end + LONGEST)
    return " ".join(text[max(0, begin) : after].split())


def _ends(text: str, sign: re.Match[str]) -> bool:
    """False for the full stop of «Sr.», «EE. UU.» and initials."""
    word = text[: sign.start()].rpartition(" ")[2]
    return text[sign.start()] != "." or len(word) > 3 or not word[:1].isupper()


def find(store: Store, text: str) -> str:
    """The path of the actor that `text` means: its IRI, its path (`Q159`, `person/ana-ruiz`) or one of its names.

    Of several that have been joined it is the one that they were joined to.

    Raises:
        QueryError: nobody, or more than one, is called so.
    """
    found = store.profiles()
    if (path := _path(text)) in found:
        return path
    named = _called(found, fold(text)) or [_path(node.value) for node in actors_named(store.quads, text)]
    heads = sorted({store.head(path) for path in named})
    if len(heads) > 1:
        raise QueryError(f"«{text}» may be {', '.join(heads)}", remedy="write one of these")
    return heads[0]


def _path(text: str) -> str:
    """The path in an IRI as written in any way; anything else as it is."""
    return unquote(text.removeprefix(next((prefix for prefix in _IRIS if text.startswith(prefix)), "")))


def _called(found: Mapping[str, Profile], wanted: str) -> list[str]:
    whole = sorted(path for path, profile in found.items() if wanted in profile.names)
    part = (path for path, profile in found.items() if any(f" {wanted} " in f" {name} " for name in profile.names))
    return whole or sorted(part)


_REMEDY = "decide on those first (the latest decision on a pair counts), or correct ontology/actors"


def rule(store: Store, verdict: Verdict, one: str, other: str, why: str = "") -> Decision:
    """Add a person's decision on two actors (see `find`); the graph follows at once, and every later build.

    Raises:
        QueryError: an actor is not found, both are the same, an earlier decision forbids it, or two of the knowledge base
            are to be joined.
    """
    first, second = find(store, one), find(store, other)
    if first == second:
        raise QueryError(f"«{one}» and «{other}» are {first} already", remedy="name two actors")
    decision = Decision(verdict, first, second, why)
    known = {path for path, profile in store.profiles().items() if profile.known}
    if fault := contradiction(store.decisions(), decision, known):
        raise QueryError(fault, remedy=_REMEDY)
    store.decide(decision)
    return decision
