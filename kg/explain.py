"""A reading as text for people: each triple with its sentence, trigger, rule and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from kg.model import Actor, Event, Office, Reading, Span
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from kg.sparql import Answer, NamedQuery
    from kg.store import Edge

__all__ = ["answer", "edges", "headed", "questions", "reading", "rows"]

_QUALIFIERS = {"negated": "not so", "future": "planned", "possible": "possible", "desired": "wanted"}


def reading(found: Reading) -> Text:
    """Everything found in one article. Styles are set by spans, so that no text of the article is read as markup."""
    article = found.article
    actors = {actor.id: actor for actor in found.actors}
    text = Text()
    text.append(article.title or article.id, "bold")
    text.append(f"  {', '.join(filter(None, (article.source, article.date)))}\n", "dim")
    for event in found.events:
        text.append("\n").append(_event(event, actors))
    for office in found.offices:
        text.append("\n").append(_office(office, actors))
    if not found.events:
        text.append("\nno events found\n", "dim")
    return text


def edges(found: Iterable[Edge]) -> Table:
    """Direct edges, each with the number of articles and its best sentence."""
    table = Table("", "", "", "articles", "evidence", box=None, header_style="dim")
    for edge in found:
        sentence = _marked(edge.evidence.sentence, edge.evidence.trigger)
        sentence.truncate(90, overflow="ellipsis")
        table.add_row(Text(edge.source, "bold"), Text(edge.cls.lower(), "magenta"), Text(edge.target, "bold"),
                      str(edge.articles), sentence)
    return table


def headed(title: str, note: str) -> Text:
    """A title and what a reader must know."""
    return Text.assemble("\n", (f"{title}. ", "bold"), (note, "dim"))


def rows(found: Sequence[Any], columns: Sequence[str]) -> Table:
    """The named columns of data rows (dataclasses of one type) as a table."""
    table = Table(box=None, header_style="dim")
    for name in columns:
        number = any(isinstance(getattr(row, name), int | float) for row in found)
        table.add_column(name.replace("_", " "), justify="right" if number else "left")
    for row in found:
        table.add_row(*(Text(_cell(getattr(row, name))) for name in columns))
    return table


def answer(found: Answer) -> Table:
    """The rows of a SELECT as a table; IRIs are shortened by their prefixes."""
    table = Table(*found.variables, box=None, header_style="dim")
    for row in found.rows:
        table.add_row(*(Text(_short(term.value) if term.kind == "iri" else _cell(term.python())) if term else "" for term in row))
    if found.truncated:
        table.caption = "There are more rows."
    return table


def questions(known: Iterable[NamedQuery]) -> Table:
    """The ready questions: name, what it answers, parameters."""
    table = Table("name", "answers", "parameters", box=None, header_style="dim")
    for question in known:
        names = " ".join(f"--{parameter.name}" for parameter in question.parameters)
        table.add_row(Text(question.name, "bold"), Text(question.title), Text(names))
    return table


def _short(iri: str) -> str:
    """`wd:Q159`; of nested vocabularies the longest that fits."""
    prefix = max((name for name, vocabulary in PREFIXES.items() if iri.startswith(vocabulary)),
                 key=lambda name: len(PREFIXES[name]), default=None)
    return f"{prefix}:{iri.removeprefix(PREFIXES[prefix])}" if prefix else iri


def _cell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else "" if value is None else str(value)


def _event(event: Event, actors: dict[str, Actor]) -> Text:
    evidence = event.evidence
    text = Text(actors[event.source].label, "bold")
    text.append(f" —{event.cls}→ ", "bold magenta")
    text.append(actors[event.target].label if event.target else "", "bold")
    text.append(f" about «{event.topic}»" if event.topic else "")
    text.append(f"  {'; '.join(_status(event, actors))}  {evidence.confidence:.2f}\n", "dim")
    text.append("    ").append(_marked(evidence.sentence, evidence.trigger)).append("\n")
    text.append(f"    rule {evidence.rule}" + "".join(f"; {k}: {v}" for k, v in evidence.reasons.items()) + "\n", "dim")
    return text


def _status(event: Event, actors: dict[str, Actor]) -> Iterator[str]:
    yield from (_QUALIFIERS[word] for word in (event.polarity, event.modality) if word in _QUALIFIERS)
    if event.attributed_to:
        yield f"according to {actors[event.attributed_to].label}"
    if event.time:
        yield event.time
    if event.inferred:
        yield "class inferred"


def _marked(sentence: Span, trigger: Span) -> Text:
    text = Text(" ".join(sentence.text.split("\n")))
    start = trigger.start - sentence.start
    text.stylize("underline", start, start + trigger.end - trigger.start)
    return text


def _office(office: Office, actors: dict[str, Actor]) -> Text:
    of = f" of {actors[office.of].label}" if office.of else ""
    text = Text(actors[office.person].label, "bold").append(" is " if not office.former else " was ")
    text.append(f"«{office.office}»{of}\n")
    text.append("    ").append(_marked(office.evidence.sentence, office.evidence.trigger)).append("\n")
    return text.append(f"    note: {office.note}\n" if office.note else "", "yellow")
