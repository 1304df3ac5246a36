"""Readings whose every text tries to run, to break out of its place, or to break the page."""

from __future__ import annotations

from kg.model import Actor, Article, Event, Evidence, Mention, Reading, Span

__all__ = ["PAYLOADS", "hostile"]

PAYLOADS = (
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=\"window.pwned=1\">",
    "\"><svg onload=window.pwned=1>",
    "' autofocus onfocus='window.pwned=1",
    "{{ 7*7 }}{% raw %}${window.pwned=1}",
    "<!--<script>",
    "javascript:window.pwned=1",
    "href=javascript:window.pwned=1",
    "\u202eadreiuqzi al a ahcered\u202c \u2066x",
    "a\u0000b\u0007c\u2028d\u2029e",
    "𝔊obierno 😀 del Río",
    "]]><style>*{display:none}</style>",
    "__proto__",
)


def hostile() -> list[Reading]:
    """One article for each payload, in title, address, names, topic, predicate, rule, reasons and sentence; one long word."""
    return [_reading(n, text) for n, text in enumerate((*PAYLOADS, "x" * 100_000))]


def _reading(number: int, text: str) -> Reading:
    article = Article(f"{number}-{text[:40]}", text, "2022-10-12", f"T {text}", f"S {text}",
                      text if "javascript" in text else f"https://example.org/?q={text[:200]}")
    actors = (
        Actor("a", f"A{number} {text}", "state", (Mention(Span(0, 1, text), "name"),), label_en=f"E{number} {text}",
              key=f"a{number} {text[:90]}", wikidata=text[:90], country=text[:90]),
        Actor("b", f"B{number} {text}", "person", key=f"b{number} {text[:90]}"),
    )
    sentence = f"Antes {text} después."
    evidence = Evidence(Span(10, 10 + len(sentence), sentence), Span(16, 16 + len(text), text), text, 0.5, {text: text})
    events = (
        Event("a", "ASSAULT", text, evidence, "b", topic=text, time="2022-10-11"),
        Event("b", "ACCUSE", text, evidence, None, topic=text, attributed_to="a", polarity="negated"),
    )
    return Reading(article, actors, events)
