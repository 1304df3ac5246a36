"""Readings of four made-up articles for the tests of the graph: a merge, a contradiction, a copy, an attribution."""

from __future__ import annotations

from kg.model import Actor, Article, Event, Evidence, Link, Mention, Office, Reading, Span

__all__ = ["READINGS", "reading"]

TEXT = (
    "El secretario general de la OTAN, Jens Stoltenberg, advirtió este miércoles a Rusia de graves consecuencias si "
    "emplea armas nucleares en Ucrania. El portavoz del Kremlin, Dmitri Peskov, negó una nueva movilización y acusó a "
    "la Alianza de avivar la guerra. Según Kiev, las tropas rusas atacaron una central eléctrica cerca de la capital, "
    "sin que hubiera que lamentar víctimas. Los ministros de Defensa volverán a reunirse en Bruselas la semana próxima "
    "para hablar del envío de sistemas antiaéreos que Ucrania pide desde hace meses a sus socios occidentales."
)
OTHER = "Otra crónica, escrita por otra persona, cuenta lo mismo con palabras distintas y algún dato nuevo del encuentro."
UNDATED = "Los presidentes de ambos países conversaron durante media hora por teléfono, según fuentes oficiales de los dos."

ACTORS = (
    Actor("stoltenberg", "Jens Stoltenberg", "person", (Mention(Span(34, 50, "Jens Stoltenberg"), "name"),),
          key="Q57665", wikidata="Q57665", link=Link(1.0, "full name")),
    Actor("rusia", "Rusia", "state", (Mention(Span(78, 83, "Rusia"), "name"),), label_en="Russia", key="Q159",
          wikidata="Q159", country="RUS", link=Link(1.0, "name of a state")),
    Actor("ucrania", "Ucrania", "state", (), label_en="Ukraine", key="Q212", wikidata="Q212", country="UKR",
          link=Link(1.0, "name of a state")),
    Actor("peskov", "Dmitri Peskov", "person", (Mention(Span(172, 185, "Dmitri Peskov"), "name"),), country="RUS",
          link=Link(0.7, "name only", ("Dmitri Peskov (músico)",))),
    Actor("vecinos", 'los "vecinos" <de> Bríansk\n', "group", (), link=Link(0.2, "description only")),
)


def evidence(start: int, end: int, trigger: str, confidence: float = 0.9) -> Evidence:
    text = TEXT[start:end]
    at = start + max(text.find(trigger), 0)
    return Evidence(Span(start, end, text), Span(at, at + len(trigger), trigger), "verb.active", confidence,
                    {"source": "subject of the verb", "class": "lexicon", "other": "free"})


def event(source: str, cls: str, target: str | None, predicate: str, confidence: float = 0.9, **more: str) -> Event:
    return Event(source, cls, predicate, evidence(0, 143, predicate, confidence), target=target, **more)  # type: ignore[arg-type]


def reading(name: str, date: str | None, source: str | None, events: tuple[Event, ...], text: str = TEXT) -> Reading:
    article = Article(name, text, date, f"Título de {name}", source, f"https://example.org/{name}?a=1&b=<2>")
    office = Office("stoltenberg", "secretario general", None, evidence(0, 143, "secretario general"))
    return Reading(article, ACTORS, events, (office,))


READINGS = (
    reading("a-2022", "2022-10-12", "EFE", (
        event("stoltenberg", "THREATEN", "rusia", "advirtió", time="2022-10-12"),
        event("peskov", "DENY", None, "negar", topic="una nueva movilización"),
        event("rusia", "MOBILIZE", None, "movilización", topic="una nueva movilización", polarity="negated",
              modality="future", attributed_to="peskov"),
        event("rusia", "ASSAULT", "ucrania", "atacar", attributed_to="ucrania", topic="una central eléctrica"),
        event("rusia", "SANCTION", "vecinos", "expulsar", mode="expel"),
    )),
    reading("b copia/2022", "2022-10-13", "El Diario", (
        event("stoltenberg", "THREATEN", "rusia", "advirtió", 0.8),
    ), TEXT[:420]),
    reading("c-2022", "2022-10-13", "Agencia Sur", (
        event("stoltenberg", "THREATEN", "rusia", "advirtió", 0.7),
        event("rusia", "ASSAULT", "ucrania", "atacar", polarity="negated"),
        event("rusia", "MOBILIZE", None, "movilizar", topic="Una nueva movilización", modality="future"),
        event("rusia", "AID", "ucrania", "ayudar", modality="possible"),
    ), OTHER),
    reading("d-sin-fecha", None, None, (event("rusia", "CONSULT", "ucrania", "reunirse"),), UNDATED),
)
"""b is a shortened copy of a; a and c contradict each other twice; d has no date."""
